"""What the parsers of cells share: positions of faults, and the faults that every kind of column knows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from evalkit.plan.sources import Column
from evalkit.records.reading.grid import Cell
from evalkit.records.reading.missing import is_broken, is_censored, is_hidden_code, is_missing, is_undeclared_code, may_mean_zero

Value = TypeVar("Value")


@dataclass(slots=True)
class Faults:
    """Positions (row numbers within the table, from 0) by code; ``:note`` after a code lets the cell pass."""

    positions: dict[str, list[int]] = field(default_factory=dict)
    declared_missing: dict[str, int] = field(default_factory=dict)

    def add(self, code: str, position: int) -> None:
        """Record one cell."""
        self.positions.setdefault(code, []).append(position)

    def add_all(self, code: str, positions: Iterable[int]) -> None:
        """Record several cells."""
        for position in sorted(positions):
            self.add(code, position)


@dataclass(frozen=True, slots=True)
class Checked(Generic[Value]):
    """The values of one column, one per row, and what is wrong with them."""

    values: list[Value]
    faults: Faults


def common_faults(cell: Cell, text: str, column: Column, position: int, faults: Faults, *, numeric: bool) -> bool:
    """Handle what is no value in any column: empty, declared or undeclared missing, a bound, a broken formula.

    Returns
    -------
    bool
        Whether the cell is settled and holds no value.
    """
    if not text or (text.isdigit() and not column.missing):
        return not text
    if is_missing(text, column):
        faults.declared_missing[text] = faults.declared_missing.get(text, 0) + 1
        return True
    if is_broken(cell):
        faults.add("IN-FORMULA", position)
        return True
    # No usual code begins with a digit; most cells do.
    if (
        not text[0].isdigit()
        and is_undeclared_code(text)
        and not any(text.casefold() == label.casefold() for label in column.labels)
    ):
        faults.add("MISS-UNKNOWN", position)
        if is_hidden_code(text):
            faults.add("MISS-SUPPRESSED", position)
        if numeric and may_mean_zero(text):
            faults.add("MISS-AMBIGUOUS", position)
        return True
    if numeric and is_censored(text):
        faults.add("MISS-CENSORED", position)
        return True
    return False
