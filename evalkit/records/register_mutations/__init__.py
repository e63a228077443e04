"""A mutation run on the register: each fault is planted alone, and the gate must say something new."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from evalkit.plan.instruments import InstrumentRegister
from evalkit.records.mutation_table import MutationOutcome
from evalkit.records.register_gate import register_checks
from evalkit.records.register_mutations.faults import FAULTS, Planted
from evalkit.records.sheets import Check, judge


def outcomes(register: InstrumentRegister, on: date, faults: Sequence[Planted] = FAULTS) -> tuple[MutationOutcome, ...]:
    """Plant each fault alone into `register` and return what the gate newly says, judged by great-expectations.

    Parameters
    ----------
    register : InstrumentRegister
        A register without stops.
    on : date
        The day to which the ages of norms are counted.
    """
    known = {check.rule.name: _failing(check) for check in register_checks(register, on)}
    planted = [(fault, _worse(register_checks(fault.change(register), on), known)) for fault in faults]
    made = []
    for fault, checks in planted:
        failed = tuple(outcome.rule for outcome in judge(checks) if not outcome.passed) if checks else ()
        made.append(MutationOutcome("register", fault.name, fault.expected, failed))
    return tuple(made)


def _worse(checks: Sequence[Check], known: dict[str, frozenset[str]]) -> list[Check]:
    """Return the checks on which an entry fails that did not fail before."""
    return [check for check in checks if _failing(check) - known[check.rule.name]]


def _failing(check: Check) -> frozenset[str]:
    """Return the names of the failing entries; of several with one name, each counts by its place."""
    table = check.sheet.table
    failing = table[table[str(check.rule.column)] > 0]
    names = [str(name) for name in failing[check.sheet.unit]]
    return frozenset(f"{name} {names[: place + 1].count(name)}" for place, name in enumerate(names))
