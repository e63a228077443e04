"""Twins with planted truth go through the whole house, and what is said about them is counted right."""

from __future__ import annotations

from pathlib import Path

import pytest
from evalkit.plan.project import find_project
from evalkit.workflow.many_twins import make_twins
from evalkit.workflow.selftest import SelfTest, claims, recovered, selftest_text
from evalkit.workflow.twins import House, Twin, make_twin, open_house, plant

REAL = find_project(Path(__file__).parents[2])


@pytest.fixture(scope="module", params=["np-samverkan", "skolfam"])
def house(request: pytest.FixtureRequest) -> House:
    return open_house(REAL, request.param)


@pytest.fixture(scope="module")
def twin(house: House) -> Twin:
    from evalkit.methods.validity.measure import measured_with

    with measured_with(500):
        return make_twin(house, house.plan.seed + 1, share=1.0)


def test_the_expected_effect_of_the_plan_is_planted_or_none_at_all(house: House) -> None:
    decisive = house.plan.decisive_occasion
    for outcome in house.plan.outcomes:
        whole, none = ({o.id: o for o in plant(house, share).outcomes}[outcome.id] for share in (1.0, 0.0))
        if outcome.expected_effect is not None:
            assert whole.effect[decisive] == pytest.approx(outcome.expected_effect)
        assert (set(none.effect.values()) <= {0.0}, none.trend) == (True, {})


def test_a_twin_gets_a_result_and_a_cleared_report(house: House, twin: Twin) -> None:
    assert twin.stopped == ""
    assert twin.safe.primary.id == f"did.{house.plan.primary_outcome}"
    assert {v.estimate_id for v in twin.result.validity} >= {f"did.{o.id}" for o in house.plan.outcomes}


def test_bias_and_coverage_are_counted_against_the_planted_effect(house: House, twin: Twin) -> None:
    row = recovered(house, [twin])[0]
    estimate = twin.result.estimate(f"did.{house.plan.outcomes[0].id}")
    planted = twin.planted[house.plan.outcomes[0].id]
    assert row.bias == pytest.approx(estimate.value - planted)
    assert row.coverage == float(estimate.interval.low <= planted <= estimate.interval.high)


def test_a_stopped_twin_is_counted_and_claims_nothing(house: House, twin: Twin) -> None:
    stopped = Twin({}, None, None, "ATTRITION")
    found = claims([twin, stopped])
    assert found.n == 1
    text = selftest_text(SelfTest(house.plan.id, {"noll": recovered(house, [twin, stopped])}, found, {"ATTRITION": 1}))
    assert "Stoppade tvillingar, som i skarp drift: ATTRITION 1" in text


def test_a_twin_depends_on_its_seed_alone_not_on_who_else_is_made_or_on_great_expectations(house: House, twin: Twin) -> None:
    seed = house.plan.seed + 1
    alone, beside = make_twins(REAL, house.plan.id, [seed], 1.0, lambda made: None), []
    told = make_twins(REAL, house.plan.id, [seed + 2, seed], 1.0, beside.append)
    assert alone[0] == told[1]
    assert beside == [1, 2]
    assert [e.value for e in told[1].result.estimates] == [e.value for e in twin.result.estimates]
