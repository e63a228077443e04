"""Does every number that a shared file shows stand in the cleared result? A receiver's check, without the house."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

from evalkit.findings.safe import SafeResult

_DECIMAL = re.compile(
    r"(?<![\w.,])[-−]?\d{1,3}(?:[ \u00a0\u202f]\d{3})*,\d+(?![\d,]|\.\d)|(?<![\w.,])[-−]?\d{1,3}(?:,\d{3})*\.\d+(?![\d.])"
)
_WHOLE = re.compile(r"(?<![\w.,:/-])\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?![\w.,])|(?<![\w.,:/-])\d{3,}(?![\w.,:/-])")


def unknown_numbers(text: str, safe: SafeResult) -> list[str]:
    """Return the decimals and the whole numbers from 100 up that a text shows and the cleared result has not, in their order.

    Parameters
    ----------
    text : str
        What a reader is told (`evalkit.release.form_text.text_of`).

    Notes
    -----
    A number counts as known if it is one of the result's at any number of decimals, as a share in per cent, or stands in one of
    its texts. Smaller whole numbers (chapters, percentages of scales, days) say too little to be held to this.
    """
    known, quoted = _known(safe)
    strangers = (text for text in _numbers(text) if text not in quoted and not {_key(v) for v in _values(text)} & known)
    return list(dict.fromkeys(strangers))


def _numbers(text: str) -> Iterator[str]:
    for pattern in (_DECIMAL, _WHOLE):
        yield from (match[0] for match in pattern.finditer(text))


def _values(text: str) -> Iterator[float]:
    """Return what a number may mean: a comma is a decimal comma in Swedish and parts thousands in English."""
    plain = re.sub(r"[ \u00a0\u202f]", "", text).replace("−", "-")
    for candidate in {plain.replace(",", "."), plain.replace(",", "")}:
        if candidate.count(".") <= 1:
            yield float(candidate)


def _key(value: float) -> str:
    return f"{abs(value):.6f}"


def _known(safe: SafeResult) -> tuple[set[str], set[str]]:
    known: set[str] = set()
    quoted: set[str] = set()
    for item in _leaves(safe):
        if isinstance(item, date):
            known.add(_key(item.year))
        elif isinstance(item, str):
            quoted |= set(_DECIMAL.findall(item)) | set(_WHOLE.findall(item))
            known |= {_key(float(year)) for year in re.findall(r"(?<!\d)(?:19|20)\d{2}(?!\d)", item)}
        elif isinstance(item, int | float) and not isinstance(item, bool):
            for scale in (1.0, 100.0):
                known |= {_key(round(item * scale, decimals)) for decimals in range(-6, 7)}
    return known, quoted


def _leaves(value: Any) -> Iterator[Any]:
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _leaves(getattr(value, field.name))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, Enum):
        yield value.value
    elif value is not None:
        yield value
