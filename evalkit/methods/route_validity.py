"""From a simulated design to findings: what the route did when nothing was true, and what the ordinary call would have done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from evalkit.findings.estimate import Estimate
from evalkit.findings.validity import NuisanceRate, RouteValidity, TriedRoute
from evalkit.methods.panel import Panel
from evalkit.methods.router import Route, choose_change_route, choose_route
from evalkit.methods.validity.measure import Measurement

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan


def worst_rate(route: Route) -> float | None:
    """Return the largest measured rate of false alarms of the route taken; None where there is none."""
    chosen = None if route.measurement is None or route.inference == "none" else route.measurement.chosen
    return None if chosen is None else chosen.worst


def validity_of(estimates: Iterable[Estimate], panel: Panel, plan: EvaluationPlan) -> tuple[RouteValidity, ...]:
    """Return the measurement behind each estimate of a panel whose design was simulated."""
    found = []
    for estimate in estimates:
        route = _route(estimate, panel, plan)
        if route is not None and route.measurement is not None:
            found.append(finding_of(estimate, route.measurement))
    return tuple(found)


def _route(estimate: Estimate, panel: Panel, plan: EvaluationPlan) -> Route | None:
    if estimate.id.startswith("did."):
        return choose_route(panel, plan)
    if estimate.id.startswith("change.") and estimate.route_reason != "no-spread":
        return choose_change_route(panel, plan, estimate.group, estimate.route_reason)
    return None


def finding_of(estimate: Estimate, measured: Measurement) -> RouteValidity:
    """Return what the simulation of an estimate's design found."""
    chosen = measured.chosen if estimate.inference != "none" else None
    rates = []
    for i, nuisance in enumerate(measured.nuisances):
        rate = None if chosen is None else chosen.rates[i]
        rates.append(
            NuisanceRate(
                shape=nuisance.shape,
                variance_ratio=nuisance.variance_ratio,
                icc=nuisance.icc,
                autocorrelation=nuisance.autocorrelation,
                rate=rate,
                coverage=None if rate is None else 1 - rate,
                mcse=None if rate is None else measured.mcse(rate, i),
                ordinary_rate=measured.ordinary[i],
            )
        )
    most = measured.limit
    return RouteValidity(
        estimate_id=estimate.id,
        route=estimate.inference,
        rates=tuple(rates),
        tried=tuple(TriedRoute(m.name, m.worst, m.power, m.worst <= most) for m in measured.measured),
        worst_rate=None if chosen is None else chosen.worst,
        worst_coverage=None if chosen is None else 1 - chosen.worst,
        ordinary=measured.ordinary_call,
        ordinary_worst=max(measured.ordinary),
        limit=most,
        n_draws=measured.draws,
        seed=measured.seed,
    )
