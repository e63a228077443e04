"""How our Word documents look: page, fonts, styles, header and footer. Nothing in here depends on what a report says."""

from __future__ import annotations

from typing import Any

from evalkit.release.forms.word_parts import child, coloured, element, field_run

INK, SOFT, BLUE, WARN, LINE = "1B1B1B", "595959", "00558C", "8A3B00", "D4D9DE"
LOCALES = {"sv": "sv-SE", "en": "en-GB"}
FONT = "Calibri"
TABLE_STYLE = "Report Table"
_SIZES = {"Title": 24, "Subtitle": 11, "Heading 1": 16, "Heading 2": 12.5, "Heading 3": 11, "Caption": 10, "Header": 9, "Footer": 9}
_SPACES = {
    "Title": (0, 6),
    "Subtitle": (0, 4),
    "Heading 1": (24, 8),
    "Heading 2": (14, 5),
    "Heading 3": (10, 4),
    "Caption": (10, 4),
}
_COLOURS = {"Title": INK, "Subtitle": SOFT, "Heading 1": BLUE, "Heading 2": INK, "Heading 3": INK, "Caption": INK, "Footer": SOFT}
_BOLD = {"Title", "Heading 1", "Heading 2", "Heading 3"}


def prepare(document: Any, language: str, marks: str, page_word: str, scale: float = 1.0) -> None:
    """Give an empty document its page, styles, language, header and footer; `scale` makes text and room smaller."""
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin, section.bottom_margin = Mm(24 if scale == 1 else 17), Mm(20 if scale == 1 else 13)
    _defaults(document, LOCALES[language])
    for name in ("Normal", "List Bullet", *_SIZES):
        _restyle(document.styles[name], name, scale)
    _own_styles(document, scale)
    _table_style(document)
    _ends(section, marks, page_word)


def _defaults(document: Any, locale: str) -> None:
    from docx.oxml.ns import qn

    root = document.styles.element
    # The template names its fonts by theme, which would win over the names set here.
    for fonts in root.iter(qn("w:rFonts")):
        for name in [key for key in fonts.attrib if key.lower().endswith("theme")]:
            del fonts.attrib[name]
        for kind in ("ascii", "hAnsi", "cs"):
            fonts.set(qn(f"w:{kind}"), FONT)
    for lang in root.iter(qn("w:lang")):
        lang.set(qn("w:val"), locale)
        lang.set(qn("w:eastAsia"), locale)


def _restyle(style: Any, name: str, scale: float) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.name = FONT
    style.font.size = Pt(round(_SIZES.get(name, 11) * scale * 2) / 2)
    style.font.bold, style.font.italic = name in _BOLD, False
    style.font.color.rgb = RGBColor.from_string(_COLOURS.get(name, INK))
    before, after = _SPACES.get(name, (0, 3 if name == "List Bullet" else 7))
    layout = style.paragraph_format
    layout.space_before, layout.space_after = Pt(round(before * scale**4)), Pt(round(after * scale**4))
    layout.line_spacing = 1.15 if scale == 1 else 1.0
    properties = style.element.get_or_add_pPr()
    for line in properties.findall(qn("w:pBdr")):
        properties.remove(line)
    if name == "Caption":
        layout.keep_with_next = True


def _own_styles(document: Any, scale: float) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt, RGBColor

    looks = {"Table Text": (9.0, INK), "Note": (9.5, SOFT), "Verdict": (12.0, INK), "Mark": (11.0, WARN)}
    for name, (size, colour) in looks.items():
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
        style.quick_style = True
        style.font.size, style.font.color.rgb = Pt(round(size * scale * 2) / 2), RGBColor.from_string(colour)
        style.font.bold = name == "Verdict"
        if name == "Table Text":
            style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(1.5)
            style.paragraph_format.line_spacing = 1.0
        if name in {"Verdict", "Mark"}:
            bar = element("w:pBdr", element("w:left", val="single", sz="24", space="8", color=BLUE if name == "Verdict" else WARN))
            style.element.get_or_add_pPr().insert_element_before(bar, "w:spacing", "w:ind", "w:jc", "w:outlineLvl")


def _table_style(document: Any) -> None:
    from docx.enum.style import WD_STYLE_TYPE

    style = document.styles.add_style(TABLE_STYLE, WD_STYLE_TYPE.TABLE)
    lines = [
        element("w:top", val="single", sz="8", space="0", color=INK),
        element("w:bottom", val="single", sz="8", space="0", color=INK),
    ]
    lines.append(element("w:insideH", val="single", sz="4", space="0", color=LINE))
    margins = element("w:tblCellMar", element("w:left", w="70", type="dxa"), element("w:right", w="70", type="dxa"))
    style.element.append(element("w:tblPr", element("w:tblBorders", *lines), margins))
    below = element("w:tcPr", element("w:tcBorders", element("w:bottom", val="single", sz="8", space="0", color=INK)))
    style.element.append(element("w:tblStylePr", element("w:rPr", element("w:b")), below, type="firstRow"))


def _ends(section: Any, marks: str, page_word: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
    head.alignment = foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    coloured(head.add_run(marks), WARN, bold=True)
    foot.add_run(f"{page_word} ")
    child(foot, field_run("PAGE", "1"))
