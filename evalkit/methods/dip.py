"""Ashenfelter's dip: people often come when things are at their worst, and then get better whatever is done.

Each unit's mean of the last periods before the start less its mean of the earlier ones is one value a unit, so that treated and
comparison are compared on the very route of the plan's design, measured on the units that have those periods. Source: Ashenfelter
1978; Heckman & Smith 1999. docs/METHODS.md#the-dip-before-the-start.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from evalkit.errors import EstimationError
from evalkit.findings.dip import DESCRIBED, DIP, FOUND, NOT_FOUND, UNTESTED, DipFinding
from evalkit.findings.estimate import Interval
from evalkit.findings.evidence import EvidenceLevel, EvidenceVerdict
from evalkit.methods import did
from evalkit.methods.dip_periods import LEAST_PERIODS, last_periods
from evalkit.methods.disclosure_facts import SUMS, evidence_of_groups
from evalkit.methods.fits import Floats, t_interval
from evalkit.methods.panel import Panel
from evalkit.methods.route_validity import worst_rate
from evalkit.methods.router import Route, choose_route
from evalkit.methods.validity.designs import COMPONENTS

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan

CONTRADICTED, UNKNOWN = "pre-trends-contradicted", "pre-trends-cannot-be-tested"


def look_for_dip(panel: Panel, plan: EvaluationPlan, *, by_quarter: bool) -> DipFinding:
    """Return whether the treated stood apart just before the start; with one start, or time counted from each person's own.

    Parameters
    ----------
    panel : Panel
        Periods of public units, quarters around each person's start, or occasions (which are too few).
    """
    outcome, start = plan.outcome(panel.outcome), int(np.nanmin(panel.treated_order))
    periods_last = last_periods(start)
    empty = DipFinding(
        outcome=outcome.id,
        unit=outcome.unit,
        state=UNTESTED,
        by_quarter=by_quarter,
        periods_last=periods_last,
        periods_earlier=max(start - periods_last, 0),
        periods_after=panel.y.shape[1] - start,
        value=None,
        interval=None,
        worse=None,
        from_last=None,
        from_earlier=None,
        earlier_interval=None,
        inference="none",
        false_positive_rate=None,
        n_units=panel.n_units,
        n_treated_units=int(panel.treated.sum()),
        evidence=evidence_of_groups(panel.y[:, 0], panel.treated, public=panel.public),
    )
    if start < LEAST_PERIODS or panel.staggered or panel.treated.all() or panel.mixed_clusters:
        return empty
    return _found(empty, panel, plan, start)


def lowered_by_dip(verdict: EvidenceVerdict, dips: tuple[DipFinding, ...], primary: str) -> EvidenceVerdict:
    """Return the verdict, lowered as contradicted trends lower it where the primary outcome has a dip that they did not see.

    Where the joint test of leads contradicts already nothing is added: it is the same finding.
    """
    found = any(one.outcome == primary and one.state == FOUND for one in dips)
    if not found or CONTRADICTED in verdict.lowered_by:
        return verdict
    lowered = EvidenceLevel.CAUSAL_WITH_CAVEATS if verdict.ceiling is EvidenceLevel.RANDOMISED else EvidenceLevel.COMPARED
    reasons = (DIP, *(r for r in verdict.lowered_by if r != UNKNOWN))
    return replace(verdict, level=min(verdict.level, lowered), lowered_by=reasons)


def _found(empty: DipFinding, panel: Panel, plan: EvaluationPlan, start: int) -> DipFinding:
    level = panel.y - panel.y[:, :1]
    split = start - empty.periods_last
    earlier, last, after = (level[:, part].mean(axis=1) for part in (slice(0, split), slice(split, start), slice(start, None)))
    route = choose_route(panel, plan)
    value, interval = _difference(panel, plan, route, last - earlier)
    from_earlier, earlier_interval = _difference(panel, plan, route, after - earlier)
    higher_better = plan.outcome(panel.outcome).direction.value == "higher_better"
    is_sum = plan.outcome(panel.outcome).kind.value in SUMS
    return replace(
        empty,
        state=DESCRIBED if interval is None else NOT_FOUND if interval.low <= 0 <= interval.high else FOUND,
        value=value,
        interval=interval,
        worse=None if value == 0 else (value < 0) == higher_better,
        from_last=from_earlier - value,
        from_earlier=from_earlier,
        earlier_interval=earlier_interval,
        inference="none" if interval is None else route.inference,
        false_positive_rate=None if interval is None else worst_rate(route),
        evidence=evidence_of_groups(last - earlier, panel.treated, public=panel.public, is_sum=is_sum),
    )


def _difference(panel: Panel, plan: EvaluationPlan, route: Route, change: Floats) -> tuple[float, Interval | None]:
    """Return treated minus comparison, each cluster one value where clusters were treated, and the measured route's interval."""
    treated = panel.treated
    if route.estimator == "did-collapsed":
        change, treated = did.collapse(change, treated, panel.cluster)
    if route.inference not in COMPONENTS:
        return did.difference(change, treated).value, None
    try:
        fit = did.fit_units(change, treated, route.inference, panel.outcome)
    except EstimationError:  # nobody's values moved: a value without spread
        return did.difference(change, treated).value, None
    return fit.value, t_interval(fit, plan.design.confidence_level)
