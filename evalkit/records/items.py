"""Scores from answers to single items, by the rules that the register has for the instrument and the plan's scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.errors import PlanError
from evalkit.plan.instrument_parts import MissingRule
from evalkit.plan.instruments import Instrument, Scale
from evalkit.plan.sources import Role, Source
from evalkit.records.eq5d import eq5d_index, value_set
from evalkit.records.item_sums import (
    count_reaching,
    half_up,
    merit_value,
    prorated_sum,
    reversed_answers,
    sum_of_scales,
    with_skips,
)

Floats = NDArray[np.float64]
MERIT = "meritvarde"
"""The only instrument whose sum takes the best of its items."""


@dataclass(frozen=True, slots=True, repr=False)
class ItemScores:
    """Scores of one scale, and how they came about; arrays of shape (n_rows,).

    Attributes
    ----------
    value : NDArray
        NaN where too few items are answered.
    complete : NDArray
        Every item of the scale is answered, or skipped as the form allows.
    answered : NDArray
        At least one item of the scale is answered.
    """

    value: Floats
    complete: NDArray[np.bool_]
    answered: NDArray[np.bool_]


def item_columns(source: Source, outcome: str, table: pd.DataFrame) -> dict[int, str]:
    """Return the delivered columns of an outcome's items by item number.

    Raises
    ------
    PlanError
        If a number is missing or stands twice.
    """
    columns = [c for c in source.with_role(Role.ITEM) if c.outcome == outcome and c.name in table.columns]
    numbered = {c.item: c.name for c in columns if c.item is not None}
    if len(numbered) != len(columns):
        raise PlanError(
            f"{source.id}: varje kolumn med rollen item för {outcome} ska ha ett eget frågenummer (item) i planen",
            code="PAR-INSTRUMENT",
        )
    return numbered


def item_outcomes(source: Source, table: pd.DataFrame) -> list[str]:
    """Return the outcomes that a source delivers as items, in the file's order."""
    named = [c.outcome for c in source.with_role(Role.ITEM) if c.outcome and c.name in table.columns]
    return list(dict.fromkeys(named))


def answers_of(table: pd.DataFrame, columns: Mapping[int, str], instrument: Instrument) -> Floats:
    """Return the answers as a matrix of all the instrument's items, shape (n_rows, n_items); NaN where not answered.

    Raises
    ------
    PlanError
        If the register has no items of the instrument, or forbids to store them.
    """
    items = instrument.items
    if items is None or (instrument.rights is not None and not instrument.rights.store_items):
        raise PlanError(
            f"{instrument.id}: svar på enskilda frågor får inte lagras eller beskrivs inte i registret; leverera summan i stället",
            code="INSTR-ITEMS",
        )
    beyond = sorted(number for number in columns if number > items.count)
    if beyond:
        raise PlanError(f"{instrument.id} har {items.count} frågor; planen har fråga {beyond[0]}", code="PAR-INSTRUMENT")
    answers = np.full((len(table), items.count), np.nan)
    for number, name in columns.items():
        answers[:, number - 1] = pd.to_numeric(table[name], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    for code in items.missing_codes:
        answers[answers == code] = np.nan
    return answers


def score_items(answers: Floats, instrument: Instrument, scale_id: str, *, years: Floats | None = None) -> ItemScores:
    """Return the scores of one scale.

    Parameters
    ----------
    answers : shape (n_rows, n_items)
        As delivered: items are reversed here.
    scale_id : str
        The plan's scale; it declares the value set of an index.
    years : shape (n_rows,), optional
        Calendar year of each row, for rules that a year changed (merit value).

    Raises
    ------
    PlanError
        If the register does not say how the scale is made of items.
    """
    scale = _scale(instrument, scale_id)
    numbers = _items_of(instrument, scale)
    delivered = ~np.isnan(answers)
    columns = [number - 1 for number in numbers]
    rule = instrument.missing_rule(scale.id)
    filled = with_skips(answers, _skips(rule))
    value = _score(filled, instrument, scale, years)
    complete = np.asarray(~np.isnan(filled[:, columns]).any(axis=1), dtype=np.bool_)
    return ItemScores(value, complete, np.asarray(delivered[:, columns].any(axis=1), dtype=np.bool_))


def _score(answers: Floats, instrument: Instrument, scale: Scale, years: Floats | None) -> Floats:
    values = value_set(instrument, scale.id)
    if values is not None:
        return eq5d_index(answers, values)
    if scale.counts:
        return count_reaching(answers, [([n - 1 for n in t.items], t.at_least) for t in scale.counts])
    if scale.sum_of:
        parts = [_score(answers, instrument, _scale(instrument, part), years) for part in scale.sum_of]
        return sum_of_scales(np.stack(parts, axis=1))
    if scale.from_scale is not None and scale.factor is not None:
        return scale.factor * _score(answers, instrument, _scale(instrument, scale.from_scale), years)
    if instrument.id == MERIT:
        return _merit(answers, instrument, years)
    return _added(_turned(answers, instrument)[:, [n - 1 for n in scale.items]], instrument.missing_rule(scale.id), scale)


def _added(answers: Floats, rule: MissingRule | None, scale: Scale) -> Floats:
    """Add or average a scale's own items by its rule for blanks; without a rule every item must be answered."""
    kind = "complete" if rule is None else rule.kind
    if rule is not None and kind == "manual":
        raise PlanError(f"skalan {scale.id} poängsätts med utgivarens tabell; leverera det färdiga värdet", code="INSTR-ITEMS")
    least = answers.shape[1]
    if rule is not None and kind in {"prorate", "mean"}:
        least = min(rule.least_answered or 1, least)
    rounded = rule is not None and kind == "prorate" and rule.rounding == "half_up"
    if scale.score_type == "raw_mean" or kind == "mean":
        total, _ = prorated_sum(answers, least_answered=least, rounded=False)
        mean = total / answers.shape[1]
        return half_up(mean) if rule is not None and rule.rounding == "half_up" else mean
    return prorated_sum(answers, least_answered=least, rounded=rounded)[0]


def _merit(answers: Floats, instrument: Instrument, years: Floats | None) -> Floats:
    """Return the merit value: from the first break on the last item, modern languages, is added."""
    first = min((one.year for one in instrument.breaks), default=0)
    new = merit_value(answers[:, :-1], answers[:, -1], language_counts=True)
    old = merit_value(answers[:, :-1], answers[:, -1], language_counts=False)
    return new if years is None else np.where(years < first, old, new)


def _turned(answers: Floats, instrument: Instrument) -> Floats:
    items = instrument.items
    if items is None or not items.reversed:
        return answers
    return reversed_answers(answers, [n - 1 for n in items.reversed], minimum=items.minimum, maximum=items.maximum)


def _scale(instrument: Instrument, scale_id: str) -> Scale:
    found = instrument.scale(scale_id)
    if found is None:
        known = ", ".join(scale.id for scale in instrument.scales)
        raise PlanError(f"{instrument.id} har ingen skala {scale_id}; ange en av {known} i planen", code="PAR-INSTRUMENT")
    return found


def _items_of(instrument: Instrument, scale: Scale) -> tuple[int, ...]:
    """Return the numbers of the items behind a scale, those of its parts included."""
    if value_set(instrument, scale.id) is not None and instrument.items is not None:
        return tuple(range(1, instrument.items.count + 1))
    numbers = [*scale.items, *(n for threshold in scale.counts for n in threshold.items)]
    for part in (*scale.sum_of, *((scale.from_scale,) if scale.from_scale else ())):
        numbers += _items_of(instrument, _scale(instrument, part))
    if not numbers:
        raise PlanError(
            f"{instrument.id}: registret säger inte av vilka frågor skalan {scale.id} görs; leverera det färdiga värdet",
            code="INSTR-ITEMS",
        )
    return tuple(sorted(set(numbers)))


def items_of(instrument: Instrument, scale_id: str) -> tuple[int, ...]:
    """Return the numbers of the items behind a scale; raises as `score_items`."""
    return _items_of(instrument, _scale(instrument, scale_id))


def _skips(rule: MissingRule | None) -> Sequence[tuple[list[int], list[int]]]:
    return [] if rule is None else [([n - 1 for n in s.zero], [n - 1 for n in s.blank]) for s in rule.skips]
