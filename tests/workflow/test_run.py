"""One intervention from delivery to report, on the small project: what is made, what is not made again, and what stops it."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from evalkit.errors import DeliveryError, DisclosureRefused, GateClosed, NotebookFailed, NotReproduced, PlanError
from evalkit.files import sha256_file
from evalkit.workflow import run as flow
from evalkit.workflow.session import open_run
from evalkit.workflow.store import GATE_TEXT, read_manifest, run_store
from tests.support.small_run import HERE, ID, contents, deliver, small_project

MADE = [
    "internal/frame.sha256",
    "internal/gate.txt",
    "internal/log.txt",
    "internal/notebooks/10_kvalitet.ipynb",
    "internal/notebooks/30_did.ipynb",
    "internal/notebooks/90_rapport.ipynb",
    "internal/result.json",
    "manifest.json",
    "share/report.html",
    "share/safe_result.json",
]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    project = small_project(tmp_path_factory.mktemp("körning") / "Ett projekt med å")
    steps = []
    return project, flow.run(project, ID, steps.append), steps


@pytest.fixture
def project(finished, tmp_path):
    """Return a copy of the finished project that a test may harm."""
    shutil.copytree(finished[0].root, tmp_path / "kopia")
    return type(finished[0])(tmp_path / "kopia")


def test_a_run_holds_everything_and_nothing_else(finished):
    project, outcome, steps = finished
    assert outcome.computed
    assert sorted(contents(outcome.folder)) == MADE
    assert steps == list(flow.STEPS)
    assert run_store(project, ID).latest() == outcome.run
    assert sorted(path.name for path in project.reports(ID).iterdir()) == [".lock", outcome.run, "senaste.txt"]


def test_the_run_is_named_by_evaluation_date_and_inputs(finished):
    _, outcome, _ = finished
    assert outcome.run.startswith("2020-01-31-")
    assert len(outcome.run) == len("2020-01-31-") + 8


def test_the_manifest_has_every_file_relative_and_no_path_of_this_machine(finished):
    project, outcome, _ = finished
    manifest = read_manifest(outcome.folder)
    assert [entry["path"] for entry in manifest["files"]] == [name for name in MADE if name != "manifest.json"]
    assert all(entry["sha256"] == sha256_file(outcome.folder / entry["path"]) for entry in manifest["files"])
    assert manifest["verdict"] == outcome.verdict
    for name, content in contents(project.reports(ID)).items():
        assert str(project.root).encode() not in content, name


def test_nothing_in_share_is_a_notebook_or_names_the_inside(finished):
    _, outcome, _ = finished
    assert sorted(path.name for path in (outcome.folder / "share").iterdir()) == ["report.html", "safe_result.json"]


UNCHANGED = """
import sys
from evalkit.cli import main
code = main(["run", "liten"])
heavy = {"pandas", "numpy", "great_expectations", "papermill", "statsmodels", "IPython", "nbformat"} & sys.modules.keys()
sys.exit(f"imported {sorted(heavy)}" if heavy else code)
"""


def test_unchanged_inputs_are_not_computed_again_and_load_nothing_heavy(finished):
    project, outcome, _ = finished
    before = contents(project.root / "reports")
    command = [sys.executable, "-c", UNCHANGED]
    done = subprocess.run(command, cwd=project.root, env=_environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "oförändrad" in done.stdout
    assert outcome.verdict in done.stdout
    assert contents(project.root / "reports") == before


def test_a_run_that_was_altered_is_not_passed_off_as_unchanged(project):
    store = run_store(project, ID)
    report = store.run(store.latest()) / "share" / "report.html"
    report.write_text(report.read_text(encoding="utf-8").replace("2,", "9,", 1), encoding="utf-8")
    with pytest.raises(NotReproduced, match=r"share/report\.html"):
        flow.run(project, ID)


def test_a_lost_pointer_is_put_back(project):
    store = run_store(project, ID)
    name = store.latest()
    (project.reports(ID) / "senaste.txt").unlink()
    assert not flow.run(project, ID).computed
    assert store.latest() == name


def test_a_closed_gate_leaves_the_old_report_and_says_why_inside(project):
    before = contents(project.reports(ID))
    file = project.raw(ID) / "2020-01-31" / "kommuner.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("Kommun 00;2010;0;", "Kommun 00;2010;7;"), encoding="utf-8")
    with pytest.raises(GateClosed) as closed:
        flow.run(project, ID)
    assert closed.value.exit_code == 3
    said = (project.reports(ID) / GATE_TEXT).read_text(encoding="utf-8")
    assert str(closed.value) in said
    after = contents(project.reports(ID))
    after.pop(GATE_TEXT)
    assert after == before


def test_a_delivery_that_changes_while_the_run_is_made_makes_no_run(project):
    file = deliver(project, shift=1.0)
    before = contents(project.reports(ID))

    def appending(step):
        if step == flow.STEPS[4]:
            file.write_text(file.read_text(encoding="utf-8") + "Kommun 12;2010;0;1,0\n", encoding="utf-8")

    with pytest.raises(DeliveryError, match=r"kommuner\.csv") as refusal:
        flow.run(project, ID, appending)
    assert refusal.value.code == "RAW-CHANGED"
    assert contents(project.reports(ID)).keys() - {GATE_TEXT} == before.keys()
    deliver(project, shift=1.0)
    assert flow.run(project, ID).computed


def test_the_notebooks_analyse_the_bytes_that_passed_the_gate(project):
    file = deliver(project, shift=1.0)
    passed = file.read_bytes()

    def swapping(step):
        # Other data between the gate and the notebooks, and the first again before the manifest: nobody may notice the others.
        if step == flow.STEPS[3]:
            deliver(project, shift=50.0)
        if step == flow.STEPS[6]:
            file.write_bytes(passed)

    outcome = flow.run(project, ID, swapping)
    result = json.loads((outcome.folder / "internal" / "result.json").read_text(encoding="utf-8"))
    value = next(e["value"] for e in result["estimates"] if e["id"] == "did.tal")
    assert value == pytest.approx(3.0, abs=0.5)
    notebook = (outcome.folder / "internal" / "notebooks" / "30_did.ipynb").read_text(encoding="utf-8")
    assert "(True, [True])" in notebook


def test_a_cell_that_fails_leaves_the_old_report_and_keeps_the_half_notebook_inside(project):
    deliver(project, shift=1.0)
    before = contents(project.reports(ID))
    page = project.notebooks / "30_did.ipynb"
    page.write_text(page.read_text(encoding="utf-8").replace("views.path_table(run)", "raise ValueError(20.7)"), encoding="utf-8")
    with pytest.raises(NotebookFailed, match=r"30_did\.ipynb, avsnittet ”.*”, cell \d+: ValueError; den ligger i") as failed:
        flow.run(project, ID)
    assert "20.7" not in str(failed.value)
    after = contents(project.reports(ID))
    assert after.pop("senaste-fel/30_did.ipynb")
    assert after == before


def test_what_may_not_leave_stops_the_run_before_anything_is_written(project, monkeypatch):
    deliver(project, shift=1.0)
    before = contents(project.reports(ID))

    def refuse(result, policy, kind):
        raise DisclosureRefused("nej", code="SDC-TEST")

    monkeypatch.setattr("evalkit.release.disclosure.clear", refuse)
    with pytest.raises(DisclosureRefused):
        flow.run(project, ID)
    assert contents(project.reports(ID)) == before


def test_a_new_delivery_makes_a_new_run_beside_the_old(project):
    first = run_store(project, ID).latest()
    deliver(project, "2020-06-30", shift=1.0)
    outcome = flow.run(project, ID)
    store = run_store(project, ID)
    assert outcome.run.startswith("2020-06-30-")
    assert store.latest() == outcome.run
    assert store.exists(first)


def test_a_run_opens_with_its_plan_its_result_and_its_very_rows(finished, monkeypatch):
    project, _, _ = finished
    monkeypatch.chdir(project.root)
    opened = open_run(f"params/interventions/{ID}.yaml", f"reports/{ID}/senaste")
    assert opened.plan.id == ID
    assert opened.frame.table["unit"].nunique() == 12
    assert str(opened) == repr(opened)
    assert "Kommun" not in repr(opened)
    assert opened.result.provenance.evaluated_on.isoformat() == "2020-01-31"


def test_rows_that_are_not_those_analysed_are_refused(project, monkeypatch):
    monkeypatch.chdir(project.root)
    store = run_store(project, ID)
    frame = store.frames(store.latest()) / "frame.json"
    frame.write_text(frame.read_text(encoding="utf-8").replace("20.", "21.", 1), encoding="utf-8")
    with pytest.raises(NotReproduced, match="inte de data som analyserades"):
        open_run(f"params/interventions/{ID}.yaml", f"reports/{ID}/senaste")


def test_a_run_of_another_version_of_the_plan_is_not_opened(project, monkeypatch):
    monkeypatch.chdir(project.root)
    plan = project.plan_file(ID)
    more = "  - {version: 2019-06-01, decided_by: Prövningen, reason: Ändring}\nbackground:"
    plan.write_text(plan.read_text(encoding="utf-8").replace("background:", more, 1), encoding="utf-8")
    with pytest.raises(PlanError, match="annan plan eller version"):
        open_run(f"params/interventions/{ID}.yaml", f"reports/{ID}/senaste")


def _environment():
    return {**os.environ, "PYTHONPATH": str(HERE), "PYTHONIOENCODING": "utf-8"}
