"""axe-core in a real Chromium. Neither is part of the project: where one is missing a test says so and is skipped.

``bash tests/support/fetch_axe.sh`` puts axe-core where this looks for it; EVALKIT_AXE names another place.
"""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
AXE = Path(os.environ.get("EVALKIT_AXE", ROOT / ".axe" / "package" / "axe.min.js"))
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome", "msedge") if (found := shutil.which(name))), ""
)
MISSING = "" if CHROMIUM and AXE.is_file() else f"{'axe-core' if CHROMIUM else 'Chromium'} is not installed here"
_QUIET = ("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update")
_RUN = """
axe.run(document, {resultTypes: ["violations", "incomplete"]}).then(result => {
  const where = rule => rule.nodes.slice(0, 3).map(node => node.target.join(" "));
  const told = kind => result[kind].map(rule => [rule.id, rule.nodes.length, where(rule)]);
  const said = document.createElement("pre");
  said.id = "axe-said";
  said.textContent = JSON.stringify({violations: told("violations"), incomplete: told("incomplete")});
  document.documentElement.innerHTML = "<body></body>";
  document.body.appendChild(said);
});
"""


def audit(page: str, width: int = 1280) -> dict[str, Any]:
    """Return what axe-core says of a page, best practices included: ``violations``, and ``incomplete`` (what it could not decide).

    The page's own policy forbids scripts, so it is taken away before axe is put in.
    """
    plain = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    cut = plain.rindex("</body>")
    with tempfile.TemporaryDirectory(prefix="evalkit-axe-") as folder:
        file = Path(folder) / "page.html"
        script = f"<script>{AXE.read_text('utf-8')}</script><script>{_RUN}</script>"
        file.write_text(plain[:cut] + script + plain[cut:], "utf-8")
        profile = f"--user-data-dir={folder}/profile"
        call = [CHROMIUM, "--headless", "--no-sandbox", *_QUIET, profile, f"--window-size={width},2000"]
        call += ["--dump-dom", "--virtual-time-budget=20000", file.as_uri()]
        done = subprocess.run(call, capture_output=True, text=True, encoding="utf-8", timeout=240, check=False)
    said = re.search(r'<pre id="axe-said">(.*?)</pre>', done.stdout, re.DOTALL)
    assert said, f"axe said nothing: {done.stderr[-300:]}"
    return dict(json.loads(html.unescape(said[1])))
