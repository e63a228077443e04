"""The corpus of bad input, end to end: every file gets its verdict and code, accepted ones their facts, no message a value."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from evalkit.errors import GateClosed
from evalkit.findings.quality import CheckOutcome
from evalkit.findings.quality_text import gate_text
from evalkit.records.deliveries import find_deliveries
from evalkit.records.gate import check
from evalkit.records.pseudonym import load_key
from evalkit.records.reading import read_sources
from evalkit.records.stations import RawExtract
from openpyxl import load_workbook
from tests.support.corpus_plan import SOURCE, corpus_plan, corpus_register, deliver, make_project
from tests.support.shared import REASON, SHARED

CORPUS = SHARED / "badinput"
pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason=REASON)

CASES: list[dict[str, Any]] = json.loads((CORPUS / "expect.json").read_text(encoding="utf-8")) if CORPUS.exists() else []
PERSON_FILES = [case for case in CASES if not case["file"].startswith("i0")]  # the i files are unit cost lists
DECIDED_BY_GATE = {
    "DUP-EXACT", "DUP-CONFLICT", "ATTRITION", "ATTRITION-DIFF", "IN-RANGE", "IN-INTEGER", "INSTR-UNKNOWN",
    "CONSENT-NO", "CONSENT-UNKNOWN", "CONSENT-WITHDRAWN", "CONSENT-CONFLICT",
}  # fmt: skip
REJECTED_BY_READING = [c for c in PERSON_FILES if c["expect"] == "reject" and c["code"] not in DECIDED_BY_GATE]
SAME_AS_BASELINE = [c for c in PERSON_FILES if c["expect"] != "reject" and c["code"] not in DECIDED_BY_GATE]
JUDGED_BY_GATE = [c for c in PERSON_FILES if c["code"] in DECIDED_BY_GATE]


def read_case(folder: Path, case: dict[str, Any]) -> RawExtract:
    project = make_project(folder)
    deliver(project, CORPUS / case["file"])
    plan = corpus_plan(consent=case["file"].startswith("f"))
    return read_sources(find_deliveries(project, plan), plan, load_key(project, plan), corpus_register())


def facts_of(table: pd.DataFrame) -> dict[str, float]:
    pairs = table.pivot_table(index="person", columns="occasion", values="funktion", aggfunc="size")
    return {
        "rows": len(table),
        "persons": table["person"].nunique(),
        "treated": table.loc[table["group"] == "treated", "person"].nunique(),
        "sum_poang": table["funktion"].sum(),
        "sum_kostnad": table["kostnad"].sum(),
        "pairs": int(pairs.notna().all(axis=1).sum()),
    }


def assert_facts(table: pd.DataFrame, case: dict[str, Any]) -> None:
    facts = facts_of(table)
    stated = case.get("facts", {})
    assert {name: facts[name] for name in stated} == stated


def values_of(path: Path) -> set[str]:
    """Return what stands in a corpus file and may not stand in a message: no headings, no declared labels, nothing short."""
    if path.suffix == ".xlsx" and path.stat().st_size < 10_000 and path.read_bytes().startswith(b"PK"):
        cells = {
            str(c.value) for sheet in load_workbook(path).worksheets for row in sheet.iter_rows(min_row=2) for c in row if c.value
        }
    elif path.suffix in {".csv", ".txt"}:
        lines = re.split(r"[\r\n]+", path.read_bytes().decode("utf-16" if "utf16" in path.name else "utf-8", errors="replace"))
        cells = {cell.strip('" ') for line in lines[1:] for cell in re.split("[;\t]", line)}
    else:
        cells = set()
    column_words = {column.name for column in corpus_plan(consent=True).source(SOURCE).columns}
    ordinary_words = {"efter"}
    return {cell for cell in cells if len(cell) >= 5} - column_words - ordinary_words


def assert_no_value(text: str, case: dict[str, Any]) -> None:
    shown = {value for value in values_of(CORPUS / case["file"]) if value in text}
    assert not shown


def words_of(finding: CheckOutcome) -> str:
    return " ".join((finding.message, finding.remedy, *finding.places))


@pytest.fixture(scope="module")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    case = next(case for case in PERSON_FILES if case["file"] == "ok_00_baseline.csv")
    return read_case(tmp_path_factory.mktemp("baslinje"), case).tables[SOURCE]


@pytest.mark.parametrize("case", REJECTED_BY_READING, ids=lambda case: case["file"])
def test_a_faulty_file_is_rejected_with_its_code_and_no_value(tmp_path: Path, case: dict[str, Any]) -> None:
    with pytest.raises(GateClosed) as caught:
        read_case(tmp_path, case)
    error = caught.value
    assert case["code"] in error.findings
    assert error.exit_code == 3
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None
    assert_no_value(str(error), case)
    if match := re.search(r"\bline (\d+)$|\((\d+)\)$", case["note"]):
        assert f" {match[1] or match[2]}" in str(error)


@pytest.mark.parametrize("case", SAME_AS_BASELINE, ids=lambda case: case["file"])
def test_an_acceptable_file_gives_the_baselines_table(tmp_path: Path, case: dict[str, Any], baseline: pd.DataFrame) -> None:
    extract = read_case(tmp_path, case)
    table = extract.tables[SOURCE]
    places = ["_file", "_line"]
    pd.testing.assert_frame_equal(table.drop(columns=places), baseline.drop(columns=places))
    assert_facts(table, case)
    noticed = [finding for finding in extract.findings if not finding.passed]
    assert [finding.code for finding in noticed] == ([] if case["expect"] == "accept" else [case["code"]])
    assert_no_value(" ".join(words_of(finding) for finding in noticed), case)


def test_the_baselines_table_passes_the_gate_without_a_remark(tmp_path: Path) -> None:
    case = next(case for case in PERSON_FILES if case["file"] == "ok_00_baseline.csv")
    gated = check(read_case(tmp_path, case), corpus_plan(), corpus_register())
    assert [outcome.code for outcome in gated.report.outcomes if not outcome.passed] == []
    assert_facts(gated.tables[SOURCE], case)


@pytest.mark.parametrize("case", JUDGED_BY_GATE, ids=lambda case: case["file"])
def test_what_shows_only_across_rows_is_judged_by_the_gate(tmp_path: Path, case: dict[str, Any]) -> None:
    extract = read_case(tmp_path, case)
    plan = corpus_plan(consent=case["file"].startswith("f"))
    if case["expect"] == "reject":
        with pytest.raises(GateClosed) as caught:
            check(extract, plan, corpus_register())
        assert case["code"] in caught.value.findings
        assert_no_value(str(caught.value), case)
        return
    gated = check(extract, plan, corpus_register())
    assert case["code"] in {outcome.code for outcome in gated.report.outcomes if not outcome.passed}
    assert_facts(gated.tables[SOURCE], case)
    assert_no_value(gate_text(gated.report), case)


def test_every_file_of_the_corpus_is_tested_here_or_as_a_unit_cost_list() -> None:
    files = {path.name for path in CORPUS.iterdir() if path.suffix not in {".md", ".json"}}
    assert files == {case["file"] for case in CASES}
    assert len(REJECTED_BY_READING) + len(SAME_AS_BASELINE) + len(JUDGED_BY_GATE) + 3 == len(CASES)
