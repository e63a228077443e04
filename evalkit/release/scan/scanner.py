"""The second layer: reads the finished bytes of any file and knows nothing of how they were made."""

from __future__ import annotations

import base64
import binascii
import hashlib
import html
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

from evalkit.errors import DisclosureRefused
from evalkit.release.scan import disguises, images, office, tables
from evalkit.release.scan.finding import MOST_DEPTH, Finding, Scan
from evalkit.release.scan.identifiers import identifiers
from evalkit.release.scan.markup import Markup, judge_drawing
from evalkit.release.scan.notebooks import judge_notebook
from evalkit.release.scan.prose import judge_prose

_PICKLES = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
_PICKLE_NAMES = (".pkl", ".pickle", ".joblib", ".dill", ".rds", ".rdata", ".dta", ".sav", ".parquet", ".feather", ".sqlite", ".db")
_SIMULATED = re.compile(
    r"simulerade data[^.]{0,60}(?:inga personer|ingen person)|simulated data[^.]{0,60}no persons", re.IGNORECASE
)
_FORMULA = re.compile(r"^\s*(?:[=@]|[+-](?![\d.,\s]*$)(?=[A-Za-z(@=]|\d+[+*/(]))")
_MOST_LIST = 30


def scan_bytes(name: str, content: bytes, scan: Scan | None = None) -> tuple[Finding, ...]:
    """Return every reason not to let a file out.

    Parameters
    ----------
    name : str
        The file's name: its ending says what it claims to be, and the name itself is scanned.
    content : bytes
        The file.
    scan : Scan | None
        Limits and what the house knows; the proposed limits where left out.

    Returns
    -------
    tuple[Finding, ...]
        Sorted by code and place; empty where nothing was found. Never a value.
    """
    own = replace(scan, found=set()) if scan is not None else Scan()
    _text(Path(name).name, "text/plain", f"{name} (filnamn)", own)
    _content(name, content, name, own, 0)
    return tuple(sorted(own.found))


def scan_file(path: Path, scan: Scan | None = None) -> tuple[Finding, ...]:
    """Scan one file on disk; a symbolic link is never followed.

    Raises
    ------
    DisclosureRefused
        If it is a link: what would leave is not what was looked at.
    """
    if path.is_symlink():
        raise DisclosureRefused(f"{path.name}: en länk till en annan fil lämnar aldrig huset; kopiera filen", code="NESTED")
    return scan_bytes(path.name, path.read_bytes(), scan)


def _content(name: str, content: bytes, where: str, scan: Scan, depth: int) -> None:
    """Open `content` as what its first bytes say it is."""
    lower = name.lower()
    if depth > MOST_DEPTH:
        scan.add("NESTED", where)
    elif content.startswith(_PICKLES) or lower.endswith(_PICKLE_NAMES):
        scan.add("PICKLE", where)
    elif content.startswith(b"PK\x03\x04"):
        _archive(content, where, scan, depth)
    elif content.startswith((b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf", b"\xfd7zXZ", b"BZh")):
        scan.add("BLOB", where)
    elif content.startswith(b"\x1f\x8b"):
        scan.add("NESTED", where)
        plain = disguises.inflated(content)
        _content("", plain, f"{where}:gzip", scan, depth + 1) if plain is not None else scan.add("BLOB", where)
    elif content.startswith((images.PNG, b"\xff\xd8\xff", b"%PDF")):
        judge = images.judge_png if content.startswith(images.PNG) else images.judge_pdf
        for text in (images.judge_jpeg if content.startswith(b"\xff\xd8\xff") else judge)(content, where, scan):
            _text(disguises.decode(text), "text/plain", where, scan)
    elif b"\x00" in content[:1000] and not content.startswith((b"\xff\xfe", b"\xfe\xff")) and content[:400].count(0) < 100:
        scan.add("BLOB", where)
    else:
        _as_text(lower, disguises.decode(content), where, scan)


def _archive(content: bytes, where: str, scan: Scan, depth: int) -> None:
    parts = office.open_archive(content, where, scan)
    is_office = "[Content_Types].xml" in parts
    if is_office:
        office.judge_office(parts, where, scan)
        for name, table in office.sheet_tables(parts):
            tables.judge(table, "", f"{where}:{name}", scan)
            _formulas(table, f"{where}:{name}", scan)
    for name, inner in parts.items():
        place = f"{where}:{name}"
        if is_office and name.endswith((".xml", ".rels", ".vml")):
            _identify(disguises.decode(inner), place, scan)
            _identify(_office_words(disguises.decode(inner)), place, scan)
            continue
        if is_office and name.startswith("docProps/thumbnail"):
            # Every document made from the common template carries the same small picture of an empty page.
            _identify(disguises.decode(inner), place, scan)
            continue
        if not is_office:
            _text(name, "text/plain", f"{place} (filnamn)", scan)
        if not is_office and name == "SHA256SUMS.txt" and _are_sums(inner, parts):
            continue
        nested = inner.startswith((b"PK\x03\x04", b"\x1f\x8b"))
        openable = name.lower().endswith((".xlsx", ".docx", ".pptx")) or office.holds_only_csv(name, inner)
        if nested and not (not is_office and depth == 0 and openable):
            scan.add("NESTED", place)
        _content(name, inner, place, scan, depth + 1)


def _are_sums(inner: bytes, parts: dict[str, bytes]) -> bool:
    """Whether every line is the checksum of a file that lies beside it: then it names files and no persons."""
    lines = disguises.decode(inner).splitlines()
    return all(hashlib.sha256(parts.get(name, b"")).hexdigest() == sha for sha, _, name in (line.partition("  ") for line in lines))


def _office_words(xml: str) -> str:
    # Word cuts a number in pieces with formatting between them; a paragraph is the unit that a reader sees.
    return re.sub(r"<[^>]+>", "", re.sub(r"</(?:w:p|a:p|si|row|c|r)>", "\n", xml))


def _as_text(lower: str, text: str, where: str, scan: Scan) -> None:
    head = text.lstrip("\ufeff \r\n\t")[:2000].lower()
    if lower.endswith((".json", ".ipynb")) or head.startswith(("{", "[")):
        try:
            document = json.loads(text)
        except ValueError:
            document = None
        if isinstance(document, dict) and "cells" in document and "nbformat" in document:
            _notebook(document, where, scan)
            return
        _records(document, where, scan)
        _text(text, "text/plain", where, scan)
    elif "<svg" in head and "<html" not in head:
        _text(text, "image/svg+xml", where, scan)
    elif lower.endswith((".html", ".htm", ".xhtml", ".md")) or "<html" in head or "<body" in head or "<table" in head:
        _text(text, "text/html", where, scan)
    else:
        table = tables.table_of_csv(text) if lower.endswith((".csv", ".tsv", ".txt", "")) else []
        if table:
            tables.judge(table, "", where, scan)
            _formulas(table, where, scan) if lower.endswith((".csv", ".tsv")) else None
        _text(text, "text/plain", where, scan)


def _notebook(document: dict[str, Any], where: str, scan: Scan) -> None:
    inner = replace(scan)
    inner.simulated = bool(_SIMULATED.search(json.dumps(document.get("cells", ())[:3], ensure_ascii=False)))
    inner.found = scan.found
    for kind, text in judge_notebook(document, where, inner):
        if kind in {"image/png", "image/jpeg", "application/pdf"}:
            _decoded(text, where, inner)
        elif "json" in kind:
            _records(_json(text), where, inner)
            _text(text, "text/plain", where, inner)
        else:
            _text(text, kind, where, inner)


def _text(text: str, kind: str, where: str, scan: Scan) -> None:
    """Judge one text: its markup, tables and sentences as a reader sees them, identifiers in every reading."""
    if kind in {"text/html", "image/svg+xml", "text/markdown"}:
        page = Markup(where, scan)
        page.feed(text)
        for uri in page.embedded:
            _data_uri(uri, where, scan)
        for before, table in tables.tables_of_page(text):
            tables.judge(table, before, where, scan)
            for old in scan.previous:
                if any(tables.differs_slightly(table, then, scan.min_cell) for _, then in tables.tables_of_page(old)):
                    scan.add("SDC-DIFF", where)
        for drawing in re.findall(r"<svg\b.*?</svg>", text, re.DOTALL | re.IGNORECASE):
            judge_drawing(drawing, where, scan)
    else:
        for before, table in tables.tables_of_text(text):
            tables.judge(table, before, where, scan)
    plain = re.sub(r"data:image/png;base64,[A-Za-z0-9+/=]+", "", text)
    _identify(plain, where, scan)
    sight = re.sub(r"<(?:style|script|svg)\b.*?</(?:style|script|svg)>", " ", plain, flags=re.DOTALL | re.IGNORECASE)
    judge_prose(disguises.normalised(html.unescape(_seen(sight))), where, scan)


def _seen(markup: str) -> str:
    return re.sub(r"<[^>]{0,20000}>", "\n", re.sub(r"</?(?:b|i|em|strong|span|a|code)\b[^>]*>", "", markup))


def _identify(text: str, where: str, scan: Scan, depth: int = 0) -> None:
    for reading in disguises.readings(text):
        identifiers(reading, where, scan)
    if depth >= 2:
        return
    for blob in disguises.blobs(text):
        if disguises.is_text(blob):
            _identify(blob.decode("utf-8"), where, scan, depth + 1)
        else:
            _content("", blob, where, scan, depth + 3)
            scan.add("BLOB", where)


def _data_uri(uri: str, where: str, scan: Scan) -> None:
    head, _, body = uri.partition(",")
    if not head.lower().startswith("data:image/png"):
        scan.add("DATA-URI", where)
    if ";base64" in head.lower():
        _decoded(body, where, scan)
    else:
        _content("", unquote_to_bytes(body), where, scan, 1)


def _decoded(text: str, where: str, scan: Scan) -> None:
    try:
        content = base64.b64decode(re.sub(r"\s", "", text))
    except (binascii.Error, ValueError):
        scan.add("BLOB", where)
        return
    _content("", content, where, scan, 1)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _records(value: Any, where: str, scan: Scan) -> None:
    """Judge lists of records as tables; long bare lists of numbers are one value per person until somebody shows otherwise."""
    if isinstance(value, dict):
        for inner in value.values():
            _records(inner, where, scan)
    elif isinstance(value, list):
        if len(value) >= _MOST_LIST and all(isinstance(item, int | float) and not isinstance(item, bool) for item in value):
            scan.add("MICRO-ROWS", where)
        records = [item for item in value if isinstance(item, dict)]
        if len(records) >= 3 and len({tuple(sorted(r)) for r in records}) == 1:
            heading = sorted(records[0])
            tables.judge([heading, *([str(r[k]) for k in heading] for r in records)], "", where, scan)
        for item in value:
            _records(item, where, scan)


def _formulas(table: Sequence[Sequence[str]], where: str, scan: Scan) -> None:
    if any(_FORMULA.match(cell) for row in table for cell in row):
        scan.add("CSV-FORMULA", where)
