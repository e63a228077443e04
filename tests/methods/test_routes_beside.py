"""The routes beside: draws against enumeration by other code, worked numbers, what is shown and what is not, and refusals."""

import math
from dataclasses import replace

import numpy as np
import pytest
from evalkit.errors import EstimationError
from evalkit.findings.routes import ATTAINABLE, NO_ANSWER, RATE
from evalkit.methods.beside.numbers import by_inversion, check
from evalkit.methods.beside.study import routes_beside
from evalkit.methods.beside.tests_beside import ONE_GROUP, PRINTED, TWO_GROUPS, measure_beside
from evalkit.methods.estimates import estimate_changes, estimate_did
from evalkit.methods.inference.cluster_robust import cr3_test
from evalkit.methods.inference.draw_tests import bootstrap_t_p, permutation_p, smallest_p, wild_p
from evalkit.methods.inference.one_sample import bootstrap_t, johnson_t
from evalkit.methods.inference.permutation import permutation_test
from evalkit.methods.inference.unit_tests import cr3, johnson, welch
from evalkit.methods.inference.wild_bootstrap import wild_cluster_test
from evalkit.methods.panel import make_panel
from evalkit.methods.validity.designs import OneGroup, TwoGroups
from evalkit.methods.validity.measure import measure, measured_with
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.frames import OUTCOME, demo_plan, frame_of, person_table


def sample(n_treated: int, n: int, rows: int = 6) -> np.ndarray:
    return np.random.default_rng([n, n_treated]).standard_exponential((rows, n)) + 0.7 * (np.arange(n) < n_treated) + 1e3


@pytest.mark.parametrize(("n", "n_treated"), [(7, 3), (9, 2), (11, 4), (12, 6)])
def test_all_draws_at_once_equal_enumeration_one_by_one(n: int, n_treated: int):
    x, treated = sample(n_treated, n), np.arange(n) < n_treated
    design = np.column_stack([treated, np.ones(n)]).astype(float)
    one_by_one = [permutation_test(row, treated, studentised=True) for row in x]
    assert permutation_p(x, n_treated, 99).tolist() == [test.p_value for test in one_by_one]
    assert smallest_p(n_treated, n - n_treated, 99) == (one_by_one[0].smallest_p, True)
    # Held to plain regressions in R by tests/methods/test_few_clusters.py.
    assert wild_p(x, n_treated, 99, webb=False).tolist() == [wild_cluster_test(design, row, np.arange(n), 0).p_value for row in x]


def test_cr3_and_johnson_equal_the_code_that_is_held_to_r():
    x = sample(4, 13)
    design = np.column_stack([np.arange(13) < 4, np.ones(13)]).astype(float)
    referee = [cr3_test(design, row - 1e3, np.arange(13), np.array([1.0, 0.0])).p_value for row in x]
    np.testing.assert_allclose(cr3(x, 4).p_values(), referee, rtol=1e-8)
    changes = np.random.default_rng(3).standard_exponential((5, 24)) - 0.7
    np.testing.assert_allclose(johnson(changes, 24), [johnson_t(row, level=0.95).p_value for row in changes], rtol=1e-9)


def test_cr3_of_a_worked_example():
    # 1, 3, 5 against 0, 2: s² = 4 and 2, SE² = 4/2 + 2/1 = 4, difference 2, t = 1 on 4 degrees of freedom.
    fit = cr3(np.array([[1.0, 3, 5, 0, 2]]), 3)
    assert (fit.value[0], fit.std_error[0], fit.df[0]) == (2.0, 2.0, 4.0)


def test_three_of_seven_clusters_can_never_give_less_than_one_in_thirty_five():
    x = np.array([[9.0, 10, 11, 1, 2, 3, 4]])
    assert permutation_p(x, 3, 99)[0] == pytest.approx(1 / 35)
    assert smallest_p(3, 4, 99) == (1 / 35, True)
    assert smallest_p(3, 3, 99) == (2 / 20, True)
    assert smallest_p(100, 100, 9_999) == (1e-4, False)


def test_the_bootstrap_t_agrees_with_its_own_slow_form():
    changes = np.random.default_rng(5).standard_exponential((6, 24)) - 0.6
    slow = [bootstrap_t(row, level=0.95, rng=np.random.default_rng(1)).p_value for row in changes]
    np.testing.assert_allclose(bootstrap_t_p(changes, 24, 9_999), slow, atol=0.02)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.1, 100), st.floats(-1e6, 1e6), st.sampled_from(sorted(TWO_GROUPS)))
def test_unit_and_level_of_the_outcome_change_no_p_value(seed: int, scale: float, shift: float, route: str):
    x = np.random.default_rng(seed).normal(size=(3, 9))
    test = TWO_GROUPS[route]
    np.testing.assert_allclose(test(x * scale + shift, 4, 199), test(x, 4, 199), rtol=1e-5)


@pytest.mark.parametrize("route", sorted(TWO_GROUPS))
def test_an_interval_holds_what_its_test_does_not_reject(route: str):
    x, moved = sample(6, 16, rows=1), np.arange(16) < 6
    low, high = by_inversion(TWO_GROUPS[route], x, 6, 999, 0.05)
    assert low < welch(x, 6).value[0] < high
    for end, inward in ((low, 1e-3), (high, -1e-3)):
        inside, outside = (TWO_GROUPS[route](x - (end + step) * moved, 6, 999)[0] for step in (inward, -inward))
        assert outside <= 0.05 < inside or math.isclose(outside, 0.05, abs_tol=2e-3)


def test_a_test_that_cannot_reject_has_no_interval():
    assert by_inversion(TWO_GROUPS["permutation"], sample(3, 6, rows=1), 3, 99, 0.05) is None


def test_a_false_second_number_stops_the_report():
    x = sample(3, 7, rows=1)
    check("did.x", "permutation", float(permutation_p(x, 3, 99)[0]), x[0], 3)
    for route in ("permutation", "wild-rademacher", "cr3-t"):
        with pytest.raises(EstimationError, match="stämmer inte överens"):
            check("did.x", route, 0.5123, x[0], 3)


def test_webbs_weights_raise_too_many_false_alarms_with_three_and_three_clusters():
    found = {m.name: m for m in measure_beside(TwoGroups(3, 3, (20,) * 6, "cr1-z"), 1).measured}
    assert found["wild-webb"].worst > 0.065 > found["wild-rademacher"].worst
    assert found["permutation"].worst == 0.0
    assert "wild-webb" not in {m.name for m in measure_beside(TwoGroups(10, 10, (), "cr1-z"), 1).measured}


def test_ten_skewed_changes_hold_on_no_route():
    for measured in (measure_beside(OneGroup(10), 1), measure(OneGroup(10), 1)):
        assert min(m.worst for m in measured.measured) > 0.1
    assert set(ONE_GROUP) == {m.name for m in measure_beside(OneGroup(10), 1).measured}


def test_twins_measure_the_routes_beside_with_as_few_samples():
    with measured_with(300):
        assert measure_beside(TwoGroups(12, 12), 1).draws == 300


def frame(n_treated: int, n: int, **design: object):
    rng, treated = np.random.default_rng(7), np.arange(n) < n_treated
    before = rng.normal(50, 10, n)
    after = before + rng.normal(0, 10, n) + 12.0 * treated
    cluster = [f"k{i // 10}" for i in range(n)] if design.get("assigned_at") == "cluster" else None
    plan = demo_plan(economics=False, **design)
    return plan, make_panel(frame_of(person_table(before, after, treated.tolist(), cluster=cluster)), plan, OUTCOME)


def routes(estimates, panel, plan):
    return {one.estimate_id: one for one in routes_beside(estimates, panel, plan)}


def test_the_reports_route_stands_first_with_its_own_numbers_and_no_other_shows_any_where_its_rate_is_too_high():
    plan, panel = frame(30, 60)
    estimates = (*estimate_did(panel, plan), *estimate_changes(panel, plan)[0])
    found = routes(estimates, panel, plan)
    assert set(found) == {f"did.{OUTCOME}", f"change.treated.{OUTCOME}"}
    for estimate in (e for e in estimates if e.id in found):
        one = found[estimate.id]
        assert (one.routes[0].route, one.chosen) == (estimate.inference, estimate.inference)
        assert (one.routes[0].p_value, one.routes[0].interval) == (estimate.p_value, estimate.interval)
        assert one.routes[0].worst_rate == estimate.false_positive_rate
        for other in one.routes[1:]:
            assert (other.p_value is None) == (other.why_not == RATE) == (other.worst_rate > one.limit)
    assert [r.route for r in found[f"did.{OUTCOME}"].routes if r.why_not] or found[f"did.{OUTCOME}"].routes[0].p_value < 0.05


def test_with_three_and_three_clusters_a_permutation_says_that_it_cannot_reach_five_percent():
    plan, panel = frame(30, 60, assigned_at="cluster")
    one = routes(estimate_did(panel, plan), panel, plan)[f"did.{OUTCOME}"]
    permutation = next(r for r in one.routes if r.route == "permutation")
    assert (permutation.why_not, permutation.p_value, permutation.interval) == (ATTAINABLE, None, None)
    assert (permutation.smallest_p, permutation.exact) == (0.1, True)


@pytest.mark.parametrize(
    ("n_treated", "n", "design"),
    [
        (20, 60, {"assigned_at": "cluster"}),
        (30, 60, {"common_shocks_at": "group"}),
    ],
)
def test_a_design_that_is_refused_is_refused_on_every_route(n_treated: int, n: int, design: dict[str, str]):
    plan, panel = frame(n_treated, n, **design)
    estimate = estimate_did(panel, plan)[0]
    assert estimate.p_value is None
    one = routes((estimate,), panel, plan)[f"did.{OUTCOME}"]
    assert all(r.p_value is None for r in one.routes)
    if estimate.interval is None:
        assert all(r.interval is None and r.why_not in {RATE, NO_ANSWER, ATTAINABLE} for r in one.routes)


def test_persons_in_clusters_with_both_groups_and_outcomes_beside_the_primary_have_no_routes_beside():
    plan, panel = frame(30, 60, common_shocks_at="cluster")
    assert routes(estimate_did(panel, plan), panel, plan) == {}
    plan, panel = frame(30, 60)
    second = replace(estimate_did(panel, plan)[0], id="did.franvaro")
    assert routes((second,), panel, plan) == {}


def test_the_printed_placebo_test_is_made_of_many_draws_and_of_the_same_ones_each_time():
    x = sample(12, 30, rows=2)
    assert permutation_p(x, 12, PRINTED).tolist() == permutation_p(x, 12, PRINTED).tolist()
    assert permutation_p(x, 12, PRINTED)[0] == pytest.approx(permutation_p(x, 12, 1_999)[0], abs=0.02)
