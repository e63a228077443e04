"""Placebo evaluations: the plan's own method on units that were never treated, with groups and starts drawn by lot.

Whatever it finds is false: nobody here got the intervention. Source: Bertrand, Duflo & Mullainathan 2004 (placebo laws).
docs/METHODS.md#placebo.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import comb
from typing import TYPE_CHECKING

import numpy as np

from evalkit.errors import EstimationError
from evalkit.methods.cohorts.study import is_staggered, point_estimate, route_and_fit
from evalkit.methods.did import collapse, difference, fit_twfe, fit_units
from evalkit.methods.fits import Bools, Fit, Floats, Ints, t_p_value
from evalkit.methods.matching.study import decides
from evalkit.methods.panel import Panel, refusal
from evalkit.methods.pre_post import before_and_after
from evalkit.methods.router import Route, choose_route
from evalkit.methods.validity.measure import ALPHA, mcse
from evalkit.plan.units import difference_unit

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan

ATTEMPTS = 20
"""Draws per wanted placebo before it is taken that there are no more distinct ones."""
GROUPS, STARTS, UNITS = "groups", "starts", "units"
"""What a placebo is: groups drawn among the untreated, a start before the real one, another unit in the treated one's place."""


@dataclass(frozen=True, slots=True)
class PlaceboPass:
    """What placebo evaluations of one outcome found.

    Attributes
    ----------
    n_distinct : int
        Different placebos that were made.
    n_possible : int
        Different ones there are, 0 where they were not counted (several starts).
    route : str
        ``none`` where the placebo design has no p-value: only the distribution of differences is known then.
    false_alarms : float | None
        Share with p ≤ 0.05, and `error` its Monte Carlo standard error if placebos were independent. They share units, so the real
        one is larger.
    as_extreme : float | None
        Share of placebo differences at least as far from zero as the difference that was really found; of other units by the
        statistic that ranks them.
    kind : str
        ``groups``, ``starts`` or ``units``.
    """

    outcome: str
    label: str
    unit: str
    n_distinct: int
    n_possible: int
    route: str
    false_alarms: float | None
    error: float | None
    spread: float
    as_extreme: float | None
    kind: str = GROUPS


def placebo_pass(panel: Panel, plan: EvaluationPlan, n: int, progress: Callable[[], None]) -> PlaceboPass:
    """Evaluate an outcome `n` times on fake groups and starts.

    Parameters
    ----------
    panel : Panel
        The real one; its treated units are left out.
    n : int
        Distinct placebos wanted; fewer are made where fewer exist.

    Raises
    ------
    EstimationError
        If there are fewer than four untreated units (or clusters) to make two groups of, or the plan's answer is matched.
    """
    if decides(plan):
        raise refusal(
            panel.outcome,
            "EST-PLACEBO",
            "låtsasgrupper av en matchad jämförelse finns inte: de skulle mäta jämförelsen före matchning; använd evalkit "
            "selftest, eller låtsasmått (placebo_outcomes), som matchas som huvudmåttet",
        )
    rng = np.random.default_rng(np.random.SeedSequence([plan.seed, *panel.outcome.encode("utf-8")]))
    source = _untreated(panel)
    groups = np.unique(source.cluster)
    n_fake = _n_fake(panel, len(groups))
    made: dict[tuple[int, ...], tuple[float, float | None]] = {}
    route: Route | None = None
    for _ in range(n * ATTEMPTS):
        if len(made) >= n:
            break
        chosen = np.sort(rng.permutation(len(groups))[:n_fake])
        starts = _starts(panel, n_fake, rng)
        key = (*map(int, chosen), *starts)
        if key in made:
            continue
        fake = _fake(source, groups[chosen], starts)
        route, fit = _evaluate(fake, plan, route)
        made[key] = (fit.value, t_p_value(fit))
        progress()
    assert route is not None
    return _summary(panel, plan, route, list(made.values()), _possible(panel, len(groups), n_fake))


def _untreated(panel: Panel) -> Panel:
    """Return the units that were never treated, all their periods."""
    keep = ~panel.treated
    if int(keep.sum()) < 4 or len(np.unique(panel.cluster[keep])) < 4:
        raise refusal(
            panel.outcome,
            "EST-ONE-UNIT",
            "färre än fyra enheter (kluster) utan insats; det går inte att bilda två låtsasgrupper av dem",
        )
    return replace(
        panel,
        y=panel.y[keep],
        after=panel.after[keep],
        treated=panel.treated[keep],
        treated_order=panel.treated_order[keep],
        cluster=panel.cluster[keep],
        cohort=tuple(c for c, k in zip(panel.cohort, keep, strict=True) if k),
    )


def _n_fake(panel: Panel, n_groups: int) -> int:
    """Return how many fake treated groups: the real share, at least three or the real number, at most half."""
    share = panel.treated_clusters / (panel.treated_clusters + panel.comparison_clusters)
    return min(max(round(share * n_groups), min(3, panel.treated_clusters)), n_groups // 2)


def _starts(panel: Panel, n_fake: int, rng: np.random.Generator) -> tuple[int, ...]:
    """Return the fake starts: the real ones spread evenly where they differ, one drawn at random where there was one."""
    if not panel.public:
        return ()
    real = np.sort(panel.treated_order[panel.treated]).astype(int)
    if not panel.staggered:
        return (int(rng.integers(1, len(panel.periods))),)
    places = np.linspace(0, len(real) - 1, n_fake).round().astype(int)
    return tuple(int(s) for s in real[places])


def _fake(source: Panel, chosen: Ints, starts: tuple[int, ...]) -> Panel:
    """Return the untreated units with some called treated, these first so that every placebo has the same design."""
    treated = np.isin(source.cluster, chosen)
    order = np.concatenate([np.flatnonzero(treated), np.flatnonzero(~treated)])
    treated, cluster = treated[order], source.cluster[order]
    after = source.after[order].copy()
    if source.public:
        start = np.full(len(order), np.inf)
        for code, first in zip(chosen, starts if len(starts) > 1 else starts * len(chosen), strict=True):
            start[cluster == code] = first
        after = np.arange(source.y.shape[1]) >= start[:, None]
    first_after = np.where(after.any(axis=1), after.argmax(axis=1), np.nan)
    return replace(
        source,
        y=source.y[order],
        after=after,
        treated=treated,
        treated_order=np.where(treated, first_after, np.nan),
        cluster=np.unique(cluster, return_inverse=True)[1].astype(np.int64) if not source.public else _by_place(cluster),
        cohort=tuple(source.cohort[i] for i in order),
    )


def _by_place(cluster: Ints) -> Ints:
    """Return codes in order of appearance, so that two placebos of the same design look the same."""
    _, first, inverse = np.unique(cluster, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse].astype(np.int64)


def _evaluate(fake: Panel, plan: EvaluationPlan, route: Route | None) -> tuple[Route, Fit]:
    """Return the route of the placebo design, chosen once where it can be, and the fit of one placebo."""
    if is_staggered(fake, plan):
        return route_and_fit(fake, plan)
    route = route or choose_route(fake, plan)
    return route, _fit(fake, plan, route)


def _fit(panel: Panel, plan: EvaluationPlan, route: Route) -> Fit:
    name = route.inference.removesuffix("-conditional")
    try:
        if route.estimator == "twfe":
            fit = fit_twfe(panel, name)
            return fit if name != "none" else Fit(fit.value, None, None)
        change, treated = _change(panel, plan), panel.treated
        if route.estimator == "did-collapsed":
            change, treated = collapse(change, treated, panel.cluster)
        return difference(change, treated) if name == "none" else fit_units(change, treated, name, panel.outcome)
    except EstimationError as exc:
        if exc.code != "EST-CONSTANT":
            raise
        return Fit(0.0, None, None)


def _change(panel: Panel, plan: EvaluationPlan) -> Floats:
    if not panel.public:
        decisive = None if plan.decisive_occasion is None else plan.occasion(plan.decisive_occasion).label
        first, last = before_and_after(panel, decisive)
        return np.asarray(panel.y[:, last] - panel.y[:, first])
    start = int(np.nanmin(panel.treated_order))
    level = panel.y - panel.y[:, :1]
    return np.asarray(level[:, start:].mean(axis=1) - level[:, :start].mean(axis=1))


def _real_value(panel: Panel, plan: EvaluationPlan) -> float:
    if is_staggered(panel, plan):
        return point_estimate(panel, plan)
    route = choose_route(panel, plan)
    return _fit(panel, plan, Route(route.estimator, "none", route.reason)).value


def _possible(panel: Panel, n_groups: int, n_fake: int) -> int:
    if not panel.public:
        return comb(n_groups, n_fake)
    return 0 if panel.staggered else comb(n_groups, n_fake) * (len(panel.periods) - 1)


def _summary(
    panel: Panel, plan: EvaluationPlan, route: Route, made: list[tuple[float, float | None]], possible: int
) -> PlaceboPass:
    outcome = plan.outcome(panel.outcome)
    values = np.array([value for value, _ in made])
    tested: Bools = np.array([p <= ALPHA for _, p in made if p is not None], dtype=np.bool_)
    rate = float(tested.mean()) if len(tested) else None
    real = _real_value(panel, plan)
    return PlaceboPass(
        outcome=panel.outcome,
        label=outcome.label,
        unit=difference_unit(outcome.unit),
        n_distinct=len(made),
        n_possible=possible,
        route=route.inference,
        false_alarms=rate,
        error=None if rate is None else mcse(rate, len(tested)),
        spread=math.sqrt(float(np.mean(values**2))),
        as_extreme=float(np.mean(np.abs(values) >= abs(real))) if len(values) else None,
    )
