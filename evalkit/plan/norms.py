"""Norms looked up without mercy: the row that was asked for, or a refusal that names what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from evalkit.plan.instruments import InstrumentRegister
from evalkit.plan.norm_rows import NormKind, NormRow

KINDS: tuple[NormKind, ...] = ("general", "metric")
"""What a norm is unless a caller asks for a clinical reference group by name."""


class Missing(StrEnum):
    """What a look-up lacked."""

    INSTRUMENT = "instrument"
    SCALE = "scale"
    NORM = "norm"
    KIND = "kind"
    COUNTRY = "country"
    EDITION = "edition"
    SEX = "sex"
    AGE = "age"
    CHOICE = "choice"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class NormRefusal:
    """No norm was given.

    Attributes
    ----------
    missing : Missing
        The first thing that was lacking.
    text : str
        In Swedish: what was asked for, what there is, what to do.
    nearest : tuple[str, ...]
        Ids of the rows that fitted everything before; none of them is used.
    """

    missing: Missing
    text: str
    nearest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Step:
    missing: Missing
    fits: Callable[[NormRow], bool]
    asked: str
    has: Callable[[NormRow], str]


def find_norm(
    register: InstrumentRegister,
    instrument: str,
    scale: str,
    *,
    sex: str,
    age: float | None,
    country: str,
    require: str = "draft",
    edition: str | None = None,
    kinds: Sequence[NormKind] = KINDS,
    norm_set: str | None = None,
) -> NormRow | NormRefusal:
    """Return the one norm row that is for this instrument, scale, sex, age and country.

    Parameters
    ----------
    sex : str
        ``f``, ``m`` or ``all``. A row for both sexes is no norm for one of them, and the other way round.
    age : float or None
        In years; 12.9 is in the band 11–12. None asks for a norm that goes by no age.
    country : str
        Two letters. A row of another country is never taken instead.
    require : str
        ``secured`` refuses what two named persons have not checked; rows by construction (T, stanine) are a class of their own
        and pass. ``draft`` takes every row, and the caller marks it.
    edition : str or None
        Edition of the instrument that the scores come from.
    kinds : sequence of str
        General population and metric unless told otherwise; a clinical group is never given unasked.
    norm_set : str or None
        Which set, where several fit.

    Returns
    -------
    NormRow or NormRefusal
        Never a row of another country, sex, age band or edition.
    """
    known = register.find(instrument)
    if known is None:
        return NormRefusal(Missing.INSTRUMENT, f"instrumentet {instrument} finns inte i registret")
    if known.scale(scale) is None:
        scales = ", ".join(one.id for one in known.scales)
        return NormRefusal(Missing.SCALE, f"{known.id} har ingen skala {scale}; där finns {scales}")
    rows = [row for row in register.norms if row.instrument == known.id and row.scale == scale]
    if not rows:
        return NormRefusal(Missing.NORM, f"registret har ingen norm för {known.id}/{scale}; {_HOW}")
    wanted = edition or known.edition
    for step in _steps(sex=sex, age=age, country=country, require=require, edition=wanted, kinds=tuple(kinds), norm_set=norm_set):
        fitting = [row for row in rows if step.fits(row)]
        if not fitting:
            return _refusal(f"{known.id}/{scale}", step, rows)
        rows = fitting
    if len(rows) > 1:
        text = f"{len(rows)} normer passar {known.id}/{scale} ({_listed(row.norm_set for row in rows)}); ange norm_set"
        return NormRefusal(Missing.CHOICE, text, tuple(sorted(row.norm_id for row in rows)))
    return rows[0]


_HOW = "lägg in en rad med källa i params/instruments/norms.csv, eller licensierade normer i data/raw/licensed_norms"


def _steps(
    *,
    sex: str,
    age: float | None,
    country: str,
    require: str,
    edition: str | None,
    kinds: tuple[NormKind, ...],
    norm_set: str | None,
) -> list[_Step]:
    return [
        _Step(Missing.KIND, lambda row: row.kind in kinds, f"av slaget {' eller '.join(kinds)}", lambda row: row.kind),
        _Step(Missing.COUNTRY, lambda row: row.country == country, f"för landet {country}", lambda row: row.country),
        _Step(
            Missing.EDITION,
            lambda row: edition is None or row.edition in (None, edition),
            f"för utgåvan {edition}",
            lambda row: row.edition or "utan utgåva",
        ),
        _Step(
            Missing.CHOICE,
            lambda row: norm_set is None or row.norm_set == norm_set,
            f"i normuppsättningen {norm_set}",
            lambda row: row.norm_set,
        ),
        _Step(Missing.SEX, lambda row: row.kind == "metric" or row.sex == sex, f"för könet {sex}", lambda row: row.sex),
        _Step(Missing.AGE, lambda row: _fits_age(row, age), _asked_age(age), _ages),
        _Step(
            Missing.STATUS,
            lambda row: require != "secured" or row.kind == "metric" or row.status == "secured",
            "som två namngivna personer har säkrat",
            lambda row: row.status,
        ),
    ]


def _fits_age(row: NormRow, age: float | None) -> bool:
    """Return whether a row is for this age; one that tells no ages is for no single age, unless it is a metric."""
    if row.age_from is None and row.age_to is None:
        return age is None or row.kind == "metric"
    if age is None:
        return False
    return (row.age_from or 0) <= age < (120 if row.age_to is None else row.age_to) + 1


def _asked_age(age: float | None) -> str:
    return "utan åldersgräns" if age is None else f"för {age:g} år".replace(".", ",")


def _ages(row: NormRow) -> str:
    if row.age_from is None and row.age_to is None:
        return "ålder ej angiven"
    return f"{'' if row.age_from is None else row.age_from}–{'' if row.age_to is None else row.age_to} år"


def _refusal(what: str, step: _Step, rows: list[NormRow]) -> NormRefusal:
    there = _listed(step.has(row) for row in rows)
    text = f"ingen norm {step.asked} finns för {what}; registret har {there}, som inte används i stället"
    if step.missing is Missing.STATUS:
        text = (
            f"normen för {what} är inte säkrad ({_listed(row.norm_id for row in rows)}: {_listed(row.status for row in rows)}); "
            "två personer säkrar den med evalkit instruments secure"
        )
    return NormRefusal(step.missing, text, tuple(sorted(row.norm_id for row in rows)))


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(set(words)))
