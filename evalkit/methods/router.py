"""The inference route: which standard error and p-value a design may have. Reads no outcome, only facts known before.

Source of the rule: docs/METHODS.md, "Route".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalkit.methods.panel import Panel

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan

LEAST_CLUSTERS = 3
"""Fewest clusters in each group behind any standard error."""
MANY_CLUSTERS = 30
MANY_IN_EACH_GROUP = 20
MANY_IN_SHORT_PANEL = 15
SHORT_PANEL = 5
"""Cluster-robust standard errors on t(G − 1) are used from here on: 30 clusters, 20 on each side (15 with at most 5 periods)."""


@dataclass(frozen=True, slots=True)
class Route:
    """How a difference-in-differences is estimated and what may be said about its uncertainty.

    Attributes
    ----------
    estimator : str
        ``did-2x2``, ``did-collapsed`` or ``twfe``.
    inference : str
        ``welch``, ``collapsed-t``, ``cr1-t`` or ``none``; with ``-conditional`` behind, an interval without a p-value that holds
        only if nothing else happened to one of the groups.
    reason : str
        Key of `evalkit.findings.reasons.ROUTES`.
    """

    estimator: str
    inference: str
    reason: str


def choose_route(panel: Panel, plan: EvaluationPlan) -> Route:
    """Return the route of a panel's difference-in-differences."""
    if panel.public:
        route = _route_of_units(panel)
    elif plan.design.assigned_at == "cluster":
        route = _route_of_clusters(panel)
    else:
        route = _route_of_persons(plan)
    if plan.design.common_shocks_at == "group" and route.inference != "none":
        return Route(route.estimator, f"{route.inference}-conditional", "common-shocks-in-groups")
    return route


def has_many_clusters(panel: Panel) -> bool:
    """Return whether there are clusters enough for cluster-robust standard errors and tests."""
    fewest = min(panel.treated_clusters, panel.comparison_clusters)
    needed = MANY_IN_SHORT_PANEL if len(panel.periods) <= SHORT_PANEL else MANY_IN_EACH_GROUP
    return panel.treated_clusters + panel.comparison_clusters >= MANY_CLUSTERS and fewest >= needed


def too_few_clusters(panel: Panel) -> str:
    """Return the reason why a group has too few clusters for any standard error; empty where both have enough."""
    if panel.treated_clusters < LEAST_CLUSTERS:
        return "few-treated-clusters"
    if panel.comparison_clusters < LEAST_CLUSTERS:
        return "few-comparison-clusters"
    return ""


def _route_of_persons(plan: EvaluationPlan) -> Route:
    if plan.design.common_shocks_at == "cluster":
        return Route("did-2x2", "none", "common-shocks-in-clusters")
    return Route("did-2x2", "welch", "assigned-to-persons")


def _route_of_clusters(panel: Panel) -> Route:
    if panel.mixed_clusters:
        return Route("did-2x2", "none", "mixed-clusters")
    if few := too_few_clusters(panel):
        return Route("did-collapsed", "none", few)
    return Route("did-collapsed", "collapsed-t", "collapsed-clusters")


def _route_of_units(panel: Panel) -> Route:
    if panel.mixed_clusters:
        return Route("twfe", "none", "mixed-clusters")
    several = panel.staggered or len(panel.periods) > 2
    if few := too_few_clusters(panel):
        return Route("twfe" if several else "did-collapsed", "none", few)
    if several and has_many_clusters(panel):
        return Route("twfe", "cr1-t", "twfe-staggered-mixes-cohorts" if panel.staggered else "twfe-many-clusters")
    if panel.staggered:
        return Route("twfe", "none", "staggered-few-clusters")
    return Route("did-collapsed", "collapsed-t", "collapsed-clusters")
