"""Bytes to text: which encoding, whether it was declared or inferred, and whether the text survived earlier conversions."""

from __future__ import annotations

import codecs
import re

from evalkit.records.reading.faults import FaultLog

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_MOJIBAKE = re.compile("\ufffd|Ã[\u0080-\u00bf–…„†‡‰Š‹Œ€ƒˆ˜™š›œžŸ]|Â[\u0080-\u00bf]|ï»¿|â€")
_SWEDISH = set("åäöÅÄÖéÉüÜ")
_FOREIGN_LETTERS = set("ŒœŠš†„”ŽžŸ‡‰‹›ƒ™Êê�")
_RESAVE = "spara om filen som CSV UTF-8"


def decode(content: bytes, declared: str | None, log: FaultLog) -> tuple[str, bool]:
    """Return the text of a delimited file and whether its encoding was inferred.

    Parameters
    ----------
    content : bytes
        The whole file.
    declared : str | None
        The plan's encoding. A byte order mark is stronger.
    log : FaultLog
        Receives IN-ENC-GUESSED, IN-ENC-MIXED, IN-ENC-MOJIBAKE, IN-ENC-LABEL, IN-BINARY or IN-TRUNCATED.

    Raises
    ------
    DeliveryError
        If the bytes are no text, or not text in one encoding.
    """
    text, guessed = _text_of(content, declared, log)
    control = _CONTROL.search(text.rstrip("\x1a"))
    if control:
        line = _line_at(text, control.start())
        log.fail("IN-BINARY", "filen innehåller tecken som inte är text", "gör om uttaget; filen är troligen skadad", lines=[line])
    broken = _MOJIBAKE.search(text)
    if broken:
        line = _line_at(text, broken.start())
        log.fail(
            "IN-ENC-MOJIBAKE", "å, ä och ö har förvanskats av en tidigare omvandling", "gör om uttaget som CSV UTF-8", lines=[line]
        )
    return text.rstrip("\x1a"), guessed


def _text_of(content: bytes, declared: str | None, log: FaultLog) -> tuple[str, bool]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _strictly(content, "utf-16", log), False
    if content.startswith(codecs.BOM_UTF8):
        return _strictly(content, "utf-8-sig", log), False
    if declared == "utf-16" or _looks_like_utf16(content):
        order = "utf-16-le" if content[1::2].count(0) >= content[0::2].count(0) else "utf-16-be"
        return _strictly(content, order, log), False
    single_byte = declared in {"cp1252", "iso-8859-1"}
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as exc:
        return (_single_byte(content, log), False) if single_byte else _not_utf8(content, exc, declared, log)
    if single_byte and not content.isascii():
        # Swedish text in Windows' encoding is never valid UTF-8 by chance.
        log.note("IN-ENC-GUESSED", f"läst som utf-8 fast planen säger {declared}", "rätta encoding i planen")
    return text, False


def _not_utf8(content: bytes, exc: UnicodeDecodeError, declared: str | None, log: FaultLog) -> tuple[str, bool]:
    if exc.reason == "unexpected end of data" and exc.end >= len(content):
        log.fail("IN-TRUNCATED", "filen slutar mitt i ett tecken", "för över filen igen; den är inte komplett")
    line = _first_line_of_another_encoding(content)
    if line:
        log.fail(
            "IN-ENC-MIXED", "två teckenkodningar i samma fil: här byts den", _RESAVE + ", en gång för varje ursprung", lines=[line]
        )
    text = _single_byte(content, log)
    wrong = f" fast planen säger {declared}" if declared else ""
    log.note("IN-ENC-GUESSED", f"läst som cp1252 (Windows){wrong}", "ange encoding: cp1252 i planen eller " + _RESAVE)
    return text, True


def _strictly(content: bytes, encoding: str, log: FaultLog) -> str:
    try:
        return content.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as exc:
        if exc.end >= len(content) - 1:
            log.fail("IN-TRUNCATED", "filen slutar mitt i ett tecken", "för över filen igen; den är inte komplett")
        log.fail("IN-ENC-MIXED", f"filen är märkt {encoding.removesuffix('-sig')} men innehåller annat", _RESAVE)


def _single_byte(content: bytes, log: FaultLog) -> str:
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        log.fail("IN-ENC-LABEL", "teckenkodningen går inte att fastställa", _RESAVE)
    letters = set(re.findall(r"(?<=\w)[^\x00-\x7f]|[^\x00-\x7f](?=\w)", text))
    if letters & _FOREIGN_LETTERS and not letters & _SWEDISH:
        log.fail("IN-ENC-LABEL", "teckenkodningen är varken UTF-8 eller Windows: å, ä och ö blir andra tecken", _RESAVE)
    return text


def _looks_like_utf16(content: bytes) -> bool:
    sample = content[:4096]
    return len(sample) >= 4 and max(sample[0::2].count(0), sample[1::2].count(0)) > len(sample) * 0.4


def _first_line_of_another_encoding(content: bytes) -> int | None:
    """Return the first line whose non-ASCII bytes are of another kind (UTF-8 or not) than those before it."""
    first: bool | None = None
    for number, line in enumerate(re.split(rb"\r\n|\r|\n", content), start=1):
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
            is_utf8 = True
        except UnicodeDecodeError:
            is_utf8 = False
        if first is None:
            first = is_utf8
        elif is_utf8 != first:
            return number
    return None


def _line_at(text: str, position: int) -> int:
    return len(re.findall(r"\r\n|\r|\n", text[:position])) + 1
