"""A lottery that somebody else held: the plan says so, the delivery's groups are the arms, and no receipt lets it be drawn again.

What needs further draws of the same lottery (randomisation inference, p-values of balance) is not made; the effect of being drawn
is estimated as in a lottery of our own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from evalkit.errors import EstimationError
from evalkit.findings.experiment import ExperimentFinding
from evalkit.findings.trial import PlannedReach, PublishedTrial
from evalkit.methods.experiment.findings import experiment_finding
from evalkit.methods.experiment.sample import DrawnUnit, steady
from evalkit.methods.experiment.study import OutcomeStudy, Study, study_experiment
from evalkit.methods.panel import make_panel, refusal

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.records.stations import AnalysisFrame

POWER = 2.8
"""Standard errors of an effect that is seen in 80 studies of 100, two-sided at 5 %."""


def study_stated(frame: AnalysisFrame, plan: EvaluationPlan) -> tuple[Study, ExperimentFinding]:
    """Evaluate every outcome by the arms that the delivery states, and put what was published and planned beside it.

    Raises
    ------
    EstimationError
        EST-STARTS where public units started in different periods; what `study_experiment` refuses.
    """
    if plan.data_kind.value == "public" and make_panel(frame, plan, plan.primary_outcome).staggered:
        words = "enheterna startade i olika perioder; en lott avgör vem som börjar, vid ett tillfälle"
        raise refusal(plan.primary_outcome, "EST-STARTS", words)
    study = study_experiment(frame, plan, stated_units(frame, plan), None, 0)
    finding = experiment_finding(study, plan, n_redrawn=0, receipts=(), clusters=_by_cluster(plan))
    primary = next(found for found in study.outcomes if found.outcome == plan.primary_outcome)
    return study, replace(finding, published=_published(primary, plan), planned=_planned(primary, plan))


def stated_units(frame: AnalysisFrame, plan: EvaluationPlan) -> tuple[DrawnUnit, ...]:
    """Return everybody delivered as drawn to the arm that the delivery names; clusters together where clusters were assigned."""
    persons = frame.persons.sort_values("unit", kind="stable")
    names = [str(name) for name in persons["unit"]]
    groups = [str(name) for name in persons["cluster"]] if _by_cluster(plan) and "cluster" in persons else names
    return tuple(
        DrawnUnit(name, "", group, bool(drawn)) for name, group, drawn in zip(names, groups, persons["treated"], strict=True)
    )


def _by_cluster(plan: EvaluationPlan) -> bool:
    return plan.data_kind.value != "public" and plan.design.assigned_at == "cluster"


def _published(found: OutcomeStudy, plan: EvaluationPlan) -> PublishedTrial | None:
    """Return the plan's published estimate beside the same computation: difference of means, one spread for both arms."""
    printed = plan.published
    if printed is None:
        return None
    sample = found.sample
    one, other = sample.after[sample.drawn], sample.after[~sample.drawn]
    error = pooled_spread(found) * np.sqrt(1 / len(one) + 1 / len(other))
    return PublishedTrial(
        method=printed.method,
        value=printed.value,
        std_error=printed.std_error,
        own_value=steady(float(one.mean() - other.mean())),
        own_std_error=steady(float(error)),
        reference=printed.reference,
        checked=printed.checked,
    )


def pooled_spread(found: OutcomeStudy) -> float:
    """Return the standard deviation of the outcome inside the arms, one for both."""
    sample = found.sample
    parts = [sample.after[part] - sample.after[part].mean() for part in (sample.drawn, ~sample.drawn)]
    return float(np.sqrt(sum(float(part @ part) for part in parts) / (len(sample.after) - 2)))


def _planned(found: OutcomeStudy, plan: EvaluationPlan) -> PlannedReach | None:
    """Return what the plan's assumptions promised; None where it holds none that give a detectable effect."""
    from evalkit.errors import PlanError
    from evalkit.methods.power.portfolio import design_report

    assumed = {one.quantity: one.value for one in plan.planning if one.outcome in {None, plan.primary_outcome}}
    if not {"standard_deviation", "correlation"} <= set(assumed) or _by_cluster(plan):
        return None
    try:
        promised = design_report(plan, draws=0).option("waiting_list").mde
    except (EstimationError, PlanError):
        return None
    if promised is None:
        return None
    sample, error = found.sample, found.estimate.std_error
    inside = [np.corrcoef(sample.before[part], sample.after[part])[0, 1] for part in (sample.drawn, ~sample.drawn)]
    return PlannedReach(
        promised=steady(promised),
        reached=None if error is None else steady(POWER * error),
        spread_assumed=assumed["standard_deviation"],
        spread_seen=steady(pooled_spread(found)),
        correlation_assumed=assumed["correlation"],
        correlation_seen=steady(float(np.mean(inside))),
    )
