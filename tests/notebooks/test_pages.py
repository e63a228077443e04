"""A notebook is a page, not a program: short cells, no definitions, two parameters, questions, stored headlines only."""

import ast
import json
import re

import pytest
from evalkit.workflow.normalise import HEADLINE
from evalkit.workflow.notebooks import PARAMETERS
from tests.support.small_run import HERE

PAGES = sorted((HERE / "notebooks").glob("*.ipynb"))
ANALYSIS = [page for page in PAGES if not page.name.startswith("90_")]


def cells(page, kind):
    return [cell for cell in json.loads(page.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == kind]


def test_the_pages_are_there():
    assert [page.stem for page in PAGES] == ["10_kvalitet", "20_fore_efter", "30_did", "32_lottad", "50_design", "90_rapport"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_cell_has_at_most_ten_lines_and_defines_nothing(page):
    for cell in cells(page, "code"):
        source = "".join(cell["source"])
        assert len(source.splitlines()) <= 10
        assert not [node for node in ast.walk(ast.parse(source)) if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_parameters_are_two_texts_in_one_tagged_cell(page):
    tagged = [cell for cell in cells(page, "code") if "parameters" in cell["metadata"].get("tags", [])]
    assert len(tagged) == 1
    values = {node.targets[0].id: ast.literal_eval(node.value) for node in ast.parse("".join(tagged[0]["source"])).body}
    assert tuple(values) == PARAMETERS
    assert all(isinstance(value, str) for value in values.values())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_only_headline_cells_keep_outputs_and_every_headline_has_one(page):
    for cell in cells(page, "code"):
        is_headline = HEADLINE in cell["metadata"].get("tags", [])
        assert bool(cell["outputs"]) == is_headline, "".join(cell["source"])
        assert (cell["execution_count"] is not None) == is_headline


@pytest.mark.parametrize("page", ANALYSIS, ids=lambda page: page.stem)
def test_every_section_opens_with_its_question_in_plain_words(page):
    titles = [line for cell in cells(page, "markdown") for line in "".join(cell["source"]).splitlines() if line.startswith("#")]
    assert len(titles) >= 5
    assert [title for title in titles if not title.endswith("?")] == []


@pytest.mark.parametrize("page", ANALYSIS, ids=lambda page: page.stem)
def test_no_number_is_typed_into_the_prose(page):
    # A digit inside a name (90_rapport) is no number.
    prose = " ".join("".join(cell["source"]) for cell in cells(page, "markdown"))
    assert re.findall(r"(?<![\w_])\d+(?:,\d+)?(?![\w_])", prose) == []
