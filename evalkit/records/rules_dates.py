"""Rules about time: nothing in the future, nothing far from the person's own start, end after start, registers inside coverage."""

from __future__ import annotations

import pandas as pd

from evalkit.findings.quality import Severity
from evalkit.plan.sources import Role, RowMeaning, Source
from evalkit.records.calendar import period_bounds
from evalkit.records.codebook import PERSON, WHO, Case, looked_up, shown_name
from evalkit.records.sheets import Check, Fault, Sheet, between, check, counted
from evalkit.records.stations import TREATED

FARTHEST = 3650
"""Days from start: no occasion of a plan can lie farther away (`evalkit.plan.evaluation.Occasion`)."""

_CHECK_SOURCE = "Rätta datumet i källan; förväxlade år och dagar är vanligast"


def calendar_checks(case: Case, sheets: dict[str, Sheet]) -> list[Check]:
    """Return the checks of each source's dates and periods against the calendar and each other."""
    checks = []
    for source, table in case.sources():
        checks += _future(case, source, sheets[source.id]) + _order_in_row(source, sheets[source.id])
        if "period" in table.columns:
            checks += _periods(case, source, sheets[source.id])
    return checks


def own_time_checks(case: Case, sheets: dict[str, Sheet], people: pd.DataFrame) -> list[Check]:
    """Return the checks of each source's dates against the person's own start and birth."""
    checks = []
    for source, table in case.sources():
        if PERSON in table.columns:
            checks += _near_start(source, sheets[source.id], people) + _after_birth(source, sheets[source.id], people)
    return checks


def treated_early_checks(case: Case, people: pd.DataFrame) -> list[Check]:
    """Return the check that nobody took part in the intervention before the start that the list gives."""
    logs = [table for _, table in case.sources(RowMeaning.ACTIVITY) if {PERSON, "date"} <= set(table.columns)]
    treated = people[(people["group"] == TREATED) & people["start"].notna()].reset_index(drop=True)
    if not logs or not len(treated):
        return []
    first = pd.concat([table[[PERSON, "date"]] for table in logs], ignore_index=True).groupby(PERSON)["date"].min()
    sheet = Sheet("insats", treated[WHO], unit=PERSON)
    days = (looked_up(treated[PERSON], first) - treated["start"]).dt.days.astype("float64")
    fault = Fault(
        "TREATED-EARLY",
        Severity.WARN,
        "aktiviteter är loggade före personens startdatum: mätningen vid start kan redan vara påverkad",
        "Kontrollera startdatumet; är det rätt, ange i planen vad som gavs före start",
    )
    return [counted(sheet, "fore_start", fault, days, least=0.0, shown="start")]


def _future(case: Case, source: Source, sheet: Sheet) -> list[Check]:
    checks = []
    for role in (Role.DATE, Role.BIRTH_DATE, Role.START, Role.INDEX_DATE):
        if role.value not in sheet.table.columns:
            continue
        is_start = role in {Role.START, Role.INDEX_DATE}
        fault = Fault(
            "DATE-RANGE",
            Severity.WARN if is_start else Severity.STOP,
            "datumet ligger efter leveransens datum" + (": personen räknas som ännu ej uppföljd" if is_start else ""),
            _CHECK_SOURCE,
        )
        name = role.value
        checks.append(between(sheet, f"framtid.{name}", fault, name, most=case.today, shown=shown_name(source, role)))
    return checks


def _order_in_row(source: Source, sheet: Sheet) -> list[Check]:
    checks = []
    for earlier, later in ((Role.START, Role.END), (Role.INDEX_DATE, Role.END), (Role.BIRTH_DATE, Role.START)):
        if not {earlier.value, later.value} <= set(sheet.table.columns):
            continue
        first, second = sheet.table[earlier.value], sheet.table[later.value]
        shown = f"{shown_name(source, earlier)}, {shown_name(source, later)}"
        fault = Fault(
            "DATE-ORDER", Severity.STOP, f"{shown_name(source, later)} ligger före {shown_name(source, earlier)}", _CHECK_SOURCE
        )
        checks.append(
            check(
                sheet,
                f"ordning.{earlier.value}.{later.value}",
                fault,
                expectation="expect_column_pair_values_a_to_be_greater_than_b",
                failed=second < first,
                shown=shown,
                checked=int((first.notna() & second.notna()).sum()),
                column_A=later.value,
                column_B=earlier.value,
                or_equal=True,
                ignore_row_if="either_value_is_missing",
            )
        )
    return checks


def _near_start(source: Source, sheet: Sheet, people: pd.DataFrame) -> list[Check]:
    """Hold each date against the person's own start; where nobody has one, against the middle of the column itself."""
    checks = []
    fault = Fault(
        "DATE-RANGE",
        Severity.STOP,
        "datumet ligger mer än tio år från personens start (eller från de andra datumen, där start saknas)",
        _CHECK_SOURCE,
    )
    usual = people["start"].median()
    starts = people.set_index(PERSON)["start"]
    plausible = starts.where((starts - usual).abs().dt.days <= FARTHEST)
    for role in (Role.DATE, Role.START, Role.INDEX_DATE):
        name = role.value
        if name not in sheet.table.columns:
            continue
        dates = sheet.table[name]
        own = looked_up(sheet.table[PERSON], plausible) if role is Role.DATE else pd.Series(pd.NaT, index=dates.index)
        middle = dates.median() if pd.isna(usual) or role is not Role.DATE else usual
        days = (dates - own.fillna(middle)).dt.days.astype("float64")
        checks.append(counted(sheet, f"tid.{name}", fault, days, least=-FARTHEST, most=FARTHEST, shown=shown_name(source, role)))
    return checks


def _after_birth(source: Source, sheet: Sheet, people: pd.DataFrame) -> list[Check]:
    born = looked_up(sheet.table[PERSON], people.set_index(PERSON)["birth_date"])
    if "date" not in sheet.table.columns or not born.notna().any():
        return []
    fault = Fault("DATE-ORDER", Severity.STOP, "datumet ligger före personens födelse", _CHECK_SOURCE)
    days = (sheet.table["date"] - born).dt.days.astype("float64")
    return [counted(sheet, "efter_fodelse", fault, days, least=0.0, shown=shown_name(source, Role.DATE))]


def _periods(case: Case, source: Source, sheet: Sheet) -> list[Check]:
    """Hold periods against the evaluation date and the register's coverage, whole days, ends included."""
    first, last = _bounds(sheet.table["period"], source.id)
    shown = shown_name(source, Role.PERIOD)
    future = Fault("DATE-RANGE", Severity.STOP, "perioden börjar efter leveransens datum", "Rätta perioden i källan")
    checks = [counted(sheet, "framtid.period", future, (first - case.today).dt.days.astype("float64"), most=0.0, shown=shown)]
    if source.coverage is None:
        return checks
    before = (pd.Timestamp(source.coverage.first) - last).dt.days.clip(lower=0)
    after = (first - pd.Timestamp(source.coverage.last)).dt.days.clip(lower=0)
    outside = Fault(
        "COVERAGE",
        Severity.WARN,
        f"perioden ligger utanför registrets täckning ({source.coverage.first} till {source.coverage.last})",
        "Kontrollera täckningen i planen; rader utanför den används inte",
    )
    checks.append(counted(sheet, "tackning", outside, (before + after).astype("float64"), most=0.0, shown=shown))
    if source.coverage.lag_days:
        settled = case.today - pd.Timedelta(days=source.coverage.lag_days)
        late = Fault(
            "COVERAGE",
            Severity.NOTE,
            f"perioden ligger inom registrets eftersläpning ({source.coverage.lag_days} dagar): uppgifterna kan ännu ändras",
            "Vänta med slutsatser om de sista perioderna till nästa leverans",
        )
        checks.append(counted(sheet, "efterslapning", late, (last - settled).dt.days.astype("float64"), most=0.0, shown=shown))
    return checks


def _bounds(periods: pd.Series, source: str) -> tuple[pd.Series, pd.Series]:
    """Return the first and last day of each period; each written period is read once."""
    written = pd.Series(periods.dropna().unique())
    first, last = period_bounds(written, source)
    return looked_up(periods, first.set_axis(written)), looked_up(periods, last.set_axis(written))
