"""The shared page: the executed report notebook through our own nbconvert template, sanitised, in one file."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalkit.errors import DisclosureRefused, NotebookFailed
from evalkit.release.language import Language
from evalkit.release.markup import esc, tag

if TYPE_CHECKING:
    from nbformat import NotebookNode

TEMPLATES = Path(__file__).parent / "templates"
_MIME = "text/html"
_TAGS = {
    *("section", "div", "p", "h1", "h2", "h3", "h4", "ul", "ol", "li", "dl", "dt", "dd", "strong", "em", "span", "code"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td", "figure", "figcaption", "img"),
}
_ATTRIBUTES = {
    "*": {"class", "id", "lang", "role", "aria-label", "aria-labelledby", "aria-hidden", "aria-current", "tabindex"},
    "th": {"scope"},
    "img": {"src", "alt"},
}
_PNG = "data:image/png;base64,"
_SUMMARY = "sammanfattning"
_CHAPTER = re.compile(r'<h2[^>]*\bid="([a-z]+)"[^>]*>(.*?)</h2>')


def render_report(executed_notebook: NotebookNode | Path, title: str, language: str) -> str:
    """Return one accessible HTML page: no script, nothing external, no code of the notebook.

    Parameters
    ----------
    executed_notebook : nbformat.NotebookNode or Path
        `90_rapport` after it ran. Only HTML results of its cells are shown; code, prose and printed lines are not.
    title : str
        Title of the page.
    language : str
        ``sv`` or ``en``.

    Raises
    ------
    NotebookFailed
        If a cell failed or the notebook shows nothing: there is never half a report.
    DisclosureRefused
        If the page would refer to anything outside itself.
    """
    notebook = _read(executed_notebook)
    pieces = _results(notebook)
    if not pieces:
        raise NotebookFailed("90_rapport visar inget resultat; kör evalkit run igen", code="OUT-EMPTY")
    return _page(notebook, pieces, title, language)


def render_pieces(pieces: Sequence[object], title: str, language: str) -> str:
    """Return the same page of finished chapters, without a notebook.

    Raises
    ------
    DisclosureRefused
        If the page would refer to anything outside itself.
    """
    from nbformat.v4 import new_notebook

    return _page(new_notebook(), [str(piece) for piece in pieces], title, language)  # type: ignore[no-untyped-call]


def _page(notebook: Any, pieces: list[str], title: str, language: str) -> str:
    if not any("<h1" in piece for piece in pieces):
        pieces = [tag("h1", esc(title)), *pieces]
    page = _export(notebook, [_sanitise(piece) for piece in pieces], title, Language(language))
    _refuse_external(page)
    return page


def _read(notebook: NotebookNode | Path) -> Any:
    import nbformat

    return nbformat.read(notebook, as_version=4) if isinstance(notebook, Path) else notebook  # type: ignore[no-untyped-call]


def _results(notebook: Any) -> list[str]:
    pieces: list[str] = []
    for number, cell in enumerate(notebook.cells, 1):
        for output in cell.get("outputs", ()):
            if output["output_type"] == "error":
                raise NotebookFailed(f"90_rapport: cell {number} misslyckades; ingen rapport skrivs", code="OUT-CELL")
            data = output.get("data", {})
            pieces += ["".join(data[_MIME])] if _MIME in data else []
    return pieces


def _sanitise(piece: str) -> str:
    import nh3

    return nh3.clean(
        piece,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"data"},
        attribute_filter=lambda element, name, value: (
            value if (element, name) != ("img", "src") or value.startswith(_PNG) else None
        ),
        strip_comments=True,
    )


def _export(notebook: Any, pieces: list[str], title: str, language: Language) -> str:
    from nbconvert.exporters import TemplateExporter

    # nbconvert's own HTMLExporter parses the page once more and invents alternative texts; the plain one keeps our bytes.
    exporter = TemplateExporter(  # type: ignore[no-untyped-call]
        template_name="evalkit", template_file="index.html.j2", extra_template_basedirs=[str(TEMPLATES)], file_extension=".html"
    )
    contents = [(anchor, re.sub(r"<[^>]+>", "", text)) for piece in pieces for anchor, text in _CHAPTER.findall(piece)]
    texts = {key: html.escape(language.text(key)) for key in ("skip", "contents", "figure_label", "table_label", "working_report")}
    # Only letters and the dot between them may reach the style sheet.
    running = re.findall(r'class="running"[^>]*>([\w ·]+)<', pieces[0])
    texts["running"] = running[0] if running else ""
    own = {"pieces": pieces, "contents": contents, "title": html.escape(title), "language": language.code, "texts": texts}
    # Title and verdict are read first; a wide screen has the contents beside them.
    own["contents_after"] = next((i for i, piece in enumerate(pieces, 1) if f'id="{_SUMMARY}"' in piece), 1)
    page, _ = exporter.from_notebook_node(notebook, resources={"evalkit": own})
    return "\n".join(line.rstrip() for line in str(page).splitlines() if line.strip()) + "\n"


class _References(HTMLParser):
    """Collects what a page would load, run or lead to outside itself."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "iframe", "object", "embed", "link", "base", "form"}:
            self.faults.append(tag)
        for name, value in attrs:
            inside = (value or "").startswith(_PNG if name == "src" else "#")
            if name.startswith("on") or (name in {"src", "href", "srcset", "action", "data"} and not inside):
                self.faults.append(f"{tag} {name}")


def _refuse_external(page: str) -> None:
    """Look at the finished page once more, whatever the template did."""
    found = _References()
    found.feed(page)
    styles = " ".join(re.findall(r"<style>(.*?)</style>", page, re.DOTALL))
    if found.faults or re.search(r"url\(|@import|expression\(", styles):
        raise DisclosureRefused("rapporten skulle hänvisa utanför sig själv; den skrivs inte", code="OUT-EXTERNAL")
