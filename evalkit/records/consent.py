"""Who may be analysed: consent by person, from the consent and withdrawal columns of every source.

Unknown is not yes: the person waits outside and is counted. Withdrawn is withdrawn: every row of the person leaves every table.
Neither closes the run. What closes it is a fault that only people can mend: yes in one row and no in another, or answers
collected from somebody who had said no, or who had withdrawn before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from evalkit.findings.quality import CheckOutcome, Severity
from evalkit.plan.evaluation import DataKind
from evalkit.plan.sources import Role, RowMeaning
from evalkit.records.codebook import PERSON, WHO, Case, looked_up, roster
from evalkit.records.sheets import Check, Fault, Sheet, counted, judge

YES, NO, UNKNOWN, WITHDRAWN = "yes", "no", "unknown", "withdrawn"
REASONS = {NO: "consent_no", UNKNOWN: "consent_unknown", WITHDRAWN: "consent_withdrawn"}
"""State -> why the person is outside (`evalkit.findings.sample.REASONS`)."""


@dataclass(frozen=True, slots=True, repr=False)
class Admission:
    """Who came in: the tables without the rows of those outside, who they are and why, and what is to be said about it."""

    tables: Mapping[str, pd.DataFrame]
    outside: Mapping[str, tuple[str, ...]]
    outside_groups: Mapping[str, str]
    outcomes: tuple[CheckOutcome, ...]


def admit(case: Case) -> Admission:
    """Let in everybody whose consent is known and holds; persons in no list of persons are left to the unmatched report.

    Returns
    -------
    Admission
        Everybody is in where the plan asks for no consent. `outside` is keyed in the order no, unknown, withdrawn.
    """
    if case.plan.data_kind is not DataKind.PERSONS:
        return Admission(case.tables, {}, {}, ())
    columns = [c for source, _ in case.sources() for role in (Role.CONSENT, Role.WITHDRAWN) for c in source.with_role(role)]
    if not columns:
        return Admission(case.tables, {}, {}, judge(_ground_without_column(case)))
    people = consent_states(case)
    outcomes = judge(_checks(people))
    gone = people[people["state"] != YES]
    outside = {reason: tuple(gone.loc[gone["state"] == state, PERSON]) for state, reason in REASONS.items()}
    groups = {person: group for person, group in zip(gone[PERSON], gone["group"], strict=True) if group is not None}
    tables = {
        source.id: table[~table[PERSON].isin(set(gone[PERSON]))].reset_index(drop=True)
        for source, table in case.sources()
        if PERSON in table
    }
    return Admission(tables, {reason: units for reason, units in outside.items() if units}, groups, outcomes)


def consent_states(case: Case) -> pd.DataFrame:
    """Return one row per listed person: ``person``, ``group``, ``state``, and the counts that the rules judge.

    ``n_answers`` is how many different answers (yes, no) stand for the person, ``measured_without`` the number of measurements of
    somebody who said no, ``measured_after`` those dated on or after a withdrawal that came before the first measurement.
    """
    people = roster(case)
    people = people.loc[people["listed"], [*WHO, "group"]].reset_index(drop=True)
    answers = _column(case, "consent")
    told = answers[answers["consent"].isin([YES, NO])]
    people["n_answers"] = looked_up(people[PERSON], told.groupby(PERSON)["consent"].nunique()).fillna(0).astype("float64")
    said = {state: set(answers.loc[answers["consent"] == state, PERSON]) for state in (YES, NO, WITHDRAWN)}
    dates = _column(case, "withdrawn").groupby(PERSON)["withdrawn"].min()
    withdrew = looked_up(people[PERSON], dates)
    measured = _measurements(case)
    first = looked_up(people[PERSON], measured.groupby(PERSON)["date"].min())
    number = looked_up(people[PERSON], measured.groupby(PERSON).size()).fillna(0).astype("float64")
    state = pd.Series(UNKNOWN, index=people.index)
    state = state.mask(people[PERSON].isin(said[YES]), YES).mask(people[PERSON].isin(said[NO]), NO)
    people["state"] = state.mask(people[PERSON].isin(said[WITHDRAWN]) | withdrew.notna(), WITHDRAWN)
    people["measured_without"] = number.where((people["state"] == NO) & (people["n_answers"] == 1), 0.0)
    people["measured_after"] = number.where(withdrew.notna() & (withdrew <= first), 0.0)
    return people


def _column(case: Case, name: str) -> pd.DataFrame:
    parts = [table.loc[table[name].notna(), [PERSON, name]] for _, table in case.sources() if {PERSON, name} <= set(table.columns)]
    filled = [part for part in parts if len(part)]
    empty = pd.DataFrame(
        {PERSON: pd.Series(dtype="str"), name: pd.Series(dtype="datetime64[ns]" if name == "withdrawn" else "object")}
    )
    return pd.concat(filled, ignore_index=True) if filled else empty


def _measurements(case: Case) -> pd.DataFrame:
    """Return person and date of every measurement; registers are no measurements of a person who was asked."""
    parts = [table[[PERSON, "date"]] for _, table in case.sources(RowMeaning.MEASUREMENT) if {PERSON, "date"} <= set(table.columns)]
    filled = [part for part in parts if len(part)]
    empty = pd.DataFrame({PERSON: pd.Series(dtype="str"), "date": pd.Series(dtype="datetime64[ns]")})
    return pd.concat(filled, ignore_index=True) if filled else empty


def _checks(people: pd.DataFrame) -> list[Check]:
    sheet = Sheet("samtycke", people, unit=PERSON)
    waits = (people["state"] == UNKNOWN).astype("float64")
    left = ((people["state"] == WITHDRAWN) & (people["measured_after"] == 0)).astype("float64")
    refused = ((people["state"] == NO) & (people["n_answers"] == 1) & (people["measured_without"] == 0)).astype("float64")
    shown = "samtycke"
    return [
        counted(sheet, "motsägelse", _CONFLICT, people["n_answers"], most=1.0, shown=shown),
        counted(sheet, "mätt_utan", _MEASURED_WITHOUT, people["measured_without"], most=0.0, shown=shown),
        counted(sheet, "mätt_efter_återkallelse", _MEASURED_AFTER, people["measured_after"], most=0.0, shown=shown),
        counted(sheet, "okänt", _WAITS, waits, most=0.0, shown=shown),
        counted(sheet, "återkallat", _LEFT, left, most=0.0, shown=shown),
        counted(sheet, "nej", _REFUSED, refused, most=0.0, shown=shown),
    ]


def _ground_without_column(case: Case) -> list[Check]:
    """Note sources whose legal ground is consent although no column says who consented: nobody here can check it."""
    sources = [source for source, _ in case.sources()]
    rests = [
        source.legal_ground is not None and source.legal_ground.ground.casefold().startswith(_CONSENT_WORDS) for source in sources
    ]
    sheet = Sheet("samtycke", pd.DataFrame({"source": [source.id for source in sources]}), unit="source")
    return [counted(sheet, "kolumn", _NO_COLUMN, pd.Series(rests, dtype="float64"), most=0.0, shown="legal_ground")]


_CONSENT_WORDS = ("samtycke", "consent")
_CONFLICT = Fault(
    "CONSENT-CONFLICT",
    Severity.STOP,
    "samtycket är ja i en rad och nej i en annan",
    "Ta fram samtyckesblanketten och rätta källan; kör först därefter",
)
_MEASURED_WITHOUT = Fault(
    "CONSENT-NO",
    Severity.STOP,
    "personen är mätt men har inte samtyckt",
    "Ta bort personens rader ur leveransen, eller rätta samtycket om det är felskrivet; rådgör med kommunjuristen",
)
_MEASURED_AFTER = Fault(
    "CONSENT-NO",
    Severity.STOP,
    "samtycket återkallades före den första mätningen: uppgifterna samlades in utan stöd",
    "Ta bort personens rader ur leveransen och rådgör med kommunjuristen",
)
_WAITS = Fault(
    "CONSENT-UNKNOWN",
    Severity.NOTE,
    "samtycke saknas: personen väntar utanför analysen",
    "Fråga efter samtycket; när det är registrerat kommer personen med vid nästa körning",
)
_LEFT = Fault(
    "CONSENT-WITHDRAWN",
    Severity.NOTE,
    "samtycket är återkallat: alla personens rader har tagits bort ur analysen",
    "Gallra personens uppgifter i källan; tidigare delade resultat kan behöva återkallas",
)
_REFUSED = Fault(
    "CONSENT-DECLINED",
    Severity.NOTE,
    "personen har tackat nej och är inte med i analysen",
    "Inget behöver göras",
)
_NO_COLUMN = Fault(
    "CONSENT-COLUMN",
    Severity.NOTE,
    "lagstödet är samtycke, men ingen kolumn säger vem som har samtyckt: det kan inte kontrolleras här",
    "Leverera samtycket som en kolumn, och ange den i planen med rollen consent",
)
