"""What every file format becomes before the codebook is applied: numbered lines of cells."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

Cell = str | int | float | bool | date | datetime | time | None
"""Text from a delimited file; typed values from a workbook or Stata file. Missing is None or blank text."""

BROKEN = "#evalkit-broken-formula#"
"""Stands for a workbook cell whose formula has no value or gave an error."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line (or sheet row) with its number as the deliverer sees it, counted from 1."""

    number: int
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Grid:
    """All lines that are not blank.

    Attributes
    ----------
    lines : list[Line]
        In file order, the header among them.
    typed : bool
        Whether cells carry types (workbook, Stata) or are text.
    point_expected : bool
        Whether the file's form says decimal point (typed, or separated by commas), so that finding one is no guess.
    is_cut : bool
        Whether the file ends without a line end.
    encoding_guessed : bool
        Whether the encoding was inferred rather than declared or marked.
    """

    lines: list[Line]
    typed: bool
    point_expected: bool = False
    is_cut: bool = False
    encoding_guessed: bool = False


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing."""
    return cell is None or (isinstance(cell, str) and not cell.strip()) or (isinstance(cell, float) and math.isnan(cell))


def as_text(cell: Cell) -> str:
    """Return a cell as trimmed text; whole floats without their ``.0``, dates without their midnight."""
    if is_blank(cell):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time(0):
        return cell.date().isoformat()
    return str(cell).strip()
