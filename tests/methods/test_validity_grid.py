"""The grid of docs/VALIDITY.md, small: every row at 2,000 draws, and what the table says about itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from evalkit.findings.validity import ORDINARY_CLUSTER
from evalkit.methods.validity.cell import Cell
from evalkit.methods.validity.designs import TwoGroups
from evalkit.methods.validity.grid import cells, judge
from evalkit.methods.validity.measure import _CANDIDATES, measure
from evalkit.workflow.validity_doc import SEED, grid_text, summary

DRAWS = 2_000
CELLS = {cell.label: cell for cell in cells()}
REFUSED = [
    "1 av 20, lika stora",
    "2 av 20, SD × 2 bland insatsens",
    "10 personer, 85 % bättre, 15 % återfall",
    "1 av 21 skolor, 4 år",
    "startgrupper: 2 av 20, 10 år, φ 0.8",
]
CONDITIONAL = ["1 mot 1 kommun, 30 + 30 personer", "30 personer i ett kluster, före–efter"]


@pytest.mark.parametrize("label", CELLS)
def test_no_row_prints_a_p_value_that_does_not_hold_or_falls_behind_the_best_that_does(label: str) -> None:
    found = judge(CELLS[label], DRAWS, SEED)
    assert found.holds, found.rate
    if found.route != "none" and not found.cell.conditional and found.cell.counted:
        assert found.power >= 0.9 * found.best_power


def test_four_fifths_of_the_rows_that_can_be_answered_are_routed_to_a_test() -> None:
    counted = [cell for cell in CELLS.values() if cell.counted]
    answered = [cell for cell in counted if not cell.refused and measure(cell.design, SEED).chosen is not None]
    assert len(answered) >= 0.8 * len(counted)


def test_every_kind_of_design_that_a_route_is_registered_for_has_rows_of_its_own() -> None:
    # These have grids of their own: lotteries, one treated unit and series, and what stands beside the report's own answer.
    elsewhere = {"one-treated-synthetic_did", "one-treated-synthetic_control", "series"}
    others = {kind for kind in _CANDIDATES if kind.startswith("offer") or kind.endswith("-beside")} | elsewhere
    assert set(_CANDIDATES) - others == {cell.design.kind for cell in CELLS.values()}


@pytest.mark.parametrize("label", REFUSED)
def test_a_refused_row_prints_nothing_but_the_ordinary_rate(label: str) -> None:
    found = judge(CELLS[label], DRAWS, SEED)
    assert (found.route, found.rate, found.power) == ("none", None, None)
    assert found.ordinary > 0.15


def test_the_bound_can_fail() -> None:
    honest = CELLS["3 av 6, lika stora"]
    spread = Cell(
        "5.1", "treated eight times as spread", honest.design, lambda n, rng: honest.truth(n, rng) * ([8.0] * 3 + [1.0] * 3)
    )
    assert not judge(spread, DRAWS, SEED).holds


def test_the_stored_table_holds_every_row_and_no_row_beyond_the_bound() -> None:
    text = (Path(__file__).parents[2] / "docs" / "VALIDITY.md").read_text(encoding="utf-8")
    assert [label for label in CELLS if f"| {label} |" not in text] == []
    assert "över gränsen" not in text
    assert "20000 dragningar" in text


def test_the_table_marks_a_row_beyond_the_bound_and_counts_refusals() -> None:
    found = tuple(judge(CELLS[label], 200, SEED) for label in ("3 av 6, lika stora", "1 av 20, lika stora"))
    text = grid_text(found)
    assert "avstår (one-treated-cluster)" in text
    assert summary(found).startswith("Av 2 rader skriver routern p-värde i 1")


@pytest.mark.parametrize("label", CONDITIONAL)
def test_an_interval_on_a_condition_covers_where_the_condition_holds_and_not_where_it_does_not(label: str) -> None:
    calm, shaken = (judge(CELLS[f"{label}, {words}"], DRAWS, SEED) for words in ("inget annat hände", "något annat hände"))
    assert calm.coverage > 0.93
    assert shaken.coverage < 0.80
    assert "villkorat intervall" in grid_text((calm, judge(CELLS["3 av 6, lika stora"], 200, SEED)))


@pytest.mark.parametrize("total", [7, 12])
def test_changes_of_fewer_than_twenty_clusters_are_refused(total: int) -> None:
    assert judge(CELLS[f"{total} kluster, normal, ICC .1"], DRAWS, SEED).route == "none"


def test_the_rank_of_a_single_unit_is_measured_and_raises_false_alarms_where_it_varies_more_than_the_others() -> None:
    rank = next(m for m in measure(TwoGroups(1, 19, (), ORDINARY_CLUSTER), SEED, DRAWS).measured if m.name == "placebo-rank")
    assert rank.rates[0] == pytest.approx(0.05, abs=0.015)
    assert rank.worst > 0.10
    assert "placebo-rank" not in [m.name for m in measure(TwoGroups(1, 18, (), ORDINARY_CLUSTER), SEED, DRAWS).measured]
