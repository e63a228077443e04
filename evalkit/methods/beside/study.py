"""What other ways to count would have said of an estimate: each with its measured rate, and its numbers only where that holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from evalkit.findings.estimate import Estimate, Interval
from evalkit.findings.routes import ATTAINABLE, NO_ANSWER, RATE, SHOWN, RouteBeside, RoutesBeside
from evalkit.methods import did
from evalkit.methods.beside.numbers import by_inversion, check
from evalkit.methods.beside.tests_beside import PRINTED, TESTS, attainable, measure_beside, n_treated
from evalkit.methods.estimates import change_of
from evalkit.methods.fits import Floats, is_negligible, t_interval, t_p_value
from evalkit.methods.panel import Panel
from evalkit.methods.pre_post import cluster_means, fit_change, own_means
from evalkit.methods.router import Route, change_design, choose_change_route, choose_route, did_design
from evalkit.methods.validity.designs import COMPONENTS, OneGroup, TwoGroups
from evalkit.methods.validity.measure import Measured, Measurement, limit, mcse

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan

PLAIN = ("welch", "pooled-t", "bell-mccaffrey", "paired-t", "hall-t", "placebo-rank")
"""Candidates of the router that are shown beside also where they were not taken; combinations of them are not."""
_ESTIMATORS = ("did-2x2", "did-collapsed", "paired-change", "paired-change-clusters")


def routes_beside(estimates: Iterable[Estimate], panel: Panel, plan: EvaluationPlan) -> tuple[RoutesBeside, ...]:
    """Return the routes beside of the primary outcome's difference and of the treated's change; of other outcomes nothing.

    A p-value and an interval stand only where the rate measured on the design is within the limit, and where the report's own
    route gives one: a design that is refused is refused on every route. The report's route was chosen before outcomes were read.
    """
    wanted = {f"did.{plan.primary_outcome}", f"change.treated.{plan.primary_outcome}"}
    found = (_routes(e, panel, plan) for e in estimates if e.id in wanted and e.estimator in _ESTIMATORS)
    return tuple(one for one in found if one is not None)


def _routes(estimate: Estimate, panel: Panel, plan: EvaluationPlan) -> RoutesBeside | None:
    values, n_treated = _units(estimate, panel, plan)
    design = did_design(panel, plan) if estimate.group == "all" else change_design(panel, plan, "treated")
    route = choose_route(panel, plan) if estimate.group == "all" else _change_route(estimate, panel, plan)
    if route.measurement is None or not isinstance(design, TwoGroups | OneGroup) or _constant(values, n_treated):
        return None
    chosen = estimate.inference.removesuffix("-conditional")
    beside = measure_beside(design, plan.seed)
    plain = [one for one in route.measurement.measured if one.name == chosen or one.name in PLAIN]
    rows = [_plain(estimate, one, route.measurement, values, n_treated) for one in plain]
    rows += [_drawn(estimate, one, beside, values, design) for one in beside.measured]
    rows.sort(key=lambda row: row.route != chosen)
    return RoutesBeside(estimate.id, estimate.outcome, chosen, tuple(rows), limit(beside.draws), plan.seed)


def _units(estimate: Estimate, panel: Panel, plan: EvaluationPlan) -> tuple[Floats, int]:
    """Return the estimate's changes, one a unit in one row, treated first."""
    if estimate.group == "all":
        change, treated = change_of(panel, plan)[0], panel.treated
        if estimate.estimator == "did-collapsed":
            change, treated = did.collapse(change, treated, panel.cluster)
        return np.concatenate([change[treated], change[~treated]])[np.newaxis], int(treated.sum())
    if panel.public:
        before, after = own_means(panel)
        return (after - before)[np.newaxis], len(before)
    change = change_of(panel, plan)[0][panel.treated]
    if estimate.estimator == "paired-change-clusters":
        change = cluster_means(change, panel.cluster[panel.treated])
    return change[np.newaxis], len(change)


def _change_route(estimate: Estimate, panel: Panel, plan: EvaluationPlan) -> Route:
    return choose_change_route(panel, plan, "treated", estimate.route_reason)


def _constant(values: Floats, n_treated: int) -> bool:
    """Return whether nothing varies inside a group of more than one unit: no route has anything to say."""
    groups = [g for g in (values[0, :n_treated], values[0, n_treated:]) if len(g) > 1]
    return all(is_negligible(float(np.ptp(g)) ** 2, values) for g in groups)


def _plain(estimate: Estimate, one: Measured, measured: Measurement, values: Floats, n_treated: int) -> RouteBeside:
    why = _why(estimate, one, measured)
    if why or one.name not in COMPONENTS:
        return _row(one, measured, why or NO_ANSWER)
    if n_treated == values.shape[1]:
        fit = fit_change(values[0], estimate.outcome, one.name)
    else:
        fit = did.fit_units(values[0], np.arange(values.shape[1]) < n_treated, one.name, estimate.outcome)
    return _row(one, measured, why, _p(estimate, t_p_value(fit)), t_interval(fit, _level(estimate)))


def _drawn(estimate: Estimate, one: Measured, measured: Measurement, values: Floats, design: TwoGroups | OneGroup) -> RouteBeside:
    test, treated = TESTS[design.kind][one.name], n_treated(design)
    least, exact = attainable(design, one.name) or (None, False)
    why = _why(estimate, one, measured)
    if not why and least is not None and least > 1 - _level(estimate):
        why = ATTAINABLE
    if why:
        return _row(one, measured, why, smallest=(least, exact))
    p_value = float(test(values, treated, PRINTED)[0])
    check(estimate.id, one.name, p_value, values[0], treated)
    ends = by_inversion(test, values, treated, PRINTED, 1 - _level(estimate))
    interval = None if ends is None else Interval(*ends, _level(estimate))
    return _row(one, measured, why, _p(estimate, p_value), interval, (least, exact))


def _why(estimate: Estimate, one: Measured, measured: Measurement) -> str:
    if one.worst > limit(measured.draws):
        return RATE
    return NO_ANSWER if estimate.interval is None else SHOWN


def _p(estimate: Estimate, p_value: float | None) -> float | None:
    return None if estimate.p_value is None else p_value


def _level(estimate: Estimate) -> float:
    return 0.95 if estimate.interval is None else estimate.interval.level


def _row(  # noqa: PLR0917 - a row of the table
    one: Measured,
    measured: Measurement,
    why: str,
    p_value: float | None = None,
    interval: Interval | None = None,
    smallest: tuple[float | None, bool] = (None, False),
) -> RouteBeside:
    return RouteBeside(
        route=one.name,
        worst_rate=one.worst,
        mcse=mcse(one.worst, measured.draws),
        power=one.power,
        n_draws=measured.draws,
        why_not=why,
        p_value=p_value,
        interval=interval,
        smallest_p=smallest[0],
        exact=smallest[1],
    )
