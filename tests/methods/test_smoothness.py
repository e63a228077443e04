"""Bounds of smoothness: by hand, by linear programmes, beside R HonestDiD and moderndid, by coverage, and in the report."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from evalkit.findings.result import from_json, to_json
from evalkit.findings.safe import safe_to_json
from evalkit.findings.smooth import SmoothBounds, SmoothRow
from evalkit.methods.honest import TrendPath, pooled_path
from evalkit.methods.panel import make_panel
from evalkit.methods.smoothness import Smooth, breakdown, shortest, smooth_bounds, straight
from evalkit.release.disclosure import clear
from evalkit.release.language import Language
from evalkit.release.points import in_points
from evalkit.release.scan import scan_bytes
from evalkit.release.smooth_part import smooth_parts, smooth_sentence
from scipy.optimize import linprog
from tests.support.frames import frame_of, panel_table, public_plan
from tests.support.sample_result import policy, public_result, sample_result

HERE = Path(__file__).parents[1] / "referees"
REFEREE = json.loads((HERE / "honest_did.json").read_text(encoding="utf-8"))
THEIRS = json.loads((HERE / "smooth.json").read_text(encoding="utf-8"))
MANY = 1e9
NAMES = {"first": 1, "mean": 2}


def referee_path(n_post: int) -> TrendPath:
    """The stored coefficients as differences after and steps before; the last step goes to the reference."""
    mapped = np.zeros((n_post + 5, 7))
    mapped[np.arange(n_post), 5 + np.arange(n_post)] = 1.0
    for step in range(5):
        mapped[n_post + step, step] = -1.0
        if step < 4:
            mapped[n_post + step, step + 1] = 1.0
    values, spread = mapped @ np.array(REFEREE["coefficients"]), mapped @ np.array(REFEREE["covariance"]) @ mapped.T
    return TrendPath("y", n_post, values, spread, MANY, 40)


def path(values: list[float], n_post: int, noise: float = 1.0, df: float = MANY) -> TrendPath:
    return TrendPath("y", n_post, np.array(values), noise * np.eye(len(values)), df, 40)


@pytest.mark.parametrize("name", ["first", "mean"])
def test_the_intervals_are_those_of_moderndid(name: str) -> None:
    for change, theirs in zip(THEIRS["changes"], THEIRS[name], strict=True):
        found = shortest(referee_path(NAMES[name]), change, 0.05)
        assert (found.value - found.half, found.value + found.half) == pytest.approx(tuple(theirs), abs=5e-8)


def test_the_intervals_are_those_published_with_r_in_three_digits() -> None:
    for change, theirs in zip(THEIRS["changes"], THEIRS["published"], strict=True):
        found = shortest(referee_path(1), change, 0.05)
        assert (found.value - found.half, found.value + found.half) == pytest.approx(tuple(theirs), abs=5e-4)


def test_by_hand() -> None:
    # Steps 1 and 1 before, the first period after lies 5 above: at the same pace 1 of it, so 4 on top of it.
    calm = shortest(path([5.0, 1.0, 1.0], 1, noise=1e-16), 0.0, 0.05)
    assert calm.value == pytest.approx(4.0)
    # A pace that changes by 2 a period moves the next step by 2: from 2 to 6.
    bent = shortest(path([5.0, 1.0, 1.0], 1, noise=1e-16), 2.0, 0.05)
    assert (bent.value - bent.half, bent.value + bent.half) == pytest.approx((2.0, 6.0), abs=1e-6)
    # With noise of one in each value and a straight line: both steps halved, variance 1 + 1/4 + 1/4.
    noisy = shortest(path([5.0, 1.0, 1.0], 1), 0.0, 0.05)
    assert noisy.weights == pytest.approx([0.5, 0.5])
    assert noisy.half == pytest.approx(1.959964 * np.sqrt(1.5), rel=1e-6)


def test_few_units_have_wider_intervals() -> None:
    assert shortest(path([5.0, 1.0, 1.0], 1, df=8.0), 0.0, 0.05).half == pytest.approx(2.306004 * np.sqrt(1.5), rel=1e-6)


@pytest.mark.parametrize("n_post", [1, 2, 4])
def test_what_a_bent_line_can_do_is_what_a_linear_programme_says(n_post: int) -> None:
    """Free: the difference in every period, the last before the start at zero; held: its second differences at most one."""
    found = shortest(TrendPath("y", n_post, np.zeros(n_post + 4), np.diag(np.arange(1.0, n_post + 5)), MANY, 40), 0.3, 0.05)
    periods = 5 + n_post
    second = np.zeros((periods - 2, periods))
    for row in range(periods - 2):
        second[row, row : row + 3] = [1.0, -2.0, 1.0]
    steps = np.diff(np.eye(periods), axis=0)[:4]
    moved = np.repeat([0.0, 1.0 / n_post], [5, n_post]) - found.weights @ steps
    held = np.concatenate([second, -second])
    fixed = np.eye(periods)[[4]]
    best = linprog(-moved, A_ub=held, b_ub=np.ones(len(held)), A_eq=fixed, b_eq=[0.0], bounds=[(None, None)] * periods)
    shortened = shortest(
        TrendPath("y", n_post, np.zeros(n_post + 4), np.zeros((n_post + 4,) * 2) + 1e-18 * np.eye(n_post + 4), MANY, 40), 0.3, 0.05
    )
    weights = np.cumsum(found.weights)[:-1]
    after = sum((n_post - j) * (n_post - j + 1) / (2 * n_post) for j in range(n_post))
    assert -best.fun == pytest.approx(np.abs(weights).sum() + after, rel=1e-8)
    assert shortened.half <= 0.3 * -best.fun + 1e-6


def test_no_other_weights_give_a_shorter_interval() -> None:
    rng = np.random.default_rng(4)
    spread = rng.normal(size=(7, 7))
    one = TrendPath("y", 2, rng.normal(size=7), spread @ spread.T, MANY, 40)
    for change in (0.05, 0.5, 3.0):
        best = shortest(one, change, 0.05)
        for _ in range(20):
            other = best.weights + rng.normal(0, 0.2, 5)
            other += (best.weights.sum() - other.sum()) / 5
            combined = np.concatenate([one.weights, -other])
            error = np.sqrt(combined @ one.covariance @ combined)
            bias = change * (np.abs(np.cumsum(other)[:-1]).sum() + 2.0)
            draws = np.abs(bias + error * np.random.default_rng(1).standard_normal(20_000))
            assert best.half <= np.quantile(draws, 0.95) * 1.02


def test_the_scale_of_the_outcome_changes_nothing_but_the_scale() -> None:
    one = referee_path(2)
    large = replace(one, values=one.values * 1e6, covariance=one.covariance * 1e12)
    for change in (0.0, 0.012):
        small, scaled = shortest(one, change, 0.05), shortest(large, change * 1e6, 0.05)
        assert scaled.half == pytest.approx(1e6 * small.half, rel=1e-6)


def test_the_interval_covers_a_line_that_bends_as_much_as_it_allows() -> None:
    rng = np.random.default_rng(3)
    one = referee_path(2)
    change = 0.005
    times = np.arange(-5, 3)
    bent = change / 2 * times**2 * np.sign(times)
    drift = np.concatenate([bent[6:], np.diff(bent[:6])])
    for sign in (1, -1):
        draws = rng.multivariate_normal(sign * drift, one.covariance, 100)
        inside = [abs((f := shortest(replace(one, values=v), change, 0.05)).value) <= f.half for v in draws]
        assert np.mean(inside) >= 0.95 - 3 * 0.0218


def test_straight_lines_are_told_for_many_samples_at_once() -> None:
    one = referee_path(2)
    both = straight(7, 2, np.stack([one.covariance, np.eye(7)]))
    assert both[0] == pytest.approx(straight(7, 2, one.covariance))
    assert both[1] == pytest.approx(np.full(5, 0.3))


def test_the_breakdown_is_where_an_interval_first_holds_zero() -> None:
    def at(change: float) -> Smooth:
        return Smooth(1.0, 0.2 + change, np.zeros(2))

    assert breakdown(at, 10.0) == pytest.approx(0.8, abs=1e-3)
    assert breakdown(at, 10.0) <= 0.8
    assert breakdown(lambda change: at(change + 1), 10.0) is None
    assert breakdown(at, 0.5) == 0.5


def panel_path(n: int, periods: int, start: int) -> TrendPath | None:
    rng = np.random.default_rng(7)
    after = np.zeros((2 * n, periods), dtype=bool)
    after[:n, start:] = True
    y = rng.normal(0, 1, (2 * n, periods)) + 3.0 * after
    return pooled_path(make_panel(frame_of(panel_table(y, after, outcome="y")), public_plan(["y"]), "y"))


def test_a_panel_has_bounds_only_with_three_periods_before_and_units_enough() -> None:
    found = smooth_bounds(panel_path(40, 8, 5), 0.95)
    assert (found.n_post, found.n_steps) == (3, 4)
    widths = [row.high - row.low for row in found.rows]
    assert widths == sorted(widths)
    assert panel_path(40, 5, 2) is None
    assert panel_path(10, 8, 5) is None
    assert smooth_bounds(replace(panel_path(40, 8, 5), smooth_tail=None), 0.95) is None


def one_bound(**changes: object) -> SmoothBounds:
    rows = tuple(SmoothRow(f, f * 0.4, 2.0, 2.0 - 1.0 - f, 2.0 + 1.0 + f) for f in (0.0, 0.5, 1.0, 2.0))
    outcome = public_result().plan.primary_outcome
    return replace(SmoothBounds(outcome, 3, 4, 0.4, rows, 0.4679, 4.0, 0.95, 40), **changes)


@pytest.mark.parametrize(
    ("bound", "said"),
    [
        (one_bound(), "tål alltså att takten ändras"),
        (one_bound(breakdown=0.21), "räcker alltså"),
        (one_bound(breakdown=None), "ens om takten inte hade ändrats alls"),
        (one_bound(breakdown=4.0), "minst 4,0"),
    ],
)
def test_the_report_says_how_much_a_trend_may_bend(bound: SmoothBounds, said: str) -> None:
    safe = clear(replace(public_result(), smooth=(bound,)), policy())
    sentence = smooth_sentence(safe, safe.smooth[0], "year", Language("sv"))
    assert said in sentence
    assert "0,468" not in sentence
    page = "".join(smooth_parts(safe, bound.outcome, "year", Language("sv")))
    assert page.count("<table") == 1
    assert smooth_parts(safe, "annat", "year", Language("sv")) == []
    assert smooth_sentence(safe, safe.smooth[0], "period", Language("en"))


def test_bounds_on_few_persons_are_hidden_and_the_result_survives_its_own_text() -> None:
    result = replace(sample_result(), smooth=(one_bound(n_treated_units=4),))
    assert clear(result, policy()).smooth == ()
    assert from_json(to_json(result)) == result


def test_a_breakdown_is_rounded_downwards() -> None:
    assert clear(replace(public_result(), smooth=(one_bound(),)), policy()).smooth[0].breakdown == 0.46


def test_yes_or_no_outcomes_are_read_in_percentage_points() -> None:
    plain = public_result()
    outcomes = tuple(replace(o, kind="binary") for o in plain.plan_text.outcomes)
    result = replace(plain, plan_text=replace(plain.plan_text, outcomes=outcomes), smooth=(one_bound(),))
    (found,) = in_points(result).smooth
    assert (found.largest_change, found.breakdown, found.rows[1].pace_change) == pytest.approx((40.0, 46.79, 20.0))
    assert found.rows[1].factor == 0.5


def test_changes_of_pace_are_not_read_as_quantiles_by_the_scanner() -> None:
    rows = tuple(SmoothRow(f, f * 0.09, 2.0, 1.0, 3.0) for f in (0.0, 0.5, 1.0, 2.0))
    safe = clear(replace(public_result(), smooth=(one_bound(rows=rows, largest_change=0.09),)), policy())
    found = scan_bytes("safe_result.json", safe_to_json(safe).encode("utf-8"))
    assert "SDC-QUANTILE" not in {finding.code for finding in found}
