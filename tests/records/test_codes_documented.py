"""Every code that reading, deliveries and the gate can give is explained in docs/CODES.md."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = re.compile(
    r'"((?:IN|ID|DATE|DUP|GRP|MISS|INSTR|CONSENT|PII|RAW|KEY|LEGAL|PANEL|START|TREATED|CHANGE|ATTRITION)-[A-Z][A-Z-]*)(?::note)?"'
)


def codes_in_source() -> set[str]:
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "evalkit" / "records").rglob("*.py"))]
    return {match[1] for text in texts for match in CODE.finditer(text)}


def test_every_code_is_explained() -> None:
    explained = set(re.findall(r"[A-Z]+(?:-[A-Z]+)+", (ROOT / "docs" / "CODES.md").read_text(encoding="utf-8")))
    assert len(codes_in_source()) > 60
    assert codes_in_source() - explained == set()
