"""Difference-in-differences: by hand, against scipy, statsmodels and linearmodels, properties, refusals, error rates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from evalkit.errors import EstimationError
from evalkit.methods.did import fit_collapsed, fit_twfe, fit_welch
from evalkit.methods.engines import collapsed_by_statsmodels, panel_ols, twfe_by_linearmodels, welch_by_statsmodels
from evalkit.methods.estimates import estimate_changes, estimate_did
from evalkit.methods.fits import Fit, t_interval, t_p_value
from evalkit.methods.panel import Panel, make_panel
from evalkit.methods.router import has_many_clusters
from evalkit.methods.two_way import fit_two_way
from hypothesis import given, settings
from hypothesis import strategies as st
from linearmodels.panel import PanelOLS
from scipy import stats
from tests.support.frames import OUTCOME, demo_plan, frame_of, panel_table, person_table, public_plan

CLOSED_FORM = {"rtol": 1e-8}  # the same closed form: only the order of operations differs


def two_groups(n_treated: int, n_comparison: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    treated = np.arange(n_treated + n_comparison) < n_treated
    return rng.normal(0, 1 + treated) + 0.7 * treated, treated


def unit_panel(y: np.ndarray, after: np.ndarray, cluster: np.ndarray | None = None) -> Panel:
    """A panel of public units straight from arrays."""
    labels = None if cluster is None else [f"c{c:03d}" for c in cluster]
    return make_panel(frame_of(panel_table(y, after, outcome="y", cluster=labels)), public_plan(["y"]), "y")


def staggered(n_units: int, n_periods: int, seed: int = 2) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    start = np.where(np.arange(n_units) % 3 == 0, 2 + np.arange(n_units) // 3 % (n_periods - 2), n_periods)
    after = np.arange(n_periods) >= start[:, None]
    return rng.normal(size=(n_units, 1)) + 0.3 * np.arange(n_periods) + after + rng.normal(size=(n_units, n_periods)), after


# --- by hand -------------------------------------------------------------------------------------------------------------------


def test_welch_by_hand():
    # treated +3, +5 (mean 4, s² 2); comparison 0, 1, 2 (mean 1, s² 1): DiD 3, SE² = 2/2 + 1/3 = 4/3
    fit = fit_welch(np.array([3.0, 5, 0, 1, 2]), np.array([True, True, False, False, False]), "x")
    assert fit.value == 3.0
    assert fit.std_error == pytest.approx((4 / 3) ** 0.5, rel=1e-14)
    assert fit.df == pytest.approx((4 / 3) ** 2 / (1 / 1 + (1 / 9) / 2), rel=1e-14)  # 16/9 / (19/18) = 32/19


def test_collapsed_by_hand():
    # treated schools: 4 (mean of 3 and 5), 6, 8 -> mean 6; comparison 1, 2, 3 -> mean 2; s²p = (8 + 2)/4 = 2.5, SE² = 2.5·2/3
    change = np.array([3.0, 5, 6, 8, 1, 2, 3])
    fit = fit_collapsed(change, np.arange(7) < 4, np.array([0, 0, 1, 2, 3, 4, 5]), "x")
    assert (fit.value, fit.df) == (4.0, 4.0)
    assert fit.std_error == pytest.approx((5 / 3) ** 0.5, rel=1e-14)


def test_twfe_with_two_periods_is_the_difference_of_mean_changes():
    # units change by 5 and 3 (treated), 1 and 1 (not): 4 − 1 = 3
    y = np.array([[1.0, 6], [2, 5], [3, 4], [4, 5]])
    after = np.array([[False, True], [False, True], [False, False], [False, False]])
    fit = fit_two_way(y, after[None].astype(float), np.arange(4), "y")
    assert fit.coefficients[0] == pytest.approx(3.0, rel=1e-14)
    # d~ = ±¼ in all 8 cells, Σd~² = ½. Residuals of the treated units are ±½ (half of 5 − 4 and 3 − 4), of the others 0:
    # scores ±2·¼·½ = ±¼; V0 = 2·(¼)²/(½)² = ½; factor N/(N − K) = 8/(8 − 1 − 4 − 1) = 4; V = 2
    assert fit.covariance[0, 0] == pytest.approx(2.0, rel=1e-12)


# --- referees ------------------------------------------------------------------------------------------------------------------


def test_welch_equals_scipy_and_hc2():
    change, treated = two_groups(12, 25)
    fit = fit_welch(change, treated, "x")
    referee = stats.ttest_ind(change[treated], change[~treated], equal_var=False)
    np.testing.assert_allclose([t_p_value(fit), fit.df], [referee.pvalue, referee.df], **CLOSED_FORM)
    np.testing.assert_allclose([fit.value, fit.std_error], welch_by_statsmodels(change, treated)[1:], **CLOSED_FORM)


def test_collapsed_equals_students_t_on_cluster_means():
    rng = np.random.default_rng(6)
    cluster = np.repeat(np.arange(9), rng.integers(2, 15, 9))
    treated = cluster < 4
    change = rng.normal(size=9)[cluster] + rng.normal(size=len(cluster))
    fit = fit_collapsed(change, treated, cluster, "x")
    means = np.array([change[cluster == c].mean() for c in range(9)])
    np.testing.assert_allclose(t_p_value(fit), stats.ttest_ind(means[:4], means[4:]).pvalue, **CLOSED_FORM)
    np.testing.assert_allclose([fit.value, fit.std_error], collapsed_by_statsmodels(change, treated, cluster)[1:], **CLOSED_FORM)


def test_twfe_equals_linearmodels_default_when_units_are_clusters():
    panel = unit_panel(*staggered(42, 6))
    fit = fit_twfe(panel)
    np.testing.assert_allclose([fit.value, fit.std_error], twfe_by_linearmodels(panel)[1:], **CLOSED_FORM)
    assert fit.df == 41.0


def test_twfe_equals_statsmodels_with_every_dummy():
    y, after = staggered(24, 5)
    panel = unit_panel(y, after)
    unit, period = np.repeat(np.arange(24), 5), np.tile(np.arange(5), 24)
    dummies = np.column_stack([after.ravel(), unit[:, None] == np.arange(24), period[:, None] == np.arange(1, 5)]).astype(float)
    plain = sm.OLS(y.ravel(), dummies).fit(cov_type="cluster", cov_kwds={"groups": unit, "use_correction": False})
    n, k = dummies.shape
    np.testing.assert_allclose(fit_twfe(panel).value, plain.params[0], **CLOSED_FORM)
    np.testing.assert_allclose(fit_twfe(panel).std_error, plain.bse[0] * (n / (n - k)) ** 0.5, **CLOSED_FORM)


@pytest.mark.parametrize("n_periods", [2, 5])
def test_persons_in_municipalities_escape_the_panelols_trap(n_periods: int):
    rng = np.random.default_rng(11)
    cluster = np.arange(60) % 6
    after = (cluster % 2 == 0)[:, None] & (np.arange(n_periods) >= n_periods // 2)
    y = rng.normal(size=(60, n_periods)) + rng.normal(size=6)[cluster][:, None] * np.arange(n_periods)
    panel = unit_panel(y, after, cluster)
    fit = fit_two_way(panel.y, panel.after[None].astype(float), panel.cluster, "y")
    coefficients, covariance = panel_ols(panel, panel.after[None].astype(float))
    np.testing.assert_allclose(fit.coefficients, coefficients, **CLOSED_FORM)
    np.testing.assert_allclose(fit.covariance, covariance, **CLOSED_FORM)
    assert overstated_by_default(panel) == pytest.approx((n_periods / (n_periods - 1)) ** 0.5, rel=0.12)


def overstated_by_default(panel: Panel) -> float:
    """How much PanelOLS as shipped (with G/(G − 1)) overstates the standard error when persons sit in municipalities."""
    import pandas as pd

    index = pd.MultiIndex.from_product([range(panel.n_units), range(len(panel.periods))])
    y, x = pd.Series(panel.y.ravel(), index), pd.DataFrame({"d": panel.after.ravel().astype(float)}, index)
    groups = pd.DataFrame({"c": np.repeat(panel.cluster, len(panel.periods))}, index)
    shipped = PanelOLS(y, x, entity_effects=True, time_effects=True).fit(
        cov_type="clustered", clusters=groups, group_debias=True, count_effects=True, auto_df=False
    )
    return float(shipped.std_errors["d"] / panel_ols(panel, panel.after[None].astype(float))[1][0, 0] ** 0.5)


# --- properties ----------------------------------------------------------------------------------------------------------------

CHANGES = st.lists(st.integers(-60, 60), min_size=3, max_size=15).filter(lambda c: len(set(c)) > 1)


@settings(max_examples=60, deadline=None)
@given(treated=CHANGES, comparison=CHANGES, shock=st.integers(-500, 500), scale=st.integers(1, 50))
def test_welch_ignores_common_shocks_and_follows_the_unit(treated: list[int], comparison: list[int], shock: int, scale: int):
    change = np.array(treated + comparison, dtype=float)
    flag = np.arange(len(change)) < len(treated)
    fit, moved = fit_welch(change, flag, "x"), fit_welch((change + shock) * scale, flag, "x")
    assert moved.value == pytest.approx(fit.value * scale, rel=1e-9, abs=1e-8)
    assert moved.std_error == pytest.approx(fit.std_error * scale, rel=1e-9)
    assert moved.df == pytest.approx(fit.df, rel=1e-9)
    swapped = fit_welch(change, ~flag, "x")
    assert swapped.value == pytest.approx(-fit.value, rel=1e-12, abs=1e-12)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), scale=st.floats(0.01, 1000))
def test_twfe_ignores_unit_and_period_levels_and_the_order_of_units(seed: int, scale: float):
    rng = np.random.default_rng(seed)
    y, after = staggered(15, 5, seed)
    base = fit_two_way(y, after[None].astype(float), np.arange(15), "y")
    levels = rng.normal(0, 30, (15, 1)) + rng.normal(0, 30, (1, 5))
    order = rng.permutation(15)
    moved = fit_two_way(((y + levels) * scale)[order], after[order][None].astype(float), np.arange(15), "y")
    np.testing.assert_allclose(moved.coefficients, base.coefficients * scale, rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(moved.covariance, base.covariance * scale**2, rtol=1e-8)


def test_a_level_of_a_hundred_million_changes_nothing_beyond_rounding():
    y, after = staggered(40, 5)
    low, high = fit_twfe(unit_panel(np.round(y, 3), after)), fit_twfe(unit_panel(np.round(y, 3) + 1e8, after))
    # values near 1e8 are stored to 1.5e-8: eight digits of changes near 1
    assert (high.value, high.std_error) == (pytest.approx(low.value, rel=1e-6), pytest.approx(low.std_error, rel=1e-6))


# --- routes --------------------------------------------------------------------------------------------------------------------


def schools(n_treated: int, n_comparison: int) -> tuple[list[float], list[float], list[bool], list[str]]:
    rng = np.random.default_rng(n_treated)
    names = [f"s{i:02d}" for i in range(n_treated + n_comparison) for _ in range(3 + i % 3)]
    treated = [int(name[1:]) < n_treated for name in names]
    before = [float(v) for v in rng.integers(20, 60, len(names))]
    after = [b + float(rng.integers(-3, 9)) + 4 * t for b, t in zip(before, treated, strict=True)]
    return before, after, treated, names


def estimate_schools(n_treated: int, n_comparison: int, **design: str):
    before, after, treated, names = schools(n_treated, n_comparison)
    plan = demo_plan(assigned_at="cluster", **design)
    return estimate_did(make_panel(frame_of(person_table(before, after, treated, cluster=names)), plan, OUTCOME), plan)


def test_clusters_are_collapsed_and_the_person_weighted_value_stands_beside():
    main, beside = estimate_schools(4, 6)
    assert (main.id, main.estimand, main.inference) == (f"did.{OUTCOME}", "ATT-clusters", "welch")
    assert main.false_positive_rate <= 0.057
    assert (main.n_clusters, main.n_treated_clusters) == (10, 4)
    assert main.p_value is not None
    assert main.second_engine.agrees
    assert (beside.id, beside.p_value, beside.interval) == (f"did-persons.{OUTCOME}", None, None)
    assert beside.value != main.value


@pytest.mark.parametrize(
    ("n_treated", "n_comparison", "reason"), [(2, 6, "few-treated-clusters"), (6, 2, "few-comparison-clusters")]
)
def test_fewer_than_three_clusters_in_a_group_give_a_value_only(n_treated: int, n_comparison: int, reason: str):
    main, _ = estimate_schools(n_treated, n_comparison)
    assert main.route_reason == reason
    assert (main.inference, main.std_error, main.interval, main.df, main.p_value, main.second_engine) == ("none", *[None] * 5)
    changes = {}
    for b, a, _, name in zip(*schools(n_treated, n_comparison), strict=True):
        changes.setdefault(name, []).append(a - b)
    means = [float(np.mean(v)) for _, v in sorted(changes.items())]
    assert main.value == pytest.approx(np.mean(means[:n_treated]) - np.mean(means[n_treated:]))


def test_two_clusters_in_a_group_rest_on_the_smaller_one():
    # the person-weighted value beside gives a second equation in the two clusters' means
    main, beside = estimate_schools(2, 6)
    names = schools(2, 6)[3]
    assert main.evidence.n_persons == min(names.count("s00"), names.count("s01")) == 3
    assert beside.evidence.n_persons == names.count("s00") + names.count("s01")
    assert estimate_schools(4, 6)[0].evidence.n_persons > 3


def test_one_municipality_against_one_has_an_interval_on_a_condition_and_no_p_value():
    change, treated = two_groups(20, 20)
    plan = demo_plan(common_shocks_at="group")
    found = estimate_did(make_panel(frame_of(person_table(np.zeros(40), change, treated)), plan, OUTCOME), plan)[0]
    assert (found.inference, found.route_reason, found.p_value) == ("welch-conditional", "common-shocks-in-groups", None)
    assert found.interval is not None


def test_one_cluster_against_one_has_an_interval_on_a_condition_and_no_p_value():
    change, treated = two_groups(20, 20)
    names = np.where(treated, "orebro", "norrkoping")
    plan = demo_plan(assigned_at="cluster")
    found = estimate_did(make_panel(frame_of(person_table(np.zeros(40), change, treated, cluster=names)), plan, OUTCOME), plan)
    assert [(e.inference, e.route_reason, e.p_value) for e in found] == [("welch-conditional", "one-cluster-each", None)]
    alone = t_interval(fit_welch(np.asarray(change), np.asarray(treated), OUTCOME), 0.95)
    assert (found[0].interval.low, found[0].interval.high) == pytest.approx((alone.low, alone.high))


def test_a_change_of_persons_who_share_what_happens_has_an_interval_on_a_condition_and_no_p_value():
    change, treated = two_groups(30, 30)
    frame = frame_of(person_table(np.zeros(60), change, treated))
    for shared in ("cluster", "group"):
        plan = demo_plan(common_shocks_at=shared)
        found = estimate_changes(make_panel(frame, plan, OUTCOME), plan)[0]
        expected = ("paired-and-hall-conditional", "change-shared-shocks", None)
        assert {(e.inference, e.route_reason, e.p_value) for e in found} == {expected}
        assert all(e.interval is not None and e.second_engine.agrees for e in found)


def test_clusters_with_both_groups_give_a_value_only():
    before, after, treated, names = schools(4, 6)
    names[0] = "s09"
    plan = demo_plan(assigned_at="cluster")
    panel = make_panel(frame_of(person_table(before, after, treated, cluster=names)), plan, OUTCOME)
    found = estimate_did(panel, plan)[0]
    assert (found.inference, found.route_reason, found.p_value) == ("none", "mixed-clusters", None)


def test_few_units_that_start_at_different_times_speak_only_on_a_route_that_was_measured():
    plan = public_plan(["y"])
    y, after = staggered(15, 5)
    found = estimate_did(unit_panel(y, after), plan)[0]
    assert (found.estimator, found.inference) == ("twfe", "cr1-t-few")
    assert found.df == 4.0  # five treated units
    assert found.false_positive_rate <= 0.057
    assert found.second_engine.agrees


def test_few_units_that_start_together_are_collapsed():
    rng = np.random.default_rng(3)
    after = (np.arange(12) < 4)[:, None] & (np.arange(6) >= 3)
    y = rng.normal(size=(12, 6))
    found = estimate_did(unit_panel(y, after), public_plan(["y"]))[0]
    change = y[:, 3:].mean(axis=1) - y[:, :3].mean(axis=1)
    referees = [stats.ttest_ind(change[:4], change[4:], equal_var=equal) for equal in (True, False)]
    assert (found.inference, found.estimand) == ("pooled-and-welch", "ATT-clusters")
    np.testing.assert_allclose(found.p_value, max(r.pvalue for r in referees), **CLOSED_FORM)
    ends = [r.confidence_interval() for r in referees]
    np.testing.assert_allclose([found.interval.low, found.interval.high], [min(e.low for e in ends), max(e.high for e in ends)])


# --- refusals ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("treated", "sentence"),
    [
        ([True] * 6, "ingen i jämförelsegruppen"),
        ([False] * 6, "ingen som fått insatsen"),
        ([True] + [False] * 5, "minst två i varje"),
    ],
)
def test_refuses_an_empty_or_lonely_group(treated: list[bool], sentence: str):
    table = person_table([1, 2, 3, 4, 5, 6], [2, 4, 5, 5, 9, 9], treated)
    with pytest.raises(EstimationError, match=sentence):
        estimate_did(make_panel(frame_of(table), demo_plan(), OUTCOME), demo_plan())


def test_refuses_perfectly_separated_changes():
    with pytest.raises(EstimationError, match="exakt lika mycket"):
        fit_welch(np.array([3.1, 3.1, 3.1, 1.2, 1.2]), np.arange(5) < 3, "x")
    with pytest.raises(EstimationError, match="exakt lika mycket"):
        fit_collapsed(np.array([3.1, 3.1, 3.1, 1.2, 1.2]), np.arange(5) < 3, np.arange(5), "x")


def test_refuses_treatment_that_is_the_same_for_everybody():
    y = np.random.default_rng(0).normal(size=(8, 4))
    after = np.repeat(np.array([[False, False, True, True]]), 8, axis=0)
    with pytest.raises(EstimationError, match="enheter utan insats i samma perioder") as caught:
        fit_two_way(y, after[None].astype(float), np.arange(8), "y")
    assert caught.value.code == "EST-SINGULAR"


def test_refuses_a_fit_without_error():
    after = (np.arange(12) < 5)[:, None] & (np.arange(4) >= 2)
    y = np.arange(12.0)[:, None] + 0.1 * np.arange(4) + 0.3 * after
    with pytest.raises(EstimationError, match="exakt lika mycket"):
        fit_twfe(unit_panel(y, after))


# --- error rates under a true null, seeded -------------------------------------------------------------------------------------

DRAWS = 2000
BOUND = 0.05 + 3 * (0.05 * 0.95 / DRAWS) ** 0.5  # 5 % and three Monte Carlo standard errors


def share_rejected(fits: list[Fit]) -> float:
    return float(np.mean([t_p_value(fit) < 0.05 for fit in fits]))


@pytest.mark.parametrize("spread", [1.0, 3.0])
def test_welch_keeps_its_size_with_thirty_a_group(spread: float):
    rng = np.random.default_rng(20261122)
    treated = np.arange(60) < 30
    draws = rng.normal(size=(DRAWS, 60)) * np.where(treated, spread, 1.0)
    assert share_rejected([fit_welch(d, treated, "x") for d in draws]) <= BOUND


def test_collapsed_t_keeps_its_size_with_three_of_twelve_clusters():
    rng = np.random.default_rng(20261123)
    cluster = np.repeat(np.arange(12), 20)
    draws = rng.normal(0, 0.1**0.5, (DRAWS, 12))[:, cluster] + rng.normal(0, 0.9**0.5, (DRAWS, 240))
    rate = share_rejected([fit_collapsed(d, cluster < 3, cluster, "x") for d in draws])
    assert rate <= BOUND
    # the same draws person by person: what the ordinary call gives on clustered data, so the test above can fail
    naive = share_rejected([fit_welch(d, cluster < 3, "x") for d in draws[:500]])
    assert naive > 0.15


@pytest.mark.parametrize(("starts", "n_never", "n_periods"), [([1] * 10 + [2] * 5 + [3], 141, 4), ([2, 3, 4, 5] * 5, 60, 8)])
def test_twfe_keeps_its_size_where_the_router_lets_it_speak(starts: list[int], n_never: int, n_periods: int):
    rng = np.random.default_rng(20261124)
    start = np.array(starts + [n_periods] * n_never)
    after = np.arange(n_periods) >= start[:, None]
    panel = unit_panel(rng.normal(size=after.shape), after)
    assert has_many_clusters(panel)
    fits = []
    for _ in range(DRAWS):
        noise = rng.normal(size=after.shape)
        for t in range(1, n_periods):  # first-order autocorrelation .6, as yearly figures have
            noise[:, t] = 0.6 * noise[:, t - 1] + 0.8 * noise[:, t]
        fits.append(fit_twfe(replace(panel, y=noise)))
    assert share_rejected(fits) <= BOUND


def test_ten_of_a_hundred_that_start_together_are_collapsed_and_corrected_for_skewness():
    start = np.array([4] * 10 + [8] * 100)
    panel = unit_panel(np.random.default_rng(1).normal(size=(110, 8)), np.arange(8) >= start[:, None])
    found = estimate_did(panel, public_plan(["y"]))[0]
    assert (found.estimator, found.inference) == ("did-collapsed", "pooled-and-hall")
