"""The few pieces of WordprocessingML that python-docx has no words for."""

from __future__ import annotations

import re
from typing import Any

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def clean(text: str) -> str:
    """Return `text` without the characters that XML cannot hold."""
    return _NOT_XML.sub("", text)


def element(tag: str, *children: Any, **attributes: str) -> Any:
    """Return an element of WordprocessingML; attributes are in its namespace."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    for one in children:
        made.append(one)
    return made


def child(paragraph: Any, made: Any) -> None:
    """Append an element to a paragraph."""
    paragraph._p.append(made)


def coloured(run: Any, colour: str, *, bold: bool = False) -> None:
    """Give a run a colour."""
    from docx.shared import RGBColor

    run.font.color.rgb, run.font.bold = RGBColor.from_string(colour), bold or None


def field_run(instruction: str, shown: str, *, bold: bool = False) -> Any:
    """Return a field that Word updates, with what it shows until then."""
    text = element("w:t")
    text.text = shown
    run = element("w:r", *([element("w:rPr", element("w:b"))] if bold else []), text)
    return element("w:fldSimple", run, instr=f" {instruction} ")


def in_language(run: Any, locale: str) -> None:
    """Mark a run's language for spelling and reading aloud."""
    run._r.get_or_add_rPr().append(element("w:lang", val=locale))


def described(picture: Any, alt: str, number: int) -> None:
    """Give a picture its alternative text."""
    properties = picture._inline.docPr
    properties.set("descr", clean(alt))
    properties.set("name", f"image{number}")
    named = picture._inline.graphic.graphicData.pic.nvPicPr.cNvPr
    named.set("descr", clean(alt))
    named.set("name", f"image{number}")


def repeated(row: Any) -> None:
    """Let a table's first row stand on every page; no row is cut by a page."""
    row._tr.get_or_add_trPr().append(element("w:tblHeader"))


def whole(row: Any) -> None:
    """Keep a row on one page."""
    row._tr.get_or_add_trPr().append(element("w:cantSplit"))


def captioned(table: Any, caption: str) -> None:
    """Give a table the title that a screen reader says."""
    table._tbl.tblPr.append(element("w:tblCaption", val=clean(caption)))
