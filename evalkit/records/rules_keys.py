"""Rules about keys: the same row twice, two answers to one question, and persons who stand in one source only."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from evalkit.findings.quality import Severity
from evalkit.plan.sources import Kind, Role, RowMeaning, Source
from evalkit.records.codebook import PERSON, WHO, Case
from evalkit.records.sheets import Check, Fault, Sheet, check, counted
from evalkit.records.stations import FILE, LINE

_KEYS = {
    RowMeaning.PERSON: (PERSON,),
    RowMeaning.MEASUREMENT: (PERSON, "occasion", "date", "instrument"),
    RowMeaning.PERIOD: (PERSON, "period"),
    RowMeaning.PANEL: ("unit", "period"),
}

_EXACT = "samma rad står två gånger"
_EXACT_REMEDY = "Ta bort den ena raden ur källan, eller leverera hela perioden på nytt"
_CONFLICT = "samma person och tillfälle har rader med olika värden"
_CONFLICT_REMEDY = "Fråga den som levererade vilken rad som gäller, och leverera bara den"


def key_of(source: Source, table: pd.DataFrame) -> list[str]:
    """Return the columns that tell the rows of a source apart; a measurement's occasion goes before its date."""
    key = [name for name in _KEYS.get(source.row, ()) if name in table.columns]
    if source.row is RowMeaning.MEASUREMENT and "occasion" in key and table["occasion"].notna().all():
        key = [name for name in key if name != "date"]
    if source.row is RowMeaning.PERIOD:
        key += [c.name for c in source.with_role(Role.ATTRIBUTE) if c.kind is Kind.CATEGORY and c.name in table.columns]
    return key


def key_checks(case: Case, sheets: dict[str, Sheet]) -> list[Check]:
    """Return the checks that no row is delivered twice and no key has two answers."""
    checks = []
    for source, table in case.sources():
        delivered = [name for name in table.columns if name not in {FILE, LINE}]
        checks.append(_exact(source, sheets[source.id], delivered))
        key = key_of(source, table)
        if key:
            checks.append(_conflict(sheets[source.id], key, delivered))
    return checks


def _exact(source: Source, sheet: Sheet, delivered: list[str]) -> Check:
    """Judge whole rows; two like rows of an activity log may be two activities on one day, so they warn."""
    severity = Severity.WARN if source.row is RowMeaning.ACTIVITY else Severity.STOP
    return check(
        sheet,
        "dubbletter",
        Fault("DUP-EXACT", severity, _EXACT, _EXACT_REMEDY),
        expectation="expect_compound_columns_to_be_unique",
        failed=sheet.table.duplicated(delivered, keep=False),
        column_list=delivered,
        ignore_row_if="never",
    )


def _conflict(sheet: Sheet, key: list[str], delivered: list[str]) -> Check:
    """Count the different versions of each key: one is right."""
    distinct = sheet.table[delivered].drop_duplicates().groupby(key, dropna=False, sort=False).size().rename("n").reset_index()
    versions = sheet.table[key].merge(distinct, on=key, how="left", validate="many_to_one")["n"].astype("float64")
    versions.index = sheet.table.index
    return counted(
        sheet, "nyckel", Fault("DUP-CONFLICT", Severity.STOP, _CONFLICT, _CONFLICT_REMEDY), versions, most=1.0, shown=", ".join(key)
    )


def unmatched_checks(case: Case, people: pd.DataFrame) -> list[Check]:
    """Return the unmatched report, both ways: rows of persons in no list, and listed persons without a row, for each source."""
    if not case.sources(RowMeaning.PERSON):
        return []
    sheet = Sheet("nycklar", people[WHO], unit=PERSON)
    listed = people["listed"].astype("float64")
    checks = []
    for source, table in case.sources(RowMeaning.MEASUREMENT, RowMeaning.PERIOD, RowMeaning.ACTIVITY):
        here = people[PERSON].isin(set(table[PERSON].dropna()))
        made = [counted(sheet, f"{source.id}.i_listan", _unlisted(source), listed.where(here), least=1.0, shown=PERSON)]
        if source.row is not RowMeaning.ACTIVITY and not (source.coverage and source.coverage.zero_inside):
            rows = here.astype("float64").where(people["listed"])
            made.append(counted(sheet, f"{source.id}.har_rad", _absent(source), rows, least=1.0, shown=PERSON))
        checks += [replace(one, source=source.id) for one in made]
    return checks


def _unlisted(source: Source) -> Fault:
    return Fault(
        "KEY-UNMATCHED",
        Severity.WARN,
        f"personer i {source.id} står inte i personlistan; deras rader används inte",
        "Jämför personnumren med personlistan: är det fel nummer, fel urval eller någon som saknas i listan?",
    )


def _absent(source: Source) -> Fault:
    return Fault(
        "KEY-NO-ROWS",
        Severity.NOTE,
        f"personer i personlistan har ingen rad i {source.id}",
        "Kontrollera att urvalet i källan omfattar dem; annars räknas de som bortfall på måttet",
    )
