"""Pictures and PDF pages: what stands beside the pixels, and points that are drawn one by one."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator

from evalkit.release.scan.disguises import decode, inflated
from evalkit.release.scan.finding import Scan

PNG = b"\x89PNG\r\n\x1a\n"
_TEXT_CHUNKS = {b"tEXt", b"iTXt", b"zTXt"}
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_INFO = re.compile(
    rb"/(Author|Title|Subject|Keywords|Creator|Producer)\s*(\((?:\\.|[^()\\]|\([^()]*\))*\)|<[0-9A-Fa-f\s]*>)", re.DOTALL
)
_MOST_POINTS = 10
_SHOWS = re.compile(rb"T[jJ*]|[\x27\x22]\s|\bDo\b")


def judge_png(content: bytes, where: str, scan: Scan) -> Iterator[bytes]:
    """Note what a PNG carries beside its pixels, and return the texts in it."""
    place = len(PNG)
    while place + 8 <= len(content):
        size, kind = int.from_bytes(content[place : place + 4], "big"), content[place + 4 : place + 8]
        body = content[place + 8 : place + 8 + size]
        place += 12 + size
        if kind in _TEXT_CHUNKS:
            word, _, text = body.partition(b"\x00")
            if not (kind == b"tEXt" and word == b"Software" and text.startswith(b"Matplotlib")):
                scan.add("IMG-META", where)
            yield inflated(text[1:]) or text if kind == b"zTXt" else text
        elif kind == b"eXIf":
            scan.add("IMG-META", where)
            yield body
        elif kind == b"IEND":
            break
    if content[place:].strip(b"\x00\r\n "):
        scan.add("BLOB", where)
        yield content[place:]


def judge_jpeg(content: bytes, where: str, scan: Scan) -> Iterator[bytes]:
    """Note EXIF, XMP and comments of a JPEG, and return them."""
    place = 2
    while place + 4 <= len(content) and content[place] == 0xFF and content[place + 1] != 0xDA:
        size, marker = int.from_bytes(content[place + 2 : place + 4], "big"), content[place + 1]
        body = content[place + 4 : place + 2 + size]
        if marker == 0xFE or (marker in {0xE1, 0xED} and len(body) > 8):
            scan.add("IMG-META", where)
            yield body
        place += 2 + size
    end = content.rfind(b"\xff\xd9")
    if end >= 0 and len(content) - end > 64:
        scan.add("BLOB", where)
        yield content[end + 2 :]


def judge_pdf(content: bytes, where: str, scan: Scan) -> Iterator[bytes]:
    """Note a PDF's author, scripts, attachments and drawn points, and return its texts."""
    streams = [_plain(match[1]) for match in _STREAM.finditer(content)]
    everything = b"\n".join([_STREAM.sub(b"", content), *streams])
    for match in _INFO.finditer(everything):
        value = _pdf_text(match[2])
        known = match[1] in {b"Creator", b"Producer"} or (match[1] in {b"Title", b"Subject"} and not re.search(r"[/\\]", value))
        if value.strip() and not known:
            scan.add("IMG-META", where)
        yield value.encode("utf-8")
    if re.search(rb"/(?:JavaScript|JS|Launch|SubmitForm|RichMedia)\b", everything):
        scan.add("SCRIPT", where)
    if re.search(rb"/(?:EmbeddedFile|Filespec)\b", everything):
        scan.add("NESTED", where)
    yield _as_read(content).encode("utf-8")
    for stream in streams:
        if not _writes(stream):
            continue  # pixels and outlines of letters
        if not scan.simulated and len(re.findall(rb"/M\d+ Do|/\w*[Mm]arker\w* Do", stream)) >= _MOST_POINTS:
            scan.add("FIG-POINTS", where)
        strings = [_literal(text) for text in re.findall(rb"\(((?:\\.|[^()\\])*)\)", stream, re.DOTALL)]
        yield b" ".join(strings)[:200_000]
        yield b"".join(strings)[:200_000]


def _writes(stream: bytes) -> bool:
    """Whether a stream draws: operators are written in plain letters, pixels and outlines are any bytes."""
    sample = stream[:8000]
    plain = sum(32 <= byte < 127 or byte in b"\t\r\n" for byte in sample)
    return plain > 0.7 * len(sample) and _SHOWS.search(stream) is not None


def _as_read(content: bytes) -> str:
    """Return the text of every page as a reader sees it, columns apart; nothing where the file is no whole PDF."""
    import logging

    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it would tell of every fault in a foreign file
    try:
        return "\n".join(page.extract_text(extraction_mode="layout") for page in PdfReader(io.BytesIO(content)).pages)
    except Exception:  # a damaged or hostile file may fail in any way; its bytes are judged all the same
        return ""


def _plain(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream, 20_000_000)
    except zlib.error:
        return stream if b" Tj" in stream or b" Do" in stream else b""


def _literal(text: bytes) -> bytes:
    """Return a PDF's string as what it stands for; numbers of glyphs are none (the pages are read by `_as_read`)."""
    plain = re.sub(rb"\\([0-7]{1,3})", lambda octal: bytes([int(octal[1], 8) & 255]), text)
    plain = re.sub(rb"\\([()\\])", rb"\1", plain)
    return b"" if b"\x00" in plain else plain


def _pdf_text(value: bytes) -> str:
    if value.startswith(b"<"):
        return decode(bytes.fromhex(re.sub(rb"[<>\s]", b"", value).decode("ascii")))
    return decode(re.sub(rb"\\([()\\])", rb"\1", value[1:-1]))
