"""What a scale's range must be when it is computed from its items, its parts or its value set."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from evalkit.plan.instrument_parts import Items, ValueSet
from evalkit.plan.instruments import Instrument, Scale
from evalkit.records.register_gate.entries import exact

Range = tuple[Decimal, Decimal]


def computed_range(instrument: Instrument, scale: Scale) -> Range | None:
    """Return least and greatest score by the coding; None where the register does not know how the score is made."""
    value_set = next((one for one in instrument.value_sets if one.scale == scale.id), None)
    if value_set is not None:
        return _of_value_set(value_set)
    if scale.counts:
        return Decimal(0), Decimal(sum(len(count.items) for count in scale.counts))
    if scale.sum_of:
        return _of_parts(instrument, scale)
    if scale.from_scale is not None:
        return _of_other(instrument, scale)
    return _of_items(instrument.items, scale) if instrument.items is not None else None


def _of_value_set(value_set: ValueSet) -> Range:
    best = exact(value_set.start) + sum((exact(max(one.decrements)) for one in value_set.dimensions), Decimal(0))
    worst = exact(value_set.start) + exact(value_set.any_worst)
    return worst + sum((exact(min(one.decrements)) for one in value_set.dimensions), Decimal(0)), best


def _of_parts(instrument: Instrument, scale: Scale) -> Range | None:
    parts = [instrument.scale(name) for name in scale.sum_of]
    known = [part for part in parts if part is not None]
    if len(known) != len(parts):
        return None
    return _sum((exact(part.minimum), exact(part.maximum)) for part in known)


def _of_other(instrument: Instrument, scale: Scale) -> Range | None:
    other = instrument.scale(scale.from_scale or "")
    if other is None or scale.factor is None:
        return None
    return exact(other.minimum) * exact(scale.factor), exact(other.maximum) * exact(scale.factor)


def _of_items(items: Items, scale: Scale) -> Range | None:
    if scale.score_type == "count" and scale.n_items is not None:
        return Decimal(0), Decimal(scale.n_items)
    if scale.score_type not in ("raw_sum", "raw_mean", "percent_0_100"):
        return None
    ranges = [item_range(items, number) for number in scale.items]
    if not ranges and scale.n_items is not None:
        ranges = [(exact(items.minimum), exact(items.maximum))] * scale.n_items
    if not ranges:
        return None
    low, high = _sum(ranges)
    if scale.score_type == "raw_sum":
        return low, high
    factor = exact(scale.factor) if scale.factor is not None else Decimal(1)
    return low / len(ranges) * factor, high / len(ranges) * factor


def item_range(items: Items, number: int) -> Range:
    """Return least and greatest score of one item, recoded where it is."""
    answers = item_answers(items, number)
    recode = next((one for one in items.recodes if number in one.items), None)
    if recode is not None:
        scores = [exact(recode.first) + exact(recode.per_step) * (answer - 1) for answer in answers]
        return min(scores), max(scores)
    return min(answers), max(answers)


def item_answers(items: Items, number: int) -> list[Decimal]:
    """Return the least and the greatest answer of one item, or all of them where they are listed."""
    own = next((one.allowed for one in items.exceptions if number in one.items), items.allowed)
    return [exact(answer) for answer in own] or [exact(items.minimum), exact(items.maximum)]


def _sum(ranges: Iterable[Range]) -> Range:
    listed = list(ranges)
    return sum((low for low, _ in listed), Decimal(0)), sum((high for _, high in listed), Decimal(0))
