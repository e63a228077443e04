"""Puts one file through delivery and reading, and says what came out."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pandas as pd
from evalkit.errors import GateClosed
from evalkit.findings.quality import CheckOutcome
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.records.deliveries import find_deliveries
from evalkit.records.pseudonym import load_key
from evalkit.records.reading import read_sources
from evalkit.records.stations import RawExtract
from openpyxl import Workbook
from tests.support.corpus_plan import DELIVERED, SOURCE, corpus_plan, corpus_register, deliver, make_project

HEADER = ("personnummer", "grupp", "tidpunkt", "matdatum", "instrument", "poang", "kostnad", "enhet", "kommentar")
PEOPLE = ("19900101-9802", "19910608-9817", "19960715-9861", "19971222-9872")
"""Invented, with serials kept for tests."""


@dataclass(frozen=True)
class Outcome:
    """What reading made of one file: a table or an error, and the codes of everything it noticed."""

    table: pd.DataFrame | None
    codes: tuple[str, ...]
    message: str
    findings: tuple[CheckOutcome, ...] = ()

    @property
    def accepted(self) -> bool:
        return self.table is not None

    def lines_of(self, code: str) -> str:
        """Return the message line that carries `code`."""
        return next(line for line in self.message.splitlines() if f" {code}:" in line)


def good_rows() -> list[list[str]]:
    """Return four persons before and after, as text in the form that the plan declares."""
    rows = []
    for number, person in enumerate(PEOPLE):
        group = "behandlad" if number < 2 else "jämförelse"
        for time, day, gain in (("före", "2015-09-01", 0), ("efter", "2016-08-31", 5)):
            rows.append([person, group, time, day, "CGAS", str(40 + number + gain), f"{12500 + number},50", "Vivallaskolan", "ok"])
    return rows


def as_csv(rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER, separator: str = ";", end: str = "\r\n") -> str:
    """Return rows as delimited text."""
    return end.join(separator.join(row) for row in [list(header), *rows]) + end


def changed(row: int, column: str, value: str, rows: list[list[str]] | None = None) -> list[list[str]]:
    """Return the good rows with one cell replaced; rows count from 0."""
    rows = rows or good_rows()
    rows[row][HEADER.index(column)] = value
    return rows


def as_workbook(rows: Sequence[Sequence[object]], header: Sequence[str] = HEADER, title: str = "Blad1") -> Workbook:
    """Return rows as a workbook, text dates and numbers as real ones."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    sheet.append(list(header))
    for row in rows:
        sheet.append([typed(cell) for cell in row])
    return book


def typed(cell: object) -> object:
    """Return a text cell as Excel would hold it."""
    if not isinstance(cell, str):
        return cell
    try:
        return datetime.fromisoformat(cell) if cell[:2] in {"19", "20"} and len(cell) == 10 else float(cell.replace(",", "."))
    except ValueError:
        return cell


def saved(book: Workbook) -> bytes:
    """Return a workbook's bytes."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(
    folder: Path,
    file: Path | bytes | str,
    name: str | None = None,
    *,
    plan: EvaluationPlan | None = None,
    delivered: date = DELIVERED,
) -> Outcome:
    """Deliver one file to a fresh project in `folder` and read it."""
    project = make_project(folder)
    deliver(project, file.encode("utf-8") if isinstance(file, str) else file, name, delivered=delivered)
    plan = plan or corpus_plan()
    try:
        extract = read_sources(find_deliveries(project, plan), plan, load_key(project, plan), corpus_register())
    except GateClosed as error:
        return Outcome(None, error.findings, str(error))
    return outcome_of(extract)


def outcome_of(extract: RawExtract) -> Outcome:
    """Return what an extract noticed: every finding that did not pass."""
    noticed = tuple(finding for finding in extract.findings if not finding.passed)
    text = "\n".join(f"{finding.message} {finding.code}: {finding.remedy}" for finding in noticed)
    return Outcome(extract.tables[SOURCE], tuple(finding.code for finding in noticed), text, extract.findings)
