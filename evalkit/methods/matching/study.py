"""The matched comparison of one outcome: who is matched, how alike the groups became, and the difference of changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from evalkit.findings.estimate import Estimate, TestOutcome
from evalkit.findings.matching import MatchingFinding, Unmatched
from evalkit.findings.validity import RouteValidity
from evalkit.methods import engines
from evalkit.methods.cohorts.covariates import Covariates, balance_of, covariates_of
from evalkit.methods.disclosure_facts import SUMS, evidence_of_groups
from evalkit.methods.estimates import Checked, Labels, finish
from evalkit.methods.event_study import JOINT_LEADS
from evalkit.methods.fits import Bools, Fit, Floats, Ints, is_negligible
from evalkit.methods.matching.design import design_of_links
from evalkit.methods.matching.distance import mahalanobis, propensity
from evalkit.methods.matching.links import REASONS, Links, keep_sets, match_nearest, match_once
from evalkit.methods.matching.second_engine import engine_of
from evalkit.methods.panel import Panel, part_of, refusal, require_both_groups
from evalkit.methods.pre_post import before_and_after
from evalkit.methods.route_validity import finding_of
from evalkit.methods.router import Route, choose_route
from evalkit.methods.validity.matched_designs import MatchedDesign, matched_tests
from evalkit.methods.validity.measure import Measurement, measure

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.plan.matching import Matching
    from evalkit.records.stations import AnalysisFrame

LEAST = 3
"""Fewest matched treated persons, and fewest comparison persons used."""
BASELINE = "start_value"
"""Name of the outcome's own value before the start among the background."""
_SAID = {"too-far": "ingen inom caliper", "nobody-alike": "ingen lika i exact eller i samma par", "taken": "alla lika redan tagna"}


@dataclass(frozen=True, slots=True)
class MatchedStudy:
    """What the matching of one outcome gives.

    Attributes
    ----------
    kept : shape (n_units,)
        Who is part of the matched comparison, in the panel's order.
    equal : bool
        Whether everybody of a group weighs the same, so that what is said of the plain groups of matched persons holds.
    """

    estimate: Estimate
    validity: tuple[RouteValidity, ...]
    finding: MatchingFinding
    kept: Bools
    equal: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Background:
    """What is matched on (`near`), told about (`told`), and what says where the groups differ (`all`)."""

    near: Floats
    told: Covariates
    all: Floats
    alike: tuple[str, ...]
    sets: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Settled:
    """Who is matched with whom, before any outcome is compared.

    Attributes
    ----------
    near : one array of places for each of `links.used`
        The person and the nearest in the own group; empty where nobody's variance is needed.
    taken_out : shape (n_units, q), what regression takes out
    """

    links: Links
    design: MatchedDesign
    told: Covariates
    near: tuple[Ints, ...]
    taken_out: Floats


def decides(plan: EvaluationPlan) -> bool:
    """Whether the matched comparison is the plan's answer; else it stands beside."""
    return plan.design.matching is not None and plan.design.comparison.value == "matched"


def study_matched(frame: AnalysisFrame, panel: Panel, plan: EvaluationPlan) -> MatchedStudy:
    """Match, and estimate the difference of changes between matched persons.

    The matching sees groups and background, and where the plan says so the value before the start; nothing after it.

    Raises
    ------
    EstimationError
        If a group is empty, background tells the groups apart, or fewer than three persons can be matched.
    """
    require_both_groups(panel)
    decisive = None if plan.decisive_occasion is None else plan.occasion(plan.decisive_occasion).label
    first, last = before_and_after(panel, decisive)
    settled = settle(frame, panel, plan)
    links, design = settled.links, settled.design
    route, measured = _route(panel, plan, design)
    kept = links.weights > 0
    change = panel.y[:, last] - panel.y[:, first]
    labels = _labels(panel, plan, route, (panel.periods[first], panel.periods[last]))
    checked = _fit(panel.outcome, design, change[kept | _only_for_spread(design, panel)], labels)
    sums = plan.outcome(panel.outcome).kind.value in SUMS
    evidence = evidence_of_groups(change[kept], panel.treated[kept], public=False, is_sum=sums)
    estimate = finish(part_of(panel, kept), plan, labels, checked, evidence)
    validity = () if measured is None else (finding_of(estimate, measured),)
    finding = _finding(panel, plan, links, settled.told)
    weights = links.weights[kept & ~panel.treated]
    return MatchedStudy(estimate, validity, finding, kept, bool(np.ptp(weights) < 1e-9))


def settle(frame: AnalysisFrame, panel: Panel, plan: EvaluationPlan) -> Settled:
    """Return who is matched with whom; raises `EstimationError` as `study_matched` does."""
    rules = plan.design.matching
    assert rules is not None
    decisive = None if plan.decisive_occasion is None else plan.occasion(plan.decisive_occasion).label
    first, _ = before_and_after(panel, decisive)
    known = _background(frame, panel, rules, panel.y[:, first] if rules.on_start_value else None)
    links = _links(panel, rules, known)
    _require(panel, links)
    taken_out = known.near if rules.remaining == "regression" else known.near[:, :0]
    design = design_of_links(links, panel.treated, known.all, taken_out if taken_out.shape[1] else None)
    kept = np.flatnonzero((links.weights > 0) | _only_for_spread(design, panel))
    weights = np.frombuffer(design.near).reshape(-1, design.n) if design.near else np.empty((0, design.n))
    return Settled(links, design, known.told, tuple(kept[row > 0] for row in weights), taken_out)


def _background(frame: AnalysisFrame, panel: Panel, rules: Matching, start: Floats | None) -> _Background:
    units = sorted(frame.table.loc[frame.table["outcome"] == panel.outcome, "unit"].unique())
    near = covariates_of(frame.persons, units, rules.columns)
    exact = covariates_of(frame.persons, units, [name for name in rules.exact if name not in rules.columns])
    own = near.x if start is None else np.column_stack([near.x, start])
    names = near.names if start is None else (*near.names, (BASELINE, ""))
    shown = near.shown if start is None else np.column_stack([near.shown, start])
    told = Covariates(
        x=own,
        names=(*names, *exact.names),
        shown=np.column_stack([shown, exact.shown]),
        n_without=max(near.n_without, exact.n_without),
    )
    rows = frame.persons.set_index("unit").reindex(units)
    alike = covariates_of(frame.persons, units, rules.exact).shown
    labels = tuple(",".join(f"{value:.9g}" for value in row) for row in alike)
    named = [] if rules.set_column is None else rows[rules.set_column].tolist()
    sets = tuple("" if value is None or value != value else str(value) for value in named)  # noqa: PLR0124 - NaN
    return _Background(own, told, np.column_stack([own, exact.x]), labels, sets)


def _links(panel: Panel, rules: Matching, known: _Background) -> Links:
    """Return the links in the panel's order: the algorithms take treated persons first."""
    treated = panel.treated
    if rules.method == "sets":
        return keep_sets(treated, known.sets)
    distance = _distance(panel, rules, known)
    alike = np.array(known.alike)
    distance = np.where(alike[treated][:, None] == alike[~treated][None, :], distance, np.inf)
    way = match_nearest if rules.reuse or rules.method == "exact" else match_once
    found = way(distance, rules.neighbours, rules.caliper)
    return found.placed(np.concatenate([np.flatnonzero(treated), np.flatnonzero(~treated)]))


def _distance(panel: Panel, rules: Matching, known: _Background) -> Floats:
    if rules.method == "exact":
        return np.zeros((int(panel.treated.sum()), int((~panel.treated).sum())))
    if rules.method == "propensity":
        return propensity(known.near, panel.treated, panel.outcome)
    return mahalanobis(known.near, panel.treated)


def _require(panel: Panel, links: Links) -> None:
    if min(len(links.matched), len(links.used)) >= LEAST:
        return
    counts = {reason: links.reasons.count(reason) for reason in REASONS}
    why = ", ".join(f"{_SAID.get(reason, 'inget par angivet')}: {n}" for reason, n in counts.items() if n)
    raise refusal(
        panel.outcome,
        "EST-MATCHED",
        f"{len(links.matched)} med insats kunde matchas med {len(links.used)} i jämförelsegruppen; minst {LEAST} av varje behövs "
        f"({why or 'samma personer används om och om igen'}); vidga caliper, ta bort bakgrund ur exact, tillåt reuse eller skaffa "
        "en större jämförelsegrupp",
    )


def _only_for_spread(design: MatchedDesign, panel: Panel) -> Bools:
    return ~panel.treated & bool(design.near)


def _route(panel: Panel, plan: EvaluationPlan, design: MatchedDesign) -> tuple[Route, Measurement | None]:
    """Return the route: that of the plain comparison decides what may be said, the simulation of the sets by which test."""
    plain = choose_route(panel, plan)
    if plan.design.assigned_at == "cluster":
        return Route("did-matched", "none", "matched-in-clusters"), None
    if plain.inference == "none" and plain.reason != "no-route-holds":
        return Route("did-matched", "none", plain.reason), None
    _ = design.sums  # a refusal of too much background comes here, with its remedy
    found = measure(design, plan.seed)
    if found.chosen is None:
        return Route("did-matched", "none", "matched-no-route", found), found
    conditional = plan.design.common_shocks_at == "group"
    name = found.chosen.name + ("-conditional" if conditional else "")
    return Route("did-matched", name, "common-shocks-in-groups" if conditional else "matched-sets", found), found


def _labels(panel: Panel, plan: EvaluationPlan, route: Route, ends: tuple[str, str]) -> Labels:
    name = "did" if decides(plan) else "did-matched"
    return Labels(
        f"{name}.{panel.outcome}", "ATT-matched", "did-matched", "all", ends, route, not route.inference.endswith("conditional")
    )


def _fit(outcome: str, design: MatchedDesign, change: Floats, labels: Labels) -> Checked:
    value = float(design.estimates(change[None])[0])
    name = labels.route.inference.removesuffix("-conditional")
    if name == "none":
        return Fit(value, None, None), None
    tests = matched_tests(name, design, change[None])
    if is_negligible(float(tests[0].std_error[0]) ** 2, change):
        raise refusal(outcome, "EST-CONSTANT", "alla matchade skiljer sig exakt lika mycket; kontrollera kolumnen")
    fit = Fit(value, float(tests[0].std_error[0]), float(tests[0].df[0]), tests if len(tests) > 1 else ())
    return fit, engines.compare(labels.id, fit, engine_of(name, design, change))


def _finding(panel: Panel, plan: EvaluationPlan, links: Links, told: Covariates) -> MatchingFinding:
    rules = plan.design.matching
    assert rules is not None
    rows = balance_of(panel.treated, links.weights, told)
    worth = links.weights[links.used]
    counts = ((reason, links.reasons.count(reason)) for reason in REASONS)
    return MatchingFinding(
        outcome=panel.outcome,
        method=rules.method,
        decides=decides(plan),
        columns=rules.columns,
        exact=rules.exact,
        neighbours=rules.neighbours,
        reuse=rules.reuse and rules.method not in {"sets", "exact"},
        caliper=rules.caliper,
        on_start_value=rules.on_start_value,
        remaining=rules.remaining == "regression" and told.x.shape[1] > 0,
        n_treated=int(panel.treated.sum()),
        n_matched=len(links.matched),
        n_comparison=int((~panel.treated).sum()),
        n_used=len(links.used),
        effective=float(worth.sum() ** 2 / (worth**2).sum()),
        largest_before=max((abs(row.before) for row in rows), default=0.0),
        largest_after=max((abs(row.after) for row in rows), default=0.0),
        left_out=tuple(Unmatched(reason, n) for reason, n in counts if n),
        n_without=told.n_without,
        rows=rows,
    )


def of_matched(frame: AnalysisFrame, panel: Panel, kept: Bools) -> AnalysisFrame:
    """Return the frame with the matched persons' rows alone of the panel's outcome."""
    mine = frame.table["outcome"] == panel.outcome
    units = np.array(sorted(frame.table.loc[mine, "unit"].unique()))[kept]
    return replace(frame, table=frame.table[mine & frame.table["unit"].isin(units)].reset_index(drop=True))


def untestable(outcome: str) -> TestOutcome:
    """Return that development before the start cannot be tested where matched persons weigh differently."""
    return TestOutcome(JOINT_LEADS, outcome, "cannot_be_tested", None, None, None, None, 0, None, "matched-weighted")


def beside(estimate: Estimate, matched: Estimate) -> Estimate:
    """Return the comparison before matching as what stands beside the matched one: its value, no interval and no p-value.

    Two values that differ by few persons would tell about those: they are counted as what stands behind it.
    """
    apart = estimate.n_units - matched.n_units
    persons = min(estimate.evidence.n_persons, apart) if apart else estimate.evidence.n_persons
    return replace(
        estimate,
        evidence=replace(estimate.evidence, n_persons=persons),
        id=estimate.id.replace("did", "did-unmatched", 1),
        std_error=None,
        interval=None,
        df=None,
        p_value=None,
        inference="none",
        route_reason="before-matching",
        false_positive_rate=None,
        second_engine=None,
    )
