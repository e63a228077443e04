"""Every plan that ships and runs without a network: no chapter of its report contradicts another."""

from __future__ import annotations

import importlib.util
import shutil

import pytest
from evalkit.errors import PlanError
from evalkit.plan.project import Project
from evalkit.records.study import STUDIES, write_study
from evalkit.release.disclosure import clear
from evalkit.workflow.inputs import gather_inputs
from evalkit.workflow.lottery_demo import PLAN as LOTTERY
from evalkit.workflow.lottery_demo import write_lottery_demo
from evalkit.workflow.run import _analyse, silent
from tests.support.agreement import contradictions, misplaced
from tests.support.demo import DEMOS
from tests.support.small_run import HERE

PLANS = (*DEMOS, LOTTERY, *sorted(STUDIES))


def cleared(plan_id: str, root):
    for name in ("params", "notebooks"):
        shutil.copytree(HERE / name, root / name, ignore=shutil.ignore_patterns(".*"))
    shutil.copy(HERE / "requirements.lock", root)
    (root / "data" / "raw").mkdir(parents=True)
    project = Project(root)
    if plan_id in DEMOS:
        shutil.copytree(HERE / "data" / "raw" / plan_id, root / "data" / "raw" / plan_id)
    elif plan_id == LOTTERY:
        shutil.rmtree(root / "params" / "lotteries", ignore_errors=True)
        write_lottery_demo(project)
    else:
        write_study(project, plan_id)
    inputs = gather_inputs(project, plan_id)
    _, result = _analyse(project, inputs, silent)
    return clear(result, inputs.policy, inputs.kind)


@pytest.mark.parametrize("plan_id", PLANS)
def test_no_chapter_contradicts_another(plan_id, tmp_path):
    if plan_id in STUDIES and importlib.util.find_spec(STUDIES[plan_id].package.split(".")[0]) is None:
        pytest.skip("tillvalet study är inte installerat")
    try:
        safe = cleared(plan_id, tmp_path)
    except PlanError as exc:  # a study whose package is not here
        pytest.skip(str(exc))
    assert contradictions(safe) == []
    assert misplaced(safe) == []
