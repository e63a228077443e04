"""A new evaluation loads as it stands, says what is missing, and its templates are deliveries that evalkit reads."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from evalkit.errors import PlanError
from evalkit.plan.data_template import data_template, template_name
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.form_reading import load_form
from evalkit.plan.instruments import InstrumentRegister
from evalkit.plan.loader import load_plan, plan_warnings
from evalkit.plan.project import Project
from evalkit.plan.scaffold import plan_template, scaffold
from evalkit.plan.schema import schemas
from evalkit.plan.strict_yaml import parse_document

PLANS = sorted((Path(__file__).parents[2] / "params" / "interventions").glob("*.yaml"))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    root = tmp_path / "en mapp med åäö"
    (root / "params" / "interventions").mkdir(parents=True)
    return Project(root)


def test_a_new_plan_loads_and_says_what_is_still_to_be_filled_in(project: Project) -> None:
    files = scaffold(project, "min-satsning", 'Min "satsning": på väg')
    plan = load_plan(project.plan_file("min-satsning"))
    assert plan.title == 'Min "satsning": på väg'
    assert not plan.synthetic
    warnings = plan_warnings(plan)
    assert len(warnings) == 1
    assert "FYLL I" in warnings[0]
    assert [project.relative(file) for file in files] == [
        "params/interventions/min-satsning.yaml",
        "params/interventions/min-satsning/formular.xlsx",
        "params/interventions/min-satsning/deltagare_mall.xlsx",
        "params/interventions/min-satsning/matning_mall.xlsx",
        "params/interventions/min-satsning/aktiviteter_mall.xlsx",
    ]
    assert load_form(files[1]) == plan


def test_a_plan_without_placeholders_has_no_warning_left(project: Project) -> None:
    scaffold(project, "klar", "Klar")
    path = project.plan_file("klar")
    path.write_text(
        path.read_text(encoding="utf-8").replace("FYLL I", "Ifyllt").replace("2000-01-01", "2015-08-15"), encoding="utf-8"
    )
    assert plan_warnings(load_plan(path)) == ()


def test_nothing_is_overwritten_and_nothing_is_written_beside_what_is_there(project: Project) -> None:
    first = scaffold(project, "min-satsning", "Min satsning")
    first[0].unlink()
    before = {file: file.read_bytes() for file in first[1:]}
    with pytest.raises(PlanError, match=r"formular\.xlsx") as caught:
        scaffold(project, "min-satsning", "En annan")
    assert caught.value.code == "PAR-EXISTS"
    assert not first[0].exists()
    assert {file: file.read_bytes() for file in first[1:]} == before


@pytest.mark.parametrize(
    ("plan_id", "title", "code"),
    [
        ("../ut", "T", "PAR-PATH"),
        ("a/b", "T", "PAR-PATH"),
        ("Stor Bokstav", "T", "PAR-VALUE"),
        ("con", "T", "PAR-VALUE"),
        ("a: 1\nb", "T", "PAR-PATH"),
        ("ok-1", "{{ mall }}", "PAR-TEMPLATE"),
        ("ok-1", "=1+1", "PAR-TEMPLATE"),
        ("ok-1", "", "PAR-VALUE"),
        ("ok-1", "Om 19121212-1212", "PAR-PII"),
    ],
)
def test_a_name_or_title_that_cannot_be_used_writes_nothing(project: Project, plan_id: str, title: str, code: str) -> None:
    with pytest.raises(PlanError) as caught:
        scaffold(project, plan_id, title)
    assert code in caught.value.codes
    assert list(project.root.rglob("*.yaml")) == []


def test_each_new_plan_has_a_seed_of_its_own_that_its_name_decides() -> None:
    seeds = {parse_document("x", plan_template(name, "T").encode("utf-8")).data["seed"] for name in ("aa", "bb", "cc")}
    assert len(seeds) == 3
    assert plan_template("aa", "T") == plan_template("aa", "T")


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_every_source_has_a_template_with_its_headings_answers_and_codebook(path: Path) -> None:
    plan = load_plan(path)
    for source in plan.sources:
        content = data_template(plan, source)
        assert content == data_template(plan, source)
        book = openpyxl.load_workbook(io.BytesIO(content))
        assert book.sheetnames == [source.format.sheet or "Data", "Kodbok"]
        wanted = [column.header or column.name for column in source.columns if column.role.value != "ignore"]
        page = book[book.sheetnames[0]]
        assert [cell.value for cell in page[source.format.header_row]] == wanted
        assert [row[0].value for row in book["Kodbok"].iter_rows(min_row=2, max_row=len(wanted) + 1)] == wanted
        answers = {cell.value for row in book["Kodbok"].iter_rows(min_row=2, min_col=11) for cell in row if cell.value}
        assert answers == {label for column in source.columns if column.labels for label in (*column.labels, *column.missing)}
        assert book.vba_archive is None


def filled(content: bytes, rows: list[list[Any]], target: Path) -> Path:
    """Return the template typed full by someone in Excel."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book[book.sheetnames[0]]
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            page.cell(number, column).value = value
    target.parent.mkdir(parents=True, exist_ok=True)
    book.save(target)
    return target


def reserved_number(day: int) -> str:
    """Return a personal number from the range that the tax authority reserves for testing."""
    digits = f"0001{day:02d}98{day % 10}"
    total = sum(int(part) for position, digit in enumerate(digits) for part in str(int(digit) * (2 - position % 2)))
    return f"20{digits}{-total % 10}"


ROWS: dict[str, list[list[Any]]] = {
    "deltagare": [
        [reserved_number(1), "insats", date(2015, 9, 1), None, "kvinna", "ja", None],
        [reserved_number(2), "jämförelse", None, date(2015, 9, 3), "man", "ja", None],
    ],
    "matning": [[reserved_number(1), date(2015, 9, 1), 41.5], [reserved_number(2), date(2015, 9, 4), "-"]],
    "aktivitetslogg": [[reserved_number(1), date(2015, 10, 1), "samtal", 2, "ja"]],
}


def test_templates_filled_in_are_deliveries_that_can_be_imported_and_read(project: Project, tmp_path: Path) -> None:
    from evalkit.records.deliveries import find_deliveries
    from evalkit.records.importing import import_files
    from evalkit.records.pseudonym import load_key
    from evalkit.records.reading import read_sources

    scaffold(project, "min-satsning", "Min satsning")
    path = project.plan_file("min-satsning")
    path.write_text(path.read_text(encoding="utf-8").replace("data_kind:", "synthetic: true\ndata_kind:"), encoding="utf-8")
    plan: EvaluationPlan = load_plan(path)
    outbox = tmp_path / "skickat"
    files = [filled(data_template(plan, source), ROWS[source.id], outbox / template_name(source)) for source in plan.sources]
    import_files(project, plan, files, date(2016, 9, 15))
    extract = read_sources(find_deliveries(project, plan), plan, load_key(project, plan), InstrumentRegister(instruments=()))
    assert {name: len(table) for name, table in extract.tables.items()} == {"deltagare": 2, "matning": 2, "aktivitetslogg": 1}
    assert extract.tables["matning"]["effektmatt"].tolist()[0] == 41.5
    assert extract.tables["deltagare"]["group"].tolist() == ["treated", "comparison"]


def test_schemas_know_every_key_and_refuse_unknown_ones() -> None:
    found = schemas()
    assert set(found) == {"plan", "disclosure", "instrument"}
    for schema in found.values():
        assert schema["additionalProperties"] is False
        assert schema["$schema"].startswith("https://json-schema.org/")
    assert set(found["plan"]["properties"]) == set(EvaluationPlan.model_fields)
