"""Rules about the form of each source: columns, types, filled cells, labels, legal ground, and personal numbers anywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Any

import pandas as pd

from evalkit.findings.provenance import FileStamp
from evalkit.findings.quality import Severity
from evalkit.plan.evaluation import DataKind
from evalkit.plan.sources import Column, Kind, Role, Source
from evalkit.records.codebook import PERSON, Case, is_number, kept_columns, table_column
from evalkit.records.identity import contains_identity
from evalkit.records.sheets import Check, Fault, Sheet, check, counted, whole
from evalkit.records.stations import FILE

_MUST_BE_FILLED = {Role.PERSON, Role.UNIT, Role.GROUP, Role.OCCASION, Role.DATE, Role.PERIOD, Role.INSTRUMENT, Role.ACTIVITY}
_EMPTY_MEANS_SOMETHING = {Role.CONSENT, Role.WITHDRAWN, Role.ITEM}
_CONSENT_VALUES = {Role.CONSENT}
_DATE_TYPES = ["datetime64", "datetime64[s]", "datetime64[ms]", "datetime64[us]", "datetime64[ns]"]
_TEXT = {"object", "str", "string"}


def form_checks(case: Case, sheets: dict[str, Sheet]) -> list[Check]:
    """Return the checks that must hold before a cell can be looked at: every declared column is there, with rows and types."""
    checks = [
        made for source, _ in case.sources() for made in (_columns(source, sheets[source.id]), _rows(source, sheets[source.id]))
    ]
    return [*checks, _types(case)]


def cell_checks(case: Case, sheets: dict[str, Sheet]) -> list[Check]:
    """Return the checks that cells are filled, hold a declared label, and no personal number."""
    checks = []
    for source, table in case.sources():
        sheet = sheets[source.id]
        for column, name in kept_columns(source, table):
            checks += _filled(case, sheet, column, name) + _labels(sheet, column, name)
        if case.plan.data_kind is DataKind.PERSONS:
            checks.append(_no_identities(sheet))
    return checks


def legal_checks(case: Case) -> list[Check]:
    """Return the checks that every source of persons has a legal ground that was decided before its first delivery."""
    if case.plan.data_kind is not DataKind.PERSONS:
        return []
    sources = [source for source, _ in case.sources()]
    sheet = Sheet("lagstod", pd.DataFrame({"source": [source.id for source in sources]}), unit="source")
    grounds = pd.Series([0.0 if source.legal_ground is None else 1.0 for source in sources])
    late = pd.Series([_days_late(source, case.stamps) for source in sources], dtype="float64")
    missing = Fault(
        "LEGAL-MISSING",
        Severity.STOP,
        "källan har inget lagstöd i planen",
        "Skriv legal_ground för källan i planen: stöd, hänvisning, datum och vem som beslutade; fråga kommunjuristen",
    )
    too_late = Fault(
        "LEGAL-LATE",
        Severity.STOP,
        "lagstödet beslutades efter att uppgifterna levererades",
        "Rätta datumet i planen, eller begär ut uppgifterna på nytt efter beslutet",
    )
    return [
        counted(sheet, "finns", missing, grounds, least=1.0, shown="legal_ground"),
        counted(sheet, "beslutat", too_late, late, most=0.0, shown="legal_ground.decided"),
    ]


def _days_late(source: Source, stamps: tuple[FileStamp, ...]) -> float | None:
    delivered = [day for stamp in stamps for day in [_delivery_day(stamp, source)] if day is not None]
    if source.legal_ground is None or not delivered:
        return None
    return float((source.legal_ground.decided - min(delivered)).days)


def _delivery_day(stamp: FileStamp, source: Source) -> date | None:
    """Return the date of a delivery's folder, where the file is one of the source's."""
    path = PurePosixPath(stamp.path)
    if not fnmatchcase(path.name.casefold(), source.files.casefold()):
        return None
    try:
        return date.fromisoformat(path.parent.name)
    except ValueError:
        return None


def _columns(source: Source, sheet: Sheet) -> Check:
    wanted = sorted({name for column in source.columns if column.required for name in [table_column(column)] if name})
    lost = [name for name in wanted if name not in sheet.table.columns]
    words = ", ".join(sorted(column.name for column in source.columns if column.required and table_column(column) in lost))
    fault = Fault(
        "IN-COL-MISSING",
        Severity.STOP,
        f"kolumnen {words} saknas" if lost else "alla deklarerade kolumner ska finnas",
        "Begär en ny leverans med kolumnen, eller rätta källans kolumner i planen",
    )
    made = whole(
        sheet,
        "kolumner",
        fault,
        expectation="expect_table_columns_to_match_set",
        holds=not lost,
        shown=words,
        checked=len(wanted),
        column_set=wanted,
        exact_match=False,
    )
    return replace(made, n_failed=len(lost))


def _rows(source: Source, sheet: Sheet) -> Check:
    fault = Fault(
        "IN-EMPTY",
        Severity.STOP,
        f"leveransen av {source.id} har inga rader",
        "Kontrollera att rätt fil levererades och att urvalet i systemet inte var tomt",
    )
    return whole(
        sheet,
        "rader",
        fault,
        expectation="expect_table_row_count_to_be_between",
        holds=len(sheet.table) > 0,
        min_value=1,
    )


def _types(case: Case) -> Check:
    """Judge that numbers and dates were read as such, one row a column: the reader's own promise, so a fault here is ours."""
    names, wrong = [], []
    for source, table in case.sources():
        for column, name in kept_columns(source, table):
            wanted = ["float64"] if is_number(column) else _DATE_TYPES if column.kind is Kind.DATE else []
            if wanted and column.role is not Role.ITEM:
                names.append(f"{source.id}.{column.name}")
                wrong.append(float(str(table[name].dtype) not in wanted))
    fault = Fault(
        "IN-TYPE",
        Severity.STOP,
        "kolumnen lästes inte som det slag av uppgift som planen säger",
        "Kontrollera kolumnens kind i planen; stämmer den, anmäl felet",
    )
    sheet = Sheet("slag", pd.DataFrame({"name": names}), unit="name")
    return counted(sheet, "kolumner", fault, pd.Series(wrong, dtype="float64"), most=0.0, shown="kind")


def _filled(case: Case, sheet: Sheet, column: Column, name: str) -> list[Check]:
    if not column.required or column.role in _EMPTY_MEANS_SOMETHING:
        return []
    strict = column.role in _MUST_BE_FILLED or (column.role is Role.CLUSTER and case.plan.design.assigned_at == "cluster")
    limit = case.plan.quality.max_missing
    if strict:
        fault = Fault(
            "MISS-REQUIRED",
            Severity.STOP,
            "uppgiften saknas, men raden kan inte användas utan den",
            "Fyll i uppgiften i källan och leverera på nytt",
        )
    else:
        fault = Fault(
            "MISS-SHARE",
            Severity.WARN,
            f"uppgiften saknas för en större andel än planens gräns ({limit:.0%})",
            "Ta reda på varför uppgiften saknas; partiellt bortfall gör skattningen osäkrare",
        )
    arguments: dict[str, Any] = {} if strict or limit == 0 else {"mostly": 1 - limit}
    return [
        check(
            sheet,
            f"ifylld.{name}",
            fault,
            expectation="expect_column_values_to_not_be_null",
            column=name,
            failed=sheet.table[name].isna(),
            shown=column.name,
            **arguments,
        )
    ]


def _labels(sheet: Sheet, column: Column, name: str) -> list[Check]:
    if not column.labels or column.role is Role.ITEM or is_number(column):
        return []
    allowed = sorted(set(column.labels.values()) | ({"unknown"} if column.role in _CONSENT_VALUES else set()))
    values = sheet.table[name]
    fault = Fault(
        "IN-LABEL",
        Severity.STOP,
        "cellen har ingen av de etiketter som planen anger",
        f"Rätta etiketten i källan, eller lägg till den under labels för {column.name} i planen",
    )
    return [
        check(
            sheet,
            f"etikett.{name}",
            fault,
            expectation="expect_column_values_to_be_in_set",
            column=name,
            failed=values.notna() & ~values.isin(allowed),
            shown=column.name,
            checked=int(values.notna().sum()),
            value_set=allowed,
        )
    ]


def _no_identities(sheet: Sheet) -> Check:
    """Count, for each row, the cells that hold a personal number: in any text column, whatever it is declared as."""
    texts = [name for name in sheet.table.columns if str(sheet.table[name].dtype) in _TEXT and name not in {PERSON, FILE}]
    hits = pd.DataFrame({name: _identities(sheet.table[name]) for name in texts}, index=sheet.table.index)
    fault = Fault(
        "PII-FREETEXT",
        Severity.STOP,
        "ett personnummer står i en kolumn som inte är avsedd för det",
        "Ta bort personnumret ur källan och leverera på nytt; spara inte den felaktiga filen",
    )
    found = [name for name in texts if hits[name].any()]
    return counted(sheet, "personnummer", fault, hits.sum(axis=1).astype("float64"), most=0.0, shown=", ".join(found) or "-")


def _identities(cells: pd.Series) -> pd.Series:
    found = {text: contains_identity(str(text)) for text in cells.dropna().unique()}
    return cells.map(found).fillna(0).astype("float64")
