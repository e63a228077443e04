"""SKL's minimum requirements: each can be met and missed, and a missed one says what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from evalkit.methods.requirements import check_requirements
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.loader import load_plan

PLANS = Path(__file__).parents[2] / "params" / "interventions"
ALL = (
    "outcome_and_process",
    "activity_per_actor",
    "design",
    "numbers_and_timetable",
    "managers_informed",
    "legal_assessment",
    "side_effects",
    "three_layers",
)


def demo(**changes: Any) -> EvaluationPlan:
    plan = load_plan(PLANS / "np-samverkan.yaml").model_dump(mode="json")
    for path, value in changes.items():
        target = plan
        *above, last = path.split("__")
        for key in above:
            target = target[key]
        target[last] = value
    return EvaluationPlan.model_validate(plan)


def unmet(plan: EvaluationPlan) -> set[str]:
    return {check.id for check in check_requirements(plan) if not check.met}


def test_the_checks_come_in_the_order_of_the_guide_and_all_speak() -> None:
    checks = check_requirements(demo())
    assert tuple(check.id for check in checks) == ALL
    assert all(check.comment for check in checks)


def test_a_waiting_list_that_is_neither_matched_nor_drawn_by_lot_is_below_the_minimum_design() -> None:
    assert unmet(demo()) == {"design"}


@pytest.mark.parametrize("comparison", ["matched", "randomised"])
def test_a_matched_or_randomised_control_meets_the_minimum(comparison: str) -> None:
    assert unmet(demo(design__comparison=comparison)) == set()


@pytest.mark.parametrize(
    ("changes", "missed"),
    [
        ({"activities": []}, {"outcome_and_process", "activity_per_actor", "numbers_and_timetable", "three_layers"}),
        ({"target_group__expected_number": None}, {"numbers_and_timetable"}),
        ({"managers_informed": None}, {"managers_informed"}),
        ({"managers_informed": False}, {"managers_informed"}),
        ({"legal_assessment": None}, {"legal_assessment"}),
        ({"side_effects": []}, {"side_effects"}),
        ({"economics": None}, {"three_layers"}),
        ({"economics__benefits": []}, {"three_layers"}),
        ({"design__comparison": "none", "design__analyses": ["pre_post"]}, set()),
    ],
)
def test_what_the_plan_does_not_say_is_not_met(changes: dict[str, Any], missed: set[str]) -> None:
    assert unmet(demo(**changes)) == missed | {"design"}


def test_an_activity_tied_to_nothing_is_no_process_measure() -> None:
    activity = demo().activities[0].model_dump(mode="json") | {"tied_to": []}
    assert unmet(demo(activities=[activity])) == {"design", "outcome_and_process"}
    assert unmet(demo(activities=[activity | {"tied_to": ["valbefinnande"], "fidelity_target": None}])) == {
        "design",
        "three_layers",
    }
