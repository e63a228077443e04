"""Few clusters against R (clubSandwich, sandwich, estimatr; script and versions beside the numbers), properties, refusals."""

import json
from pathlib import Path

import numpy as np
import pytest
from evalkit.errors import EstimationError
from evalkit.methods.inference.cluster_robust import cr1_test, cr2_test, cr3_test, least_squares
from evalkit.methods.inference.one_sample import bootstrap_t, johnson_t, skewness, student_t
from evalkit.methods.inference.permutation import permutation_test
from evalkit.methods.inference.wild_bootstrap import wild_cluster_test
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

REFEREES = Path(__file__).parents[1] / "referees"
CLOSED_FORM = {"rel": 1e-8}
EFFECT = np.array([0.0, 0, 0, 1])


@pytest.fixture(scope="module")
def panel():
    columns = np.loadtxt(REFEREES / "few_clusters.csv", delimiter=",", skiprows=1).T
    cluster, treated, post, outcome = columns
    design = np.column_stack([np.ones_like(outcome), treated, post, treated * post])
    return design, outcome, cluster


@pytest.fixture(scope="module")
def referee():
    return json.loads((REFEREES / "few_clusters.json").read_text("utf-8"))


def test_cr1_cr2_and_cr3_agree_with_r(panel, referee):
    design, outcome, cluster = panel
    cr1 = cr1_test(design, outcome, cluster, EFFECT)
    assert (cr1.estimate, cr1.std_error) == pytest.approx((referee["estimate"], referee["cr1_se"]), **CLOSED_FORM)
    cr2 = cr2_test(design, outcome, cluster, EFFECT)
    assert (cr2.std_error, cr2.df, cr2.p_value) == pytest.approx(tuple(referee["cr2"][k] for k in ("se", "df", "p")), **CLOSED_FORM)
    assert cr2.std_error == pytest.approx(referee["estimatr_cr2_se"], **CLOSED_FORM)
    assert cr3_test(design, outcome, cluster, EFFECT).std_error == pytest.approx(referee["cr3_se"], **CLOSED_FORM)


def test_the_enumerated_wild_bootstrap_agrees_with_plain_regressions_in_r(panel, referee):
    found = wild_cluster_test(*panel, 3)
    assert found.enumerated
    assert found.n_draws == 2**12
    assert found.statistic == pytest.approx(referee["wcr"]["t"], **CLOSED_FORM)
    assert (found.p_value, found.p_strict) == (referee["wcr"]["p_weak"], referee["wcr"]["p_strict"])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.1, 100), st.floats(-1e6, 1e6))
def test_shifting_and_scaling_the_outcome_changes_no_p_value(seed, scale, shift):
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(8), 4)
    treated = (cluster < 3).astype(float)
    outcome = rng.normal(size=8)[cluster] + rng.normal(size=32)
    design = np.column_stack([np.ones(32), treated])
    moved = outcome * scale + shift
    contrast = np.array([0.0, 1.0])
    for test in (cr1_test, cr2_test, cr3_test):
        assert test(design, moved, cluster, contrast).p_value == pytest.approx(
            test(design, outcome, cluster, contrast).p_value, rel=1e-5
        )
    assert wild_cluster_test(design, moved, cluster, 1).p_value == wild_cluster_test(design, outcome, cluster, 1).p_value


def test_row_order_changes_nothing_beyond_rounding(panel):
    design, outcome, cluster = panel
    order = np.random.default_rng(1).permutation(len(outcome))
    again = cr2_test(design[order], outcome[order], cluster[order], EFFECT)
    assert again.p_value == pytest.approx(cr2_test(design, outcome, cluster, EFFECT).p_value, rel=1e-10)


def test_collinear_regressors_one_treated_cluster_and_constant_outcomes_are_refused(panel):
    design, outcome, cluster = panel
    with pytest.raises(EstimationError, match="kombinationer"):
        least_squares(np.column_stack([design, design[:, 1]]), outcome)
    one = (cluster == 1).astype(float)
    single = np.column_stack([np.ones_like(one), one])
    with pytest.raises(EstimationError, match="ett enda kluster"):
        cr2_test(single[cluster <= 2], outcome[cluster <= 2], cluster[cluster <= 2], np.array([0.0, 1.0]))
    with pytest.raises(EstimationError):
        cr1_test(design, np.full_like(outcome, 3.0), cluster, EFFECT)


def test_an_exact_permutation_counted_by_hand():
    # Changes 5, 6 against 1, 2, 3: of the 10 pairs only {5, 6} has a difference of 3.5; {1, 2} has -3.17. p = 1/10.
    found = permutation_test(np.array([5.0, 6, 1, 2, 3]), np.array([True, True, False, False, False]), studentised=False)
    assert (found.statistic, found.p_value, found.n_assignments, found.exact) == (pytest.approx(3.5), 0.1, 10, True)
    # 3 against 3 clusters can never reject at 5 %: 20 assignments, two of them mirror images.
    assert permutation_test(np.arange(6.0), np.arange(6) < 3, studentised=False).smallest_p == pytest.approx(0.10)


def test_permutation_agrees_with_scipy():
    rng = np.random.default_rng(5)
    values, treated = rng.normal(size=12), np.arange(12) < 5
    theirs = stats.permutation_test(
        (values[treated], values[~treated]), lambda x, y, axis: x.mean(axis) - y.mean(axis), n_resamples=np.inf, vectorized=True
    )
    ours = permutation_test(values, treated, studentised=False)
    assert ours.statistic == pytest.approx(theirs.statistic, rel=1e-12)
    both_tails = np.mean(np.abs(theirs.null_distribution) >= abs(theirs.statistic) * (1 - 1e-9))
    assert ours.p_value == pytest.approx(both_tails, rel=1e-12)


def test_student_matches_scipy_and_johnson_and_the_bootstrap_lean_the_way_the_skew_does():
    values = np.random.default_rng(3).exponential(size=24) - 0.8
    ours, theirs = student_t(values, level=0.95), stats.ttest_1samp(values, 0)
    assert (ours.statistic, ours.p_value) == pytest.approx((theirs.statistic, theirs.pvalue), rel=1e-10)
    assert (ours.low, ours.high) == pytest.approx(tuple(theirs.confidence_interval(0.95)), rel=1e-10)
    assert skewness(values) == pytest.approx(stats.skew(values), rel=1e-10)
    johnson, boot = johnson_t(values, level=0.95), bootstrap_t(values, level=0.95, rng=np.random.default_rng(1))
    assert johnson.low > ours.low
    assert boot.high - boot.mean > boot.mean - boot.low


def test_symmetric_values_make_johnson_students_t():
    values = np.array([-3.0, -1, 0.5, 2.5, 4.5, 6.5])[:5] - 0.5
    symmetric = np.array([1.0, 2, 3, 4, 5])
    assert johnson_t(symmetric, level=0.9).p_value == pytest.approx(student_t(symmetric, level=0.9).p_value, rel=1e-12)
    assert johnson_t(values, level=0.9).df == 4


@pytest.mark.parametrize("values", [np.array([1.0]), np.array([2.0, 2.0, 2.0])])
def test_one_value_or_no_variation_is_refused(values):
    with pytest.raises(EstimationError):
        student_t(values, level=0.95)
    with pytest.raises(EstimationError):
        permutation_test(values, np.arange(len(values)) < 1, studentised=True)
