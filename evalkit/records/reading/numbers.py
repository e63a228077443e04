"""Swedish numbers, strictly: 12 500,50 is one number, 12.500 is a question and 4,5E+04 is a loss."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time

from evalkit.plan.sources import Column, FileFormat
from evalkit.records.reading.cells import Checked, Faults, common_faults
from evalkit.records.reading.grid import Cell, as_text
from evalkit.records.reading.missing import fold_code

_BLANKS = "\u00a0\u202f\u2009\u2007\u2008\u2002\u2003"
_MINUS = dict.fromkeys(map(ord, "\u2212\u2013\u2012\u2010\u2011"), "-") | dict.fromkeys(map(ord, _BLANKS), " ")
_NUMBER = re.compile(
    r"(?P<sign>[-+]?) ?"
    r"(?:(?P<grouped>[0-9]{1,3}(?P<sep>[ .,'’])[0-9]{3}(?:(?P=sep)[0-9]{3})*)|(?P<plain>[0-9]+))"
    r"(?:(?P<mark>[.,])(?P<fraction>[0-9]+))?"
    r"(?P<unit> ?[^\W\d_]{1,12}\.?| ?%| ?:-| ?kr/[^\W\d_]+)?"
)
_MONEY = {"kr", "sek", "kronor", ":-", "kr."}
_PERCENT = {"%", "procent", "procentenheter"}
_FACTORS = {"tkr", "kkr", "mkr", "ksek", "msek", "mdkr", "tsek"}
_NINES = re.compile(r"-9+|9{3,}")


@dataclass(slots=True)
class _Forms:
    """Positions of the cells of one column by the way their decimals are written."""

    comma: list[int] = field(default_factory=list)
    point: list[int] = field(default_factory=list)
    comma_three: list[int] = field(default_factory=list)
    point_three: list[int] = field(default_factory=list)


def read_numbers(cells: Sequence[Cell], column: Column, form: FileFormat, *, typed: bool, point_expected: bool) -> Checked[float]:
    """Return the numbers of one column, NaN where missing, and everything that is wrong with them.

    Parameters
    ----------
    cells : Sequence[Cell]
        One cell per row.
    column : Column
        Declares unit, missing codes and bounds.
    form : FileFormat
        Declares the decimal mark; where it is left out, the column's own evidence decides.
    typed : bool
        Whether the file holds real numbers, so that text is a surprise.
    point_expected : bool
        Whether decimal points need no note.

    Returns
    -------
    Checked[float]
        Values and faults by position: IN-NUM, IN-NUM-UNIT, IN-NUM-AMBIGUOUS, IN-DEC-MIXED, IN-UNIT, IN-TEXTNUM,
        IN-FORMULA, MISS-UNKNOWN, MISS-CENSORED, MISS-AMBIGUOUS.
    """
    faults = Faults()
    forms = _Forms()
    values: list[float] = []
    known: dict[str, tuple[float, str, tuple[str, ...]]] = {}
    for position, cell in enumerate(cells):
        if isinstance(cell, int | float) and not isinstance(cell, bool) and not column.missing:
            values.append(_finite(float(cell), position, faults))
            continue
        text = as_text(cell)
        if common_faults(cell, text, column, position, faults, numeric=True):
            values.append(math.nan)
            continue
        if isinstance(cell, bool | date | time):
            faults.add("IN-NUM", position)
            values.append(math.nan)
            continue
        if text not in known:
            known[text] = _classify(str(cell).strip() if isinstance(cell, int | float) else text, column)
        value, kind, codes = known[text]
        values.append(value)
        for code in codes:
            faults.add(code, position)
        if kind:
            getattr(forms, kind).append(position)
        if typed and isinstance(cell, str):
            faults.add("IN-TEXTNUM", position)
    _judge_marks(forms, form, faults, point_expected=point_expected)
    _judge_codes(values, column, faults)
    return Checked(values, faults)


def _finite(value: float, position: int, faults: Faults) -> float:
    if math.isinf(value):
        faults.add("IN-NUM", position)
    return value


def _classify(text: str, column: Column) -> tuple[float, str, tuple[str, ...]]:
    """Return a text's value, how its decimals are written and the codes it deserves."""
    match = _NUMBER.fullmatch(text.translate(_MINUS))
    if match is None:
        return math.nan, "", ("IN-NUM",)
    codes = _unit_codes((match["unit"] or "").strip().casefold(), column)
    whole, mark, fraction, sep = match["grouped"] or match["plain"], match["mark"], match["fraction"], match["sep"]
    if sep and mark and sep == mark:
        return math.nan, "", ("IN-NUM",)
    kind = {",": "comma", ".": "point"}.get(mark or "", "")
    if sep in {".", ","} and not mark:
        groups = whole.split(sep)
        if len(groups) == 2:
            # One group of three: decimals and thousands look alike, unless a leading zero settles it.
            kind = {",": "comma", ".": "point"}[sep] + ("" if groups[0] == "0" else "_three")
            whole, fraction = groups[0], groups[1]
        else:
            kind = "point" if sep == "," else "comma"
    elif mark and not sep and fraction and len(fraction) == 3 and len(whole) <= 3 and whole != "0":
        kind += "_three"
    digits = re.sub(r"[^0-9]", "", whole)
    value = float(f"{match['sign'] or ''}{digits}.{fraction or '0'}")
    return (value, kind, codes) if math.isfinite(value) else (math.nan, "", ("IN-NUM",))


def _unit_codes(unit: str, column: Column) -> tuple[str, ...]:
    if not unit:
        return ()
    declared = (column.unit or "").strip().casefold()
    if unit == declared or any({unit, declared} <= family for family in (_MONEY, _PERCENT)):
        return ("IN-NUM-UNIT:note",)
    return ("IN-UNIT",) if unit in _FACTORS and declared in _MONEY else ("IN-NUM-UNIT",)


def _judge_marks(forms: _Forms, form: FileFormat, faults: Faults, *, point_expected: bool) -> None:
    """Settle the column's decimal mark: by the plan where it says one, else by cells that have only one reading."""
    told = "decimal" in form.model_fields_set
    if form.decimal == "point":
        if forms.comma:
            faults.add_all("IN-DEC-MIXED", forms.comma + forms.comma_three)
        else:
            faults.add_all("IN-NUM-AMBIGUOUS", forms.comma_three)
        return
    commas = forms.comma + forms.comma_three
    if forms.point and (commas or (told and not point_expected)):
        faults.add_all("IN-DEC-MIXED", forms.point if not commas or len(forms.point) <= len(commas) else commas)
    elif forms.point:
        if not point_expected:
            faults.add_all("IN-SEP-GUESSED", forms.point)
    else:
        faults.add_all("IN-NUM-AMBIGUOUS", forms.point_three)


def _judge_codes(values: list[float], column: Column, faults: Faults) -> None:
    """Find 999 and -9 outside the bounds, and declared codes inside them: either could be taken for the other."""
    low, high = column.minimum, column.maximum
    for position, value in enumerate(values):
        outside = (low is not None and value < low) or (high is not None and value > high)
        if outside and value.is_integer() and _NINES.fullmatch(str(int(value))):
            faults.add("MISS-AMBIGUOUS", position)
            faults.add("IN-RANGE", position)


def code_could_be_value(column: Column) -> bool:
    """Whether a declared missing code is a number that the column's bounds allow as a value."""
    for code in column.missing:
        match = _NUMBER.fullmatch(fold_code(code).translate(_MINUS))
        if match and not match["unit"]:
            value = _classify(fold_code(code), column)[0]
            low = -math.inf if column.minimum is None else column.minimum
            high = math.inf if column.maximum is None else column.maximum
            if low <= value <= high and (column.minimum is not None or column.maximum is not None):
                return True
    return False
