"""A file's bytes before anything is parsed: read once, of the size and kind that its name says."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from evalkit.files import storage_error
from evalkit.records.reading.faults import FaultLog

FileKind = Literal["delimited", "workbook", "stata"]

MOST_BYTES = 256 * 1024 * 1024
"""Largest file that is taken into memory; a parse needs about five times as much."""

MOST_ROWS = 2_000_000
"""Most lines of a delimited file; counted before it is parsed."""

_KINDS: dict[str, FileKind] = {
    ".csv": "delimited",
    ".txt": "delimited",
    ".tsv": "delimited",
    ".tab": "delimited",
    ".xlsx": "workbook",
    ".xlsm": "workbook",
    ".dta": "stata",
}
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "en gzip-fil"),
    (_ZIP, "en zip-fil eller Excelbok"),
    (_OLE, "ett gammalt eller krypterat Officedokument"),
    (b"%PDF", "en PDF"),
    (b"\x89PNG", "en bild"),
    (b"\xff\xd8\xff", "en bild"),
    (b"$FL2", "en SPSS-fil"),
    (b"$FL3", "en SPSS-fil"),
    (b"PAR1", "en Parquetfil"),
    (b"7z\xbc\xaf", "en 7-zip-fil"),
    (b"Rar!", "en rar-fil"),
    (b"BZh", "en bzip2-fil"),
    (b"\xfd7zXZ", "en xz-fil"),
    (b"\x28\xb5\x2f\xfd", "en zstd-fil"),
    (b"<stata_dta>", "en Statafil"),
    (b"SQLite format 3", "en databas"),
    (b"MZ", "ett program"),
)
_SAVE_AS = "öppna filen i det program den kommer från och spara som .xlsx eller CSV UTF-8"


def read_content(path: Path, log: FaultLog) -> tuple[bytes, FileKind]:
    """Return a delivered file's bytes and kind.

    Parameters
    ----------
    path : Path
        The file.
    log : FaultLog
        Receives IN-TOOBIG, IN-EMPTY, IN-MAGIC or IN-ENCRYPTED.

    Raises
    ------
    DeliveryError
        If the file is empty, too large, or not what its name says.
    StorageError
        If it cannot be read.
    """
    kind = _KINDS.get(path.suffix.lower())
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            log.fail("IN-TOOBIG", f"filen är större än {MOST_BYTES // 2**20} MB", "dela upp leveransen per år eller enhet")
        if kind == "delimited":
            _count_lines(path, log)
        content = path.read_bytes()
    except OSError as exc:
        raise storage_error(path, exc) from None
    if not content.strip(b"\x00\t\r\n \xef\xbb\xbf\xff\xfe"):
        log.fail("IN-EMPTY", "filen är tom", "gör om uttaget")
    return content, _checked_kind(content, kind, path.suffix.lower(), log)


def _count_lines(path: Path, log: FaultLog) -> None:
    """Refuse a file of too many rows without holding it: old Macs end lines with CR alone, so both are counted."""
    feeds = returns = 0
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            feeds += piece.count(b"\n")
            returns += piece.count(b"\r")
            if max(feeds, returns) > MOST_ROWS:
                log.fail("IN-TOOBIG", f"filen har fler än {MOST_ROWS} rader", "dela upp leveransen per år eller enhet")


def _checked_kind(content: bytes, kind: FileKind | None, suffix: str, log: FaultLog) -> FileKind:
    if kind is None:
        log.fail("IN-MAGIC", f"filtypen {suffix or '(utan ändelse)'} kan inte läsas", _SAVE_AS)
    if kind == "workbook":
        _check_workbook(content, log)
    elif kind == "stata":
        if not (content.startswith(b"<stata_dta>") or (content[0] in range(102, 116) and content[1] in {1, 2})):
            log.fail("IN-MAGIC", "innehållet är ingen Statafil", "spara om den i Stata med save")
    else:
        _check_text(content, log)
    return kind


def _check_workbook(content: bytes, log: FaultLog) -> None:
    if content.startswith(_OLE):
        log.fail(
            "IN-ENCRYPTED", "arbetsboken är lösenordsskyddad eller sparad i gammalt format", "spara den utan lösenord som .xlsx"
        )
    if not content.startswith(_ZIP):
        log.fail("IN-MAGIC", "innehållet är ingen Excelbok fast filen heter så", _SAVE_AS)


def _check_text(content: bytes, log: FaultLog) -> None:
    for magic, what in _FOREIGN:
        if content.startswith(magic):
            log.fail("IN-MAGIC", f"innehållet är {what} fast filen heter som en textfil", _SAVE_AS)
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"{\\rtf")):
        log.fail("IN-MAGIC", "innehållet är en webbsida eller ett dokument fast filen heter som en textfil", _SAVE_AS)
