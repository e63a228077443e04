"""The tables of planted faults in docs/INSTRUMENTS.md, made by the command that plants them."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.errors import PlanError
from evalkit.files import write_text

if TYPE_CHECKING:
    from evalkit.plan.instruments import InstrumentRegister
    from evalkit.plan.project import Project

DOCUMENT = "docs/INSTRUMENTS.md"
_DATA_FAULTS = "evalkit.records.scored_mutations"


def mutation_tables(register: InstrumentRegister, on: date) -> dict[str, str]:
    """Plant every fault and return one table a part: ``register``, and ``data`` for scored data."""
    from evalkit.records import register_mutations
    from evalkit.records.mutation_table import mutation_table

    tables = {"register": mutation_table(register_mutations.outcomes(register, on))}
    if importlib.util.find_spec(_DATA_FAULTS) is not None:
        tables["data"] = mutation_table(importlib.import_module(_DATA_FAULTS).outcomes())
    return tables


def clean_counts(sizes: Sequence[int], sets: int, progress: Callable[[str], None]) -> dict[str, str]:
    """Judge `sets` clean sets of each size and return the table as the part ``clean``."""
    from evalkit.records.scored_clean import clean_outcome, clean_table

    return {"clean": clean_table([clean_outcome(n, sets, progress) for n in sizes])}


def sizes_of(written: str) -> tuple[int, ...]:
    """Return the numbers of ``30,150``; PlanError where one is no number of at least 20 persons."""
    parts = [part.strip() for part in written.split(",")]
    if not all(part.isdigit() and int(part) >= 20 for part in parts):
        raise PlanError("ange antal personer som 30,150; minst 20", code="PAR-CALL")
    return tuple(int(part) for part in parts)


def write_tables(project: Project, tables: dict[str, str]) -> Path:
    """Put each table between its marks in docs/INSTRUMENTS.md and return the file; a part without marks is left out."""
    path = project.root / DOCUMENT
    text = path.read_text(encoding="utf-8")
    for part, table in tables.items():
        start, end = f"<!-- mutations:{part} -->", f"<!-- /mutations:{part} -->"
        if start in text and end in text:
            before, rest = text.split(start, 1)
            text = f"{before}{start}\n{table}{end}{rest.split(end, 1)[1]}"
    write_text(path, text)
    return path
