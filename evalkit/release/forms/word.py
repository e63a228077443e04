"""The report as a Word document that an office worker can edit: styles, real tables, numbered captions, alternative texts."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any

from evalkit.release.forms import word_parts as parts
from evalkit.release.forms import word_style as look
from evalkit.release.forms.document import Block, Grid, Heading, Paragraph, Picture
from evalkit.release.forms.packing import packed
from evalkit.release.forms.widths import column_widths
from evalkit.release.language import Language

_WIDEST, _HIGHEST, _HIGHEST_TIGHT = 440.0, 330.0, 150.0
"""Points that a picture may be wide and high; where everything must fit on one page, less."""
_SHORT = 12
"""Rows of a table that stays on one page."""
_STYLES = {"kicker": "Subtitle", "meta": "Subtitle", "stamp": "Mark", "stamp synthetic": "Mark", "verdict": "Verdict"}
_STYLES |= {"note": "Note", "callout": "Mark", "provenance-foot": "Note"}
_HEADINGS = {1: "Title", 2: "Heading 1", 3: "Heading 2", 4: "Heading 3"}
_DROPPED = ("docProps/thumbnail.jpeg", "docProps/app.xml", "customXml/", "word/stylesWithEffects.xml")
_EMPTY = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
)


def word_document(content: Sequence[Block], language: str, marks: str = "", *, tight: bool = False) -> bytes:
    """Return `content` as a DOCX file. Properties are empty; the same blocks give the same bytes.

    Parameters
    ----------
    content : Sequence[Block]
        What `evalkit.release.forms.document.blocks` made of finished HTML pieces.
    language : str
        ``sv`` or ``en``.
    marks : str
        Stands at the head of every page: what the document is.
    tight : bool
        Everything smaller and closer, for a document of one page.
    """
    import docx

    document = docx.Document()
    words = Language(language)
    look.prepare(document, language, marks, words.text("d_page"), scale=0.86 if tight else 1.0)
    writer = _Writer(document, words, _HIGHEST_TIGHT if tight else _HIGHEST)
    for block in content:
        writer.write(block)
    stream = io.BytesIO()
    document.save(stream)
    return washed(stream.getvalue())


def washed(content: bytes) -> bytes:
    """Return a DOCX without properties, picture of its first page and foreign data, in an order and with a date of its own."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist() if not name.startswith(_DROPPED)}
    if "docProps/core.xml" in members:
        members["docProps/core.xml"] = _EMPTY
    for name in [n for n in members if n.endswith(".rels") or n == "[Content_Types].xml"]:
        members[name] = _without_dropped(members[name])
    first = "[Content_Types].xml"
    return packed({first: members.pop(first), **dict(sorted(members.items()))})


def _without_dropped(xml: bytes) -> bytes:
    """Return a list of parts or relations without those that are left out."""
    return re.sub(
        rb'<(?:Relationship|Override)\b[^>]*"[^"]*(?:thumbnail|docProps/app|customXml|stylesWithEffects)[^>]*/>', b"", xml
    )


class _Writer:
    """Writes blocks in order, counting tables and figures as the page does."""

    def __init__(self, document: Any, language: Language, highest: float) -> None:
        self._document = document
        self._highest = highest
        self._language = language
        self._counts = {"table_label": 0, "figure_label": 0}

    def write(self, block: Block) -> None:
        if isinstance(block, Heading):
            self._document.add_paragraph(parts.clean(block.text), style=_HEADINGS[block.level])
        elif isinstance(block, Paragraph):
            self._paragraph(block)
        elif isinstance(block, Grid):
            self._table(block)
        else:
            self._picture(block)

    def _paragraph(self, block: Paragraph) -> None:
        style = "List Bullet" if block.item else _STYLES.get(block.style, "Normal")
        paragraph = self._document.add_paragraph(style=style)
        for text, bold in block.runs:
            run = paragraph.add_run(parts.clean(text))
            run.bold = bold or None
            if block.lang in look.LOCALES and block.lang != self._language.code:
                parts.in_language(run, look.LOCALES[block.lang])

    def _caption(self, key: str, text: str) -> Any:
        self._counts[key] += 1
        label = self._language.text(key)
        paragraph = self._document.add_paragraph(style="Caption")
        paragraph.add_run(f"{label} ").bold = True
        parts.child(paragraph, parts.field_run(f"SEQ {label} \\* ARABIC", str(self._counts[key]), bold=True))
        paragraph.add_run(". ").bold = True
        paragraph.add_run(parts.clean(text))
        return paragraph

    def _table(self, grid: Grid) -> None:
        from docx.shared import Pt

        self._caption("table_label", grid.caption)
        size, widths = column_widths(grid)
        table = self._document.add_table(rows=0, cols=len(grid.head), style=look.TABLE_STYLE)
        table.autofit = False
        parts.captioned(table, grid.caption)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Pt(width)
        for number, texts in enumerate((grid.head, *grid.rows)):
            row = table.add_row()
            parts.whole(row)
            for place, cell in enumerate(row.cells):
                cell.width = Pt(widths[place])
                paragraph = cell.paragraphs[0]
                self._cell(paragraph, texts[place], size, right=place in grid.numeric, bold=number == 0)
                paragraph.paragraph_format.keep_with_next = number < len(grid.rows) <= _SHORT or None
        parts.repeated(table.rows[0])
        self._document.add_paragraph(style="Table Text")

    def _cell(self, paragraph: Any, text: str, size: float, *, right: bool, bold: bool) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt

        paragraph.style = "Table Text"
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else None
        run = paragraph.add_run(parts.clean(text))
        run.bold = bold or None
        run.font.size = Pt(size)

    def _picture(self, block: Picture) -> None:
        from docx.shared import Pt

        wide, high = (int.from_bytes(block.png[i : i + 4], "big") for i in (16, 20))
        paragraph = self._document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        picture = paragraph.add_run().add_picture(io.BytesIO(block.png), width=Pt(min(_WIDEST, self._highest * wide / high)))
        parts.described(picture, block.alt, self._counts["figure_label"] + 1)
        # Below a figure there is nothing that its caption must keep with.
        self._caption("figure_label", block.caption).paragraph_format.keep_with_next = False
