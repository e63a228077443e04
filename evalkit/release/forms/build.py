"""A cleared result in the form, depth and language that somebody asked for. The one door from `SafeResult` to a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from evalkit.findings.safe import SafeResult
from evalkit.plan.form_names import ONE_PAGE, FormName
from evalkit.release.edition import Edition, edition


def build(safe: SafeResult, name: FormName) -> bytes:
    """Return one file.

    Raises
    ------
    StorageError
        If a PDF cannot be made on this machine.
    """
    return build_all(safe, [name])[name.file]


def build_all(safe: SafeResult, names: Iterable[FormName]) -> dict[str, bytes]:
    """Return several files by name; an edition is drawn once for all its forms."""
    editions: dict[tuple[str, str], Edition] = {}
    made: dict[str, bytes] = {}
    for name in names:
        key = (name.depth, name.language or safe.plan.language)
        if key not in editions:
            editions[key] = edition(safe, *key)
        made[name.file] = _MAKERS[name.form](editions[key])
    return made


def _html(drawn: Edition) -> bytes:
    from evalkit.release.html import render_pieces

    return render_pieces(drawn.pieces, drawn.title, drawn.language).encode("utf-8")


def _pdf(drawn: Edition) -> bytes:
    from evalkit.release.forms.typeset import pdf_document

    return pdf_document(drawn)


def _docx(drawn: Edition) -> bytes:
    from evalkit.release.forms.word import word_document

    return word_document(drawn.blocks, drawn.language, drawn.marks, tight=drawn.depth == ONE_PAGE)


def _xlsx(drawn: Edition) -> bytes:
    from evalkit.release.forms.workbook import workbook

    return workbook(drawn)


def _csv(drawn: Edition) -> bytes:
    from evalkit.release.forms.plain_tables import tables_csv

    return tables_csv(drawn)


def _json(drawn: Edition) -> bytes:
    from evalkit.release.forms.plain_tables import tables_json

    return tables_json(drawn)


_MAKERS: dict[str, Callable[[Edition], bytes]] = {
    "html": _html,
    "pdf": _pdf,
    "docx": _docx,
    "xlsx": _xlsx,
    "csv": _csv,
    "json": _json,
}
