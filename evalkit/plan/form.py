"""The plan as an Excel form: one sheet for the plan, one a list, drop-downs for every choice, no macros.

`write_form` and `evalkit.plan.form_reading.read_form` are each other's inverse for every valid plan. What a form cannot hold is
the comments of a YAML file: they are lost on the way.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from evalkit.errors import PlanError
from evalkit.files import write_bytes
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.form_layout import BETWEEN, NO, YES, Cell, cells
from evalkit.plan.form_words import HEADING_ROW, HELP_ROW, PARTS, SHEETS, TITLE_ROW, WORDS
from evalkit.plan.writing import number_text

LONGEST_CELL = 32_000
"""Excel holds 32 767 letters in a cell."""

_SPARE_ROWS = 200
"""Empty rows with drop-downs below the filled ones."""

_FORMATS = {"date": "yyyy-mm-dd", "integer": "0", "number": "General", "text": "@", "list": "@", "bool": "@"}


def write_form(plan: EvaluationPlan, path: Path) -> None:
    """Write `plan` as an Excel form (.xlsx) to `path`; an older form there is replaced.

    Raises
    ------
    PlanError
        If a text is too long for a cell (PAR-FORM).
    StorageError
        If the file cannot be written, for instance because it is open in Excel.
    """
    write_bytes(path, form_bytes(plan))


def form_bytes(plan: EvaluationPlan) -> bytes:
    """Return the Excel form of `plan`; the same bytes for the same plan."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    created = datetime.combine(plan.version, datetime.min.time())
    book.set_properties({"title": plan.title, "created": created, "comments": "Utvärderingsschema; läses tillbaka av evalkit"})
    data = plan.model_dump(mode="python")
    writer = _Writer(book)
    writer.plan_sheet(data)
    for sheet in SHEETS:
        if sheet != "Plan":
            writer.table(sheet, list(_rows(sheet, data)))
    writer.lists_sheet()
    book.close()
    return buffer.getvalue()


def _rows(sheet: str, data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    path = SHEETS[sheet][0]
    if sheet in ("Frågor", "Bieffekter"):
        yield from ({"": text} for text in data[path])
    elif sheet == "Instrument":
        yield from ({"outcome": outcome["id"], **use} for outcome in data["outcomes"] for use in outcome["instruments"])
    elif sheet == "Kodbok":
        yield from ({"source": source["id"], **column} for source in data["sources"] for column in source["columns"])
    elif sheet == "Etiketter":
        yield from _labels(data)
    elif "." in path:
        part, key = path.split(".")
        yield from (data[part] or {key: ()})[key]
    else:
        yield from data[path]


def _labels(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for source in data["sources"]:
        named = [(column["name"], part, column[part]) for column in source["columns"] for part in ("labels", "missing")]
        for name, part, pairs in [*named, ("", "constants", source["constants"])]:
            shown = next(word for word, key in PARTS.items() if key == part)
            for written, means in pairs.items():
                yield {"source": source["id"], "column": name, "part": shown, "written": written, "means": means}


def _at(row: dict[str, Any], path: str) -> Any:
    value: Any = row
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


class _Writer:
    """The workbook, its formats and the lists that its drop-downs point at."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.formats = {
            form: book.add_format({"num_format": code, "text_wrap": form == "text", "valign": "top"})
            for form, code in _FORMATS.items()
        }
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.help = book.add_format({"italic": True, "font_color": "#595959", "text_wrap": True, "valign": "top"})
        self.head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "bottom": 1})
        self.choices: list[tuple[str, ...]] = []

    def plan_sheet(self, data: dict[str, Any]) -> None:
        """Write the sheet Plan: one question a row."""
        page = self.book.add_worksheet("Plan")
        page.write_string(TITLE_ROW - 1, 0, SHEETS["Plan"][1], self.title)
        for column, (heading, width) in enumerate((("Fråga", 34), ("Svar", 80), ("Hjälp", 60))):
            page.write_string(HEADING_ROW - 1, column, heading, self.head)
            page.set_column(column, column, width)
        for row, cell in enumerate(cells("Plan"), start=HEADING_ROW):
            page.write_string(row, 0, _starred(cell))
            page.write_string(row, 2, cell.help, self.help)
            self._write(page, row, 1, cell, _at(data, cell.path))
            self._validate(page, row, row, 1, cell)
        page.freeze_panes(HEADING_ROW, 1)

    def table(self, sheet: str, rows: list[dict[str, Any]]) -> None:
        """Write a sheet of rows."""
        page = self.book.add_worksheet(sheet)
        page.write_string(TITLE_ROW - 1, 0, SHEETS[sheet][1], self.title)
        columns = cells(sheet)
        for column, cell in enumerate(columns):
            page.write_string(HELP_ROW - 1, column, cell.help, self.help)
            page.write_string(HEADING_ROW - 1, column, _starred(cell), self.head)
            page.set_column(column, column, 60 if len(columns) == 1 else 22, self.formats[cell.form])
            self._validate(page, HEADING_ROW, HEADING_ROW + len(rows) + _SPARE_ROWS, column, cell)
            for number, row in enumerate(rows, start=HEADING_ROW):
                self._write(page, number, column, cell, row[""] if cell.path == "" else _at(row, cell.path))
        page.freeze_panes(HEADING_ROW, 0)

    def lists_sheet(self) -> None:
        """Write the hidden sheet that the drop-downs point at."""
        page = self.book.add_worksheet("Listor")
        for column, choices in enumerate(self.choices):
            for row, choice in enumerate(choices):
                page.write_string(row, column, choice)
        page.hide()

    def _write(self, page: Any, row: int, column: int, cell: Cell, value: Any) -> None:
        style = self.formats[cell.form]
        if value is None:
            page.write_blank(row, column, None, style)
        elif isinstance(value, bool):
            page.write_string(row, column, YES if value else NO, style)
        elif isinstance(value, date):
            page.write_datetime(row, column, datetime.combine(value, datetime.min.time()), style)
        elif isinstance(value, (int, float)) and float(f"{value:.15g}") == value:  # Excel holds fifteen digits
            page.write_number(row, column, value, style)
        else:
            page.write_string(row, column, _text(cell, value), style)

    def _validate(self, page: Any, first: int, last: int, column: int, cell: Cell) -> None:
        if not cell.choices or cell.form == "list":
            return
        if cell.choices not in self.choices:
            self.choices.append(cell.choices)
        letter = _letters(self.choices.index(cell.choices))
        page.data_validation(
            first,
            column,
            last,
            column,
            {
                "validate": "list",
                "source": f"=Listor!${letter}$1:${letter}${len(cell.choices)}",
                "error_title": "Inte ett av valen",
                "error_message": "Välj ur listan.",
            },
        )


def _starred(cell: Cell) -> str:
    return f"{cell.heading} *" if cell.required else cell.heading


def _text(cell: Cell, value: Any) -> str:
    if isinstance(value, (tuple, list)):
        return ", ".join(value)
    text = number_text(value) if isinstance(value, (int, float)) else str(value)
    if text in cell.options and text in WORDS:
        return f"{text}{BETWEEN}{WORDS[text]}"
    if len(text) > LONGEST_CELL:
        raise PlanError(f"en text är längre än en cell i Excel rymmer ({cell.heading}); använd YAML-filen", code="PAR-FORM")
    return text


def _letters(column: int) -> str:
    return _letters(column // 26 - 1) + chr(65 + column % 26) if column >= 26 else chr(65 + column)
