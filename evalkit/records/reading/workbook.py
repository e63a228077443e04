"""Excel workbooks: the container is judged before any XML is parsed, then one sheet becomes a grid."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from evalkit.findings.quality import Severity
from evalkit.plan.sources import FileFormat
from evalkit.records.reading.faults import FaultLog
from evalkit.records.reading.grid import BROKEN, Cell, Grid, Line, is_blank

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MOST_UNPACKED = 50 * 1024 * 1024
MOST_RATIO = 100
_RATIO_FROM = 1024 * 1024
"""Small parts of repeated markup compress well: the ratio only counts above this size."""

_SAVE = "öppna i Excel och spara som en vanlig arbetsbok (.xlsx)"


def parse_workbook(content: bytes, form: FileFormat, log: FaultLog) -> Grid:
    """Return the rows of the plan's sheet, or of the only sheet with content.

    Parameters
    ----------
    content : bytes
        The whole file.
    form : FileFormat
        Names the sheet and the heading row.
    log : FaultLog
        Receives IN-TOOBIG, IN-TRUNCATED, IN-MACRO, IN-XML, IN-SHEET, IN-MERGED, IN-HIDDENROWS and PII-COMMENT.

    Raises
    ------
    DeliveryError
        If the container is unsafe or broken, or the sheet cannot be told.
    """
    has_formulas, has_comments = _check_container(content, log)
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            # The library's warnings quote cells.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content), data_only=True)
            formulas = load_workbook(io.BytesIO(content)) if has_formulas else None
    except Exception:
        # Whatever the library says would quote the file.
        log.fail("IN-XML", "arbetsboken går inte att läsa", _SAVE)
    sheet = _sheet(book, form, log)
    if has_comments:
        log.note(
            "PII-COMMENT",
            "cellkommentarer finns och lästes inte; de kan innehålla namn",
            "ta bort kommentarerna före leverans",
            severity=Severity.WARN,
        )
    twin = formulas[sheet.title] if formulas is not None else None
    lines = _lines(sheet, twin)
    _check_layout(sheet, lines, form, log)
    return Grid(lines, typed=True, point_expected=True)


def _check_container(content: bytes, log: FaultLog) -> tuple[bool, bool]:
    """Judge the zip by its directory, then every XML part by its bytes; return whether there are formulas and comments."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_size(parts, log)
            names = [part.filename.lower() for part in parts]
            if any("vbaproject" in name or (name.endswith(".bin") and "macro" in name) for name in names):
                log.fail("IN-MACRO", "arbetsboken innehåller makron", "spara som .xlsx utan makron")
            if "encryptedpackage" in names:
                log.fail("IN-ENCRYPTED", "arbetsboken är lösenordsskyddad", "spara den utan lösenord")
            if not any(name.startswith("xl/") for name in names):
                log.fail("IN-MAGIC", "innehållet är ingen Excelbok fast filen heter så", _SAVE)
            has_formulas = False
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                    has_formulas |= _check_part(archive.read(part), part.filename, log)
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        LookupError,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ):
        log.fail("IN-TRUNCATED", "arbetsboken är skadad eller ofullständig", "för över filen igen")
    return has_formulas, any("comments" in name for name in names)


def _check_size(parts: Iterable[zipfile.ZipInfo], log: FaultLog) -> None:
    total = sum(part.file_size for part in parts)
    ratios = [part.file_size / max(part.compress_size, 1) for part in parts if part.file_size > _RATIO_FROM]
    if total > MOST_UNPACKED or max(ratios, default=0) > MOST_RATIO:
        limit = f"arbetsboken packas upp till mer än {MOST_UNPACKED // 2**20} MB eller mer än {MOST_RATIO} gånger sin storlek"
        log.fail("IN-TOOBIG", limit, "spara bara bladet med data i en ny arbetsbok, eller lämna CSV")


def _check_part(part: bytes, name: str, log: FaultLog) -> bool:
    """Refuse a document type or entity in one XML part; return whether a sheet's part has formulas."""
    text = part.decode("utf-16", errors="replace").encode() if part.startswith((b"\xff\xfe", b"\xfe\xff")) else part
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        log.fail("IN-XML", "arbetsboken innehåller en dokumenttyp eller entitet, vilket Excel aldrig skriver", _SAVE)
    if name == "[Content_Types].xml" and b"macroEnabled" in text:
        log.fail("IN-MACRO", "arbetsboken är makroaktiverad", "spara som .xlsx utan makron")
    return name.startswith("xl/worksheets/") and (b"<f>" in text or b"<f " in text)


def _sheet(book: Any, form: FileFormat, log: FaultLog) -> Worksheet:
    sheets: list[Worksheet] = book.worksheets
    filled = [sheet for sheet in sheets if _cells_of(sheet)]
    names = ", ".join(f"'{sheet.title}'" for sheet in sheets)
    if form.sheet is not None:
        wanted = [sheet for sheet in sheets if sheet.title.strip().casefold() == form.sheet.strip().casefold()]
        if not wanted:
            log.fail("IN-SHEET", f"bladet '{form.sheet}' finns inte; bladen heter {names}", "ange rätt blad i planen under format")
        return wanted[0]
    if len(filled) > 1:
        log.fail("IN-SHEET", f"flera blad har innehåll: {names}", "ange vilket i planen under format: sheet")
    if not filled:
        log.fail("IN-EMPTY", "arbetsboken är tom", "gör om uttaget")
    return filled[0]


def _cells_of(sheet: Worksheet) -> dict[tuple[int, int], Any]:
    """Return the cells that exist. Walking rows by number would make a million of them where one stray cell lies far down."""
    cells: dict[tuple[int, int], Any] = getattr(sheet, "_cells", {})
    return {place: cell for place, cell in cells.items() if not is_blank(cell.value)}


def _lines(sheet: Worksheet, twin: Worksheet | None) -> list[Line]:
    cells = dict(_cells_of(sheet))
    values: dict[tuple[int, int], Cell] = {place: BROKEN if cell.data_type == "e" else cell.value for place, cell in cells.items()}
    for place, cell in _cells_of(twin).items() if twin is not None else ():
        if cell.data_type == "f" and place not in values:
            values[place] = BROKEN
    width = max((column for _, column in values), default=0)
    rows: dict[int, list[Cell]] = {}
    for (row, column), value in sorted(values.items(), key=lambda item: item[0]):
        rows.setdefault(row, [None] * width)[column - 1] = value
    return [Line(number, row) for number, row in rows.items()]


def _check_layout(sheet: Worksheet, lines: list[Line], form: FileFormat, log: FaultLog) -> None:
    merged = sorted({area.min_row for area in sheet.merged_cells.ranges if area.max_row > form.header_row})
    data = {line.number for line in lines if line.number > form.header_row}
    if any(row > form.header_row for row in merged):
        advice = "ta bort sammanfogningen och fyll i värdet på varje rad"
        log.stop("IN-MERGED", "sammanfogade celler bland raderna: bara den översta har värdet", advice, lines=merged)
    hidden = [number for number, row in sheet.row_dimensions.items() if row.hidden and number in data]
    if hidden:
        log.note("IN-HIDDENROWS", f"{len(hidden)} dolda rader (filter) lästes också", "ta bort dem om de inte hör till leveransen")
