"""Several outcomes: Holm and sharpened q-values, by hand, against statsmodels, and under the null."""

from __future__ import annotations

import numpy as np
import pytest
from evalkit.methods.multiplicity import holm, sharpened_q
from hypothesis import given, settings
from hypothesis import strategies as st

PLANNED = [0.001, 0.008, 0.012, 0.03, 0.04, 0.2, 0.35, 0.5, 0.61, 0.9]
P_VALUES = st.lists(st.floats(1e-6, 1), min_size=1, max_size=12)


def test_holm_by_hand() -> None:
    # 3 × 0.01; then 2 × 0.02 = 0.04 ; then 1 × 0.03 may not be smaller than the one before it.
    assert holm([0.03, 0.01, 0.02]) == pytest.approx((0.04, 0.03, 0.04))


def test_an_outcome_without_a_p_value_counts_as_a_test_that_found_nothing() -> None:
    assert holm([0.02, None]) == (pytest.approx(0.04), None)
    assert sharpened_q([0.02, None])[1] is None
    assert sharpened_q([0.02, None])[0] > sharpened_q([0.02])[0]


def test_sharpened_q_by_hand() -> None:
    # m = 2, p = (0.01, 0.02): all rejected at the first stage once 0.02 <= q/(1+q), q >= 0.020408; next on the grid: 0.0205.
    assert sharpened_q([0.01, 0.02]) == (0.0205, 0.0205)


def test_the_published_ten_agree_with_the_referee() -> None:
    assert sharpened_q(PLANNED) == (0.0102, 0.0374, 0.0374, 0.0555, 0.0594, 0.2, 0.3334, 0.4546, 0.5, 0.5625)


@settings(max_examples=60, deadline=None)
@given(P_VALUES)
def test_holm_is_statsmodels_holm(p_values: list[float]) -> None:
    from statsmodels.stats.multitest import multipletests

    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1])


@settings(max_examples=60, deadline=None)
@given(P_VALUES, st.sampled_from([0.0125, 0.025, 0.05, 0.1, 0.2]))
def test_the_two_stage_procedure_of_statsmodels_rejects_what_has_a_q_below_its_level(p_values: list[float], level: float) -> None:
    from statsmodels.stats.multitest import multipletests

    rejected = multipletests(p_values, alpha=level, method="fdr_tsbky")[0]
    ours = np.array([q is not None and q <= level + 1e-12 for q in sharpened_q(p_values)])
    # Between two points of the grid a p-value may fall on either side; elsewhere the sets are the same.
    edge = (
        multipletests(p_values, alpha=level - 2e-4, method="fdr_tsbky")[0]
        != multipletests(p_values, alpha=level + 2e-4, method="fdr_tsbky")[0]
    )
    assert (ours == rejected)[~edge].all()


@settings(max_examples=60, deadline=None)
@given(P_VALUES, st.randoms(use_true_random=False))
def test_neither_depends_on_the_order_of_the_outcomes(p_values: list[float], random: object) -> None:
    order = list(range(len(p_values)))
    random.shuffle(order)  # type: ignore[attr-defined]
    for method in (holm, sharpened_q):
        one, other = method(p_values), method([p_values[i] for i in order])
        assert [one[i] for i in order] == pytest.approx(list(other))


def test_holm_keeps_the_familywise_rate_and_the_raw_p_values_do_not() -> None:
    rng = np.random.default_rng(20261122)
    shared = rng.normal(size=(4000, 1))
    from scipy.special import ndtr

    p = 2 * ndtr(-np.abs(0.5 * shared + np.sqrt(0.75) * rng.normal(size=(4000, 5))))
    adjusted = np.array([holm(list(row)) for row in p], dtype=float)
    assert (adjusted.min(axis=1) <= 0.05).mean() <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 4000)
    assert (p.min(axis=1) <= 0.05).mean() > 0.12
