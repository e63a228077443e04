"""The report's tables for other programs: CSV (for Excel in Swedish) with a codebook in one zip, and JSON."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Iterable, Sequence

from evalkit.release.edition import Edition
from evalkit.release.forms.data_tables import Cell, DataTable, Number, data_tables
from evalkit.release.forms.packing import packed
from evalkit.release.language import Language

TABLES_FORMAT = 1
_ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula; white space before it does not stop it."""


def tables_csv(edition: Edition) -> bytes:
    """Return a zip with one CSV a table and ``00-kodbok.csv``, which says what each column of each table is.

    UTF-8 with byte order mark, semicolon, decimal comma, no marks for thousands.
    """
    tables = data_tables(edition.blocks, edition.language)
    members = {f"00-{_slug(Language(edition.language).text('x_codebook'))}.csv": _csv(codebook(tables, edition))}
    members |= {f"{table.number:02d}-{_slug(table.caption)}.csv": _csv([table.head, *table.rows]) for table in tables}
    return packed(members)


def tables_json(edition: Edition) -> bytes:
    """Return every table and the codebook as JSON with plain numbers."""
    tables = data_tables(edition.blocks, edition.language)
    head, *rows = codebook(tables, edition)
    document = {
        "tables_format": TABLES_FORMAT,
        "title": edition.title,
        "kind": edition.kind,
        "synthetic": edition.synthetic,
        "language": edition.language,
        "safe_result_sha256": edition.digest,
        "codebook": {"head": head, "rows": rows},
        "tables": [
            {
                "table": table.number,
                "caption": table.caption,
                "head": table.head,
                "rows": [[_plain(cell) for cell in row] for row in table.rows],
                "note": table.note,
            }
            for table in tables
        ],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")


def codebook(tables: Iterable[DataTable], edition: Edition) -> list[Sequence[str]]:
    """Return a row per column of each table: what it holds, with how many decimals, and what is said under the table."""
    t = Language(edition.language).text
    rows: list[Sequence[str]] = [[t(key) for key in ("table_label", "x_content", "x_column", "x_kind", "x_decimals", "x_note")]]
    for table in tables:
        for place, name in enumerate(table.head):
            numbers = [row[place] for row in table.rows if isinstance(row[place], Number)]
            decimals = sorted({cell.decimals for cell in numbers if isinstance(cell, Number)})
            kind = t("x_number") if numbers else t("x_text")
            rows.append([str(table.number), table.caption, name, kind, ", ".join(map(str, decimals)), table.note])
    rows.append(["", edition.marks, "", "", "", t("x_signs")])
    return rows


def _csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerows([[_shown(cell) for cell in row] for row in rows])
    return stream.getvalue().encode("utf-8-sig")


def _shown(cell: Cell) -> str:
    return f"{cell.value:.{cell.decimals}f}".replace(".", ",") if isinstance(cell, Number) else _harmless(cell)


def _harmless(text: str) -> str:
    """Return `text` so that no spreadsheet runs it."""
    return f"'{text}" if text.lstrip().startswith(_ACTIVE) or text.startswith(_ACTIVE) else text


def _plain(cell: Cell) -> float | int | str:
    if isinstance(cell, str):
        return cell
    return round(cell.value, cell.decimals) if cell.decimals else int(cell.value)


def _slug(caption: str) -> str:
    plain = unicodedata.normalize("NFKD", caption).encode("ascii", "ignore").decode("ascii").lower()
    words = "".join(c if c.isalnum() else " " for c in plain).split()
    return "-".join(words)[:40].strip("-")
