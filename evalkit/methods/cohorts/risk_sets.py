"""Rolling starts of persons: each start group against those who had not started in the same calendar term, put together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from evalkit.findings.cell import DisclosureEvidence
from evalkit.findings.estimate import Estimate
from evalkit.findings.risk_sets import RiskSetFinding
from evalkit.findings.staggered import CohortEffect
from evalkit.findings.validity import RouteValidity
from evalkit.methods import engines
from evalkit.methods.cohorts import second_engine
from evalkit.methods.cohorts.details import JoinedCohort, joined_cohorts
from evalkit.methods.cohorts.group_time import GroupTime, Rules, Starts, cohort_effect, group_times, overall
from evalkit.methods.cohorts.study import comparable, starts_of
from evalkit.methods.disclosure_facts import SUMS, evidence_of_groups
from evalkit.methods.estimates import Checked, Labels, finish
from evalkit.methods.fits import Fit, Floats, is_negligible
from evalkit.methods.panel import Panel, make_panel, refusal, require_both_groups
from evalkit.methods.route_validity import finding_of
from evalkit.methods.router import Route
from evalkit.methods.validity.measure import Measurement, measure
from evalkit.methods.validity.weighted_designs import WeightedDesign, design_of, tests_of_route

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.records.stations import AnalysisFrame

LEAST_TERMS = 3
SHARED = {"cluster": "common-shocks-in-clusters"}


@dataclass(frozen=True, slots=True)
class RiskSetStudy:
    """What the start groups of one register outcome give."""

    estimate: Estimate
    validity: tuple[RouteValidity, ...]
    finding: RiskSetFinding


def has_terms(frame: AnalysisFrame, outcome: str) -> bool:
    """Whether an outcome is known term by term."""
    return frame.terms is not None and bool((frame.terms["outcome"] == outcome).any())


def study_risk_sets(frame: AnalysisFrame, plan: EvaluationPlan, outcome: str) -> RiskSetStudy:
    """Estimate the mean effect over start groups, each against its risk set: who had not started in the same term.

    A person's first term with the intervention is treated, also where it began late in it; the last term before it is the level
    that is compared with.

    Raises
    ------
    EstimationError
        If fewer than three terms are known, nobody can be compared with, or two engines disagree.
    """
    rules = plan.design.staggered
    assert rules is not None
    panel, n_left = _panel(frame, plan, outcome)
    panel = comparable(panel, rules)
    starts = starts_of(panel)
    cells = group_times(starts, Rules(rules.compare_with, anticipation=rules.anticipation), None, outcome)
    weights = overall(cells, starts)
    design = design_of(panel, rules, weights)
    route, measured = _route(plan, design)
    labels = Labels(
        f"did-cohorts.{outcome}",
        plan.design.estimand,
        "risk-sets",
        "all",
        (panel.periods[0], panel.periods[-1]),
        route,
        not route.inference.endswith("conditional"),
    )
    change = (panel.y * (weights != 0)).sum(axis=1)
    evidence = evidence_of_groups(change, panel.treated, public=False, is_sum=plan.outcome(outcome).kind.value in SUMS)
    checked = _fit(panel, design, weights, labels, (starts, cells, rules.anticipation))
    estimate = finish(panel, plan, labels, checked, evidence)
    groups = joined_cohorts(starts, plan.design.starts.least_cohort)
    finding = RiskSetFinding(
        outcome=outcome,
        comparison=rules.compare_with,
        anticipation=rules.anticipation,
        first=panel.periods[0],
        last=panel.periods[-1],
        n_terms=len(panel.periods),
        n_persons=panel.n_units,
        n_left=n_left,
        joined=len(starts.cohorts) - len(groups),
        cohorts=tuple(effect for group in groups if (effect := _effect(panel, starts, cells, group)) is not None),
    )
    return RiskSetStudy(estimate, () if measured is None else (finding_of(estimate, measured),), finding)


def _panel(frame: AnalysisFrame, plan: EvaluationPlan, outcome: str) -> tuple[Panel, int]:
    """Return persons by term, without those who lack a term or had started in the first one; and how many those are."""
    assert frame.terms is not None
    rows = frame.terms[frame.terms["outcome"] == outcome]
    if rows["order"].nunique() < LEAST_TERMS:
        raise refusal(
            outcome,
            "EST-FEW-PERIODS",
            f"{rows['order'].nunique()} terminer är kända för alla; minst {LEAST_TERMS} behövs, leverera registret för längre tid",
        )
    lacking = rows["value"].isna().groupby(rows["unit"]).transform("any")
    early = (rows["is_after"] & (rows["order"] == 0)).groupby(rows["unit"]).transform("any")
    kept = rows[~lacking & ~early].assign(is_after=lambda table: table["is_after"].astype(bool))
    kept = kept.assign(treated=kept["treated"].astype(bool), value=kept["value"].astype("float64"))
    left = int(rows["unit"].nunique() - kept["unit"].nunique())
    panel = make_panel(replace(frame, table=kept.reset_index(drop=True)), plan, outcome)
    if not panel.treated.all():
        require_both_groups(panel)
    return panel, left


def _route(plan: EvaluationPlan, design: WeightedDesign) -> tuple[Route, Measurement | None]:
    if plan.design.assigned_at == "cluster":
        return Route("risk-sets", "none", "cohorts-in-clusters"), None
    if plan.design.common_shocks_at == "cluster":
        return Route("risk-sets", "none", "common-shocks-in-clusters"), None
    found = measure(design, plan.seed)
    if found.chosen is None:
        return Route("risk-sets", "none", "no-route-holds", found), found
    if plan.design.common_shocks_at == "group":
        return Route("risk-sets", f"{found.chosen.name}-conditional", "common-shocks-in-groups", found), found
    return Route("risk-sets", found.chosen.name, "risk-sets", found), found


def _fit(
    panel: Panel, design: WeightedDesign, weights: Floats, labels: Labels, made: tuple[Starts, tuple[GroupTime, ...], int]
) -> Checked:
    value = float((weights * (panel.y - panel.y[:, :1])).sum())
    name = labels.route.inference.removesuffix("-conditional")
    if name == "none":
        return Fit(value, None, None), None
    tests = tests_of_route(name, design.sums, panel.y[None])
    if is_negligible(float(tests[0].std_error[0]) ** 2, panel.y - panel.y[0, 0]):
        raise refusal(panel.outcome, "EST-CONSTANT", "alla utvecklas exakt lika, så osäkerheten går inte att skatta")
    fit = Fit(value, float(tests[0].std_error[0]), float(tests[0].df[0]), tests if len(tests) > 1 else ())
    engine = second_engine.cohorts_by_means(panel.y, *made, design.levels, weights)
    return fit, engines.compare(labels.id, fit, engine)


def _effect(panel: Panel, starts: Starts, cells: tuple[GroupTime, ...], group: JoinedCohort) -> CohortEffect | None:
    """Return one start group's mean effect, each start term in it by its persons; None where nobody can be compared with."""
    parts = [(starts.size(g), w) for g in group.starts if (w := cohort_effect(cells, g)) is not None]
    if not parts:
        return None
    total = sum(n for n, _ in parts)
    weights = np.sum([w * (n / total) for n, w in parts], axis=0)
    smallest = min(c.n_comparison for c in cells if c.cohort in group.starts and c.event_time >= 0)
    first, last = (panel.periods[end] for end in group.label)
    return CohortEffect(
        outcome=panel.outcome,
        cohort=first if first == last else f"{first}–{last}",
        n_units=total,
        n_comparison=smallest,
        value=float((weights * (panel.y - panel.y[:, :1])).sum()),
        interval=None,
        evidence=DisclosureEvidence(min(total, smallest)),
    )
