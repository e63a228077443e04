"""The gate of the register: every norm row, scale, cut-off and reliability judged through great-expectations.

Each rule is a predicate on one entry; its answers become a column of 0 and 1, and the expectation is that all are 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from evalkit.errors import PlanError
from evalkit.findings.quality import GateReport, Severity
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.instruments import InstrumentRegister
from evalkit.plan.norm_rows import NormRow
from evalkit.records.register_gate.cutoff_rules import CUTOFF_RULES, RELIABILITY_RULES
from evalkit.records.register_gate.entries import Book, Entry, RegisterRule
from evalkit.records.register_gate.instrument_rules import INSTRUMENT_RULES
from evalkit.records.register_gate.norm_rules import NORM_RULES
from evalkit.records.register_gate.scale_rules import SCALE_RULES
from evalkit.records.sheets import MOST_PLACES, Check, Fault, Sheet, counted, judge

GATE = "Kvalitetskontroll av instrumentregistret"
_ENTRY = "post"


def check_register(register: InstrumentRegister, on: date) -> GateReport:
    """Judge the whole register.

    Parameters
    ----------
    on : date
        The day to which the ages of norms are counted.

    Raises
    ------
    EvalkitError
        If a rule could not be judged (`evalkit.expectations.validate`).
    """
    return GateReport(GATE, judge(register_checks(register, on)))


def register_checks(register: InstrumentRegister, on: date) -> list[Check]:
    """Return every check on the register, in the order of the report."""
    return [check for group in rule_groups(Book(register, on)) for check in group_checks(group)]


def refuse_unusable(register: InstrumentRegister, plan: EvaluationPlan) -> None:
    """Refuse a run on an instrument that breaks a stopping rule anywhere: its items, scales, cut-offs, reliabilities or norms.

    By our own count, which takes milliseconds (`check_register` asks great-expectations, and holds both to the same answer). Every
    instrument that the plan measures with is judged whole; those that it does not use stop nobody. A norm row of an unknown
    instrument might be for one of them.

    Raises
    ------
    PlanError
        That names every rule and entry.
    """
    used = instruments_of(plan, register)
    known = {instrument.id for instrument in register.instruments}
    broken = [
        (rule, f"[{rule.code}] {group.name}.{rule.name}: {rule.message}: {', '.join(names[:MOST_PLACES])}")
        for group in rule_groups(Book(register, date.max))
        for judged in [
            replace(group, entries=[e for e in group.entries if _owner(e.thing) in used or _owner(e.thing) not in known])
        ]
        for rule in judged.rules
        if rule.severity is Severity.STOP and (names := judged.failing(rule))
    ]
    if broken:
        head = "instrumentregistret kan inte användas; evalkit instruments check visar allt"
        codes = tuple(rule.code for rule, _ in broken)
        raise PlanError("\n  ".join([head, *(text for _, text in broken)]), code=codes[0], codes=codes)


def instruments_of(plan: EvaluationPlan, register: InstrumentRegister) -> frozenset[str]:
    """Return the ids of the instruments that a plan measures with."""
    found = (register.find(use.instrument) for outcome in plan.outcomes for use in outcome.instruments)
    return frozenset(instrument.id for instrument in found if instrument is not None)


def _owner(thing: Any) -> str:
    """Return the instrument that an entry belongs to: a norm row names it, the others are it or come with it."""
    if isinstance(thing, NormRow):
        return thing.instrument
    return str((thing[0] if isinstance(thing, tuple) else thing).id)


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Entries of one kind and the rules on them."""

    book: Book
    name: str
    entries: Sequence[Entry[Any]]
    rules: Sequence[RegisterRule[Any]]

    def failing(self, rule: RegisterRule[Any]) -> list[str]:
        """Return the names of the entries that break a rule."""
        return [entry.name for entry in self.entries if rule.broken(self.book, entry.thing)]


def rule_groups(book: Book) -> list[RuleGroup]:
    """Return the kinds of entries that the register has, each with its rules."""
    groups = (
        RuleGroup(book, "instrument", book.instruments, INSTRUMENT_RULES),
        RuleGroup(book, "skala", book.scales, SCALE_RULES),
        RuleGroup(book, "gräns", book.cutoffs, CUTOFF_RULES),
        RuleGroup(book, "reliabilitet", book.reliabilities, RELIABILITY_RULES),
        RuleGroup(book, "norm", book.norms, NORM_RULES),
    )
    return [group for group in groups if group.entries]


def group_checks(group: RuleGroup) -> list[Check]:
    """Return the checks of one kind of entry: a column of 0 and 1 a rule, and the expectation that all are 0."""
    sheet = Sheet(group.name, pd.DataFrame({_ENTRY: [entry.name for entry in group.entries]}), unit=_ENTRY)
    return [
        counted(
            sheet,
            rule.name,
            Fault(rule.code, rule.severity, rule.message, rule.remedy),
            pd.Series([float(rule.broken(group.book, entry.thing)) for entry in group.entries]),
            most=0.0,
            shown=group.name,
        )
        for rule in group.rules
    ]
