"""The quarters around each person's start as a panel: registers give several periods before, where occasions give one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from evalkit.methods.panel import Panel, make_panel

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.records.stations import AnalysisFrame

JOINT_LEADS_QUARTERS = "joint-leads-quarters"
"""Name of a lead test whose periods are quarters."""


def quarter_panel(frame: AnalysisFrame, plan: EvaluationPlan, outcome: str) -> Panel | None:
    """Return the quarters of an outcome's own sample, those who have every quarter; None where nobody has quarters.

    The estimate's persons only: leads of others would say nothing about its groups, and would tell who they are by subtraction.
    """
    if frame.observed is None:
        return None
    seen, table = frame.observed, frame.table[frame.table["outcome"] == outcome]
    rows = seen[(seen["outcome"] == outcome) & (seen["axis"] == "quarter") & seen["unit"].isin(table["unit"])]
    complete = rows.groupby("unit")["order"].transform("nunique") == rows["order"].nunique()
    rows = rows[complete].copy()
    if rows.empty or rows["treated"].nunique() < 2 or rows["order"].min() >= 0:
        return None
    rows["is_after"] = rows["order"] >= 0
    first_after = float(-rows["order"].min())
    rows["treated_order"] = np.where(rows["treated"].astype(bool), first_after, np.nan)
    rows["order"] -= rows["order"].min()
    of_unit = table.drop_duplicates("unit")[["unit", "cluster", "cohort", "sex"]]
    rows = rows.drop(columns="axis").merge(of_unit, on="unit", how="left", validate="many_to_one")
    return make_panel(replace(frame, table=rows), plan, outcome)
