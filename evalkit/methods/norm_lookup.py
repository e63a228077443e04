"""The norm and the bands that a plan's choices single out in the register: the ones asked for, or a reason why there are none."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalkit.findings.norms import NormReference, ScoreBand
from evalkit.methods.norm_comparison import Norm
from evalkit.plan.norms import Missing, NormRefusal, find_norm

if TYPE_CHECKING:
    from evalkit.plan.instrument_parts import CutOff
    from evalkit.plan.instrument_use import InstrumentUse
    from evalkit.plan.instruments import Instrument, InstrumentRegister, Scale
    from evalkit.plan.norm_rows import NormRow

METRICS = {"T": (50.0, 10.0), "standard_100_15": (100.0, 15.0), "scaled_10_3": (10.0, 3.0), "stanine": (5.0, 2.0)}
"""Mean and SD of a standardised score, by construction."""
SEXES = {"woman": "f", "man": "m"}

Who = tuple[str, float | None]
"""Sex (f, m or all) and age in years, None where unknown."""


@dataclass(frozen=True, slots=True)
class FoundNorm:
    """The norm of a group of persons.

    Attributes
    ----------
    references : tuple[NormReference, ...]
        Every row that was used.
    rows : tuple[NormReference | None, ...]
        The row of each person; None where the norm covers nobody like that person.
    missing : str
        Key of `NO_NORM` where no person has one; empty otherwise.
    elsewhere : tuple[str, ...]
        Countries that have norms of the scale and were not used.
    """

    references: tuple[NormReference, ...]
    rows: tuple[NormReference | None, ...]
    missing: str
    elsewhere: tuple[str, ...]


def norm_of(
    register: InstrumentRegister, use: InstrumentUse, instrument: Instrument, scale: Scale, people: Sequence[Who]
) -> FoundNorm:
    """Return each person's norm row: the metric of a standardised score, or the row of the plan's country, sex and age."""
    rows = [row for row in register.norms if row.instrument == instrument.id and row.scale == scale.id]
    if scale.score_type in METRICS and use.norm_set is None:
        reference = _metric(instrument, scale)
        return FoundNorm((reference,), (reference,) * len(people), "", ())
    elsewhere = tuple(sorted({row.country for row in rows if row.kind != "metric" and row.country != use.norm_country}))
    found = {who: _row(register, use, instrument, scale, who) for who in dict.fromkeys(people)}
    used = {row.norm_id: _reference(register, row, found) for row in found.values() if not isinstance(row, NormRefusal)}
    if not used:
        reasons = Counter(row.missing for row in found.values() if isinstance(row, NormRefusal))
        return FoundNorm((), (None,) * len(people), _why(reasons), elsewhere)
    by_person = tuple(None if isinstance(found[who], NormRefusal) else used[found[who].norm_id] for who in people)  # type: ignore[union-attr]
    return FoundNorm(tuple(used[key] for key in sorted(used)), by_person, "", elsewhere)


def weighted(rows: Sequence[NormReference]) -> Norm:
    """Return the norm of a mixture of its rows, one entry a person: mean of means, SD within and between rows.

    The size is that of all rows used, None where one is not known.
    """
    n = len(rows)
    mean = sum(row.mean for row in rows) / n
    variance = sum(row.sd**2 + (row.mean - mean) ** 2 for row in rows) / n
    sizes = {row.id: row.n for row in rows}
    known = [size for size in sizes.values() if size is not None]
    return Norm(mean, math.sqrt(variance), sum(known) if len(known) == len(sizes) else None)


def bands_of(instrument: Instrument, scale: Scale, use: InstrumentUse) -> tuple[tuple[CutOff, ...], str]:
    """Return the cut-offs of the one system for this scale (several where it differs by sex), or the key of `NO_BANDS`."""
    mine = [cut for cut in instrument.cutoffs if cut.scale == scale.id and use.cutoff_system in {None, cut.system}]
    systems = {cut.system for cut in mine}
    if not systems:
        return (), "none"
    return (tuple(mine), "") if len(systems) == 1 else ((), "choice")


def band_of(cuts: Sequence[CutOff], value: float, who: Who) -> ScoreBand | None:
    """Return the band that a person's score lies in; None where the system says nothing about the person."""
    sex, age = who
    for cut in cuts:
        fits_sex = cut.sex is None or cut.sex == sex
        fits_age = (cut.age_from is None and cut.age_to is None) or (
            age is not None and (cut.age_from or 0) <= age < (120 if cut.age_to is None else cut.age_to) + 1
        )
        if fits_sex and fits_age:
            inside = [b for b in cut.bands if b.minimum <= value <= b.maximum]
            # A score between two bands (a mean of two measurements) belongs to the lower one.
            below = [b for b in cut.bands if b.minimum <= value]
            chosen = inside or below[-1:]
            return shown_bands([cut], chosen)[0] if chosen else None
    return None


def shown_bands(cuts: Sequence[CutOff], only: Sequence[object] = ()) -> tuple[ScoreBand, ...]:
    """Return the bands as findings, in the order of the register."""
    return tuple(
        ScoreBand(band.id, band.label, band.minimum, band.maximum, band.level, cut.sex or "all")
        for cut in cuts
        for band in cut.bands
        if not only or band in only
    )


def _row(register: InstrumentRegister, use: InstrumentUse, instrument: Instrument, scale: Scale, who: Who) -> NormRow | NormRefusal:
    """Return the row of the person's own sex, or the row for both of a set that has no other.

    A set that tells the sexes apart and lacks one of them has no norm for that sex: its joint row is never taken instead. Age band,
    country and edition are those that were asked for in both cases.
    """
    sex, age = who
    asked = {"age": age, "country": use.norm_country, "norm_set": use.norm_set}
    own = find_norm(register, instrument.id, scale.id, sex=sex, **asked)  # type: ignore[arg-type]
    if not isinstance(own, NormRefusal) or own.missing is not Missing.SEX or sex == "all":
        return own
    joint = find_norm(register, instrument.id, scale.id, sex="all", **asked)  # type: ignore[arg-type]
    if isinstance(joint, NormRefusal):
        return joint
    beside = [
        row for row in register.norms if (row.norm_set, row.instrument, row.scale) == (joint.norm_set, instrument.id, scale.id)
    ]
    return joint if {row.sex for row in beside} == {"all"} else own


def _why(reasons: Counter[Missing]) -> str:
    first = reasons.most_common(1)[0][0] if reasons else Missing.NORM
    return {
        Missing.COUNTRY: "country",
        Missing.CHOICE: "choice",
        Missing.SEX: "age",
        Missing.AGE: "age",
        Missing.EDITION: "age",
    }.get(first, "none")


def _metric(instrument: Instrument, scale: Scale) -> NormReference:
    mean, sd = METRICS[scale.score_type]
    return NormReference("metric", instrument.source, "metric", "", "", None, "all", None, None, None, mean, sd)


def _reference(register: InstrumentRegister, row: NormRow, found: Mapping[Who, NormRow | NormRefusal]) -> NormReference:
    others = sorted({who[0] for who, own in found.items() if own is row and row.sex == "all" and who[0] in ("f", "m")})
    citation = next((source.citation for source in register.sources if source.id == row.source), row.source)
    status = "metric" if row.kind == "metric" else row.status
    return NormReference(
        id=row.norm_id,
        source=citation,
        status=status,
        country=row.country,
        population=row.population,
        year=row.year_to,
        sex=row.sex,
        age_from=row.age_from,
        age_to=row.age_to,
        n=row.n,
        mean=row.mean,
        sd=row.sd,
        edition=row.edition or "",
        stands_for="" if row.kind == "metric" else ",".join(others),
    )
