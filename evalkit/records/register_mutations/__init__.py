"""A mutation run on the register: each fault is planted alone, and the gate must say something new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from evalkit.plan.instruments import InstrumentRegister
from evalkit.records.mutation_table import MutationOutcome
from evalkit.records.register_gate import RuleGroup, group_checks, rule_groups
from evalkit.records.register_gate.entries import Book, RegisterRule
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
    known = {(group.name, rule.name): _failing(group, rule) for group in rule_groups(Book(register, on)) for rule in group.rules}
    made = []
    for fault in faults:
        checks = _worse(rule_groups(Book(fault.change(register), on)), known)
        failed = tuple(outcome.rule for outcome in judge(checks) if not outcome.passed) if checks else ()
        made.append(MutationOutcome("register", fault.name, fault.expected, failed))
    return tuple(made)


def _worse(groups: Sequence[RuleGroup], known: dict[tuple[str, str], Counter[str]]) -> list[Check]:
    """Return the checks of the rules that an entry breaks which did not break it before."""
    checks = []
    for group in groups:
        worse = [rule for rule in group.rules if _failing(group, rule) - known[group.name, rule.name]]
        checks += group_checks(replace(group, rules=worse)) if worse else []
    return checks


def _failing(group: RuleGroup, rule: RegisterRule[Any]) -> Counter[str]:
    """Count the entries that break a rule, by name: a row that stands twice counts twice."""
    return Counter(group.failing(rule))
