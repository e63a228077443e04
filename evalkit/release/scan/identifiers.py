"""Identifiers of a person in plain text: personal numbers in every written form, contact details, case numbers, hashes, names."""

from __future__ import annotations

import itertools
import re
from datetime import date

from evalkit.release.scan.finding import Scan

_RUN = re.compile(r"\d+(?:[ \t]?[-+./:_][ \t]?\d+|[ \t]\d+)*")
_INTERIM = re.compile(r"(?<![0-9A-Za-z])((?:19|20)?\d{6})[-+ ]?[TRSUWXJKLMN]\d{3}(?![0-9A-Za-z])")
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{2,}")
_MOBILE = re.compile(r"(?<![\d-])(?:\+46[ -]?\(?0?\)?|0046[ -]?|0)7[02369](?:[ -]?\d){7}(?!\d)")
_CASE = re.compile(
    r"\b(?:LVU|LVM|IFO|SoL|Soc|SN|BUP)[ _-]?(?:mål|ärende|akt)?[ _-]?\d{2,6}[/-]\d{2,6}\b"
    r"|\b(?:mål|akt|ärende)(?:nummer|nr|\s+nr)?\.?:?\s*\w{0,4}\s?\d{2,6}[-/]\d{2,4}\b",
    re.IGNORECASE,
)
_PSEUDONYM = re.compile(r"(?<![0-9A-Za-z/+=_-])(?=[a-z2-7]*\d[a-z]*\d)(?=[a-z2-7]*[a-z])[a-z2-7]{26}(?![0-9A-Za-z/+=_-])")
_FOLDERS = re.compile(r"(?:/(?:home|Users|root)/|[A-Za-z]:\\{1,2}Users\\{1,2}|[A-Za-z]:/Users/|\\\\[\w.-]+\\[\w$.-]+)[\w.-]*")
_THOUSANDS = re.compile(r"\d{1,3}(?: \d{3})+")


def identifiers(text: str, where: str, scan: Scan) -> None:
    """Note the identifiers in one plain reading of a text.

    Parameters
    ----------
    text : str
        As `disguises.normalised` returns it.
    """
    for run in _RUN.finditer(text):
        if len(run[0]) >= 10 and _holds_number(run, text):
            scan.add("PII-PNR", where)
            break
    if any(_is_day(match[1][-6:], match[1][:-6]) for match in _INTERIM.finditer(text)):
        scan.add("PII-INTERIM", where)
    for code, pattern in (("CASE-ID", _CASE), ("HASH-ID", _PSEUDONYM), ("PATH", _FOLDERS)):
        if pattern.search(text):
            scan.add(code, where)
    if _MAIL.search(text) or _MOBILE.search(text):
        scan.add("PII-CONTACT", where)
    if scan.names and _holds_name(text.lower(), scan.names):
        scan.add("PII-NAME", where)


def _holds_name(text: str, names: frozenset[str]) -> bool:
    words = re.findall(r"[^\W\d_]+", text)
    pairs = {f"{a} {b}" for a, b in itertools.pairwise(words)}
    return any(name in pairs or " ".join(reversed(name.split())) in pairs for name in names)


def _holds_number(run: re.Match[str], text: str) -> bool:
    if _THOUSANDS.fullmatch(run[0]):
        # An amount of money, written in groups of three.
        return False
    groups = re.findall(r"\d+", run[0])
    edges = re.findall(r"\D+", run[0])
    before = text[run.start() - 1] if run.start() else " "
    after = text[run.end()] if run.end() < len(text) else " "
    for first in range(len(groups)):
        joined = ""
        for last in range(first, len(groups)):
            joined += groups[last]
            if len(joined) > 12:
                break
            left = before if first == 0 else edges[first - 1][0]
            right = after if last == len(groups) - 1 else edges[last][0]
            if len(joined) in {10, 12} and _is_person(joined, left, right, groups[first : last + 1]):
                return True
    return False


def _is_person(digits: str, left: str, right: str, groups: list[str]) -> bool:
    # Ten bare digits beside a letter or after a decimal point are a hash or a fraction; twelve with a century are not by chance.
    if len(digits) == 10 and (left.isalnum() or right.isalnum() or (left in ".,:" and len(groups) == 1)):
        return False
    if len(digits) == 12 and (left + right).isalnum() and re.fullmatch(r"[a-fA-F]{2}", left + right):
        return False
    if not _is_grouping(groups, len(digits)):
        return False
    century, rest = (digits[:2], digits[2:]) if len(digits) == 12 else ("", digits)
    return _is_day(rest[:6], century) and _checks(rest)


def _is_grouping(groups: list[str], length: int) -> bool:
    """Whether anybody would write one number in these groups: cut between its parts, evenly, or all over; not as an amount."""
    sizes = [len(group) for group in groups]
    if len(sizes) == 1:
        return True
    if all(size == 3 for size in sizes[1:]) and sizes[0] <= 3:
        return False
    cuts = {sum(sizes[:i]) for i in range(1, len(sizes))}
    return cuts <= set(range(2, length - 3, 2)) or len(set(sizes)) == 1 or max(sizes) <= 2


def _is_day(six: str, century: str) -> bool:
    if century and century not in {"19", "20"}:
        return False
    year, month, day = int((century or "19") + six[:2]), int(six[2:4]), int(six[4:])
    if century == "20" and year > 2035:
        return False
    day = day - 60 if day > 60 else day
    for candidate in (year,) if century else (year, year + 100):
        try:
            date(candidate, month, day)
        except ValueError:
            continue
        return True
    return False


def _checks(ten: str) -> bool:
    total = 0
    for place, char in enumerate(ten):
        value = int(char) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
