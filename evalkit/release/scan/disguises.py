"""The same text in every dress that a reader, a browser or a program would take off again."""

from __future__ import annotations

import base64
import binascii
import html
import re
import unicodedata
import zlib
from collections.abc import Iterator
from urllib.parse import unquote

_INLINE = re.compile(r"</?(?:b|i|u|em|strong|span|font|wbr|small|mark|code|sub|sup|a|tspan)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]{0,20000}>")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))")
_QUOTED = re.compile(r"=([0-9A-F]{2})")
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{12,}={0,2}")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:3[0-9]|2[de]){10,}(?![0-9A-Za-z])")
_DASHES = {ord(c): "-" for c in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00ad\ufe58\ufe63\uff0d\u2043\u30fc"}
_MOST_BLOB = 4_000_000


def normalised(text: str) -> str:
    """Return `text` in one plain form: compatibility characters, any digit as 0-9, one dash, one blank, nothing invisible."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", text.translate(_DASHES)).translate(_DASHES)
    if plain.isascii():
        return plain
    return "".join(_plain(c) for c in plain)


def _plain(char: str) -> str:
    if char.isascii():
        return char
    kind = unicodedata.category(char)
    if kind == "Nd":
        return str(unicodedata.digit(char))
    if kind in {"Cf", "Mn"}:
        return ""
    return " " if kind == "Zs" else char


def readings(text: str) -> Iterator[str]:
    """Return every way in which `text` can be read as plain characters: as it is, unescaped, decoded, without markup."""
    seen: set[str] = set()
    for reading in _unescaped(text):
        for shown in (reading, _without_markup(reading)) if "<" in reading else (reading,):
            plain = normalised(shown)
            if plain not in seen:
                seen.add(plain)
                yield plain


def _unescaped(text: str) -> Iterator[str]:
    yield text
    if "&" in text:
        yield html.unescape(html.unescape(text))
    if "%" in text and re.search(r"%[0-9A-Fa-f]{2}", text):
        yield unquote(unquote(text, errors="replace"), errors="replace")
    if "\\" in text and _ESCAPE.search(text):
        yield _ESCAPE.sub(lambda m: chr(int(m[1] or m[2], 16)), text)
    if len(_QUOTED.findall(text)) >= 4:
        yield _QUOTED.sub(lambda m: chr(int(m[1], 16)), text)


def _without_markup(text: str) -> str:
    # A number may be cut in two by bold type; a cell's edge is a real edge.
    return _TAG.sub("\n", _INLINE.sub("", text))


def blobs(text: str) -> Iterator[bytes]:
    """Return what lies encoded in `text` as base64, URL-safe base64 or hexadecimal characters."""
    for match in _BASE64.finditer(text):
        token = match[0]
        if len(token) > _MOST_BLOB or re.fullmatch(r"[0-9a-fA-F]+|[0-9]+|[A-Za-z]{1,24}", token):
            continue
        decoded = _decoded(token)
        if decoded is not None:
            yield decoded
    for match in _HEX.finditer(text):
        yield bytes.fromhex(match[0])


def _decoded(token: str) -> bytes | None:
    plain = token.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        content = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    if content[:2] == b"\x1f\x8b" or content[:2] in {b"x\x9c", b"x\xda", b"x\x01"}:
        content = inflated(content) or content
    return content if is_text(content) or content[:4] in {b"\x89PNG", b"PK\x03\x04", b"%PDF"} else None


def inflated(content: bytes, limit: int = 50_000_000) -> bytes | None:
    """Return a zlib or gzip stream unpacked, or None where it is none or larger than `limit`."""
    machine = zlib.decompressobj(47)
    try:
        plain = machine.decompress(content, limit)
    except zlib.error:
        return None
    return None if machine.unconsumed_tail else plain


def is_text(content: bytes) -> bool:
    """Whether `content` reads as text of some length."""
    if len(content) < 8:
        return False
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return sum(c.isprintable() or c in "\r\n\t" for c in text) >= 0.97 * len(text)


def decode(content: bytes) -> str:
    """Return bytes as text in the encoding that they most likely have; never raises."""
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    if content[:400].count(0) > len(content[:400]) // 3:
        return content.decode("utf-16-be" if content[:1] == b"\x00" else "utf-16-le", errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
