"""Sentences that single out a person: a day of an event, a withdrawn consent, a share that gives its small number away."""

from __future__ import annotations

import re

from evalkit.release.scan.finding import Scan

_DAY = re.compile(r"(?<![\d-])(?:19|20)\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?![\d-])")
_PERSON = re.compile(
    r"\b(?:flicka|pojke|elev|ungdom|enda|den enskild\w*|placering(?:en)?|inskriv\w*|utskriv\w*|omhänderta\w*|mamma|pappa"
    r"|en deltagare|ett barn|barnet|klient(?:en)?)\b|\bHVB-",
    re.IGNORECASE,
)
_WITHDRAWN = re.compile(r"återkall\w*[^.]{0,60}samtyck|samtyck\w*[^.]{0,60}återkall|withdr[ae]w\w*[^.]{0,40}consent", re.IGNORECASE)
_ONE = re.compile(
    r"\b(?:en|ett|1|två|2|tre|3|fyra|4|one|two)\s+(?:\w+\s+)?(?:deltagare|person(?:er)?|elev(?:er)?|barn|ungdom(?:ar)?|participants?)\b"
    r"|\b(?:flicka|pojke)\b|\b\d{1,2} år\b",
    re.IGNORECASE,
)
_N = re.compile(r"(?<![\w.])[nN]\s*=\s*(\d+)(?![\d.,]|[ \u00a0]\d)")
_PERCENT = re.compile(r"(?<![\d.,])(\d{1,3})[.,](\d{2,8})\s?%")
_REMOVED = re.compile(
    r"\b(?:borttagn\w*|uteslut\w*|exklud\w*|removed|dropped|duplicat\w*|dubblett\w*)\b[^.\n]{0,80}", re.IGNORECASE
)
_CODES = re.compile(r"\b[A-Z]{1,3}\d{3,6}\b")
_CODE_LIST = re.compile(r"\[\s*['\"][A-Za-z]{1,3}[-_]?\d{2,6}['\"](?:\s*,\s*['\"][A-Za-z]{1,3}[-_]?\d{2,6}['\"]){1,}")


def judge_prose(text: str, where: str, scan: Scan) -> None:
    """Note what a plain reading says about single persons.

    Parameters
    ----------
    text : str
        Without markup: one line for each block of the page.
    """
    for sentence in re.split(r"(?<=[.!?])\s+(?=[A-ZÅÄÖ])|\n", text):
        if _DAY.search(sentence) and _PERSON.search(sentence):
            scan.add("DATES", where)
        if _WITHDRAWN.search(sentence) and _ONE.search(sentence):
            scan.add("CONSENT-TEXT", where)
        if _REMOVED.search(sentence) and _CODES.search(sentence):
            scan.add("MICRO-ROWS", where)
    if any(0 < int(match[1]) < scan.min_cell for match in _N.finditer(text)):
        scan.add("SDC-SMALL", where)
    if any(_is_small_fraction(match[1], match[2]) for match in _PERCENT.finditer(text)):
        scan.add("SDC-PCT-N", where)
    if _CODE_LIST.search(text):
        scan.add("MICRO-ROWS", where)


def _is_small_fraction(whole: str, decimals: str) -> bool:
    """Whether a printed percentage can only be a share of fewer than ten: 14,2857 is a seventh."""
    if int(decimals) == 0:
        return False
    share, step = float(f"{whole}.{decimals}"), 10.0 ** -len(decimals)
    thirds = any(abs(share - 100 * k / n) <= 0.51 * step for n in (3, 6, 7, 9) for k in range(1, n))
    return thirds or (len(decimals) >= 4 and share < 100)
