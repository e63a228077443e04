"""papermill's kernel engine and ours give the same bytes; what fails is told by section and kind, never by value."""

import sys

import pytest
from evalkit.errors import NotebookFailed, PlanError
from evalkit.plan.project import Project
from evalkit.workflow.normalise import normalised, notebook_text, stripped
from evalkit.workflow.notebooks import CellFailed, check_parameters, execute
from evalkit.workflow.speed import block_slow_imports

block_slow_imports()
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output  # noqa: E402

VALUES = {"plan_file": "params/interventions/x.yaml", "run_dir": "reports/x å/2020-01-31-abcdef01"}
PARAMETERS = 'plan_file = "a"\nrun_dir = "b"'

CELLS = {
    "streams": 'import sys\nprint("ett")\nprint("fel", file=sys.stderr)\nprint(plan_file, run_dir)',
    "result": "import pandas as pd\npd.DataFrame({'a': [1.5, 2.25], 'b': ['å', 'ö']})",
    "display": "from IPython.display import HTML, display\ndisplay(HTML('<b>ett</b>'))\n'två'",
    "repr": "class Thing:\n    pass\nThing()",
    "names": "__name__, 'plan_file' in globals(), len([n for n in globals() if n == 'left_over'])",
    "state": "left_over = 1",
    "quiet": "left_over;",
    "none": "None",
    "asks": "try:\n    input()\nexcept Exception as exc:\n    'no one answers'",
    "main": "import sys\nsys.modules['__main__'].__dict__ is globals()",
}


@pytest.fixture
def project(tmp_path):
    project = Project(tmp_path / "en mapp med å")
    project.plans.mkdir(parents=True)
    project.notebooks.mkdir()
    return project


def written(project, *sources, parameters=PARAMETERS, name="sida"):
    cells = [
        new_markdown_cell("# Sida"),
        new_code_cell(parameters, metadata={"tags": ["parameters"]}),
        new_markdown_cell("## Avsnitt"),
    ]
    path = project.notebooks / f"{name}.ipynb"
    path.write_text(notebook_text(new_notebook(cells=[*cells, *map(new_code_cell, sources)])), encoding="utf-8")
    return path


def both(project, path):
    texts = {}
    for plain in (True, False):
        try:
            texts[plain] = notebook_text(execute(project, path, VALUES, plain=plain))
        except CellFailed as failed:
            texts[plain] = f"{failed}\n" + notebook_text(failed.notebook)
    return texts


def test_both_engines_give_the_same_bytes(project):
    path = written(project, *CELLS.values())
    texts = both(project, path)
    assert texts[True] == texts[False]
    assert "två" in texts[True]
    assert str(project.root) not in texts[True]
    assert texts[False] == notebook_text(execute(project, path, VALUES))


def test_a_cell_that_fails_is_told_alike_and_saved_with_what_came_before(project):
    texts = both(project, written(project, "print('före')", "raise ValueError('19121212-1212')", "print('efter')"))
    assert texts[True] == texts[False]
    message, *_ = texts[True].splitlines()
    assert message == "sida.ipynb, avsnittet ”Avsnitt”, cell 5: ValueError"
    assert "före" in texts[True]
    assert '"efter' not in texts[True]


@pytest.mark.parametrize("source", ["import sys\nsys.exit(0)", "x = (", "1 / 0"])
def test_nothing_that_stops_a_cell_passes_for_success(project, source):
    with pytest.raises(CellFailed):
        execute(project, written(project, source), VALUES)


def test_our_own_errors_are_quoted_since_they_hold_no_values(project):
    source = "from evalkit.errors import EstimationError\nraise EstimationError('för få kluster')"
    with pytest.raises(CellFailed, match=r"cell 4: EstimationError: för få kluster"):
        execute(project, written(project, source), VALUES)


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot kill itself with signal 9 on Windows")
def test_a_kernel_that_dies_is_a_failed_notebook(project):
    path = written(project, "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    with pytest.raises(NotebookFailed, match="kärnan dog") as failed:
        execute(project, path, VALUES, plain=True)
    assert failed.value.exit_code == 9


@pytest.mark.parametrize("declared", ['plan_file = "a"', 'plan_file = "a"\nrun_dir = "b"\nstart = "2015"', "x = 1"])
def test_a_notebook_with_other_parameters_is_refused(project, declared):
    with pytest.raises(PlanError, match="plan_file, run_dir"):
        execute(project, written(project, "1", parameters=declared), VALUES)


@pytest.mark.parametrize(
    "values",
    [
        {"plan_file": "a"},
        {**VALUES, "runn_dir": "b"},
        {**VALUES, "x=1; import os": "b"},
        {**VALUES, "run_dir": "http://example.org/x"},
        {**VALUES, "run_dir": "s3://bucket/x"},
        {**VALUES, "run_dir": "/etc"},
        {**VALUES, "run_dir": "reports/../../x"},
        {**VALUES, "run_dir": "reports\\x"},
        {**VALUES, "run_dir": ""},
        {**VALUES, "run_dir": 1},
    ],
)
def test_a_call_with_other_parameters_or_outer_paths_is_refused(project, values):
    with pytest.raises(PlanError) as refusal:
        check_parameters(written(project, "1"), values)
    assert refusal.value.code == "PAR-NOTEBOOK"


def test_this_process_is_as_it_was_after_a_notebook(project):
    before = (sys.modules["__main__"], sys.displayhook, sys.excepthook, sys.stdin, sys.stdout)
    execute(project, written(project, "left_over = 1"), VALUES)
    assert before == (sys.modules["__main__"], sys.displayhook, sys.excepthook, sys.stdin, sys.stdout)


def test_nothing_of_the_clock_the_process_or_the_machine_is_kept(tmp_path):
    address = new_output("execute_result", data={"text/plain": f"<Thing at 0x7f00aa> {tmp_path}"}, execution_count=7)
    metadata = {"tags": ["a"], "execution": {"start": "2020"}, "papermill": {"duration": 1}}
    notebook = new_notebook(
        cells=[new_code_cell("x", outputs=[address], execution_count=7, metadata=metadata)], metadata={"papermill": {"path": "/x"}}
    )
    text = notebook_text(normalised(notebook, tmp_path))
    for trace in ("0x7f", str(tmp_path), "2020", "papermill", "duration"):
        assert trace not in text
    assert '"execution_count": 1' in text


def test_git_keeps_the_outputs_of_headline_cells_only():
    output = [new_output("stream", name="stdout", text="42")]
    cells = [
        new_code_cell("a", outputs=output, execution_count=9, metadata={"tags": ["nbval-check-output"]}),
        new_code_cell("b", outputs=output, execution_count=2),
        new_code_cell("c", metadata={"tags": ["injected-parameters"]}),
    ]
    kept = stripped(new_notebook(cells=cells)).cells
    assert [(cell.source, len(cell.outputs), cell.execution_count) for cell in kept] == [("a", 1, 1), ("b", 0, None)]
