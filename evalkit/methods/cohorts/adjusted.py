"""The comparison of two groups with an eye to their background: doubly robust, and how alike the groups became.

Persons: the change between two occasions. Public units with one common start: the change of their means, before and after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evalkit.findings.adjustment import AdjustmentFinding
from evalkit.findings.estimate import Estimate
from evalkit.findings.validity import RouteValidity
from evalkit.methods import engines
from evalkit.methods.cohorts import second_engine
from evalkit.methods.cohorts.covariates import Covariates, balance_of, covariates_of
from evalkit.methods.cohorts.doubly_robust import DR, REGRESSION, WEIGHTING, unit_weights
from evalkit.methods.disclosure_facts import SUMS, evidence_of_groups
from evalkit.methods.estimates import Checked, Labels, change_of, finish
from evalkit.methods.fits import Bools, Fit, Floats, is_negligible
from evalkit.methods.panel import Panel, refusal, require_both_groups
from evalkit.methods.pre_post import before_and_after
from evalkit.methods.route_validity import finding_of
from evalkit.methods.router import LEAST_CLUSTERS, Route, choose_route
from evalkit.methods.validity.measure import Measurement, measure
from evalkit.methods.validity.weighted_designs import WeightedDesign, tests_of_route

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.records.stations import AnalysisFrame

METHODS = {"doubly_robust": DR, "regression": REGRESSION, "weighting": WEIGHTING}
"""The plan's words -> those of `evalkit.methods.cohorts.doubly_robust`."""
ALIKE = 1e-9
"""A number that differs less between units, relative to its size, is the same for all of them."""


@dataclass(frozen=True, slots=True)
class AdjustedStudy:
    """What the adjustment of one outcome gives."""

    estimate: Estimate
    validity: tuple[RouteValidity, ...]
    finding: AdjustmentFinding


def study_adjusted(frame: AnalysisFrame, panel: Panel, plan: EvaluationPlan) -> AdjustedStudy:
    """Estimate the difference of changes with the comparison made alike in background, beside the plain one.

    Raises
    ------
    EstimationError
        If a group is empty, covariates cannot be told apart, or they tell the groups apart completely. Public units: also if
        they started in different periods, a group has fewer than three, or a covariate is the same for all.
    """
    require_both_groups(panel)
    if panel.public:
        _require_one_start(panel)
    rules = plan.design.adjustment
    assert rules is not None
    y, ends = _two_values(panel, plan)
    units = sorted(frame.table.loc[frame.table["outcome"] == panel.outcome, "unit"].unique())
    background = covariates_of(frame.persons, units, rules.covariates)
    if panel.public:
        _require_spread(panel.outcome, background)
    own = unit_weights(panel.treated, background.x, METHODS[rules.method], panel.outcome)
    design = _design(panel.treated, own, background.x)
    route, measured = _route(panel, plan, design)
    labels = _labels(panel, plan, route, ends)
    sums = plan.outcome(panel.outcome).kind.value in SUMS
    evidence = evidence_of_groups(y[:, 1] - y[:, 0], panel.treated, public=panel.public, is_sum=sums)
    checked = _fit(design, own, y, labels, METHODS[rules.method])
    if panel.public and checked[0].std_error is not None and is_negligible(checked[0].std_error ** 2, y[:, 1]):
        raise refusal(
            panel.outcome, "EST-CONSTANT", "bakgrunden förklarar varje förändring helt, så osäkerheten går inte att skatta"
        )
    estimate = finish(panel, plan, labels, checked, evidence)
    shares = _shares(panel.treated, background.x, METHODS[rules.method], panel.outcome)
    weights = np.ones(panel.n_units)
    weights[~panel.treated] = shares
    finding = AdjustmentFinding(
        outcome=panel.outcome,
        method=rules.method,
        n_comparison=int((~panel.treated).sum()),
        effective=float(shares.sum() ** 2 / (shares**2).sum()),
        n_without=background.n_without,
        rows=balance_of(panel.treated, weights, background, public=panel.public),
    )
    return AdjustedStudy(estimate, () if measured is None else (finding_of(estimate, measured),), finding)


def _two_values(panel: Panel, plan: EvaluationPlan) -> tuple[Floats, tuple[str, str]]:
    """Return what each unit's change lies between, shape (n_units, 2), and its occasions; of public units zero and the change."""
    if panel.public:
        change, ends = change_of(panel, plan)
        return np.column_stack([np.zeros(panel.n_units), change]), ends
    decisive = None if plan.decisive_occasion is None else plan.occasion(plan.decisive_occasion).label
    first, last = before_and_after(panel, decisive)
    return panel.y[:, [first, last]], (panel.periods[first], panel.periods[last])


def _require_one_start(panel: Panel) -> None:
    if panel.staggered:
        raise refusal(
            panel.outcome,
            "EST-STARTS",
            "enheterna började i olika perioder; hänsyn till bakgrund kräver en gemensam start: avgränsa till en startgrupp eller "
            "ta bort adjustment",
        )
    counts = int(panel.treated.sum()), int((~panel.treated).sum())
    if min(counts) < LEAST_CLUSTERS:
        raise refusal(
            panel.outcome,
            "EST-ADJUST-FEW",
            f"{counts[0]} enheter med insats och {counts[1]} att jämföra med; minst {LEAST_CLUSTERS} i varje grupp behövs för "
            "att ta hänsyn till bakgrund",
        )


def _require_spread(outcome: str, background: Covariates) -> None:
    for (name, level), column in zip(background.names, background.shown.T, strict=True):
        if not level and np.ptp(column) <= ALIKE * float(np.abs(column).max()):
            text = f"{name} är lika för alla enheter före start; ta bort det ur design.adjustment.covariates"
            raise refusal(outcome, "EST-COVARIATES", text)


def _design(treated: Bools, own: Floats, x: Floats) -> WeightedDesign:
    after = np.column_stack([np.zeros(len(treated), dtype=bool), treated])
    weights = np.column_stack([-own, own])
    return WeightedDesign(
        len(treated), 2, after.tobytes(), np.ascontiguousarray(weights).tobytes(), covariates=x.tobytes(), persons=True
    )


def _route(panel: Panel, plan: EvaluationPlan, design: WeightedDesign) -> tuple[Route, Measurement | None]:
    """Return the route: that of the plain comparison decides what may be said, the simulation of this one by which test."""
    plain = choose_route(panel, plan)
    apart = panel.treated_clusters + panel.comparison_clusters == panel.n_units
    if not apart if panel.public else plan.design.assigned_at == "cluster":
        return Route("did-adjusted", "none", "adjusted-in-clusters"), None
    if plain.inference == "none" and plain.reason != "no-route-holds":
        return Route("did-adjusted", "none", plain.reason), None
    found = measure(design, plan.seed)
    if found.chosen is None:
        return Route("did-adjusted", "none", "no-route-holds", found), found
    conditional = plain.inference.endswith("-conditional")
    reason = "adjusted-units" if panel.public else "adjusted-for-background"
    name = found.chosen.name + ("-conditional" if conditional else "")
    return Route("did-adjusted", name, plain.reason if conditional else reason, found), found


def _labels(panel: Panel, plan: EvaluationPlan, route: Route, ends: tuple[str, str]) -> Labels:
    shown = not route.inference.endswith("conditional")
    estimand = f"{plan.design.estimand}-clusters" if panel.public else plan.design.estimand
    return Labels(f"did-adjusted.{panel.outcome}", estimand, "did-adjusted", "all", ends, route, shown)


def _fit(design: WeightedDesign, own: Floats, y: Floats, labels: Labels, method: str) -> Checked:
    value = float((own * (y[:, 1] - y[:, 0])).sum())
    name = labels.route.inference.removesuffix("-conditional")
    if name == "none":
        return Fit(value, None, None), None
    tests = tests_of_route(name, design.sums, y[None])
    fit = Fit(value, float(tests[0].std_error[0]), float(tests[0].df[0]), tests if len(tests) > 1 else ())
    treated, x = design.treatment[:, 1], np.frombuffer(design.covariates).reshape(design.n_units, -1)
    engine = second_engine.adjusted_by_statsmodels(y, treated, x, method, design.levels)
    return fit, engines.compare(labels.id, fit, engine)


def _shares(treated: Bools, x: Floats, method: str, outcome: str) -> Floats:
    """Return the weight of each comparison person: the propensity's for doubly robust, else those of the estimate itself."""
    weights = unit_weights(treated, x, WEIGHTING if method == DR else method, outcome)
    return -weights[~treated]
