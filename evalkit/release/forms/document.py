"""The report as a sequence of plain blocks, read from its own chapters: every form says what the page says, number for number."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from html.parser import HTMLParser

from evalkit.release.markup import Html

_PNG = "data:image/png;base64,"
_HEADINGS = ("h1", "h2", "h3", "h4")

Run = tuple[str, bool]
"""A piece of text, and whether it is set in bold."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 4."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph or a list item; `style` is the page's class, `lang` is empty where it is the document's own.

    A key figure is an item of style ``tile``: its name and its value are bold, its note is not.
    """

    runs: tuple[Run, ...]
    style: str = ""
    lang: str = ""
    item: bool = False

    @property
    def text(self) -> str:
        """The text without its marks."""
        return "".join(text for text, _ in self.runs)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: texts as the page shows them; columns of `numeric` hold numbers."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int]


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure with its alternative text and caption."""

    png: bytes
    alt: str
    caption: str


Block = Heading | Paragraph | Grid | Picture


def blocks(pieces: Iterable[Html | str]) -> list[Block]:
    """Return the blocks of finished pieces of HTML, in reading order; what is hidden from readers is left out."""
    reader = _Reader()
    for piece in pieces:
        reader.feed(str(piece))
    reader.close()
    return reader.blocks


class _Reader(HTMLParser):
    """Reads the few elements that `markup` writes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._runs: list[Run] = []
        self._style = self._lang = self._caption = self._alt = ""
        self._bold = False
        self._hidden = 0
        self._png = b""
        self._rows: list[list[str]] = []
        self._numeric: set[int] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "div" and (self._hidden or given.get("aria-hidden")):
            self._hidden += 1
        elif tag == "div":
            self._lang = given.get("lang", self._lang)
        elif tag in {"p", "li", "dt", "caption", "figcaption", "th", "td", *_HEADINGS}:
            self._runs, self._style = [], given.get("class", "")
            if tag == "th" and "num" in self._style.split():
                self._numeric.add(len(self._rows[-1]))
        elif tag == "tr":
            self._rows.append([])
        elif tag == "img":
            self._png, self._alt = base64.b64decode(given["src"].removeprefix(_PNG)), given["alt"]
        self._join(tag, given)

    def _join(self, tag: str, given: dict[str, str]) -> None:
        """Put marks between the parts of an entry: ``name: value (note)``, ``step: text – here``."""
        if tag == "dd":
            self._runs.append((" (" if given.get("class") == "note" else ": ", False))
        elif tag == "span" and self._runs:
            self._runs.append((": ", False))
        elif tag == "em" and self._runs:
            self._runs.append((" – ", False))
        self._bold = self._bold or tag in {"strong", "dt", "em"}
        self._style = given.get("class", "") if tag == "dd" else self._style

    def handle_data(self, data: str) -> None:
        if not self._hidden and data:
            self._runs.append((data, self._bold))

    def handle_endtag(self, tag: str) -> None:
        if tag == "div":
            self._end_division()
        elif tag in _HEADINGS:
            self.blocks.append(Heading(int(tag[1]), self._text()))
        elif tag in {"p", "li"}:
            self._close_paragraph(item=tag == "li")
        elif tag in {"th", "td"}:
            self._rows[-1].append(self._text())
        elif tag in {"caption", "figcaption"}:
            self._caption = self._text()
        elif tag == "table":
            self._close_table()
        elif tag == "figure":
            self.blocks.append(Picture(self._png, self._alt, self._caption))
        elif tag == "dd" and self._style == "note":
            self._runs.append((")", False))
        if tag in {"strong", "dt", "em"}:
            self._bold = False

    def _end_division(self) -> None:
        if self._hidden:
            self._hidden -= 1
        elif any(bold for _, bold in self._runs):
            # Inside a list of key figures a division is one entry.
            self._style = "tile"
            self._close_paragraph(item=True)
        else:
            self._lang = ""
        self._runs = []

    def _close_paragraph(self, *, item: bool) -> None:
        runs = tuple((text, bold) for text, bold in self._runs if text)
        if runs:
            self.blocks.append(Paragraph(runs, self._style, self._lang, item=item))
        self._runs, self._style = [], ""

    def _close_table(self) -> None:
        head, *rows = (tuple(row) for row in self._rows)
        self.blocks.append(Grid(self._caption, head, tuple(rows), frozenset(self._numeric)))
        self._rows, self._numeric = [], set()

    def _text(self) -> str:
        text = "".join(text for text, _ in self._runs)
        self._runs = []
        return text
