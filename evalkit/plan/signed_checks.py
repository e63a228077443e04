"""What two signed checks make of a norm row, a cut-off or a reliability: the status it has, whatever its file says."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from evalkit.errors import PlanError
from evalkit.files import sha256_bytes, write_text
from evalkit.plan.instrument_parts import CutOff, Reliability, Status
from evalkit.plan.instruments import Instrument, InstrumentRegister
from evalkit.plan.norm_rows import NormRow, SignedCheck
from evalkit.plan.writing import to_yaml

CHECKS_FILE = "checks.yaml"
MEMORY = "mem"
"""The source of what is known from memory; it stays a draft until a work is cited."""

NEEDED = 2
_RANKS = {"draft": 0, "reviewed": 1, "secured": 2}
_HEAD = "# Signerade kontroller: vem som har hållit vilka siffror mot vilken sida. Skrivs av evalkit instruments secure.\n"
_LEFT_OUT = {"page", "note", "status", "entered_by", "licensed", "confidence", "label"}


def cutoff_key(instrument: Instrument, cutoff: CutOff) -> str:
    """Return the name of a cut-off: ``sdq_self/UK-3band/total``, ``audit/SE/total/f``."""
    return "/".join((instrument.id, cutoff.system, cutoff.scale, *((cutoff.sex,) if cutoff.sex else ())))


def reliability_key(instrument: Instrument, entry: Reliability) -> str:
    """Return the name of a reliability: ``wisc4/reliability/full_scale/retest``, with a number where there are several alike."""
    alike = [other for other in instrument.reliability if (other.scale, other.kind) == (entry.scale, entry.kind)]
    number = (str(alike.index(entry) + 1),) if len(alike) > 1 else ()
    return "/".join((instrument.id, "reliability", entry.scale, entry.kind, *number))


def content_of(row: NormRow | CutOff | Reliability) -> str:
    """Return the SHA-256 of the numbers of a row or cut-off, and of what they are for."""
    numbers = row.model_dump(mode="json", exclude=_LEFT_OUT)
    if isinstance(row, CutOff):
        numbers["bands"] = [{key: value for key, value in band.items() if key not in _LEFT_OUT} for band in numbers["bands"]]
    return sha256_bytes(json.dumps(numbers, sort_keys=True, ensure_ascii=False).encode("utf-8"))


def status_of(target: str, row: NormRow | CutOff | Reliability, checks: Iterable[SignedCheck]) -> Status:
    """Return ``secured`` for two checks by different names on these very numbers, ``reviewed`` for one, else ``draft``."""
    content = content_of(row)
    names = {_name(check.checker) for check in checks if check.target == target and check.content == content}
    if _from_memory(row) or not names:
        return "draft"
    return "secured" if len(names) >= NEEDED else "reviewed"


def with_statuses(register: InstrumentRegister) -> InstrumentRegister:
    """Return the register with the status that the signed checks give each norm row, cut-off and reliability."""
    norms = tuple(row.model_copy(update={"status": status_of(row.norm_id, row, register.checks)}) for row in register.norms)
    instruments = tuple(_with_statuses(instrument, register.checks) for instrument in register.instruments)
    return register.model_copy(update={"norms": norms, "instruments": instruments})


def unfounded_claims(written: InstrumentRegister) -> list[str]:
    """Return a sentence for each row and cut-off whose file says a higher status than its signed checks give."""
    claims: list[tuple[str, NormRow | CutOff | Reliability]] = [(row.norm_id, row) for row in written.norms]
    claims += [(cutoff_key(one, cutoff), cutoff) for one in written.instruments for cutoff in one.cutoffs]
    claims += [(reliability_key(one, entry), entry) for one in written.instruments for entry in one.reliability]
    return [
        f"{target}: filen säger {row.status}, men de signerade kontrollerna ger {given}; skriv draft, eller säkra raden"
        for target, row in claims
        if _RANKS[row.status] > _RANKS[given := status_of(target, row, written.checks)]
    ]


def sign(register: InstrumentRegister, target: str, checker: str, page: str, on: date) -> tuple[SignedCheck, ...]:
    """Return the register's checks with one more: `checker` has held the numbers of `target` against `page`.

    Raises
    ------
    PlanError
        If the target is unknown or known from memory only, or this person has already signed these numbers.
    """
    row = _target(register, target)
    if _from_memory(row):
        raise PlanError(f"{target}: siffrorna har ingen läst källa; ange först verket i sources.yaml", code="NORM-SOURCE")
    check = SignedCheck(target=target, checker=checker, on=on, page=page, content=content_of(row))
    for earlier in register.checks:
        if earlier.target == target and earlier.content == check.content and _name(earlier.checker) == _name(checker):
            raise PlanError(f"{target}: den personen har redan skrivit under; säkring kräver två olika namn", code="NORM-SECURE")
    return (*register.checks, check)


def current_status(register: InstrumentRegister, target: str) -> Status:
    """Return the status that the register's checks give `target`; PlanError if it is unknown."""
    return status_of(target, _target(register, target), register.checks)


def write_checks(folder: Path, checks: Iterable[SignedCheck]) -> Path:
    """Write `checks.yaml` in `folder`, in the order of targets and dates; return its path."""
    ordered = sorted(checks, key=lambda check: (check.target, check.on, check.checker))
    path = folder / CHECKS_FILE
    write_text(path, _HEAD + to_yaml({"checks": [check.model_dump(mode="json") for check in ordered]}))
    return path


def _target(register: InstrumentRegister, target: str) -> NormRow | CutOff | Reliability:
    for row in register.norms:
        if row.norm_id == target:
            return row
    for instrument in register.instruments:
        for cutoff in instrument.cutoffs:
            if cutoff_key(instrument, cutoff) == target:
                return cutoff
        for entry in instrument.reliability:
            if reliability_key(instrument, entry) == target:
                return entry
    raise PlanError(
        f"{target} finns inte i registret; ange en normrads norm_id, en gräns som instrument/system/skala eller en "
        "reliabilitet som instrument/reliability/skala/slag "
        "(evalkit instruments show ID visar dem)",
        code="PAR-REF",
    )


def _with_statuses(instrument: Instrument, checks: tuple[SignedCheck, ...]) -> Instrument:
    cutoffs = tuple(
        cutoff.model_copy(update={"status": status_of(cutoff_key(instrument, cutoff), cutoff, checks)})
        for cutoff in instrument.cutoffs
    )
    reliability = tuple(
        entry.model_copy(update={"status": status_of(reliability_key(instrument, entry), entry, checks)})
        for entry in instrument.reliability
    )
    return instrument.model_copy(update={"cutoffs": cutoffs, "reliability": reliability})


def _from_memory(row: NormRow | CutOff | Reliability) -> bool:
    sources = (row.source,) if isinstance(row, NormRow) else row.sources
    return all(source == MEMORY for source in sources)


def _name(checker: str) -> str:
    """Return the person without the role: one person in two roles is one person."""
    return " ".join(checker.split("/", 1)[-1].casefold().split())
