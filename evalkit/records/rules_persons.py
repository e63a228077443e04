"""Rules about persons: one group each, both groups there, ages, starts, changes that cannot be, and a changed instrument."""

from __future__ import annotations

import pandas as pd

from evalkit.findings.quality import Severity
from evalkit.plan.evaluation import Comparison
from evalkit.plan.sources import Role
from evalkit.records.calendar import whole_years
from evalkit.records.codebook import PERSON, WHO, Case, group_words, looked_up
from evalkit.records.sheets import Check, Fault, Sheet, counted, number
from evalkit.records.stations import COMPARISON, TREATED

OLDEST = 110


def person_checks(case: Case, people: pd.DataFrame, measured: pd.DataFrame) -> list[Check]:
    """Return the checks of groups, starts and ages.

    Parameters
    ----------
    people : pandas.DataFrame
        Of `evalkit.records.codebook.roster`, after consent.
    measured : pandas.DataFrame
        Of `evalkit.records.answers.gather_answers`: its first date stands in where a person has no start.
    """
    listed = people[people["listed"]].reset_index(drop=True)
    sheet = Sheet("personer", listed, unit=PERSON)
    checks = [counted(sheet, "en_grupp", _TWO_GROUPS, listed["n_groups"], most=1.0, shown="group")]
    if case.plan.design.comparison is not Comparison.NONE:
        checks.append(counted(sheet, "grupp_finns", _NO_GROUP, listed["n_groups"], least=1.0, shown="group"))
    if _has_starts(case):
        has_start = listed["start"].notna().astype("float64").where(listed["group"].notna())
        checks.append(counted(sheet, "start_finns", _NO_START, has_start, least=1.0, shown="start"))
    return checks + _ages(case, sheet, measured) + _group_sizes(case, listed)


def change_checks(case: Case, people: pd.DataFrame, placed: pd.DataFrame) -> list[Check]:
    """Return the checks of each outcome's change from before to after: its size, its instrument, and that after is later.

    Parameters
    ----------
    placed : pandas.DataFrame
        Of `evalkit.records.answers.at_occasions`.
    """
    sheet = Sheet("forandring", people.loc[people["listed"], WHO].reset_index(drop=True), unit=PERSON)
    checks = []
    for outcome in case.plan.outcomes:
        rows = placed[placed["outcome"] == outcome.id]
        if not len(rows):
            continue
        before, after = rows[rows["role"] == "before"], rows[rows["role"] == "after"]
        if outcome.impossible_change is not None:
            change = _largest_change(before, after)
            fault = _impossible(outcome.label, outcome.impossible_change)
            checks.append(
                counted(
                    sheet,
                    f"storlek.{outcome.id}",
                    fault,
                    _by_person(sheet, change),
                    most=outcome.impossible_change,
                    shown=outcome.id,
                )
            )
        both = set(before["unit"]) & set(after["unit"])
        instruments = rows[rows["unit"].isin(both)].groupby("unit")["instrument"].nunique().astype("float64")
        checks.append(
            counted(sheet, f"instrument.{outcome.id}", _CHANGED, _by_person(sheet, instruments), most=1.0, shown="instrument")
        )
        days = (after.groupby("unit")["date"].min() - before.groupby("unit")["date"].max()).dt.days.astype("float64")
        checks.append(counted(sheet, f"ordning.{outcome.id}", _AFTER_FIRST, _by_person(sheet, days), least=0.0, shown="date"))
    return checks


def _by_person(sheet: Sheet, values: pd.Series) -> pd.Series:
    return looked_up(sheet.table[PERSON], values).astype("float64")


def _largest_change(before: pd.DataFrame, after: pd.DataFrame) -> pd.Series:
    low, high = (before.groupby("unit")["value"].agg(how) for how in ("min", "max"))
    after_low, after_high = (after.groupby("unit")["value"].agg(how) for how in ("min", "max"))
    return pd.concat([after_high - low, high - after_low], axis=1).max(axis=1)


def _has_starts(case: Case) -> bool:
    return any(source.with_role(Role.START) or source.with_role(Role.INDEX_DATE) for source, _ in case.sources())


def _ages(case: Case, sheet: Sheet, measured: pd.DataFrame) -> list[Check]:
    people = sheet.table
    if not people["birth_date"].notna().any():
        return []
    first = looked_up(people[PERSON], measured.groupby("unit")["date"].min()).astype("datetime64[ns]")
    on = people["start"].fillna(first).fillna(case.today)
    ages = whole_years(people["birth_date"], on)
    low, high = case.plan.target_group.age_from, case.plan.target_group.age_to
    checks = [counted(sheet, "rimlig_alder", _NO_AGE, ages, least=0.0, most=float(OLDEST), shown="birth_date")]
    if low is not None or high is not None:
        fault = _outside_group(low, high)
        least, most = (None if border is None else float(border) for border in (low, high))
        checks.append(counted(sheet, "malgrupp", fault, ages, least=least, most=most, shown="birth_date"))
    return checks


def _group_sizes(case: Case, listed: pd.DataFrame) -> list[Check]:
    groups = (TREATED,) if case.plan.design.comparison is Comparison.NONE else (TREATED, COMPARISON)
    known = listed["group"].fillna(TREATED) if case.plan.design.comparison is Comparison.NONE else listed["group"]
    sheet = Sheet("grupper", pd.DataFrame({"all": [float(len(listed))]}))
    least = float(case.plan.design.starts.least_cohort)
    checks = []
    for group in groups:
        size = pd.Series([float((known == group).sum())])
        checks.append(counted(sheet, f"finns.{group}", _empty_group(group), size, least=1.0, shown="group"))
        checks.append(
            counted(sheet, f"storlek.{group}", _small_group(group, least), size.where(size > 0), least=least, shown="group")
        )
    return checks


_TWO_GROUPS = Fault(
    "GRP-CONFLICT",
    Severity.STOP,
    "samma person står i båda grupperna",
    "Avgör vilken grupp personen hör till enligt planen, och rätta källan",
)
_NO_GROUP = Fault(
    "GRP-MISSING",
    Severity.STOP,
    "personen hör inte till någon grupp",
    "Ange insats eller jämförelse för personen i källan",
)
_NO_START = Fault(
    "START-MISSING",
    Severity.WARN,
    "startdatum eller indexdatum saknas: personen kan inte följas upp",
    "Fyll i datumet i personlistan; till dess räknas personen bort med skälet att datumet saknas",
)
_NO_AGE = Fault(
    "ID-AGE",
    Severity.STOP,
    f"åldern vid start är negativ eller över {OLDEST} år",
    "Kontrollera personnumret och startdatumet i källan",
)
_CHANGED = Fault(
    "INSTR-CHANGED",
    Severity.WARN,
    "mätt med ett instrument före och ett annat efter: paret räknas inte",
    "Använd samma instrument vid alla tillfällen; kontrollera om namnet i källan är felskrivet",
)
_AFTER_FIRST = Fault(
    "DATE-ORDER",
    Severity.STOP,
    "mätningen efter är daterad före mätningen före",
    "Rätta datumen eller tillfällena i källan",
)


def _impossible(label: str, limit: float) -> Fault:
    return Fault(
        "CHANGE-IMPOSSIBLE",
        Severity.WARN,
        f"{label}: förändringen är större än vad planen anser möjligt ({number(limit)})",
        "Kontrollera de två mätningarna mot underlaget: fel person, fel skala och felskrivna siffror är vanligast",
    )


def _outside_group(low: int | None, high: int | None) -> Fault:
    words = (
        f"{low}–{high} år" if low is not None and high is not None else f"från {low} år" if low is not None else f"till {high} år"
    )
    return Fault(
        "ID-AGE",
        Severity.WARN,
        f"åldern vid start ligger utanför målgruppen ({words}): personen räknas bort",
        "Kontrollera personnummer och startdatum; ska personen vara med, ändra målgruppen i en ny version av planen",
    )


def _empty_group(group: str) -> Fault:
    return Fault(
        "GRP-EMPTY",
        Severity.STOP,
        f"ingen person finns i {group_words(group)}",
        "Kontrollera att alla källor är levererade och att gruppernas etiketter stämmer med planen",
    )


def _small_group(group: str, least: float) -> Fault:
    return Fault(
        "GRP-SMALL",
        Severity.WARN,
        f"{group_words(group)} är mindre än planens minsta startgrupp ({number(least)} personer)",
        "Vänta med slutsatser till fler har börjat; små grupper kan inte redovisas",
    )
