"""One self-contained HTML page outside the report: a protocol, a pre-analysis plan. No script, nothing external."""

from __future__ import annotations

from evalkit.release.html import TEMPLATES
from evalkit.release.language import Language
from evalkit.release.markup import esc, tag

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def own_page(title: str, language: str, *pieces: str) -> str:
    """Return a page of finished HTML pieces in the report's style.

    Parameters
    ----------
    title : str
        Plain text.
    language : str
        ``sv`` or ``en``.
    """
    style = (TEMPLATES / "evalkit" / "style.css").read_text(encoding="utf-8")
    # The report's own template fills these in; here nothing else does.
    for key in ("figure_label", "table_label"):
        style = style.replace(f"{{{{ own.texts.{key} }}}}", esc(Language(language).text(key)))
    style = style.replace("{{ own.texts.running }}", "")
    head = (
        '<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{esc(title)}</title>\n<style>\n{style}</style>"
    )
    main = tag("main", tag("h1", esc(title)) + "\n" + "\n".join(piece for piece in pieces if piece), id="innehall")
    return f'<!DOCTYPE html>\n<html lang="{esc(language)}">\n<head>\n{head}\n</head>\n<body>\n{main}\n</body>\n</html>\n'
