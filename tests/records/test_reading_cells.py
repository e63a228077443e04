"""Cells: numbers, dates, labels, identities, missing codes, free text. Each fault with its code, at any row."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from evalkit.plan.evaluation import EvaluationPlan
from tests.support.corpus_plan import corpus_mapping
from tests.support.reading import HEADER, Outcome, as_csv, changed, good_rows, read


def plan_with(column: str, form: dict[str, object] | None = None, **changes: object) -> EvaluationPlan:
    mapping = corpus_mapping()
    source = mapping["sources"][0]
    source["format"] = form or {}
    source["columns"] = [c | changes if c["name"] == column else c for c in source["columns"]]
    return EvaluationPlan.model_validate(mapping)


def with_cell(folder: Path, column: str, value: str, row: int = 3, plan: EvaluationPlan | None = None) -> Outcome:
    return read(folder, as_csv(changed(row, column, value)), plan=plan)


def with_column(folder: Path, column: str, values: list[str], plan: EvaluationPlan | None = None) -> Outcome:
    rows = good_rows()
    for row, value in zip(rows, values, strict=False):
        row[HEADER.index(column)] = value
    return read(folder, as_csv(rows), plan=plan)


def numbers(outcome: Outcome, column: str = "kostnad") -> list[float]:
    assert outcome.table is not None, outcome.message
    return [float(value) for value in outcome.table[column]]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0.0),
        ("007", 7.0),
        ("12500", 12500.0),
        ("12500,5", 12500.5),
        ("12 500,50", 12500.5),
        ("12\u00a0500", 12500.0),
        ("1\u202f234\u202f567,5", 1234567.5),
        ("12.500,50", 12500.5),
        ("1.234.567", 1234567.0),
        ("12'500", 12500.0),
        ("  12500 ", 12500.0),
        ("12,500", 12.5),
        ("+5", 5.0),
        ("-5", -5.0),
        ("−5,5", -5.5),
        ("–5", -5.0),
        ("0,125", 0.125),
    ],
)
def test_swedish_numbers(tmp_path: Path, text: str, value: float) -> None:
    assert numbers(with_cell(tmp_path, "kostnad", text))[3] == value


@pytest.mark.parametrize(
    "text",
    [
        "fyra",
        "1e5",
        "1e309",
        "4,5E+04",
        "inf",
        "-inf",
        "1 2",
        "12 50",
        "1,2,3",
        "--5",
        "5-",
        "(5)",
        "0x1F",
        "1.2.3",
        "½",
        "9" * 400,
        "٣",
    ],
)
@pytest.mark.parametrize("row", [0, 7])
def test_what_is_no_number_is_refused_and_not_shown(tmp_path: Path, text: str, row: int) -> None:
    outcome = with_cell(tmp_path, "kostnad", text, row)
    assert outcome.codes == ("IN-NUM",)
    assert f"rad {row + 2} kolumn 'kostnad'" in outcome.message
    assert text not in outcome.message.split("kolumn 'kostnad'")[1] or text in {"5-", "1 2"}


@pytest.mark.parametrize("text", ["12.500", "1.000", "999.999"])
def test_a_point_before_three_digits_is_a_question(tmp_path: Path, text: str) -> None:
    assert with_cell(tmp_path, "kostnad", text).codes == ("IN-NUM-AMBIGUOUS",)


def test_a_column_of_points_is_read_as_decimals_where_it_can_mean_nothing_else(tmp_path: Path) -> None:
    outcome = with_column(tmp_path, "kostnad", ["12.5", "13.25", "14.125", "1", "2", "3", "4", "5"])
    assert numbers(outcome)[:3] == [12.5, 13.25, 14.125]
    assert outcome.codes == ("IN-SEP-GUESSED",)


def test_both_decimal_marks_in_a_column_are_refused(tmp_path: Path) -> None:
    outcome = with_cell(tmp_path, "kostnad", "12500.50")
    assert outcome.codes == ("IN-DEC-MIXED",)
    assert "rad 5 " in outcome.message


def test_a_declared_mark_is_binding(tmp_path: Path) -> None:
    points = ["12.500", "13.25", "14.5", "1", "2", "3", "4", "5"]
    told = plan_with("kostnad", {"decimal": "point"})
    assert numbers(with_column(tmp_path / "a", "kostnad", points, told))[0] == 12.5
    assert with_column(tmp_path / "b", "kostnad", ["12,5"] * 8, told).codes == ("IN-DEC-MIXED",)
    assert with_column(tmp_path / "c", "kostnad", ["12,500"] + ["13"] * 7, told).codes == ("IN-NUM-AMBIGUOUS",)
    assert with_column(tmp_path / "d", "kostnad", ["12.5"] * 8, plan_with("kostnad", {"decimal": "comma"})).codes == (
        "IN-DEC-MIXED",
    )


@pytest.mark.parametrize("text", ["12500 kr", "12500,50 SEK", "12 500:-", "12500kr", "12500 kronor"])
def test_the_declared_unit_in_a_cell_is_taken_off_and_noted(tmp_path: Path, text: str) -> None:
    outcome = with_cell(tmp_path, "kostnad", text)
    assert numbers(outcome)[3] in {12500.0, 12500.5}
    assert outcome.codes == ("IN-NUM-UNIT",)


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("kostnad", "12 tkr", "IN-UNIT"),
        ("kostnad", "1,2 mkr", "IN-UNIT"),
        ("kostnad", "12 timmar", "IN-NUM-UNIT"),
        ("kostnad", "12 EUR", "IN-NUM-UNIT"),
        ("poang", "45 %", "IN-NUM-UNIT"),
        ("poang", "45%", "IN-NUM-UNIT"),
        ("poang", "45 p", "IN-NUM-UNIT"),
    ],
)
def test_another_unit_in_a_cell_is_refused(tmp_path: Path, column: str, text: str, code: str) -> None:
    assert with_cell(tmp_path, column, text).codes == (code,)


@pytest.mark.parametrize("text", ["<5", "< 5", ">95", "~100", "≤4", "1-4", "1–4", "färre än 5", "minst 3", "ca 40", "5+"])
def test_a_bound_is_no_value(tmp_path: Path, text: str) -> None:
    assert with_cell(tmp_path, "poang", text).codes == ("MISS-CENSORED",)


@pytest.mark.parametrize("text", ["-", ".", "x", "NA", "n/a", "NaN", "NULL", "saknas", "Uppgift saknas", "?", "*", "–", "vet ej"])
@pytest.mark.parametrize("column", ["poang", "matdatum", "grupp"])
def test_an_undeclared_missing_code_stops(tmp_path: Path, text: str, column: str) -> None:
    is_dash = column == "poang" and text in {"-", "–"}  # which official statistics write for zero
    assert with_cell(tmp_path, column, text).codes == (("MISS-UNKNOWN", "MISS-AMBIGUOUS") if is_dash else ("MISS-UNKNOWN",))


@pytest.mark.parametrize("text", ["..", "sekretess"])
def test_a_suppressed_value_says_so(tmp_path: Path, text: str) -> None:
    assert with_cell(tmp_path, "poang", text).codes == ("MISS-UNKNOWN", "MISS-SUPPRESSED")


def test_a_declared_missing_code_is_missing_and_its_meaning_is_kept(tmp_path: Path) -> None:
    plan = plan_with("poang", missing={"-": "ej besvarat", "999": "bortfall", "x": "ej besvarat"})
    outcome = with_column(tmp_path, "poang", ["-", "999", "X", "41"], plan)
    assert outcome.table is not None
    assert outcome.codes == ()
    assert outcome.table["funktion"].isna().tolist()[:4] == [True, True, True, False]
    kept = [finding for finding in outcome.findings if finding.code == "MISS-DECLARED"]
    assert [(one.n_failed, one.message.split(": ")[-1]) for one in kept] == [(1, "bortfall"), (2, "ej besvarat")]


def test_a_declared_code_that_the_scale_allows_is_ambiguous(tmp_path: Path) -> None:
    assert with_cell(tmp_path, "poang", "99", plan=plan_with("poang", missing={"99": "bortfall"})).codes == ("MISS-AMBIGUOUS",)


@pytest.mark.parametrize("text", ["999", "-9", "-99", "9999"])
def test_a_usual_code_outside_the_scale_is_suspected(tmp_path: Path, text: str) -> None:
    assert with_cell(tmp_path, "poang", text).codes == ("MISS-AMBIGUOUS", "IN-RANGE")


def test_an_empty_cell_is_missing_without_ado(tmp_path: Path) -> None:
    outcome = with_cell(tmp_path, "poang", "")
    assert outcome.table is not None
    assert outcome.table["funktion"].isna().sum() == 1
    assert outcome.codes == ()


@pytest.mark.parametrize("text", ["#SAKNAS!", "#N/A", "#DIVISION/0!", "#VÄRDEFEL!", "#REF!"])
@pytest.mark.parametrize("column", ["poang", "matdatum", "grupp"])
def test_a_spreadsheets_error_value_is_no_cell(tmp_path: Path, text: str, column: str) -> None:
    assert with_cell(tmp_path, column, text).codes == ("IN-FORMULA",)


@pytest.mark.parametrize(
    "text", ["2015-09-01", " 2015-09-01", "2015-09-01 00:00:00", "2015-09-01T00:00:00", "2015–09–01", "2015-09-01 00:00"]
)
def test_iso_dates_are_read(tmp_path: Path, text: str) -> None:
    outcome = with_cell(tmp_path, "matdatum", text)
    assert outcome.table is not None
    assert outcome.table["date"][3] == pd.Timestamp("2015-09-01")
    assert outcome.codes == ()


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("2015-02-29", {"DATE-INVALID"}),
        ("2015-13-01", {"DATE-INVALID"}),
        ("2015-00-10", {"DATE-INVALID"}),
        ("0000-00-00", {"DATE-INVALID"}),
        ("15-09-01", {"DATE-AMBIGUOUS", "DATE-MIXED"}),
        ("150901", {"DATE-AMBIGUOUS", "DATE-MIXED"}),
        ("01/09/2015", {"DATE-AMBIGUOUS", "DATE-MIXED"}),
        ("1.9.2015", {"DATE-AMBIGUOUS", "DATE-MIXED"}),
        ("1/9-15", {"DATE-AMBIGUOUS", "DATE-MIXED"}),
        ("42248", {"DATE-SERIAL", "DATE-MIXED"}),
        ("42248,5", {"DATE-SERIAL", "DATE-MIXED"}),
        ("20150901", {"DATE-MIXED"}),
        ("2015/09/01", {"DATE-MIXED"}),
        ("1 september 2015", {"DATE-MIXED"}),
        ("sep-15", {"DATE-MIXED"}),
        ("hösten", {"DATE-MIXED"}),
        ("2015-09-01 14:30", {"DATE-TZ"}),
        ("2015-09-01T22:00:00Z", {"DATE-TZ"}),
        ("2015-09-01T00:00:00+02:00", {"DATE-TZ"}),
        ("2016-09-16", {"DATE-RANGE"}),
        ("1970-01-01", {"DATE-RANGE"}),
        ("9999-12-31", {"DATE-RANGE"}),
    ],
)
def test_every_other_way_to_write_a_date_has_its_code(tmp_path: Path, text: str, codes: set[str]) -> None:
    assert set(with_cell(tmp_path, "matdatum", text).codes) == codes


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        (["20150901"] * 8, ("DATE-FORMAT",)),
        (["2015/09/01"] * 8, ("DATE-FORMAT",)),
        (["42248"] * 8, ("DATE-SERIAL",)),
        (["09/01/2015"] * 4 + ["08/31/2016"] * 4, ("DATE-AMBIGUOUS",)),
        (["31.12.2015"] * 8, ("DATE-AMBIGUOUS",)),
    ],
)
def test_a_whole_column_in_another_form_is_named_once(tmp_path: Path, values: list[str], codes: tuple[str, ...]) -> None:
    outcome = with_column(tmp_path, "matdatum", values)
    assert outcome.codes == codes
    assert len(outcome.message.splitlines()) == 1


@pytest.mark.parametrize(
    ("form", "text"),
    [("YYYYMMDD", "20150901"), ("DD/MM/YYYY", "1/9/2015"), ("DD.MM.YYYY", "01.09.2015"), ("MM/DD/YYYY", "09/01/2015")],
)
def test_another_form_can_be_declared(tmp_path: Path, form: str, text: str) -> None:
    outcome = with_column(tmp_path, "matdatum", [text] * 8, plan_with("matdatum", date_form=form))
    assert outcome.table is not None, outcome.message
    assert set(outcome.table["date"]) == {pd.Timestamp(date(2015, 9, 1))}


def period_plan() -> EvaluationPlan:
    return plan_with("matdatum", role="period", kind="period")


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2015-09", "2015-09"),
        ("2015M09", "2015-09"),
        ("201509", "2015-09"),
        ("VT2016", "VT2016"),
        ("ht 2015", "HT2015"),
        ("2016 VT", "VT2016"),
        ("2015", "2015"),
        ("2015K3", "2015K3"),
        ("2015 Q3", "2015K3"),
    ],
)
def test_periods_get_one_written_form(tmp_path: Path, text: str, period: str) -> None:
    outcome = with_column(tmp_path, "matdatum", [text] * 8, period_plan())
    assert outcome.table is not None, outcome.message
    assert set(outcome.table["period"]) == {period}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("VT16", "DATE-AMBIGUOUS"),
        ("sep-15", "DATE-AMBIGUOUS"),
        ("2015/16", "DATE-AMBIGUOUS"),
        ("2015-13", "DATE-FORMAT"),
        ("hösten", "DATE-FORMAT"),
    ],
)
def test_a_vague_period_is_refused(tmp_path: Path, text: str, code: str) -> None:
    assert with_column(tmp_path, "matdatum", [text] * 8, period_plan()).codes == (code,)


def test_months_and_years_in_one_column_are_mixed(tmp_path: Path) -> None:
    values = ["2015-09"] * 7 + ["2016"]
    assert with_column(tmp_path, "matdatum", values, period_plan()).codes == ("DATE-MIXED",)


@pytest.mark.parametrize("text", ["BEHANDLAD", " behandlad ", "Behandlad", "be\u0301handlad".replace("\u0301", "")])
def test_labels_fold_case_and_blanks(tmp_path: Path, text: str) -> None:
    assert with_cell(tmp_path, "grupp", text, row=0).accepted


@pytest.mark.parametrize("text", ["behandl.", "1", "ja", "insats", "behаndlad", "<script>x</script>", "jämforelse"])
def test_any_other_label_stops_and_is_not_shown(tmp_path: Path, text: str) -> None:
    outcome = with_cell(tmp_path, "grupp", text)
    assert outcome.codes == ("IN-LABEL",)
    assert len(text) < 3 or text not in outcome.message


def test_labels_that_fail_under_a_guessed_encoding_say_so(tmp_path: Path) -> None:
    rows = changed(0, "enhet", "Hagaskolan")
    outcome = read(tmp_path, as_csv(rows).encode("cp1252"))
    assert outcome.codes == ("IN-LABEL", "IN-ENC-LABEL")


def test_labels_of_a_value_column_become_its_numbers(tmp_path: Path) -> None:
    plan = plan_with("poang", kind="category", labels={"ja": "1", "nej": "0"}, minimum="0")
    outcome = with_column(tmp_path, "poang", ["ja", "nej"] * 4, plan)
    assert numbers(outcome, "funktion") == [1.0, 0.0] * 4


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("3159902", "ID-DIGITS"),
        ("1,99E+11", "ID-SCIENTIFIC"),
        ("19900101-9803", "ID-LUHN"),
        ("19900231-9800", "ID-DATE"),
        ("19500101-9800", "ID-AGE"),
        ("900101+9802", "ID-AGE"),
        ("19900101-T802", "ID-INTERIM"),
        ("19121212-1212", "ID-AGE"),
        ("P017", "ID-MIXED"),
        ("Anna Testsson", "ID-FORMAT"),
        ("", "ID-FORMAT"),
    ],
)
def test_a_faulty_identity_has_its_code_and_is_never_shown(tmp_path: Path, text: str, code: str) -> None:
    outcome = with_cell(tmp_path, "personnummer", text, row=5)
    assert outcome.codes == (code,)
    assert "rad 7 kolumn 'personnummer'" in outcome.message
    assert not text or text not in outcome.message


def test_other_identities_need_their_own_kind(tmp_path: Path) -> None:
    rows = good_rows()
    for row in rows:
        row[0] = f"st-{row[0][-4:]}"
    assert read(tmp_path / "a", as_csv(rows)).codes == ("ID-FORMAT",)
    outcome = read(tmp_path / "b", as_csv(rows), plan=plan_with("personnummer", kind="text"))
    assert outcome.table is not None
    assert outcome.table["person"].nunique() == 4
    assert "birth_date" not in outcome.table.columns
    assert read(tmp_path / "c", as_csv(good_rows()), plan=plan_with("personnummer", kind="text")).codes == ("ID-FORMAT",)


def test_birth_date_and_sex_come_from_the_number_unless_a_column_says_them(tmp_path: Path) -> None:
    outcome = read(tmp_path / "a", as_csv(good_rows()))
    assert outcome.table is not None
    assert outcome.table["birth_date"][0] == pd.Timestamp("1990-01-01")
    assert outcome.table["sex"].tolist()[::2] == ["woman", "man", "woman", "man"]
    plan = plan_with("enhet", role="sex", labels={"Vivallaskolan": "other"})
    own = read(tmp_path / "b", as_csv(good_rows()), plan=plan)
    assert own.table is not None
    assert set(own.table["sex"]) == {"other"}


@pytest.mark.parametrize(
    "text",
    [
        "Anna Testsson kom sent",
        "ring 070-174 06 50",
        "tel 08-123 45 67",
        "+46 70 174 06 50",
        "skriv till anna@example.org",
        "se 19900101-9802",
        "se 900101–9802",
        "bor på Provgatan 12",
        "mamma Anna vill inte",
    ],
)
def test_free_text_that_points_a_person_out_stops_and_is_not_shown(tmp_path: Path, text: str) -> None:
    outcome = with_cell(tmp_path, "kommentar", text)
    assert outcome.codes == ("PII-FREETEXT",)
    assert text not in outcome.message


@pytest.mark.parametrize("text", ["ok", "kom sent", "Uteblev 2015-09-01", "12 500 kr", "Västra skolan", "se bilaga 3", "Ja. Nej."])
def test_ordinary_free_text_passes(tmp_path: Path, text: str) -> None:
    assert with_cell(tmp_path, "kommentar", text).codes == ()


def test_free_text_can_be_allowed_and_is_left_behind_all_the_same(tmp_path: Path) -> None:
    mapping = corpus_mapping() | {"quality": {"free_text_allowed": "true"}}
    outcome = with_cell(tmp_path, "kommentar", "Anna Testsson", plan=EvaluationPlan.model_validate(mapping))
    assert outcome.table is not None
    assert outcome.codes == ("PII-FREETEXT",)
    assert "kommentar" not in outcome.table.columns


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd|x"])
def test_text_that_a_spreadsheet_would_run_is_noted(tmp_path: Path, text: str) -> None:
    assert with_cell(tmp_path, "kommentar", text).codes == ("OUT-NEUTRALISE",)


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    rows = changed(0, "poang", "fyra")
    rows[1][3] = "2015-02-30"
    rows[2][1] = "okej"
    rows[3][0] = "19900101-9803"
    outcome = read(tmp_path, as_csv(rows))
    assert set(outcome.codes) == {"IN-NUM", "DATE-INVALID", "IN-LABEL", "ID-LUHN"}
    assert len(outcome.message.splitlines()) == 4


def test_many_faulty_rows_are_counted_and_the_first_ten_named(tmp_path: Path) -> None:
    rows = [row for _ in range(20) for row in changed(0, "poang", "fyra")]
    outcome = read(tmp_path, as_csv(rows))
    assert "(20 celler)" in outcome.message
    assert "och 10 till" in outcome.message
