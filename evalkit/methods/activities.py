"""What was done: dose and fidelity (programtrohet) of each activity, target against actual, month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from evalkit.findings.cell import DisclosureEvidence
from evalkit.findings.sample import ActivityFollowUp, ActivityMonth
from evalkit.methods.disclosure_facts import top_two_share

if TYPE_CHECKING:
    from evalkit.plan.evaluation import ActivityMeasure, EvaluationPlan
    from evalkit.records.stations import AnalysisFrame


def follow_up(frame: AnalysisFrame, plan: EvaluationPlan) -> tuple[ActivityFollowUp, ...]:
    """Return dose and fidelity per activity, for treated persons whose days have passed; activities nobody is due for are left out.

    A due person without rows got nothing: the quantity is 0, not missing.
    """
    found = (_one_activity(frame, measure) for measure in plan.activities)
    return tuple(f for f in found if f is not None)


def by_month(frame: AnalysisFrame, plan: EvaluationPlan) -> tuple[ActivityMonth, ...]:
    """Return quantity and distinct persons of each activity and calendar month (``YYYY-MM``) in which something was done."""
    months: list[ActivityMonth] = []
    for measure in plan.activities:
        rows = _rows(frame, measure)
        per_person = rows.assign(month=rows["date"].dt.strftime("%Y-%m")).groupby(["month", "unit"])["quantity"].sum()
        for month, part in per_person.groupby(level="month"):
            amounts = part.to_numpy(dtype=np.float64)
            evidence = DisclosureEvidence(n_persons=len(amounts), top_two_share=top_two_share(amounts), all_equal=_alike(amounts))
            months.append(ActivityMonth(measure.id, str(month), float(amounts.sum()), evidence))
    return tuple(months)


def participants(frame: AnalysisFrame) -> pd.DataFrame:
    """Return the treated persons (rows of `frame.persons`) who are not outside for any reason."""
    persons = frame.persons
    return persons[persons["treated"].astype(bool) & persons["outside"].isna()]


def _one_activity(frame: AnalysisFrame, measure: ActivityMeasure) -> ActivityFollowUp | None:
    persons = participants(frame)
    last_day = persons["start"] + pd.to_timedelta(measure.within_days, unit="D")
    due = sorted(persons.loc[persons["start"].notna() & (last_day <= pd.Timestamp(frame.evaluated_on)), "unit"])
    if not due:
        return None
    rows = _rows(frame, measure)
    rows = rows[rows["unit"].isin(due) & rows["day"].between(0, measure.within_days)]
    amounts = rows.groupby("unit")["quantity"].sum().reindex(due, fill_value=0.0).to_numpy(dtype=np.float64)
    reached = float((amounts >= measure.target_per_person).mean())
    faithful = rows["fidelity"].dropna()
    return ActivityFollowUp(
        activity=measure.id,
        label=measure.label,
        unit=measure.unit,
        target_per_person=measure.target_per_person,
        n_persons=len(due),
        mean_quantity=float(amounts.mean()),
        share_reaching_target=reached,
        fidelity=float(faithful.mean()) if len(faithful) else None,
        fidelity_target=measure.fidelity_target,
        evidence=DisclosureEvidence(
            n_persons=len(due),
            top_two_share=top_two_share(amounts),
            all_equal=_alike(amounts),
            none_or_all=reached in {0.0, 1.0},
        ),
    )


def _rows(frame: AnalysisFrame, measure: ActivityMeasure) -> pd.DataFrame:
    rows = frame.activities
    wanted = (rows["activity"] == measure.id) & rows["unit"].isin(participants(frame)["unit"]) & rows["quantity"].notna()
    return rows[wanted].sort_values(["unit", "date"], kind="stable")


def _alike(amounts: np.ndarray) -> bool:
    return len(amounts) > 0 and bool((amounts == amounts[0]).all())
