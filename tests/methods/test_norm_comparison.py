"""A score against a norm: worked examples, scipy as referee, properties, refusals."""

import numpy as np
import pytest
from evalkit.errors import EstimationError
from evalkit.methods import norm_comparison as nc
from evalkit.methods.norm_comparison import GroupSummary, Norm
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

FOUR_DECIMALS = {"abs": 5e-5}


def test_conversions_match_the_worked_example():
    z = nc.z_score(17, Norm(10, 5, None))
    shown = (z, nc.t_score(z), nc.standard_score(z), nc.scaled_score(z), nc.percentile_if_normal(z))
    assert shown == pytest.approx((1.4, 64, 121, 14.2, 91.9243), **FOUR_DECIMALS)
    assert [nc.stanine(z) for z in (1.4, -0.3, 0.25, -2.4, 9)] == [8, 4, 6, 1, 9]
    assert nc.z_of_percentile(90) == pytest.approx(1.2816, **FOUR_DECIMALS)
    assert nc.percentile_if_normal((65 - 50) / 10) == pytest.approx(93.3193, **FOUR_DECIMALS)
    assert nc.percentile_if_normal((70 - 100) / 15) == pytest.approx(2.2750, **FOUR_DECIMALS)


def test_stanines_have_their_published_shares():
    shares = np.diff([0, *(nc.percentile_if_normal(z) for z in np.arange(-1.75, 2, 0.5)), 100])
    assert shares == pytest.approx([4.0059, 6.5591, 12.0978, 17.4666, 19.7413, 17.4666, 12.0978, 6.5591, 4.0059], **FOUR_DECIMALS)


def test_group_against_a_norm_of_unknown_and_of_known_size():
    fixed = nc.group_against_norm(GroupSummary(13.5, 6.0, 24), Norm(10.3, 5.2, None))
    assert (fixed.statistic, fixed.df, fixed.p_value) == pytest.approx((2.6128, 23, 0.0156), **FOUR_DECIMALS)
    welch = nc.group_against_norm(GroupSummary(13.5, 6.0, 24), Norm(10.3, 5.2, 4228))
    assert (welch.statistic, welch.df, welch.p_value) == pytest.approx((2.6072, 23.1965, 0.0157), **FOUR_DECIMALS)
    assert welch.standardised == pytest.approx(0.6154, **FOUR_DECIMALS)


@given(st.floats(-50, 50), st.floats(0.5, 20), st.integers(2, 300), st.floats(-50, 50), st.floats(0.5, 20), st.integers(2, 5000))
def test_welch_agrees_with_scipy(mean, sd, n, norm_mean, norm_sd, norm_n):
    ours = nc.group_against_norm(GroupSummary(mean, sd, n), Norm(norm_mean, norm_sd, norm_n))
    theirs = stats.ttest_ind_from_stats(mean, sd, n, norm_mean, norm_sd, norm_n, equal_var=False)
    assert ours.statistic == pytest.approx(theirs.statistic, rel=1e-8, abs=1e-12)
    assert ours.p_value == pytest.approx(theirs.pvalue, rel=1e-8, abs=1e-300)


@pytest.mark.parametrize(
    ("value", "mean", "sd", "n", "t", "p"),
    [(-2, 0, 1, 15, -1.9365, 0.0733), (70, 100, 15, 20, -1.9518, 0.0659), (31, 14.5, 6.2, 18, 2.5903, 0.0191)],
)
def test_one_person_against_a_small_norm(value, mean, sd, n, t, p):
    found = nc.person_against_small_norm(value, Norm(mean, sd, n))
    assert (found.statistic, found.p_value) == pytest.approx((t, p), **FOUR_DECIMALS)


def test_equivalence_matches_the_worked_example_pooled_and_welch():
    group, norm = GroupSummary(8.2, 5.5, 40), Norm(6.0, 4.8, 300)
    pooled = nc.equivalence_to_norm(group, norm, margin=4.8, pooled=True)
    assert (pooled.t_lower, pooled.t_upper, pooled.df, pooled.p_value) == pytest.approx(
        (8.5115, -3.1614, 338, 0.0009), **FOUR_DECIMALS
    )
    welch = nc.equivalence_to_norm(group, norm, margin=4.8)
    assert (welch.t_lower, welch.t_upper, welch.df, welch.p_value) == pytest.approx(
        (7.6694, -2.8486, 47.2598, 0.0032), **FOUR_DECIMALS
    )
    assert nc.equivalence_to_norm(group, norm, margin=2.4).p_value == pytest.approx(0.4137, **FOUR_DECIMALS)


def test_expected_regression_to_the_mean_by_hand():
    # Selected at 20 from a population with mean 12 and retest correlation .75: 25 % of the distance of 8 is lost, 2 points.
    assert nc.expected_regression_to_mean(20, 12, 0.75) == -2.0


@pytest.mark.parametrize(
    "call",
    [
        lambda: nc.z_score(1, Norm(0, 0, None)),
        lambda: nc.group_against_norm(GroupSummary(1, 1, 1), Norm(0, 1, None)),
        lambda: nc.group_against_norm(GroupSummary(1, 0, 9), Norm(0, 1, None)),
        lambda: nc.person_against_small_norm(1, Norm(0, 1, None)),
        lambda: nc.equivalence_to_norm(GroupSummary(1, 1, 9), Norm(0, 1, 9), margin=0),
        lambda: nc.z_of_percentile(100),
        lambda: nc.expected_regression_to_mean(1, 0, 1.2),
    ],
)
def test_questions_without_an_answer_are_refused(call):
    with pytest.raises(EstimationError):
        call()
