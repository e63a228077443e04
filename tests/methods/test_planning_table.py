"""Numbers 41 to 46 of the planning's reference table, each by two computations; and where every number of the table is held."""

from __future__ import annotations

import re
from itertools import combinations

import numpy as np
import pytest
from evalkit.methods.assignment.rerandomise import bound_of, variance_factor
from evalkit.methods.experiment.attrition import holm, lee_bounds
from evalkit.methods.experiment.randomisation import randomisation_test
from evalkit.methods.multiplicity import sharpened_q
from scipy import integrate, optimize, stats
from statsmodels.stats.multitest import multipletests
from tests.support.shared import REASON, SHARED
from tests.support.small_run import HERE

TOLERANCE = 5e-5
P_VALUES = (0.001, 0.008, 0.012, 0.03, 0.04, 0.2, 0.35, 0.5, 0.61, 0.9)
HELD = {
    "test_power_reference.py": {*range(1, 41), 47, 48, 49},
    "test_planning_table.py": {41, 42, 43, 44, 45, 46},
}
"""File -> the numbers of the table that it holds to two computations."""


def test_41_the_bound_of_rerandomisation_and_the_variance_it_leaves():
    def chi2(x, k):
        return integrate.quad(lambda t: stats.chi2.pdf(t, k), 0, x)[0]

    bound = optimize.brentq(lambda x: chi2(x, 5) - 0.001, 1e-3, 5, xtol=1e-12)
    assert (bound_of(0.001, 5), bound) == pytest.approx((0.2102, 0.2102), abs=TOLERANCE)
    assert (variance_factor(0.001, 5), chi2(bound, 7) / chi2(bound, 5)) == pytest.approx((0.0298, 0.0298), abs=TOLERANCE)


def test_42_randomisation_inference_by_enumeration():
    y = np.array([15.0, 15, 20, 20, 10, 15, 30])
    every = np.array([[i in pair for i in range(7)] for pair in combinations(range(7), 2)])
    drawn = np.array([True, False, False, False, False, False, True])
    effects = np.array([y[one].mean() - y[~one].mean() for one in every])
    actual = y[drawn].mean() - y[~drawn].mean()
    by_hand = (actual, np.mean(np.abs(effects) >= abs(actual) - 1e-9), np.mean(effects >= actual - 1e-9))
    found = randomisation_test(y, drawn, every, studentised=False, exact=True)
    assert by_hand == pytest.approx((6.5, 0.3810, 0.2381), abs=TOLERANCE)
    assert (found.statistic, found.p_value, found.upper) == pytest.approx(by_hand)


def test_43_sharpened_q_by_a_scan_of_its_definition():
    def rejected(q):
        """Return how many the two-stage procedure rejects (Benjamini, Krieger and Yekutieli)."""
        p, m, level = np.array(P_VALUES), len(P_VALUES), q / (1 + q)
        first = max((i + 1 for i in range(m) if p[i] <= (i + 1) / m * level + 1e-12), default=0)
        if first in (0, m):
            return first
        second = level * m / (m - first)
        return max((i + 1 for i in range(m) if p[i] <= (i + 1) / m * second + 1e-12), default=0)

    scan = [next(q / 10_000 for q in range(1, 10_001) if rejected(q / 10_000) > i) for i in range(len(P_VALUES))]
    expected = (0.0102, 0.0374, 0.0374, 0.0555, 0.0594, 0.2000, 0.3334, 0.4546, 0.5000, 0.5625)
    assert scan == pytest.approx(expected, abs=TOLERANCE)
    assert sharpened_q(P_VALUES) == pytest.approx(expected, abs=TOLERANCE)


def test_44_holm_is_statsmodels():
    expected = (0.01, 0.072, 0.096, 0.21, 0.24)
    assert holm(P_VALUES)[:5] == pytest.approx(expected, abs=TOLERANCE)
    assert multipletests(P_VALUES, method="holm")[1][:5] == pytest.approx(expected, abs=TOLERANCE)


def test_45_lee_bounds_by_weights():
    drawn, other = np.arange(2.0, 19.0, 2.0), np.array([3.0, 5, 6, 8, 9, 11])
    found = lee_bounds(drawn.tolist(), 10, other.tolist(), 10)
    share = (0.9 - 0.6) / 0.9
    kept = len(drawn) * (1 - share)
    low = sum(drawn[: int(kept)]) / kept - other.mean()
    high = sum(drawn[-int(kept) :]) / kept - other.mean()
    assert (low, high) == pytest.approx((0.0, 6.0), abs=TOLERANCE)
    assert (found.naive, found.low, found.high, found.trimmed) == pytest.approx((3.0, low, high, share), abs=TOLERANCE)


def test_46_the_share_that_is_trimmed_is_of_those_who_answered():
    assert lee_bounds([1.0] * 840, 1000, [1.0] * 756, 1000).trimmed == pytest.approx((0.84 - 0.756) / 0.84)
    assert pytest.approx(0.1000, abs=TOLERANCE) == (0.84 - 0.756) / 0.84


@pytest.mark.skipif(not SHARED.exists(), reason=REASON)
def test_every_number_of_the_table_is_held_somewhere():
    text = (SHARED / "planning.md").read_text(encoding="utf-8").partition("## 3.")[2].partition("## 4.")[0]
    numbers = {int(n) for n in re.findall(r"^\| (\d+) \|", text, flags=re.MULTILINE)}
    assert numbers == set().union(*HELD.values())
    assert all((HERE / "tests" / "methods" / name).is_file() for name in HELD)
