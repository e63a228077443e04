#!/usr/bin/env bash
# Fetches axe-core for the accessibility tests, by npm's own client, into .axe/ (git-ignored). It is third-party and never committed.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=4.14.1
sha512="sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
[ -f .axe/package/axe.min.js ] && exit 0
mkdir -p .axe && cd .axe
npm pack --silent "axe-core@$version" >/dev/null
python3 - "axe-core-$version.tgz" "$sha512" <<'PY'
import base64, hashlib, sys
found = "sha512-" + base64.b64encode(hashlib.sha512(open(sys.argv[1], "rb").read()).digest()).decode()
sys.exit(0 if found == sys.argv[2] else "axe-core is not the file that was looked at")
PY
tar -xzf "axe-core-$version.tgz" package/axe.min.js package/LICENSE
rm "axe-core-$version.tgz"
