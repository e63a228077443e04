"""What may become a panel, and the sentence that everything else gets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from evalkit.errors import EstimationError
from evalkit.methods.panel import Panel, make_panel
from tests.support.frames import OUTCOME, demo_plan, frame_of, panel_table, person_table, public_plan


def persons() -> pd.DataFrame:
    return person_table([10, 20, 30, 40], [12, 25, 31, 44], [True, True, False, False])


def build(table: pd.DataFrame) -> Panel:
    frame = replace(frame_of(persons()), table=table)
    return make_panel(frame, demo_plan(), OUTCOME)


def units(after: list[list[int]]) -> Panel:
    shape = np.array(after, dtype=bool)
    y = np.arange(shape.size, dtype=float).reshape(shape.shape)
    return make_panel(frame_of(panel_table(y, shape, outcome="y")), public_plan(["y"]), "y")


def test_rows_become_a_matrix_whatever_their_order():
    shuffled = persons().sample(frac=1, random_state=3)
    panel = build(shuffled)
    np.testing.assert_array_equal(panel.y, [[10, 12], [20, 25], [30, 31], [40, 44]])
    np.testing.assert_array_equal(panel.treated, [True, True, False, False])
    np.testing.assert_array_equal(panel.treated_order, [1, 1, np.nan, np.nan])
    assert panel.periods == ("Vid start", "Efter 12 månader")
    assert not panel.staggered


def test_units_that_start_in_different_years_are_staggered():
    panel = units([[0, 0, 1], [0, 1, 1], [0, 0, 0]])
    assert panel.staggered
    np.testing.assert_array_equal(panel.treated_order, [2, 1, np.nan])


def test_representation_shows_counts_only():
    assert repr(build(persons())) == "Panel(valbefinnande: 4 enheter, 2 perioder)"


@pytest.mark.parametrize(
    ("spoil", "code", "sentence"),
    [
        (lambda t: t.iloc[:0], "EST-EMPTY", "ingen enhet har mätning både före och efter"),
        (lambda t: t.iloc[:-1], "EST-RAGGED", "1 mätningar saknas"),
        (lambda t: pd.concat([t, t.iloc[:2]]), "EST-DUPLICATE", "2 rader upprepar"),
        (lambda t: t.iloc[:2], "EST-ONE-UNIT", "bara en enhet"),
        (lambda t: t[t["order"] == 0], "EST-NO-PERIODS", "bara en period"),
        (lambda t: t.assign(value=7.0), "EST-CONSTANT", "alla värden är lika"),
        (lambda t: t.assign(value=t["value"].where(t["value"] != 31)), "EST-MISSING", "1 värden saknas"),
        (lambda t: t.assign(value=t["value"].replace(31, np.inf)), "EST-MISSING", "1 värden saknas"),
        (lambda t: t.assign(treated=[True, False] * 4), "EST-UNIT", "4 rader byter treated"),
    ],
)
def test_refuses_with_a_sentence_and_a_remedy(spoil, code: str, sentence: str):
    with pytest.raises(EstimationError, match=f"valbefinnande: {sentence}") as caught:
        build(spoil(persons()))
    assert caught.value.code == code
    assert not set("pu") & {word[:1] for word in str(caught.value).split() if word[1:].isdigit()}, "names a unit"


@pytest.mark.parametrize(
    ("after", "code"),
    [
        ([[0, 1, 0], [0, 0, 0]], "EST-REVERSED"),
        ([[1, 1, 1], [0, 0, 0]], "EST-ALWAYS-TREATED"),
    ],
)
def test_refuses_units_that_stop_or_were_always_treated(after: list[list[int]], code: str):
    with pytest.raises(EstimationError) as caught:
        units(after)
    assert caught.value.code == code


def test_refuses_clustered_assignment_without_clusters():
    table = person_table([1, 2, 3, 4], [2, 4, 5, 8], [True, True, False, False], cluster=["a", "", "b", "b"])
    with pytest.raises(EstimationError, match="kluster saknas för 1 enheter"):
        make_panel(frame_of(table), demo_plan(assigned_at="cluster"), OUTCOME)
