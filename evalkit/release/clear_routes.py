"""Clearing of the routes beside: where their estimate is shown, with its digits; rates as coarse as those of its own route."""

from __future__ import annotations

from evalkit.findings.estimate import Interval
from evalkit.findings.result import EvaluationResult
from evalkit.findings.routes import RATE, RouteBeside, RoutesBeside, SafeRoute, SafeRoutes
from evalkit.findings.safe import SafeEstimate
from evalkit.release.rounding import round_p, round_to, significant


def clear_routes(result: EvaluationResult, estimates: tuple[SafeEstimate, ...]) -> tuple[SafeRoutes, ...]:
    """Return the routes beside each estimate that is shown with its numbers; nothing where it lost them on the way."""
    shown = {e.id: e for e in estimates if e.value is not None}
    tested = {e.id for e in estimates if e.p_value is not None}
    return tuple(
        _routes(found, shown[found.estimate_id], tested=found.estimate_id in tested, public=result.plan.data_kind == "public")
        for found in result.routes
        if found.estimate_id in shown
    )


def _routes(found: RoutesBeside, estimate: SafeEstimate, *, tested: bool, public: bool) -> SafeRoutes:
    return SafeRoutes(
        estimate_id=found.estimate_id,
        outcome=found.outcome,
        chosen=found.chosen,
        routes=tuple(_route(one, estimate, tested=tested, public=public) for one in found.routes),
        mcse=round_to(max((one.mcse for one in found.routes if one.why_not != RATE), default=0.0), 3),
        rate_decimals=0 if not public and estimate.n_clusters == estimate.n_units else 1,
    )


def _route(one: RouteBeside, estimate: SafeEstimate, *, tested: bool, public: bool) -> SafeRoute:
    p_value, below = round_p(one.p_value) if one.p_value is not None and tested else (None, False)
    # Sharp rates and the number of assignments tell the number of persons; that of clusters or public units is no secret.
    secret = not public and estimate.n_clusters == estimate.n_units
    smallest = None if one.smallest_p is None or (secret and one.exact) else significant(one.smallest_p, 2)
    return SafeRoute(
        route=one.route,
        worst_rate=round_to(one.worst_rate, 2 if secret else 3),
        why_not=one.why_not,
        p_value=p_value,
        p_below=below,
        interval=_interval(one.interval, estimate.decimals) if estimate.interval is not None else None,
        smallest_p=smallest,
        exact=one.exact,
    )


def _interval(interval: Interval | None, decimals: int) -> Interval | None:
    if interval is None:
        return None
    return Interval(round_to(interval.low, decimals), round_to(interval.high, decimals), interval.level)
