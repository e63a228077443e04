"""From panels to findings: each estimate with its label, route, interval, second engine and disclosure evidence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from evalkit.findings.cell import DisclosureEvidence
from evalkit.findings.estimate import EffectSize, Estimate, SecondEngine
from evalkit.methods import did, engines
from evalkit.methods.disclosure_facts import SUMS, evidence_of_groups, evidence_of_mean
from evalkit.methods.fits import Bools, Fit, Floats, is_negligible, mean, t_interval, t_p_value, variance
from evalkit.methods.panel import Panel, require_both_groups, require_treated
from evalkit.methods.pre_post import before_and_after, cluster_means, effect_sizes, fit_change, own_means
from evalkit.methods.route_validity import worst_rate
from evalkit.methods.router import Route, choose_change_route, choose_route
from evalkit.plan.units import difference_unit

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan

Checked = tuple[Fit, SecondEngine | None]


@dataclass(frozen=True, slots=True)
class Labels:
    """What an estimate is called, apart from its numbers; `show_p` is False where no p-value may be printed."""

    id: str
    estimand: str
    estimator: str
    group: str
    occasions: tuple[str, ...]
    route: Route
    show_p: bool = True


def estimate_changes(panel: Panel, plan: EvaluationPlan) -> tuple[tuple[Estimate, ...], tuple[EffectSize, ...]]:
    """Estimate the mean change of each group, and the effect sizes of persons' changes.

    Public units are compared with themselves, mean after their own start against mean before; comparison units, which have no
    start, are left out then.

    Raises
    ------
    EstimationError
        If nobody is treated, or a group has fewer than two units.
    """
    require_treated(panel)
    if panel.public:
        return (_unit_change(panel, plan),), ()
    columns = before_and_after(panel, _decisive(plan))
    estimates: list[Estimate] = []
    sizes: list[EffectSize] = []
    for group in ("treated", "comparison"):
        part = _members(panel, group)
        if part.any():
            estimate = _person_change(panel, plan, group, columns)
            estimates.append(estimate)
            sizes.extend(effect_sizes(estimate.id, estimate.value, panel.y[part, columns[0]], panel.y[part, columns[1]]))
    return tuple(estimates), tuple(sizes)


def estimate_did(panel: Panel, plan: EvaluationPlan) -> tuple[Estimate, ...]:
    """Estimate the difference-in-differences on the route that the design allows; beside a cluster mean, the person-weighted value.

    Raises
    ------
    EstimationError
        If a group is empty, or the second engine disagrees.
    """
    require_both_groups(panel)
    route = choose_route(panel, plan)
    change, occasions = change_of(panel, plan)
    evidence = evidence_of_groups(change, panel.treated, public=panel.public, is_sum=_is_sum(panel, plan))
    estimand = f"{plan.design.estimand}-clusters" if route.estimator == "did-collapsed" else plan.design.estimand
    shown = not route.inference.endswith("conditional")
    labels = Labels(f"did.{panel.outcome}", estimand, route.estimator, "all", occasions, route, shown)
    shown_on = _on_clusters(panel, evidence, "treated", "comparison") if route.estimator == "did-collapsed" else evidence
    main = finish(panel, plan, labels, _fit_did(panel, labels, change), shown_on)
    if panel.public or route.estimator != "did-collapsed":
        return (main,)
    beside = Route("did-persons", "none", "weighted-by-persons")
    labels = Labels(f"did-persons.{panel.outcome}", plan.design.estimand, "did-persons", "all", occasions, beside)
    return main, finish(panel, plan, labels, (did.difference(change, panel.treated), None), evidence)


def _fit_did(panel: Panel, labels: Labels, change: Floats) -> Checked:
    route, treated = labels.route, panel.treated
    name = route.inference.removesuffix("-conditional")
    if route.estimator == "twfe":
        fit = did.fit_twfe(panel, name)
        if name == "none":
            return Fit(fit.value, None, None), None
        return fit, engines.compare(labels.id, fit, engines.twfe_by_linearmodels(panel))
    if route.estimator == "did-collapsed":
        change, treated = did.collapse(change, treated, panel.cluster)
    if name == "none":
        return did.difference(change, treated), None
    fit = did.fit_units(change, treated, name, panel.outcome)
    return fit, engines.compare(labels.id, fit, engines.units_by_statsmodels(change, treated, fit))


def _person_change(panel: Panel, plan: EvaluationPlan, group: str, columns: tuple[int, int]) -> Estimate:
    part = _members(panel, group)
    change = panel.y[part, columns[1]] - panel.y[part, columns[0]]
    evidence = evidence_of_mean(change, public=False, is_sum=_is_sum(panel, plan))
    selected = plan.design.selected_on_outcome
    reason = {"yes": "selected-on-outcome", "no": "paired-persons"}.get(selected, "paired-selection-unknown")
    estimand, estimator = "change", "paired-change"
    if plan.design.assigned_at == "cluster":
        evidence = _on_clusters(panel, evidence, group)
        change = cluster_means(change, panel.cluster[part])
        estimand, estimator = "change-clusters", "paired-change-clusters"
        reason = "selected-on-outcome" if selected == "yes" else "paired-clusters"
    name, occasions = f"change.{group}.{panel.outcome}", (panel.periods[columns[0]], panel.periods[columns[1]])
    route = _change_route(panel, plan, change, group, reason)
    shown = selected != "yes" and not route.inference.endswith("conditional")
    labels = Labels(name, estimand, estimator, group, occasions, route, shown)
    return finish(panel, plan, labels, _fit_change(panel, labels, change), evidence)


def _unit_change(panel: Panel, plan: EvaluationPlan) -> Estimate:
    before, after = own_means(panel)
    change = after - before
    route = _change_route(panel, plan, change, "treated", "paired-units")
    ends = (panel.periods[0], panel.periods[-1])
    labels = Labels(f"change.treated.{panel.outcome}", "change-units", "paired-change", "treated", ends, route)
    return finish(panel, plan, labels, _fit_change(panel, labels, change), evidence_of_mean(change, public=True))


def _change_route(panel: Panel, plan: EvaluationPlan, change: Floats, group: str, reason: str) -> Route:
    """Return the route of a mean change; value only where all change alike."""
    route = choose_change_route(panel, plan, group, reason)
    if route.inference != "none" and is_negligible(variance(change), change):
        return Route("", "none", "no-spread")
    return route


def _fit_change(panel: Panel, labels: Labels, change: Floats) -> Checked:
    if labels.route.inference == "none":
        return Fit(mean(change), None, None), None
    fit = fit_change(change, panel.outcome, labels.route.inference.removesuffix("-conditional"))
    return fit, engines.compare(labels.id, fit, engines.mean_by_statsmodels(change))


def finish(panel: Panel, plan: EvaluationPlan, labels: Labels, checked: Checked, evidence: DisclosureEvidence) -> Estimate:
    """Return the estimate that a fit makes, with its labels, interval, p-value where its route shows one, and evidence."""
    outcome, part, (fit, second) = plan.outcome(panel.outcome), _members(panel, labels.group), checked
    better = None if fit.value == 0 else (fit.value > 0) == (outcome.direction.value == "higher_better")
    return Estimate(
        id=labels.id,
        outcome=outcome.id,
        label=outcome.label,
        unit=difference_unit(outcome.unit),
        estimand=labels.estimand,
        estimator=labels.estimator,
        group=labels.group,
        occasions=labels.occasions,
        value=fit.value,
        better=better,
        std_error=fit.std_error,
        interval=t_interval(fit, plan.design.confidence_level),
        df=fit.df,
        p_value=t_p_value(fit) if labels.show_p else None,
        inference=labels.route.inference,
        route_reason=labels.route.reason,
        false_positive_rate=worst_rate(labels.route),
        n_units=int(part.sum()),
        n_treated_units=int((part & panel.treated).sum()),
        n_clusters=len(np.unique(panel.cluster[part])),
        n_treated_clusters=len(np.unique(panel.cluster[part & panel.treated])),
        second_engine=second,
        seed=None,
        evidence=evidence,
    )


def _members(panel: Panel, group: str) -> Bools:
    return {"treated": panel.treated, "comparison": ~panel.treated}.get(group, np.ones(panel.n_units, dtype=bool))


def _on_clusters(panel: Panel, evidence: DisclosureEvidence, *groups: str) -> DisclosureEvidence:
    """Return the evidence of a mean over clusters: with two in a group, person-weighted means beside it give both away."""
    if panel.public:
        return evidence
    sizes = [np.unique(panel.cluster[_members(panel, group)], return_counts=True)[1] for group in groups]
    fewest = [int(s.min()) for s in sizes if len(s) == 2]
    return replace(evidence, n_persons=min([evidence.n_persons, *fewest]))


def _is_sum(panel: Panel, plan: EvaluationPlan) -> bool:
    return plan.outcome(panel.outcome).kind.value in SUMS


def _decisive(plan: EvaluationPlan) -> str | None:
    return None if plan.decisive_occasion is None else plan.occasion(plan.decisive_occasion).label


def change_of(panel: Panel, plan: EvaluationPlan) -> tuple[Floats, tuple[str, str]]:
    """Return each unit's change and the occasions it lies between.

    Persons: from the last occasion before the start to the decisive one. Public units: from the mean of the periods before anybody
    was treated to the mean of those after.
    """
    if not panel.public:
        first, last = before_and_after(panel, _decisive(plan))
        return panel.y[:, last] - panel.y[:, first], (panel.periods[first], panel.periods[last])
    start = int(np.nanmin(panel.treated_order))
    level = panel.y - panel.y[:, :1]
    return level[:, start:].mean(axis=1) - level[:, :start].mean(axis=1), (panel.periods[0], panel.periods[-1])
