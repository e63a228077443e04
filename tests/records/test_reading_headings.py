"""Headings, totals and what nobody asked for: where the table begins and ends, and which columns may come in."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from evalkit.plan.evaluation import EvaluationPlan
from tests.support.corpus_plan import corpus_mapping
from tests.support.reading import HEADER, as_csv, good_rows, read


def plan_with(column: str = "", form: dict[str, object] | None = None, **changes: object) -> EvaluationPlan:
    mapping = corpus_mapping()
    source = mapping["sources"][0]
    source["format"] = form or {}
    source["columns"] = [c | changes if c["name"] == column else c for c in source["columns"]]
    return EvaluationPlan.model_validate(mapping)


def widened(name: str, values: list[str] | None = None) -> str:
    values = values or ["1"] * 8
    return as_csv([[*row, value] for row, value in zip(good_rows(), values, strict=True)], header=(*HEADER, name))


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("write", [str.upper, str.title, "  {} ".format, "\ufeff{}".format])
def test_headings_are_folded(tmp_path: Path, form: str, write: object) -> None:
    assert callable(write)
    header = [unicodedata.normalize(form, str(write(name))) for name in HEADER]
    assert read(tmp_path, as_csv(good_rows(), header=header)).accepted


def test_another_heading_can_be_declared(tmp_path: Path) -> None:
    header = ["Poäng (0–100)" if name == "poang" else name for name in HEADER]
    assert not read(tmp_path / "a", as_csv(good_rows(), header=header)).accepted
    assert read(tmp_path / "b", as_csv(good_rows(), header=header), plan=plan_with("poang", header="poäng  (0–100)")).accepted


def test_a_heading_with_blanks_or_hyphens_is_the_name_with_underscores(tmp_path: Path) -> None:
    mapping = corpus_mapping()
    mapping["sources"][0]["columns"][3]["name"] = "datum_för_mätning"
    header = ["Datum för-mätning" if name == "matdatum" else name for name in HEADER]
    assert read(tmp_path, as_csv(good_rows(), header=header), plan=EvaluationPlan.model_validate(mapping)).accepted


def test_every_missing_column_is_named_with_the_nearest(tmp_path: Path) -> None:
    header = ["poäng" if name == "poang" else "grup" if name == "grupp" else name for name in HEADER]
    outcome = read(tmp_path, as_csv(good_rows(), header=header))
    assert outcome.codes.count("IN-COL-MISSING") == 1
    assert "kolumn 'poang'" in outcome.message
    assert "närmast i filen: 'poäng'" in outcome.message
    assert "närmast i filen: 'grup'" in outcome.message


def test_an_optional_column_may_be_absent(tmp_path: Path) -> None:
    rows = [[*row[:6], *row[7:]] for row in good_rows()]
    header = tuple(name for name in HEADER if name != "kostnad")
    outcome = read(tmp_path, as_csv(rows, header=header), plan=plan_with("kostnad", required="false"))
    assert outcome.table is not None
    assert "kostnad" not in outcome.table.columns


@pytest.mark.parametrize("name", ["poang", "POANG", " Poang ", "poang.1"])
def test_a_column_twice_is_refused(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, widened(name)).codes == ("IN-COL-DUP",)


@pytest.mark.parametrize(
    "name",
    [
        "namn",
        "Förnamn",
        "efternamn",
        "adress",
        "telefon",
        "Mobilnr",
        "e-post",
        "epost",
        "email",
        "vårdnadshavare",
        "bostadsort",
        "pnr",
    ],
)
def test_a_column_that_identifies_is_refused_for_what_it_is(tmp_path: Path, name: str) -> None:
    outcome = read(tmp_path, widened(name))
    assert outcome.codes == ("IN-COL-FORBIDDEN",)
    assert "pekar ut personer" in outcome.message


def test_any_other_column_nobody_asked_for_is_refused_with_the_way_out(tmp_path: Path) -> None:
    outcome = read(tmp_path / "a", widened("skonummer"))
    assert outcome.codes == ("IN-COL-FORBIDDEN",)
    assert "role: ignore" in outcome.message
    mapping = corpus_mapping()
    mapping["sources"][0]["columns"].append({"name": "skonummer", "role": "ignore", "kind": "text"})
    ignored = read(tmp_path / "b", widened("skonummer"), plan=EvaluationPlan.model_validate(mapping))
    assert ignored.table is not None
    assert "skonummer" not in ignored.table.columns


@pytest.mark.parametrize(
    "name",
    ["=cmd|'/c calc'!A1", "<b>x</b>", "a b; drop", "C(x)", "`x`", "{{7*7}}", "1abc", "x" * 60, "@sum", "a,b)+__import__('os')"],
)
def test_a_heading_that_could_run_is_refused_and_not_shown(tmp_path: Path, name: str) -> None:
    outcome = read(tmp_path, widened(f'"{name}"'))
    assert outcome.codes == ("IN-COL-NAME",)
    assert name not in outcome.message


@pytest.mark.parametrize("name", ["", "Unnamed: 0", "index"])
@pytest.mark.parametrize("first", [0, 1])
def test_saved_row_numbers_are_left_out_and_noted(tmp_path: Path, name: str, first: int) -> None:
    rows = [[str(number), *row] for number, row in enumerate(good_rows(), start=first)]
    outcome = read(tmp_path, as_csv(rows, header=(name, *HEADER)))
    assert outcome.accepted
    assert outcome.codes == ("IN-COL-INDEX",)


def test_a_column_called_index_with_other_content_is_not_taken_for_row_numbers(tmp_path: Path) -> None:
    assert read(tmp_path, widened("index", list("31415926"))).codes == ("IN-COL-FORBIDDEN",)


def test_content_without_a_heading_is_refused_and_an_empty_column_is_not(tmp_path: Path) -> None:
    assert read(tmp_path / "a", widened("")).codes == ("IN-HEADER",)
    assert read(tmp_path / "b", widened("", [""] * 8)).accepted


def test_title_rows_above_the_heading_are_found_and_can_be_declared(tmp_path: Path) -> None:
    text = "Uttag ur systemet\r\n\r\nEnhet: skolan;;\r\n" + as_csv(good_rows())
    outcome = read(tmp_path / "a", text)
    assert outcome.codes[-1] == "IN-HEADER"
    assert "header_row: 4" in outcome.message
    told = read(tmp_path / "b", text, plan=plan_with(form={"header_row": "4"}))
    assert told.table is not None
    assert told.table["_line"].tolist() == list(range(5, 13))


def test_a_file_without_headings_is_refused_and_its_first_row_not_shown(tmp_path: Path) -> None:
    outcome = read(tmp_path, "\r\n".join(as_csv(good_rows()).split("\r\n")[1:]))
    assert outcome.codes == ("IN-HEADER",)
    assert "9802" not in outcome.message


def test_a_heading_repeated_among_the_rows_is_refused(tmp_path: Path) -> None:
    rows = good_rows()
    outcome = read(tmp_path, as_csv([*rows[:4], list(HEADER), *rows[4:]]))
    assert "IN-HEADER" in outcome.codes
    assert "rad 6:" in outcome.lines_of("IN-HEADER")


def test_a_second_line_of_headings_is_refused(tmp_path: Path) -> None:
    words = ["id", "grupp", "när", "datum", "skala", "totalpoäng", "kronor", "skola", "övrigt"]
    assert "IN-HEADER" in read(tmp_path, as_csv([words, *good_rows()])).codes


@pytest.mark.parametrize(
    "last",
    [
        ["Summa", "", "", "", "", "352", "100012,0", "", ""],
        ["Totalt", "", "", "", "", "", "", "", ""],
        ["", "", "", "", "", "352", "100012,0", "", ""],
        ["", "Medelvärde", "", "", "", "44", "", "", ""],
        ["Källa: skolans system"],
        ["Not: preliminära uppgifter", "", "", "", "", "", "", "", ""],
        ["* avser hela året"],
    ],
)
def test_totals_and_notes_are_no_persons(tmp_path: Path, last: list[str]) -> None:
    outcome = read(tmp_path / "a", as_csv([*good_rows(), last]))
    assert outcome.codes == ("IN-TOTALROW",)
    assert "rad 10:" in outcome.message
    told = read(tmp_path / "b", as_csv([*good_rows(), last]), plan=plan_with(form={"footer_rows": "1"}))
    assert told.accepted, told.message


@pytest.mark.parametrize("heading", ["kostnad (tkr)", "Kostnad tkr", "kostnad_tkr", "kostnad [mkr]", "kostnad, ksek"])
def test_another_unit_in_the_heading_is_refused(tmp_path: Path, heading: str) -> None:
    header = [heading if name == "kostnad" else name for name in HEADER]
    assert "IN-UNIT" in read(tmp_path, as_csv(good_rows(), header=header)).codes


@pytest.mark.parametrize("heading", ["kostnad (kr)", "Kostnad SEK", "kostnad_kronor"])
def test_the_plans_own_unit_in_the_heading_is_welcome(tmp_path: Path, heading: str) -> None:
    header = [heading if name == "kostnad" else name for name in HEADER]
    assert read(tmp_path, as_csv(good_rows(), header=header)).accepted
