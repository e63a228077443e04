"""Empty cells and codes that stand for a missing value: which are declared, which are not."""

from __future__ import annotations

import re

from evalkit.plan.sources import Column
from evalkit.records.reading.grid import BROKEN, Cell

_MARKS = frozenset({"-", "–", "—", ".", "..", "...", "…", "*", "**", "x", "xx", "?", "??"})
_WORDS = frozenset(
    {"na", "n/a", "n.a.", "nan", "null", "none", "nil", "missing", "<na>", "(tom)", "saknas", "s.u.", "u.s.", "i.u."}
)
_PHRASES = frozenset(
    {
        "ej svar",
        "inget svar",
        "vet ej",
        "uppgift saknas",
        "data saknas",
        "ej besvarat",
        "ej aktuellt",
        "bortfall",
        "okänd",
        "okänt",
        "oklart",
    }
)
_UNDECLARED = _MARKS | _WORDS | _PHRASES
_HIDDEN = frozenset({"..", "sekretess", "sekr", "sekr.", "sekretessbelagd", "skyddad uppgift", "dold", "dolt"})
_BOUND = r"([<>~≈≤≥]|<=|>=|färre än|mindre än|fler än|mer än|högst|minst|under|över|ca|cirka)"
_CENSORED = re.compile(_BOUND + r"\.? ?[0-9].*|[0-9]+ ?[-–] ?[0-9]+|[0-9]+ ?\+")
_FORMULA_ERROR = re.compile(r"#([A-ZÅÄÖ/0]+[!?]?|DIVISION/0!|DIV/0!)")


def is_missing(text: str, column: Column) -> bool:
    """Whether a trimmed cell is empty or one of the column's declared codes."""
    return not text or (bool(column.missing) and fold_code(text) in {fold_code(code) for code in column.missing})


def is_undeclared_code(text: str) -> bool:
    """Whether a cell is one of the usual codes for a missing value (none of them a number)."""
    return fold_code(text) in _UNDECLARED or is_hidden_code(text)


def is_hidden_code(text: str) -> bool:
    """Whether a cell says that the source suppressed its value; ``..`` is what official statistics write."""
    return fold_code(text) in _HIDDEN


def may_mean_zero(text: str) -> bool:
    """Whether a cell is a dash: official statistics write it for zero, others for a missing value."""
    return text in {"-", "–", "—"}


def is_censored(text: str) -> bool:
    """Whether a cell gives a bound or an interval instead of a value, such as <5, ~100 or 1–4."""
    return _CENSORED.fullmatch(text.lower()) is not None


def is_broken(cell: Cell) -> bool:
    """Whether a cell is a formula without value or a spreadsheet's error value."""
    return isinstance(cell, str) and (
        cell == BROKEN or ("#" in cell and _FORMULA_ERROR.fullmatch(cell.strip().upper()) is not None)
    )


def fold_code(text: str) -> str:
    """Return a missing code without case and outer blanks."""
    return " ".join(text.casefold().split())
