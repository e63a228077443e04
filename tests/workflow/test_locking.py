"""A plan is locked once a version; a run says whether that was before any result, and in what the plan now differs."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from evalkit.errors import NotReproduced, PlanError
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.loader import load_plan
from evalkit.plan.project import Project
from evalkit.workflow.locking import LockState, changed_keys, lock_file, lock_plan, lock_state
from evalkit.workflow.provenance import parameter_stamps, plan_identity

ROOT = Path(__file__).parents[2]
PLAN = "np-samverkan"
TODAY = date(2015, 8, 20)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "params" / "interventions").mkdir(parents=True)
    shutil.copy(ROOT / "params" / "interventions" / f"{PLAN}.yaml", tmp_path / "params" / "interventions")
    return Project(tmp_path)


def plan_of(project: Project) -> EvaluationPlan:
    return load_plan(project.plan_file(PLAN))


def edit(project: Project, old: str, new: str) -> None:
    path = project.plan_file(PLAN)
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_nothing_is_locked_until_somebody_locks_it(project: Project) -> None:
    assert lock_state(project, plan_of(project)) == LockState(locked=False)


def test_a_locked_plan_is_locked_whatever_its_comments_and_line_ends(project: Project) -> None:
    lock_plan(project, plan_of(project), TODAY)
    path = project.plan_file(PLAN)
    path.write_bytes(b"# en kommentar\r\n" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert lock_state(project, plan_of(project)) == LockState(locked=True, early=True)
    identity = plan_identity(plan_of(project), "0" * 64, lock_state(project, plan_of(project)))
    assert (identity.locked, identity.deviations) == (True, ())
    assert f"params/locks/{PLAN}.json" in [stamp.path for stamp in parameter_stamps(project, plan_of(project))]


def test_what_changed_after_the_lock_is_named_key_by_key(project: Project) -> None:
    lock_plan(project, plan_of(project), TODAY)
    edit(project, "primary_outcome: valbefinnande", "primary_outcome: franvaro")
    edit(project, "expected_effect: 10", "expected_effect: 5")
    edit(project, "selected_on_outcome: unknown", 'selected_on_outcome: "yes"')
    state = lock_state(project, plan_of(project))
    assert not state.locked
    assert state.deviations == ("design.selected_on_outcome", "outcomes.valbefinnande.expected_effect", "primary_outcome")
    assert changed_keys(plan_of(project), plan_of(project)) == ()


def test_a_lock_after_a_result_is_no_lock_before_results(project: Project) -> None:
    run = project.reports(PLAN) / "2016-06-30-aaaaaaaa"
    run.mkdir(parents=True)
    (run / "manifest.json").write_text("{}", "utf-8")
    entry = lock_plan(project, plan_of(project), TODAY)
    assert entry["runs_before"] == 1
    assert lock_state(project, plan_of(project)) == LockState(locked=False)


def test_a_version_is_locked_once(project: Project) -> None:
    lock_plan(project, plan_of(project), TODAY)
    with pytest.raises(PlanError, match="redan låst"):
        lock_plan(project, plan_of(project), TODAY)
    edit(project, "expected_effect: 10", "expected_effect: 5")
    with pytest.raises(PlanError, match="skriv en ny version"):
        lock_plan(project, plan_of(project), TODAY)


def test_a_damaged_lock_is_never_taken_for_none(project: Project) -> None:
    lock_plan(project, plan_of(project), TODAY)
    edit(project, "expected_effect: 10", "expected_effect: 5")
    copy = lock_file(project, PLAN).with_name(f"{PLAN}-2015-08-15.yaml")
    copy.write_text(copy.read_text("utf-8").replace("expected_effect: 10", "expected_effect: 5"), "utf-8")
    with pytest.raises(NotReproduced, match="är ändrad"):
        lock_state(project, plan_of(project))
    lock_file(project, PLAN).write_text("{", "utf-8")
    with pytest.raises(NotReproduced, match="skadat"):
        lock_state(project, plan_of(project))
