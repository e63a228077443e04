"""Months, quarters, terms and years on one grid, and ages in whole years.

A grid tiles the calendar in steps of 1, 3, 6 or 12 months from January. A Swedish term is half a year here: VT January to
June, HT July to December; so every day belongs to exactly one term.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.errors import GateClosed

_DAY = "datetime64[D]"
_FORMS = (
    (re.compile(r"^(\d{4})(?:[.,]0)?$"), 12),
    (re.compile(r"^(\d{4})-(\d{2})$"), 1),
    (re.compile(r"^(\d{4})-?[KkQq]([1-4])$"), 3),
    (re.compile(r"^(VT|HT) ?(\d{4})$", re.IGNORECASE), 6),
)


def ordinals(days: NDArray[np.datetime64], step: int) -> NDArray[np.int64]:
    """Return the number of the grid period that each day lies in; `step` in months. No NaT."""
    return days.astype("datetime64[M]").astype(np.int64) // step


def first_day(ordinal: NDArray[np.int64], step: int) -> NDArray[np.datetime64]:
    """Return the first day of grid periods."""
    return (np.asarray(ordinal, dtype=np.int64) * step).astype("datetime64[M]").astype(_DAY)


def last_day(ordinal: NDArray[np.int64], step: int) -> NDArray[np.datetime64]:
    """Return the last day of grid periods."""
    return first_day(np.asarray(ordinal, dtype=np.int64) + 1, step) - np.timedelta64(1, "D")


def label(first: pd.Timestamp, step: int) -> str:
    """Return how a report names the grid period that starts on `first`: 2016-03, 2016K1, VT 2016, 2016."""
    if step == 12:
        return f"{first.year}"
    if step == 6:
        return f"{'VT' if first.month < 7 else 'HT'} {first.year}"
    return f"{first.year}K{(first.month + 2) // 3}" if step == 3 else f"{first.year}-{first.month:02d}"


def period_bounds(periods: pd.Series, source: str) -> tuple[pd.Series, pd.Series]:
    """Return first and last day of each delivered period; NaT where the period is missing.

    Parameters
    ----------
    periods : pandas.Series
        Text (2016, 2016-03, 2016K1, VT2016), whole numbers (years), dates (the month that they lie in), or pandas periods.
    source : str
        Named in the error.

    Raises
    ------
    GateClosed
        If a period is none of these; the count is named, not the value.
    """
    read = [_read(cell) for cell in periods]
    wrong = sum(bounds is None for bounds in read)
    if wrong:
        raise GateClosed(
            f"{source}: {wrong} perioder går inte att tolka; skriv ÅÅÅÅ-MM, VTÅÅÅÅ, HTÅÅÅÅ eller ÅÅÅÅ", code="IN-PERIOD"
        )
    start, step = zip(*(bounds for bounds in read if bounds), strict=True) if read else ((), ())
    ordinal = np.array([-1 if s == 0 else m // s for m, s in zip(start, step, strict=True)], dtype=np.int64)
    steps = np.array(step, dtype=np.int64)
    months = pd.Series((ordinal * steps).astype("datetime64[M]"), index=periods.index).astype("datetime64[ns]")
    after = pd.Series(((ordinal + 1) * steps).astype("datetime64[M]"), index=periods.index).astype("datetime64[ns]")
    known = pd.Series(steps > 0, index=periods.index)
    return months.where(known), (after - pd.Timedelta(days=1)).where(known)


def whole_years(birth: pd.Series, day: pd.Series) -> pd.Series:
    """Return age in completed years on `day`; NaN where either is missing."""
    years = day.dt.year - birth.dt.year
    had_birthday = (day.dt.month * 100 + day.dt.day) >= (birth.dt.month * 100 + birth.dt.day)
    age: pd.Series = (years - (~had_birthday)).where(birth.notna() & day.notna()).astype("float64")
    return age


def _read(cell: Any) -> tuple[int, int] | None:
    """Return (months since 1970-01, step), (0, 0) where missing, None where it is no period."""
    if cell is None or cell is pd.NaT or (isinstance(cell, float) and np.isnan(cell)):
        return 0, 0
    if isinstance(cell, pd.Period):
        return _months(cell.start_time.year, cell.start_time.month), {"M": 1, "Q": 3, "Y": 12}.get(cell.freqstr[0], 1)
    if isinstance(cell, pd.Timestamp | np.datetime64):
        stamp = pd.Timestamp(cell)
        return _months(stamp.year, stamp.month), 1
    if isinstance(cell, int | float | np.integer | np.floating):
        return (_months(int(cell), 1), 12) if float(cell).is_integer() and 1000 <= cell <= 9999 else None
    return _read_text(str(cell).strip())


def _read_text(text: str) -> tuple[int, int] | None:
    for form, step in _FORMS:
        found = form.match(text)
        if not found:
            continue
        if step == 6:
            return _months(int(found[2]), 1 if found[1].upper() == "VT" else 7), step
        within = int(found[2]) if step < 12 else 1
        return (_months(int(found[1]), (within - 1) * step + 1), step) if 1 <= within <= 12 // step else None
    return None


def _months(year: int, month: int) -> int:
    return (year - 1970) * 12 + month - 1
