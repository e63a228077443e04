"""Public aggregates: units (municipalities) over periods, treated where one column passes the plan's threshold.

A unit leaves for one reason only, in this order: it lacks a period (or its treatment is unknown there), was treated in the first
period already, or stopped being treated. Nothing here is about persons, so no cell rule applies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from evalkit.errors import GateClosed, PlanError
from evalkit.findings.quality import CheckOutcome
from evalkit.plan.evaluation import EvaluationPlan, TreatmentRule
from evalkit.plan.sources import Role, RowMeaning
from evalkit.records.calendar import label, ordinals, period_bounds
from evalkit.records.flow import sample_flow
from evalkit.records.persons import with_constants
from evalkit.records.scoring_notes import note
from evalkit.records.stations import COMPARISON, TREATED, AnalysisFrame, GatedExtract, ScoredRecords
from evalkit.records.values import ACTIVITIES, MEASUREMENTS

NEVER = "aldrig"


def score_panel(gated: GatedExtract, plan: EvaluationPlan) -> ScoredRecords:
    """Return units with their treatment, and one row per unit, outcome and period.

    Raises
    ------
    PlanError
        If the plan has no treatment rule or no panel source.
    GateClosed
        If a unit has two rows for a period, or a period cannot be read.
    """
    if plan.design.treatment is None:
        raise PlanError(f"{plan.id}: publika data kräver design.treatment (when och threshold)", code="PAR-TREATMENT")
    panel, checks = _gather(gated, plan)
    panel = panel.assign(is_treated=_is_treated(panel["treatment"], plan.design.treatment))
    units = _with_background(_units(panel, plan.design.treatment), panel, plan)
    outcomes = [o.id for o in plan.outcomes if o.id in panel.columns]
    periods = panel.melt(["unit", "first", "last", "is_treated"], outcomes, var_name="outcome", value_name="value")
    return ScoredRecords(
        persons=units,
        measurements=pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in MEASUREMENTS.items()}),
        periods=periods.sort_values(["outcome", "unit", "first"], kind="stable", ignore_index=True),
        activities=pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in ACTIVITIES.items()}),
        report=replace(gated.report, outcomes=(*gated.report.outcomes, *checks)),
        stamps=gated.stamps,
        evaluated_on=gated.evaluated_on,
        key_id=gated.key_id,
    )


def build_panel(scored: ScoredRecords, plan: EvaluationPlan) -> AnalysisFrame:
    """Return one balanced panel per outcome; a unit without value in some period leaves that outcome only."""
    step = _step(scored.periods)
    rows = scored.periods.assign(ordinal=ordinals(scored.periods["first"].to_numpy().astype("datetime64[D]"), step))
    calendar = sorted(rows["ordinal"].unique())
    rows["order"] = rows["ordinal"].map({ordinal: n for n, ordinal in enumerate(calendar)})
    rows["period"] = [label(day, step) for day in rows["first"]]
    cohort = _cohorts(rows)
    named = [cohort.get(unit, NEVER) for unit in scored.persons["unit"]]
    persons = scored.persons.assign(cohort=pd.Series(named, index=scored.persons.index, dtype="object"))
    tables, flows, seen = [], [], []
    for outcome in plan.outcomes:
        mine = rows[rows["outcome"] == outcome.id]
        left = _leaving(persons, mine, len(calendar))
        flows.append(sample_flow(outcome.id, left, (TREATED, COMPARISON), public=True))
        stay = persons[left["reason"].isna()]
        tables.append(_panel(mine, stay))
        seen.append(_seen(mine, persons))
    return AnalysisFrame(
        table=pd.concat(tables, ignore_index=True).sort_values(["outcome", "unit", "order"], kind="stable", ignore_index=True),
        persons=persons,
        activities=scored.activities.assign(day=pd.Series(dtype="float64")),
        flows=tuple(flows),
        occasions=(),
        report=scored.report,
        stamps=scored.stamps,
        evaluated_on=scored.evaluated_on,
        key_id=scored.key_id,
        notes=(),
        observed=pd.concat(seen, ignore_index=True).sort_values(["outcome", "unit", "order"], kind="stable", ignore_index=True),
    )


def _gather(gated: GatedExtract, plan: EvaluationPlan) -> tuple[pd.DataFrame, list[CheckOutcome]]:
    """Return all panel sources side by side, one row per unit and period."""
    merged: pd.DataFrame | None = None
    checks: list[CheckOutcome] = []
    for source, table in with_constants(gated, plan, RowMeaning.PANEL):
        first, last = period_bounds(table["period"], source.id)
        wanted = [c.outcome for c in source.with_role(Role.VALUE) if c.outcome] + ["treatment"]
        wanted += [c.name for c in source.with_role(Role.ATTRIBUTE)]
        part = table[[c for c in wanted if c in table.columns]].assign(unit=_names(table["unit"]), first=first, last=last)
        nowhere = part["unit"].isna() | part["first"].isna()
        words, lost = "rader saknar enhet eller period", int(nowhere.sum())
        checks.append(note("row-without-unit", "SC-UNIT", len(part), lost, words, source=source.id))
        checks.append(_trimmed(table["unit"], source.id))
        part = part[~nowhere]
        twice = int(part.duplicated(["unit", "first"]).sum())
        if twice:
            raise GateClosed(f"{source.id}: {twice} enheter har flera rader för samma period; behåll en", code="IN-KEY-DUP")
        merged = part if merged is None else merged.merge(part, on=["unit", "first", "last"], how="outer", validate="one_to_one")
    if merged is None or "treatment" not in merged.columns:
        raise PlanError(f"{plan.id}: ingen källa med row: panel och en kolumn med rollen treatment", code="PAR-TREATMENT")
    return merged.reset_index(drop=True), checks


def _trimmed(units: pd.Series, source: str) -> CheckOutcome:
    blank = 0 if pd.api.types.is_numeric_dtype(units) else int((units.dropna().str.strip() != units.dropna()).sum())
    return note(
        "unit-blanks",
        "SC-BLANK",
        len(units),
        blank,
        "enhetsnamn hade blanksteg i början eller slutet, som togs bort",
        source=source,
    )


def _names(units: pd.Series) -> pd.Series:
    """Return unit names as text without outer blanks; a code read as a number loses its decimals."""
    if pd.api.types.is_numeric_dtype(units):
        return units.map(lambda code: f"{code:.0f}", na_action="ignore").astype("str")
    return units.str.strip().astype("str")


def _is_treated(column: pd.Series, rule: TreatmentRule) -> pd.Series:
    """Return 1 where treated, 0 where not, NaN where unknown."""
    passed = (column > rule.threshold) if rule.when == "above" else (column < rule.threshold)
    return passed.astype("float64").where(column.notna())


def _units(panel: pd.DataFrame, rule: TreatmentRule) -> pd.DataFrame:
    """Judge each unit by its path of treatment over all periods of the panel."""
    wide = panel.set_index(["unit", "first"])["is_treated"].unstack().sort_index(axis=1)  # noqa: PD010 (nothing to aggregate)
    path = wide.to_numpy(dtype="float64")
    ever = np.nansum(path, axis=1) > 0
    stops = (np.diff(path, axis=1) < 0).any(axis=1)
    reason = np.full(len(wide), None, dtype=object)
    reason[stops & rule.exclude_reversals] = "reversal"
    reason[(path[:, 0] == 1) & rule.exclude_always_treated] = "always_treated"
    reason[np.isnan(path).any(axis=1)] = "unbalanced"
    periods = pd.DatetimeIndex(wide.columns)
    years = np.asarray(periods.year + (periods.month - 1) / 12, dtype="float64")
    began = np.where(ever, years[np.argmax(path == 1, axis=1)], np.nan)
    outside = pd.Series(reason, dtype="object")
    return pd.DataFrame({"unit": wide.index.astype("str"), "treated": ever, "treated_from": began, "outside": outside})


def _with_background(units: pd.DataFrame, panel: pd.DataFrame, plan: EvaluationPlan) -> pd.DataFrame:
    """Return the units with each background column as it was in their first period.

    What the plan adjusts for is the mean of a unit's known values before anybody in the panel started: nothing after it is read.
    """
    names = [c.name for source in plan.sources for c in source.with_role(Role.ATTRIBUTE) if c.name in panel.columns]
    if not names:
        return units
    ordered = panel.sort_values(["unit", "first"], kind="stable")
    first = ordered.drop_duplicates("unit").set_index("unit")[names]
    rules = plan.design.adjustment
    averaged = [] if rules is None else [name for name in names if name in rules.covariates]
    if averaged:
        inside = units.loc[units["outside"].isna(), "unit"]
        start = panel.loc[(panel["is_treated"] == 1) & panel["unit"].isin(inside), "first"].min()
        before = ordered if pd.isna(start) else ordered[ordered["first"] < start]
        first[averaged] = before.groupby("unit")[averaged].mean().reindex(first.index)
    return units.join(first, on="unit")


def _cohorts(rows: pd.DataFrame) -> dict[str, str]:
    """Return the label of the first treated period of each unit that is ever treated."""
    began = rows[rows["is_treated"] == 1].sort_values(["unit", "order"]).drop_duplicates("unit")
    return dict(zip(began["unit"], began["period"], strict=True))


def _leaving(units: pd.DataFrame, rows: pd.DataFrame, n_periods: int) -> pd.DataFrame:
    answered = rows[rows["value"].notna()].groupby("unit").size().reindex(units["unit"]).fillna(0).to_numpy()
    reason = units["outside"].astype("object").where(units["outside"].notna(), None)
    reason = reason.mask(reason.isna() & (answered < n_periods), "partial")
    group = units["treated"].map({True: TREATED, False: COMPARISON})
    return pd.DataFrame({"unit": units["unit"], "group": group, "reason": reason.where(reason.notna(), None), "occasion": ""})


def _panel(rows: pd.DataFrame, stay: pd.DataFrame) -> pd.DataFrame:
    mine = rows.merge(stay[["unit", "treated", "cohort"]], on="unit", how="inner", validate="many_to_one")
    first = mine[mine["is_treated"] == 1].groupby("unit")["order"].min()
    return pd.DataFrame(
        {
            "unit": mine["unit"],
            "outcome": mine["outcome"],
            "order": mine["order"].astype("int64"),
            "period": mine["period"],
            "is_after": mine["is_treated"] == 1,
            "treated": mine["treated"].astype("bool"),
            "treated_order": mine["unit"].map(first).astype("float64"),
            "cluster": mine["unit"],
            "cohort": mine["cohort"],
            "sex": None,
            "value": mine["value"].astype("float64"),
        }
    )


def _seen(rows: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    inside = units.loc[units["outside"].isna(), ["unit", "treated"]]
    known = rows[rows["value"].notna()].merge(inside, on="unit", how="inner", validate="many_to_one")
    columns: Sequence[str] = ("unit", "outcome", "axis", "order", "period", "treated", "value")
    return known.assign(axis="period", order=known["order"].astype("int64"))[list(columns)]


def _step(periods: pd.DataFrame) -> int:
    days = int(((periods["last"] - periods["first"]).dt.days + 1).max())
    return 1 if days <= 31 else 3 if days <= 92 else 6 if days <= 184 else 12
