"""A Word document that somebody has edited: may it go out? Words may be changed, numbers may not, and some sentences must stay.

A table's row must be a row of the report's own table. A paragraph that resembles one of the report's may lose numbers, never change
or reorder them; a new one may only use numbers that the report says. What the report is (working report, synthetic data) and what
it found must stand word for word. Every changed paragraph is shown to the approver: what words claim, only a person can judge.
"""

from __future__ import annotations

import difflib
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from evalkit.errors import DisclosureRefused
from evalkit.files import sha256_bytes
from evalkit.release.forms.word import washed

_DIGITS = r"(?:(?<!\w)[\u2212+-])?(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)*)"
_UNITS = r"%|procentenhet\w*|procent|percent\w*|kronor|kr|SEK|tusen|miljon\w*|miljard\w*|million\w*|po\u00e4ng|points?"
_UNIT = rf"(?:[ \u00a0]?(?:{_UNITS})(?!\w))*"
_WORDS = (
    *("två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv", "hundra", "tusen", "miljon", "miljoner"),
    *("hälften", "tredjedel", "fjärdedel", "dubbelt", "samtliga", "högst", "minst", "two", "three", "four", "five", "six", "seven"),
    *("eight", "nine", "ten", "eleven", "twelve", "hundred", "thousand", "million", "half", "twice", "most", "least"),
)
_NUMBER = re.compile(rf"{_DIGITS}{_UNIT}|\b(?:{'|'.join(_WORDS)})\b", re.IGNORECASE)
"""A number with its sign and unit, or a word that says how many: each of them can turn a finding."""
_CHECKSUM = re.compile(r"\b[0-9a-f]{64}\b")
_KEPT_STYLES = {"Mark", "Verdict"}
_ALIKE, _REWORDED = 0.55, 0.8
_OTHER_TEXT = re.compile(r"word/(?:footnotes|endnotes|comments)\w*\.xml")
_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a document says: paragraphs with their style, tables as rows of texts, pictures, head and foot."""

    paragraphs: tuple[tuple[str, str], ...]
    tables: tuple[tuple[tuple[str, ...], ...], ...]
    pictures: frozenset[str]
    ends: frozenset[str]


@dataclass(frozen=True, slots=True)
class Edited:
    """An edited document that says no other numbers: its bytes without properties, and the paragraphs changed or added."""

    content: bytes
    changed: tuple[str, ...]


def checked(original: bytes, edited: bytes) -> Edited:
    """Hold an edited DOCX against the one that the cleared result gives.

    Raises
    ------
    DisclosureRefused
        SHARE-EDITED, that names each place where a number, a table's row, a picture or a sentence that must stay is another.
        Never the number itself.
    """
    try:
        clean = washed(edited)
        then, now = _read(original), _read(clean)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError):
        raise DisclosureRefused(
            "filen går inte att läsa som ett Word-dokument; spara den som .docx igen", code="SHARE-EDITED"
        ) from None
    faults = [*_kept(then, now), *_paragraphs(then, now), *_tables(then, now)]
    faults += ["en bild är inte en av rapportens egna"] if now.pictures - then.pictures else []
    faults += ["sidhuvud eller sidfot är ändrad"] if now.ends - then.ends else []
    if faults:
        listed = "\n".join(f"  {fault}" for fault in faults[:_MOST_NAMED])
        more = f"\n  … och {len(faults) - _MOST_NAMED} till" if len(faults) > _MOST_NAMED else ""
        raise DisclosureRefused(
            f"det redigerade dokumentet säger annat än det frisläppta resultatet:\n{listed}{more}", code="SHARE-EDITED"
        )
    own = {text for text, _ in then.paragraphs}
    return Edited(clean, tuple(text for text, _ in now.paragraphs if text and text not in own))


def _kept(then: _Reading, now: _Reading) -> list[str]:
    found, own = {text for text, _ in now.paragraphs}, {text for text, _ in then.paragraphs}
    kept = [text for text, style in then.paragraphs if style in _KEPT_STYLES]
    reworded = (difflib.get_close_matches(text, kept, n=1, cutoff=_REWORDED) for text in found - own if text)
    missing = [*(text for text in kept if text not in found), *(text for near in reworded for text in near)]
    return [f"”{text[:40]} …” måste stå kvar ordagrant" for text in dict.fromkeys(missing)]


def _paragraphs(then: _Reading, now: _Reading) -> list[str]:
    own = [text for text, _ in then.paragraphs if text]
    # The digits within a checksum are no numbers that the report says.
    known, numbers = set(own), {number for text in own for number in _numbers(_CHECKSUM.sub("", text))}
    numbers |= {number for table in then.tables for row in table for cell in row for number in _numbers(cell)}
    faults = []
    for place, (text, _) in enumerate(now.paragraphs, start=1):
        if text in known or not _numbers(text):
            continue
        near = difflib.get_close_matches(text, own, n=1, cutoff=_ALIKE)
        if near and not _in_order(_numbers(text), _numbers(near[0])):
            faults.append(f"stycke {place}: ett tal är ändrat, flyttat eller tillagt")
        elif not set(_numbers(text)) <= numbers:
            faults.append(f"stycke {place}: ett tal finns inte i rapporten")
    return faults


def _tables(then: _Reading, now: _Reading) -> list[str]:
    faults = []
    for number, table in enumerate(now.tables, start=1):
        own = max(then.tables, key=lambda candidate: len(set(candidate) & set(table)), default=())
        for place, row in enumerate(table, start=1):
            same_numbers = {(r[0], tuple(_numbers(" ".join(r[1:])))) for r in own if r}
            if row not in own and (row[0] if row else "", tuple(_numbers(" ".join(row[1:])))) not in same_numbers:
                faults.append(f"tabell {number}, rad {place}: inte en rad i rapportens egen tabell")
    return faults


def _numbers(text: str) -> list[str]:
    return [re.sub(r"[ \u00a0\u202f]", "", number.lower()) for number in _NUMBER.findall(text)]


def _in_order(few: Sequence[str], many: Sequence[str]) -> bool:
    rest = iter(many)
    return all(number in rest for number in few)


def _read(content: bytes) -> _Reading:
    import docx
    from docx.oxml.ns import qn

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        pictures = frozenset(sha256_bytes(archive.read(n)) for n in archive.namelist() if n.startswith("word/media/"))
        notes = "".join(archive.read(n).decode("utf-8") for n in archive.namelist() if _OTHER_TEXT.fullmatch(n))
    document = docx.Document(io.BytesIO(content))
    names = {style.style_id: style.name for style in document.styles}
    body = document.element.body
    tables = tuple(_rows(table, qn) for table in body.iter(qn("w:tbl")))
    free = [p for p in body.iter(qn("w:p")) if not any(a.tag == qn("w:tbl") for a in p.iterancestors())]
    paragraphs = [(_text(p, qn), names.get(_style(p, qn), "") or "") for p in free]
    paragraphs += [(text, "") for text in re.findall(r"<w:t\b[^>]*>([^<]+)</w:t>", notes)]
    ends = frozenset(
        _text(p, qn) for s in document.sections for part in (s.header, s.footer) for p in part._element.iter(qn("w:p"))
    )
    return _Reading(tuple(paragraphs), tables, pictures, frozenset(re.sub(r"\d+", "", text).strip() for text in ends) - {""})


def _rows(table: Any, qn: Any) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(" ".join(_text(p, qn) for p in c.iter(qn("w:p"))) for c in r.iter(qn("w:tc"))) for r in table.iter(qn("w:tr"))
    )


def _text(paragraph: Any, qn: Any) -> str:
    return " ".join("".join(t.text or "" for t in paragraph.iter(qn("w:t"))).replace("\u00a0", " ").split())


def _style(paragraph: Any, qn: Any) -> str:
    style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return "" if style is None else str(style.get(qn("w:val")))
