"""The commands: exit codes, one message, no traceback, nothing from the data; `--help` at once."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from evalkit import errors
from evalkit.cli import COMMANDS, main
from evalkit.cli.faults import fault_report, guarded
from evalkit.cli.progress import told
from evalkit.files import write_text
from evalkit.workflow.lab import QUIET, lab_command, start_lab, working_copies
from evalkit.workflow.machine import compare_packages, examine
from evalkit.workflow.store import run_store
from tests.support.small_run import HERE, ID, small_project

SECRET = "19121212-1212"


@pytest.fixture
def project(tmp_path, monkeypatch):
    project = small_project(tmp_path / "projekt")
    monkeypatch.chdir(project.root)
    monkeypatch.setenv("EVALKIT_KEY_FILE", str(tmp_path / "nyckel.txt"))
    return project


def test_help_is_english_and_lists_every_command(capsys):
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    assert all(f"  {name} " in said for name in COMMANDS)
    assert "exit codes" in said


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_without_loading_anything_heavy(command):
    check = (
        "import sys\nfrom evalkit.cli import main\n"
        f"code = main([{command!r}, '--help'])\n"
        "heavy = {'pandas', 'numpy', 'great_expectations', 'papermill', 'pydantic'} & sys.modules.keys()\n"
        "sys.exit(f'imported {sorted(heavy)}' if heavy else code)"
    )
    done = subprocess.run([sys.executable, "-c", check], cwd=HERE, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: evalkit {command}")


@pytest.mark.parametrize("words", [[], ["runn"], ["run", "--typo"], ["run"], ["key", "backup"], ["lab"], ["instruments", "show"]])
@pytest.mark.usefixtures("project")
def test_a_mistaken_call_is_exit_2(words):
    assert main(words) == 2


def test_a_misspelt_command_gets_its_right_word(capsys):
    assert main(["verfy"]) == 2
    assert "did you mean 'verify'?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.PlanError, 2),
        (errors.GateClosed, 3),
        (errors.DeliveryError, 3),
        (errors.EstimationError, 3),
        (errors.DisclosureRefused, 4),
        (errors.NotReproduced, 5),
        (errors.LotteryDiffers, 6),
        (errors.RunLocked, 7),
        (errors.StorageError, 8),
        (errors.NotebookFailed, 9),
    ],
)
def test_every_error_has_its_exit_code_and_one_message(kind, code, capsys):
    def work():
        raise kind("vad och var", code="KOD")

    assert guarded(work, "run") == code
    assert capsys.readouterr().err == "evalkit: [KOD] vad och var\n"


def test_an_unexpected_fault_leaves_a_report_without_data(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def work():
        try:
            int(SECRET)
        except ValueError as exc:
            raise KeyError(SECRET) from exc

    assert guarded(work, "run") == 1
    report = (tmp_path / "felrapport.txt").read_text(encoding="utf-8")
    assert "builtins.KeyError" in report
    assert "builtins.ValueError" in report
    assert "evalkit/cli/faults.py" in report
    told = report + capsys.readouterr().err
    assert SECRET not in told
    assert str(HERE) not in told


def test_an_operating_system_fault_is_exit_8_without_traceback(capsys):
    def work():
        open("/finns/inte.csv", encoding="utf-8")  # noqa: SIM115

    assert guarded(work, "run") == 8
    assert "inte.csv" in capsys.readouterr().err


def test_debug_shows_the_traceback(capsys):
    def work():
        raise errors.PlanError("fel")

    assert guarded(work, "run", debug=True) == 2
    assert "Traceback" in capsys.readouterr().err


def test_a_fault_report_names_our_own_code_only():
    try:
        json.loads("{")
    except ValueError as exc:
        report = fault_report(exc, "run")
    assert "json/decoder" not in report


def test_steps_are_lines_where_nobody_watches_and_a_bar_where_somebody_does(capsys):
    with told("np", 2, bar=False) as step:
        step("läser")
    assert capsys.readouterr().err == "np: läser …\n"
    with told("np", 2, bar=True) as step:
        step("läser")
        step("räknar")
    shown = capsys.readouterr().err
    assert "np: räknar" in shown
    assert "2/2" in shown


def test_check_says_that_the_gate_is_open(project, capsys):
    assert main(["check", ID]) == 0
    assert "grinden är öppen" in capsys.readouterr().out
    assert not project.reports(ID).exists()


def test_the_key_is_made_kept_once_backed_up_and_never_shown(project, tmp_path, capsys):
    assert main(["key", "show"]) == 0
    assert "ingen nyckel" in capsys.readouterr().out
    assert main(["key", "create"]) == 0
    assert main(["key", "create"]) == 2
    assert main(["key", "backup", str(tmp_path / "kopia.txt")]) == 0
    assert main(["key", "show"]) == 0
    said = capsys.readouterr()
    assert (tmp_path / "nyckel.txt").read_text(encoding="ascii").strip() not in said.out + said.err
    assert main(["key", "restore", str(tmp_path / "kopia.txt")]) == 0
    assert not list(project.root.rglob("*nyckel*"))


def test_doctor_looks_and_changes_nothing(project, capsys):
    before = sorted(project.root.rglob("*"))
    assert main(["doctor"]) in {0, 8}
    said = capsys.readouterr().out
    assert "Python" in said
    assert "pseudonymnyckel" in said
    assert sorted(project.root.rglob("*")) == before


def test_doctor_warns_of_a_synced_folder(tmp_path):
    project = small_project(tmp_path / "OneDrive - Kommunen" / "projekt")
    assert any("synkad mapp" in finding.text for finding in examine(project))


def test_doctor_compares_packages_with_the_lock():
    lock = 'pandas==0.0.1 \\\n  --hash=sha256:0\nsaknas-helt==1.0 \\\npywin32==300 ; sys_platform == "never"\n'
    missing, other = compare_packages(lock)
    assert missing == ["saknas-helt"]
    assert [name.split()[0] for name in other] == ["pandas"]


def test_lab_works_in_copies_outside_git_with_the_parameters_set_and_keeps_what_is_written_there(project):
    with pytest.raises(errors.PlanError, match="ingen körning"):
        working_copies(project, ID)
    store = run_store(project, ID)
    (store.run("2020-01-31-00000000")).mkdir(parents=True)
    (store.run("2020-01-31-00000000") / "manifest.json").write_text("{}", encoding="utf-8")
    store.point_to("2020-01-31-00000000")
    folder = working_copies(project, ID)
    assert sorted(path.name for path in folder.iterdir()) == ["10_kvalitet.ipynb", "30_did.ipynb"]
    text = (folder / "30_did.ipynb").read_text(encoding="utf-8")
    assert f"reports/{ID}/senaste" in text
    assert "np-samverkan" not in text
    (folder / "30_did.ipynb").write_text("mitt", encoding="utf-8")
    assert (working_copies(project, ID) / "30_did.ipynb").read_text(encoding="utf-8") == "mitt"
    ignored = (HERE / ".gitignore").read_text(encoding="utf-8")
    assert "reports/*" in ignored


def test_jupyterlab_is_told_to_fetch_nothing(project):
    from jupyterlab.handlers.announcements import NeverCheckForUpdate
    from jupyterlab.labapp import LabApp

    folder = project.reports(ID) / "arbete"
    folder.mkdir(parents=True)
    (folder / "10_kvalitet.ipynb").write_text("{}", encoding="utf-8")
    command = lab_command(project, folder, browser=False)
    assert set(QUIET) <= set(command)
    app = LabApp()
    app.parse_command_line([word for word in command if word.startswith("--LabApp") and "default_url" not in word])
    assert app.news_url is None
    assert app.check_for_updates_class is NeverCheckForUpdate
    assert app.extension_manager == "readonly"


def test_jupyterlabs_browser_half_asks_nobody_about_news_and_keeps_its_settings_in_the_project(project, monkeypatch):
    monkeypatch.setattr("evalkit.workflow.lab.subprocess.call", lambda command, **_: 0)
    folder = project.reports(ID) / "arbete"
    write_text(folder / "10_kvalitet.ipynb", "{}")
    assert start_lab(project, folder, browser=False) == 0
    command = lab_command(project, folder, browser=False)
    kept = Path(next(word.split("=", 1)[1] for word in command if word.startswith("--LabApp.user_settings_dir")))
    assert kept.is_relative_to(project.root / "data" / "processed")
    answers = json.loads(
        (kept / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings").read_text(encoding="utf-8")
    )
    assert answers == {"fetchNews": "false", "checkForUpdates": False}


def test_schemas_and_form_are_written(project, tmp_path):
    assert main(["schema", str(tmp_path / "scheman")]) == 0
    assert json.loads((tmp_path / "scheman" / "result.schema.json").read_text(encoding="utf-8"))["title"] == "EvaluationResult"
    assert main(["form", "export", ID, str(tmp_path / "plan.xlsx")]) == 0
    assert main(["form", "import", ID, str(tmp_path / "plan.xlsx")]) == 2
    assert main(["form", "import", ID, str(tmp_path / "plan.xlsx"), "--replace"]) == 0
    assert main(["check", ID]) == 0


def test_a_study_without_its_package_says_what_to_install(project, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "causaldata", None)
    code = main(["study"])
    assert code == 2
    assert "causaldata" in capsys.readouterr().err
