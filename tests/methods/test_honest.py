"""Bounds of relative magnitudes: by hand, by linear programmes, beside R HonestDiD's stored numbers, and by their coverage."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest
from evalkit.findings.honest import MOST, HonestBounds
from evalkit.methods.honest import bounds_of, breakdown, drift, interval, pooled_path
from evalkit.methods.panel import Panel, make_panel
from evalkit.release.disclosure import clear
from evalkit.release.language import Language
from evalkit.release.trend_pages import honest_sentence, reach_sentence, trend_parts
from scipy.optimize import linprog
from tests.support.frames import frame_of, panel_table, public_plan
from tests.support.sample_result import policy, public_result, sample_result

REFEREE = json.loads((Path(__file__).parents[1] / "referees" / "honest_did.json").read_text(encoding="utf-8"))
BETA, SIGMA = np.array(REFEREE["coefficients"]), np.array(REFEREE["covariance"])
Z = NormalDist().inv_cdf(0.975)
STEPS = np.array([[-1.0 if j == s else float(j == s + 1 < 5) for j in range(7)] for s in range(5)])
WEIGHTS = {"first": np.array([1.0, 0.0]), "mean": np.array([0.5, 0.5])}


def target(name: str) -> np.ndarray:
    return np.concatenate([np.zeros(5), WEIGHTS[name]])


def bounds(name: str, factor: float, reach: float = Z) -> tuple[float, float]:
    return interval(BETA, SIGMA, target(name), STEPS, factor * drift(WEIGHTS[name]), reach)


def test_by_hand() -> None:
    # Leads 2 and 1 (reference 0): steps −1 and −1. First period after: 5. With factor 2 the drift is at most 2: 3 to 7.
    steps = np.array([[-1.0, 1.0, 0.0], [0.0, -1.0, 0.0]])
    found = interval(np.array([2.0, 1.0, 5.0]), np.zeros((3, 3)), np.array([0.0, 0.0, 1.0]), steps, 2.0, Z)
    assert found == pytest.approx((3.0, 7.0))
    # The mean of two periods drifts by one step in both and another in the second: 1.5 of them.
    assert drift(np.array([0.5, 0.5])) == pytest.approx(1.5)
    assert drift(np.array([1.0, 0.0])) == pytest.approx(1.0)


def test_without_drift_it_is_the_ordinary_interval_as_in_r() -> None:
    assert bounds("mean", 0.0) == pytest.approx(tuple(REFEREE["mean_original"]), abs=1e-9)


@pytest.mark.parametrize("name", ["first", "mean"])
@pytest.mark.parametrize("factor", ["0.5", "1", "1.5", "2"])
def test_the_union_holds_the_hybrid_interval_of_r_and_is_at_most_a_third_wider(name: str, factor: str) -> None:
    low, high = bounds(name, float(factor))
    theirs = REFEREE[name][factor]
    assert low <= theirs[0]
    assert high >= theirs[1]
    assert high - low <= 4 / 3 * (theirs[1] - theirs[0])


def test_the_breakdown_value_is_where_the_interval_meets_zero_and_not_above_that_of_r() -> None:
    found = breakdown(BETA, SIGMA, target("first"), STEPS, WEIGHTS["first"], Z)
    assert bounds("first", found)[0] == pytest.approx(0.0, abs=1e-6)
    assert 1.0 < found < 2.0  # R: between 1.5 and 2
    assert breakdown(np.zeros(7), SIGMA, target("first"), STEPS, WEIGHTS["first"], Z) is None
    assert breakdown(BETA * np.array([0, 0, 0, 0, 0, 1, 1]), SIGMA * 1e-12, target("first"), STEPS, WEIGHTS["first"], Z) == MOST


@pytest.mark.parametrize("name", ["first", "mean"])
@pytest.mark.parametrize("factor", [0.5, 1.0, 2.0])
def test_without_sampling_error_the_bounds_are_those_of_linear_programmes(name: str, factor: float) -> None:
    """Free: δ of the two periods after. Held: |δ₁| and |δ₂ − δ₁| at most factor × the largest step before."""
    most = factor * np.abs(STEPS @ BETA).max()
    held = np.array([[1.0, 0], [-1, 0], [-1, 1], [1, -1]])
    weights = WEIGHTS[name]
    ends = []
    for sign in (1.0, -1.0):
        found = linprog(sign * weights, A_ub=held, b_ub=np.full(4, most), bounds=[(None, None)] * 2)
        ends.append(weights @ BETA[5:] - weights @ found.x)
    assert bounds(name, factor, reach=0.0) == pytest.approx((min(ends), max(ends)), rel=1e-8)


def test_the_interval_covers_a_drift_as_large_as_it_allows() -> None:
    rng = np.random.default_rng(3)
    delta = np.array([-5.0, -4, -3, -2, -1, 1, 2]) * 0.01
    draws = rng.multivariate_normal(delta, SIGMA, 2_000)
    inside = [
        low <= 0 <= high for low, high in (interval(b, SIGMA, target("mean"), STEPS, drift(WEIGHTS["mean"]), Z) for b in draws)
    ]
    assert np.mean(inside) >= 0.95


def honest_bounds(found: Panel, level: float) -> tuple[HonestBounds, ...]:
    path = pooled_path(found)
    return () if path is None else (bounds_of(path, level),)


def panel(n: int, periods: int, start: int, effect: float, trend: float = 0.0) -> Panel:
    rng = np.random.default_rng(7)
    after = np.zeros((2 * n, periods), dtype=bool)
    after[:n, start:] = True
    y = rng.normal(0, 1, (2 * n, periods)) + effect * after
    y[:n] += trend * np.arange(periods)
    return make_panel(frame_of(panel_table(y, after, outcome="y")), public_plan(["y"]), "y")


def test_a_panel_with_three_periods_before_and_enough_units_has_bounds() -> None:
    found = honest_bounds(panel(40, 8, 5, 2.0), 0.95)[0]
    assert (found.n_post, found.n_steps, found.n_treated_units) == (3, 4, 40)
    widths = [r.high - r.low for r in found.rows]
    assert widths == sorted(widths)
    assert 0 < found.breakdown < MOST
    assert found.rows[0].low < 2.0 < found.rows[0].high


@pytest.mark.parametrize(("n", "periods", "start"), [(40, 5, 2), (10, 8, 5), (40, 2, 1)])
def test_too_few_periods_or_units_have_none(n: int, periods: int, start: int) -> None:
    assert honest_bounds(panel(n, periods, start, 1.0), 0.95) == ()


def test_the_report_says_what_the_test_would_not_have_seen_and_how_much_drift_the_finding_stands() -> None:
    safe = clear(replace(public_result(), honest=honest_bounds(panel(40, 8, 5, 2.0), 0.95)), policy())
    sentence = honest_sentence(safe, safe.honest[0], Language("sv"))
    assert "glider isär med högst" in sentence
    assert "före start" in sentence
    test = replace(safe.tests[0], state="not_contradicted", minimum_detectable=0.4, minimum_decimals=1)
    assert "inte sett en skillnad i trend på mindre än 0,4" in reach_sentence(safe, test, Language("sv"))
    assert "högst 2,0 gånger" in "".join(trend_parts(safe, Language("sv")))
    nothing = replace(safe.honest[0], breakdown=None)
    assert "inget resultat att pröva" in honest_sentence(safe, nothing, Language("sv"))
    assert "at least 10.0" in honest_sentence(safe, replace(safe.honest[0], breakdown=MOST), Language("en"))


def test_bounds_on_few_persons_are_hidden() -> None:
    few = replace(honest_bounds(panel(40, 8, 5, 2.0), 0.95)[0], n_treated_units=4)
    assert clear(replace(sample_result(), honest=(few,)), policy()).honest == ()


def test_a_breakdown_value_is_rounded_downwards() -> None:
    found = replace(honest_bounds(panel(40, 8, 5, 2.0), 0.95)[0], breakdown=0.496)
    assert clear(replace(public_result(), honest=(found,)), policy()).honest[0].breakdown == 0.4
