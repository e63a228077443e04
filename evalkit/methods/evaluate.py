"""Records in, findings out: everything one plan asks of one analysis frame, collected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from evalkit.errors import EstimationError
from evalkit.findings.adjustment import AdjustmentFinding
from evalkit.findings.chosen import ExpectedReturn
from evalkit.findings.dip import DipFinding
from evalkit.findings.estimate import EffectPoint, EffectSize, Estimate, MeanPoint, Refusal, TestOutcome
from evalkit.findings.honest import HonestBounds
from evalkit.findings.matching import MatchingFinding
from evalkit.findings.provenance import Provenance
from evalkit.findings.result import RESULT_FORMAT, EvaluationResult, PlanIdentity
from evalkit.findings.risk_sets import RiskSetFinding
from evalkit.findings.routes import RoutesBeside
from evalkit.findings.sample import SampleFlow
from evalkit.findings.single_unit import SingleUnitFinding
from evalkit.findings.smooth import SmoothBounds
from evalkit.findings.staggered import StaggeredFinding
from evalkit.findings.time_series import SeriesFinding
from evalkit.findings.validity import RouteValidity
from evalkit.methods.activities import by_month, follow_up, participants
from evalkit.methods.beside.study import routes_beside
from evalkit.methods.chosen import expected_returns
from evalkit.methods.cohorts.adjusted import study_adjusted
from evalkit.methods.cohorts.risk_sets import has_terms, study_risk_sets
from evalkit.methods.cohorts.study import CohortStudy, is_staggered, study_cohorts
from evalkit.methods.decisions import decide, look_of
from evalkit.methods.descriptives import mean_points
from evalkit.methods.dip import look_for_dip, lowered_by_dip
from evalkit.methods.estimates import estimate_changes, estimate_did
from evalkit.methods.event_study import study_events
from evalkit.methods.evidence import verdict
from evalkit.methods.honest import TrendPath, bounds_of, pooled_path
from evalkit.methods.matching.study import MatchedStudy, beside, decides, of_matched, study_matched, untestable
from evalkit.methods.norm_findings import instrument_findings
from evalkit.methods.panel import Panel, make_panel, part_of, refusal
from evalkit.methods.plan_text import plan_text
from evalkit.methods.quarters import JOINT_LEADS_QUARTERS, quarter_panel
from evalkit.methods.requirements import check_requirements
from evalkit.methods.robustness import examine
from evalkit.methods.rosetta import translate
from evalkit.methods.route_validity import validity_of
from evalkit.methods.single_unit.study import study_single_unit
from evalkit.methods.smoothness import smooth_bounds
from evalkit.methods.time_series.series import has_quarters
from evalkit.methods.time_series.study import study_series
from evalkit.methods.valuation import value_plan

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan, Outcome
    from evalkit.plan.instruments import InstrumentRegister
    from evalkit.plan.unit_costs import UnitCostTable
    from evalkit.records.stations import AnalysisFrame


@dataclass(slots=True)
class _Findings:
    estimates: list[Estimate] = field(default_factory=list)
    sizes: list[EffectSize] = field(default_factory=list)
    means: list[MeanPoint] = field(default_factory=list)
    path: list[EffectPoint] = field(default_factory=list)
    honest: list[HonestBounds] = field(default_factory=list)
    smooth: list[SmoothBounds] = field(default_factory=list)
    tests: list[TestOutcome] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    validity: list[RouteValidity] = field(default_factory=list)
    single_unit: list[SingleUnitFinding] = field(default_factory=list)
    staggered: list[StaggeredFinding] = field(default_factory=list)
    time_series: list[SeriesFinding] = field(default_factory=list)
    adjustments: list[AdjustmentFinding] = field(default_factory=list)
    chosen: list[ExpectedReturn] = field(default_factory=list)
    routes: list[RoutesBeside] = field(default_factory=list)
    matchings: list[MatchingFinding] = field(default_factory=list)
    risk_sets: list[RiskSetFinding] = field(default_factory=list)
    dips: list[DipFinding] = field(default_factory=list)


def evaluate(  # noqa: PLR0917 - the six things a result is made of
    frame: AnalysisFrame,
    plan: EvaluationPlan,
    register: InstrumentRegister,
    unit_costs: UnitCostTable | None,
    identity: PlanIdentity,
    provenance: Provenance,
) -> EvaluationResult:
    """Carry out the plan's analyses on a frame.

    A secondary outcome that cannot be estimated becomes a `Refusal`, named in the report; the primary one stops the run.

    Raises
    ------
    EstimationError
        If the primary outcome cannot be estimated, or two engines disagree on any number.
    PlanError
        If a benefit names a unit cost that is not in the list.
    """
    found = _Findings()
    for outcome in plan.outcomes:
        _evaluate_outcome(found, frame, plan, outcome)
    effect = next((e for e in found.estimates if e.outcome == plan.primary_outcome and e.group == "all"), None)
    leads = next((t for t in found.tests if t.outcome == plan.primary_outcome), None)
    look = look_of(plan, provenance)
    participating = 0 if plan.data_kind.value == "public" else len(participants(frame))
    return EvaluationResult(
        result_format=RESULT_FORMAT,
        plan=identity,
        plan_text=plan_text(plan, register),
        requirements=check_requirements(plan),
        evidence=lowered_by_dip(
            verdict(plan, _flow(frame, plan.primary_outcome), effect, leads), tuple(found.dips), plan.primary_outcome
        ),
        gate=frame.report,
        flows=frame.flows,
        occasions=frame.occasions,
        activities=follow_up(frame, plan),
        activity_months=by_month(frame, plan),
        estimates=tuple(found.estimates),
        effect_sizes=tuple(found.sizes),
        means=tuple(found.means),
        effect_path=tuple(found.path),
        tests=tuple(found.tests),
        valuation=value_plan(plan, unit_costs, participating),
        provenance=provenance,
        refusals=tuple(found.refusals),
        instruments=instrument_findings(frame, plan, register),
        validity=tuple(found.validity),
        look=look,
        decisions=decide(frame, plan, found.estimates, look),
        translations=translate(found.estimates, frame, plan, found.time_series),
        honest=tuple(found.honest),
        smooth=tuple(found.smooth),
        single_unit=tuple(found.single_unit),
        staggered=tuple(found.staggered),
        robustness=examine(frame, plan, found.estimates),
        time_series=tuple(found.time_series),
        adjustments=tuple(found.adjustments),
        chosen=tuple(found.chosen),
        routes=tuple(found.routes),
        matchings=tuple(found.matchings),
        risk_sets=tuple(found.risk_sets),
        dips=tuple(found.dips),
    )


def _evaluate_outcome(found: _Findings, frame: AnalysisFrame, plan: EvaluationPlan, outcome: Outcome) -> None:
    # A value that is missing or infinite has no mean; panel and series refuse it below, with its remedy.
    if np.isfinite(frame.table.loc[frame.table["outcome"] == outcome.id, "value"]).all():
        found.means.extend(mean_points(frame, plan, outcome))
    public = plan.data_kind.value == "public"
    if plan.time_series is not None and (public or has_quarters(frame, outcome.id)):
        _attempt(found, plan, outcome, "time_series", lambda: _add_series(found, frame, plan, outcome.id), needed=public)
    if "pre_post" in plan.design.analyses and (plan.time_series is None or not public):
        _attempt(found, plan, outcome, "pre_post", lambda: _add_changes(found, make_panel(frame, plan, outcome.id), plan))
    if "did" in plan.design.analyses:
        _attempt(found, plan, outcome, "did", lambda: _add_did(found, frame, make_panel(frame, plan, outcome.id), plan))


def _attempt(
    found: _Findings, plan: EvaluationPlan, outcome: Outcome, analysis: str, work: Callable[[], object], *, needed: bool = True
) -> None:
    try:
        work()
    except EstimationError as exc:
        if (needed and outcome.id == plan.primary_outcome) or exc.code == "EST-ENGINES":
            raise
        found.refusals.append(Refusal(outcome.id, analysis, exc.code))


def _add_changes(found: _Findings, panel: Panel, plan: EvaluationPlan) -> None:
    estimates, sizes = estimate_changes(panel, plan)
    found.estimates.extend(estimates)
    found.sizes.extend(sizes)
    found.chosen.extend(expected_returns(panel, plan))
    found.validity.extend(validity_of(estimates, panel, plan))
    found.routes.extend(routes_beside(estimates, panel, plan))


def _add_series(found: _Findings, frame: AnalysisFrame, plan: EvaluationPlan, outcome: str) -> None:
    study = study_series(frame, plan, outcome)
    found.time_series.append(study.finding)
    found.estimates.append(study.estimate)
    found.validity.append(study.validity)


def _add_single_unit(found: _Findings, frame: AnalysisFrame, panel: Panel, plan: EvaluationPlan) -> None:
    study = study_single_unit(frame, plan, panel)
    found.single_unit.append(study.finding)
    found.estimates.append(study.estimate)
    found.validity.extend([] if study.validity is None else [study.validity])


def _add_matched(found: _Findings, frame: AnalysisFrame, panel: Panel, plan: EvaluationPlan) -> MatchedStudy:
    study = study_matched(frame, panel, plan)
    found.estimates.append(study.estimate)
    found.validity.extend(study.validity)
    found.matchings.append(study.finding)
    return study


def _add_adjusted(found: _Findings, frame: AnalysisFrame, panel: Panel, plan: EvaluationPlan) -> None:
    study = study_adjusted(frame, panel, plan)
    found.estimates.append(study.estimate)
    found.validity.extend(study.validity)
    found.adjustments.append(study.finding)


def _add_risk_sets(found: _Findings, frame: AnalysisFrame, plan: EvaluationPlan, outcome: str) -> None:
    study = study_risk_sets(frame, plan, outcome)
    found.estimates.append(study.estimate)
    found.validity.extend(study.validity)
    found.risk_sets.append(study.finding)


def _add_did(found: _Findings, frame: AnalysisFrame, panel: Panel, plan: EvaluationPlan) -> None:
    matched: MatchedStudy | None = None
    if plan.single_unit is not None:
        _add_single_unit(found, frame, panel, plan)
    if is_staggered(panel, plan):
        _add_cohorts(found, study_cohorts(frame, panel, plan), plan)
        return
    if decides(plan) and not panel.public:
        matched = _add_matched(found, frame, panel, plan)
        found.estimates.extend(beside(estimate, matched.estimate) for estimate in estimate_did(panel, plan))
    else:
        estimates = estimate_did(panel, plan)
        found.estimates.extend(estimates)
        found.validity.extend(validity_of(estimates, panel, plan))
        found.routes.extend(routes_beside(estimates, panel, plan))
    if plan.design.adjustment is not None and not panel.public:
        _add_adjusted(found, frame, panel, plan)
    elif plan.design.adjustment is not None:
        asked = plan.outcome(panel.outcome)
        _attempt(found, plan, asked, "adjustment", partial(_add_adjusted, found, frame, panel, plan), needed=False)
    if plan.design.matching is not None and matched is None and not panel.public:
        asked = plan.outcome(panel.outcome)
        _attempt(found, plan, asked, "matching", partial(_add_matched, found, frame, panel, plan), needed=False)
    if plan.design.staggered is not None and has_terms(frame, panel.outcome):
        asked = plan.outcome(panel.outcome)
        _attempt(found, plan, asked, "risk_sets", partial(_add_risk_sets, found, frame, plan, asked.id), needed=False)
    if matched is not None and not matched.equal:
        found.tests.append(untestable(panel.outcome))
        return
    if matched is not None:
        frame, panel = of_matched(frame, panel, matched.kept), part_of(panel, matched.kept)
    _add_pooled_path(found, frame, panel, plan)


def _add_cohorts(found: _Findings, study: CohortStudy, plan: EvaluationPlan) -> None:
    found.estimates.extend(study.estimates)
    found.validity.extend(study.validity)
    found.staggered.append(study.finding)
    found.tests.append(study.leads)
    found.path.extend(study.path)
    _add_bounds(found, study.trend, plan)


def _add_pooled_path(found: _Findings, frame: AnalysisFrame, panel: Panel, plan: EvaluationPlan) -> None:
    quarters = quarter_panel(frame, plan, panel.outcome)
    test, path = study_events(quarters or panel, plan.design.confidence_level)
    found.tests.append(replace(test, name=JOINT_LEADS_QUARTERS) if quarters else test)
    found.path.extend(path)
    _add_bounds(found, pooled_path(quarters or panel), plan)
    found.dips.append(look_for_dip(quarters or panel, plan, by_quarter=quarters is not None))


def _add_bounds(found: _Findings, path: TrendPath | None, plan: EvaluationPlan) -> None:
    if path is not None:
        smooth = smooth_bounds(path, plan.design.confidence_level)
        found.honest.append(bounds_of(path, plan.design.confidence_level))
        found.smooth.extend([] if smooth is None else [smooth])


def _flow(frame: AnalysisFrame, outcome: str) -> SampleFlow:
    for flow in frame.flows:
        if flow.outcome == outcome:
            return flow
    raise refusal(outcome, "EST-EMPTY", "urvalsflödet saknas för det primära måttet; kör utvärderingen från leveransen igen")
