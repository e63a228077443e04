"""Reliable and clinically significant change against published and hand-worked numbers. Unequal SDs: equal ones hide bugs."""

import numpy as np
import pytest
from evalkit.errors import EstimationError
from evalkit.methods.reliable_change import (
    ChangeClass,
    NormalRange,
    chosen_criterion,
    classify,
    cut_a,
    cut_b,
    cut_c,
    measurement_error,
    reliable_change_index,
    reliable_change_index_regressed,
)
from hypothesis import given
from hypothesis import strategies as st

FOUR_DECIMALS = {"abs": 5e-5}


@pytest.mark.parametrize(
    ("sd", "reliability", "sem", "sdiff", "detectable"),
    [
        (7.5, 0.80, 3.3541, 4.7434, 9.2971),
        (5.0, 0.84, 2.0000, 2.8284, 5.5437),
        (3.5, 0.89, 3.5 * 0.11**0.5, 3.5 * 0.22**0.5, 3.2176),  # GAD-7, German women
        (6.0, 0.62, 6.0 * 0.38**0.5, 6.0 * 0.76**0.5, 10.2521),  # SDQ teacher, retest
        (10.0, 0.70, 10 * 0.3**0.5, 10 * 0.6**0.5, 15.1821),  # KIDSCREEN-10, T scores
    ],
)
def test_measurement_error_matches_the_worked_examples(sd, reliability, sem, sdiff, detectable):
    error = measurement_error(sd, reliability)
    assert (error.sem, error.sdiff, error.smallest_detectable) == pytest.approx((sem, sdiff, detectable), **FOUR_DECIMALS)


def test_index_matches_the_worked_examples():
    error = measurement_error(5.0, 0.84)
    index = reliable_change_index(np.array([18.0, 18, 12, 20, 15]), np.array([9.0, 13, 6, 21, 21]), error)
    assert index == pytest.approx([-3.1820, -1.7678, -2.1213, 0.3536, 2.1213], **FOUR_DECIMALS)
    assert reliable_change_index(np.array([32.5]), np.array([47.5]), measurement_error(7.5, 0.80)) == pytest.approx(
        [3.1623], **FOUR_DECIMALS
    )


def test_regressed_index_matches_the_worked_examples():
    index = reliable_change_index_regressed(np.array([24.0, 18]), np.array([15.0, 9]), mean=18, sd=5, reliability=0.84)
    assert index == pytest.approx([-2.9636, -3.3174], **FOUR_DECIMALS)


def test_criteria_use_the_sd_of_the_group_they_belong_to():
    higher_is_worse = NormalRange(clinical_mean=18, clinical_sd=5, normal_mean=5, normal_sd=4)
    assert cut_a(higher_is_worse, higher_is_better=False) == pytest.approx(8.0)
    assert cut_b(higher_is_worse, higher_is_better=False) == pytest.approx(13.0)  # 15.0 is the error of a published package
    assert cut_c(higher_is_worse) == pytest.approx(10.7778, **FOUR_DECIMALS)  # 12.2222 has the weights swapped
    higher = NormalRange(clinical_mean=40, clinical_sd=7.5, normal_mean=60, normal_sd=7.5)
    assert [cut_a(higher, higher_is_better=True), cut_b(higher, higher_is_better=True), cut_c(higher)] == [55, 45, 50]
    assert cut_c(NormalRange(60, 5, 30, 5)) == pytest.approx(45.0)


def test_c_is_chosen_where_the_groups_overlap_and_b_where_they_do_not():
    assert chosen_criterion(NormalRange(18, 5, 5, 4), higher_is_better=False)[0] == "c"
    assert chosen_criterion(NormalRange(60, 5, 30, 5), higher_is_better=False) == ("b", 40.0)
    assert chosen_criterion(NormalRange(None, None, 5, 4), higher_is_better=False) == ("b", 13.0)
    assert chosen_criterion(NormalRange(18, 5, None, None), higher_is_better=False) == ("a", 8.0)


def test_classes_follow_from_reliability_and_the_cut():
    before, after = np.array([18.0, 18, 18, 12]), np.array([9.0, 12, 17, 19])
    index = reliable_change_index(before, after, measurement_error(5.0, 0.84))
    found = classify(before, after, index=index, cut=10.7778, higher_is_better=False)
    assert found == (ChangeClass.RECOVERED, ChangeClass.IMPROVED, ChangeClass.UNCHANGED, ChangeClass.DETERIORATED)
    without_norm = classify(before, after, index=index, cut=None, higher_is_better=False)
    assert ChangeClass.RECOVERED not in without_norm


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=30), st.floats(1, 12), st.floats(0.5, 0.95))
def test_mirroring_the_scale_mirrors_the_direction_and_keeps_the_classes(pairs, sd, reliability):
    before, after = np.array(pairs, dtype=float).T
    error = measurement_error(sd, reliability)
    cut = 15.5
    low = classify(before, after, index=reliable_change_index(before, after, error), cut=cut, higher_is_better=False)
    mirrored = reliable_change_index(40 - before, 40 - after, error)
    assert classify(40 - before, 40 - after, index=mirrored, cut=40 - cut, higher_is_better=True) == low


@pytest.mark.parametrize(("sd", "reliability"), [(0, 0.8), (-1, 0.8), (5, 1.0), (5, -0.1), (float("nan"), 0.8)])
def test_impossible_spread_or_reliability_is_refused(sd, reliability):
    with pytest.raises(EstimationError, match="spridning"):
        measurement_error(sd, reliability)


def test_a_criterion_without_its_norm_is_refused():
    with pytest.raises(EstimationError, match="kriterium a kräver"):
        chosen_criterion(NormalRange(None, None, None, None), higher_is_better=True)
