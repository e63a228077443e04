"""Rules on norm rows: what a typing error, a standard error, a variance or a swapped column looks like."""

from __future__ import annotations

import math

from evalkit.plan.norm_rows import NormRow
from evalkit.plan.signed_checks import MEMORY, content_of
from evalkit.records.register_gate.entries import Book, RegisterRule, stop, warn

METRICS = {"T": (50.0, 10.0), "standard_100_15": (100.0, 15.0), "scaled_10_3": (10.0, 3.0), "stanine": (5.0, 2.0)}
"""Mean and SD of each standardised score by definition."""

LEAST_SD_SHARE = 0.02
"""An SD below 2 % of the range is a standard error typed as an SD."""

_ROUNDING = 0.051
"""Half a unit of the decimal that tables print, and a little for binary fractions."""

OLD_YEARS = 15
SMALL_NORM = 100


def _doubled(book: Book, row: NormRow) -> bool:
    key = (row.sex, row.age_from, row.age_to)
    return book.id_counts[row.norm_id] > 1 or sum((one.sex, one.age_from, one.age_to) == key for one in book.beside(row)) > 1


def _homeless(book: Book, row: NormRow) -> bool:
    return book.scale_of(row) is None


def _no_numbers(book: Book, row: NormRow) -> bool:
    del book
    return not (math.isfinite(row.mean) and math.isfinite(row.sd)) or row.sd <= 0


def _mean_outside(book: Book, row: NormRow) -> bool:
    scale = book.scale_of(row)
    return scale is not None and not scale.minimum <= row.mean <= scale.maximum


def _sd_impossible(book: Book, row: NormRow) -> bool:
    """Bhatia and Davis (2000): a variance is at most (mean − minimum)(maximum − mean); a sample of n may have n/(n − 1) of it."""
    scale = book.scale_of(row)
    if scale is None or _mean_outside(book, row):
        return False
    largest = (row.mean - scale.minimum) * (scale.maximum - row.mean)
    inflation = row.n / (row.n - 1) if row.n is not None and row.n > 1 else 1.0
    return row.sd**2 > largest * inflation


def _sd_tiny(book: Book, row: NormRow) -> bool:
    scale = book.scale_of(row)
    return scale is not None and row.sd < LEAST_SD_SHARE * (scale.maximum - scale.minimum)


def _percentiles_wrong(book: Book, row: NormRow) -> bool:
    known = [value for value in (row.p50, row.p80, row.p90) if value is not None]
    scale = book.scale_of(row)
    outside = scale is not None and any(not scale.minimum <= value <= scale.maximum for value in known)
    return known != sorted(known) or outside


def _share_impossible(book: Book, row: NormRow) -> bool:
    """Cantelli: at most sd²/(sd² + d²) of any group lies d or more above (or below) its mean."""
    instrument = book.by_id.get(row.instrument)
    if row.share_worst is None or instrument is None:
        return False
    own = [cut for cut in instrument.cutoffs if cut.system == row.share_system and cut.scale == row.scale]
    if not own:
        return True
    worst = max(own[0].bands, key=lambda band: band.level)
    distance = worst.minimum - row.mean if worst.minimum > row.mean else row.mean - worst.maximum
    return distance > 0 and row.share_worst > row.sd**2 / (row.sd**2 + distance**2)


def _ages_swapped(book: Book, row: NormRow) -> bool:
    del book
    return row.age_from is not None and row.age_to is not None and row.age_from > row.age_to


def _ages_torn(book: Book, row: NormRow) -> bool:
    """Judge a row against the next older one of its set and sex: a year between them that is missing or in both."""
    if row.age_from is None or row.age_to is None:
        return False
    older = [
        other.age_from
        for other in book.beside(row)
        if other is not row
        and other.sex == row.sex
        and other.age_from is not None
        and (other.age_from, other.norm_id) > (row.age_from, row.norm_id)
    ]
    return bool(older) and min(older) != row.age_to + 1


def _ages_elsewhere(book: Book, row: NormRow) -> bool:
    instrument = book.by_id.get(row.instrument)
    if instrument is None:
        return False
    low, high = instrument.age_from or 0, 120 if instrument.age_to is None else instrument.age_to
    return (row.age_from is not None and row.age_from > high) or (row.age_to is not None and row.age_to < low)


def _ages_wider(book: Book, row: NormRow) -> bool:
    instrument = book.by_id.get(row.instrument)
    if instrument is None:
        return False
    younger = row.age_from is not None and instrument.age_from is not None and row.age_from < instrument.age_from
    return younger or (row.age_to is not None and instrument.age_to is not None and row.age_to > instrument.age_to)


def _by_sex(book: Book, row: NormRow) -> dict[str, NormRow]:
    ages = (row.age_from, row.age_to)
    return {other.sex: other for other in book.beside(row) if (other.age_from, other.age_to) == ages}


def _not_between_sexes(book: Book, row: NormRow) -> bool:
    rows = _by_sex(book, row)
    if row.sex != "all" or not {"f", "m"} <= rows.keys():
        return False
    means = sorted((rows["f"].mean, rows["m"].mean))
    return not means[0] <= row.mean <= means[1]


def _sizes_do_not_add(book: Book, row: NormRow) -> bool:
    rows = _by_sex(book, row)
    if row.sex != "all" or row.n is None or not {"f", "m"} <= rows.keys():
        return False
    parts = (rows["f"].n, rows["m"].n)
    return all(part is not None for part in parts) and row.n < sum(part or 0 for part in parts)


def _one_sex_alone(book: Book, row: NormRow) -> bool:
    other = {"f": "m", "m": "f"}.get(row.sex)
    return other is not None and other not in _by_sex(book, row)


def _other_score(book: Book, row: NormRow) -> bool:
    scale = book.scale_of(row)
    return scale is not None and row.score_type != scale.score_type


def _not_the_metric(book: Book, row: NormRow) -> bool:
    """Hold a row by construction to its metric, and a measured general population to within one SD of it."""
    del book
    metric = METRICS.get(row.score_type)
    if metric is None:
        return row.kind == "metric"
    if row.kind == "metric":
        return (row.mean, row.sd) != metric
    return row.kind == "general" and abs(row.mean - metric[0]) > metric[1]


def _total_differs(book: Book, row: NormRow) -> bool:
    """Hold the mean of a total to the sum of its parts' means, where the set has them all for one group; so too its SD at most."""
    scale = book.scale_of(row)
    if scale is None or not scale.sum_of:
        return False
    instrument, key = book.by_id[row.instrument], (row.norm_set, row.sex, row.age_from, row.age_to, row.grade, row.term, row.mode)
    same = [
        one
        for one in book.register.norms
        if one.instrument == instrument.id
        and (one.norm_set, one.sex, one.age_from, one.age_to, one.grade, one.term, one.mode) == key
    ]
    parts = [one for name in scale.sum_of for one in same if one.scale == name]
    if [one.scale for one in parts] != list(scale.sum_of):
        return False
    rounding = _ROUNDING * (len(parts) + 1)
    return abs(row.mean - sum(one.mean for one in parts)) > rounding or row.sd > sum(one.sd for one in parts) + rounding


def _checked_before(book: Book, row: NormRow) -> bool:
    """Signed checks whose numbers are no longer those of the row."""
    content = content_of(row)
    return any(check.target == row.norm_id and check.content != content for check in book.register.checks)


def _unknown_source(book: Book, row: NormRow) -> bool:
    return row.source not in book.source_ids


def _from_memory(book: Book, row: NormRow) -> bool:
    del book
    return row.source == MEMORY and row.status != "draft"


def _years_swapped(book: Book, row: NormRow) -> bool:
    if row.year_from is not None and row.year_to is not None and row.year_from > row.year_to:
        return True
    return row.year_to is not None and row.year_to > book.on.year


def _old(book: Book, row: NormRow) -> bool:
    return row.kind != "metric" and row.year_to is not None and book.on.year - row.year_to > OLD_YEARS


def _small(book: Book, row: NormRow) -> bool:
    del book
    return row.kind != "metric" and row.n is not None and row.n < SMALL_NORM


def _size_unknown(book: Book, row: NormRow) -> bool:
    del book
    return row.kind != "metric" and row.n is None


_CHECK_PAGE = "Kontrollera raden mot källans tabell"

NORM_RULES: tuple[RegisterRule[NormRow], ...] = (
    stop(
        "nyckel", "NORM-KEY", "normraden finns två gånger (samma id, eller samma grupp, kön och ålder)", "Ta bort den ena", _doubled
    ),
    stop("skala", "NORM-REF", "instrumentet eller skalan finns inte i registret", "Rätta namnet", _homeless),
    stop("tal", "NORM-VALUE", "medelvärde eller standardavvikelse saknas eller är inte över noll", _CHECK_PAGE, _no_numbers),
    stop("medel_i_spann", "NORM-RANGE", "medelvärdet ligger utanför skalan", _CHECK_PAGE, _mean_outside),
    stop(
        "sd_möjlig",
        "NORM-SD",
        "standardavvikelsen är större än skalan tillåter (varians eller tappat decimaltecken?)",
        _CHECK_PAGE,
        _sd_impossible,
    ),
    stop("sd_inte_medelfel", "NORM-SE", "standardavvikelsen är under 2 % av skalan (medelfel i stället?)", _CHECK_PAGE, _sd_tiny),
    stop("percentiler", "NORM-PCT", "percentilerna är inte i ordning eller ligger utanför skalan", _CHECK_PAGE, _percentiles_wrong),
    stop(
        "andel_möjlig",
        "NORM-SHARE",
        "andelen i det värsta bandet är omöjlig med detta medelvärde och denna spridning",
        "Anger källan andelen som inte hör dit?",
        _share_impossible,
    ),
    stop("ålder_ordning", "NORM-AGE", "åldersspannet är bakvänt", _CHECK_PAGE, _ages_swapped),
    stop("ålder_glapp", "NORM-AGE", "åldersbanden i normuppsättningen har ett glapp eller överlappar", _CHECK_PAGE, _ages_torn),
    stop(
        "ålder_instrument",
        "NORM-AGE",
        "åldrarna ligger helt utanför instrumentets",
        "Rätta åldern, eller välj rätt instrument",
        _ages_elsewhere,
    ),
    warn(
        "ålder_vidare",
        "NORM-AGE",
        "normen gäller även åldrar utanför instrumentets",
        "Kontrollera vilken version som användes",
        _ages_wider,
    ),
    stop("mellan_könen", "NORM-SEX", "medelvärdet för alla ligger inte mellan könens", _CHECK_PAGE, _not_between_sexes),
    stop("antal_summa", "NORM-SEX", "antalet för alla är mindre än könens tillsammans", _CHECK_PAGE, _sizes_do_not_add),
    warn(
        "båda_könen", "NORM-SEX", "det ena könets rad saknas i gruppen", "Lägg in den andra raden ur samma tabell", _one_sex_alone
    ),
    stop(
        "poängslag",
        "NORM-METRIC",
        "radens slag av poäng är ett annat än skalans",
        "Rätta score_type, eller välj rätt skala",
        _other_score,
    ),
    stop(
        "metrik",
        "NORM-METRIC",
        "raden stämmer inte med sin metrik (T 50/10, standardpoäng 100/15, skalpoäng 10/3, stanine 5/2)",
        _CHECK_PAGE,
        _not_the_metric,
    ),
    stop(
        "total_av_delar",
        "NORM-PARTS",
        "totalens medelvärde är inte delskalornas summa, eller dess spridning är större än deras",
        "Kontrollera radernas siffror mot tabellen; medelvärde och standardavvikelse kan ha bytt plats",
        _total_differs,
    ),
    warn("kontroll_gäller", "NORM-SECURE", "siffrorna har ändrats sedan de kontrollerades", "Säkra raden på nytt", _checked_before),
    stop("källa", "NORM-SOURCE", "källan finns inte i sources.yaml", "Lägg in verket", _unknown_source),
    stop("minne", "NORM-SOURCE", "siffror ur minnet är utkast", "Läs verket och ange det som källa", _from_memory),
    stop("år", "NORM-YEAR", "åren är bakvända eller ligger i framtiden", _CHECK_PAGE, _years_swapped),
    warn("gammal", "NORM-OLD", f"normen är äldre än {OLD_YEARS} år", "Sök en nyare norm; skriv ut årtalet vid jämförelsen", _old),
    warn(
        "liten",
        "NORM-SMALL",
        f"normgruppen har färre än {SMALL_NORM} personer",
        "Räkna med normens osäkerhet (Welch eller Crawford–Howell)",
        _small,
    ),
    warn("antal", "NORM-SMALL", "normgruppens storlek är okänd för raden", "Läs antalet i källan", _size_unknown),
)
