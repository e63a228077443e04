"""Every code that the plan room can give is explained in docs/CODES.md."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_code_of_the_plan_room_is_explained() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "evalkit" / "plan").glob("*.py"))]
    given = {code for text in texts for code in re.findall(r'"((?:PAR|COST)-[A-Z]+)"', text)}
    explained = set(re.findall(r"[A-Z]+-[A-Z]+", (ROOT / "docs" / "CODES.md").read_text(encoding="utf-8")))
    assert len(given) > 20
    assert given - explained == set()
