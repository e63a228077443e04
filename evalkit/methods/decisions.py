"""From estimates to verdicts: which report of the series a run is, and what its p-values may claim together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from evalkit.findings.decisions import Decision, Look
from evalkit.findings.estimate import Estimate, Interval
from evalkit.methods.cohorts.study import estimate_effects
from evalkit.methods.estimates import estimate_changes
from evalkit.methods.matching.study import study_matched
from evalkit.methods.multiplicity import holm, sharpened_q
from evalkit.methods.panel import make_panel
from evalkit.methods.spending import nominal_levels

if TYPE_CHECKING:
    from evalkit.findings.provenance import Provenance
    from evalkit.plan.analysis import ReportingOccasion
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.records.stations import AnalysisFrame

TESTING = ("interim", "confirmatory")
HEADLINES = ("itt", "sdid", "sc", "did", "change.treated", "its")
"""Kinds of estimate that speak for an outcome, the first one there."""


def look_of(plan: EvaluationPlan, provenance: Provenance) -> Look | None:
    """Return which of the plan's reports a run is; None where the plan declares no series.

    Notes
    -----
    A report is made of the first delivery on its day or later. Any other delivery tests nothing, so that the number of tests is
    what the plan says however often somebody runs the evaluation.
    """
    reports = plan.analysis.reports
    if not reports:
        return None
    today = provenance.evaluated_on
    deliveries = sorted({*provenance.delivered, today})
    begun = [i for i, report in enumerate(reports) if report.day <= today]
    deciding = next(i for i, report in enumerate(reports) if report.role == "confirmatory")
    number = begun[-1] + 1 if begun else 0
    role = "before"
    if begun:
        report = reports[begun[-1]]
        role = report.role if today == min(d for d in deliveries if d >= report.day) else "between"
    return Look(
        label=reports[number - 1].label if number else "",
        role=role,
        number=number,
        reports=len(reports),
        tests=sum(report.role in TESTING for report in reports),
        level=_level(plan, number - 1) if role in TESTING else None,
        spending=plan.analysis.spending,
        deciding_label=reports[deciding].label,
        deciding_day=reports[deciding].day,
        decided=_decided(reports, deciding, deliveries, today),
    )


def decide(frame: AnalysisFrame, plan: EvaluationPlan, estimates: Sequence[Estimate], look: Look | None) -> tuple[Decision, ...]:
    """Return one decision per outcome that has a headline estimate; nothing where the plan declares neither family nor series."""
    if not plan.analysis.families and look is None:
        return ()
    spoken = {o.id: e for o in plan.outcomes if (e := _headline(estimates, o.id)) is not None}
    families = {family.id: family for family in plan.analysis.families}
    found: list[Decision] = []
    for family_id in dict.fromkeys(o.family for o in plan.outcomes):
        members = [o.id for o in plan.outcomes if o.family == family_id]
        if family_id in families:
            family = families[family_id]
            tests = [_p(spoken.get(o)) for o in members]
            adjusted = holm(tests) if family.kind == "confirmatory" else (None,) * len(tests)
            q = sharpened_q(tests) if family.kind == "exploratory" else (None,) * len(tests)
            rows = zip(members, adjusted, q, strict=True)
            found += [
                _decision(plan, look, spoken[o], family.kind, family.label, len(members), a, b) for o, a, b in rows if o in spoken
            ]
        else:
            alone = [spoken[o] for o in members if o in spoken]
            found += [_decision(plan, look, e, "secondary", "", 1, e.p_value, None) for e in alone]
    ordered = {o.id: i for i, o in enumerate(plan.outcomes)}
    spread = look is not None and look.spending != "none" and look.level is not None
    found = [_with_interval(frame, plan, d, estimates) if spread and d.outcome == plan.primary_outcome else d for d in found]
    return tuple(sorted(found, key=lambda d: ordered[d.outcome]))


def _decision(  # noqa: PLR0917 - the facts of one test
    plan: EvaluationPlan,
    look: Look | None,
    estimate: Estimate,
    kind: str,
    family: str,
    tests_together: int,
    adjusted: float | None,
    q_value: float | None,
) -> Decision:
    primary = estimate.outcome == plan.primary_outcome
    level = level_of(plan, look, primary=primary)
    tested = level is not None and (primary or kind == "confirmatory")
    rejected = None if not tested or adjusted is None or level is None else adjusted <= level
    return Decision(
        estimate_id=estimate.id,
        outcome=estimate.outcome,
        role="primary" if primary else kind,
        family=family,
        tests_together=tests_together,
        p_value=estimate.p_value,
        adjusted_p=None if kind == "exploratory" or (kind == "secondary" and not primary) else adjusted,
        q_value=q_value,
        level=level if tested else None,
        rejected=rejected,
    )


def level_of(plan: EvaluationPlan, look: Look | None, *, primary: bool) -> float | None:
    """Return the level of one outcome here: others than the primary one are tested once, in the report that decides."""
    alpha = _alpha(plan)
    if look is None:
        return alpha
    if primary:
        return look.level
    return alpha if look.role == "confirmatory" else None


def _alpha(plan: EvaluationPlan) -> float:
    return round(1 - plan.design.confidence_level, 10)


def _level(plan: EvaluationPlan, index: int) -> float:
    """Return the nominal level of one report of the series."""
    testing = [report for report in plan.analysis.reports if report.role in TESTING]
    if plan.analysis.spending == "none":
        return _alpha(plan)
    shares = [report.information if report.information is not None else 1.0 for report in testing]
    return nominal_levels(shares, _alpha(plan), plan.analysis.spending)[testing.index(plan.analysis.reports[index])]


def _decided(reports: tuple[ReportingOccasion, ...], deciding: int, deliveries: list[date], today: date) -> bool:
    made_of = [d for d in deliveries if d >= reports[deciding].day]
    return bool(made_of) and made_of[0] < today


def _headline(estimates: Sequence[Estimate], outcome: str) -> Estimate | None:
    named = {e.id: e for e in estimates}
    return next((named[name] for kind in HEADLINES if (name := f"{kind}.{outcome}") in named), None)


def _p(estimate: Estimate | None) -> float | None:
    return None if estimate is None else estimate.p_value


def _with_interval(frame: AnalysisFrame, plan: EvaluationPlan, decision: Decision, estimates: Sequence[Estimate]) -> Decision:
    """Return the decision with the interval at its own level: the same fit, asked for another coverage."""
    if decision.level is None or decision.p_value is None or decision.estimate_id.startswith("itt."):
        # An offer's interval is computed where its sample is: `evalkit.methods.experiment.offer_estimate.at_own_level`.
        return decision
    design = plan.design.model_copy(update={"confidence_level": 1 - decision.level})
    wider = plan.model_copy(update={"design": design})
    panel = make_panel(frame, wider, decision.outcome)
    if any(e.id == decision.estimate_id and e.estimator == "did-matched" for e in estimates):
        return replace(decision, interval=study_matched(frame, panel, wider).estimate.interval)
    again = estimate_effects(panel, wider) if decision.estimate_id.startswith("did.") else estimate_changes(panel, wider)[0]
    interval: Interval | None = next(e.interval for e in again if e.id == decision.estimate_id)
    return replace(decision, interval=interval)
