"""`verify` computes a run again and finds whatever differs: any number, in any file, wherever it was altered."""

import json
import re
import shutil

import pytest
from evalkit.errors import NotReproduced, PlanError
from evalkit.files import sha256_file
from evalkit.plan.project import Project
from evalkit.workflow import notebooks
from evalkit.workflow import run as flow
from evalkit.workflow.store import run_store
from evalkit.workflow.verify import find_run, verify_run
from tests.support.small_run import ID, deliver, small_project


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    project = small_project(tmp_path_factory.mktemp("återskapa") / "projekt")
    flow.run(project, ID)
    return project


@pytest.fixture
def project(original, tmp_path):
    """Return a copy of the project, at another path, whose run a test may alter."""
    shutil.copytree(original.root, tmp_path / "kopia")
    return Project(tmp_path / "kopia")


@pytest.fixture(scope="module")
def remade(original):
    """Make computing the same run again cheap: what the gate, the estimators and the notebooks gave is remembered."""
    analysed, executed, analyse, execute = {}, {}, flow._analyse, notebooks.execute

    def analyse_once(project, inputs, progress):
        return analysed.get(inputs.run) or analysed.setdefault(inputs.run, analyse(project, inputs, progress))

    def execute_once(project, path, values, **options):
        return executed.get(path.name) or executed.setdefault(path.name, execute(project, path, values, **options))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flow, "_analyse", analyse_once)
        patch.setattr(notebooks, "execute", execute_once)
        yield


def latest(project):
    store = run_store(project, ID)
    return store.run(store.latest())


def test_an_unaltered_run_is_reproduced_at_another_path_by_the_other_engine(project):
    assert verify_run(project, latest(project), plain=True) == 9
    assert not list(project.reports(ID).glob(".staging-*"))
    assert not list(project.processed(ID).glob(".staging-*"))


def alter_number(path, pattern):
    text = path.read_text(encoding="utf-8")
    altered, n = re.subn(pattern, lambda m: m.group(0)[:-1] + ("1" if m.group(0)[-1] != "1" else "2"), text, count=1)
    assert n == 1, f"{path.name} has no {pattern}"
    path.write_text(altered, encoding="utf-8", newline="")


def reseal(folder):
    """Write the altered files' hashes into the manifest, as somebody who wants to hide the change would."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for entry in manifest["files"]:
        entry.update(sha256=sha256_file(folder / entry["path"]), size=(folder / entry["path"]).stat().st_size)
    text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8", newline="")


ALTERED = [
    ("internal/result.json", r'"std_error": \d+\.\d(?=\d*,\n +"unit")', "internal/result.json → estimates → 0 → std_error"),
    ("internal/result.json", r'"p_value": \d+\.\d+(?:e-\d+)?', "p_value"),
    ("share/safe_result.json", r'"value": \d+\.\d+', "share/safe_result.json → dips → 0 → value"),
    ("share/report.html", r"\d,\d\d", "share/report.html"),
    ("internal/notebooks/30_did.ipynb", r"\d,\d\d enheter", "internal/notebooks/30_did.ipynb → cells"),
    ("internal/gate.txt", r"\d+ kontroller", "internal/gate.txt"),
]


@pytest.mark.usefixtures("remade")
@pytest.mark.parametrize("hidden", [False, True], ids=["open", "resealed"])
@pytest.mark.parametrize(("file", "pattern", "named"), ALTERED)
def test_an_altered_number_is_found_and_its_place_named(project, file, pattern, named, hidden):
    folder = latest(project)
    if file.endswith("ipynb"):
        pattern = r"\d,\d(?=\d enheter)"
    if file.endswith("gate.txt"):
        pattern = r"\d(?= kontroller)"
    alter_number(folder / file, pattern)
    if hidden:
        reseal(folder)
    with pytest.raises(NotReproduced) as found:
        verify_run(project, folder)
    assert found.value.exit_code == 5
    assert named in str(found.value)
    assert ("stämmer inte med manifest.json" in str(found.value)) is not hidden


@pytest.mark.usefixtures("remade")
def test_a_verdict_altered_in_the_manifest_alone_is_found(project):
    folder = latest(project)
    alter_number(folder / "manifest.json", r"med \d,\d")
    with pytest.raises(NotReproduced, match=r"manifest\.json → verdict"):
        verify_run(project, folder)


@pytest.mark.usefixtures("remade")
def test_altered_analysis_rows_are_found(project):
    folder = latest(project)
    alter_number(project.processed(ID) / folder.name / "frame.json", r"2\d\.\d\d?")
    with pytest.raises(NotReproduced, match=r"frame\.json"):
        verify_run(project, folder)


@pytest.mark.usefixtures("remade")
def test_an_added_file_is_found(project):
    folder = latest(project)
    (folder / "share" / "personer.csv").write_text("x", encoding="utf-8")
    with pytest.raises(NotReproduced, match=r"share/personer\.csv"):
        verify_run(project, folder)


@pytest.mark.usefixtures("remade")
def test_an_earlier_run_is_reproduced_although_more_has_been_delivered_since(project):
    folder = latest(project)
    deliver(project, "2020-06-30", shift=1.0)
    assert verify_run(project, folder) == 9


@pytest.mark.parametrize("changed", ["data/raw/liten/2020-01-31/kommuner.csv", "params/interventions/liten.yaml"])
def test_inputs_that_are_no_longer_the_same_are_named(project, changed):
    path = project.root / changed
    old, new = (",", ",1") if changed.endswith("csv") else ("Tolv påhittade", "Tolv andra påhittade")
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(NotReproduced, match=re.escape(changed)) as found:
        verify_run(project, latest(project))
    assert found.value.exit_code == 5


def test_a_run_is_found_by_its_folder_and_by_its_intervention(project, monkeypatch):
    folder = latest(project)
    monkeypatch.chdir(project.root)
    assert find_run(project, ID) == folder
    assert find_run(project, f"reports/{ID}/{folder.name}") == folder.resolve()
    assert find_run(project, str(folder)) == folder.resolve()
    for nothing in ("annan", "reports/liten/2019-01-01-00000000", "../kopia"):
        with pytest.raises(PlanError, match="ingen körning här"):
            find_run(project, nothing)
