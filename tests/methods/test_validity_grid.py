"""The grid of docs/VALIDITY.md, small: chosen rows at 2,000 draws, and what the table says about itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from evalkit.findings.validity import ORDINARY_CLUSTER
from evalkit.methods.validity.cell import Cell
from evalkit.methods.validity.designs import TwoGroups
from evalkit.methods.validity.grid import cells, judge
from evalkit.methods.validity.measure import measure
from evalkit.workflow.validity_doc import SEED, grid_text, summary

DRAWS = 2_000
CELLS = {cell.label: cell for cell in cells()}
ANSWERED = [
    "3 av 6, lika stora",
    "3 av 20, lika stora",
    "3 av 10, lognormala storlekar",
    "10 av 20, SD × 2 bland insatsens",
    "3 av 20, exponentiella klustereffekter, ICC .3",
    "5 av 10, 10 år, stegvis start, φ 0.8",
    "startgrupper mot ännu inte: 5 av 10, 10 år, φ 0.8",
    "imputation: 10 av 20, 10 år, φ 0.5",
    "dubbelt robust, 2 bakgrundsmått: 15 + 15 personer, exponentiell",
    "band kring start: 10 av 20, 10 år, φ 0.5",
    "24 personer, utbytbara mätningar 0–40, r .6",
    "24 personer, 85 % bättre, 15 % återfall",
    "30 personer, poäng 0–20 mot norm, 58 % på noll",
    "5 + 5 personer, SD × 3",
    "20 kluster, exponentiell, ICC .3",
    "8 + 22 personer, exponentiell",
    "3 av 6 skolor, 4 år",
]
REFUSED = [
    "1 av 20, lika stora",
    "2 av 20, SD × 2 bland insatsens",
    "10 personer, 85 % bättre, 15 % återfall",
    "1 av 21 skolor, 4 år",
    "startgrupper: 2 av 20, 10 år, φ 0.8",
]
CONDITIONAL = ["1 mot 1 kommun, 30 + 30 personer", "30 personer i ett kluster, före–efter"]


@pytest.mark.parametrize("label", ANSWERED)
def test_an_answered_row_keeps_its_size_and_nine_tenths_of_the_power(label: str) -> None:
    found = judge(CELLS[label], DRAWS, SEED)
    assert found.route != "none"
    assert found.holds, found.rate
    assert found.power >= 0.9 * found.best_power


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
