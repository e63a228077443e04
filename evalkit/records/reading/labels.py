"""Labels, free text and identities: what a cell may say, and what is never carried on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from evalkit.plan.sources import Column
from evalkit.records.identity import (
    Identity,
    IdentityRules,
    contains_identity,
    looks_like_number,
    parse_identity,
)
from evalkit.records.reading.cells import Checked, Faults, common_faults
from evalkit.records.reading.grid import Cell, as_text

_PHONE = re.compile(r"(?<![0-9])(?:\+46|0046|0)[ -]?(?:\(0\))?[1-9][0-9]{0,3}[ -/]{0,3}[0-9]{2,3}(?:[ -]?[0-9]{2}){2}(?![0-9])")
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_NAME = re.compile(r"\b[A-ZÅÄÖÉ][a-zåäöéü]+[ -]+(?:(?:von|af|de) )?[A-ZÅÄÖÉ][a-zåäöéü]+\b")
_CALLED = re.compile(r"\b(?:heter|kallas|mamma|pappa|mor|far|syster|bror|handläggare|lärare|kurator)\s+[A-ZÅÄÖÉ][a-zåäöéü]+")
_STREET = re.compile(r"\b[A-ZÅÄÖ][a-zåäöé]+(?:gatan|vägen|stigen|gränd|torget|allén) [0-9]+", re.IGNORECASE)
_RUNS = ("=", "+", "@", "-", "\t", "\r")
_OTHER_CODE = re.compile(r"[A-ZÅÄÖ0-9][A-ZÅÄÖ0-9_./-]{0,39}")


def fold_label(text: str) -> str:
    """Return a label without case, Unicode form and surplus blanks."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def read_labels(cells: Sequence[Cell], column: Column) -> Checked[str | None]:
    """Return canonical labels, None where missing. Without declared labels, text is only trimmed.

    Returns
    -------
    Checked[str | None]
        Labels and faults by position: IN-LABEL, IN-FORMULA, MISS-UNKNOWN, OUT-NEUTRALISE.
    """
    known: Mapping[str, str] = {fold_label(delivered): canonical for delivered, canonical in column.labels.items()}
    faults = Faults()
    values: list[str | None] = []
    for position, cell in enumerate(cells):
        text = as_text(cell)
        if common_faults(cell, text, column, position, faults, numeric=False):
            values.append(None)
            continue
        value = known.get(fold_label(text)) if known else " ".join(unicodedata.normalize("NFC", text).split())
        if value is None:
            faults.add("IN-LABEL", position)
        elif not known and _would_run(text):
            faults.add("OUT-NEUTRALISE:note", position)
        values.append(value)
    return Checked(values, faults)


def scan_text(cells: Sequence[Cell]) -> Faults:
    """Look through declared free text for what points a person out, and for what a spreadsheet would run. Nothing is kept.

    Returns
    -------
    Faults
        PII-FREETEXT and OUT-NEUTRALISE by position. Names are recognised by their form only: a lone first name may pass.
    """
    faults = Faults()
    seen: dict[str, tuple[bool, bool]] = {}
    for position, cell in enumerate(cells):
        text = as_text(cell)
        if not text:
            continue
        if text not in seen:
            seen[text] = (_identifies(text), _would_run(text))
        identifies, runs = seen[text]
        if identifies:
            faults.add("PII-FREETEXT", position)
        if runs:
            faults.add("OUT-NEUTRALISE:note", position)
    return faults


def _identifies(text: str) -> bool:
    if contains_identity(text):
        return True
    return any(shape.search(text) for shape in (_PHONE, _MAIL, _NAME, _CALLED, _STREET))


def _would_run(text: str) -> bool:
    return len(text) > 1 and text.startswith(_RUNS) and not re.fullmatch(r"[-+]?[0-9 .,]+", text)


def read_identities(cells: Sequence[Cell], rules: IdentityRules) -> Checked[Identity | None]:
    """Return the personal numbers of one column, None where a cell is none.

    Returns
    -------
    Checked[Identity | None]
        Identities and faults by position: the ID codes; ID-FLOAT only as a note. ID-MIXED where most cells are personal
        numbers and others another kind of id.
    """
    faults = Faults()
    values: list[Identity | None] = []
    known: dict[object, object] = {}
    for position, cell in enumerate(cells):
        key = (type(cell), cell)
        if key not in known:
            known[key] = parse_identity(cell, rules)
        read = known[key]
        if isinstance(read, Identity):
            values.append(read)
            if read.was_float:
                faults.add("ID-FLOAT:note", position)
        else:
            values.append(None)
            faults.add(getattr(read, "code", "ID-FORMAT"), position)
    _other_kinds(cells, faults)
    return Checked(values, faults)


def _other_kinds(cells: Sequence[Cell], faults: Faults) -> None:
    """Call it two kinds of id where codes stand among personal numbers, rather than faulty numbers."""
    others = [p for p in faults.positions.get("ID-FORMAT", []) if _OTHER_CODE.fullmatch(as_text(cells[p]).upper())]
    numbers = sum(looks_like_number(cell) for cell in cells)
    if others and numbers:
        faults.positions["ID-FORMAT"] = [p for p in faults.positions["ID-FORMAT"] if p not in set(others)]
        if not faults.positions["ID-FORMAT"]:
            del faults.positions["ID-FORMAT"]
        faults.add_all("ID-MIXED", others)


def fold_code(text: str) -> str:
    """Return a study number as its pseudonym is made of: NFKC, upper case."""
    return unicodedata.normalize("NFKC", text).upper()


def read_codes(cells: Sequence[Cell], column: Column) -> Checked[str | None]:
    """Return identities that are no personal numbers (study numbers): upper case, no blanks.

    Returns
    -------
    Checked[str | None]
        Codes and faults by position: ID-FORMAT, also where a personal number stands among them.
    """
    faults = Faults()
    values: list[str | None] = []
    for position, cell in enumerate(cells):
        text = fold_code(as_text(cell))
        wrong = (
            _OTHER_CODE.fullmatch(text) is None or contains_identity(text) or text.casefold() in map(str.casefold, column.missing)
        )
        if wrong:
            faults.add("ID-FORMAT", position)
        values.append(None if wrong else text)
    return Checked(values, faults)
