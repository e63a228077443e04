"""What was measured, in outcome units: one function per kind of value source; scores from items come from `item_blocks`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from evalkit.errors import GateClosed, PlanError
from evalkit.findings.quality import CheckOutcome
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.instrument_use import InstrumentUse
from evalkit.plan.instruments import InstrumentRegister
from evalkit.plan.sources import Role, RowMeaning, Source
from evalkit.records.calendar import period_bounds, whole_years
from evalkit.records.conversion import conversion_notes, in_scale_metric
from evalkit.records.forms import FORMS, none_where_missing, with_forms, words_of
from evalkit.records.persons import with_constants
from evalkit.records.scoring_notes import warn
from evalkit.records.stations import GatedExtract

MEASUREMENTS: dict[str, Any] = {
    "unit": "str",
    "outcome": "str",
    "date": "datetime64[ns]",
    "occasion": "object",
    "instrument": "object",
    "planned": "bool",
    "recall": "object",
    "mode": "object",
    "deviates": "object",
    "value": "float64",
}
PERIODS: dict[str, Any] = {"unit": "str", "outcome": "str", "first": "datetime64[ns]", "last": "datetime64[ns]", "value": "float64"}
ACTIVITIES: dict[str, Any] = {
    "unit": "str",
    "activity": "str",
    "date": "datetime64[ns]",
    "quantity": "float64",
    "fidelity": "float64",
}


def gather_measurements(
    gated: GatedExtract,
    plan: EvaluationPlan,
    register: InstrumentRegister,
    persons: pd.DataFrame,
    from_items: Sequence[pd.DataFrame] = (),
) -> tuple[pd.DataFrame, list[CheckOutcome]]:
    """Return the measurements of `ScoredRecords`, each with its instrument, its age and whether the plan foresees it then.

    Parameters
    ----------
    from_items : Sequence[pandas.DataFrame]
        Rows whose values were scored from items (`evalkit.records.item_blocks`).
    """
    checks: list[CheckOutcome] = []
    parts = list(from_items)
    for row in (RowMeaning.PERSON, RowMeaning.MEASUREMENT):
        for source, table in with_constants(gated, plan, row):
            with_birth, lost = belonging(table, persons, "birth_date")
            checks += _unmatched(source, len(table), lost)
            checks += conversion_notes(source, with_birth, plan, register)
            delivered = _delivered(source, table)
            in_metric = {o: in_scale_metric(with_birth[o], source, o, plan, register) for o in delivered}
            ready = [_ready_column(with_birth.assign(**in_metric), outcome, register) for outcome in delivered]
            if any(column.outcome is None for column in source.with_role(Role.VALUE)):
                long, unknown = _ready_long(with_birth, source, plan, register)
                ready.append(long)
                checks.append(warn("instrument-unused", "SC-INSTRUMENT", len(with_birth), unknown, _UNUSED, source=source.id))
            parts += ready
    known = _typed(parts, {**MEASUREMENTS, "age": "float64"})
    known = with_forms(_planned(known, plan), plan, register)
    return known.sort_values(["unit", "outcome", "date", "instrument", "value"], kind="stable", ignore_index=True)[
        list(MEASUREMENTS)
    ], checks


def gather_periods(gated: GatedExtract, plan: EvaluationPlan, persons: pd.DataFrame) -> tuple[pd.DataFrame, list[CheckOutcome]]:
    """Return the register rows of `ScoredRecords`: each delivered period with its first and last day."""
    checks: list[CheckOutcome] = []
    parts = []
    for source, table in with_constants(gated, plan, RowMeaning.PERIOD):
        mine, lost = belonging(table, persons, "birth_date")
        checks += _unmatched(source, len(table), lost)
        first, last = period_bounds(mine["period"], source.id)
        undated = int(first.isna().sum())
        checks.append(warn("period-missing", "SC-PERIOD", len(mine), undated, "rader saknar period", source=source.id))
        for outcome in _delivered(source, mine):
            rows = pd.DataFrame({"unit": mine["person"], "first": first, "last": last, "value": mine[outcome]})
            parts.append(rows.assign(outcome=outcome)[first.notna()])
    return _typed(parts, PERIODS).sort_values(
        ["unit", "outcome", "first", "last", "value"], kind="stable", ignore_index=True
    ), checks


def gather_activities(gated: GatedExtract, plan: EvaluationPlan, persons: pd.DataFrame) -> tuple[pd.DataFrame, list[CheckOutcome]]:
    """Return the activity log of `ScoredRecords`; a row without quantity counts as one."""
    checks: list[CheckOutcome] = []
    parts = []
    for source, table in with_constants(gated, plan, RowMeaning.ACTIVITY):
        mine, lost = belonging(table, persons, "birth_date")
        checks += _unmatched(source, len(table), lost)
        one_activity = plan.activities[0].id if len(plan.activities) == 1 else None
        quantity = mine["quantity"] if "quantity" in mine.columns else pd.Series(1.0, index=mine.index)
        fidelity = pd.to_numeric(mine["fidelity"], errors="coerce") if "fidelity" in mine.columns else float("nan")
        activity = mine["activity"] if "activity" in mine.columns else one_activity
        if activity is None:
            raise GateClosed(f"{source.id}: kolumn med rollen activity saknas och planen har flera aktiviteter", code="IN-ACTIVITY")
        rows = {"unit": mine["person"], "activity": activity, "date": mine["date"], "quantity": quantity, "fidelity": fidelity}
        parts.append(pd.DataFrame(rows))
    return _typed(parts, ACTIVITIES).sort_values(list(ACTIVITIES), kind="stable", ignore_index=True), checks


_UNUSED = "rader har ett instrument som planen inte använder vid den åldern; de räknas inte"


def belonging(table: pd.DataFrame, persons: pd.DataFrame, background: str) -> tuple[pd.DataFrame, int]:
    """Return the rows of known persons with their background, and how many rows belong to nobody."""
    rows = table.drop(columns=[background], errors="ignore")
    merged = rows.merge(
        persons[["unit", background]], left_on="person", right_on="unit", how="left", validate="many_to_one", indicator="found"
    )
    mine = merged[merged["found"] == "both"].reset_index(drop=True)
    return mine, len(table) - len(mine)


def _delivered(source: Source, table: pd.DataFrame) -> list[str]:
    """Return the outcomes that have a column of their own; an optional column may be absent."""
    return [column.outcome for column in source.with_role(Role.VALUE) if column.outcome in table.columns and column.outcome]


def _unmatched(source: Source, rows: int, lost: int) -> list[CheckOutcome]:
    return [
        warn(
            "row-unmatched",
            "SC-UNMATCHED",
            rows,
            lost,
            "rader hör till personer som inte står i någon personlista",
            source=source.id,
        )
    ]


def measured_rows(table: pd.DataFrame, value: str, register: InstrumentRegister) -> pd.DataFrame:
    """Return date, declared occasion, instrument id and age of each row, with the value column named ``value``."""
    empty = pd.Series([None] * len(table), index=table.index, dtype="object")
    dates = table["date"] if "date" in table.columns else pd.Series(pd.NaT, index=table.index, dtype="datetime64[ns]")
    labels = table["instrument"] if "instrument" in table.columns else empty
    ids = {text: _instrument_id(text, register) for text in sorted(labels.dropna().unique())}
    return pd.DataFrame(
        {
            "unit": table["person"],
            "date": dates,
            "occasion": table["occasion"] if "occasion" in table.columns else empty,
            "instrument": labels.map(ids).astype("object").where(labels.notna(), None),
            "age": whole_years(table["birth_date"], dates),
            **{role: table[role] if role in table.columns else empty for role in FORMS},
            "value": table[value],
        }
    )


def _instrument_id(label: str, register: InstrumentRegister) -> str:
    found = register.find(label)
    return found.id if found else label.strip().casefold()


def _ready_column(table: pd.DataFrame, outcome: str, register: InstrumentRegister) -> pd.DataFrame:
    """Read a column that already holds the outcome's score."""
    return measured_rows(table, outcome, register).assign(outcome=outcome)


def _ready_long(
    table: pd.DataFrame, source: Source, plan: EvaluationPlan, register: InstrumentRegister
) -> tuple[pd.DataFrame, int]:
    """Read a long table of ready scores, where the instrument says which outcome a row holds; count rows that no outcome uses."""
    rows = measured_rows(table, "value", register)
    if "instrument" not in table.columns:
        raise PlanError(f"{source.id}: en värdekolumn utan outcome kräver en kolumn med rollen instrument", code="PAR-INSTRUMENT")
    matched = {key: _one_outcome(key, plan) for key in sorted(set(row_keys(rows)), key=str)}
    rows["outcome"] = [matched[key] for key in row_keys(rows)]
    used = rows["outcome"].notna()
    return rows[used], int((~used).sum())


def row_keys(rows: pd.DataFrame) -> list[tuple[str | None, float | None]]:
    """Return instrument and age of each row; None where unknown."""
    return list(zip(words_of(rows["instrument"]), none_where_missing(rows["age"].astype("float64")), strict=True))


def _one_outcome(key: tuple[str | None, float | None], plan: EvaluationPlan) -> str | None:
    instrument, age = key
    found = [o.id for o in plan.outcomes if instrument in _instruments_at(o.instruments, age)]
    if len(found) > 1:
        raise PlanError(
            f"instrumentet {instrument} mäter flera effektmått ({', '.join(found)}); ange outcome på värdekolumnen",
            code="PAR-INSTRUMENT",
        )
    return found[0] if found else None


def _planned(rows: pd.DataFrame, plan: EvaluationPlan) -> pd.DataFrame:
    """Name the instrument where the plan leaves one choice, and say whether the plan foresees it."""
    keys = [(o, i, a) for o, (i, a) in zip(rows["outcome"], row_keys(rows), strict=True)]
    decided = {key: foreseen(key[0], key[1], key[2], plan) for key in set(keys)}
    instrument = pd.Series([decided[key][0] for key in keys], index=rows.index, dtype="object")
    return rows.assign(instrument=instrument, planned=[decided[key][1] for key in keys])


def foreseen(outcome: str, instrument: str | None, age: float | None, plan: EvaluationPlan) -> tuple[str | None, bool]:
    """Return the instrument meant at an age, and whether the plan measures the outcome with it then."""
    uses = plan.outcome(outcome).instruments
    if not uses:
        return None, True
    possible = _instruments_at(uses, age)
    if instrument is None:
        return (possible[0], True) if len(possible) == 1 else (None, False)
    return instrument, instrument in possible


def _instruments_at(uses: Sequence[InstrumentUse], age: float | None) -> list[str]:
    """Return the instruments used at an age: those whose ages hold it or, beyond all of them, lie nearest; all where it is unknown.

    A person of 25 at start is 26 at the follow-up: a plan that names ages up to 25 still means the same instrument.
    """
    if age is None:
        return sorted({use.instrument for use in uses})
    distance = {use: max((use.age_from or 0) - age, age - (use.age_to if use.age_to is not None else age), 0) for use in uses}
    return sorted({use.instrument for use in uses if distance[use] == min(distance.values())})


def _typed(parts: list[pd.DataFrame], columns: dict[str, Any]) -> pd.DataFrame:
    filled = [part for part in parts if len(part)]
    if not filled:
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in columns.items()})
    table = pd.concat(filled, ignore_index=True)
    return pd.DataFrame({name: table[name].astype(kind) if name in table.columns else None for name, kind in columns.items()})
