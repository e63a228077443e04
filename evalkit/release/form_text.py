"""What a shared file says, as plain text: for comparing its numbers with the cleared ones, whoever made it."""

from __future__ import annotations

import html
import io
import re
import zipfile

_CELL = re.compile(r"<c\b([^>]*)>(.*?)</c>", re.DOTALL)


def text_of(name: str, content: bytes) -> str:
    """Return everything that a reader of the file is told, alternative texts included; empty for a kind that holds no text."""
    ending = name.lower().rsplit(".", 1)[-1]
    reader = {"html": _page, "pdf": _pdf, "docx": _word, "xlsx": _excel, "zip": _tables, "json": _plain, "csv": _plain}.get(ending)
    return reader(content) if reader else ""


def _page(content: bytes) -> str:
    body = re.sub(r"<(style|title)\b.*?</\1>", " ", content.decode("utf-8"), flags=re.DOTALL)
    alternatives = "\n".join(re.findall(r'\balt="([^"]*)"', body))
    return html.unescape(re.sub(r"<[^>]{0,2000000}>", "\n", body) + "\n" + alternatives)


def _pdf(content: bytes) -> str:
    from pypdf import PdfReader

    return "\n".join(page.extract_text(extraction_mode="layout") for page in PdfReader(io.BytesIO(content)).pages)


def _word(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [
            name
            for name in sorted(archive.namelist())
            if re.fullmatch(r"word/(?:document|footnotes|header\d*|footer\d*)\.xml", name)
        ]
        return "\n".join(_words(archive.read(name).decode("utf-8")) for name in parts)


def _words(xml: str) -> str:
    alternatives = "\n".join(re.findall(r'<wp:docPr\b[^>]*\bdescr="([^"]*)"', xml))
    return html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"</w:p>", "\n", xml)) + "\n" + alternatives)


def _excel(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        strings = archive.read("xl/sharedStrings.xml").decode("utf-8") if "xl/sharedStrings.xml" in archive.namelist() else ""
        sheets = [archive.read(n).decode("utf-8") for n in sorted(archive.namelist()) if n.startswith("xl/worksheets/")]
    texts = [html.unescape(text) for text in re.findall(r"<t[^>]*>([^<]*)</t>", strings)]
    numbers = [value for sheet in sheets for kind, inner in _CELL.findall(sheet) if 't="' not in kind for value in _value(inner)]
    return "\n".join([*texts, *numbers])


def _value(inner: str) -> list[str]:
    return [number.replace("-", "−") for number in re.findall(r"<v>([^<]*)</v>", inner)]


def _tables(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(_plain(archive.read(name)).replace(";", "\n") for name in archive.namelist())


def _plain(content: bytes) -> str:
    return content.decode("utf-8-sig")
