"""The gate of the register: every norm row, scale, cut-off and reliability judged through great-expectations.

Each rule is a predicate on one entry; its answers become a column of 0 and 1, and the expectation is that all are 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from evalkit.findings.quality import GateReport
from evalkit.plan.instruments import InstrumentRegister
from evalkit.records.register_gate.cutoff_rules import CUTOFF_RULES, RELIABILITY_RULES
from evalkit.records.register_gate.entries import Book, Entry, RegisterRule
from evalkit.records.register_gate.instrument_rules import INSTRUMENT_RULES
from evalkit.records.register_gate.norm_rules import NORM_RULES
from evalkit.records.register_gate.scale_rules import SCALE_RULES
from evalkit.records.sheets import Check, Fault, Sheet, counted, judge

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
    book = Book(register, on)
    groups: list[tuple[str, Sequence[Entry[Any]], Sequence[RegisterRule[Any]]]] = [
        ("instrument", book.instruments, INSTRUMENT_RULES),
        ("skala", book.scales, SCALE_RULES),
        ("gräns", book.cutoffs, CUTOFF_RULES),
        ("reliabilitet", book.reliabilities, RELIABILITY_RULES),
        ("norm", book.norms, NORM_RULES),
    ]
    return [check for name, entries, rules in groups if entries for check in _checks(book, name, entries, rules)]


def _checks(book: Book, name: str, entries: Sequence[Entry[Any]], rules: Sequence[RegisterRule[Any]]) -> list[Check]:
    sheet = Sheet(name, pd.DataFrame({_ENTRY: [entry.name for entry in entries]}), unit=_ENTRY)
    return [
        counted(
            sheet,
            rule.name,
            Fault(rule.code, rule.severity, rule.message, rule.remedy),
            pd.Series([float(rule.broken(book, entry.thing)) for entry in entries]),
            most=0.0,
            shown=name,
        )
        for rule in rules
    ]
