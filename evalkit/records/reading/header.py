"""Finds the heading line and says which delivered column is which declared one; refuses what nobody asked for."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from evalkit.plan.sources import Column, Role, Source
from evalkit.records.reading.faults import FaultLog
from evalkit.records.reading.grid import Grid, Line, as_text, is_blank
from evalkit.records.reading.names import FACTOR_UNITS, fold_name, identifies, is_safe, may_be_index, split_unit

_LOOK_AHEAD = 20


@dataclass(frozen=True, slots=True)
class Header:
    """Where the heading stands and which position each declared column has."""

    line: int
    names: tuple[str, ...]
    positions: dict[str, int]


def declared_headings(source: Source) -> dict[str, str]:
    """Return folded heading -> column name for every declared column."""
    return {fold_name(column.header or column.name): column.name for column in source.columns}


def find_header(grid: Grid, source: Source, log: FaultLog, *, public: bool) -> Header:
    """Match the heading line with the codebook.

    Parameters
    ----------
    grid : Grid
        The file's lines.
    source : Source
        Says which line is the heading and which columns are asked for.
    log : FaultLog
        Receives IN-EMPTY, IN-HEADER and the IN-COL codes.
    public : bool
        Whether the data are public: columns nobody asked for are then left, not refused.

    Raises
    ------
    DeliveryError
        If no heading line can be trusted.
    """
    # A Stata file's variable names stand on no line: they come as line 0.
    index = next((i for i, line in enumerate(grid.lines) if line.number == 0 or line.number >= source.format.header_row), None)
    if index is None:
        log.fail("IN-EMPTY", "filen har ingen rubrikrad", "gör om uttaget")
    line, rows = grid.lines[index], grid.lines[index + 1 :]
    headings = declared_headings(source)
    names = _trimmed([fold_name(cell) for cell in line.cells], rows)
    _check_place(names, grid.lines[index:], headings, source, log)
    _check_gap(names, rows, log)
    positions = _positions(names, headings, source, log)
    known = {name for name, column in headings.items() if column in positions}
    strangers = [i for i, name in enumerate(names) if name not in known and i not in positions.values()]
    _check_strangers(strangers, names, rows, source, log, public=public)
    _check_missing(names, positions, source, log)
    log.raise_if_stopped()
    return Header(line.number, tuple(names), positions)


def _trimmed(names: list[str], rows: Sequence[Line]) -> list[str]:
    """Leave out columns at the end that have neither heading nor content: traces of formatting."""
    while names and not names[-1] and _is_empty(len(names) - 1, rows):
        names.pop()
    return names


def _is_empty(position: int, rows: Sequence[Line]) -> bool:
    return all(position >= len(line.cells) or is_blank(line.cells[position]) for line in rows)


def _check_place(names: list[str], lines: Sequence[Line], headings: dict[str, str], source: Source, log: FaultLog) -> None:
    """Stop where another line looks more like the heading than the one the plan points at."""
    here = len(set(names) & headings.keys())
    if here * 2 > sum(column.required for column in source.columns):
        return
    for line in lines[1:_LOOK_AHEAD]:
        if len({fold_name(cell) for cell in line.cells} & headings.keys()) > max(here, 1):
            advice = f"ange header_row: {line.number} i planen under format, eller ta bort raderna ovanför"
            log.fail("IN-HEADER", f"rubrikerna står på rad {line.number}, inte här", advice, lines=[lines[0].number])
    if here == 0 and any(character.isdigit() for name in names for character in name):
        log.fail("IN-HEADER", "rubrikrad saknas", "lägg till en rad med planens kolumnnamn överst", lines=[lines[0].number])


def _check_gap(names: list[str], rows: Sequence[Line], log: FaultLog) -> None:
    """Stop at an empty column with headings on both sides: two tables beside each other."""
    for position, name in enumerate(names):
        if not name and 0 < position < len(names) - 1 and _is_empty(position, rows):
            log.fail(
                "IN-HEADER",
                f"tom kolumn nr {position + 1} mellan rubrikerna: två tabeller bredvid varandra",
                "lägg den andra tabellen i en egen fil eller ett eget blad",
            )


def _positions(names: list[str], headings: dict[str, str], source: Source, log: FaultLog) -> dict[str, int]:
    counts = Counter(name for name in names if name)
    positions: dict[str, int] = {}
    units = {column.name: (column.unit or "").lower() for column in source.columns}
    for position, name in enumerate(names):
        if name in headings:
            positions.setdefault(headings[name], position)
            continue
        base, unit = split_unit(name)
        if base in headings and headings[base] not in positions and base not in counts and unit:
            positions[headings[base]] = position
            if unit in FACTOR_UNITS or not _same_unit(unit, units[headings[base]]):
                log.stop(
                    "IN-UNIT",
                    "rubriken anger en annan enhet än planen",
                    "leverera i planens enhet, eller ändra planen",
                    column=headings[base],
                )
    for name, count in counts.items():
        if count > 1 and name in headings:
            log.stop("IN-COL-DUP", f"kolumnen finns {count} gånger", "ta bort den ena i källan", column=headings[name])
    return positions


def _same_unit(delivered: str, declared: str) -> bool:
    money, share = {"kr", "sek", "kronor"}, {"%", "procent", "procentenheter"}
    return delivered == declared or {delivered, declared} <= money or {delivered, declared} <= share


def _check_missing(names: list[str], positions: dict[str, int], source: Source, log: FaultLog) -> None:
    for column in source.columns:
        if not column.required or column.name in positions or column.role is Role.IGNORE:
            continue
        near = difflib.get_close_matches(column.name, [name for name in names if is_safe(name)], n=1, cutoff=0.75)
        hint = f"; närmast i filen: '{near[0]}'" if near else ""
        log.stop(
            "IN-COL-MISSING",
            f"kolumnen saknas{hint}",
            "lägg till kolumnen, eller ange dess rubrik under header i planen",
            column=column.name,
        )


def _check_strangers(
    strangers: Sequence[int], names: list[str], rows: Sequence[Line], source: Source, log: FaultLog, *, public: bool
) -> None:
    headings = declared_headings(source)
    for position in strangers:
        name = names[position]
        if _is_row_number(position, name, rows):
            log.note("IN-COL-INDEX", f"kolumn nr {position + 1} är sparade radnummer och lästes inte", "spara utan radnummer")
        elif not name and _is_empty(position, rows):
            continue
        elif not name:
            log.stop("IN-HEADER", f"kolumn nr {position + 1} har innehåll men ingen rubrik", "ge den en rubrik eller ta bort den")
        elif public:
            continue
        elif _is_numbered_twin(name, headings):
            log.stop("IN-COL-DUP", f"kolumn nr {position + 1} är en dubblett som ett program döpt om", "ta bort den i källan")
        elif not is_safe(name):
            log.stop(
                "IN-COL-NAME",
                f"kolumn nr {position + 1} har en rubrik som inte är ett tillåtet namn",
                "använd bara bokstäver, siffror och understreck, eller ange rubriken under header i planen",
            )
        else:
            _forbid(position, name, log)


def _forbid(position: int, name: str, log: FaultLog) -> None:
    if identifies(name):
        what = f"kolumn nr {position + 1} ('{name}') pekar ut personer och är inte begärd"
        remedy = "ta bort den ur uttaget; uppgifter som inte behövs ska inte lämnas"
    else:
        what = f"kolumn nr {position + 1} ('{name}') är inte begärd"
        remedy = "ta bort den ur uttaget, eller beskriv den i planen (role: ignore om den inte ska användas)"
    log.stop("IN-COL-FORBIDDEN", what, remedy)


def _is_numbered_twin(name: str, headings: dict[str, str]) -> bool:
    base, _, tail = name.rpartition(".")
    return tail.isdigit() and base in headings


def _is_row_number(position: int, name: str, rows: Sequence[Line]) -> bool:
    if not may_be_index(name) or not rows:
        return False
    cells = [as_text(line.cells[position]) if position < len(line.cells) else "" for line in rows]
    return any(cells == [str(i) for i in range(first, first + len(cells))] for first in (0, 1))


def required_position(header: Header, columns: Sequence[Column], roles: frozenset[Role]) -> int | None:
    """Return where the first column with one of `roles` stands; None if the file has none."""
    return next((header.positions[c.name] for c in columns if c.role in roles and c.name in header.positions), None)
