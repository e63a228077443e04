"""Expected regression to the mean of those chosen for their value: by hand, against a simulation, and as the plan says."""

from __future__ import annotations

import numpy as np
import pytest
from evalkit.methods.chosen import expected_returns
from evalkit.methods.evaluate import evaluate
from evalkit.methods.panel import make_panel
from evalkit.plan.disclosure import DisclosurePolicy
from evalkit.plan.selection import ChosenFrom
from evalkit.release.chosen_part import chosen_parts
from evalkit.release.disclosure import clear
from evalkit.release.language import Language
from tests.support.frames import EMPTY_REGISTER, OUTCOME, PROVENANCE, demo_plan, frame_of, identity, person_table

POLICY = DisclosurePolicy.model_validate({"set_by": "prov", "decided": "2026-01-01", "min_cell": "5", "round_counts_to": "5"})


def plan_of(selected="yes", **chosen_from):
    plan = demo_plan(analyses=["pre_post"], comparison="none", economics=False, selected_on_outcome=selected)
    described = ChosenFrom.model_validate({"source": "Skolans register", **chosen_from})
    outcome = plan.outcome(OUTCOME).model_copy(update={"instruments": (), "referred": described})
    return plan.model_copy(update={"outcomes": (outcome,)})


def returns(before, after, plan):
    frame = frame_of(person_table(before, after, [True] * len(before)))
    return expected_returns(make_panel(frame, plan, OUTCOME), plan)


def test_the_range_is_that_of_both_correlations_by_hand():
    # Mean 14 before, 9 in the population: −(1 − 0.5)·5 = −2.5 and −(1 − 0.8)·5 = −1.
    (found,) = returns([12.0, 14.0, 16.0], [10.0, 13.0, 15.0], plan_of(mean="9", retest="0.5", retest_high="0.8"))
    assert (found.low, found.high) == pytest.approx((-2.5, -1.0))
    assert found.observed == pytest.approx(-4 / 3)
    assert (found.group, found.source, found.evidence.n_persons) == ("treated", "Skolans register", 3)


def test_persons_chosen_above_a_cut_move_as_expected_without_any_intervention():
    rng = np.random.default_rng(12)
    first = rng.normal(50, 10, 40_000)
    second = 50 + 0.7 * (first - 50) + rng.normal(0, 10 * np.sqrt(1 - 0.49), 40_000)
    chosen = first >= 60
    (found,) = returns(first[chosen][:3000], second[chosen][:3000], plan_of(mean="50", retest="0.7"))
    assert found.low == found.high
    assert found.observed == pytest.approx(found.low, abs=0.4)
    assert found.low < -3


def test_where_selection_is_not_known_the_range_reaches_zero_and_where_nobody_was_selected_there_is_none():
    values = ([12.0, 14.0, 16.0], [10.0, 13.0, 15.0])
    (found,) = returns(*values, plan_of("unknown", mean="9", retest="0.5"))
    assert (found.low, found.high) == pytest.approx((-2.5, 0.0))
    assert returns(*values, plan_of("no", mean="9", retest="0.5")) == ()


def report(n, **chosen_from):
    rng = np.random.default_rng(3)
    before = rng.normal(60, 8, n)
    frame = frame_of(person_table(before, before + rng.normal(0, 5, n), [True] * n))
    plan = plan_of(**chosen_from)
    return clear(evaluate(frame, plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE), POLICY)


@pytest.mark.parametrize("code", ["sv", "en"])
def test_the_report_shows_the_range_beside_the_change_with_its_source(code):
    safe = report(40, mean="45", retest="0.6", retest_high="0.8")
    html = "".join(chosen_parts(safe, Language(code)))
    (one,) = safe.chosen
    assert "Skolans register" in html
    for number in (one.observed, one.low, one.high):
        assert Language(code).number(number, one.decimals) in html
    assert Language(code).text("rtm_outside") in html


def test_a_range_of_few_persons_is_hidden():
    (one,) = report(4, mean="45", retest="0.6").chosen
    assert (one.observed, one.low, one.high) == (None, None, None)
    assert chosen_parts(report(4, mean="45", retest="0.6"), Language("sv")) == []
