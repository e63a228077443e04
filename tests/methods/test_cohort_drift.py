"""The path that honest bounds rest on where units start at different times."""

from __future__ import annotations

import numpy as np
import pytest
from evalkit.methods.cohorts.drift import cohort_path
from evalkit.methods.cohorts.group_time import Rules, Starts, group_times
from evalkit.methods.honest import TrendPath, bounds_of
from evalkit.methods.panel import make_panel
from evalkit.plan.evaluation import EvaluationPlan
from tests.support.frames import frame_of, panel_table, public_plan

FIRST = np.append(np.repeat([4.0, 5.0, 6.0], 10), np.full(30, np.inf))
PERIODS = 9


def plan_of(**design: object) -> EvaluationPlan:
    return public_plan(["y"], staggered={"compare_with": "never_treated"}, **design)


def path_of(y: np.ndarray, first: np.ndarray = FIRST, **design: object) -> TrendPath | None:
    after = np.arange(y.shape[1])[None, :] >= first[:, None]
    panel = make_panel(frame_of(panel_table(y, after, outcome="y")), plan_of(**design), "y")
    starts = Starts(first, y.shape[1])
    return cohort_path(panel, plan_of(**design), starts, group_times(starts, Rules("never_treated")))


def noise(seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(len(FIRST), PERIODS))


def test_steps_compare_the_same_units_and_are_those_of_group_means() -> None:
    y = noise()
    found = path_of(y)
    others = y[30:].mean(axis=0)

    def apart(group: int, column: int) -> float:
        return float(y[group == FIRST, column].mean() - others[column])

    # Step from −4 to −3: start groups 4 (column 0 to 1), 5 and 6, ten units each.
    by_hand = np.mean([apart(g, g - 3) - apart(g, g - 4) for g in (4, 5, 6)])
    # Step from −5 to −4: start groups 5 and 6 alone, twenty of thirty units.
    oldest = np.mean([apart(g, g - 4) - apart(g, g - 5) for g in (5, 6)])
    last = np.mean([apart(g, g - 1) - apart(g, g - 2) for g in (4, 5, 6)])
    assert (found.n_post, found.n_steps, found.n_treated_units) == (4, 4, 20)
    assert found.values[found.n_post :][[0, 1, -1]] == pytest.approx([oldest, by_hand, last], abs=1e-12)
    first_after = np.mean([apart(g, g) - apart(g, g - 1) for g in (4, 5, 6)])
    assert found.values[0] == pytest.approx(first_after, abs=1e-12)


def test_a_step_before_the_start_moves_the_bounds_and_not_the_difference() -> None:
    y = noise()
    moved = y + 3.0 * (np.arange(PERIODS)[None, :] >= FIRST[:, None] - 2)
    calm, shaken = bounds_of(path_of(y), 0.95), bounds_of(path_of(moved), 0.95)
    assert shaken.value == pytest.approx(calm.value, abs=1e-9)
    assert shaken.largest_step > calm.largest_step + 1.5
    assert shaken.rows[2].low < calm.rows[2].low
    assert shaken.rows[0].high - shaken.rows[0].low == pytest.approx(calm.rows[0].high - calm.rows[0].low, rel=1e-9)


def test_the_bounds_cover_a_drift_as_large_as_they_allow() -> None:
    drifting = 0.2 * np.arange(PERIODS) * np.isfinite(FIRST)[:, None]
    inside = []
    for seed in range(60):
        row = bounds_of(path_of(noise(seed) + drifting), 0.95).rows[2]
        inside.append(row.low <= 0.0 <= row.high)
    assert np.mean(inside) >= 0.95  # in truth nearly always: the union is cautious


@pytest.mark.parametrize(
    ("first", "design"),
    [
        (FIRST, {"common_shocks_at": "group"}),
        (np.append(np.repeat([1.0, 2.0], 10), np.full(30, np.inf)), {}),
        (np.append(np.repeat([4.0, 5.0], 1), np.full(30, np.inf)), {}),
    ],
)
def test_too_few_periods_or_units_or_shared_events_have_no_bounds(first: np.ndarray, design: dict[str, str]) -> None:
    y = np.random.default_rng(2).normal(size=(len(first), PERIODS))
    assert path_of(y, first, **design) is None
