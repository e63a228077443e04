"""The register laid out as entries under judgement: norm rows, scales, instruments, cut-offs, reliabilities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Generic, TypeVar

from evalkit.findings.quality import Severity
from evalkit.plan.instrument_parts import CutOff, Grounded, Reliability
from evalkit.plan.instruments import Instrument, InstrumentRegister, Scale
from evalkit.plan.norm_rows import NormRow
from evalkit.plan.signed_checks import cutoff_key

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Entry(Generic[Thing]):
    """One thing of the register and its name in messages: ``audit/SE/total/f``."""

    name: str
    thing: Thing


@dataclass(frozen=True)
class Book:
    """The register as its rules see it, on the day that ages of norms are counted to."""

    register: InstrumentRegister
    on: date

    @cached_property
    def source_ids(self) -> frozenset[str]:
        """Return the ids of all cited works."""
        return frozenset(source.id for source in self.register.sources)

    @cached_property
    def by_id(self) -> dict[str, Instrument]:
        """Return the instruments by id."""
        return {instrument.id: instrument for instrument in self.register.instruments}

    @cached_property
    def norms(self) -> list[Entry[NormRow]]:
        """Return the norm rows."""
        return [Entry(row.norm_id, row) for row in self.register.norms]

    @cached_property
    def instruments(self) -> list[Entry[Instrument]]:
        """Return the instruments."""
        return [Entry(instrument.id, instrument) for instrument in self.register.instruments]

    @cached_property
    def scales(self) -> list[Entry[tuple[Instrument, Scale]]]:
        """Return the scales, each with its instrument."""
        return [Entry(f"{one.id}/{scale.id}", (one, scale)) for one in self.register.instruments for scale in one.scales]

    @cached_property
    def cutoffs(self) -> list[Entry[tuple[Instrument, CutOff]]]:
        """Return the cut-offs, each with its instrument."""
        return [Entry(cutoff_key(one, cut), (one, cut)) for one in self.register.instruments for cut in one.cutoffs]

    @cached_property
    def reliabilities(self) -> list[Entry[tuple[Instrument, Reliability]]]:
        """Return the reliabilities, each with its instrument."""
        return [
            Entry(f"{one.id}/{entry.scale}/{entry.kind}", (one, entry))
            for one in self.register.instruments
            for entry in one.reliability
        ]

    @cached_property
    def id_counts(self) -> Counter[str]:
        """Return how often each norm id stands in the register."""
        return Counter(row.norm_id for row in self.register.norms)

    @cached_property
    def norm_groups(self) -> dict[tuple[object, ...], list[NormRow]]:
        """Return the norm rows of each set and scale: those whose ages and sexes must fit each other."""
        groups: dict[tuple[object, ...], list[NormRow]] = {}
        for row in self.register.norms:
            groups.setdefault(norm_group(row), []).append(row)
        return groups

    def beside(self, row: NormRow) -> list[NormRow]:
        """Return the rows of the same set and scale, the row itself among them."""
        return self.norm_groups[norm_group(row)]

    def scale_of(self, row: NormRow) -> Scale | None:
        """Return the scale that a norm row is for, None if there is none."""
        instrument = self.by_id.get(row.instrument)
        return instrument.scale(row.scale) if instrument else None


def norm_group(row: NormRow) -> tuple[object, ...]:
    """Return what rows share whose ages and sexes must fit each other."""
    return (row.norm_set, row.instrument, row.scale, row.grade, row.term, row.mode)


@dataclass(frozen=True, slots=True)
class RegisterRule(Generic[Thing]):
    """One rule on one kind of entry: `broken` says whether an entry breaks it."""

    name: str
    code: str
    severity: Severity
    message: str
    remedy: str
    broken: Callable[[Book, Thing], bool]


def stop(name: str, code: str, message: str, remedy: str, broken: Callable[[Book, Thing], bool]) -> RegisterRule[Thing]:
    """Return a rule whose failure closes the gate."""
    return RegisterRule(name, code, Severity.STOP, message, remedy, broken)


def warn(name: str, code: str, message: str, remedy: str, broken: Callable[[Book, Thing], bool]) -> RegisterRule[Thing]:
    """Return a rule whose failure is told and no more."""
    return RegisterRule(name, code, Severity.WARN, message, remedy, broken)


def exact(number: float) -> Decimal:
    """Return a number as it is written: 0.1 and not its nearest binary fraction."""
    return Decimal(str(number))


def on_step(number: float, origin: float, step: float) -> bool:
    """Return whether a number is a whole count of steps from the origin."""
    return (exact(number) - exact(origin)) % exact(step) == 0


def grounds(instrument: Instrument) -> Iterator[tuple[str, Grounded]]:
    """Yield every part of an instrument that names sources, with its place."""
    singles = (("age_ground", instrument.age_ground), ("items", instrument.items), ("rights", instrument.rights))
    yield from ((name, part) for name, part in singles if part is not None)
    yield from ((f"scales/{scale.id}", scale.ground) for scale in instrument.scales if scale.ground is not None)
    for name in ("missing", "recalls", "cutoffs", "reliability", "value_sets", "change_thresholds", "breaks"):
        yield from ((f"{name}/{position + 1}", part) for position, part in enumerate(getattr(instrument, name)))
