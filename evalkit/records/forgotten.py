"""Persons to be forgotten: keyed names in a list inside the house. Their rows leave every table before anything looks at them."""

from __future__ import annotations

import hmac
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.errors import PlanError
from evalkit.files import sha256_file, write_text
from evalkit.findings.provenance import FileStamp

if TYPE_CHECKING:
    from evalkit.plan.project import Project
    from evalkit.records.pseudonym import PseudonymKey
    from evalkit.records.stations import RawExtract

LIST = "forgotten.txt"
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz234567")


def forgotten_file(project: Project, intervention: str) -> Path:
    """Return where the list of one intervention lies: beside the ledger, kept when runs are swept."""
    return project.processed(intervention) / "ledger" / LIST


def forget(project: Project, intervention: str, key: PseudonymKey, pseudonym: str) -> bool:
    """Enter one person's keyed name in the list and return whether it is new there. The pseudonym itself is not written.

    Raises
    ------
    PlanError
        If it is no pseudonym.
    """
    if len(pseudonym) != 26 or set(pseudonym) - _LETTERS:
        raise PlanError("en pseudonym har 26 tecken, a–z och 2–7: kopiera den ur kvalitetsrapporten", code="PAR-CALL")
    path = forgotten_file(project, intervention)
    known = set(_lines(path))
    mark = _mark(key, pseudonym)
    if mark in known:
        return False
    write_text(path, "".join(f"{line}\n" for line in sorted({*known, mark})))
    return True


def stamp_of(project: Project, intervention: str) -> tuple[FileStamp, ...]:
    """Return the list as an input of a run; nothing where nobody was forgotten."""
    path = forgotten_file(project, intervention)
    if not path.is_file():
        return ()
    return (FileStamp(project.relative(path), sha256_file(path), path.stat().st_size),)


def without_forgotten(extract: RawExtract, project: Project, intervention: str, key: PseudonymKey | None) -> RawExtract:
    """Return `extract` without every row of the persons in the list."""
    marks = set(_lines(forgotten_file(project, intervention)))
    if key is None or not marks:
        return extract
    tables = {}
    for source, table in extract.tables.items():
        gone = [column for column in ("person",) if column in table]
        rows = table
        for column in gone:
            names = {name for name in table[column].dropna().unique() if _mark(key, str(name)) in marks}
            rows = rows[~rows[column].isin(names)]
        tables[source] = rows.reset_index(drop=True)
    return replace(extract, tables=tables)


def frames_with(project: Project, intervention: str, pseudonym: str) -> tuple[Path, ...]:
    """Return the stored frames in which a person has rows."""
    found = []
    for path in sorted(project.processed(intervention).glob("*/frame.json")):
        tables = json.loads(path.read_text(encoding="utf-8"))["tables"]
        if any(pseudonym in column["values"] for table in tables.values() if table for column in table if column["name"] == "unit"):
            found.append(path)
    return tuple(found)


def _mark(key: PseudonymKey, pseudonym: str) -> str:
    return hmac.digest(key.secret, b"forgotten:" + pseudonym.encode("utf-8"), "sha256").hex()[:32]


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split() if path.is_file() else []
