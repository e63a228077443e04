"""Placebos: nobody who was treated is in them, they are distinct and counted, and a method that fails is seen to fail."""

from __future__ import annotations

import numpy as np
import pytest
from evalkit.errors import EstimationError
from evalkit.methods.panel import Panel, make_panel
from evalkit.methods.placebo import placebo_pass
from evalkit.workflow.placebo import placebo_text
from tests.support.frames import OUTCOME, demo_plan, frame_of, panel_table, person_table, public_plan


def silent() -> None:
    """Tell nothing."""


def persons(n: int, effect: float) -> Panel:
    change = np.random.default_rng(2).normal(size=n) + effect * (np.arange(n) < n // 2)
    treated = [i < n // 2 for i in range(n)]
    return make_panel(frame_of(person_table(np.zeros(n), change, treated)), demo_plan(), OUTCOME)


def units(starts: list[int], n_never: int, years: int = 6) -> Panel:
    after = np.arange(years) >= np.array(starts + [years] * n_never)[:, None]
    y = np.random.default_rng(9).normal(size=after.shape) + 50 * after
    return make_panel(frame_of(panel_table(y, after, outcome="y")), public_plan(["y"]), "y")


def test_a_large_effect_on_the_treated_leaves_no_trace_in_the_placebos():
    found = placebo_pass(persons(80, effect=30.0), demo_plan(), 200, silent)
    assert (found.n_distinct, found.route, found.as_extreme) == (200, "welch", 0.0)
    assert found.false_alarms <= 0.05 + 3 * (0.05 * 0.95 / 200) ** 0.5
    assert found.spread < 1
    assert found.error == pytest.approx((found.false_alarms * (1 - found.false_alarms) / 200) ** 0.5)


def test_all_distinct_placebos_of_six_clusters_are_made_and_no_more():
    rng = np.random.default_rng(3)
    school = np.repeat(np.arange(12), 8)
    table = person_table(
        np.zeros(96), rng.normal(size=12)[school] + rng.normal(size=96), list(school < 6), cluster=[f"s{s:02d}" for s in school]
    )
    plan = demo_plan(assigned_at="cluster")
    found = placebo_pass(make_panel(frame_of(table), plan, OUTCOME), plan, 200, silent)
    assert (found.n_distinct, found.n_possible) == (20, 20)
    assert "20 skilda placebon av 20 möjliga" in placebo_text([found])


@pytest.mark.parametrize("starts", [[3] * 10, [2, 2, 3, 3, 4, 4, 5, 5]])
def test_public_units_get_fake_groups_and_the_real_starts_or_drawn_ones(starts: list[int]):
    found = placebo_pass(units(starts, 30), public_plan(["y"]), 60, silent)
    assert found.n_distinct == 60
    assert found.as_extreme == 0.0  # the planted 50 is no placebo
    assert found.false_alarms < 0.2


def test_persons_are_never_counted_out():
    found = placebo_pass(persons(60, effect=0.0), demo_plan(), 20, silent)
    assert found.n_possible > 10_000
    assert "möjliga" not in placebo_text([found])


def test_two_real_clusters_give_a_distribution_without_p_values():
    found = placebo_pass(units([3, 3], 24), public_plan(["y"]), 40, silent)
    assert (found.route, found.false_alarms, found.as_extreme) == ("none", None, 0.0)
    assert "inget p-värde" in placebo_text([found])


def test_too_few_untreated_units_are_refused_in_words():
    with pytest.raises(EstimationError, match="färre än fyra enheter"):
        placebo_pass(units([2, 2, 3, 3], 3), public_plan(["y"]), 10, silent)


def test_the_same_plan_draws_the_same_placebos():
    panel = persons(50, effect=1.0)
    assert placebo_pass(panel, demo_plan(), 30, silent) == placebo_pass(panel, demo_plan(), 30, silent)
