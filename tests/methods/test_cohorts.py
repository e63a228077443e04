"""Start groups: weights held to other packages, uncertainty to closed forms, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from evalkit.errors import EstimationError
from evalkit.methods.cohorts.bacon import diagnose, two_by_twos
from evalkit.methods.cohorts.bands import band_tail
from evalkit.methods.cohorts.doubly_robust import METHODS, unit_weights
from evalkit.methods.cohorts.group_time import (
    NEVER,
    NOT_YET,
    VARYING,
    Rules,
    Starts,
    calendar,
    dynamic,
    event_time_effect,
    group_times,
    overall,
    simple,
)
from evalkit.methods.cohorts.imputation import equal_cells, equal_units, imputation_weights
from evalkit.methods.cohorts.levels import untreated_cells, untreated_levels
from evalkit.methods.cohorts.scores import score_tests, weighted
from evalkit.methods.inference.unit_tests import bell_mccaffrey
from evalkit.methods.validity.measure import measure
from evalkit.methods.validity.weighted_designs import WeightedDesign
from tests.support.staggered import FIRST_YEAR, YEARS, staggered_panel

REFEREE = json.loads((Path(__file__).parents[1] / "referees" / "staggered.json").read_text(encoding="utf-8"))
SUMS = {"simple": simple, "group": overall, "dynamic": dynamic, "calendar": calendar}
NAMED = {"nevertreated": NEVER, "notyettreated": NOT_YET}
METHOD = {"dr": "dr", "reg": "regression", "ipw": "ipw"}


def simulated() -> tuple[np.ndarray, Starts, np.ndarray]:
    y, first, x = staggered_panel()
    return y, Starts(np.where(first == 0, np.inf, first - FIRST_YEAR).astype(float), YEARS), x[:, None]


def estimate(y: np.ndarray, weights: np.ndarray) -> float:
    return float((weights * y).sum())


@pytest.mark.parametrize("key", sorted(REFEREE["group_time"]))
def test_group_time_effects_and_their_sums_are_those_of_moderndid(key: str) -> None:
    y, starts, x = simulated()
    control, formula, method = key.split()
    cells = group_times(starts, Rules(NAMED[control], METHOD[method], VARYING), None if formula == "~1" else x)
    wanted = REFEREE["group_time"][key]
    for kind, make in SUMS.items():
        assert estimate(y, make(cells, starts)) == pytest.approx(wanted[kind], rel=1e-8)
    for event_time, value in wanted.get("path", {}).items():
        assert estimate(y, event_time_effect(cells, starts, int(event_time))[0]) == pytest.approx(value, rel=1e-8)


@pytest.mark.parametrize("method", METHODS)
def test_two_groups_with_a_covariate_are_those_of_moderndid(method: str) -> None:
    y, starts, x = simulated()
    use = ~np.isfinite(starts.first) | (starts.first == 4)
    weights = unit_weights(starts.first[use] == 4, x[use], method, "y")
    # Tilting is found by another search in the referee: its own tolerance decides the last digits.
    rel = 1e-6 if method == "dr_improved" else 1e-8
    assert float((weights * (y[use, 4] - y[use, 3])).sum()) == pytest.approx(REFEREE["doubly_robust"][method], rel=rel)


def test_imputation_is_that_of_diff_diff() -> None:
    y, starts, _ = simulated()
    weights = imputation_weights(equal_cells(starts.cells()), untreated_levels(~starts.cells(), None, "y"))
    assert estimate(y, weights) == pytest.approx(REFEREE["two"]["imputation"], rel=1e-8)


def test_shares_of_the_ordinary_regression_are_those_of_diff_diff() -> None:
    y, starts, _ = simulated()
    found, wanted = diagnose(starts, y), REFEREE["two"]
    parts = two_by_twos(starts)
    assert found.value == pytest.approx(wanted["twfe"], rel=1e-8)
    assert found.forbidden_weight == pytest.approx(wanted["bacon later_vs_earlier"], rel=1e-8)
    assert sum(w for (_, other), w in parts.items() if other is None) == pytest.approx(wanted["bacon treated_vs_never"], rel=1e-8)


def test_the_parts_of_the_ordinary_regression_add_up_to_it() -> None:
    y, starts, _ = simulated()
    means = {g: y[starts.first == g].mean(axis=0) for g in (*starts.cohorts, np.inf)}
    total = 0.0
    for (own, other), weight in two_by_twos(starts).items():
        late = np.inf if other is None else other
        if other is not None and other < own:
            before, after = slice(int(other), int(own)), slice(int(own), YEARS)
        else:
            before, after = slice(0, int(own)), slice(int(own), YEARS if other is None else int(other))
        total += weight * float(
            means[own][after].mean() - means[own][before].mean() - means[late][after].mean() + means[late][before].mean()
        )
    assert total == pytest.approx(diagnose(starts, y).value, rel=1e-10)


def test_a_worked_example_by_hand() -> None:
    """Two never treated (flat), one start in period 1 (+4, then +6) and one in period 2 (+3)."""
    y = np.array([[10, 10, 10], [20, 20, 20], [5, 9, 11], [7, 7, 10]], dtype=float)
    starts = Starts(np.array([np.inf, np.inf, 1, 2]), 3)
    cells = group_times(starts, Rules())
    assert estimate(y, overall(cells, starts)) == pytest.approx((5 + 3) / 2)
    assert estimate(y, simple(cells, starts)) == pytest.approx((4 + 6 + 3) / 3)
    assert estimate(y, event_time_effect(cells, starts, 0)[0]) == pytest.approx(3.5)
    assert event_time_effect(cells, starts, 1)[1] == 1
    assert estimate(y, event_time_effect(cells, starts, -2)[0]) == pytest.approx(0)


def test_one_common_start_gives_bell_and_mccaffreys_test() -> None:
    """With two periods and one start the scores' test is the closed form of two groups' changes."""
    rng = np.random.default_rng(3)
    y = rng.normal(50, 2, (17, 2))
    starts = Starts(np.append(np.ones(5), np.full(12, np.inf)), 2)
    sums = weighted(
        overall(group_times(starts, Rules()), starts)[None], starts.cells(), untreated_levels(~starts.cells(), None, "y")
    )
    plain, _ = score_tests(sums, y[None])
    closed = bell_mccaffrey((y[:, 1] - y[:, 0])[None], 5)
    for mine, theirs in ((plain.value, closed.value), (plain.std_error, closed.std_error), (plain.df, closed.df)):
        assert mine[0] == pytest.approx(theirs[0], rel=1e-9)


def test_the_correction_makes_the_variance_right_on_average() -> None:
    _, starts, _ = simulated()
    levels = untreated_levels(~starts.cells(), None, "y")
    weights = np.stack([overall(group_times(starts, Rules()), starts), imputation_weights(equal_units(starts.cells()), levels)])
    sums = weighted(weights, starts.cells(), levels)
    _, scores = sums.judge(np.random.default_rng(1).standard_normal((4_000, *starts.cells().shape)))
    assert sums.variance(scores).mean(axis=0) == pytest.approx((weights**2).sum(axis=(1, 2)), rel=0.03)


def test_a_large_common_level_and_the_order_of_units_change_nothing() -> None:
    y, starts, _ = simulated()
    order = np.random.default_rng(2).permutation(len(y))
    shuffled = Starts(starts.first[order], YEARS)
    found = []
    for values, when in ((y, starts), (y + 1e8, starts), (y[order], shuffled)):
        levels = untreated_levels(~when.cells(), None, "y")
        sums = weighted(overall(group_times(when, Rules(NOT_YET)), when)[None], when.cells(), levels)
        plain, _ = score_tests(sums, values[None])
        found.append((plain.value[0], plain.std_error[0], plain.df[0]))
    assert found[1] == pytest.approx(found[0], rel=1e-7)
    assert found[2] == pytest.approx(found[0], rel=1e-9)


def test_unequal_effects_of_early_and_late_starters_do_not_mix() -> None:
    """Effects that grow: the ordinary regression is far below, group-time effects and imputation give the truth."""
    first = np.repeat([2.0, 6.0, np.inf], [10, 10, 4])
    starts = Starts(first, 10)
    since = np.arange(10)[None, :] - first[:, None]
    y = np.where(since >= 0, 1.0 + since, 0.0) + np.arange(24)[:, None] + np.arange(10)[None, :] ** 1.5
    truth = 0.5 * np.mean(1.0 + np.arange(8)) + 0.5 * np.mean(1.0 + np.arange(4))
    levels = untreated_levels(~starts.cells(), None, "y")
    assert estimate(y, overall(group_times(starts, Rules()), starts)) == pytest.approx(truth)
    assert estimate(y, imputation_weights(equal_units(starts.cells()), levels)) == pytest.approx(truth)
    found = diagnose(starts, y)
    assert found.value < 0.75 * truth
    assert found.forbidden_weight > 0.2


def test_periods_in_advance_are_not_used_as_the_level_before() -> None:
    y = np.array([[0, 0, 0, 0], [0, 0, 0, 0], [1, 1, 9, 5], [1, 1, 9, 5]], dtype=float)
    starts = Starts(np.array([np.inf, np.inf, 3, 3]), 4)
    cells = group_times(starts, Rules(anticipation=1))
    assert estimate(y, overall(cells, starts)) == pytest.approx(4)
    assert untreated_cells(starts.cells(), 1)[2].tolist() == [True, True, False, False]


@pytest.mark.parametrize(("code", "covariate"), [("EST-OVERLAP", "apart"), ("EST-COVARIATES", "constant")])
def test_covariates_that_cannot_adjust_are_refused_with_a_remedy(code: str, covariate: str) -> None:
    treated = np.repeat([True, False], [6, 8])
    x = np.where(treated, 10.0, 0.0) + np.arange(14) / 100 if covariate == "apart" else np.zeros(14)
    with pytest.raises(EstimationError, match="ta bort") as caught:
        unit_weights(treated, x[:, None], "dr", "mått")
    assert caught.value.code == code


@pytest.mark.parametrize("treated", [1, 2])
def test_fewer_than_three_treated_units_have_no_route(treated: int) -> None:
    starts = Starts(np.append(np.full(12, np.inf), 2.0 + np.arange(treated)), 6)
    weights = overall(group_times(starts, Rules()), starts)
    found = measure(WeightedDesign(12 + treated, 6, starts.cells().tobytes(), weights.tobytes()), 1, 200)
    assert found.chosen is None
    assert max(found.ordinary) > 0.2


def test_periods_without_any_untreated_unit_are_refused() -> None:
    starts = Starts(np.array([1.0, 1.0, 2.0]), 4)
    with pytest.raises(EstimationError) as caught:
        untreated_levels(~starts.cells(), None, "mått")
    assert caught.value.code == "EST-SINGULAR"


def test_a_band_of_one_point_is_the_point_and_more_points_need_more() -> None:
    assert band_tail(np.eye(1), 0.05) == pytest.approx(0.05, abs=0.002)
    independent = 1 - 0.95 ** (1 / 4)
    assert band_tail(np.eye(4), 0.05) == pytest.approx(independent, rel=0.03)
    assert band_tail(np.full((4, 4), 0.999) + 0.001 * np.eye(4), 0.05) == pytest.approx(0.05, rel=0.1)
