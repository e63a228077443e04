"""The inference route: which standard error and p-value a design may have. Reads no outcome, only facts known before.

The design's own numbers of units, cluster sizes and starts are simulated without any effect (`evalkit.methods.validity`); the route
is the first one that keeps its rate of false alarms in every declared case. Where none does there is a value and no p-value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evalkit.findings.validity import ORDINARY_CLUSTER
from evalkit.methods.fits import Bools
from evalkit.methods.panel import Panel
from evalkit.methods.validity.designs import Adoption, OneGroup, TwoGroups
from evalkit.methods.validity.lumpy import shapes_of
from evalkit.methods.validity.measure import Design, Measurement, measure

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan

LEAST_CLUSTERS = 3
"""Fewest clusters (or units of public data) in each group behind any standard error."""
MANY_CLUSTERS = 30
MANY_IN_EACH_GROUP = 20
MANY_IN_SHORT_PANEL = 15
SHORT_PANEL = 5
"""Tests of event time are used from here on: 30 clusters, 20 on each side (15 with at most 5 periods)."""


@dataclass(frozen=True, slots=True)
class Route:
    """How something is estimated and what may be said about its uncertainty.

    Attributes
    ----------
    estimator : str
        ``did-2x2``, ``did-collapsed`` or ``twfe``; empty for a change.
    inference : str
        A candidate's name (`evalkit.methods.validity.designs`) or ``none``; with ``-conditional`` behind, an interval without a
        p-value that holds only if nothing else happened to one of the groups.
    reason : str
        Key of `evalkit.findings.reasons.ROUTES`.
    measurement : Measurement | None
        What the simulation of the design found; None where no method is known to simulate.
    """

    estimator: str
    inference: str
    reason: str
    measurement: Measurement | None = None


def choose_route(panel: Panel, plan: EvaluationPlan) -> Route:
    """Return the route of a panel's difference-in-differences."""
    if panel.mixed_clusters:
        return Route("twfe" if panel.public else "did-2x2", "none", "mixed-clusters")
    by_cluster = panel.public or plan.design.assigned_at == "cluster"
    if not panel.public and by_cluster and panel.treated_clusters == panel.comparison_clusters == 1:
        route = _route_of_persons(panel, plan)
        if route.inference == "none":
            return route
        return Route("did-2x2", f"{route.inference}-conditional", "one-cluster-each", route.measurement)
    if not by_cluster and plan.design.common_shocks_at == "cluster":
        return Route("did-2x2", "none", "common-shocks-in-clusters")
    route = _route_of_clusters(panel, plan) if by_cluster else _route_of_persons(panel, plan)
    if plan.design.common_shocks_at == "group" and route.inference != "none":
        return Route(route.estimator, f"{route.inference}-conditional", "common-shocks-in-groups", route.measurement)
    return route


def choose_change_route(panel: Panel, plan: EvaluationPlan, group: str, reason: str) -> Route:
    """Return the route of one group's mean change; `reason` is the key that says what is compared where a route holds."""
    design = change_design(panel, plan, group)
    n, sizes = design.n, design.sizes
    found = measure(design, plan.seed) if n >= LEAST_CLUSTERS else None
    if (sizes or panel.public) and n < LEAST_CLUSTERS:
        return Route("", "none", f"few-{group}-clusters")
    shared = not panel.public and plan.design.common_shocks_at in ({"group"} if sizes else {"cluster", "group"})
    if found is None or found.chosen is None:
        said = reason if reason == "selected-on-outcome" else "too-few-for-skewed-changes"
        return Route("", "none", said, found)
    if shared and reason != "selected-on-outcome":
        return Route("", f"{found.chosen.name}-conditional", "change-shared-shocks", found)
    return Route("", found.chosen.name, reason, found)


def change_design(panel: Panel, plan: EvaluationPlan, group: str) -> OneGroup:
    """Return the facts of one group's mean change that are simulated."""
    part = panel.treated if group == "treated" else ~panel.treated
    sizes = () if panel.public or plan.design.assigned_at != "cluster" else _sizes(panel, part)
    return OneGroup(len(sizes) or int(part.sum()), sizes, outcome=_lumps(panel, plan))


def has_many_clusters(panel: Panel) -> bool:
    """Return whether there are clusters enough for tests of event time."""
    fewest = min(panel.treated_clusters, panel.comparison_clusters)
    needed = MANY_IN_SHORT_PANEL if len(panel.periods) <= SHORT_PANEL else MANY_IN_EACH_GROUP
    return panel.treated_clusters + panel.comparison_clusters >= MANY_CLUSTERS and fewest >= needed


def too_few_clusters(panel: Panel) -> str:
    """Return the reason why a group has too few clusters for any standard error; empty where both have enough."""
    if panel.treated_clusters == 1:
        return "one-treated-cluster"
    if panel.treated_clusters < LEAST_CLUSTERS:
        return "few-treated-clusters"
    if panel.comparison_clusters < LEAST_CLUSTERS:
        return "few-comparison-clusters"
    return ""


def did_design(panel: Panel, plan: EvaluationPlan) -> Design:
    """Return the facts of a difference-in-differences that are simulated."""
    if panel.public and panel.staggered:
        cluster = tuple(int(c) for c in np.unique(panel.cluster, return_inverse=True)[1])
        return Adoption(panel.n_units, len(panel.periods), panel.after.astype(np.bool_).tobytes(), cluster)
    counts = (int(panel.treated.sum()), int((~panel.treated).sum()))
    lumps = _lumps(panel, plan)
    if not panel.public and panel.treated_clusters == panel.comparison_clusters == 1:
        return TwoGroups(*counts, outcome=lumps)
    if panel.public and panel.treated_clusters + panel.comparison_clusters == panel.n_units:
        return TwoGroups(*counts, (), ORDINARY_CLUSTER, len(panel.periods))
    if panel.public or plan.design.assigned_at == "cluster":
        sizes = (*_sizes(panel, panel.treated), *_sizes(panel, ~panel.treated))
        groups = (panel.treated_clusters, panel.comparison_clusters)
        return TwoGroups(*groups, sizes, ORDINARY_CLUSTER, len(panel.periods), outcome=lumps)
    return TwoGroups(*counts, outcome=lumps)


def _route_of_persons(panel: Panel, plan: EvaluationPlan) -> Route:
    found = measure(did_design(panel, plan), plan.seed) if panel.n_units >= LEAST_CLUSTERS else None
    if found is None or found.chosen is None:
        return Route("did-2x2", "none", "no-route-holds", found)
    return Route("did-2x2", found.chosen.name, "assigned-to-persons", found)


def _route_of_clusters(panel: Panel, plan: EvaluationPlan) -> Route:
    staggered = panel.public and panel.staggered
    estimator = "twfe" if staggered else "did-collapsed"
    found = measure(did_design(panel, plan), plan.seed) if panel.treated_clusters + panel.comparison_clusters >= 3 else None
    if few := too_few_clusters(panel):
        return Route(estimator, "none", few, found)
    if found is None or found.chosen is None:
        return Route(estimator, "none", "staggered-few-clusters" if staggered else "no-route-holds", found)
    alone = panel.public and panel.treated_clusters + panel.comparison_clusters == panel.n_units
    one_start = "each-unit" if alone else "collapsed-clusters"
    return Route(estimator, found.chosen.name, "twfe-staggered-mixes-cohorts" if staggered else one_start, found)


def _lumps(panel: Panel, plan: EvaluationPlan) -> str:
    """Return the kind of an outcome whose persons' values come in lumps; empty for others, and for whole units."""
    kind = plan.outcome(panel.outcome).kind.value
    return kind if not panel.public and shapes_of(kind) else ""


def _sizes(panel: Panel, part: Bools) -> tuple[int, ...]:
    """Return the persons of each cluster of one group, in falling order: names and order must not reach a number."""
    return tuple(sorted((int(n) for n in np.unique(panel.cluster[part], return_counts=True)[1]), reverse=True))
