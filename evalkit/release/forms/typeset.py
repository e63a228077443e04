"""The report as PDF: tagged for screen readers (PDF/UA-1), the same bytes for the same numbers, on any machine, no browser."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evalkit.errors import StorageError
from evalkit.plan.form_names import ONE_PAGE
from evalkit.release.edition import Edition
from evalkit.release.forms.document import Block, Grid, Heading, Paragraph, Picture
from evalkit.release.forms.widths import column_widths
from evalkit.release.html import TEMPLATES
from evalkit.release.language import Language

_TEMPLATE = TEMPLATES / "pdf" / "report.typ"
_WATERMARK = "watermark.png"
_WIDEST, _HIGHEST, _HIGHEST_TIGHT = 420.0, 330.0, 150.0
_REGIONS = {"sv": "se", "en": "gb"}


def pdf_document(edition: Edition) -> bytes:
    """Return the edition as PDF.

    Raises
    ------
    StorageError
        If the typesetter is missing on this machine, or refuses the document, which is held to PDF/UA-1.
    """
    try:
        import typst
    except ImportError:
        raise StorageError(
            "PDF kan inte skrivas: programpaketet typst saknas eller går inte att läsa in här; kör 'python start.py' igen, "
            "eller öppna HTML-rapporten i Edge och skriv ut den som PDF",
            code="FORM-PDF",
        ) from None
    with tempfile.TemporaryDirectory(prefix="evalkit-") as name:
        folder = Path(name)
        groups, pictures = _groups(edition.blocks, tight=edition.depth == ONE_PAGE)
        if edition.kind == "arbetsrapport":
            pictures[_WATERMARK] = _watermark(Language(edition.language).text("figure_working"))
        for file, png in pictures.items():
            (folder / file).write_bytes(png)
        (folder / "data.json").write_text(json.dumps(_data(edition, groups), ensure_ascii=False), encoding="utf-8")
        (folder / "report.typ").write_text(_TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8", newline="\n")
        try:
            compiler = typst.Compiler(str(folder / "report.typ"), root=str(folder), font_paths=[_fonts()], ignore_system_fonts=True)
            made = compiler.compile(format="pdf", pdf_standards=["ua-1"])
        except (RuntimeError, UnicodeError) as exc:
            kind = str(getattr(exc, "message", "")).split(":")[0][:80]
            raise StorageError(f"PDF kunde inte sättas ({kind}); de andra formerna går att göra", code="FORM-PDF") from None
    if not isinstance(made, bytes):
        raise StorageError("PDF kunde inte sättas; de andra formerna går att göra", code="FORM-PDF")
    return made


def _fonts() -> str:
    import matplotlib

    return str(Path(matplotlib.get_data_path()) / "fonts" / "ttf")


def _watermark(word: str) -> bytes:
    """Return the word across a page as a picture: as text it would come between the words of whoever copies or reads the page."""
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.truetype(str(Path(_fonts()) / "DejaVuSans-Bold.ttf"), 96)
    canvas = Image.new("L", (1100, 1100), 255)
    ImageDraw.Draw(canvas).text((550, 550), word, font=font, fill=244, anchor="mm")
    stream = io.BytesIO()
    canvas.rotate(30, fillcolor=255).save(stream, format="PNG")
    return stream.getvalue()


def _data(edition: Edition, groups: list[dict[str, Any]]) -> dict[str, Any]:
    t = Language(edition.language).text
    words = {"page": t("d_page"), "of": t("d_of"), "table": t("table_label"), "figure": t("figure_label")}
    return {
        "title": edition.title,
        "lang": edition.language,
        "region": _REGIONS[edition.language],
        "depth": edition.depth,
        "marks": edition.marks,
        "watermark": _WATERMARK if edition.kind == "arbetsrapport" else "",
        "groups": groups,
        **words,
    }


def _groups(found: Sequence[Block], *, tight: bool) -> tuple[list[dict[str, Any]], dict[str, bytes]]:
    """Return blocks as the template takes them, neighbouring items put together, and the pictures by file name."""
    groups: list[dict[str, Any]] = []
    pictures: dict[str, bytes] = {}
    for block in found:
        if isinstance(block, Picture):
            file = f"figure{len(pictures) + 1}.png"
            pictures[file] = block.png
            groups.append(_picture(block, file, _HIGHEST_TIGHT if tight else _HIGHEST))
        elif isinstance(block, Heading):
            groups.append({"kind": "heading", "level": block.level, "text": block.text})
        elif isinstance(block, Grid):
            groups.append(_table(block))
        elif block.item:
            _item(groups, block)
        else:
            groups.append({"kind": "text", "style": block.style, **_said(block)})
    return _side_by_side(groups) if tight else groups, pictures


def _picture(block: Picture, file: str, highest: float) -> dict[str, Any]:
    wide, high = (int.from_bytes(block.png[i : i + 4], "big") for i in (16, 20))
    width = min(_WIDEST, highest * wide / high)
    return {"kind": "picture", "file": file, "alt": block.alt, "caption": block.caption, "width": round(width, 2)}


def _table(grid: Grid) -> dict[str, Any]:
    size, widths = column_widths(grid)
    shown = {"caption": grid.caption, "head": grid.head, "rows": grid.rows, "numeric": sorted(grid.numeric)}
    return {"kind": "table", "size": size, "widths": [round(width, 2) for width in widths], **shown}


def _said(block: Paragraph) -> dict[str, Any]:
    return {"runs": [[text, bold] for text, bold in block.runs], "lang": block.lang}


def _item(groups: list[dict[str, Any]], block: Paragraph) -> None:
    kind = "tiles" if block.style == "tile" else "list"
    if not groups or groups[-1]["kind"] != kind:
        groups.append({"kind": kind, "items": []})
    groups[-1]["items"].append(_tile(block) if kind == "tiles" else _said(block))


def _tile(block: Paragraph) -> dict[str, str]:
    """Return a key figure's name, value and note: the reader has put ``name: value (note)``."""
    name = block.runs[0][0]
    rest = block.text.removeprefix(name).removeprefix(": ")
    value, _, note = rest.partition(" (")
    return {"name": name, "value": value, "note": note.removesuffix(")")}


def _side_by_side(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put lists that each follow a small heading beside each other: on one page there is no room below."""
    shown: list[dict[str, Any]] = []
    rest = list(groups)
    while rest:
        pair = rest[:4]
        if [(g["kind"], g.get("level")) for g in pair] == [("heading", 3), ("list", None)] * 2:
            columns = [{"text": h["text"], "level": h["level"], "items": items["items"]} for h, items in (pair[:2], pair[2:])]
            shown.append({"kind": "columns", "items": columns})
            rest = rest[4:]
        else:
            shown.append(rest.pop(0))
    return shown
