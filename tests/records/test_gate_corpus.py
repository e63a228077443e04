"""The corpus of bad input files that only the gate can judge, through the reader: each with its code, and no value anywhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from evalkit.findings.quality import GateReport
from evalkit.findings.quality_text import gate_text
from evalkit.records.deliveries import find_deliveries
from evalkit.records.gate import inspect
from evalkit.records.pseudonym import load_key
from evalkit.records.reading import read_sources
from evalkit.records.stations import GatedExtract
from tests.support.corpus_plan import SOURCE, corpus_plan, corpus_register, deliver, make_project
from tests.support.shared import REASON, SHARED

CORPUS = SHARED / "badinput"
pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason=REASON)

REJECTED = {
    "c13_exact_duplicate_rows.csv": ("DUP-EXACT", "rad 2, 26"),
    "c14_conflicting_duplicate.csv": ("DUP-CONFLICT", "rad 2, 26"),
    "c17_person_disappears.csv": ("ATTRITION-DIFF",),
    "e07_out_of_range.csv": ("IN-RANGE", "rad 2"),
    "e14_wrong_instrument.csv": ("INSTR-UNKNOWN", "rad 2", "CGAS"),
    "f04_withdrawn_before_start.csv": ("CONSENT-NO",),
    "f05_consent_conflict.csv": ("CONSENT-CONFLICT",),
}
WARNED = {
    "c16_post_without_pre.csv": "ATTRITION",
    "f01_withdrawn.csv": "CONSENT-WITHDRAWN",
    "f02_consent_missing.csv": "CONSENT-UNKNOWN",
}


def gate(folder: Path, name: str) -> tuple[GateReport, GatedExtract | None]:
    project, plan = make_project(folder), corpus_plan(consent=name.startswith("f"))
    deliver(project, CORPUS / name)
    extract = read_sources(find_deliveries(project, plan), plan, load_key(project, plan), corpus_register())
    return inspect(extract, plan, corpus_register())


def expected(name: str) -> dict[str, Any]:
    entries = json.loads((CORPUS / "expect.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = next(entry for entry in entries if entry["file"] == name)
    return found


def cells(name: str) -> set[str]:
    """Return every number, date and identity of a file that a message could only have from its cells."""
    rows = [line.split(";") for line in (CORPUS / name).read_text(encoding="utf-8").splitlines()[1:]]
    return {cell for row in rows for cell in (row[0], row[0][2:], row[3], row[6]) if len(cell) > 6}


def test_the_baseline_passes_with_its_facts(tmp_path: Path) -> None:
    report, gated = gate(tmp_path, "ok_00_baseline.csv")
    facts = expected("ok_00_baseline.csv")["facts"]
    assert gated is not None
    assert report.warnings == ()
    table = gated.tables[SOURCE]
    assert (len(table), table["person"].nunique()) == (facts["rows"], facts["persons"])
    assert table["funktion"].sum() == facts["sum_poang"]


@pytest.mark.parametrize("name", sorted(REJECTED))
def test_a_file_that_must_be_rejected_closes_the_gate(tmp_path: Path, name: str) -> None:
    code, *words = REJECTED[name]
    assert (expected(name)["expect"], expected(name)["code"]) == ("reject", code)
    report, gated = gate(tmp_path, name)
    assert gated is None
    assert {outcome.code for outcome in report.stops} == {code}
    text = gate_text(report)
    assert all(word in text for word in words)
    assert not [cell for cell in cells(name) if cell in text]


@pytest.mark.parametrize("name", sorted(WARNED))
def test_a_file_that_may_pass_passes_with_a_remark(tmp_path: Path, name: str) -> None:
    assert (expected(name)["expect"], expected(name)["code"]) == ("accept_warn", WARNED[name])
    report, gated = gate(tmp_path, name)
    assert gated is not None
    assert WARNED[name] in {outcome.code for outcome in (*report.warnings, *report.notes)}
    assert not [cell for cell in cells(name) if cell in gate_text(report)]
    facts = expected(name).get("facts")
    if facts:
        table = gated.tables[SOURCE]
        assert (len(table), table["person"].nunique()) == (facts["rows"], facts["persons"])


def test_attrition_that_differs_passes_only_with_a_reason_in_the_plan(tmp_path: Path) -> None:
    name = "c17_person_disappears.csv"
    project, plan = make_project(tmp_path), corpus_plan()
    deliver(project, CORPUS / name)
    extract = read_sources(find_deliveries(project, plan), plan, load_key(project, plan), corpus_register())
    quality = plan.quality.model_copy(update={"attrition_override": "Skolan stängde"})
    report, gated = inspect(extract, plan.model_copy(update={"quality": quality}), corpus_register())
    assert gated is not None
    assert "ATTRITION-DIFF" in {outcome.code for outcome in report.warnings}
