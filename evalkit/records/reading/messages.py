"""What each code of a cell means and what to do about it, in the economist's words."""

from __future__ import annotations

from collections.abc import Sequence

from evalkit.findings.quality import CheckOutcome, Severity
from evalkit.records.identity import MEANING as IDENTITY_MEANING
from evalkit.records.reading.cells import Faults
from evalkit.records.reading.faults import FaultLog

_AS_TEXT = "rätta i källan och gör om uttaget"
_MEANING: dict[str, tuple[str, str]] = {
    **{code: ("cellen " + what, remedy) for code, (what, remedy) in IDENTITY_MEANING.items()},
    "ID-FLOAT": ("numret är sparat som tal; det lästes utan förlust", "spara kolumnen som text"),
    "ID-MIXED": ("två slags id i samma kolumn", "lämna samma slags id på alla rader"),
    "IN-NUM": ("värdet är inget tal", _AS_TEXT + "; tal skrivs med siffror och decimalkomma"),
    "IN-TEXTNUM": ("tal sparade som text i arbetsboken", "omvandla till tal i Excel"),
    "IN-NUM-UNIT": ("enhet eller procenttecken i cellen", "skriv bara talet, eller ange enheten i planen (unit)"),
    "IN-NUM-AMBIGUOUS": (
        "talet kan läsas på två sätt (decimaler eller tusental)",
        "skriv tusental med blanksteg och decimaler med komma",
    ),
    "IN-DEC-MIXED": (
        "både decimalkomma och decimalpunkt, eller annat än planen säger",
        "använd samma decimaltecken i hela kolumnen",
    ),
    "IN-SEP-GUESSED": ("läst med decimalpunkt", "ange decimal: point i planen under format"),
    "IN-UNIT": ("annan enhet än planens (tusental eller miljoner)", "leverera i planens enhet"),
    "IN-RANGE": ("värdet ligger utanför planens gränser", _AS_TEXT),
    "IN-LABEL": ("värdet finns inte bland planens etiketter", "rätta i källan, eller lägg till etiketten i planen (labels)"),
    "IN-ENC-LABEL": ("etiketterna känns inte igen; teckenkodningen gissades troligen fel", "spara om filen som CSV UTF-8"),
    "IN-FORMULA": (
        "formel utan värde, eller felvärde som #SAKNAS!",
        "klistra in värden i stället för formler och rätta felvärdena",
    ),
    "DATE-FORMAT": ("datumet är inte skrivet som planen säger", "skriv ÅÅÅÅ-MM-DD, eller ange date_form i planen"),
    "DATE-MIXED": ("flera sätt att skriva datum i samma kolumn", "skriv alla som ÅÅÅÅ-MM-DD"),
    "DATE-AMBIGUOUS": ("datumet kan läsas på flera sätt", "skriv ÅÅÅÅ-MM-DD, eller ange date_form i planen"),
    "DATE-INVALID": ("dagen finns inte i kalendern", _AS_TEXT),
    "DATE-RANGE": ("datumet ligger efter leveransen eller orimligt långt tillbaka", _AS_TEXT),
    "DATE-SERIAL": ("Excels löpnummer i stället för datum", "formatera kolumnen som datum i Excel och spara om"),
    "DATE-TZ": ("klockslag eller tidszon i en datumkolumn", "lämna datum utan klockslag"),
    "MISS-UNKNOWN": ("kod för saknat värde som planen inte känner", "ange koden och vad den betyder i planen (missing)"),
    "MISS-SUPPRESSED": ("källan kan ha dolt värdet", "fråga källan; ange koden i planen (missing) om värdet saknas"),
    "MISS-AMBIGUOUS": ("kan vara en kod för saknat värde eller ett värde", "ange koden i planen (missing) eller rätta värdet"),
    "MISS-CENSORED": (
        "en gräns eller ett intervall i stället för ett värde",
        "begär det exakta värdet, eller ange koden i planen (missing)",
    ),
    "PII-FREETEXT": ("fritexten pekar ut personer", "ta bort namn, nummer och adresser ur fritexten"),
    "OUT-NEUTRALISE": ("text som ett kalkylprogram skulle köra; den skrivs alltid ut som text", ""),
}
_PASSES = frozenset({"IN-TEXTNUM", "IN-SEP-GUESSED"})


def report_faults(faults: Faults, column: str, numbers: Sequence[int], log: FaultLog) -> None:
    """Turn the faults of one column into findings.

    Parameters
    ----------
    faults : Faults
        Positions by code.
    column : str
        The declared column's name.
    numbers : Sequence[int]
        Line number of each position.
    log : FaultLog
        Receives them.
    """
    for key, positions in faults.positions.items():
        code, _, mark = key.partition(":")
        what, remedy = _MEANING[code]
        lines = [numbers[position] for position in positions]
        if mark == "note" or code in _PASSES:
            shown = "enheten togs bort, den är planens" if code == "IN-NUM-UNIT" else what
            shown = "klockslaget togs bort" if code == "DATE-TZ" else shown
            log.note(code, shown + _cells(lines), remedy, column=column, lines=lines)
        else:
            log.stop(code, what + _cells(lines), remedy, column=column, lines=lines)


def report_missing(faults: Faults, meanings: dict[str, str], column: str, log: FaultLog) -> None:
    """Say how many cells hold each declared missing code, by its meaning: information, not a fault."""
    for meaning in sorted(set(meanings.values())):
        codes = {code.casefold() for code, its in meanings.items() if its == meaning}
        count = sum(n for code, n in faults.declared_missing.items() if code.casefold() in codes)
        if count:
            rule = f"läsning:{log.source}:{log.file}:{column}:saknas:{meaning}"
            log.outcomes.append(
                CheckOutcome(
                    rule,
                    "MISS-DECLARED",
                    Severity.NOTE,
                    True,
                    log.source,
                    column,
                    count,
                    count,
                    (),
                    f"{log.file} kolumn '{column}': {_amount(count)} saknar värde: {meaning}",
                    "",
                )
            )


def _cells(lines: Sequence[int]) -> str:
    return f" ({_amount(len(lines))})"


def _amount(count: int) -> str:
    return f"{count} {'cell' if count == 1 else 'celler'}"
