"""Rules on whole instruments: items, blanks, recall, rights, sources, and what memory may claim."""

from __future__ import annotations

from evalkit.plan.instrument_parts import Period
from evalkit.plan.instruments import Instrument
from evalkit.plan.signed_checks import MEMORY
from evalkit.records.register_gate.entries import Book, RegisterRule, grounds, stop, warn

RECALL_WORDS: dict[Period, tuple[str, ...]] = {
    "now": ("i dag", "just nu"),
    "three_days": ("tre dyg", "tre dag"),
    "week": ("senaste veckan",),
    "two_weeks": ("två veck",),
    "month": ("månad", "30 dag", "fyra veck"),
    "six_months": ("sex månader",),
    "year": ("år",),
    "lifetime": ("livet",),
    "usual": ("det vanliga", "brukar"),
}
"""Words of which one must stand in the prose where a form asks about this time."""


def _ages_backwards(book: Book, one: Instrument) -> bool:
    del book
    return one.age_from is not None and one.age_to is not None and one.age_from > one.age_to


def _ages_ungrounded(book: Book, one: Instrument) -> bool:
    del book
    return (one.age_from is not None or one.age_to is not None) and one.age_ground is None


def _reversed_wrong(book: Book, one: Instrument) -> bool:
    del book
    if one.items is None:
        return False
    turned = one.items.reversed
    scored = {number for scale in one.scales for number in scale.items}
    recoded = {number for recode in one.items.recodes for number in recode.items}
    outside = any(number not in (scored or range(1, one.items.count + 1)) for number in turned)
    return outside or len(set(turned)) != len(turned) or bool(recoded & set(turned))


def _items_unused(book: Book, one: Instrument) -> bool:
    """Hold the number of items against the scales': MADRS-S has nine, the clinician's MADRS ten."""
    del book
    scored = {number for scale in one.scales for number in scale.items}
    if one.items is None or not scored:
        return False
    return set(range(1, one.items.count + 1)) != scored | set(one.items.unscored) or bool(scored & set(one.items.unscored))


def _answers_wrong(book: Book, one: Instrument) -> bool:
    del book
    items = one.items
    if items is None:
        return False
    listed = [*items.allowed, *(answer for part in items.exceptions for answer in part.allowed)]
    numbers = [number for part in items.exceptions for number in part.items]
    numbers += [number for part in items.recodes for number in part.items]
    outside = any(not items.minimum <= answer <= items.maximum for answer in listed)
    unknown = any(not 1 <= number <= items.count for number in numbers)
    coded = any(items.minimum <= code <= items.maximum for code in items.missing_codes)
    return items.minimum >= items.maximum or outside or unknown or coded


def _blanks_wrong(book: Book, one: Instrument) -> bool:
    """Hold a rule for blanks against its scales: ``of`` is their number of items, and no more are asked for than there are."""
    del book
    for rule in one.missing:
        scales = [one.scale(name) for name in rule.scales] or [scale for scale in one.scales if scale.items or scale.n_items]
        if any(scale is None for scale in scales) or (rule.kind == "prorate" and (rule.least_answered is None or rule.of is None)):
            return True
        sizes = {len(scale.items) or scale.n_items for scale in scales if scale is not None}
        if rule.of is not None and (sizes - {rule.of} or (rule.least_answered or 0) > rule.of):
            return True
        most = one.items.count if one.items is not None else 0
        if any(not 1 <= number <= most for skip in rule.skips for number in (*skip.zero, *skip.blank)):
            return True
    return False


def _recall_words_differ(book: Book, one: Instrument) -> bool:
    """Two statements of the same time must agree: PHQ-9 asks about two weeks, a Swedish page says one."""
    del book
    words = (one.recall or "").casefold()
    return any(not any(word in words for word in RECALL_WORDS[recall.period]) for recall in one.recalls)


def _recall_untold(book: Book, one: Instrument) -> bool:
    del book
    return bool(one.recall) and not one.recalls


def _keys_stored(book: Book, one: Instrument) -> bool:
    del book
    if one.licence != "commercial":
        return False
    keys = any(scale.items or scale.counts for scale in one.scales)
    if one.items is not None:
        keys = keys or bool(one.items.reversed or one.items.exceptions or one.items.recodes or one.items.allowed)
    return keys or one.rights is None or one.rights.store_items


def _rights_untold(book: Book, one: Instrument) -> bool:
    del book
    return one.licence is None or one.rights is None


def _unknown_source(book: Book, one: Instrument) -> bool:
    return any(source not in book.source_ids for _, part in grounds(one) for source in part.sources)


def _memory_verified(book: Book, one: Instrument) -> bool:
    """Refuse that what is known from memory only was read in a source, or is more than a draft."""
    del book
    from_memory = [part for _, part in grounds(one) if set(part.sources) == {MEMORY}]
    claimed = any(part.confidence == "verified" or getattr(part, "status", "draft") != "draft" for part in from_memory)
    return claimed or (one.status == "secured" and bool(from_memory))


def _value_set_wrong(book: Book, one: Instrument) -> bool:
    """Judge that a worse level never gives a better index, the first takes nothing, and every level has a number."""
    del book
    levels = int(one.items.maximum - one.items.minimum) + 1 if one.items is not None else 0
    for value_set in one.value_sets:
        for dimension in value_set.dimensions:
            falls = all(a >= b for a, b in zip(dimension.decrements, dimension.decrements[1:], strict=False))
            if not falls or dimension.decrements[0] != 0 or len(dimension.decrements) != levels:
                return True
        if one.scale(value_set.scale) is None or value_set.any_worst > 0:
            return True
    return False


_LOOK = "Kontrollera mot källan"

INSTRUMENT_RULES: tuple[RegisterRule[Instrument], ...] = (
    stop("ålder_ordning", "REG-AGE", "instrumentets åldrar är bakvända", _LOOK, _ages_backwards),
    stop("ålder_källa", "REG-SOURCE", "instrumentets åldrar saknar källa", "Ange age_ground", _ages_ungrounded),
    stop(
        "vända_frågor",
        "REG-REVERSED",
        "en vänd fråga finns inte i någon skala, står två gånger eller är redan omkodad",
        _LOOK,
        _reversed_wrong,
    ),
    stop("antal_frågor", "REG-ITEMS", "antalet frågor är ett annat än skalornas", _LOOK, _items_unused),
    stop(
        "svar",
        "REG-ITEMS",
        "svaren ligger utanför kodningen, eller en kod för saknat svar är ett tillåtet svar",
        _LOOK,
        _answers_wrong,
    ),
    stop("bortfallsregel", "REG-MISSING", "regeln för tomma svar passar inte skalornas antal frågor", _LOOK, _blanks_wrong),
    stop("tidsperiod", "REG-RECALL", "tiden som frågorna gäller anges på två sätt som inte stämmer", _LOOK, _recall_words_differ),
    warn("tidsperiod_data", "REG-RECALL", "tiden som frågorna gäller finns bara i ord", "Ange recalls", _recall_untold),
    stop(
        "kommersiell",
        "REG-LICENCE",
        "ett kommersiellt instrument har frågenycklar, eller får spara svar på frågor",
        "Ta bort nycklarna; bara skalornas uppgifter får stå här",
        _keys_stored,
    ),
    stop("rättigheter", "REG-LICENCE", "licens eller rättighetsinnehavare saknas", "Ange licence och rights", _rights_untold),
    stop("källor", "REG-SOURCE", "en källa finns inte i sources.yaml", "Lägg in verket", _unknown_source),
    stop(
        "minne",
        "REG-SOURCE",
        "siffror ur minnet kan inte vara lästa eller säkrade",
        "Läs verket och ange det som källa",
        _memory_verified,
    ),
    stop(
        "värdeset",
        "REG-VALUES",
        "värdesetet har för få nivåer, ett steg som stiger, eller en första nivå som drar av",
        _LOOK,
        _value_set_wrong,
    ),
)
