"""The report's tables as an Excel workbook: one sheet a table, values as rounded as they are shown, no formula, nothing hidden."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from typing import Any

from evalkit.release.edition import Edition
from evalkit.release.forms.data_tables import DataTable, Number, data_tables
from evalkit.release.forms.packing import packed
from evalkit.release.language import Language

_MADE = datetime(1980, 1, 1)  # the format's own first day: a file must not tell when it was written
_SHEET_LENGTH = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_WIDEST = 60
_VALUE = re.compile(rb"<v>(-?\d+\.\d+)</v>")


def workbook(edition: Edition) -> bytes:
    """Return the workbook: a sheet of contents, then one for each of the report's tables.

    The same result gives the same bytes. Properties are empty but for a fixed date that the format asks for.
    """
    import xlsxwriter

    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(stream, options)
    book.set_properties({"created": _MADE})
    style = _Styles(book)
    tables = data_tables(edition.blocks, edition.language)
    _contents(book, style, edition, tables)
    for table in tables:
        _sheet(book, style, edition, table)
    book.close()
    return _shortened(stream.getvalue())


def _shortened(content: bytes) -> bytes:
    """Write each number as short as it is: the library writes 4.2 with the noise of its seventeenth digit."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for name in (n for n in members if n.startswith("xl/worksheets/")):
        members[name] = _VALUE.sub(lambda found: b"<v>" + f"{float(found[1]):.12g}".encode("ascii") + b"</v>", members[name])
    return packed(members)


class _Styles:
    """The workbook's cell formats."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._numbers: dict[int, Any] = {}
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.mark = book.add_format({"bold": True, "font_color": "#8A3B00"})
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.note = book.add_format({"italic": True, "font_color": "#595959"})
        self.right = book.add_format({"align": "right", "valign": "top"})

    def number(self, decimals: int) -> Any:
        """Return the format of a number with so many decimals; Excel shows it with the reader's own marks."""
        if decimals not in self._numbers:
            shape = "#,##0" + ("." + "0" * decimals if decimals else "")
            self._numbers[decimals] = self._book.add_format({"num_format": shape, "valign": "top"})
        return self._numbers[decimals]


def _contents(book: Any, style: _Styles, edition: Edition, tables: list[DataTable]) -> None:
    t = Language(edition.language).text
    sheet = book.add_worksheet(t("contents"))
    sheet.set_column(0, 0, 10)
    sheet.set_column(1, 1, 90)
    row = 0
    sheet.write_string(row, 0, edition.title, style.title)
    for said in (edition.kind_note, *([f"{t('synthetic')}. {t('synthetic_note')}"] if edition.synthetic else [])):
        row += 1
        sheet.write_string(row, 0, said, style.mark)
    row += 2
    for column, key in enumerate(("table_label", "x_content")):
        sheet.write_string(row, column, t(key), style.head)
    for table in tables:
        row += 1
        sheet.write_string(row, 0, f"{t('table_label')} {table.number}", style.text)
        sheet.write_string(row, 1, table.caption, style.text)
    sheet.write_string(row + 2, 0, f"{t('foot')} {edition.digest}", style.note)


def _sheet(book: Any, style: _Styles, edition: Edition, table: DataTable) -> None:
    t = Language(edition.language).text
    sheet = book.add_worksheet(sheet_name(table))
    sheet.write_string(0, 0, f"{t('table_label')} {table.number}. {table.caption}", style.title)
    sheet.write_string(1, 0, edition.marks, style.mark)
    for column, name in enumerate(table.head):
        numeric = any(isinstance(row[column], Number) for row in table.rows)
        sheet.write_string(3, column, name, style.head)
        for place, row in enumerate(table.rows, 4):
            _write(sheet, place, column, row[column], style, numeric=numeric)
        sheet.set_column(column, column, _width(table, column, numeric=numeric))
    last = 4 + len(table.rows)
    for offset, note in enumerate(filter(None, (table.note, t("own_processing"))), 1):
        sheet.write_string(last + offset, 0, note, style.note)
    sheet.freeze_panes(4, 1)
    sheet.repeat_rows(3)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _write(sheet: Any, row: int, column: int, cell: Number | str, style: _Styles, *, numeric: bool) -> None:
    if isinstance(cell, Number):
        sheet.write_number(row, column, cell.value, style.number(cell.decimals))
    else:
        sheet.write_string(row, column, cell, style.right if numeric else style.text)


def _width(table: DataTable, column: int, *, numeric: bool) -> float:
    longest = max((len(row[column]) for row in table.rows if isinstance(row[column], str)), default=0)  # type: ignore[arg-type]
    head = len(table.head[column])
    return float(min(max(12, longest + 2, head / 2 + 2 if numeric else head + 2), _WIDEST))


def sheet_name(table: DataTable) -> str:
    """Return a sheet's name: number and beginning of the caption, in characters that Excel takes."""
    return _FORBIDDEN.sub(" ", f"{table.number} {table.caption}")[:_SHEET_LENGTH].rstrip()
