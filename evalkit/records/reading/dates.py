"""Dates and periods: one declared form, and the name of every other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time

from evalkit.plan.sources import Column, Role
from evalkit.records.identity import fold
from evalkit.records.reading.cells import Checked, Faults, common_faults
from evalkit.records.reading.grid import Cell, as_text

EARLIEST = date(1980, 1, 1)
"""No intervention or measurement of a plan is older; birth dates may be."""

_LATEST_END = date(2100, 12, 31)
"""When something may be meant to end; 9999-12-31 is a code, to be declared as one."""

_ISO = re.compile(r"(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})(?P<time>[T ][0-9]{1,2}[:.][0-9]{2}.*)?")
_FORMS = {
    "YYYY-MM-DD": _ISO,
    "YYYYMMDD": re.compile(r"(?P<y>[12][0-9]{3})(?P<m>[0-9]{2})(?P<d>[0-9]{2})(?P<time>)"),
    "DD/MM/YYYY": re.compile(r"(?P<d>[0-9]{1,2})/(?P<m>[0-9]{1,2})/(?P<y>[0-9]{4})(?P<time>)"),
    "DD.MM.YYYY": re.compile(r"(?P<d>[0-9]{1,2})\.(?P<m>[0-9]{1,2})\.(?P<y>[0-9]{4})(?P<time>)"),
    "MM/DD/YYYY": re.compile(r"(?P<m>[0-9]{1,2})/(?P<d>[0-9]{1,2})/(?P<y>[0-9]{4})(?P<time>)"),
}
_ZERO_TIME = re.compile(r"[T ]0{1,2}[:.]00([:.]00([.,]0+)?)?")
_OTHER_FORMS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("kort", re.compile(r"[0-9]{2}[-/. ]?[0-9]{2}[-/. ]?[0-9]{2}"), "DATE-AMBIGUOUS"),
    ("ordning", re.compile(r"[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ][0-9]{2,4}"), "DATE-AMBIGUOUS"),
    ("serie", re.compile(r"[1-9][0-9]{4}([.,][0-9]+)?"), "DATE-SERIAL"),
    ("klockslag", re.compile(r"[0-9]{4}[-/]?[0-9]{2}[-/]?[0-9]{2}[T ].*"), "DATE-TZ"),
)
_MONTH = re.compile(r"([0-9]{4})[-M]?(0[1-9]|1[0-2])")
_TERM = re.compile(r"(?P<a>VT|HT)[- ]?(?P<y>[0-9]{4})|(?P<z>[0-9]{4})[- ]?(?P<b>VT|HT)")
_QUARTER = re.compile(r"([0-9]{4})[- ]?[KQ]([1-4])")
_YEAR = re.compile(r"[0-9]{4}")
_VAGUE = re.compile(
    r"(VT|HT)[- ]?[0-9]{2}|[0-9]{2}[- ]?(VT|HT)|[0-9]{2}[-/][0-9]{2}|[A-ZÅÄÖ]{3,9}[- .]?[0-9]{2}|[0-9]{4}/[0-9]{2,4}"
)


def read_dates(cells: Sequence[Cell], column: Column, evaluated_on: date) -> Checked[date | None]:
    """Return the dates of one column, None where missing.

    Parameters
    ----------
    cells : Sequence[Cell]
        One cell per row.
    column : Column
        Declares the form and the missing codes.
    evaluated_on : date
        Later dates are refused, except for when something is meant to end.

    Returns
    -------
    Checked[date | None]
        Dates and faults by position: the DATE codes, IN-FORMULA, MISS-UNKNOWN.
    """
    faults = Faults()
    values: list[date | None] = []
    forms: dict[str, list[int]] = {}
    for position, cell in enumerate(cells):
        text = as_text(cell)
        if common_faults(cell, text, column, position, faults, numeric=False):
            values.append(None)
            continue
        value, form = _read_date(cell, text, column, position, faults)
        forms.setdefault(form, []).append(position)
        if value is not None and not _is_in_range(value, column.role, evaluated_on):
            faults.add("DATE-RANGE", position)
            value = None
        values.append(value)
    written = {form: positions for form, positions in forms.items() if form not in {"cell", "klockslag"}}
    if len(written) > 1:
        rarest = sorted(written.values(), key=len)[0]
        faults.add_all("DATE-MIXED", rarest)
    elif "annan" in written:
        faults.add_all("DATE-FORMAT", written["annan"])
    return Checked(values, faults)


def _date_cell(cell: date | time, position: int, faults: Faults) -> date | None:
    if isinstance(cell, datetime):
        if cell.tzinfo is not None:
            faults.add("DATE-TZ", position)
        elif cell.time() != time(0):
            faults.add("DATE-TZ:note", position)
        return cell.date()
    if isinstance(cell, time):
        # What a workbook makes of day 0.
        faults.add("DATE-INVALID", position)
        return None
    return cell


def _read_date(cell: Cell, text: str, column: Column, position: int, faults: Faults) -> tuple[date | None, str]:
    if isinstance(cell, date | time):
        return _date_cell(cell, position, faults), "cell"
    text = fold(text).strip()
    match = _FORMS[column.date_form].fullmatch(text)
    if match is None:
        form, code = next(((name, code) for name, shape, code in _OTHER_FORMS if shape.fullmatch(text)), ("annan", ""))
        if code:
            faults.add(code, position)
        return None, form
    if match["time"] and not _ZERO_TIME.fullmatch(match["time"]):
        faults.add("DATE-TZ", position)
        return None, "klockslag"
    try:
        return date(int(match["y"]), int(match["m"]), int(match["d"])), "planens"
    except ValueError:
        faults.add("DATE-INVALID", position)
        return None, "planens"


def _is_in_range(value: date, role: Role, evaluated_on: date) -> bool:
    if role is Role.BIRTH_DATE:
        return date(1890, 1, 1) <= value <= evaluated_on
    return EARLIEST <= value <= (_LATEST_END if role is Role.END else evaluated_on)


def read_periods(cells: Sequence[Cell], column: Column) -> Checked[str | None]:
    """Return the periods of one column in one written form: 2016-03, 2016K1, VT2016 or 2016; None where missing.

    Returns
    -------
    Checked[str | None]
        Periods and faults by position: DATE-FORMAT, DATE-AMBIGUOUS, DATE-MIXED, IN-FORMULA, MISS-UNKNOWN.
    """
    faults = Faults()
    values: list[str | None] = []
    kinds: dict[int, list[int]] = {}
    for position, cell in enumerate(cells):
        text = as_text(cell)
        if common_faults(cell, text, column, position, faults, numeric=False):
            values.append(None)
            continue
        value = _read_period(cell, fold(text).strip().upper(), position, faults)
        values.append(value)
        if value is not None:
            kinds.setdefault(_period_kind(value), []).append(position)
    if len(kinds) > 1:
        faults.add_all("DATE-MIXED", sorted(kinds.values(), key=len)[0])
    return Checked(values, faults)


def _read_period(cell: Cell, text: str, position: int, faults: Faults) -> str | None:
    value = None
    if isinstance(cell, date):
        value = f"{cell.year:04d}-{cell.month:02d}" if cell.day == 1 else None
    elif match := _TERM.fullmatch(text):
        value = f"{match['a'] or match['b']}{match['y'] or match['z']}"
    elif match := _QUARTER.fullmatch(text):
        value = f"{match[1]}K{match[2]}"
    elif match := _MONTH.fullmatch(text):
        value = f"{match[1]}-{match[2]}"
    elif _YEAR.fullmatch(text):
        value = text
    if value is None:
        faults.add("DATE-AMBIGUOUS" if _VAGUE.fullmatch(text) else "DATE-FORMAT", position)
    return value


def _period_kind(value: str) -> int:
    return 2 if value[0] in "VH" else 3 if "K" in value else len(value)
