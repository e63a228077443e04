"""An empty delivery as an Excel file: the headings of the codebook, drop-downs, ranges and dates, and the codebook itself."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.sources import Column, Kind, Role, Source

DATA_SHEET, CODEBOOK_SHEET = "Data", "Kodbok"
ROWS = 2_000
"""Rows below the headings that get drop-downs and limits."""

_KINDS = {
    Kind.IDENTITY: "identitet",
    Kind.CATEGORY: "svarsalternativ",
    Kind.INTEGER: "heltal",
    Kind.DECIMAL: "tal",
    Kind.DATE: "datum (ÅÅÅÅ-MM-DD)",
    Kind.PERIOD: "period (ÅÅÅÅ-MM, VT2016 eller år)",
    Kind.TEXT: "text",
}
_HEADINGS = ("Rubrik", "Betyder", "Slag", "Måste fyllas i", "Tillåtna svar", "Saknadkoder", "Lägst", "Högst", "Enhet")
_LISTS_FROM = len(_HEADINGS) + 1


def template_name(source: Source) -> str:
    """Return the file name of a source's data template: it fits the source's own pattern where that is an Excel file."""
    stem = source.files.replace("*", "_mall").rsplit(".", 1)[0]
    return f"{stem or source.id}.xlsx"


def data_template(plan: EvaluationPlan, source: Source) -> bytes:
    """Return the Excel data template of `source`, without macros; the same bytes for the same plan."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    created = datetime.combine(plan.version, datetime.min.time())
    book.set_properties({"title": f"{plan.title}: {source.label}", "created": created})
    head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "bottom": 1, "text_wrap": True, "valign": "top"})
    columns = [column for column in source.columns if column.role is not Role.IGNORE]
    data = book.add_worksheet(source.format.sheet or DATA_SHEET)
    lists = _codebook(book.add_worksheet(CODEBOOK_SHEET), columns, head)
    _data(data, source, columns, lists, {"head": head, **_formats(book)})
    book.close()
    return buffer.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    codes = {"date": "yyyy-mm-dd", "number": "General", "text": "@"}
    return {name: book.add_format({"num_format": code}) for name, code in codes.items()}


def heading(column: Column) -> str:
    """Return the heading of a column as it is delivered."""
    return column.header or column.name


def _data(page: Any, source: Source, columns: list[Column], lists: dict[str, str], formats: dict[str, Any]) -> None:
    top = source.format.header_row - 1
    if top:
        page.write_string(0, 0, source.label)
    for number, column in enumerate(columns):
        page.set_column(number, number, max(14, len(heading(column)) + 2), formats[_format(column)])
        page.write_string(top, number, heading(column), formats["head"])
        rule = _rule(column, lists.get(column.name))
        if rule is not None:
            page.data_validation(top + 1, number, top + ROWS, number, rule)
    page.freeze_panes(top + 1, 1)


def _format(column: Column) -> str:
    if column.kind is Kind.DATE:
        return "date"
    return "number" if column.kind in (Kind.INTEGER, Kind.DECIMAL) and not column.missing else "text"


def _rule(column: Column, listed: str | None) -> dict[str, Any] | None:
    """Return the rule of a column's cells; where a missing code may stand instead of a number it warns, else it stops."""
    told = {"input_title": heading(column)[:32], "input_message": _told(column)[:255], "error_title": "Kontrollera cellen"}
    if listed is not None:
        return told | {"validate": "list", "source": listed, "error_message": "Välj ett av svaren i listan (se bladet Kodbok)."}
    if column.kind is Kind.DATE:
        message = "Skriv ett datum som 2015-08-31."
        return told | {"validate": "date", "criteria": ">=", "value": date(1900, 1, 1), "error_message": message}
    if column.kind not in (Kind.INTEGER, Kind.DECIMAL):
        return told | {"validate": "any"}
    low = column.minimum if column.minimum is not None else -1e12
    high = column.maximum if column.maximum is not None else 1e12
    return told | {
        "validate": "integer" if column.kind is Kind.INTEGER else "decimal",
        "criteria": "between",
        "minimum": low,
        "maximum": high,
        "error_type": "warning" if column.missing else "stop",
        "error_message": _told(column)[:255],
    }


def _told(column: Column) -> str:
    parts = [_KINDS[column.kind]]
    if column.minimum is not None:
        parts.append(f"lägst {column.minimum:g}".replace(".", ","))
    if column.maximum is not None:
        parts.append(f"högst {column.maximum:g}".replace(".", ","))
    if column.missing:
        parts.append("eller saknadkod: " + ", ".join(f"{code} = {meaning}" for code, meaning in column.missing.items()))
    return "; ".join(parts)


def _codebook(page: Any, columns: list[Column], head: Any) -> dict[str, str]:
    """Write the codebook and, to its right, the lists that the drop-downs point at; return their ranges by column name."""
    for number, word in enumerate(_HEADINGS):
        page.write_string(0, number, word, head)
    page.set_column(0, len(_HEADINGS) - 1, 24)
    ranges: dict[str, str] = {}
    for row, column in enumerate(columns, start=1):
        for number, text in enumerate(_described(column)):
            page.write_string(row, number, text)
        answers = [*column.labels, *column.missing] if column.labels else []
        if answers:
            place = _LISTS_FROM + len(ranges)
            page.write_string(0, place, f"Svar: {heading(column)}", head)
            for down, answer in enumerate(answers, start=1):
                page.write_string(down, place, answer)
            letter = _letters(place)
            ranges[column.name] = f"={CODEBOOK_SHEET}!${letter}$2:${letter}${len(answers) + 1}"
    return ranges


def _described(column: Column) -> tuple[str, ...]:
    return (
        heading(column),
        column.label or "",
        _KINDS[column.kind],
        "ja" if column.required else "nej",
        ", ".join(column.labels),
        ", ".join(f"{code} = {meaning}" for code, meaning in column.missing.items()),
        "" if column.minimum is None else f"{column.minimum:g}".replace(".", ","),
        "" if column.maximum is None else f"{column.maximum:g}".replace(".", ","),
        column.unit or "",
    )


def _letters(column: int) -> str:
    return _letters(column // 26 - 1) + chr(65 + column % 26) if column >= 26 else chr(65 + column)
