"""Delivered files as bytes: the same bytes on every machine, day and time zone, and every file says that it is synthetic."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime

from evalkit.errors import PlanError
from evalkit.plan.sources import Column, Kind, Source
from evalkit.records.synthetic.rows import Cell
from evalkit.records.synthetic.truth import FileTruth

DECLARATION = "SYNTETISKA DATA – inga verkliga personer"
MARK = "syntetisk"

_SEPARATORS = {"semicolon": ";", "comma": ",", "tab": "\t"}
_FIXED = datetime(2000, 1, 1)
_FIXED_ZIP = (1980, 1, 1, 0, 0, 0)


def file_name(source: Source, delivered: date) -> str:
    """Return a name that the source's pattern matches and that says the file is synthetic.

    Raises
    ------
    PlanError
        If a text file's pattern leaves no room for the word.
    """
    head, star, tail = source.files.partition("*")
    if star:
        return f"{head}_{MARK}_{delivered.isoformat()}{tail}"
    if MARK not in source.files and not source.files.endswith(".xlsx"):
        raise PlanError(
            f"källan {source.id}: mönstret {source.files} behöver en * så att filen kan heta {MARK}", code="PAR-SYNTHETIC"
        )
    return source.files


def csv_bytes(source: Source, rows: Sequence[Sequence[Cell]], look: FileTruth, nth: int) -> bytes:
    """Return a text file in the encoding of the `nth` delivery, or the plan's if it names one."""
    encoding = source.format.encoding or look.encodings[min(nth, len(look.encodings) - 1)]
    separator = _SEPARATORS[source.format.separator or "semicolon"]
    newline = {"crlf": "\r\n", "lf": "\n"}[look.newline]
    titles = [DECLARATION] + [""] * (source.format.header_row - 2) if source.format.header_row > 1 else []
    lines = [*titles, separator.join(column.name for column in source.columns)]
    point = source.format.decimal == "point"
    lines += [separator.join(_text(cell, point=point) for cell in row) for row in rows]
    return (newline.join(lines) + newline).encode(encoding)


def xlsx_bytes(source: Source, rows: Sequence[Sequence[Cell]], title: str) -> bytes:
    """Return a workbook: title rows where the header stands further down, else a sheet that says what this is."""
    import xlsxwriter

    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False})
    workbook.set_properties({"title": DECLARATION, "author": "", "created": _FIXED})
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    sheet = workbook.add_worksheet(source.format.sheet or "Data")
    header = source.format.header_row - 1
    for row, text in enumerate((DECLARATION, title)[:header]):
        sheet.write_string(row, 0, text)
    for number, column in enumerate(source.columns):
        sheet.write_string(header, number, column.name.capitalize())
    for offset, cells in enumerate(rows, start=header + 1):
        for number, cell in enumerate(cells):
            _write(sheet, offset, number, cell, day)
    if header == 0:
        workbook.add_worksheet("Om data").write_string(0, 0, f"{DECLARATION}. {title}")
    workbook.close()
    return _repacked(stream.getvalue())


def cell_text(column: Column, canonical: Cell, label: str | None) -> Cell:
    """Return what stands in a cell: the delivered label, or the value in the column's kind."""
    if canonical is None:
        return None
    if label is not None:
        return label
    if column.kind is Kind.INTEGER and isinstance(canonical, float):
        return round(canonical)
    return canonical


def _write(sheet: object, row: int, column: int, cell: Cell, day: object) -> None:
    writer: object = sheet
    if isinstance(cell, date):
        writer.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), day)  # type: ignore[attr-defined]
    elif isinstance(cell, int | float):
        writer.write_number(row, column, cell)  # type: ignore[attr-defined]
    elif cell:
        writer.write_string(row, column, cell)  # type: ignore[attr-defined]


def _text(cell: Cell, *, point: bool) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        text = f"{cell:.4f}".rstrip("0").rstrip(".")
        return text if point else text.replace(".", ",")
    return str(cell)


def _repacked(content: bytes) -> bytes:
    """Return the archive uncompressed with fixed stamps: compressors and systems write different bytes for the same workbook."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, _FIXED_ZIP)
            info.create_system = 0
            new.writestr(info, old.read(name))
    return stream.getvalue()
