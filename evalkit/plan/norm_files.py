"""Files beside the instruments: `norms.csv`, `sources.yaml`, `checks.yaml`, and norm tables under licence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from evalkit.plan.norm_rows import NormRow, NormSource, SignedCheck
from evalkit.plan.price_rows import read_price_table, unknown_columns
from evalkit.plan.problems import plan_error
from evalkit.plan.reading import read_model, translate
from evalkit.plan.signed_checks import CHECKS_FILE
from evalkit.plan.strict import Strict
from evalkit.plan.strict_yaml import Document, Location, read_document

NORMS_FILE = "norms.csv"
SOURCES_FILE = "sources.yaml"
BESIDE = (SOURCES_FILE, CHECKS_FILE)
"""YAML files in the folder that are no instruments."""

COLUMNS = [name for name in NormRow.model_fields if name != "licensed"]
"""Columns of a norm table, the same for licensed ones."""


class _Sources(Strict):
    sources: tuple[NormSource, ...]


class _Checks(Strict):
    checks: tuple[SignedCheck, ...]


def licensed_folder(folder: Path) -> Path:
    """Return where a project keeps norm tables under licence: `data/raw/licensed_norms`, which git ignores."""
    return folder.parent.parent / "data" / "raw" / "licensed_norms"


def norm_tables(folder: Path) -> list[Path]:
    """Return the norm tables that a register is read from, the licensed ones last."""
    own = folder / NORMS_FILE
    return [*([own] if own.is_file() else []), *sorted(licensed_folder(folder).glob("*.csv"))]


def load_sources(folder: Path) -> tuple[NormSource, ...]:
    """Return the cited works; none where the file is missing."""
    path = folder / SOURCES_FILE
    return read_model(read_document(path), _Sources, noun="källförteckningen").sources if path.is_file() else ()


def load_checks(folder: Path) -> tuple[SignedCheck, ...]:
    """Return the signed checks; none where the file is missing."""
    path = folder / CHECKS_FILE
    return read_model(read_document(path), _Checks, noun="kontrollerna").checks if path.is_file() else ()


def load_norms(path: Path, *, licensed: bool) -> tuple[NormRow, ...]:
    """Read one norm table: semicolon CSV in UTF-8 with decimal point; an empty cell is unknown.

    Raises
    ------
    PlanError
        That lists every fault with its line.
    """
    header, rows = read_price_table(path, noun="normtabellen")
    wrong = unknown_columns(path.name, header, COLUMNS, noun="normtabellen")
    if wrong is not None:
        raise wrong
    norms, problems = [], []
    for line, row in rows:
        known: dict[str, Any] = {column: cell for column, cell in row.items() if cell}
        try:
            norms.append(NormRow.model_validate({**known, "licensed": licensed}))
        except ValidationError as exc:
            lines: dict[Location, int] = {(column,): line for column in row}
            problems += translate(Document(path.name, known, lines, ()), NormRow, exc)
    if problems:
        raise plan_error(path.name, problems, noun="normtabellen")
    return tuple(norms)
