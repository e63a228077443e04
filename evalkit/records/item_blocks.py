"""Answers to single items in the delivered tables: gathered by outcome and instrument, scored, and kept for the rules on scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.findings.quality import CheckOutcome
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.instruments import Instrument, InstrumentRegister
from evalkit.plan.sources import Role, RowMeaning, Source
from evalkit.records.items import ItemScores, answers_of, item_columns, item_outcomes, score_items
from evalkit.records.persons import with_constants
from evalkit.records.scoring_notes import note, warn
from evalkit.records.stations import GatedExtract
from evalkit.records.values import belonging, foreseen, measured_rows, row_keys

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, repr=False)
class ItemBlock:
    """The answers of one source on one outcome with one instrument.

    Attributes
    ----------
    rows : pandas.DataFrame
        As measurement rows, ``value`` being the score.
    answers : shape (n_rows, n_items), as delivered, NaN where not answered
    delivered : shape (n_rows,)
        The score as the source gives it beside the items; NaN where it does not.
    """

    source: str
    outcome: str
    instrument: Instrument
    scale: str
    rows: pd.DataFrame
    answers: Floats
    scores: ItemScores
    delivered: Floats


def gather_items(
    gated: GatedExtract, plan: EvaluationPlan, register: InstrumentRegister, persons: pd.DataFrame
) -> tuple[tuple[ItemBlock, ...], list[CheckOutcome]]:
    """Return every block of items, and what was noticed.

    Raises
    ------
    PlanError
        If an instrument has no items in the register, forbids to store them, or has no rule for the plan's scale.
    """
    blocks: list[ItemBlock] = []
    checks: list[CheckOutcome] = []
    for row in (RowMeaning.PERSON, RowMeaning.MEASUREMENT):
        for source, table in with_constants(gated, plan, row):
            if not source.with_role(Role.ITEM):
                continue
            mine, _ = belonging(table, persons, "birth_date")
            for outcome in item_outcomes(source, mine):
                found = _blocks(source, mine, outcome, plan, register)
                blocks += found
                checks += _notices(source, outcome, len(mine), found)
    return tuple(blocks), checks


def scored_rows(blocks: tuple[ItemBlock, ...]) -> list[pd.DataFrame]:
    """Return the measurement rows of the blocks; where the source gives the score itself, that one is kept."""
    return [block.rows for block in blocks if np.isnan(block.delivered).all()]


def _blocks(
    source: Source, table: pd.DataFrame, outcome: str, plan: EvaluationPlan, register: InstrumentRegister
) -> list[ItemBlock]:
    columns = item_columns(source, outcome, table)
    rows = measured_rows(table.assign(**{"#score": np.nan}), "#score", register).assign(outcome=outcome)
    keys = row_keys(rows)
    known = {key: foreseen(outcome, *key, plan)[0] for key in dict.fromkeys(keys)}
    meant = pd.Series([known[key] for key in keys], index=rows.index, dtype="object")
    delivered = table[outcome] if outcome in table.columns else pd.Series(np.nan, index=table.index)
    scales = {use.instrument: use.scale for use in plan.outcome(outcome).instruments}
    blocks = []
    for name in sorted(meant.dropna().unique()):
        instrument = register.find(str(name))
        if instrument is None or instrument.id not in scales:
            continue
        where = (meant == name).to_numpy()
        answers = answers_of(table[where], columns, instrument)
        years = rows.loc[where, "date"].dt.year.to_numpy(dtype=np.float64, na_value=np.nan)
        scores = score_items(answers, instrument, scales[instrument.id], years=years)
        mine = rows[where].assign(value=scores.value, instrument=instrument.id)
        given = delivered[where].to_numpy(dtype=np.float64, na_value=np.nan)
        blocks.append(ItemBlock(source.id, outcome, instrument, scales[instrument.id], mine, answers, scores, given))
    return blocks


def _notices(source: Source, outcome: str, rows: int, blocks: list[ItemBlock]) -> list[CheckOutcome]:
    scored = sum(len(block.rows) for block in blocks)
    made_up = sum(int((~np.isnan(b.scores.value) & ~b.scores.complete).sum()) for b in blocks)
    too_few = sum(int((np.isnan(b.scores.value) & b.scores.answered).sum()) for b in blocks)
    where = {"source": source.id, "column": outcome}
    return [
        warn(
            "items-unscored",
            "SC-INSTRUMENT",
            rows,
            rows - scored,
            "rader med svar saknar ett instrument att poängsätta med",
            **where,
        ),
        note(
            "items-prorated",
            "SC-ITEMS",
            scored,
            made_up,
            "summor är uppräknade efter instrumentets regel för saknade svar",
            **where,
        ),
        warn(
            "items-too-few", "SC-ITEMS", scored, too_few, "formulär har för få svar för en summa; de räknas som obesvarade", **where
        ),
    ]
