"""The report's tables as data: a number alone in its cell, units in headings, intervals in two columns.

Numbers are read from the texts that the page shows, so no cell can hold a digit more than the report says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from evalkit.release.forms.document import Block, Grid, Paragraph
from evalkit.release.language import MINUS, NBSP, Language

_NUMBER = {
    "sv": rf"{MINUS}?\d{{1,3}}(?:{NBSP}\d{{3}})*(?:,\d+)?|{MINUS}?\d+(?:,\d+)?",
    "en": rf"{MINUS}?\d{{1,3}}(?:,\d{{3}})*(?:\.\d+)?|{MINUS}?\d+(?:\.\d+)?",
}
_CURRENCY = f"SEK{NBSP}"


@dataclass(frozen=True, slots=True)
class Number:
    """A rounded number with the decimals it is shown with."""

    value: float
    decimals: int


Cell = Number | str


@dataclass(frozen=True, slots=True)
class DataTable:
    """One table as data.

    Attributes
    ----------
    number : int
        The table's number in the report.
    note : str
        What stands under it there.
    """

    number: int
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str


def data_tables(found: Sequence[Block], code: str) -> list[DataTable]:
    """Return every table of a report's blocks as data, in its order and with its number."""
    language = Language(code)
    tables: list[DataTable] = []
    for block, below in zip(found, [*found[1:], None], strict=True):
        if isinstance(block, Grid):
            note = below.text if isinstance(below, Paragraph) and below.style == "note" else ""
            tables.append(_converted(block, len(tables) + 1, note, language))
    return tables


def _converted(grid: Grid, number: int, note: str, language: Language) -> DataTable:
    head: list[str] = []
    columns: list[Sequence[Cell]] = []
    for place, name in enumerate(_distinct(grid.head)):
        texts = [row[place] for row in grid.rows]
        for title, cells in _columns(name, texts, language) if place in grid.numeric else [(name, texts)]:
            head.append(title)
            columns.append(cells)
    return DataTable(number, grid.caption, tuple(head), tuple(zip(*columns, strict=True)), note)


def _distinct(head: tuple[str, ...]) -> list[str]:
    """Return headings of which no two are the same: a repeated one is named by the group that its first neighbour names."""
    group, found = "", []
    for name in head:
        group = name.split(", ")[0] if ", " in name else group
        found.append(f"{group}, {name}" if group and head.count(name) > 1 else name)
    return found


def _columns(name: str, texts: list[str], language: Language) -> list[tuple[str, Sequence[Cell]]]:
    number = _NUMBER[language.code]
    interval = re.compile(rf"({number}) {re.escape(language.text('to'))} ({number})")
    pairs = [interval.fullmatch(text) for text in texts]
    if any(pairs):
        return [
            (f"{name}, {language.text(key)}", [_cell(p[i], language)[0] if p else t for p, t in zip(pairs, texts, strict=True)])
            for i, key in ((1, "x_lower"), (2, "x_upper"))
        ]
    cells = [_cell(text, language) for text in texts]
    values, units = [cell for cell, _ in cells], [unit for _, unit in cells]
    shown = {unit for (cell, unit) in cells if isinstance(cell, Number)}
    if shown <= {""}:
        return [(name, values)]
    if len(shown) == 1:
        return [(f"{name} ({shown.pop()})", values)]
    return [(name, values), (f"{name}, {language.text('x_unit')}", units)]


def _cell(text: str, language: Language) -> tuple[Cell, str]:
    """Return a cell's number and unit; a text where it holds no number (a dash, hidden, below a limit)."""
    currency = text.startswith(_CURRENCY)
    bare = text.removeprefix(_CURRENCY)
    found = re.match(_NUMBER[language.code] + "$", bare) or re.match(rf"({_NUMBER[language.code]})(?=[ {NBSP}%])", bare)
    if not found:
        return text, ""
    unit = " ".join(bare[found.end() :].replace(NBSP, " ").split())
    return _number(found[0], language), f"SEK {unit}".strip() if currency else unit


def _number(shown: str, language: Language) -> Number:
    point = "," if language.code == "sv" else "."
    whole, _, decimals = shown.partition(point)
    digits = whole.replace(NBSP, "").replace(",", "").replace(MINUS, "-")
    return Number(float(f"{digits}.{decimals}") if decimals else float(digits), len(decimals))
