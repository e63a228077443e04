"""Rules on scales: range by coding, items in one scale each, totals of parts that point the same way."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from evalkit.plan.instruments import Instrument, Scale
from evalkit.records.register_gate.entries import Book, RegisterRule, exact, on_step, stop
from evalkit.records.register_gate.score_range import computed_range

Own = tuple[Instrument, Scale]

METRIC_RANGES = {
    "T": (10, 120),
    "standard_100_15": (20, 180),
    "scaled_10_3": (1, 19),
    "stanine": (1, 9),
    "percentile": (0, 100),
    "percent_0_100": (0, 100),
}
"""Widest range that a scale of this metric can have."""


def _backwards(book: Book, own: Own) -> bool:
    del book
    return own[1].minimum >= own[1].maximum


def _range_differs(book: Book, own: Own) -> bool:
    del book
    instrument, scale = own
    expected = computed_range(instrument, scale)
    written = (exact(scale.minimum), exact(scale.maximum))
    return expected is not None and any(abs(a - b) > Decimal("1e-9") for a, b in zip(expected, written, strict=True))


def _off_step(book: Book, own: Own) -> bool:
    del book
    return own[1].minimum < own[1].maximum and not on_step(own[1].maximum, own[1].minimum, own[1].step)


def _outside_metric(book: Book, own: Own) -> bool:
    del book
    scale = own[1]
    widest = METRIC_RANGES.get(scale.score_type)
    if widest is None:
        return False
    whole = scale.score_type == "stanine" and (scale.minimum, scale.maximum) != widest
    return whole or scale.minimum < widest[0] or scale.maximum > widest[1]


def _unknown_items(book: Book, own: Own) -> bool:
    del book
    instrument, scale = own
    numbers = [*scale.items, *(number for count in scale.counts for number in count.items)]
    if not numbers:
        return False
    most = instrument.items.count if instrument.items is not None else 0
    return any(not 1 <= number <= most for number in numbers) or max(Counter(scale.items).values(), default=1) > 1


def _shares_items(book: Book, own: Own) -> bool:
    """Two scales share items and neither holds the other: an item typed into two subscales."""
    del book
    instrument, scale = own
    mine = set(scale.items)
    for other in instrument.scales:
        theirs = set(other.items)
        if other.id != scale.id and mine & theirs and not (mine <= theirs or theirs <= mine):
            return True
    return any(other.id != scale.id and mine and set(other.items) == mine for other in instrument.scales)


def _parts_wrong(book: Book, own: Own) -> bool:
    del book
    instrument, scale = own
    names = [*scale.sum_of, *((scale.from_scale,) if scale.from_scale else ())]
    if len(set(names)) != len(names) or scale.id in names:
        return True
    return any(instrument.scale(name) is None for name in names)


def _mixes_directions(book: Book, own: Own) -> bool:
    del book
    instrument, scale = own
    names = [*scale.sum_of, *((scale.from_scale,) if scale.from_scale else ())]
    parts = [instrument.scale(name) for name in names]
    return any(part is not None and part.direction != scale.direction for part in parts)


def _two_ways(book: Book, own: Own) -> bool:
    """Items, parts, another scale, counts or a value set: a score is made in one way."""
    del book
    instrument, scale = own
    in_set = any(one.scale == scale.id for one in instrument.value_sets)
    ways = [bool(scale.items or scale.n_items), bool(scale.sum_of), scale.from_scale is not None, bool(scale.counts), in_set]
    return sum(ways) > 1


def _ungrounded(book: Book, own: Own) -> bool:
    """Judge whether the numbers of a scale have a source: their own, the items', or the value set's."""
    del book
    instrument, scale = own
    in_set = any(one.scale == scale.id for one in instrument.value_sets)
    return scale.ground is None and not in_set and instrument.items is None


_LOOK = "Kontrollera mot källan"

SCALE_RULES: tuple[RegisterRule[Own], ...] = (
    stop("spann_ordning", "REG-RANGE", "skalans minsta värde är inte under det största", _LOOK, _backwards),
    stop(
        "spann_frågor",
        "REG-RANGE",
        "spannet är inte antal frågor gånger kodning (eller delarnas summa, värdesetets ytterlägen)",
        _LOOK,
        _range_differs,
    ),
    stop("steg", "REG-STEP", "spannet går inte upp i skalans steg", _LOOK, _off_step),
    stop("metrikens_spann", "REG-METRIC", "spannet är omöjligt för skalans metrik", _LOOK, _outside_metric),
    stop("frågor_finns", "REG-ITEMS", "en fråga som inte finns, eller som står två gånger", _LOOK, _unknown_items),
    stop("frågor_en_skala", "REG-ITEMS", "samma fråga står i två delskalor", _LOOK, _shares_items),
    stop(
        "delar",
        "REG-PARTS",
        "totalen räknas av en del som inte finns, två gånger av samma, eller av sig själv",
        _LOOK,
        _parts_wrong,
    ),
    stop(
        "riktning_delar",
        "REG-DIRECTION",
        "totalen blandar delskalor med olika riktning",
        "Ta bort delen, eller vänd den",
        _mixes_directions,
    ),
    stop("ett_sätt", "REG-PARTS", "poängen räknas på två sätt", "Ange frågor, delar eller värdeset, inte flera", _two_ways),
    stop("spann_källa", "REG-SOURCE", "skalans siffror saknar källa", "Ange ground, eller items med källa", _ungrounded),
)
