"""Everything delivered on every outcome as one long table, for rules that look across sources."""

from __future__ import annotations

import pandas as pd

from evalkit.plan.sources import Role, RowMeaning, Source
from evalkit.records.codebook import PERSON, Case
from evalkit.records.conversion import in_scale_metric

MEASURED_ROWS = (RowMeaning.PERSON, RowMeaning.MEASUREMENT)
COLUMNS = ["unit", "outcome", "date", "occasion", "instrument", "answered", "value"]


def gather_answers(case: Case, *rows: RowMeaning) -> pd.DataFrame:
    """Return one row per delivered row and outcome.

    Parameters
    ----------
    *rows : RowMeaning
        Which sources; all where none is given.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`: ``unit`` (pseudonym or public unit), ``outcome``, ``date``, ``occasion`` (delivered label's id or None),
        ``instrument`` (the register's id, or None), ``answered`` (a value, or at least one item), ``value`` (missing for items).
    """
    parts = []
    for source, table in case.sources(*rows):
        outcomes = sorted({c.outcome for c in source.columns if c.role in {Role.VALUE, Role.ITEM} and c.outcome})
        parts += [_one_outcome(case, source, table, outcome) for outcome in outcomes]
        if "value" in table.columns and any(c.outcome is None for c in source.with_role(Role.VALUE)):
            parts.append(_long(case, table))
    filled = [part for part in parts if len(part)]
    if not filled:
        kinds = {"date": "datetime64[ns]", "answered": "bool", "value": "float64"}
        return pd.DataFrame({name: pd.Series(dtype=kinds.get(name, "object")) for name in COLUMNS})
    return pd.concat(filled, ignore_index=True)


def _one_outcome(case: Case, source: Source, table: pd.DataFrame, outcome: str) -> pd.DataFrame:
    base = _base(case, table).assign(outcome=outcome)
    items = [c.name for c in source.with_role(Role.ITEM) if c.outcome == outcome and c.name in table.columns]
    value = table[outcome] if outcome in table.columns else pd.Series(float("nan"), index=table.index)
    value = in_scale_metric(value, source, outcome, case.plan, case.register)
    answered = value.notna() | table[items].notna().any(axis=1)
    return base.assign(answered=answered, value=value)[COLUMNS]


def _long(case: Case, table: pd.DataFrame) -> pd.DataFrame:
    """Let the row's instrument say which outcome its value is on; rows that no outcome uses are left out."""
    outcomes = {use.instrument: outcome.id for outcome in reversed(case.plan.outcomes) for use in outcome.instruments}
    base = _base(case, table)
    base = base.assign(outcome=base["instrument"].map(outcomes), answered=table["value"].notna(), value=table["value"])
    return base.loc[base["outcome"].notna(), COLUMNS]


def _base(case: Case, table: pd.DataFrame) -> pd.DataFrame:
    nothing = pd.Series([None] * len(table), index=table.index, dtype="object")
    labels = table["instrument"] if "instrument" in table.columns else nothing
    ids = {label: found.id for label in labels.dropna().unique() for found in [case.register.find(str(label))] if found is not None}
    return pd.DataFrame(
        {
            "unit": table[PERSON] if PERSON in table.columns else table["unit"],
            "date": table["date"] if "date" in table.columns else pd.Series(pd.NaT, index=table.index, dtype="datetime64[ns]"),
            "occasion": (table["occasion"] if "occasion" in table.columns else nothing).astype("object"),
            "instrument": labels.map(ids).astype("object").where(labels.notna(), None),
        }
    )


def at_occasions(case: Case, measured: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Return which answered rows lie at which occasion, before or after: a delivered label decides, else the person's own window.

    Returns
    -------
    pandas.DataFrame
        ``unit``, ``outcome``, ``instrument``, ``value``, ``date``, ``occasion``, ``role``; rows at no occasion are left out.
    """
    rows = measured[measured["answered"]].merge(
        people[[PERSON, "start"]].rename(columns={PERSON: "unit"}), on="unit", how="inner", validate="many_to_one"
    )
    day = (rows["date"] - rows["start"]).dt.days
    nearest = pd.Series([None] * len(rows), index=rows.index, dtype="object")
    best = pd.Series(float("inf"), index=rows.index)
    for occasion in sorted(case.plan.occasions, key=lambda o: (o.target_day, o.day_from, o.id)):
        distance = (day - occasion.target_day).abs().where(day.between(occasion.day_from, occasion.day_to), float("inf"))
        nearest = nearest.mask(distance < best, occasion.id)
        best = best.where(best <= distance, distance)
    roles = {occasion.id: occasion.role for occasion in case.plan.occasions}
    chosen = rows["occasion"].where(rows["occasion"].isin(list(roles)), nearest)
    rows = rows.assign(occasion=chosen, role=chosen.map(roles))
    return rows.loc[rows["role"].notna(), ["unit", "outcome", "instrument", "value", "date", "occasion", "role"]]
