"""Whether the answer hangs on one cluster: the main estimate with each left out in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evalkit.findings.estimate import Estimate
from evalkit.findings.robustness import LeaveOneOut
from evalkit.methods import did
from evalkit.methods.cohorts.study import point_estimate
from evalkit.methods.estimates import change_of
from evalkit.methods.fits import Bools
from evalkit.methods.panel import Panel, part_of

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan

LEAST = 3
"""Clusters that must be on each side, so that two are left when one goes."""


def leave_one_out(panel: Panel, plan: EvaluationPlan, main: Estimate) -> LeaveOneOut | None:
    """Return the range of the main estimate over all its clusters left out one by one.

    None where treatment was assigned to persons (leaving one out would tell about that person) or a side has fewer than three
    clusters.
    """
    by_cluster = panel.public or plan.design.assigned_at == "cluster"
    if not by_cluster or panel.mixed_clusters or min(panel.treated_clusters, panel.comparison_clusters) < LEAST:
        return None
    codes, sizes = np.unique(panel.cluster, return_counts=True)
    values = np.array([_without(panel, plan, main, panel.cluster != code) for code in codes])
    return LeaveOneOut(
        outcome=panel.outcome,
        unit=main.unit,
        n_clusters=len(codes),
        value=main.value,
        low=float(values.min()),
        high=float(values.max()),
        same_sign=bool((np.sign(values) == np.sign(main.value)).all()),
        smallest=int(sizes.min()),
        evidence=main.evidence,
    )


def _without(panel: Panel, plan: EvaluationPlan, main: Estimate, kept: Bools) -> float:
    part = part_of(panel, kept)
    if main.estimator == "callaway-santanna":
        return point_estimate(part, plan)
    if main.estimator == "twfe":
        return did.fit_twfe(part).value
    change = change_of(panel, plan)[0][kept]
    return did.difference(*did.collapse(change, part.treated, part.cluster)).value
