"""Small changes to a register, without the checks that a file would meet: the tools that plant faults."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from evalkit.plan.instrument_parts import CutOff
from evalkit.plan.instruments import Instrument, InstrumentRegister
from evalkit.plan.norm_rows import SignedCheck
from evalkit.plan.signed_checks import content_of

Change = Callable[[InstrumentRegister], InstrumentRegister]


def norm(norm_id: str, /, **changes: Any) -> Change:
    """Change one norm row."""

    def change(register: InstrumentRegister) -> InstrumentRegister:
        _require(norm_id in {row.norm_id for row in register.norms}, norm_id)
        rows = tuple(row.model_copy(update=changes) if row.norm_id == norm_id else row for row in register.norms)
        return register.model_copy(update={"norms": rows})

    return change


def copied_norm(norm_id: str, /, **changes: Any) -> Change:
    """Add a changed copy of a norm row."""

    def change(register: InstrumentRegister) -> InstrumentRegister:
        row = next(row for row in register.norms if row.norm_id == norm_id)
        return register.model_copy(update={"norms": (*register.norms, row.model_copy(update=changes))})

    return change


def signed(norm_id: str, /) -> Change:
    """Let two persons have checked a norm row as it stands."""

    def change(register: InstrumentRegister) -> InstrumentRegister:
        row = next(row for row in register.norms if row.norm_id == norm_id)
        checks = tuple(
            SignedCheck(target=norm_id, checker=who, on=date(2026, 1, 1), page="sidan", content=content_of(row))
            for who in ("ekonom/Anna Berg", "psykolog/Bo Ek")
        )
        return register.model_copy(update={"checks": (*register.checks, *checks)})

    return change


def without_norm(norm_id: str) -> Change:
    """Leave out one norm row."""

    def change(register: InstrumentRegister) -> InstrumentRegister:
        _require(norm_id in {row.norm_id for row in register.norms}, norm_id)
        return register.model_copy(update={"norms": tuple(row for row in register.norms if row.norm_id != norm_id)})

    return change


def instrument(instrument_id: str, /, **changes: Any) -> Change:
    """Change the fields of one instrument."""
    return _instrument(instrument_id, lambda one: one.model_copy(update=changes))


def items(instrument_id: str, /, **changes: Any) -> Change:
    """Change the items of one instrument."""

    def changed(one: Instrument) -> Instrument:
        _require(one.items is not None, instrument_id)
        return one.model_copy(update={"items": one.items.model_copy(update=changes)})  # type: ignore[union-attr]

    return _instrument(instrument_id, changed)


def scale(instrument_id: str, scale_id: str, /, **changes: Any) -> Change:
    """Change one scale."""
    return _part(instrument_id, "scales", lambda part: part.id == scale_id, **changes)


def part(instrument_id: str, kind: str, position: int = 0, /, **changes: Any) -> Change:
    """Change one entry of a list of an instrument: a rule for blanks, a reliability, a value set."""

    def changed(one: Instrument) -> Instrument:
        entries = list(getattr(one, kind))
        entries[position] = entries[position].model_copy(update=changes)
        return one.model_copy(update={kind: tuple(entries)})

    return _instrument(instrument_id, changed)


def cutoff(instrument_id: str, system: str, scale_id: str, /, **changes: Any) -> Change:
    """Change one cut-off."""
    return _part(instrument_id, "cutoffs", lambda cut: (cut.system, cut.scale) == (system, scale_id), **changes)


def bands(instrument_id: str, system: str, scale_id: str, *borders: tuple[float, float], levels: tuple[int, ...] = ()) -> Change:
    """Give a cut-off other borders, and other levels where they are named; its bands keep their names."""

    def changed(one: Instrument) -> Instrument:
        cuts = [
            _with_borders(cut, borders, levels) if (cut.system, cut.scale) == (system, scale_id) else cut for cut in one.cutoffs
        ]
        return one.model_copy(update={"cutoffs": tuple(cuts)})

    return _instrument(instrument_id, changed)


def second_cutoff(instrument_id: str, system: str, scale_id: str, *borders: tuple[float, float]) -> Change:
    """Add what a second source says under the same system id."""

    def changed(one: Instrument) -> Instrument:
        cut = next(cut for cut in one.cutoffs if (cut.system, cut.scale) == (system, scale_id))
        return one.model_copy(update={"cutoffs": (*one.cutoffs, _with_borders(cut, borders, ()))})

    return _instrument(instrument_id, changed)


def without_cutoff(instrument_id: str, system: str, sex: str) -> Change:
    """Leave out the cut-offs of one sex."""

    def changed(one: Instrument) -> Instrument:
        kept = tuple(cut for cut in one.cutoffs if (cut.system, cut.sex) != (system, sex))
        _require(len(kept) < len(one.cutoffs), system)
        return one.model_copy(update={"cutoffs": kept})

    return _instrument(instrument_id, changed)


def both(*changes: Change) -> Change:
    """Make several changes after each other."""

    def change(register: InstrumentRegister) -> InstrumentRegister:
        for one in changes:
            register = one(register)
        return register

    return change


def _with_borders(cut: CutOff, borders: tuple[tuple[float, float], ...], levels: tuple[int, ...]) -> CutOff:
    wanted = levels or tuple(band.level for band in cut.bands)
    made = zip(cut.bands, borders or [(band.minimum, band.maximum) for band in cut.bands], wanted, strict=True)
    changed = tuple(band.model_copy(update={"minimum": low, "maximum": high, "level": level}) for band, (low, high), level in made)
    return cut.model_copy(update={"bands": changed})


def _part(instrument_id: str, kind: str, wanted: Callable[[Any], bool], /, **changes: Any) -> Change:
    def changed(one: Instrument) -> Instrument:
        entries = getattr(one, kind)
        _require(any(wanted(entry) for entry in entries), kind)
        return one.model_copy(
            update={kind: tuple(entry.model_copy(update=changes) if wanted(entry) else entry for entry in entries)}
        )

    return _instrument(instrument_id, changed)


def _instrument(instrument_id: str, changed: Callable[[Instrument], Instrument]) -> Change:
    def change(register: InstrumentRegister) -> InstrumentRegister:
        _require(instrument_id in {one.id for one in register.instruments}, instrument_id)
        made = tuple(changed(one) if one.id == instrument_id else one for one in register.instruments)
        return register.model_copy(update={"instruments": made})

    return change


def _require(there: bool, what: str) -> None:
    if not there:
        raise ValueError(f"a fault cannot be planted: the register has no {what}")
