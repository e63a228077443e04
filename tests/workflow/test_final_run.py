"""`evalkit run --final` as a stranger uses it: a copy of the demonstration, and one norm that two persons have checked."""

from __future__ import annotations

import html
import json
import re
import shutil
from pathlib import Path

import pytest
from evalkit.plan.project import Project
from evalkit.workflow.store import read_manifest, run_store
from tests.support.small_run import evalkit

ROOT = Path(__file__).parents[2]
ID = "skolfam"
NORM = "UK-1999-parent.sdq_parent.total.all"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project with the demonstration, its SDQ held against a British norm that nobody has secured yet."""
    root = tmp_path_factory.mktemp("slutrapport") / "Ett projekt med å"
    for name in ("params", "notebooks", f"data/raw/{ID}"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("locks", ".*"))
    shutil.copy(ROOT / "requirements.lock", root)
    plan = root / "params" / "interventions" / f"{ID}.yaml"
    wanted = "{instrument: sdq_parent, scale: total, age_from: 4, age_to: 17"
    text = plan.read_text(encoding="utf-8")
    assert wanted in text
    plan.write_text(text.replace(wanted, f"{wanted}, norm_country: GB, norm_set: UK-1999-parent"), encoding="utf-8")
    return Project(root)


def done(project: Project, *words: str) -> None:
    told = evalkit(project, *words)
    assert told.returncode == 0, told.stderr


@pytest.fixture(scope="module")
def final(project: Project) -> Path:
    """Return the final report's run: the plan locked, the norm checked by two persons, nothing else secured."""
    done(project, "lock", ID)
    for checker in ("ekonom/Anna Berg", "psykolog/Bo Ek"):
        done(project, "instruments", "secure", NORM, "--checker", checker, "--page", "tabell 1", "--on", "2026-11-22")
    done(project, "run", ID, "--final")
    return run_store(project, ID).run(run_store(project, ID).latest())


@pytest.fixture(scope="module")
def working(project: Project, final: Path) -> Path:
    """Return the working report's run of the same inputs."""
    done(project, "run", ID)
    run = run_store(project, ID).run(run_store(project, ID).latest())
    assert run != final
    return run


def words(path: Path) -> str:
    page = re.sub(r"data:image/png;base64,[A-Za-z0-9+/=]+", "", path.read_text(encoding="utf-8").split("<main", 1)[1])
    return html.unescape(re.sub(r"<[^>]+>", " ", page) + " " + " ".join(re.findall(r'alt="([^"]*)"', page)))


def instrument(run: Path, name: str) -> dict[str, object]:
    safe = json.loads((run / "share" / "safe_result.json").read_text(encoding="utf-8"))
    return next(one for one in safe["instruments"] if one["instrument"] == name)


def left_out(run: Path, name: str) -> list[str]:
    return [one["part"] for one in instrument(run, name)["left_out"]]  # type: ignore[index, attr-defined]


def test_a_final_report_of_a_plan_that_nobody_locked_is_refused(project: Project) -> None:
    told = evalkit(project, "run", ID, "--final")
    assert told.returncode == 2
    assert "LOCK-MISSING" in told.stderr
    assert "evalkit lock skolfam" in told.stderr


def test_the_page_shows_the_secured_norm_and_names_the_rest(final: Path) -> None:
    text = words(final / "share" / "report.html")
    assert "Slutrapport" in text
    assert "Arbetsrapport" not in text
    assert "8,4 (5,8)" in text
    assert "Ej säkerställd" not in text
    table = text[text.index("Utelämnat ur slutrapporten") :]
    for named in ("WISC-IV", "wisc4/reliability/full_scale/retest", "school-practice", "UK-3band", "andel i varje band"):
        assert named in table
    assert NORM not in table


def test_the_result_holds_the_secured_norm_and_nothing_that_is_not(final: Path) -> None:
    assert left_out(final, "sdq_parent") == ["bands"]
    assert left_out(final, "wisc4") == ["classes"]
    assert left_out(final, "laskedjor") == ["bands"]
    sdq = instrument(final, "sdq_parent")
    assert [(norm["id"], norm["status"]) for norm in sdq["norms"]] == [(NORM, "secured")]  # type: ignore[attr-defined]
    assert len(sdq["comparisons"]) == 4  # type: ignore[arg-type]
    assert (sdq["bands"], sdq["shares"], instrument(final, "wisc4")["classes"]) == ([], [], [])
    assert read_manifest(final)["kind"] == "slutrapport"


def test_the_notebooks_say_which_norms_a_final_report_shows(final: Path) -> None:
    notebooks = final / "internal" / "notebooks"
    shared = (notebooks / "90_rapport.ipynb").read_text(encoding="utf-8")
    assert "Slutrapport" in shared
    assert "UK-3band" in shared  # named as left out
    assert "Gränsområde" not in shared
    inside = (notebooks / "20_fore_efter.ipynb").read_text(encoding="utf-8")
    assert "i slutrapport" in inside
    assert "secured" in inside
    for heading in ("före mot norm, p", "index", "klass", "minsta förändring"):
        assert heading in inside


def test_the_working_report_of_the_same_inputs_shows_and_marks_them(working: Path, final: Path) -> None:
    text = words(working / "share" / "report.html")
    for there in (
        "Arbetsrapport",
        "Ej säkerställda gränser (UK-3band)",
        "8,4 (5,8)",
        "En enskild persons förändring",
        "17,6 poäng",
    ):
        assert there in text
    assert "Utelämnat" not in text
    assert left_out(working, "sdq_parent") == []
    same = "internal/result.json"
    assert (working / same).read_bytes() == (final / same).read_bytes()
    assert read_manifest(working)["kind"] == "arbetsrapport"


def test_single_persons_never_leave_the_house(working: Path) -> None:
    share = "".join(path.read_text(encoding="utf-8") for path in (working / "share").iterdir())
    assert "före mot norm, p" not in share
