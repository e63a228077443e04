"""Group means by occasion, quarter or year: what a trend figure is drawn from."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from evalkit.findings.estimate import MeanPoint
from evalkit.methods.disclosure_facts import SUMS, evidence_of_mean
from evalkit.methods.fits import mean, variance

if TYPE_CHECKING:
    import pandas as pd

    from evalkit.plan.evaluation import EvaluationPlan, Outcome
    from evalkit.records.stations import AnalysisFrame


def mean_points(frame: AnalysisFrame, plan: EvaluationPlan, outcome: Outcome) -> tuple[MeanPoint, ...]:
    """Return the mean of each group in each period of each axis, sorted by axis, order and group (treated first).

    Only units of the outcome's own analysis sample are counted. Means of all who were measured, published beside estimates on
    those with complete measurements, would let a reader subtract one from the other and see the few between them.
    """
    public = plan.data_kind.value == "public"
    table = frame.table[frame.table["outcome"] == outcome.id]
    rows = table.assign(axis="period" if public else "occasion")
    if frame.observed is not None:
        seen = frame.observed
        rows = seen[(seen["outcome"] == outcome.id) & seen["unit"].isin(table["unit"])]
    rows = rows.assign(place=(~rows["treated"].astype(bool)).astype(int)).sort_values(["axis", "order", "place", "unit"])
    parts = [part for _, part in rows.groupby(["axis", "order", "place"])]
    return tuple(_point(part, outcome, public=public) for part in parts)


def _point(part: pd.DataFrame, outcome: Outcome, *, public: bool) -> MeanPoint:
    values = part["value"].to_numpy(dtype=np.float64)
    return MeanPoint(
        outcome=outcome.id,
        group="treated" if bool(part["treated"].iloc[0]) else "comparison",
        period=str(part["period"].iloc[0]),
        order=int(part["order"].iloc[0]),
        mean=mean(values),
        sd=math.sqrt(variance(values)) if len(values) > 1 else None,
        n=int(part["unit"].nunique()),
        evidence=evidence_of_mean(values, public=public, is_sum=outcome.kind in SUMS, is_share=outcome.kind.value == "binary"),
        axis=str(part["axis"].iloc[0]),
    )
