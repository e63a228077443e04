"""Headings: how they are folded, which are safe, which identify a person."""

from __future__ import annotations

import re
import unicodedata

SAFE_NAME = re.compile(r"[a-zåäö_][a-zåäö0-9_]{0,40}")
"""What a column may be called: nothing that a formula, a query or a web page would run."""

_UNIT = re.compile(r"(?P<name>.+?)[ _,]*[(\[]?(?P<unit>tkr|kkr|mkr|ksek|msek|mdkr|tusental|tusen kr|kr|sek|kronor|procent|%)[)\]]?")
FACTOR_UNITS = frozenset({"tkr", "kkr", "mkr", "ksek", "msek", "mdkr", "tusental", "tusen kr"})
_IDENTIFYING = re.compile(
    r"(^|_)(fornamn|förnamn|efternamn|mellannamn|tilltalsnamn|namn|name|firstname|lastname|adress|address|gatuadress|"
    r"postadress|postnr|postnummer|bostadsort|telefon|telefonnummer|tel|telnr|mobil|mobilnr|mobiltelefon|phone|epost|e_post|"
    r"mejl|mail|email|e_mail|vårdnadshavare|vardnadshavare|målsman|mamma|pappa|anhörig|ip|ip_adress|bankkonto|kontonummer|"
    r"fastighetsbeteckning|personnummer|personnr|pnr|ssn|lägenhetsnummer|koordinat|lat|lon|latitud|longitud)(_|$|[0-9])"
)
_INDEX = re.compile(r"|index|unnamed:? ?_?0|level_0|rownames?|row_names|\.\.\.1|x1")


def fold_name(cell: object) -> str:
    """Return a heading as the plan names columns: NFC, trimmed, lower case, blanks and hyphens as underscores."""
    text = unicodedata.normalize("NFC", "" if cell is None else str(cell)).replace("\ufeff", "").strip().lower()
    return re.sub(r"[\s\-\u00a0]+", "_", text)


def is_safe(name: str) -> bool:
    """Whether a folded heading is a safe column name."""
    return SAFE_NAME.fullmatch(name) is not None


def identifies(name: str) -> bool:
    """Whether a folded heading promises what points a person out: a name, an address, a telephone number."""
    return _IDENTIFYING.search(name) is not None


def may_be_index(name: str) -> bool:
    """Whether a folded heading is one that a program gives to the row numbers it saves along."""
    return _INDEX.fullmatch(name) is not None


def split_unit(name: str) -> tuple[str, str]:
    """Return a folded heading as column name and unit, such as ``("kostnad", "tkr")``; unit empty where it names none."""
    match = _UNIT.fullmatch(name.replace("_", " "))
    if match is None:
        return name, ""
    return fold_name(match["name"]), match["unit"]
