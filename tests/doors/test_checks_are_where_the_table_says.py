"""The table of docs/INSTRUMENTS.md that says where each check of an instrument stands is held to the code and the tests."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from evalkit.findings.sample import REASONS
from evalkit.plan.register import load_register
from evalkit.records.register_gate import register_checks

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "INSTRUMENTS.md").read_text(encoding="utf-8")
TABLE = TEXT.split("<!-- checks -->")[1].split("<!-- /checks -->")[0]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TABLE.splitlines()
    if line.startswith("| ") and "**" not in line and not line.startswith("| kontroll")
]


def named(pattern: str) -> list[str]:
    return sorted({name for row in ROWS for name in re.findall(pattern, row[1])})


def test_every_rule_on_the_register_that_the_table_names_is_asked():
    rules = {check.rule.name for check in register_checks(load_register(ROOT / "params" / "instruments"), date(2026, 1, 1))}
    names = set(named(r"`((?:norm|skala|gräns|instrument|reliabilitet)\.\w+)`"))
    assert len(names) > 25
    assert names <= rules


@pytest.mark.parametrize("code", named(r"\b((?:SC|IN|DUP|DATE|INSTR|ATTRITION)-[A-Z]+)\b"))
def test_every_code_that_the_table_names_is_raised_somewhere_and_explained(code):
    source = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "evalkit" / "records").rglob("*.py")))
    assert f'"{code}"' in source
    assert code in (ROOT / "docs" / "CODES.md").read_text(encoding="utf-8")


def test_every_reason_of_the_flow_that_the_table_names_exists():
    assert set(named(r"`(other_\w+)`")) <= REASONS.keys()


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_the_test_of_each_check_exists_and_names_it(row):
    path = ROOT / row[2].strip("`")
    text = path.read_text(encoding="utf-8")
    if path.name == "test_scored_mutations.py":
        text += (ROOT / "evalkit" / "records" / "scored_faults.py").read_text(encoding="utf-8")
    if path.name == "test_register_gate.py":
        text += (ROOT / "evalkit" / "records" / "register_mutations" / "faults.py").read_text(encoding="utf-8")
    names = re.findall(r"`([\w.]+)`|\b([A-Z]+-[A-Z]+)\b", row[1])
    assert any((quoted or code).rsplit(".", 1)[-1] in text for quoted, code in names)
