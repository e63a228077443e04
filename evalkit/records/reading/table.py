"""One file to one table: every declared column typed, identities replaced, free text looked through and left behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from evalkit.plan.sources import Column, FileFormat, Kind, Role, Source
from evalkit.records.identity import Identity, IdentityRules
from evalkit.records.pseudonym import PseudonymKey
from evalkit.records.reading.cells import Faults
from evalkit.records.reading.dates import read_dates, read_periods
from evalkit.records.reading.faults import FaultLog
from evalkit.records.reading.grid import Cell, Grid, Line
from evalkit.records.reading.header import Header
from evalkit.records.reading.labels import read_codes, read_identities, read_labels, scan_text
from evalkit.records.reading.messages import report_faults, report_missing
from evalkit.records.reading.numbers import code_could_be_value, read_numbers
from evalkit.records.stations import FILE, LINE

_DROPPED = frozenset({Role.TEXT, Role.IGNORE})
_BY_NAME = frozenset({Role.ITEM, Role.ATTRIBUTE})
_NUMBERS_FROM_LABELS = frozenset({Role.VALUE, Role.ITEM})


@dataclass(frozen=True, slots=True)
class Codebook:
    """What cells are judged by, besides their column."""

    source: Source
    key: PseudonymKey | None
    rules: IdentityRules
    evaluated_on: date
    free_text_allowed: bool


def table_name(column: Column) -> str:
    """Return what a declared column is called in the table (see `evalkit.records.stations.RawExtract`)."""
    if column.role in _BY_NAME:
        return column.name
    if column.role is Role.VALUE:
        return column.outcome or "value"
    return column.role.value


def build_table(rows: Sequence[Line], header: Header, grid: Grid, book: Codebook, log: FaultLog) -> pd.DataFrame:
    """Type every kept column of one file.

    Parameters
    ----------
    rows : Sequence[Line]
        Rows of data, each as wide as the heading.
    header : Header
        Which position is which column.
    grid : Grid
        Says whether cells are typed and whether the encoding was inferred.
    book : Codebook
        The source, the pseudonym key and the evaluation date.
    log : FaultLog
        Receives every fault of every cell.

    Returns
    -------
    pandas.DataFrame
        The columns that `RawExtract` lists, one row per row of data, in the file's order.
    """
    numbers = [line.number for line in rows]
    columns: dict[str, object] = {}
    for column in book.source.columns:
        position = header.positions.get(column.name)
        if position is None or column.role is Role.IGNORE:
            continue
        cells = [line.cells[position] if position < len(line.cells) else None for line in rows]
        if column.role is Role.TEXT:
            _scan(cells, column, numbers, book, log)
        elif column.role is Role.PERSON:
            columns |= _identities(cells, column, numbers, book, log)
        else:
            columns[table_name(column)] = _column(cells, column, grid, book, numbers, log=log)
    own = {table_name(column) for column in book.source.columns if column.role not in _DROPPED and column.name in header.positions}
    # What the number says of birth and sex gives way to a column that says it.
    kept = {name: values for name, values in columns.items() if not name.startswith("number:")}
    for name in ("birth_date", "sex"):
        if f"number:{name}" in columns and name not in own:
            kept[name] = columns[f"number:{name}"]
    kept[FILE] = [log.file] * len(rows)
    kept[LINE] = np.asarray(numbers, dtype=np.int64)
    return pd.DataFrame(kept)


def _scan(cells: Sequence[Cell], column: Column, numbers: Sequence[int], book: Codebook, log: FaultLog) -> None:
    faults = scan_text(cells)
    if book.free_text_allowed and "PII-FREETEXT" in faults.positions:
        faults.positions["PII-FREETEXT:note"] = faults.positions.pop("PII-FREETEXT")
    report_faults(faults, column.name, numbers, log)


def _identities(cells: Sequence[Cell], column: Column, numbers: Sequence[int], book: Codebook, log: FaultLog) -> dict[str, object]:
    if book.key is None:
        log.fail("ID-FORMAT", "kolumnen gäller personer men planen säger data_kind: public", "ändra planen")
    if column.kind is not Kind.IDENTITY:
        codes = read_codes(cells, column)
        report_faults(codes.faults, column.name, numbers, log)
        return {"person": _text([None if c is None else book.key.pseudonym_of_code(c) for c in codes.values])}
    checked = read_identities(cells, book.rules)
    report_faults(checked.faults, column.name, numbers, log)
    people: list[Identity | None] = checked.values
    names = {p.digits: book.key.pseudonym(p.digits) for p in people if p is not None}
    return {
        "person": _text([None if p is None else names[p.digits] for p in people]),
        "number:birth_date": _days([None if p is None else p.birth_date for p in people]),
        "number:sex": _text([None if p is None else p.sex for p in people]),
    }


def _column(cells: Sequence[Cell], column: Column, grid: Grid, book: Codebook, numbers: Sequence[int], *, log: FaultLog) -> object:
    values, faults = _typed(cells, column, grid, book)
    if column.kind in {Kind.INTEGER, Kind.DECIMAL} and faults.declared_missing and code_could_be_value(column):
        log.stop(
            "MISS-AMBIGUOUS",
            "en deklarerad kod för saknat värde är också ett möjligt värde",
            "be källan om en kod utanför skalan, eller snäva in gränserna i planen",
            column=column.name,
        )
    if grid.encoding_guessed and "IN-LABEL" in faults.positions:
        faults.positions["IN-ENC-LABEL"] = list(faults.positions["IN-LABEL"])
    report_faults(faults, column.name, numbers, log)
    report_missing(faults, dict(column.missing), column.name, log)
    return values


def _typed(cells: Sequence[Cell], column: Column, grid: Grid, book: Codebook) -> tuple[object, Faults]:
    form: FileFormat = book.source.format
    if column.kind is Kind.DATE:
        dates = read_dates(cells, column, book.evaluated_on)
        return _days(dates.values), dates.faults
    if column.kind is Kind.PERIOD:
        periods = read_periods(cells, column)
        return _text(periods.values), periods.faults
    if column.holds_numbers:
        read = read_numbers(cells, column, form, typed=grid.typed, point_expected=grid.point_expected)
        return np.asarray(read.values, dtype=np.float64), read.faults
    labels = read_labels(cells, column)
    if column.role in _NUMBERS_FROM_LABELS and _are_numbers(column):
        return np.asarray([np.nan if v is None else float(v) for v in labels.values]), labels.faults
    return _text(labels.values), labels.faults


def _are_numbers(column: Column) -> bool:
    return bool(column.labels) and all(value.replace(".", "", 1).lstrip("-").isdigit() for value in column.labels.values())


def _days(values: Sequence[date | None]) -> pd.Series:
    return pd.Series(pd.to_datetime(pd.Series(list(values), dtype=object)), dtype="datetime64[ns]")


def _text(values: Sequence[str | None]) -> pd.Series:
    return pd.Series(list(values), dtype=object)
