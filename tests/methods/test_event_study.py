"""Leads and lags: by hand, against linearmodels, the three states of parallel trends, and the reach of the test."""

from __future__ import annotations

import numpy as np
import pytest
from evalkit.errors import EstimationError
from evalkit.methods.engines import panel_ols
from evalkit.methods.event_study import event_bins, fit_event_study, lead_test, study_events
from evalkit.methods.fits import chi2_noncentrality
from evalkit.methods.panel import Panel, make_panel
from evalkit.methods.two_way import fit_two_way
from scipy import stats
from tests.support.frames import OUTCOME, demo_plan, frame_of, panel_table, person_table, public_plan


def panel_of(y: np.ndarray, start: np.ndarray) -> Panel:
    after = np.arange(y.shape[1]) >= start[:, None]
    return make_panel(frame_of(panel_table(y, after, outcome="y")), public_plan(["y"]), "y")


def noise(n_units: int, n_periods: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    start = np.where(np.arange(n_units) % 2 == 0, n_periods - 2, n_periods)
    return rng.normal(size=(n_units, n_periods)), start


def test_path_of_one_cohort_by_hand():
    # differences between the groups' means: −2, 0, 5, 7; relative to the period before the start (0): −2, (0), 5, 7
    y = np.array([[1.0, 3, 8, 10], [1, 3, 8, 10], [3, 3, 3, 3], [3, 3, 3, 3]]) + np.array([[0.0], [7], [1], [2]])
    path = study_events(panel_of(y, np.array([2, 2, 4, 4])), 0.95)[1]
    assert [(p.event_time, round(p.value, 10), p.binned) for p in path] == [(-2, -2.0, False), (0, 5.0, False), (1, 7.0, False)]
    # four units: too few for a cluster-robust error
    assert {(p.std_error, p.interval) for p in path} == {(None, None)}
    assert {p.n_treated_units for p in path} == {2}


def test_ends_are_binned_and_the_reference_is_left_out():
    y = np.random.default_rng(0).normal(size=(6, 14))
    panel = panel_of(y, np.array([7, 8, 7, 14, 14, 14]))
    assert list(event_bins(panel)) == [-5, -4, -3, -2, 0, 1, 2, 3, 4]
    path = {p.event_time: p.binned for p in study_events(panel, 0.95)[1]}
    assert [k for k, binned in path.items() if binned] == [-5, 4]


def test_coefficients_and_covariance_equal_linearmodels():
    panel = panel_of(*noise(40, 6, 3))
    study = fit_event_study(panel)
    coefficients, covariance = panel_ols(panel, np.stack([b.astype(float) for b in event_bins(panel).values()]))
    assert study.times == (-4, -3, -2, 0, 1)
    np.testing.assert_allclose(study.fit.coefficients, coefficients, rtol=1e-8)
    np.testing.assert_allclose(study.fit.covariance, covariance, rtol=1e-8)


def test_diverging_groups_are_contradicted():
    y, start = noise(60, 6, 4)
    y += np.where(start[:, None] < 6, 0.6, 0.0) * np.arange(6)
    test = lead_test(panel_of(y, start))
    assert (test.state, test.reason, test.n_leads, test.df) == ("contradicted", "leads-reject", 3, 3.0)
    assert test.p_value < 0.05


def test_alike_groups_are_not_contradicted_and_the_reach_is_stated():
    test = lead_test(panel_of(*noise(60, 6, 5)))
    assert test.state == "not_contradicted"
    assert test.p_value == pytest.approx(stats.chi2.sf(test.statistic, 3), rel=1e-10)
    assert test.minimum_detectable > 0


def test_a_trend_at_the_stated_reach_is_seen_four_times_in_five():
    # noise with the divergence that the test itself says it would see; 400 draws: 80 % ± 3 standard errors of 2 points, and the
    # reach itself is estimated from one draw of 80 units
    y, start = noise(80, 5, 6)
    panel = panel_of(y, start)
    reach = lead_test(panel).minimum_detectable
    regressors = np.stack([indicator.astype(float) for indicator in event_bins(panel).values()])
    rng = np.random.default_rng(7)
    slope = np.where(start[:, None] < 5, reach, 0.0) * np.arange(5)
    seen = []
    for _ in range(400):
        fit = fit_two_way(rng.normal(size=(80, 5)) + slope, regressors, panel.cluster, "y")
        leads = fit.coefficients[:2]
        seen.append(leads @ np.linalg.solve(fit.covariance[:2, :2], leads) > stats.chi2.isf(0.05, 2))
    assert 0.70 <= np.mean(seen) <= 0.90


def test_noncentrality_gives_the_stated_power():
    critical = stats.chi2.isf(0.05, 4)
    assert stats.ncx2.sf(critical, 4, chi2_noncentrality(4, 0.05, 0.80)) == pytest.approx(0.80, abs=1e-9)


def test_two_measurements_cannot_test_trends():
    table = person_table([1, 2, 3, 4], [2, 4, 5, 8], [True, True, False, False])
    test = lead_test(make_panel(frame_of(table), demo_plan(), OUTCOME))
    assert (test.state, test.reason, test.statistic, test.n_leads) == ("cannot_be_tested", "too-few-pre-periods", None, 0)


def test_few_units_cannot_test_trends():
    test = lead_test(panel_of(*noise(12, 6, 8)))
    assert (test.state, test.reason, test.n_leads) == ("cannot_be_tested", "too-few-clusters", 3)


def test_a_lead_seen_by_few_is_binned_with_the_next():
    # 40 units start in period 3 and 8 in period 5: lead −5 would rest on eight units, −3 (or earlier) rests on 48
    rng = np.random.default_rng(12)
    start = np.array([3] * 40 + [5] * 8 + [9] * 40)
    panel = panel_of(rng.normal(size=(88, 9)), start)
    path = study_events(panel, 0.95)[1]
    leads = [(p.event_time, p.binned, p.n_treated_units) for p in path if p.event_time < 0]
    assert leads == [(-3, True, 48), (-2, False, 48)]
    assert lead_test(panel).n_leads == 2
    assert all(p.interval is not None for p in path)


def test_the_joint_test_keeps_its_size_at_the_fewest_units_it_accepts():
    start = np.array([3] * 30 + [6] * 30)
    panel = panel_of(np.random.default_rng(0).normal(size=(60, 6)), start)
    regressors = np.stack([indicator.astype(float) for indicator in event_bins(panel).values()])
    assert lead_test(panel).state != "cannot_be_tested"
    rng = np.random.default_rng(20261122)
    rejected = []
    for _ in range(2000):
        fit = fit_two_way(rng.normal(size=(60, 6)), regressors, panel.cluster, "y")
        rejected.append(
            fit.coefficients[:2] @ np.linalg.solve(fit.covariance[:2, :2], fit.coefficients[:2]) > stats.chi2.isf(0.05, 2)
        )
    assert np.mean(rejected) <= 0.05 + 3 * (0.05 * 0.95 / 2000) ** 0.5


def test_without_comparison_units_event_times_are_undetermined():
    y = np.random.default_rng(9).normal(size=(8, 6))
    with pytest.raises(EstimationError, match="enheter utan insats") as caught:
        fit_event_study(panel_of(y, np.full(8, 3)))
    assert caught.value.code == "EST-SINGULAR"


def test_intervals_cover_all_points_at_once_and_are_wider_than_one_points_own() -> None:
    path = study_events(panel_of(*noise(80, 7, 4)), 0.95)[1]
    shown = [p for p in path if p.interval is not None]
    assert len(shown) > 3
    for point in shown:
        assert point.std_error is not None
        reach = (point.interval.high - point.interval.low) / 2 / point.std_error
        assert 2.3 < reach < 3.5
        assert point.interval.level == 0.95
