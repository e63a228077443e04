"""Register quarters as leads: a divergence before the start is seen, and only the estimate's own persons are asked."""

import numpy as np
import pandas as pd
import pytest
from evalkit.methods.event_study import study_events
from evalkit.methods.quarters import quarter_panel
from tests.support.frames import OUTCOME, demo_plan, frame_of, person_table

N = 80
QUARTERS = range(-4, 4)


def frame_with_quarters(divergence: float, *, seed: int = 7, lacking: int = 0):
    rng = np.random.default_rng(seed)
    treated = np.arange(N) < N // 2
    table = person_table(rng.normal(24, 5, N), rng.normal(22, 5, N), treated.tolist())
    units = sorted(table["unit"].unique())
    rows = [
        {
            "unit": unit,
            "outcome": OUTCOME,
            "axis": "quarter",
            "order": quarter,
            "period": f"kvartal {quarter}",
            "treated": bool(treated[i]),
            "value": 24 + level + divergence * quarter * treated[i] + rng.normal(0, 2),
        }
        for i, (unit, level) in enumerate(zip(units, rng.normal(0, 5, N), strict=True))
        for quarter in QUARTERS
        if not (i < lacking and quarter == -4)
    ]
    return frame_of(table, observed=pd.DataFrame(rows))


def leads(frame):
    panel = quarter_panel(frame, demo_plan(), OUTCOME)
    return panel, study_events(panel, 0.95)


def test_quarters_become_periods_with_the_start_between_the_fourth_and_the_fifth():
    panel, (test, path) = leads(frame_with_quarters(0.0))
    assert panel.y.shape == (N, 8)
    assert np.unique(panel.treated_order[panel.treated]).tolist() == [4.0]
    assert [point.event_time for point in path] == [-4, -3, -2, 0, 1, 2, 3]
    assert test.n_leads == 3


def test_a_divergence_before_the_start_contradicts_parallel_trends_and_none_does_not():
    assert leads(frame_with_quarters(2.0))[1][0].state == "contradicted"
    quiet = leads(frame_with_quarters(0.0))[1][0]
    assert quiet.state == "not_contradicted"
    assert quiet.minimum_detectable > 0


def test_persons_without_every_quarter_and_persons_outside_the_estimate_are_left_out():
    assert leads(frame_with_quarters(0.0, lacking=5))[0].n_units == N - 5
    frame = frame_with_quarters(0.0)
    stranger = frame.observed.iloc[:8].assign(unit="utanför urvalet")
    with_stranger = frame_of(frame.table, observed=pd.concat([frame.observed, stranger], ignore_index=True))
    assert quarter_panel(with_stranger, demo_plan(), OUTCOME).n_units == N


@pytest.mark.parametrize("keep", [lambda rows: rows["order"] >= 0, lambda rows: rows["treated"], lambda rows: rows["order"] > 99])
def test_quarters_that_can_show_nothing_give_no_panel(keep):
    frame = frame_with_quarters(0.0)
    bare = frame_of(frame.table, observed=frame.observed[keep(frame.observed)])
    assert quarter_panel(bare, demo_plan(), OUTCOME) is None
