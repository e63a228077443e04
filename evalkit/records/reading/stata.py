"""Stata files to a grid: value labels as text, missing codes kept, dates as dates."""

from __future__ import annotations

import io
import warnings
from datetime import datetime

import pandas as pd

from evalkit.records.reading.faults import FaultLog
from evalkit.records.reading.grid import Cell, Grid, Line


def parse_stata(content: bytes, log: FaultLog) -> Grid:
    """Return a Stata file's variables and observations; observations count from 1.

    Raises
    ------
    DeliveryError
        If the file cannot be read (IN-TRUNCATED).
    """
    try:
        with warnings.catch_warnings():
            # The library's warnings may quote values.
            warnings.simplefilter("ignore")
            table = pd.read_stata(io.BytesIO(content), convert_missing=True, preserve_dtypes=True)
    except Exception:
        # Whatever the library says may quote the file.
        log.fail("IN-TRUNCATED", "Statafilen är skadad eller ofullständig", "spara om den i Stata och för över den igen")
    columns = [[_cell(value) for value in table[name].astype(object)] for name in table.columns]
    rows = zip(*columns, strict=True)
    lines = [Line(0, [str(name) for name in table.columns])]
    lines += [Line(number, list(row)) for number, row in enumerate(rows, start=1)]
    return Grid(lines, typed=True, point_expected=True)


def _cell(value: object) -> Cell:
    if type(value).__name__ == "StataMissingValue":
        return None if str(value) == "." else str(value)
    if value is None or value is pd.NaT:
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    if isinstance(value, str | bool | int | float | datetime):
        return value
    item = getattr(value, "item", None)
    plain = item() if callable(item) else value
    return plain if isinstance(plain, str | bool | int | float) else str(plain)
