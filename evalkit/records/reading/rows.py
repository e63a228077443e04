"""The rows under the heading: right number of fields, no totals, notes or second headings among them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from evalkit.plan.sources import Kind, Role, Source
from evalkit.records.reading.faults import FaultLog
from evalkit.records.reading.grid import Cell, Grid, Line, as_text, is_blank
from evalkit.records.reading.header import Header, required_position
from evalkit.records.reading.names import fold_name

_TOTAL = re.compile(
    r"(del|total|slut)?(summa|summor|totalt|total|totaler|sum|medel|medelvärde|genomsnitt|snitt|median|antal|subtotal|"
    r"källa|source|not|noter|anm|anmärkning|anm\.|obs|obs!|fotnot|uttag|utskrift|utskriven|uttagen|rapport|samtliga|alla|riket)"
    r"\b.*|[*©].*",
    re.IGNORECASE | re.DOTALL,
)
_NUMERIC = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.DATE, Kind.IDENTITY, Kind.PERIOD})
_KEYS = frozenset({Role.PERSON, Role.UNIT})
_CUT = "för över filen igen; den är inte komplett"


def data_rows(grid: Grid, header: Header, source: Source, log: FaultLog) -> list[Line]:
    """Return the rows of data, each as wide as the heading.

    Parameters
    ----------
    grid, header, source
        The file, its heading and what was asked for; ``format.footer_rows`` lines are left out at the end.
    log : FaultLog
        Receives IN-EMPTY, IN-TOTALROW, IN-HEADER, IN-COLCOUNT and IN-TRUNCATED.
    """
    rows = [line for line in grid.lines if line.number > header.line]
    if source.format.footer_rows:
        rows = rows[: -source.format.footer_rows]
    if not rows:
        log.fail("IN-EMPTY", "filen har rubriker men inga rader", "gör om uttaget")
    rows = _without_totals(rows, header, source, log)
    _check_headings(rows, header, source, log)
    return rows if grid.typed else _of_right_width(rows, header, log, is_cut=grid.is_cut)


def _without_totals(rows: list[Line], header: Header, source: Source, log: FaultLog) -> list[Line]:
    key = required_position(header, source.columns, _KEYS)
    totals = [line for line in rows if _is_total(line, key)]
    last = rows[-1]
    if not totals and key is not None and _has_no_key_but_numbers(last, key, header, source) and len(rows) > 1:
        before = rows[-2]
        totals = [last] if key < len(before.cells) and not is_blank(before.cells[key]) else []
    if totals:
        advice = "ta bort raden, eller ange footer_rows i planen under format om den alltid står sist"
        log.stop("IN-TOTALROW", "en rad med summa eller anmärkning står bland personerna", advice, lines=[t.number for t in totals])
    gone = {line.number for line in totals}
    return [line for line in rows if line.number not in gone]


def _is_total(line: Line, key: int | None) -> bool:
    if key is not None and key < len(line.cells) and any(c.isdigit() for c in as_text(line.cells[key])[:6]):
        return False
    first = next((as_text(cell) for cell in line.cells if not is_blank(cell)), "")
    if _TOTAL.fullmatch(first) is None:
        return False
    at_key = key is None or key >= len(line.cells) or is_blank(line.cells[key]) or as_text(line.cells[key]) == first
    return at_key and sum(is_blank(cell) for cell in line.cells) * 2 >= len(line.cells) - 1


def _has_no_key_but_numbers(line: Line, key: int, header: Header, source: Source) -> bool:
    if key < len(line.cells) and not is_blank(line.cells[key]):
        return False
    labels = [header.positions[c.name] for c in source.columns if c.kind is Kind.CATEGORY and c.name in header.positions]
    return all(position >= len(line.cells) or is_blank(line.cells[position]) for position in labels)


def _check_headings(rows: Sequence[Line], header: Header, source: Source, log: FaultLog) -> None:
    """Headings again among the rows, or a second line of headings under the first."""
    again = [line.number for line in rows if _repeats(line, header)]
    if again:
        log.stop("IN-HEADER", "rubrikraden upprepas bland raderna", "ta bort den; två uttag är troligen hopklistrade", lines=again)
    if rows and rows[0].number not in again and _is_second_heading(rows[0].cells, header, source):
        log.stop(
            "IN-HEADER",
            "raden under rubrikerna är en rubrikrad till",
            f"ange header_row: {rows[0].number} i planen, eller ta bort den",
            lines=[rows[0].number],
        )


def _repeats(line: Line, header: Header) -> bool:
    cells = line.cells[: len(header.names)]
    return len(cells) == len(header.names) and all(fold_name(cell) == name for cell, name in zip(cells, header.names, strict=True))


def _is_second_heading(cells: Sequence[Cell], header: Header, source: Source) -> bool:
    numeric = [header.positions[c.name] for c in source.columns if c.kind in _NUMERIC and c.name in header.positions]
    texts = [as_text(cells[position]) for position in numeric if position < len(cells)]
    filled = [text for text in texts if text]
    return len(filled) >= 2 and not any(character.isdigit() for text in filled for character in text)


def _of_right_width(rows: Sequence[Line], header: Header, log: FaultLog, *, is_cut: bool) -> list[Line]:
    width = len(header.names)
    right: list[Line] = []
    wrong: list[int] = []
    for line in rows:
        cells = line.cells
        if len(cells) > width and all(is_blank(cell) for cell in cells[width:]):
            cells = cells[:width]
        if len(cells) == width:
            right.append(Line(line.number, cells))
        else:
            wrong.append(line.number)
    if is_cut and wrong and wrong[-1] == rows[-1].number and len(rows[-1].cells) < width:
        log.stop("IN-TRUNCATED", "sista raden är avhuggen", _CUT, lines=[wrong.pop()])
    if wrong:
        what = f"fel antal fält (rubrikraden har {width})"
        log.stop("IN-COLCOUNT", what, "troligen ett skiljetecken inne i en text: sätt texten inom citattecken", lines=wrong)
    return right
