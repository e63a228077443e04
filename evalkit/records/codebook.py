"""Where the columns of a plan stand in the tables of an extract, and who is in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from evalkit.findings.provenance import FileStamp
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.instruments import InstrumentRegister
from evalkit.plan.sources import Column, Role, RowMeaning, Source
from evalkit.records.stations import COMPARISON, FILE, LINE, TREATED, RawExtract

PERSON = "person"
WHO = [PERSON, FILE, LINE]
"""A person and where the person first stands."""

_OWN_NAME = {Role.ATTRIBUTE, Role.ITEM}
_NOT_KEPT = {Role.TEXT, Role.IGNORE}


@dataclass(frozen=True, slots=True, repr=False)
class Case:
    """Everything that the rules may look at: the delivered tables (constants as columns), the plan and the register."""

    tables: Mapping[str, pd.DataFrame]
    plan: EvaluationPlan
    register: InstrumentRegister
    evaluated_on: date
    stamps: tuple[FileStamp, ...]

    @property
    def today(self) -> pd.Timestamp:
        """The evaluation date: the newest delivery's, never the clock's."""
        return pd.Timestamp(self.evaluated_on)

    def sources(self, *rows: RowMeaning) -> tuple[tuple[Source, pd.DataFrame], ...]:
        """Return the delivered sources, in the plan's order; only those whose rows mean one of `rows`, where given."""
        return tuple(
            (source, self.tables[source.id])
            for source in self.plan.sources
            if source.id in self.tables and (not rows or source.row in rows)
        )


def open_case(extract: RawExtract, plan: EvaluationPlan, register: InstrumentRegister) -> Case:
    """Return the extract as the rules see it."""
    tables = {
        source.id: _with_constants(extract.tables[source.id], source) for source in plan.sources if source.id in extract.tables
    }
    return Case(tables, plan, register, extract.evaluated_on, extract.stamps)


def _with_constants(table: pd.DataFrame, source: Source) -> pd.DataFrame:
    missing = {key: value for key, value in sorted(source.constants.items()) if key not in table.columns}
    return table.assign(**missing).reset_index(drop=True)


def table_column(column: Column) -> str | None:
    """Return what a declared column is called in its table; None where it is not kept."""
    if column.role in _NOT_KEPT:
        return None
    if column.role in _OWN_NAME:
        return column.name
    if column.role is Role.VALUE:
        return column.outcome or "value"
    return column.role.value


def kept_columns(source: Source, table: pd.DataFrame) -> tuple[tuple[Column, str], ...]:
    """Return each declared column that stands in the table, with its name there."""
    named = ((column, table_column(column)) for column in source.columns)
    return tuple((column, name) for column, name in named if name is not None and name in table.columns)


def shown_name(source: Source, role: Role) -> str:
    """Return what the deliverer calls the column with this role; the role itself where it is a constant."""
    columns = source.with_role(role)
    return columns[0].name if columns else role.value


def is_number(column: Column) -> bool:
    """Whether the column's cells are numbers."""
    return column.holds_numbers


def looked_up(keys: pd.Series, known: pd.Series) -> pd.Series:
    """Return what `known`, unique on its index, says of each key; missing where it says nothing. Keeps the kind of `known`."""
    return known.reindex(keys.to_numpy()).set_axis(keys.index)


def roster(case: Case) -> pd.DataFrame:
    """Return one row per pseudonym that any source knows.

    Returns
    -------
    pandas.DataFrame
        ``person``, ``listed`` (stands in a source of persons; everybody where the plan has none), ``n_groups``, ``group`` (None
        unknown), ``start`` (index date for comparison persons where the plan declares one), ``end``, ``birth_date``, ``sex``, and
        `FILE` and `LINE` of the row where the person first stands (in a list of persons, if in any); sorted by person.
    """
    tables = [table for _, table in case.sources() if PERSON in table.columns]
    everybody = sorted({str(person) for table in tables for person in table[PERSON].dropna().unique()})
    people = pd.DataFrame({PERSON: pd.Series(everybody, dtype="str")})
    lists = [table for _, table in case.sources(RowMeaning.PERSON) if PERSON in table.columns]
    listed = {str(person) for table in lists for person in table[PERSON].dropna().unique()}
    listed_first = [*lists, *(table for source, table in case.sources() if source.row is not RowMeaning.PERSON and PERSON in table)]
    for name in (FILE, LINE):
        people[name] = _first(people, listed_first, name)
    people["listed"] = people[PERSON].isin(listed) if lists else True
    people["n_groups"] = (
        looked_up(people[PERSON], _known(tables, "group").groupby(PERSON)["group"].nunique()).fillna(0).astype("float64")
    )
    people["group"] = _first(people, tables, "group")
    for name in ("start", "index_date", "end", "birth_date"):
        people[name] = _first(people, tables, name).astype("datetime64[ns]")
    people["sex"] = _first(people, tables, "sex")
    waits = people["group"] == COMPARISON
    if any(source.with_role(Role.INDEX_DATE) for source in case.plan.sources):
        # A missing index date is no start date for the gate either: scoring leaves the person out for it.
        people["start"] = people["start"].where(~waits, people["index_date"])
    return people.drop(columns="index_date")


def _known(tables: list[pd.DataFrame], name: str) -> pd.DataFrame:
    parts = [table.loc[table[name].notna() & table[PERSON].notna(), [PERSON, name]] for table in tables if name in table.columns]
    filled = [part.astype({PERSON: "str"}) for part in parts if len(part)]
    return (
        pd.concat(filled, ignore_index=True)
        if filled
        else pd.DataFrame({PERSON: pd.Series(dtype="str"), name: pd.Series(dtype="object")})
    )


def _first(people: pd.DataFrame, tables: list[pd.DataFrame], name: str) -> pd.Series:
    known = _known(tables, name).drop_duplicates(PERSON).set_index(PERSON)[name]
    values = looked_up(people[PERSON], known)
    return values.where(values.notna(), None) if name in {"group", "sex"} else values


def group_words(group: str) -> str:
    """Return a group's name in Swedish."""
    return {TREATED: "insatsgruppen", COMPARISON: "jämförelsegruppen"}[group]
