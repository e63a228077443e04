"""The tables of planted faults in docs/INSTRUMENTS.md, made by the command that plants them."""

from __future__ import annotations

import importlib.util
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

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
