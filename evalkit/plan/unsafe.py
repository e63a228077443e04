"""Text that some later program could run, follow or leak: templates, formulas, code, personal numbers, hidden characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Any

from evalkit.plan.strict_yaml import Location

_TEMPLATE = re.compile(r"\{\{|\}\}|\{%|%\}|\$\{|<%|%>")
_CODE = re.compile(
    r"__[a-z]+__|\b(?:eval|exec|import|lambda|os\.system|subprocess)\s*\(|javascript:"
    r"|<\s*/?\s*(?:script|iframe|img|svg|object|embed|style|link|form|base|meta)\b",
    re.IGNORECASE,
)
_FORMULA = re.compile(r"^\s*(?:[=@]|[+-]\s*[A-Za-z]+\s*[(|!])")
_IDENTITY = re.compile(r"(?<![0-9])([0-9]{2})?([0-9]{2})([0-9]{2})([0-9]{2})([-+\u2010-\u2015\u2212 \u00a0]?)([0-9]{4})(?![0-9])")


def unsafe_texts(data: Any) -> Iterator[tuple[str, Location, str]]:
    """Yield code, place and reason for each key or text in nested `data` that must not stand in a plan."""
    for place, text in _texts(data, ()):
        for code, reason in _reasons(text):
            yield code, place, reason


def _reasons(text: str) -> list[tuple[str, str]]:
    found = []
    if _TEMPLATE.search(text) or _CODE.search(text):
        found.append(("PAR-TEMPLATE", "mallkod eller programkod; en plan är vanlig text, skriv ut värdet"))
    elif _FORMULA.match(text):
        found.append(("PAR-TEMPLATE", "börjar som en kalkylbladsformel; skriv texten utan =, @, + eller - först"))
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Co", "Cs", "Cn") and letter not in "\n\u00ad" for letter in text):
        found.append(("PAR-VALUE", "osynliga styrtecken; skriv om texten för hand"))
    if _has_identity(text):
        found.append(("PAR-PII", "ett personnummer; en plan får aldrig innehålla uppgifter om en person"))
    return found


def _has_identity(text: str) -> bool:
    for found in _IDENTITY.finditer(text):
        century, year, month, day, mark, last = found.groups()
        if not mark.strip() and century not in ("18", "19", "20"):
            continue
        digits = f"{year}{month}{day}{last}"
        if _is_day(century or "20", year, month, day) and _luhn(digits):
            return True
    return False


def _is_day(century: str, year: str, month: str, day: str) -> bool:
    number = int(day) - 60 if int(day) > 60 else int(day)
    try:
        date(int(century + year), int(month), number)
    except ValueError:
        return False
    return True


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (2 - position % 2) for position, digit in enumerate(digits))
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def _texts(value: Any, place: Location) -> Iterator[tuple[Location, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _texts(item, (*place, position))
    else:
        for key, item in value.items():
            yield (*place, key), key
            yield from _texts(item, (*place, key))
