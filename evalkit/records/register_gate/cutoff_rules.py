"""Rules on cut-offs and reliabilities: bands without holes, the worst band on the right side, one meaning a system."""

from __future__ import annotations

import itertools
import re

from evalkit.plan.instrument_parts import CutOff, Reliability
from evalkit.plan.instruments import Instrument, Scale
from evalkit.plan.signed_checks import MEMORY, cutoff_key
from evalkit.records.register_gate.entries import Book, RegisterRule, exact, on_step, stop, warn

Cut = tuple[Instrument, CutOff]
Measured = tuple[Instrument, Reliability]


def _same(one: CutOff, other: CutOff) -> bool:
    return (one.system, one.scale, one.sex) == (other.system, other.scale, other.sex)


def _scale(cut: Cut) -> Scale | None:
    return cut[0].scale(cut[1].scale)


def _step(cut: Cut) -> float:
    scale = _scale(cut)
    return cut[1].step or (scale.step if scale is not None else 1.0)


def _contradicted(book: Book, cut: Cut) -> bool:
    """Two statements under one system id for the same group: the sources disagree, or one belongs to another system."""
    del book
    instrument, own = cut
    others = [other for other in instrument.cutoffs if _same(own, other) and other is not own]
    return any(
        (own.age_from or 0) <= (120 if other.age_to is None else other.age_to)
        and (other.age_from or 0) <= (120 if own.age_to is None else own.age_to)
        for other in others
    )


def _no_scale(book: Book, cut: Cut) -> bool:
    del book
    return _scale(cut) is None


def _not_contiguous(book: Book, cut: Cut) -> bool:
    del book
    bands, step = cut[1].bands, exact(_step(cut))
    if any(band.minimum > band.maximum for band in bands):
        return True
    return any(exact(b.minimum) != exact(a.maximum) + step for a, b in itertools.pairwise(bands))


def _not_covering(book: Book, cut: Cut) -> bool:
    del book
    scale = _scale(cut)
    return scale is not None and (cut[1].bands[0].minimum, cut[1].bands[-1].maximum) != (scale.minimum, scale.maximum)


def _off_step(book: Book, cut: Cut) -> bool:
    del book
    scale = _scale(cut)
    if scale is None:
        return False
    return any(not on_step(border, scale.minimum, _step(cut)) for band in cut[1].bands for border in (band.minimum, band.maximum))


def _severe_on_the_wrong_side(book: Book, cut: Cut) -> bool:
    """Levels count from 0 at the good end: upwards where lower is better, downwards where higher is."""
    del book
    scale = _scale(cut)
    levels = [band.level for band in cut[1].bands]
    expected = list(range(len(levels)))
    if scale is None or scale.direction == "neutral":
        return False
    return levels != (expected if scale.direction == "lower_better" else expected[::-1])


def _sex_missing(book: Book, cut: Cut) -> bool:
    del book
    instrument, own = cut
    if own.sex is None:
        return False
    other = "m" if own.sex == "f" else "f"
    return not any((one.system, one.scale, one.sex) == (own.system, own.scale, other) for one in instrument.cutoffs)


def _bands_not_as_named(book: Book, cut: Cut) -> bool:
    """Hold a system to its name (3band has three) and to itself: all its scales in an instrument have as many bands."""
    del book
    instrument, own = cut
    named = re.search(r"([0-9])band", own.system)
    sizes = {len(one.bands) for one in instrument.cutoffs if one.system == own.system}
    return len(sizes) > 1 or (named is not None and len(own.bands) != int(named[1]))


def _two_labels(book: Book, cut: Cut) -> bool:
    del book
    ids = [band.id for band in cut[1].bands]
    return len(set(ids)) != len(ids)


def _ages_wrong(book: Book, cut: Cut) -> bool:
    """Age groups of one system neither leave out years between them nor are backwards or outside the instrument's ages."""
    del book
    instrument, own = cut
    if own.age_from is not None and own.age_to is not None and own.age_from > own.age_to:
        return True
    below = own.age_to is not None and instrument.age_from is not None and own.age_to < instrument.age_from
    return below or (own.age_from is not None and instrument.age_to is not None and own.age_from > instrument.age_to)


def _cut_from_memory(book: Book, cut: Cut) -> bool:
    del book
    return set(cut[1].sources) == {MEMORY} and cut[1].status != "draft"


def _check_of_nothing(book: Book, cut: Cut) -> bool:
    """Signed checks whose numbers are no longer those of the register."""
    from evalkit.plan.signed_checks import content_of

    target, content = cutoff_key(*cut), content_of(cut[1])
    return any(check.target == target and check.content != content for check in book.register.checks)


def _not_a_share(book: Book, own: Measured) -> bool:
    del book
    known = [value for value in (own[1].value, own[1].low, own[1].high) if value is not None]
    return not known or any(not 0 < value < 1 for value in known)


def _bounds_swapped(book: Book, own: Measured) -> bool:
    del book
    low, value, high = own[1].low, own[1].value, own[1].high
    known = [number for number in (low, value, high) if number is not None]
    return known != sorted(known)


def _no_such_scale(book: Book, own: Measured) -> bool:
    del book
    return own[1].scale != "all" and own[0].scale(own[1].scale) is None


def _interval_untold(book: Book, own: Measured) -> bool:
    del book
    return own[1].kind in ("retest", "icc") and own[1].interval_days is None


_LOOK = "Kontrollera mot källan"

CUTOFF_RULES: tuple[RegisterRule[Cut], ...] = (
    stop(
        "system_entydigt",
        "REG-SYSTEM",
        "samma system, skala och grupp har två uppsättningar band: källorna säger olika",
        "Ge det andra systemet ett eget id",
        _contradicted,
    ),
    stop("skala", "REG-REF", "skalan finns inte", "Rätta namnet", _no_scale),
    stop("sammanhängande", "REG-BANDS", "banden har ett glapp eller överlappar", _LOOK, _not_contiguous),
    stop("täcker_skalan", "REG-BANDS", "banden börjar och slutar inte där skalan gör det", _LOOK, _not_covering),
    stop("på_steg", "REG-BANDS", "en gräns ligger mellan två steg på skalan", _LOOK, _off_step),
    stop(
        "svår_sida",
        "REG-DIRECTION",
        "det svåraste bandet ligger inte i den ände som skalans riktning säger",
        _LOOK,
        _severe_on_the_wrong_side,
    ),
    stop("båda_könen", "REG-SEX", "systemet har band för bara det ena könet", "Lägg in det andra könets band", _sex_missing),
    stop(
        "antal_band",
        "REG-SYSTEM",
        "antalet band är ett annat än systemets",
        "Ange systemet som banden hör till",
        _bands_not_as_named,
    ),
    stop("band_id", "REG-BANDS", "två band har samma id", "Ge banden var sitt", _two_labels),
    stop("ålder", "REG-AGE", "åldrarna är bakvända eller ligger utanför instrumentets", _LOOK, _ages_wrong),
    stop("minne", "REG-SOURCE", "gränser ur minnet är utkast", "Läs verket och ange det som källa", _cut_from_memory),
    warn("kontroll_gäller", "NORM-SECURE", "gränserna har ändrats sedan de kontrollerades", "Säkra dem på nytt", _check_of_nothing),
)

RELIABILITY_RULES: tuple[RegisterRule[Measured], ...] = (
    stop("mellan_0_och_1", "REG-RELIAB", "reliabiliteten saknas eller ligger inte mellan 0 och 1", _LOOK, _not_a_share),
    stop("gränser", "REG-RELIAB", "reliabilitetens undre och övre gräns är bakvända", _LOOK, _bounds_swapped),
    stop("skala", "REG-REF", "skalan finns inte", "Rätta namnet", _no_such_scale),
    warn(
        "intervall",
        "REG-RELIAB",
        "tiden mellan mätningarna är okänd",
        "Läs den i källan; reliabel förändring kräver en jämförbar tid",
        _interval_untold,
    ),
)
