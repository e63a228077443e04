"""Tables under judgement and the checks made on them: great-expectations gives the verdict, our own count the places.

A check is an expectation together with the rows that fail it by our own count. Both must agree, else the gate itself is broken
and says so. What an expectation cannot say about a delivered column, a rule first counts into a column beside it (how many
groups a person stands in, how far a value lies outside its scale), and the expectation is put on that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from evalkit.errors import EvalkitError
from evalkit.expectations import Rule, validate_tables
from evalkit.findings.quality import CheckOutcome, Severity
from evalkit.records.stations import FILE, LINE

_OWN_COUNT: ContextVar[bool] = ContextVar("own_count", default=False)

MOST_PLACES = 10
BETWEEN = "expect_column_values_to_be_between"


@dataclass(frozen=True, slots=True)
class Fault:
    """What it means that a rule fails, in Swedish; never with a value."""

    code: str
    severity: Severity
    message: str
    remedy: str


@dataclass(slots=True, repr=False)
class Sheet:
    """A table under judgement: delivered rows, persons or sums, and the counts that rules add beside them.

    Attributes
    ----------
    name : str
        First part of the names of its rules.
    table : pandas.DataFrame
        A copy that belongs to the gate; rules add columns.
    source : str
        The source that it comes from; empty where it spans several.
    unit : str
        The column of the unit where a row is a person, a source or a public unit; empty where it is a delivered row or a sum.
    """

    name: str
    table: pd.DataFrame
    source: str = ""
    unit: str = ""

    def add(self, column: str, values: Any) -> str:
        """Put a count beside the delivered columns and return its name, which no delivered column can have."""
        inside = f"#{column}"
        self.table = self.table.assign(**{inside: values})
        return inside

    def places(self, failed: pd.Series) -> tuple[str, ...]:
        """Return where the first failing rows stand: file and line, or the unit's name or pseudonym and where it first stands."""
        rows = self.table[failed.to_numpy()].head(MOST_PLACES)
        stands = [f"{file} rad {int(line)}" for file, line in zip(rows[FILE], rows[LINE], strict=True)] if FILE in rows else []
        units = [str(unit) for unit in rows[self.unit]] if self.unit else []
        if units and stands:
            return tuple(f"{unit} ({place})" for unit, place in zip(units, stands, strict=True))
        return tuple(units or stands)


@dataclass(frozen=True, slots=True, repr=False)
class Check:
    """One rule on one sheet, and how it goes by our own count."""

    sheet: Sheet
    rule: Rule
    holds: bool
    column: str
    n_checked: int
    n_failed: int
    places: tuple[str, ...]
    source: str


def check(
    sheet: Sheet,
    name: str,
    fault: Fault,
    *,
    expectation: str,
    failed: pd.Series,
    column: str | None = None,
    shown: str = "",
    checked: int | None = None,
    **arguments: Any,
) -> Check:
    """Return the check that `expectation` holds on `sheet`; `failed` marks the rows that break it by our own count.

    Parameters
    ----------
    name : str
        The rule; the sheet's name is put before it.
    column : str | None
        The column that the expectation judges.
    shown : str
        The column as the deliverer knows it.
    checked : int | None
        How many were looked at; all rows where None.
    **arguments
        Of the expectation. `mostly` moves the border of our own verdict too.
    """
    failed = failed.astype(bool)
    mostly = float(arguments.get("mostly", 1.0))
    holds = not failed.any() if mostly == 1.0 else bool((~failed).mean() >= mostly) if len(failed) else True
    rule = Rule(
        name=f"{sheet.name}.{name}",
        expectation=expectation,
        column=column,
        kwargs=tuple(arguments.items()),
        code=fault.code,
        severity=fault.severity,
        message=fault.message,
        remedy=fault.remedy,
    )
    looked_at = len(sheet.table) if checked is None else checked
    return Check(sheet, rule, holds, shown, looked_at, int(failed.sum()), () if holds else sheet.places(failed), sheet.source)


def whole(
    sheet: Sheet,
    name: str,
    fault: Fault,
    *,
    expectation: str,
    holds: bool,
    shown: str = "",
    checked: int = 1,
    column: str | None = None,
    **arguments: Any,
) -> Check:
    """Return the check of an expectation about a whole table or column, where no single row is at fault."""
    none = pd.Series(False, index=sheet.table.index)
    made = check(sheet, name, fault, expectation=expectation, failed=none, column=column, shown=shown, checked=checked, **arguments)
    return replace(made, holds=holds, n_failed=int(not holds))


def counted(
    sheet: Sheet,
    name: str,
    fault: Fault,
    amounts: pd.Series,
    *,
    least: float | pd.Timestamp | None = None,
    most: float | pd.Timestamp | None = None,
    shown: str = "",
) -> Check:
    """Return the check that every known amount lies between `least` and `most`; the amounts become a column of the sheet."""
    column = sheet.add(name, amounts)
    return between(sheet, name, fault, column, least=least, most=most, shown=shown)


def between(
    sheet: Sheet,
    name: str,
    fault: Fault,
    column: str,
    *,
    least: float | pd.Timestamp | None = None,
    most: float | pd.Timestamp | None = None,
    shown: str = "",
) -> Check:
    """Return the check that every known value of a column of the sheet lies between `least` and `most`."""
    values = sheet.table[column]
    failed = pd.Series(False, index=values.index)
    if least is not None:
        failed |= values < least
    if most is not None:
        failed |= values > most
    arguments = {key: border for key, border in (("min_value", least), ("max_value", most)) if border is not None}
    return check(
        sheet,
        name,
        fault,
        expectation=BETWEEN,
        column=column,
        failed=failed,
        shown=shown or column,
        checked=int(values.notna().sum()),
        **arguments,
    )


def judge(checks: Sequence[Check]) -> tuple[CheckOutcome, ...]:
    """Let great-expectations judge every check, each sheet once, and return the outcomes in the order of the checks.

    Raises
    ------
    EvalkitError
        If a rule could not be judged, or great-expectations and our own count disagree.
    """
    sheets = list({id(one.sheet): one.sheet for one in checks}.values())
    batches = [(sheet.table, [one.rule for one in checks if one.sheet is sheet]) for sheet in sheets]
    if _OWN_COUNT.get():
        return tuple(_outcome(one, one.holds) for one in checks)
    verdicts = {outcome.rule.name: outcome.passed for outcome in validate_tables(batches)}
    return tuple(_outcome(one, verdicts[one.rule.name]) for one in checks)


@contextmanager
def own_count_alone() -> Iterator[None]:
    """Leave great-expectations out inside the block: for hundreds of invented twins, the first of which was judged by both."""
    token = _OWN_COUNT.set(True)
    try:
        yield
    finally:
        _OWN_COUNT.reset(token)


def _outcome(one: Check, passed: bool) -> CheckOutcome:
    if passed != one.holds:
        words = "godkänner" if passed else "underkänner"
        raise EvalkitError(
            f"regeln {one.rule.name}: great-expectations {words} den, men den egna räkningen säger tvärtom", code="GATE-RULE"
        )
    return CheckOutcome(
        rule=one.rule.name,
        code=one.rule.code,
        severity=one.rule.severity,
        passed=passed,
        source=one.source,
        column=one.column,
        n_checked=one.n_checked,
        n_failed=one.n_failed,
        places=one.places,
        message=one.rule.message,
        remedy=one.rule.remedy,
    )


def number(value: float) -> str:
    """Return a border of the plan with decimal comma and a true minus sign."""
    return f"{value:g}".replace(".", ",").replace("-", "−")


def distance_outside(values: pd.Series, low: pd.Series | float, high: pd.Series | float) -> pd.Series:
    """Return how far each value lies outside its interval: 0 inside, missing where the value is."""
    below = (low - values).clip(lower=0).fillna(0.0)
    above = (values - high).clip(lower=0).fillna(0.0)
    return (below + above).where(values.notna(), np.nan)
