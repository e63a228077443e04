"""The analysis frame: one balanced panel per outcome, with a sample flow that accounts for every person.

An outcome's panel holds every `before` occasion and the decisive one. An occasion between them may be missing without throwing
the person out of the comparison that was announced: it is described (means, counts) and never part of the estimate.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from evalkit.findings.quality import CheckOutcome
from evalkit.findings.sample import OccasionCount, SampleFlow
from evalkit.plan.evaluation import Comparison, DataKind, EvaluationPlan, Occasion
from evalkit.records.calendar_terms import calendar_terms
from evalkit.records.cohorts import pool_starts
from evalkit.records.flow import leaving, occasion_counts, sample_flow
from evalkit.records.occasions import MEASURED, in_time_order, place, states_of_measurements
from evalkit.records.public_panel import build_panel
from evalkit.records.registers import QUARTERS, open_register, quarters, register_outcomes, states_of_register
from evalkit.records.stations import COMPARISON, TREATED, AnalysisFrame, ScoredRecords

TABLE = (
    "unit", "outcome", "order", "period", "is_after", "treated", "treated_order", "cluster", "cohort", "sex", "value", "instrument"
)  # fmt: skip
OBSERVED = ("unit", "outcome", "axis", "order", "period", "treated", "value")


def build_frame(scored: ScoredRecords, plan: EvaluationPlan) -> AnalysisFrame:
    """Build the frame that the methods estimate on.

    Returns
    -------
    AnalysisFrame
        `table` complete within each outcome; everybody else is in the outcome's flow with one reason.

    Raises
    ------
    EvalkitError
        If somebody would leave without a reason.
    GateClosed
        If a register mixes months with terms or years.
    """
    if plan.data_kind is DataKind.PUBLIC:
        return build_panel(scored, plan)
    cohort, pooled = pool_starts(scored.persons, plan.design.starts)
    persons = _with_clusters(scored.persons.assign(cohort=cohort), plan)
    states, labels = _states(scored, plan, persons)
    tables, flows, counts, leavers = [], [], [], []
    for outcome in plan.outcomes:
        table, flow, count, left = _outcome(outcome.id, persons, states[states["outcome"] == outcome.id], plan)
        tables.append(table)
        flows.append(flow)
        counts += count
        leavers.append(left[left["reason"].notna()].assign(outcome=outcome.id))
    unclear = () if labels.passed else (labels.message,)
    return AnalysisFrame(
        table=_stack(tables, TABLE, ["outcome", "unit", "order"]),
        persons=persons,
        activities=_activities(scored, persons),
        flows=tuple(flows),
        occasions=tuple(counts),
        report=scored.report,
        stamps=scored.stamps,
        evaluated_on=scored.evaluated_on,
        key_id=scored.key_id,
        notes=(*pooled, *unclear),
        observed=_observed(scored, plan, persons, states),
        left=pd.concat(leavers, ignore_index=True),
        terms=calendar_terms(scored, plan, persons),
    )


def needed_occasions(plan: EvaluationPlan) -> tuple[Occasion, ...]:
    """Return the occasions that a person must have: every `before` and the decisive one (the last where none is named)."""
    ordered = in_time_order(plan.occasions)
    after = [o for o in ordered if o.role == "after"]
    decisive = [o for o in after if o.id == plan.decisive_occasion] or after[-1:]
    return (*(o for o in ordered if o.role == "before"), *decisive)


def _states(scored: ScoredRecords, plan: EvaluationPlan, persons: pd.DataFrame) -> tuple[pd.DataFrame, CheckOutcome]:
    """Return where everybody stands at every occasion of every outcome."""
    from_registers = register_outcomes(plan)
    occasions = in_time_order(plan.occasions)
    placed, labels = place(scored.measurements, persons, occasions)
    parts = []
    for outcome in plan.outcomes:
        if outcome.id in from_registers:
            register = open_register(scored.periods, plan, outcome)
            parts.append(states_of_register(register, persons, occasions, scored.evaluated_on))
        else:
            parts.append(states_of_measurements(placed, persons, outcome.id, occasions, scored.evaluated_on))
    return pd.concat(parts, ignore_index=True), labels


def _outcome(
    outcome: str, persons: pd.DataFrame, states: pd.DataFrame, plan: EvaluationPlan
) -> tuple[pd.DataFrame, SampleFlow, list[OccasionCount], pd.DataFrame]:
    groups = (TREATED,) if plan.design.comparison is Comparison.NONE and persons["treated"].all() else (TREATED, COMPARISON)
    needed, occasions = needed_occasions(plan), in_time_order(plan.occasions)
    left = leaving(persons, states, needed)
    flow = sample_flow(outcome, left, groups, [o.id for o in needed])
    counts = occasion_counts(outcome, persons, states, occasions, groups)
    return _panel(persons[left["reason"].isna()], states, needed, outcome), flow, counts, left


def _panel(stay: pd.DataFrame, states: pd.DataFrame, needed: Sequence[Occasion], outcome: str) -> pd.DataFrame:
    """Return the balanced panel of those who stay."""
    grid = pd.DataFrame(
        {
            "occasion": [o.id for o in needed],
            "order": range(len(needed)),
            "period": [o.label for o in needed],
            "is_after": [o.role == "after" for o in needed],
        }
    )
    rows = stay[["unit", "treated", "cluster", "cohort", "sex"]].merge(grid, how="cross")
    rows = rows.merge(
        states[["unit", "occasion", "value", "instrument"]], on=["unit", "occasion"], how="left", validate="one_to_one"
    )
    first_after = float(sum(o.role == "before" for o in needed))
    return rows.assign(outcome=outcome, treated_order=rows["treated"].map({True: first_after, False: float("nan")}))


def _with_clusters(persons: pd.DataFrame, plan: EvaluationPlan) -> pd.DataFrame:
    """Return the persons with the level at which treatment was assigned or shocks are shared; the person, where no cluster's.

    Who has no cluster then leaves for it: an invented one would make strangers to each other's company. Where nobody has one the
    estimate is refused instead (EST-CLUSTER).
    """
    if plan.design.assigned_at != "cluster" and plan.design.common_shocks_at != "cluster":
        return persons.assign(cluster=persons["unit"])
    cluster = persons["cluster"].astype("object")
    lacking = cluster.isna() & persons["outside"].isna() & bool(cluster.notna().any())
    return persons.assign(
        cluster=cluster.where(cluster.notna(), ""), outside=persons["outside"].astype("object").mask(lacking, "no_cluster")
    )


def _activities(scored: ScoredRecords, persons: pd.DataFrame) -> pd.DataFrame:
    treated = persons.loc[persons["treated"] & persons["outside"].isna(), ["unit", "start"]]
    rows = scored.activities.merge(treated, on="unit", how="inner", validate="many_to_one")
    return rows.assign(day=(rows["date"] - rows["start"]).dt.days.astype("float64")).drop(columns="start")


def _observed(scored: ScoredRecords, plan: EvaluationPlan, persons: pd.DataFrame, states: pd.DataFrame) -> pd.DataFrame:
    """Return everything measured in a window, and the quarters around the start where a register has them."""
    known = [name for name in ("unit", "treated", "start", "moved_out") if name in persons.columns]
    inside = persons.loc[persons["outside"].isna(), known]
    occasions = in_time_order(plan.occasions)
    parts = [_seen(states, inside, occasions, "occasion", range(len(occasions)))]
    for outcome in plan.outcomes:
        if outcome.id in register_outcomes(plan):
            register = open_register(scored.periods, plan, outcome)
            if register.step <= 3:  # a term does not fit into a quarter
                bins = states_of_register(register, inside, quarters(), scored.evaluated_on)
                parts.append(_seen(bins, inside, quarters(), "quarter", QUARTERS))
    return _stack(parts, OBSERVED, ["outcome", "axis", "unit", "order"])


def _seen(states: pd.DataFrame, inside: pd.DataFrame, occasions: Sequence[Occasion], axis: str, orders: range) -> pd.DataFrame:
    known = states[states["state"] == MEASURED].merge(inside[["unit", "treated"]], on="unit", how="inner", validate="many_to_one")
    order = known["occasion"].map({o.id: n for o, n in zip(occasions, orders, strict=True)})
    return known.assign(axis=axis, order=order, period=known["occasion"].map({o.id: o.label for o in occasions}))


def _stack(parts: list[pd.DataFrame], columns: Sequence[str], by: list[str]) -> pd.DataFrame:
    """Join tables to exactly `columns`, with their types, sorted."""
    table = pd.concat([part.reindex(columns=list(columns)) for part in parts], ignore_index=True)
    types = {"order": "int64", "treated": "bool", "is_after": "bool", "value": "float64", "treated_order": "float64"}
    typed = table.astype({name: kind for name, kind in types.items() if name in columns})
    return typed.sort_values(by, kind="stable", ignore_index=True)
