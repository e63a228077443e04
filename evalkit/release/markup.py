"""HTML that cannot be broken by what stands in it: every text is escaped here and nowhere else."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

_SHORT = 5


@dataclass(frozen=True, slots=True)
class Html:
    """A finished piece of HTML; shows itself in a notebook."""

    source: str

    def _repr_html_(self) -> str:
        return self.source

    def __str__(self) -> str:
        return self.source

    def __repr__(self) -> str:
        return f"Html({len(self.source)} tecken)"


def esc(text: object) -> str:
    """Return `text` as text: no tag, no entity, no attribute can come out of it."""
    return html.escape(str(text), quote=True)


def tag(name: str, content: str, **attributes: str) -> str:
    """Return an element around finished HTML; attribute values are escaped, ``class_`` becomes ``class``."""
    shown = "".join(f' {key.rstrip("_").replace("_", "-")}="{esc(value)}"' for key, value in attributes.items() if value)
    return f"<{name}{shown}>{content}</{name}>"


def para(text: str, class_: str = "") -> str:
    """Return a paragraph of plain text; nothing where there is no text."""
    return tag("p", esc(text), class_=class_) if text else ""


def bullets(items: Iterable[str], class_: str = "") -> str:
    """Return a list of plain texts; nothing where there are none."""
    rows = "".join(tag("li", esc(item)) for item in items if item)
    return tag("ul", rows, class_=class_) if rows else ""


def heading(text: str, level: int = 3) -> str:
    """Return a heading inside a chapter."""
    return tag(f"h{level}", esc(text))


def chapter(anchor: str, title: str, *parts: str) -> Html:
    """Return one chapter: a section named by its heading."""
    head = tag("h2", esc(title), id=anchor)
    return Html(tag("section", head + "".join(parts), aria_labelledby=anchor, class_="chapter"))


@dataclass(frozen=True, slots=True)
class Table:
    """A captioned table with scoped headers, first column as row header.

    Attributes
    ----------
    numeric : frozenset[int]
        Columns whose cells are aligned to the right.
    note : str
        Said under the table.
    """

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: frozenset[int] = frozenset()
    note: str = ""
    class_: str = field(default="")

    def html(self, region: str) -> str:
        """Return the table inside a scrolling region named `region`; nothing where it has no rows."""
        if not self.rows:
            return ""
        head = "".join(tag("th", esc(text), scope="col", class_=self._class(i)) for i, text in enumerate(self.head))
        body = "".join(self._row(row) for row in self.rows)
        caption = tag("caption", esc(self.caption))
        table = tag("table", f"{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody>", class_=self.class_)
        # On paper only a short table stays on one page: a larger block would leave white space before it.
        size = "table short" if len(self.rows) <= _SHORT else "table"
        wrapped = tag("div", table, class_=size, role="region", aria_label=region, tabindex="0")
        return wrapped + para(self.note, "note")

    def _row(self, row: Sequence[str]) -> str:
        cells = [tag("th", esc(row[0]), scope="row")]
        cells += [tag("td", esc(text), class_=self._class(i)) for i, text in enumerate(row[1:], 1)]
        return tag("tr", "".join(cells))

    def _class(self, column: int) -> str:
        return "num" if column in self.numeric else ""
