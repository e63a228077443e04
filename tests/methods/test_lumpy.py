"""Yes or no, counts and costs: what is declared of them has the moments it says, and the routes keep their size on other ones."""

from __future__ import annotations

import numpy as np
import pytest
from evalkit.methods.inference.unit_tests import UnitTest, pooled, welch
from evalkit.methods.panel import make_panel
from evalkit.methods.router import change_design, did_design
from evalkit.methods.validity import lumpy
from evalkit.methods.validity.designs import TwoGroups
from evalkit.methods.validity.grid import judge
from evalkit.methods.validity.lumpy_grid import lumpy_cells
from evalkit.methods.validity.measure import measure
from evalkit.plan.evaluation import OutcomeKind
from evalkit.workflow.lumpy_doc import lumps_text
from tests.support.frames import OUTCOME, demo_plan, frame_of, person_table

SHAPES = [*lumpy.YES, lumpy.DAYS, lumpy.COSTS]
CELLS = {cell.label: cell for cell in lumpy_cells()}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_has_mean_zero_and_variance_one(shape):
    rng = np.random.default_rng(5)
    # Costs have a tail so long that their variance is known to a few percent only.
    near = {"rel": 0.15 if shape == lumpy.COSTS else 0.03}
    for values in (lumpy.changes(shape, (4_000, 100), rng), lumpy.levels(shape, (4_000, 100), rng)):
        assert abs(values.mean()) < 0.02
        assert values.var() == pytest.approx(1.0, **near)
    means = lumpy.mean_changes(shape, np.array([5.0, 20.0]), (200_000, 2), rng)
    assert means.var(axis=0) == pytest.approx([1 / 5, 1 / 20], rel=0.05)


def test_a_yes_or_no_takes_three_values_as_a_change_and_two_as_a_level():
    rng = np.random.default_rng(6)
    assert len(np.unique(lumpy.changes("yes-20", (100, 50), rng))) == 3
    assert len(np.unique(lumpy.levels("yes-20", (100, 50), rng))) == 2
    assert (lumpy.levels(lumpy.DAYS, (100, 50), rng).round(9) == np.round(-2 / np.sqrt(14), 9)).mean() > 0.5


@pytest.mark.parametrize("kind", ["binary", "count", "money"])
def test_the_plan_s_kind_of_outcome_reaches_what_is_simulated(kind):
    plan = demo_plan()
    own = plan.outcome(OUTCOME).model_copy(update={"kind": OutcomeKind(kind)})
    plan = plan.model_copy(update={"outcomes": tuple(own if o.id == OUTCOME else o for o in plan.outcomes)})
    change = np.random.default_rng(1).integers(0, 2, 40).astype(float)
    panel = make_panel(frame_of(person_table(np.zeros(40), change, np.arange(40) < 20)), plan, OUTCOME)
    shapes = {case.shape for case in did_design(panel, plan).nuisances}
    assert set(lumpy.shapes_of(kind)) <= shapes
    assert set(lumpy.shapes_of(kind)) <= {case.shape for case in change_design(panel, plan, "treated").nuisances}


def test_a_score_has_no_lumps_and_the_design_it_had():
    plan = demo_plan()
    panel = make_panel(frame_of(person_table(np.zeros(40), np.arange(40.0), np.arange(40) < 20)), plan, OUTCOME)
    assert did_design(panel, plan) == TwoGroups(20, 20)
    assert not any(lumpy.is_lumpy(case.shape) for case in TwoGroups(20, 20).nuisances)


@pytest.mark.parametrize(
    "label",
    [
        "15 + 15 personer, ja/nej, 12 % ja",
        "8 + 22 personer, ja/nej, 35 % ja, två av tre svarar lika igen",
        "30 + 30 personer, antal, två av tre på noll, många få och få många",
        "10 av 20 kluster, kronor, hälften utan kostnad, lognormala (σ 1,5)",
    ],
)
def test_the_route_keeps_its_size_on_values_that_were_not_declared(label):
    found = judge(CELLS[label], 2_000, 20261122)
    assert found.route != "none"
    assert found.holds, found.rate


def test_values_that_are_all_alike_are_no_false_alarm_and_spoil_no_other_sample():
    values = np.random.default_rng(2).normal(size=(400, 12))
    values[:, :6] += 3.0
    values[0] = 0.0
    values[1] = np.repeat([1.0, 0.0], 6)
    with np.errstate(invalid="ignore", divide="ignore"):
        for test in (welch, pooled):
            rejected = test(values, 6).rejects(0.05)
            assert not rejected[:2].any()
            assert rejected[2:].mean() > 0.9
        nothing = UnitTest(np.ones(2), np.zeros(2), np.full(2, np.nan))
        assert not nothing.rejects(0.05).any()


def test_the_table_names_every_row_and_a_route_that_fails():
    found = [judge(CELLS[label], 400, 1) for label in list(CELLS)[:2]]
    text = lumps_text(tuple(found), 1)
    assert all(f"| {v.cell.label} | {v.route} |" in text for v in found)
    assert "lottade 30 + 30, ja/nej, 35 % ja" in text


def test_a_count_spoils_an_ordinary_one_group_test_and_the_route_s_own_holds():
    from evalkit.methods.validity.designs import OneGroup

    found = measure(OneGroup(30, outcome="count"), 1, 4_000)
    assert found.chosen is not None
    assert max(m.worst for m in found.measured) > 0.07
