"""False starts and other units: what came after the real start raises no alarm, and what exists is counted."""

from __future__ import annotations

import numpy as np
import pytest
from evalkit.errors import EstimationError
from evalkit.methods.panel import make_panel
from evalkit.methods.placebo_starts import series_placebos, unit_placebos
from evalkit.methods.single_unit.ranking import rank
from evalkit.methods.single_unit.synthetic import METHODS
from evalkit.methods.time_series import design
from evalkit.methods.validity.measure import forget
from evalkit.plan.time_series import TimeSeries
from evalkit.workflow.placebo import placebo_text
from tests.support.frames import frame_of, panel_table, public_plan
from tests.support.single_unit import built


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    monkeypatch.setattr(design, "CRITICAL_DRAWS", 400)
    forget()
    yield
    forget()


def silent() -> None:
    """Tell nothing."""


def series(n_before: int, jump: float):
    y = np.random.default_rng(4).normal(size=n_before + 8) + jump * (np.arange(n_before + 8) >= n_before)
    after = (np.arange(len(y)) >= n_before)[np.newaxis]
    plan = public_plan(["utfall"], analyses=["pre_post"], comparison="none")
    return frame_of(panel_table(y[np.newaxis], after, outcome="utfall")), plan.model_copy(
        update={"time_series": TimeSeries(decides="level", season="none")}
    )


def test_a_jump_at_the_real_start_leaves_no_trace_in_the_false_ones():
    calm, loud = (series_placebos(*series(18, jump), "utfall", 50, silent)[0] for jump in (0.0, 40.0))
    # Eight before a false start and four after it, inside eighteen: starts 8 to 14.
    assert (loud.n_distinct, loud.n_possible, loud.kind) == (7, 7, "starts")
    assert (calm.spread, calm.false_alarms) == (pytest.approx(loud.spread), loud.false_alarms)
    assert loud.as_extreme == 0.0
    assert "7 påhittade starter före den verkliga av 7 möjliga" in placebo_text([loud])


def test_fewer_are_made_than_exist_where_fewer_are_wanted():
    found = series_placebos(*series(20, 0.0), "utfall", 3, silent)[0]
    assert (found.n_distinct, found.n_possible) == (3, 9)


def test_a_series_too_short_for_a_false_start_says_how_many_periods_are_needed():
    with pytest.raises(EstimationError, match="en påhittad start behöver minst 8 före sig och 4 efter"):
        series_placebos(*series(10, 0.0), "utfall", 5, silent)


def test_every_donor_stands_in_the_treated_units_place_and_starts_before_the_real_one_are_ranked():
    y = np.random.default_rng(7).normal(size=(21, 10)).cumsum(axis=1)
    frame, plan = built(y, start=6)
    beside, starts = unit_placebos(frame, plan, make_panel(frame, plan, "utfall"), 10, silent)
    ranking = rank(METHODS["synthetic_did"], y[0], y[1:], 6)
    assert (beside.n_distinct, beside.false_alarms) == (20, None)
    assert beside.as_extreme == pytest.approx((ranking.place - 1) / 20)
    assert (starts.n_distinct, starts.kind, starts.route) == (3, "starts", "sdid-rank")
    moved = y.copy()
    moved[0, 6:] += 100.0
    frame, plan = built(moved, start=6)
    again = unit_placebos(frame, plan, make_panel(frame, plan, "utfall"), 10, silent)[1]
    assert (again.spread, again.false_alarms) == (pytest.approx(starts.spread), starts.false_alarms)
    assert again.as_extreme == 0.0


def test_with_three_periods_before_there_are_other_units_and_no_false_start():
    y = np.random.default_rng(8).normal(size=(12, 6)).cumsum(axis=1)
    frame, plan = built(y, start=3)
    found = unit_placebos(frame, plan, make_panel(frame, plan, "utfall"), 10, silent)
    assert [one.kind for one in found] == ["units"]
    assert "11 andra enheter i den behandlades ställe" in placebo_text(found)
