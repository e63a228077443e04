"""Delimited text to a grid: separator, quotes, line ends, blank lines, and a file that was cut."""

from __future__ import annotations

import csv
import io
import re

from evalkit.plan.sources import FileFormat
from evalkit.records.reading.faults import FaultLog
from evalkit.records.reading.grid import Grid, Line
from evalkit.records.reading.names import fold_name

_SEPARATORS = {"semicolon": ";", "comma": ",", "tab": "\t"}
_WORDS = {";": "semikolon", ",": "komma", "\t": "tabb", "|": "lodstreck"}
_USUAL = {".csv": ";,", ".txt": ";\t,", ".tsv": "\t", ".tab": "\t"}
_HINT = re.compile(r'^"?sep=(?P<separator>[;,\t|])"?\r?\n?')


def parse_delimited(
    text: str, form: FileFormat, suffix: str, declared_names: frozenset[str], log: FaultLog, *, guessed: bool
) -> Grid:
    """Split the text of a delimited file into lines of cells.

    Parameters
    ----------
    text : str
        The decoded file.
    form : FileFormat
        The plan's hints.
    suffix : str
        The file name's ending, which says which separators are no surprise.
    declared_names : frozenset[str]
        Folded names of the declared columns: the separator is the one that finds most of them.
    log : FaultLog
        Receives IN-SEP-GUESSED, IN-QUOTE and IN-BLANK.
    guessed : bool
        Whether the encoding was inferred.

    Returns
    -------
    Grid
        Lines with numbers from 1, blank ones left out.
    """
    hint = _HINT.match(text)
    offset = 1 if hint else 0
    body = text[hint.end() :] if hint else text
    if hint and body.startswith("\n"):
        body = body[1:]
    separator = hint["separator"] if hint else _separator(body, form, suffix, declared_names, log)
    lines, blank = _split(body, separator, offset, log)
    if blank:
        log.note("IN-BLANK", f"{len(blank)} tomma rader hoppades över", lines=blank)
    is_cut = not body.endswith(("\n", "\r"))
    return Grid(lines, typed=False, point_expected=separator == ",", is_cut=is_cut, encoding_guessed=guessed)


def _separator(body: str, form: FileFormat, suffix: str, declared_names: frozenset[str], log: FaultLog) -> str:
    head = re.split(r"\r\n|\r|\n", body[:20000])[: form.header_row + 20]
    found = {separator: max((_hits(line, separator, declared_names) for line in head), default=0) for separator in _WORDS}
    told = _SEPARATORS.get(form.separator or "")
    best = max(found, key=lambda separator: (found[separator], separator == told, separator == ";"))
    if told and found[told] == found[best]:
        return told
    if found[best] <= 1:
        return told or next((s for s in _WORDS if any(s in line for line in head)), ";")
    if told or best not in _USUAL.get(suffix, ""):
        log.note("IN-SEP-GUESSED", f"läst med {_WORDS[best]} mellan fälten", "ange separator i planen under format")
    return best


def _hits(line: str, separator: str, declared_names: frozenset[str]) -> int:
    try:
        cells = next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return 0
    return len({fold_name(cell) for cell in cells} & declared_names)


def _split(body: str, separator: str, offset: int, log: FaultLog) -> tuple[list[Line], list[int]]:
    lines: list[Line] = []
    blank: list[int] = []
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=separator, strict=True)
    start, widest = 1, 0
    try:
        for cells in reader:
            number = start + offset
            if any(cell.strip() for cell in cells):
                lines.append(Line(number, cells))
            else:
                blank.append(number)
            if reader.line_num > start and (len(cells) < widest or _swallows_rows(cells, separator, widest)):
                _unclosed(log, number)
            widest = max(widest, len(cells))
            start = reader.line_num + 1
    except csv.Error:
        _unclosed(log, start + offset)
    return lines, blank


def _swallows_rows(cells: list[str], separator: str, width: int) -> bool:
    """Whether a field that spans lines holds whole rows: its quote was closed by that of a later row."""
    inner = [line for cell in cells for line in re.split(r"\r\n|\r|\n", cell)[1:-1]]
    return width > 2 and any(line.count(separator) >= width - 1 for line in inner)


def _unclosed(log: FaultLog, line: int) -> None:
    log.fail(
        "IN-QUOTE", "ett citattecken öppnas men stängs inte rätt", "rätta texten på raden i källan och gör om uttaget", lines=[line]
    )
