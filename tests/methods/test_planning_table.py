"""Numbers 41 to 49 of the planning's reference table, each by two computations; and where every number of the table is held."""

from __future__ import annotations

import re
from itertools import combinations, product

import numpy as np
import pytest
from evalkit.methods.assignment.draws import Rules
from evalkit.methods.assignment.redraws import count_assignments
from evalkit.methods.assignment.rerandomise import bound_of, variance_factor
from evalkit.methods.assignment.units import Arm, Unit
from evalkit.methods.experiment.attrition import holm, lee_bounds
from evalkit.methods.experiment.randomisation import randomisation_test
from evalkit.methods.inference.cluster_robust import cr2_loadings
from evalkit.methods.multiplicity import rejected_at, sharpened_q
from evalkit.methods.power.cluster_tests import cr2_persons
from evalkit.methods.power.clusters import Cluster
from evalkit.methods.power.declare import Declared
from evalkit.methods.power.diagnosis import diagnose
from evalkit.methods.power.lotteries import blocked_lottery, lottery
from evalkit.methods.power.noncentral import bloom_multiplier
from evalkit.methods.power.solve import mde
from scipy import integrate, optimize, stats
from scipy.special import gammaln
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


def test_44_benjamini_and_hochberg_by_ratios_by_a_scan_and_by_statsmodels():
    expected = (0.01, 0.04, 0.04, 0.075, 0.08)
    p, m = np.array(P_VALUES), len(P_VALUES)
    by_ratios = np.minimum.accumulate((p * m / np.arange(1, m + 1))[::-1])[::-1]
    levels = np.arange(1, 10_001) / 10_000
    counts = rejected_at(p, levels)
    by_scan = [float(levels[np.argmax(counts > i)]) for i in range(5)]
    assert by_ratios[:5] == pytest.approx(expected, abs=TOLERANCE)
    assert by_scan == pytest.approx(expected, abs=TOLERANCE)
    assert multipletests(P_VALUES, method="fdr_bh")[1][:5] == pytest.approx(expected, abs=TOLERANCE)


SIZES_18 = (5, 8, 10, 12, 15, 18, 20, 25, 30, 37) * 2


@pytest.mark.parametrize(("answer", "power"), [("cr2", 0.859), ("pooled-t", 0.849)])
def test_19_unequal_clusters_by_simulation(answer, power):
    found = diagnose(Declared(10, 10, 0.5, SIZES_18, 0.05, answer=answer), seed=19)
    # The table's figure is a simulation of 20,000 draws too, rounded to three digits.
    assert found.power.value == pytest.approx(power, abs=3.3 * found.power.mcse * 2**0.5 + 0.0005)


def test_19_their_effective_degrees_of_freedom_in_closed_form_and_by_projection():
    sizes = np.array(SIZES_18, dtype=float)
    arm, cluster = np.repeat(np.arange(20) < 10, SIZES_18), np.repeat(np.arange(20), SIZES_18)
    _, general = cr2_loadings(np.column_stack([arm, np.ones(len(arm))]), cluster, np.array([1.0, 0.0]))
    assert float(cr2_persons(np.arange(20.0)[None, :], 10, sizes).df[0]) == pytest.approx(13.6, abs=0.05)
    assert general == pytest.approx(13.6, abs=0.05)


def test_19_cr1_on_eighteen_degrees_of_freedom_promises_too_much():
    rng, n = np.random.default_rng(19), np.array(SIZES_18, dtype=float)
    means = rng.standard_normal((20_000, 20)) * np.sqrt(0.05 + 0.95 / n)
    means[:, :10] += 0.5
    rejected = np.zeros(20_000)
    value, variance = np.zeros(20_000), np.zeros(20_000)
    for part, sign in ((slice(0, 10), 1), (slice(10, 20), -1)):
        mean = means[:, part] @ n[part] / n[part].sum()
        value += sign * mean
        variance += (((means[:, part] - mean[:, None]) * n[part]) ** 2).sum(axis=1) / n[part].sum() ** 2
    rows = n.sum()
    error = np.sqrt(variance * 20 / 19 * (rows - 1) / (rows - 2))
    rejected = np.abs(value / error) >= stats.t.ppf(0.975, 18)
    assert rejected.mean() == pytest.approx(0.889, abs=3.3 * 2**0.5 * 0.0022 + 0.0005)


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


def test_47_normal_quantiles_would_have_promised_two_standard_deviations():
    error = np.sqrt((1 / 3 + 1 / 3) * 2 * (1 - 0.6))
    by_quantiles = (stats.norm.ppf(0.975) + stats.norm.ppf(0.8)) * error

    def power(d):
        return integrate.quad(lambda z: stats.norm.pdf(z - d / error), stats.norm.ppf(0.975), 40)[0]

    by_integral = optimize.brentq(lambda d: power(d) - 0.8, 0.5, 5, xtol=1e-9)
    assert (by_quantiles, by_integral) == pytest.approx((2.0460, 2.0460), abs=TOLERANCE)


@pytest.mark.parametrize(
    ("units", "treated", "smallest"), [(6, 3, 0.1), (6, 1, 1 / 6), (8, 4, 2 / 70), (10, 2, 1 / 45), (20, 1, 0.05)]
)
def test_48_the_smallest_p_by_counting_every_lottery(units, treated, smallest):
    values = 2.0 ** np.arange(units)  # no two lotteries tie, but a mirror image
    every = np.array([[i in drawn for i in range(units)] for drawn in combinations(range(units), treated)])
    gaps = np.array([abs(values[one].mean() - values[~one].mean()) for one in every])
    by_hand = min(float(np.mean(gaps >= gap - 1e-9)) for gap in gaps)
    assert (by_hand, lottery(units, treated).smallest_p) == pytest.approx((smallest, smallest), abs=TOLERANCE)


def test_49_assignments_inside_blocks_by_counting_them_and_by_the_lottery_itself():
    blocks = (4, 4, 6)
    every = product(*(list(combinations(range(n), n // 2)) for n in blocks))
    units = [Unit(f"{block}-{i}", str(block)) for block, n in enumerate(blocks) for i in range(n)]
    rules = Rules((Arm("a"), Arm("b")))
    assert (
        sum(1 for _ in every)
        == count_assignments(units, rules)
        == blocked_lottery([(n, n // 2) for n in blocks]).assignments
        == 720
    )


@pytest.mark.parametrize(
    ("clusters", "theirs", "right"), [(6, 0.7526, 0.9004), (10, 0.5559, 0.5994), (20, 0.3815, 0.3931), (100, 0.1670, 0.1679)]
)
def test_lesson_b_twice_the_degrees_of_freedom_promise_smaller_effects(clusters, theirs, right):
    error = np.sqrt((0.05 + 0.95 / 25) / (0.25 * clusters))
    mine = Cluster(clusters, 25, 0.05).variance ** 0.5
    assert bloom_multiplier(2 * (clusters - 1)) * error == pytest.approx(theirs, abs=TOLERANCE)
    assert bloom_multiplier(clusters - 2) * mine == pytest.approx(right, abs=TOLERANCE)
    by_integral = [optimize.brentq(lambda t, df=df: student(t, df) - 0.975, 1, 5) for df in (clusters - 2, 2 * (clusters - 1))]
    by_power = [optimize.brentq(lambda t, df=df: student(t, df) - 0.8, 0, 3) for df in (clusters - 2, 2 * (clusters - 1))]
    assert [(a + b) * error for a, b in zip(by_integral, by_power, strict=True)] == pytest.approx([right, theirs], abs=TOLERANCE)


def student(t, df):
    """Return the t distribution function by integration of its density."""
    scale = np.exp(gammaln((df + 1) / 2) - gammaln(df / 2)) / np.sqrt(df * np.pi)
    return 0.5 + integrate.quad(lambda x: scale * (1 + x * x / df) ** (-(df + 1) / 2), 0, t)[0]


@pytest.mark.parametrize("clusters", [6, 8, 10, 12, 20, 40])
def test_a_study_planned_for_eighty_per_cent_with_student_s_quantiles_has_it(clusters):
    effect = mde(Cluster(clusters, 25, 0.05))
    for answer in ("pooled-t", "cr2"):
        found = diagnose(Declared(clusters // 2, clusters // 2, effect, (25,) * clusters, 0.05, answer=answer), draws=8_000, seed=4)
        assert found.power.value == pytest.approx(0.8, abs=3.3 * found.power.mcse)
    # Fewer than seven clusters: no permutation can reject, whatever the effect (the table's 0.0).
    assert (lottery(clusters, clusters // 2).smallest_p > 0.05) == (clusters == 6)
