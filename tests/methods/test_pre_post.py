"""Before and after: by hand, against scipy and statsmodels, properties, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from evalkit.errors import EstimationError
from evalkit.findings.estimate import EffectSize
from evalkit.methods.estimates import estimate_changes
from evalkit.methods.fits import hedges_j, t_interval, t_p_value
from evalkit.methods.panel import make_panel
from evalkit.methods.pre_post import cluster_means, effect_sizes, fit_change
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from tests.support.frames import AFTER, BEFORE, OUTCOME, demo_plan, frame_of, panel_table, person_table, public_plan

CLOSED_FORM = {"rtol": 1e-10}  # the same closed form: only the order of operations differs


def test_mean_change_by_hand():
    # changes 2, 4, 6, 8: mean 5, s² = (9 + 1 + 1 + 9)/3 = 20/3, SE = √(20/3/4) = √(5/3), df 3
    fit = fit_change(np.array([2.0, 4, 6, 8]), "x")
    assert (fit.value, fit.df) == (5.0, 3.0)
    assert fit.std_error == pytest.approx((5 / 3) ** 0.5, rel=1e-14)
    # t(3) at 97.5 %: 3.182446…; half width 3.182446 · 1.290994 = 4.108520
    interval = t_interval(fit, 0.95)
    assert (interval.low, interval.high) == (pytest.approx(0.891480, abs=1e-6), pytest.approx(9.108520, abs=1e-6))
    assert interval.level == 0.95


def test_mean_change_equals_scipy_paired_t():
    rng = np.random.default_rng(4)
    before, after = rng.normal(50, 8, 31), rng.normal(53, 9, 31)
    referee = stats.ttest_rel(after, before)
    fit = fit_change(after - before, "x")
    np.testing.assert_allclose(t_p_value(fit), referee.pvalue, **CLOSED_FORM)
    wide, limits = t_interval(fit, 0.9), referee.confidence_interval(0.9)
    np.testing.assert_allclose([wide.low, wide.high], limits, **CLOSED_FORM)


def with_moments(n: int, sd_before: float, sd_after: float, r: float, change: float) -> tuple[np.ndarray, np.ndarray]:
    """Return paired data with exactly these moments."""
    raw = np.random.default_rng(0).normal(size=(2, n))
    raw -= raw.mean(axis=1, keepdims=True)
    first = raw[0] / raw[0].std(ddof=1)
    rest = raw[1] - first * (raw[1] @ first) / (first @ first)
    second = r * first + (1 - r**2) ** 0.5 * rest / rest.std(ddof=1)
    return 80 + sd_before * first, 80 + change + sd_after * second


def test_effect_sizes_of_the_dyadic_adjustment_scale():
    # Jacobson & Truax 1991, Table 2, by its moments (n = 30); dz, dav, gz and gav as scored with effectsize and by hand
    before, after = with_moments(30, 11.825661265562113, 19.241814202229047, 0.5177213626318846, 16.466666666666665)
    sizes = {s.kind: s for s in effect_sizes("change", float((after - before).mean()), before, after)}
    assert {k: round(s.value, 4) for k, s in sizes.items()} == {"dz": 0.9939, "gz": 0.9679, "dav": 1.0311, "gav": 1.0042}
    assert sizes["gz"] == EffectSize("change", "gz", sizes["gz"].value, sizes["dz"].standardiser, corrected=True)


def test_two_persons_have_no_corrected_size_and_one_has_none():
    before, after = np.array([1.0, 2]), np.array([2.0, 5])
    assert {s.kind for s in effect_sizes("change", 2.0, before, after)} == {"dz", "dav"}
    assert effect_sizes("change", 2.0, before[:1], after[:1]) == ()


@pytest.mark.parametrize(("df", "expected"), [(11, 0.9299598), (22, 0.9654507)])
def test_hedges_correction_is_the_exact_one(df: float, expected: float):
    # CohensdpLibrary's documentation; the usual approximation gives 0.9302 at 11
    assert hedges_j(df) == pytest.approx(expected, abs=5e-8)


@settings(max_examples=60, deadline=None)
@given(
    changes=st.lists(st.integers(-50, 50), min_size=3, max_size=40).filter(lambda c: len(set(c)) > 1),
    shift=st.integers(-1000, 1000),
    scale=st.integers(1, 100),
)
def test_mean_change_follows_shift_scale_and_forgets_order(changes: list[int], shift: int, scale: int):
    base = np.array(changes, dtype=float)
    fit, moved = fit_change(base, "x"), fit_change((base + shift) * scale, "x")
    assert moved.value == pytest.approx((fit.value + shift) * scale, rel=1e-9, abs=1e-9)
    assert moved.std_error == pytest.approx(fit.std_error * scale, rel=1e-9)
    turned = fit_change(base[::-1], "x")
    assert turned.std_error == pytest.approx(fit.std_error, rel=1e-12)


def test_a_level_of_a_hundred_million_changes_nothing():
    rng = np.random.default_rng(8)
    before, after = np.round(rng.normal(50, 8, 40)), np.round(rng.normal(52, 8, 40))
    low = estimate_changes(make_panel(frame_of(person_table(before, after, [True] * 40)), demo_plan(), OUTCOME), demo_plan())[0][0]
    high_table = person_table(before + 1e8, after + 1e8, [True] * 40)
    high = estimate_changes(make_panel(frame_of(high_table), demo_plan(), OUTCOME), demo_plan())[0][0]
    assert (high.value, high.std_error, high.p_value) == (low.value, low.std_error, low.p_value)


def test_those_selected_on_the_score_get_no_p_value_but_an_interval():
    table = person_table([20, 22, 24, 26] * 6, [30, 33, 31, 34] * 6, [True] * 24)
    plan = demo_plan(selected_on_outcome="yes")
    change = estimate_changes(make_panel(frame_of(table), plan, OUTCOME), plan)[0][0]
    assert (change.p_value, change.route_reason) == (None, "selected-on-outcome")
    assert change.interval is not None
    assert change.occasions == (BEFORE, AFTER)


def test_change_of_clusters_weighs_each_cluster_the_same():
    # school a: +1, +3 (mean 2); b: +6; c: +10; mean of clusters 6, mean of persons 5
    table = person_table([10] * 4, [11, 13, 16, 20], [True] * 4, cluster=["a", "a", "b", "c"])
    plan = demo_plan(assigned_at="cluster")
    change = estimate_changes(make_panel(frame_of(table), plan, OUTCOME), plan)[0][0]
    assert change.value == pytest.approx(6.0)
    assert (change.estimand, change.n_units, change.n_clusters) == ("change-clusters", 4, 3)
    assert (change.std_error, change.route_reason) == (None, "too-few-for-skewed-changes")


def test_change_of_many_clusters_has_the_error_of_their_means():
    rng = np.random.default_rng(5)
    school = np.repeat(np.arange(30), 4)
    after = rng.normal(size=30)[school] + rng.normal(size=120)
    table = person_table(np.zeros(120), after, [True] * 120, cluster=[f"s{s:02d}" for s in school])
    plan = demo_plan(assigned_at="cluster")
    change = estimate_changes(make_panel(frame_of(table), plan, OUTCOME), plan)[0][0]
    means = after.reshape(30, 4).mean(axis=1)
    assert (change.inference, change.df, change.n_clusters) == ("hall-t", 29.0, 30)
    assert change.std_error == pytest.approx(means.std(ddof=1) / 30**0.5)


def test_change_of_two_clusters_has_no_interval():
    table = person_table([10] * 4, [11, 13, 16, 20], [True] * 4, cluster=["a", "a", "b", "b"])
    plan = demo_plan(assigned_at="cluster")
    change = estimate_changes(make_panel(frame_of(table), plan, OUTCOME), plan)[0][0]
    assert change.value == pytest.approx(5.0)  # schools +2 and +8
    assert (change.std_error, change.interval, change.p_value, change.route_reason) == (None, None, None, "few-treated-clusters")


def test_cluster_means_follow_the_codes():
    found = cluster_means(np.array([1.0, 3, 10, 20]), np.array([2, 2, 0, 5]))
    np.testing.assert_allclose(found, [10, 2, 20])


@pytest.mark.parametrize("changes", [[], [3.0]])
def test_refuses_fewer_than_two_persons(changes: list[float]):
    with pytest.raises(EstimationError, match=f"valbefinnande: {len(changes)} förändringar; minst två behövs"):
        fit_change(np.array(changes), "valbefinnande")


@pytest.mark.parametrize("step", [0.0, 0.1, 1e9])
def test_refuses_when_everybody_changes_alike(step: float):
    with pytest.raises(EstimationError, match="exakt lika mycket"):
        fit_change(np.full(7, step), "x")


def test_a_group_that_does_not_move_keeps_its_value_and_the_other_its_interval():
    before = list(range(10, 58))
    after = [b + (3, 2, 7)[i % 3] * (i < 24) for i, b in enumerate(before)]
    table = person_table(before, after, [True] * 24 + [False] * 24)
    (treated, comparison), sizes = estimate_changes(make_panel(frame_of(table), demo_plan(), OUTCOME), demo_plan())
    assert treated.interval is not None
    assert (comparison.value, comparison.better, comparison.std_error, comparison.p_value) == (0.0, None, None, None)
    assert (comparison.inference, comparison.route_reason) == ("none", "no-spread")
    assert comparison.evidence.all_equal
    assert {s.kind for s in sizes if s.estimate_id == comparison.id} == {"dav", "gav"}


@pytest.mark.parametrize("public", [True, False])
def test_refuses_change_when_nobody_is_treated(public: bool):
    if public:
        plan = public_plan(["y"])
        panel = make_panel(frame_of(panel_table(np.arange(6.0).reshape(3, 2), np.zeros((3, 2), bool), outcome="y")), plan, "y")
    else:
        plan = demo_plan()
        panel = make_panel(frame_of(person_table([1, 2, 3], [2, 4, 5], [False] * 3)), plan, OUTCOME)
    with pytest.raises(EstimationError, match="ingen som fått insatsen") as caught:
        estimate_changes(panel, plan)
    assert caught.value.code == "EST-NONE-TREATED"


def test_units_are_compared_with_themselves_around_their_own_start():
    # a: (1 + 3)/2 = 2 before, 10 after: +8; b: 4 before, (5 + 9)/2 = 7 after: +3; c: 0 before, (2 + 6)/2 = 4: +4; mean 5
    y = np.array([[1.0, 3, 10], [4, 5, 9], [0, 2, 6], [7, 7, 8]])
    after = np.array([[0, 0, 1], [0, 1, 1], [0, 1, 1], [0, 0, 0]], dtype=bool)
    plan = public_plan(["y"])
    estimates, sizes = estimate_changes(make_panel(frame_of(panel_table(y, after, outcome="y")), plan, "y"), plan)
    assert [e.id for e in estimates] == ["change.treated.y"]
    assert estimates[0].value == pytest.approx(5.0)
    assert (estimates[0].std_error, estimates[0].route_reason) == (None, "too-few-for-skewed-changes")
    assert (estimates[0].estimand, estimates[0].evidence.public, sizes) == ("change-units", True, ())
