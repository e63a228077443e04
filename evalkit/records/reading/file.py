"""One delivered file, from bytes to a typed table with its findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from evalkit.errors import DeliveryError
from evalkit.files import sha256_bytes
from evalkit.findings.quality import CheckOutcome
from evalkit.plan.evaluation import DataKind, EvaluationPlan
from evalkit.plan.sources import Source
from evalkit.records.identity import identity_rules
from evalkit.records.pseudonym import PseudonymKey
from evalkit.records.reading.content import FileKind, read_content
from evalkit.records.reading.delimited import parse_delimited
from evalkit.records.reading.encoding import decode
from evalkit.records.reading.faults import FaultLog
from evalkit.records.reading.grid import Grid
from evalkit.records.reading.header import declared_headings, find_header
from evalkit.records.reading.rows import data_rows
from evalkit.records.reading.stata import parse_stata
from evalkit.records.reading.table import Codebook, build_table
from evalkit.records.reading.workbook import parse_workbook


@dataclass(frozen=True, slots=True, repr=False)
class ReadFile:
    """One file's table, what reading noticed, and the headings it was delivered with."""

    table: pd.DataFrame
    findings: tuple[CheckOutcome, ...]
    headings: tuple[str, ...]

    def __repr__(self) -> str:
        return f"ReadFile({len(self.table)} rader)"


def read_source_file(
    path: Path,
    source: Source,
    plan: EvaluationPlan,
    key: PseudonymKey | None,
    *,
    evaluated_on: date,
    shown: str = "",
    sha256: str = "",
) -> ReadFile:
    """Read one file as `source` declares it.

    Parameters
    ----------
    path : Path
        The file.
    source : Source
        Its codebook.
    plan : EvaluationPlan
        Whose persons these are: target ages, synthetic or not, free text allowed or not.
    key : PseudonymKey | None
        Turns identities into pseudonyms; None for public data.
    evaluated_on : date
        Settles centuries; later dates are refused.
    shown : str
        What findings call the file; its name where empty.
    sha256 : str
        What the content must hash to; not checked where empty.

    Returns
    -------
    ReadFile
        A table with the columns of `RawExtract`.

    Raises
    ------
    DeliveryError
        With every stopping fault of the file, a line each, and their codes in `findings`.
    StorageError
        If the file cannot be read.
    """
    log = FaultLog(shown or path.name, source.id)
    content, kind = read_content(path, log)
    if sha256 and sha256_bytes(content) != sha256:
        raise DeliveryError(f"{log.file}: filen ändrades under körningen; kör om", code="RAW-CHANGED")
    public = plan.data_kind is DataKind.PUBLIC
    grid = _grid(content, kind, path.suffix.lower(), source, log)
    header = find_header(grid, source, log, public=public)
    rows = data_rows(grid, header, source, log)
    rules = identity_rules(plan, evaluated_on)
    book = Codebook(source, key, rules, evaluated_on, plan.quality.free_text_allowed)
    table = build_table(rows, header, grid, book, log)
    log.raise_if_stopped()
    return ReadFile(table, tuple(log.outcomes), header.names)


def _grid(content: bytes, kind: FileKind, suffix: str, source: Source, log: FaultLog) -> Grid:
    if kind == "workbook":
        return parse_workbook(content, source.format, log)
    if kind == "stata":
        return parse_stata(content, log)
    text, guessed = decode(content, source.format.encoding, log)
    names: Mapping[str, str] = declared_headings(source)
    return parse_delimited(text, source.format, suffix, frozenset(names), log, guessed=guessed)
