"""A plan survives YAML and Excel without loss; what people type into the form comes back as they meant it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from evalkit.errors import PlanError
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.form import form_bytes, write_form
from evalkit.plan.form_layout import MODELS, cells, keys_of
from evalkit.plan.form_reading import load_form, read_form
from evalkit.plan.form_words import COLUMNS, HEADING_ROW, PLAN, SHEETS
from evalkit.plan.loader import load_plan, parse_plan
from evalkit.plan.writing import number_text, plan_to_yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

PLANS = sorted((Path(__file__).parents[2] / "params" / "interventions").glob("*.yaml"))
DEMO = next(path for path in PLANS if path.stem == "np-samverkan")

# What a plan may hold as text: no control or hidden characters, no templates, formulas or personal numbers.
LETTERS = st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"), exclude_characters="{}$%<>_=@+-")
TEXT = (
    st.text(LETTERS, min_size=1, max_size=60)
    .map(lambda text: text.strip())
    .filter(lambda text: text and not any(c.isdigit() for c in text))
)
AWKWARD = st.sampled_from(
    [
        "ja",
        "no",
        "010",
        "1",
        "null",
        "~",
        "a: b",
        "- a",
        "'x'",
        '"',
        "# x",
        "2015-08-15",
        "rad ett\nrad två",
        "_x0041_",
        "1,5",
        "a – b",
        "å ä ö",
    ]
)
PROSE = TEXT | AWKWARD
DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31)).map(date.isoformat)
NUMBERS = st.decimals(-(10**6), 10**6, places=3).map(float) | st.integers(-(10**9), 10**9).map(float)


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_every_plan_survives_yaml_and_excel(path: Path, tmp_path: Path) -> None:
    plan = load_plan(path)
    assert parse_plan(path.name, plan_to_yaml(plan).encode("utf-8")) == plan
    form = tmp_path / "formulär åäö.xlsx"
    write_form(plan, form)
    assert load_form(form) == plan
    assert parse_plan(path.name, read_form(form).encode("utf-8")) == plan


def test_the_same_plan_gives_the_same_bytes() -> None:
    plan = load_plan(DEMO)
    assert form_bytes(plan) == form_bytes(plan)
    assert plan_to_yaml(plan) == plan_to_yaml(plan)


@pytest.mark.parametrize("sheet", sorted(MODELS))
def test_every_key_of_the_plan_has_a_place_and_a_heading_of_its_own(sheet: str) -> None:
    words = PLAN if sheet == "Plan" else COLUMNS[sheet]
    assert keys_of(sheet) - set(words) == set()
    headings = [heading.casefold() for heading, _ in words.values()]
    assert len(headings) == len(set(headings))


def plan_or_codes(load: Callable[[], EvaluationPlan]) -> EvaluationPlan | set[str]:
    try:
        return load()
    except PlanError as refused:
        return set(refused.codes)


def varied(draw: Callable[..., Any]) -> dict[str, Any]:
    plan = load_plan(DEMO).model_dump(mode="json")
    for key in ("title", "background", "municipality"):
        plan[key] = draw(PROSE)
    plan["seed"] = draw(st.integers(0, 2**63 - 1))
    plan["synthetic"] = draw(st.booleans())
    plan["managers_informed"] = draw(st.none() | st.booleans())
    plan["legal_assessment"] = draw(st.none() | st.fixed_dictionaries({"done": DAYS, "by": PROSE, "conclusion": PROSE}))
    plan["questions"], plan["side_effects"] = draw(st.lists(PROSE, max_size=4)), draw(st.lists(PROSE, max_size=4))
    plan["design"]["confidence_level"] = 0.95
    plan["design"]["comparison_description"] = draw(st.none() | PROSE)
    plan["outcomes"][0]["expected_effect"] = draw(st.none() | NUMBERS)
    plan["outcomes"][1]["unit"] = draw(PROSE.map(lambda text: text[:40].strip()).filter(bool))
    plan["economics"] = draw(st.none() | st.just(plan["economics"]))
    plan["sources"][0]["columns"][-1]["labels"] = draw(st.dictionaries(PROSE, PROSE, max_size=5))
    plan["sources"][1]["columns"][3]["missing"] = draw(st.dictionaries(PROSE, PROSE, max_size=3))
    plan["sources"][2]["coverage"] = draw(st.none() | st.just(plan["sources"][2]["coverage"]))
    plan["disclosure"] = {
        "min_cell": draw(st.none() | st.integers(3, 1000)),
        "round_counts_to": draw(st.none() | st.integers(1, 100)),
    }
    return plan


@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_a_plan_with_any_texts_numbers_and_gaps_survives_both(data: st.DataObject, tmp_path: Path) -> None:
    plan = EvaluationPlan.model_validate(varied(data.draw))
    form = tmp_path / "form.xlsx"
    write_form(plan, form)
    by_yaml = plan_or_codes(lambda: parse_plan("np-samverkan.yaml", plan_to_yaml(plan).encode("utf-8")))
    by_form = plan_or_codes(lambda: load_form(form))
    assert by_form == by_yaml
    assert by_form in (plan, {"PAR-DUP"})  # two labels that fold to one are refused by both roads alike


@pytest.mark.parametrize(
    ("number", "text"), [(1e16, "1" + "0" * 16), (0.00001, "0.00001"), (-5.0, "-5"), (0.35, "0.35"), (100, "100")]
)
def test_numbers_are_written_without_exponents(number: float, text: str) -> None:
    assert number_text(number) == text


def retyped(tmp_path: Path, sheet: str, heading: str, value: Any, *, row: int = HEADING_ROW + 1) -> Path:
    """Return the demo's form with one cell typed anew."""
    path = tmp_path / "form.xlsx"
    write_form(load_plan(DEMO), path)
    book = openpyxl.load_workbook(path)
    page = book[sheet]
    if sheet == "Plan":
        row = next(cell.row for cell in page["A"] if str(cell.value or "").rstrip(" *") == heading)
        column = 2
    else:
        column = next(cell.column for cell in page[HEADING_ROW] if str(cell.value or "").rstrip(" *") == heading)
    page.cell(row, column).value = value
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("sheet", "heading", "typed", "get", "expected"),
    [
        ("Plan", "Konfidensnivå", "0,95", lambda plan: plan.design.confidence_level, 0.95),
        ("Plan", "Konfidensnivå", 0.95, lambda plan: plan.design.confidence_level, 0.95),
        ("Plan", "Budget i kronor", "5 000 000", lambda plan: plan.economics.budget_kronor, 5_000_000),
        ("Plan", "Budget i kronor", 5_000_000.0, lambda plan: plan.economics.budget_kronor, 5_000_000),
        ("Plan", "Frö", 7.0, lambda plan: plan.seed, 7),
        ("Plan", "Påhittade data", True, lambda plan: plan.synthetic, True),
        ("Plan", "Påhittade data", "Nej", lambda plan: plan.synthetic, False),
        ("Plan", "Jämförelse", "matched", lambda plan: plan.design.comparison.value, "matched"),
        ("Plan", "Jämförelse", "matched – matchad kontroll", lambda plan: plan.design.comparison.value, "matched"),
        ("Plan", "Rättslig bedömning: datum", date(2014, 3, 2), lambda plan: plan.legal_assessment.done, date(2014, 3, 2)),
        ("Plan", "Rättslig bedömning: datum", "2014-03-02", lambda plan: plan.legal_assessment.done, date(2014, 3, 2)),
        ("Versioner", "Datum", datetime(2014, 3, 2), lambda plan: plan.version, date(2014, 3, 2)),
        ("Plan", "Titel", 2015, lambda plan: plan.title, "2015"),
    ],
)
def test_what_excel_makes_of_typing_comes_back_as_meant(
    tmp_path: Path, sheet: str, heading: str, typed: Any, get: Any, expected: Any
) -> None:
    assert get(load_form(retyped(tmp_path, sheet, heading, typed))) == expected


@pytest.mark.parametrize(
    ("sheet", "heading", "typed", "code", "says"),
    [
        ("Plan", "Konfidensnivå", 5, "PAR-ALPHA", "blad Plan, rad"),
        ("Plan", "Frö", None, "PAR-SEED", "saknas"),
        ("Plan", "Primärt effektmått", "valbefinande", "PAR-REF", "menade du ”valbefinnande”"),
        ("Plan", "Jämförelse", "kö", "PAR-VALUE", "tillåtet"),
        ("Plan", "Titel", "=1+1", "PAR-TEMPLATE", "formel"),
        ("Versioner", "Datum", "igår", "PAR-DATE", "blad Versioner, rad 4: Datum"),
        ("Källor", "Filnamn", "../x.csv", "PAR-PATH", "blad Källor, rad 4: Filnamn"),
        ("Kodbok", "Källa", "personall", "PAR-REF", "menade du ”personal”"),
        ("Etiketter", "Kolumn", "grup", "PAR-REF", "menade du ”grupp”"),
        ("Etiketter", "Slag", "etikett", "PAR-VALUE", "saknadkod"),
        ("Etiketter", "Betyder", "treted", "PAR-VALUE", "menade du ”treated”"),
    ],
)
def test_a_mistake_in_the_form_is_named_with_sheet_row_and_heading(
    tmp_path: Path, sheet: str, heading: str, typed: Any, code: str, says: str
) -> None:
    with pytest.raises(PlanError) as caught:
        load_form(retyped(tmp_path, sheet, heading, typed))
    assert code in caught.value.codes
    assert any(f"[{code}]" in line and says in line for line in str(caught.value).splitlines()), str(caught.value)
    assert "blad " in str(caught.value)


def test_a_renamed_heading_or_a_lost_sheet_is_named(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    write_form(load_plan(DEMO), path)
    book = openpyxl.load_workbook(path)
    book["Aktiviteter"].cell(HEADING_ROW, 1).value = "Kortnam"
    del book["Nyttor"]
    book.save(path)
    with pytest.raises(PlanError, match="menade du ”Kortnamn”") as caught:
        load_form(path)
    assert {"PAR-KEY", "PAR-FORM"} <= set(caught.value.codes)
    assert "Nyttor: bladet saknas" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nej", b"a;b\n1;2\n"])
def test_a_file_that_is_no_form_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(content)
    with pytest.raises(PlanError) as caught:
        load_form(path)
    assert caught.value.code == "PAR-FORM"


def test_the_form_has_a_sheet_for_each_list_drop_downs_for_each_choice_and_no_macros(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    write_form(load_plan(DEMO), path)
    book = openpyxl.load_workbook(path)
    assert [name for name in book.sheetnames if name != "Listor"] == list(SHEETS)
    assert book["Listor"].sheet_state == "hidden"
    for sheet in SHEETS:
        wanted = sum(1 for cell in cells(sheet) if cell.choices and cell.form != "list")
        assert len(book[sheet].data_validations.dataValidation) == wanted, sheet
    assert book.vba_archive is None
