"""Placebos that the plan declares: a start that never was, and outcomes that the intervention cannot touch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from evalkit.errors import EstimationError
from evalkit.findings.estimate import Estimate, Interval
from evalkit.findings.robustness import Alternative
from evalkit.methods import did
from evalkit.methods.fits import Floats, t_interval
from evalkit.methods.panel import Panel
from evalkit.methods.validity.designs import COMPONENTS

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan


def placebo_times(panel: Panel, plan: EvaluationPlan, main: Estimate) -> tuple[Alternative, ...]:
    """Return the main comparison around each declared start that never was, in the time before anybody was treated.

    The interval is that of the main estimate's route, whose error rate was measured on the same units; where the route is not
    one of one value a unit there is a value only. A period that leaves nothing on one of its sides gives nothing.
    """
    last = int(np.nanmin(panel.treated_order))
    found = []
    for label in plan.analysis.placebo_periods:
        place = _place(panel, plan, label)
        if place is not None and 0 < place < last:
            level = panel.y - panel.y[:, :1]
            change = level[:, place:last].mean(axis=1) - level[:, :place].mean(axis=1)
            found.append(_around(panel, plan, main, change, panel.periods[place]))
    return tuple(found)


def placebo_outcomes(plan: EvaluationPlan, estimates: Sequence[Estimate]) -> tuple[Alternative, ...]:
    """Return the difference-in-differences of each outcome that the plan says the intervention cannot touch."""
    named = {e.id: e for e in estimates}
    wanted = [named[f"did.{o}"] for o in plan.analysis.placebo_outcomes if f"did.{o}" in named]
    return tuple(
        Alternative(
            "placebo-outcome", e.label, e.outcome, e.unit, e.value, e.interval, None, e.n_units, e.n_treated_units, e.evidence
        )
        for e in wanted
    )


def _place(panel: Panel, plan: EvaluationPlan, label: str) -> int | None:
    """Return the column of a period's label, or of an occasion's name or label."""
    labels = {o.id: o.label for o in plan.occasions}
    wanted = labels.get(label, label)
    return panel.periods.index(wanted) if wanted in panel.periods else None


def _around(panel: Panel, plan: EvaluationPlan, main: Estimate, change: Floats, label: str) -> Alternative:
    units, treated = change, panel.treated
    if main.estimator != "did-2x2":
        units, treated = did.collapse(change, panel.treated, panel.cluster)
    value = did.difference(units, treated).value
    route, interval = main.inference.removesuffix("-conditional"), None
    if route in COMPONENTS:
        interval = _interval(units, treated, route, panel.outcome, plan.design.confidence_level)
    n = panel.n_units, int(panel.treated.sum())
    return Alternative("placebo-time", label, panel.outcome, main.unit, value, interval, None, *n, main.evidence)


def _interval(units: Floats, treated: np.ndarray, route: str, outcome: str, level: float) -> Interval | None:
    try:
        return t_interval(did.fit_units(units, treated, route, outcome), level)
    except EstimationError:  # nobody changed before the start: a value without spread
        return None
