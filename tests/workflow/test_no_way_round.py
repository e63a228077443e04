"""Attacks on the wall: each tries to get something past `clear`, and each is met by a refusal or by harmless text."""

from __future__ import annotations

import html
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import nbformat.v4 as nb
import pytest
from evalkit.errors import DisclosureRefused, EvalkitError, NotReproduced, PlanError
from evalkit.plan.project import Project
from evalkit.release.disclosure import clear
from evalkit.release.scan import Scan, scan_bytes
from evalkit.workflow import run as flow
from evalkit.workflow.notebooks import execute
from evalkit.workflow.report_cells import refuse_foreign_code
from evalkit.workflow.share_content import content_of
from tests.support.report_page import page as page_of
from tests.support.sample_result import policy, sample_result
from tests.support.small_run import HERE, ID, PLAN, small_project

REPORT = HERE / "notebooks" / "90_rapport.ipynb"
OPEN = "safe = report.open_safe_result(plan_file, run_dir)"

FOREIGN = [
    "import pandas",
    "from evalkit.workflow.session import open_run",
    "from evalkit.release import report as findings",
    "from evalkit.release import html",
    "from evalkit.release.report import *",
    "print(open('data/raw/x.csv').read())",
    "safe = open('data/raw/x.csv').read()",
    "safe = report.open_safe_result('params/x.yaml', run_dir)",
    "safe = report.open_safe_result(plan_file, run_dir).plan",
    "run_dir = 'reports/annan/senaste'",
    "report.Path('data').read_text()",
    "report.os.system('ls')",
    "report.find_project(safe)",
    "report.results(open('data/raw/x.csv').read())",
    "report.results(safe, extra=open('x').read())",
    "report.results(safe).data",
    "report.results(safe) + str(safe)",
    "report.__dict__",
    "getattr(report, 'os')",
    "report.results = print",
    "safe",
    "'en text med ett namn'",
    "%run 20_fore_efter.ipynb",
    "!type data\\raw\\x.csv",
    "def f(): pass",
    "lambda: report.results(safe)",
    "(report.results)(safe)\nimport os",
    "[report.results(safe) for _ in open('x')]",
    "report.results(*open('x'))",
    "report.results(safe",
]


@pytest.mark.parametrize("code", FOREIGN)
def test_a_report_notebook_that_does_more_than_show_the_result_is_refused_before_it_runs(code: str) -> None:
    notebook = nb.new_notebook(cells=[nb.new_markdown_cell("# Rapport"), nb.new_code_cell(code)])
    with pytest.raises(DisclosureRefused) as refused:
        refuse_foreign_code("90_rapport.ipynb", notebook)
    assert refused.value.code == "REPORT-CODE"
    assert "cell 2, rad" in str(refused.value)


def test_chapters_may_be_left_out_and_reordered() -> None:
    cells = ["from evalkit.release import report", OPEN, "report.summary(safe)\nreport.front(safe)"]
    refuse_foreign_code("90_rapport.ipynb", nb.new_notebook(cells=[nb.new_code_cell(code) for code in cells]))


ACTIVE = [
    "Satsning <script>alert(1)</script>",
    "Bild <img src=x onerror=fetch(1)>",
    "Svar: {{ 7*7 }}",
    '=HYPERLINK("x";"tal")',
    "</section><iframe src=//x>",
]
TITLE = "Barn <3 år & unga > 15: 'prov' <b"


def plan_with(title: str) -> str:
    quoted = title.replace("'", "''")
    return PLAN.replace("title: Liten prövning (påhittade kommuner)", f"title: '{quoted}'")


@pytest.mark.parametrize("text", ACTIVE)
def test_active_text_in_a_plan_is_refused_before_anything_is_computed(tmp_path: Path, text: str) -> None:
    project = small_project(tmp_path / "projekt")
    project.plan_file(ID).write_text(plan_with(text), encoding="utf-8")
    with pytest.raises(PlanError) as refused:
        flow.run(project, ID)
    assert refused.value.code == "PAR-TEMPLATE"


@pytest.mark.parametrize("text", ACTIVE)
def test_active_text_that_came_past_the_plan_is_plain_text_in_the_page(text: str) -> None:
    result = sample_result()
    safe = clear(
        replace(result, plan=replace(result.plan, title=text), plan_text=replace(result.plan_text, background=text)), policy()
    )
    page = page_of(safe)
    assert html.escape(text) in page or html.escape(text, quote=False) in page
    assert "<script" not in page
    assert "<iframe" not in page
    assert scan_bytes("report.html", page.encode("utf-8"), Scan()) == ()


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> flow.RunOutcome:
    project = small_project(tmp_path_factory.mktemp("elak"))
    project.plan_file(ID).write_text(plan_with(TITLE), encoding="utf-8")
    delivery = next(project.raw(ID).rglob("*.csv"))
    delivery.rename(delivery.with_name("kommuner 'onload=x' {{7*7}}.csv"))
    return flow.run(project, ID)


def test_what_people_write_in_a_plan_is_text_in_the_page_and_never_markup_or_a_template(nasty: flow.RunOutcome) -> None:
    page = nasty.report.read_text(encoding="utf-8")
    assert html.escape(TITLE, quote=False) in page or html.escape(TITLE) in page
    assert "kommuner 'onload=x' {{7*7}}.csv" in html.unescape(page)
    assert scan_bytes("report.html", page.encode("utf-8"), Scan(min_cell=0)) == ()


def altered_result(folder: Path) -> None:
    path = folder / "share" / "safe_result.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"n_delivered": ', '"n_delivered": 1'), encoding="utf-8")


def altered_inside(folder: Path) -> None:
    path = folder / "internal" / "result.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["plan"]["data_kind"] = "public "
    path.write_text(json.dumps(document), encoding="utf-8")


def extra_file(folder: Path) -> None:
    (folder / "share" / "rader.csv").write_text("kod;poäng\n", encoding="utf-8")


def linked_report(folder: Path) -> None:
    report = folder / "share" / "report.html"
    report.rename(folder / "share" / "annan.html")
    report.symlink_to("annan.html")


def linked_folder(folder: Path) -> None:
    (folder / "share").rename(folder / "egen")
    (folder / "share").symlink_to("egen", target_is_directory=True)


@pytest.mark.parametrize("harm", [altered_result, altered_inside, extra_file, linked_report, linked_folder])
def test_a_run_that_was_touched_is_no_source_of_a_bundle(
    nasty: flow.RunOutcome, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    root = nasty.folder.parents[2]
    shutil.copytree(root, tmp_path / "kopia")
    project = Project(tmp_path / "kopia")
    harm(project.root / nasty.folder.relative_to(root))
    with pytest.raises((DisclosureRefused, NotReproduced)):
        content_of(project, ID, nasty.run)


def test_a_changed_report_notebook_is_refused_when_sharing_although_the_run_is_whole(
    nasty: flow.RunOutcome, tmp_path: Path
) -> None:
    root = nasty.folder.parents[2]
    shutil.copytree(root, tmp_path / "kopia")
    project = Project(tmp_path / "kopia")
    notebook = project.notebooks / REPORT.name
    notebook.write_text(
        notebook.read_text(encoding="utf-8").replace("report.foot(safe)", "open('data/raw/x').read()"), encoding="utf-8"
    )
    with pytest.raises(DisclosureRefused) as refused:
        content_of(project, ID, nasty.run)
    assert refused.value.code == "REPORT-CODE"


@pytest.mark.parametrize(
    "values",
    [
        {"plan_file": "../hemligt.yaml", "run_dir": "reports/x/y"},
        {"plan_file": "params/x.yaml", "run_dir": "http://exempel.se/x"},
        {"plan_file": "params/x.yaml", "run_dir": "C:/Users/x"},
        {"plan_file": "params/x.yaml", "run_dir": "\\\\server\\x"},
        {"plan_file": "params/x.yaml", "run_dir": "reports/x", "x=1; import os": "1"},
        {"plan_file": "params/x.yaml"},
    ],
)
def test_parameters_are_two_paths_inside_the_project_or_nothing_runs(tmp_path: Path, values: dict[str, str]) -> None:
    project = small_project(tmp_path / "projekt")
    with pytest.raises(PlanError) as refused:
        execute(project, project.notebooks / REPORT.name, values)
    assert refused.value.code == "PAR-NOTEBOOK"


@pytest.mark.parametrize("identity", ["../annan", "a/b", "a b", "", "CON<", "x" * 200])
def test_an_intervention_is_named_by_a_plain_word(tmp_path: Path, identity: str) -> None:
    project = small_project(tmp_path / "projekt")
    project.plan_file(ID).write_text(PLAN.replace("id: liten", f"id: '{identity}'", 1), encoding="utf-8")
    with pytest.raises(EvalkitError):
        flow.run(project, ID)
