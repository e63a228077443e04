"""Pre-commit: refuse deliveries, results, notebook outputs that are not headlines, and anything that looks like a person."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import PurePosixPath

GUARDED = ("data/raw/", "data/processed/", "reports/")
DEMO = re.compile(r"data/raw/(np-samverkan|skolfam)/\d{4}-\d\d-\d\d/(\w+_syntetisk_\d{4}-\d\d-\d\d\.(csv|xlsx)|leverans\.json)")
"""The two synthetic demonstrations; tests/records/test_synthetic_files.py holds their bytes to the generator's."""

HEADLINE = "nbval-check-output"


def faults(name: str, content: bytes) -> list[str]:
    """Return what is wrong with one staged file, in words."""
    path = PurePosixPath(name)
    if name.startswith(GUARDED) and path.name != "README.md" and not DEMO.fullmatch(name):
        return [f"{name}: leveranser och resultat hör inte hemma i git"]
    if path.suffix == ".ipynb":
        return [f"{name}: cell {n} har sparad utdata; kör python -m evalkit.workflow.headlines" for n in _stray_outputs(content)]
    return []


def _stray_outputs(content: bytes) -> list[int]:
    cells = json.loads(content)["cells"]
    return [n for n, c in enumerate(cells, 1) if c.get("outputs") and HEADLINE not in c["metadata"].get("tags", [])]


def main() -> int:
    """Check every staged file; returns 1 where one must not be committed."""
    staged = subprocess.run(["git", "diff", "--cached", "--name-only", "--diff-filter=ACMR", "-z"], capture_output=True, check=True)
    found = []
    for name in filter(None, staged.stdout.decode("utf-8").split("\0")):
        content = subprocess.run(["git", "show", f":{name}"], capture_output=True, check=True).stdout
        found += faults(name, content)
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
