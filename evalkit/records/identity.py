"""Personal numbers: every way they are written, one canonical form of twelve digits, and what the number itself says.

The normaliser is ours, since no library takes the dashes, blanks and floats of real exports; the check digit and the date are
judged by the `personnummer` package. Nothing here reads the clock: ages and centuries follow from the evaluation date.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

from evalkit.plan.evaluation import EvaluationPlan, TargetGroup

TEST_SERIALS = range(980, 1000)
"""Birth numbers kept for tests and demonstrations; a synthetic plan takes no others."""

_YOUNGER, _OLDER = 5, 15
"""Years outside the target ages that still pass: persons age while they are followed. The gate judges the target group."""

_OLDEST = 120
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u00af\u02d7"), "-")
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e"))
_NUMBER = re.compile(r"(?P<century>[0-9]{2})?(?P<body>[0-9]{6})(?P<sign>[-+]?)(?P<last>[0-9]{4})")
_FLOAT = re.compile(r"(?P<whole>[0-9]+)[.,]0*")
_SCIENTIFIC = re.compile(r"[0-9]+([.,][0-9]+)?[eE][+]?[0-9]+")
_INTERIM = re.compile(r"([0-9]{2})?[0-9]{6}[-+]?[A-ZÅÄÖ]{1,2}[0-9]{2,3}")
_RESERVE = re.compile(r"99[0-9]{10}")

IdentityCode = Literal["ID-FORMAT", "ID-DIGITS", "ID-SCIENTIFIC", "ID-LUHN", "ID-DATE", "ID-AGE", "ID-INTERIM", "ID-REAL"]

MEANING: dict[str, tuple[str, str]] = {
    "ID-FORMAT": ("är inget personnummer", "rätta cellen i källan; personnummer skrivs ÅÅÅÅMMDD-NNNN"),
    "ID-DIGITS": (
        "har fel antal siffror",
        "siffror har gått förlorade, ofta en inledande nolla: gör om uttaget med kolumnen som text",
    ),
    "ID-SCIENTIFIC": ("står i grundpotensform", "siffror har gått förlorade: gör om uttaget med kolumnen som text"),
    "ID-LUHN": ("har fel kontrollsiffra", "jämför med källan; numret är troligen felskrivet"),
    "ID-DATE": ("har ett födelsedatum som inte finns", "jämför med källan; numret är troligen felskrivet"),
    "ID-AGE": ("ger en ålder långt utanför målgruppen", "kontrollera seklet och att raden gäller en deltagare"),
    "ID-INTERIM": ("är ett tillfälligt nummer eller reservnummer", "ersätt med personnummer eller samordningsnummer"),
    "ID-REAL": (
        "ligger utanför testnumren fast planen är syntetisk",
        "riktiga personer får inte finnas i en plan med synthetic: true",
    ),
}
"""Code -> what is wrong, what to do. Continues a sentence such as "3 celler i kolumnen …"."""


@dataclass(frozen=True, slots=True)
class IdentityRules:
    """What the plan says about whose numbers these can be.

    Attributes
    ----------
    evaluated_on : date
        The evaluation date; ages are counted on it.
    youngest, oldest : int
        Ages in whole years that are taken as plausible.
    test_numbers_only : bool
        Whether only numbers reserved for testing are accepted.
    """

    evaluated_on: date
    youngest: int = 0
    oldest: int = _OLDEST
    test_numbers_only: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """One accepted number. `digits` are the canonical twelve; ``repr`` shows nothing of them."""

    digits: str
    was_float: bool

    @property
    def birth_date(self) -> date:
        """The birth date that the number states (60 taken off a coordination number's day)."""
        return _birth_date(self.digits) or date.min

    @property
    def sex(self) -> str:
        """Legal sex that the number states: ``woman`` or ``man``."""
        return "man" if int(self.digits[10]) % 2 else "woman"

    def __repr__(self) -> str:
        return "Identity(…)"


@dataclass(frozen=True, slots=True)
class IdentityFault:
    """Why a cell is no identity; never the cell."""

    code: IdentityCode


def identity_rules(plan: EvaluationPlan, evaluated_on: date) -> IdentityRules:
    """Return the rules that follow from the plan's target ages, its `synthetic` flag and the evaluation date."""
    youngest, oldest = _ages(plan.target_group)
    return IdentityRules(evaluated_on, youngest, oldest, test_numbers_only=plan.synthetic)


def parse_identity(cell: object, rules: IdentityRules) -> Identity | IdentityFault:
    """Read one cell as a personal number or coordination number.

    Parameters
    ----------
    cell : object
        Text, or a number from a workbook or Stata file.
    rules : IdentityRules
        Plausible ages and the evaluation date, which settle the century of ten digits.

    Returns
    -------
    Identity | IdentityFault
        The twelve digits, or the code of what is wrong.
    """
    text, was_float = _as_text(cell)
    if not isinstance(text, str):
        return text
    match = _NUMBER.fullmatch(text)
    if match is None:
        return IdentityFault(_why_not(text))
    digits = _with_century(match, rules)
    fault = _fault_of(digits, rules)
    return IdentityFault(fault) if fault else Identity(digits, was_float)


def looks_like_number(cell: object) -> bool:
    """Whether a cell has a personal number's shape, right or wrong: used to tell two kinds of id in one column apart."""
    text, _ = _as_text(cell)
    return isinstance(text, str) and _NUMBER.fullmatch(text) is not None


def _ages(group: TargetGroup) -> tuple[int, int]:
    youngest = 0 if group.age_from is None else max(0, group.age_from - _YOUNGER)
    oldest = _OLDEST if group.age_to is None else min(_OLDEST, group.age_to + _OLDER)
    return youngest, oldest


def fold(text: str) -> str:
    """Return `text` in NFKC with one kind of dash and blank, and without characters that do not show."""
    return unicodedata.normalize("NFKC", text.translate(_UNSEEN)).translate(_DASHES)


def _as_text(cell: object) -> tuple[str | IdentityFault, bool]:
    """Return the digits and sign of a cell without blanks, and whether it was a number or a float's text."""
    if isinstance(cell, bool) or cell is None:
        return IdentityFault("ID-FORMAT"), False
    if isinstance(cell, int):
        return str(cell), True
    if isinstance(cell, float):
        whole = cell.is_integer() and 0 <= cell < 1e15
        return (str(int(cell)) if whole else IdentityFault("ID-FORMAT")), True
    # A blank stands for the dash in some exports; "19900101 9802" has no other reading.
    text = re.sub(r"\s+", "", fold(str(cell))).upper()
    match = _FLOAT.fullmatch(text)
    return (match["whole"], True) if match else (text, False)


def _why_not(text: str) -> IdentityCode:
    if _SCIENTIFIC.fullmatch(text):
        return "ID-SCIENTIFIC"
    if _INTERIM.fullmatch(text):
        return "ID-INTERIM"
    if 5 <= len(re.sub("[-+]", "", text)) <= 13 and re.fullmatch(r"[0-9]+[-+]?[0-9]*", text):
        return "ID-DIGITS"
    return "ID-FORMAT"


def _with_century(match: re.Match[str], rules: IdentityRules) -> str:
    """Return twelve digits; for ten, the century whose age is plausible, else the one that the sign states."""
    short = match["body"] + match["last"]
    if match["century"]:
        return str(match["century"] + short)
    latest = rules.evaluated_on.year - (rules.evaluated_on.year - int(short[:2])) % 100
    years = {"+": [latest - 100], "-": [latest], "": [latest, latest - 100]}[match["sign"]]
    candidates = [f"{year // 100:02d}{short}" for year in years]
    return next((digits for digits in candidates if _is_plausible(digits, rules)), candidates[0])


def _is_plausible(digits: str, rules: IdentityRules) -> bool:
    born = _birth_date(digits)
    return born is not None and rules.youngest <= _age(born, rules.evaluated_on) <= rules.oldest


def _fault_of(digits: str, rules: IdentityRules) -> IdentityCode | None:
    serial = int(digits[8:11])
    faults: tuple[tuple[bool, IdentityCode], ...] = (
        (_RESERVE.fullmatch(digits) is not None, "ID-INTERIM"),
        (_birth_date(digits) is None, "ID-DATE"),
        (serial == 0, "ID-FORMAT"),
        (not _has_valid_check_digit(digits), "ID-LUHN"),
        (not _is_plausible(digits, rules), "ID-AGE"),
        (rules.test_numbers_only and serial not in TEST_SERIALS, "ID-REAL"),
    )
    return next((code for failed, code in faults if failed), None)


def _birth_date(digits: str) -> date | None:
    day = int(digits[6:8])
    try:
        return date(int(digits[:4]), int(digits[4:6]), day - 60 if day > 60 else day)
    except ValueError:
        return None


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _has_valid_check_digit(digits: str) -> bool:
    from personnummer import personnummer

    return bool(personnummer.valid(digits))


_ANYWHERE = re.compile(r"(?<![0-9])((?:[0-9]{2})?[0-9]{2}-?[0-9]{2}-?[0-9]{2}) ?[-+]? ?([0-9]{4})(?![0-9])")
_INTERIM_ANYWHERE = re.compile(r"(?<![0-9])((?:[0-9]{2})?[0-9]{6})[-+]?[TRSUWXJKLMN][0-9]{3}(?![0-9])")


def contains_identity(text: str, *, first_year: int = 1900, last_year: int = 2030) -> bool:
    """Whether `text` holds a personal number, coordination number or interim number in any written form.

    Parameters
    ----------
    text : str
        Any text; folded to NFKC, one dash and no unseen characters before the search.
    first_year, last_year : int
        Birth years that count. Ten digits count in either century. By chance about 1 in 130 random ten-digit numbers passes
        for one, and 1 in 3,000 of twelve digits.
    """
    folded = fold(text)
    folded = re.sub(r"[^\S\n]+", " ", folded)
    if any(_born_within(m[1], first_year, last_year) for m in _INTERIM_ANYWHERE.finditer(folded.upper())):
        return True
    for start in range(len(folded)):
        # Overlapping starts: "12 19900101-9802" must not hide behind its first two digits.
        match = _ANYWHERE.match(folded, start) if folded[start].isdigit() else None
        if match and _is_number(match[1].replace("-", "") + match[2], first_year, last_year):
            return True
    return False


def _is_number(digits: str, first_year: int, last_year: int) -> bool:
    if not _born_within(digits[:-4], first_year, last_year):
        return False
    long = digits if len(digits) == 12 else "20" + digits
    long = long if _birth_date(long) else "19" + digits[-10:]
    return digits[-4:-1] != "000" and _has_valid_check_digit(long)


def _born_within(birth: str, first_year: int, last_year: int) -> bool:
    centuries = ("",) if len(birth) == 8 else ("19", "20")
    years = (born.year for century in centuries if (born := _birth_date(century + birth)))
    return any(first_year <= year <= last_year for year in years)
