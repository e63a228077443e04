"""Clearing of statistics: means, estimates, effect sizes, paths and tests."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace

from evalkit.findings.estimate import EffectPoint, Estimate, Interval, MeanPoint, TestOutcome
from evalkit.findings.result import EvaluationResult
from evalkit.findings.safe import SafeEffectPoint, SafeEffectSize, SafeEngine, SafeEstimate, SafeMean, SafeTest
from evalkit.release.clearance import Clearance
from evalkit.release.rounding import digits_of, round_count, round_p, round_to

_CHANGE = "change"
_Cell = tuple[str, str, str, int]


def clear_estimates(result: EvaluationResult, ruler: Clearance) -> tuple[SafeEstimate, ...]:
    """Return the estimates; with one of (change of treated, change of comparison, difference) hidden, a second one goes too."""
    hidden = {e.id for e in result.estimates if not _permitted(e, ruler)}
    families: dict[tuple[str, tuple[str, ...]], list[Estimate]] = defaultdict(list)
    for estimate in result.estimates:
        families[estimate.outcome, estimate.occasions].append(estimate)
    for members in families.values():
        lost = [e for e in members if e.id in hidden]
        rest = sorted((e for e in members if e.id not in hidden), key=lambda e: ("comparison", "treated", "all").index(e.group))
        if lost and len({e.group for e in lost}) == 1 and len(rest) > 1:
            hidden.add(rest[0].id)
            ruler.hide(f"estimate:{rest[0].id}", "policy")
    yes_no = set() if ruler.public else {o.id for o in result.plan_text.outcomes if o.kind == "binary"}
    return tuple(_hidden(e, ruler) if e.id in hidden else _shown(e, ruler, yes_no=e.outcome in yes_no) for e in result.estimates)


def clear_effect_sizes(result: EvaluationResult, estimates: tuple[SafeEstimate, ...]) -> tuple[SafeEffectSize, ...]:
    """Return standardised effects of the estimates that are shown; the interval ignores the error of the standardiser."""
    shown = {e.id for e in estimates if e.value is not None}
    sizes = []
    for size in result.effect_sizes:
        if size.estimate_id not in shown:
            continue
        estimate = result.estimate(size.estimate_id)
        factor = size.value / estimate.value if estimate.value else 0.0
        decimals = digits_of(size.standardiser, 2)
        sizes.append(
            SafeEffectSize(
                estimate_id=size.estimate_id,
                kind=size.kind,
                value=round_to(size.value, 2),
                interval=_interval(estimate.interval, 2, factor) if factor else None,
                standardiser=round_to(size.standardiser, decimals),
                standardiser_decimals=decimals,
                corrected=size.corrected,
            )
        )
    return tuple(sizes)


def clear_means(result: EvaluationResult, ruler: Clearance, estimates: tuple[SafeEstimate, ...]) -> tuple[SafeMean, ...]:
    """Return means by group and period. A hidden one takes a neighbour with it: change and one mean give the other."""
    kinds = {o.id: o.kind for o in result.plan_text.outcomes}
    hidden = {_cell(p) for p in result.means if not ruler.permits(p.evidence, _where(p)) or ruler.is_small(p.n)}
    hidden |= _neighbours(result.means, hidden)
    lost = {(e.outcome, e.group) for e in estimates if e.value is None and e.group != "all"}
    hidden |= {_cell(p) for p in result.means if (p.outcome, p.group) in lost}
    for point in result.means:
        if _cell(point) in hidden:
            ruler.hide(_where(point), "policy" if not ruler.is_small(point.n) else "few")
    decimals: dict[tuple[str, str], int] = {}
    for point in result.means:
        # One table, one precision: that of its least certain mean.
        series = (point.outcome, point.axis)
        own = 2 if kinds.get(point.outcome) == "binary" and not ruler.public else _mean_decimals(point, ruler)
        decimals[series] = min(own, decimals.get(series, own))
    return tuple(
        _mean(p, ruler, decimals[p.outcome, p.axis], binary=kinds.get(p.outcome) == "binary", shown=_cell(p) not in hidden)
        for p in result.means
    )


def clear_path(result: EvaluationResult, ruler: Clearance) -> tuple[SafeEffectPoint, ...]:
    """Return the effect path; event times with few treated are hidden."""
    return tuple(_point(p, ruler) for p in result.effect_path)


def clear_tests(result: EvaluationResult) -> tuple[SafeTest, ...]:
    """Return the joint tests, rounded."""
    return tuple(_test(t) for t in result.tests)


def _permitted(estimate: Estimate, ruler: Clearance) -> bool:
    where = f"estimate:{estimate.id}"
    if not ruler.permits(estimate.evidence, where):
        return False
    if ruler.public:
        return True
    treated, total = estimate.n_treated_units, estimate.n_units
    if any(ruler.is_small(n) for n in (total, treated, total - treated)):
        ruler.hide(where, "few")
        return False
    # Residual degrees of freedom count persons: clusters have few, but a cluster's mean is no person's value.
    if total - (1 if estimate.estimand.startswith(_CHANGE) else 2) < ruler.policy.min_degrees_of_freedom:
        ruler.hide(where, "policy")
        return False
    return True


def _shown(estimate: Estimate, ruler: Clearance, *, yes_no: bool) -> SafeEstimate:
    error = estimate.std_error
    if error is None and estimate.interval is not None:
        error = (estimate.interval.high - estimate.interval.low) / 4
    decimals = digits_of(error if error else estimate.value, 2)
    if yes_no:
        # A share of few persons with decimals is a count.
        decimals = min(decimals, 0)
    p_value, below = round_p(estimate.p_value) if estimate.p_value is not None else (None, False)
    engine = estimate.second_engine
    return replace(
        _hidden(estimate, ruler),
        value=round_to(estimate.value, decimals),
        better=estimate.better,
        significant=_significant(estimate),
        std_error=None if estimate.std_error is None else round_to(estimate.std_error, decimals),
        interval=_interval(estimate.interval, decimals),
        df=_df(estimate, ruler),
        p_value=p_value,
        p_below=below,
        decimals=decimals,
        second_engine=None if engine is None else SafeEngine(engine.name, round_to(engine.estimate, decimals), engine.agrees),
    )


def _hidden(estimate: Estimate, ruler: Clearance) -> SafeEstimate:
    where = f"estimate:{estimate.id}"
    by_person = estimate.n_clusters == estimate.n_units
    return SafeEstimate(
        id=estimate.id,
        outcome=estimate.outcome,
        label=estimate.label,
        unit=estimate.unit,
        estimand=estimate.estimand,
        estimator=estimate.estimator,
        group=estimate.group,
        occasions=estimate.occasions,
        value=None,
        better=None,
        significant=None,
        std_error=None,
        interval=None,
        df=None,
        p_value=None,
        p_below=False,
        decimals=0,
        inference=estimate.inference,
        route_reason=estimate.route_reason,
        false_positive_rate=None if estimate.false_positive_rate is None else round_to(estimate.false_positive_rate, 2),
        # Pairs are half of each group: their number would say how many were matched.
        n_units=None if _halves_are_few(estimate, ruler) else ruler.count(estimate.n_units, where),
        n_treated_units=ruler.count(estimate.n_treated_units, where),
        n_comparison_units=ruler.count(estimate.n_units - estimate.n_treated_units, where),
        n_clusters=ruler.count(estimate.n_clusters, where) if by_person else estimate.n_clusters,
        n_treated_clusters=ruler.count(estimate.n_treated_clusters, where) if by_person else estimate.n_treated_clusters,
        second_engine=None,
        contrast=estimate.contrast,
    )


def _halves_are_few(estimate: Estimate, ruler: Clearance) -> bool:
    treated, others = estimate.n_treated_units, estimate.n_units - estimate.n_treated_units
    return not ruler.public and estimate.estimator == "did-matched" and (ruler.is_small(treated) or ruler.is_small(others))


def _significant(estimate: Estimate) -> bool | None:
    if estimate.p_value is None or estimate.interval is None:
        return None
    return not estimate.interval.low <= 0 <= estimate.interval.high


def _df(estimate: Estimate, ruler: Clearance) -> float | None:
    """Round degrees of freedom; those of single persons are n minus a constant and would undo the rounding of n."""
    if estimate.df is None:
        return None
    if ruler.public or estimate.n_clusters != estimate.n_units:
        return round_to(estimate.df, 0 if estimate.df >= 10 else 1)
    return float(round_count(estimate.df, ruler.policy.round_counts_to))


def _interval(interval: Interval | None, decimals: int, factor: float = 1.0) -> Interval | None:
    if interval is None:
        return None
    low, high = sorted((interval.low * factor, interval.high * factor))
    return Interval(round_to(low, decimals), round_to(high, decimals), interval.level)


def _cell(point: MeanPoint) -> _Cell:
    return point.outcome, point.group, point.axis, point.order


def _where(point: MeanPoint) -> str:
    return f"mean:{point.outcome}:{point.group}"


def _neighbours(points: tuple[MeanPoint, ...], hidden: set[_Cell]) -> set[_Cell]:
    """Return one more period for each group and outcome in which exactly one is hidden: the nearest, the later if two are."""
    extra = set()
    for series in sorted({_cell(p)[:3] for p in points}):
        cells = [_cell(p) for p in points if _cell(p)[:3] == series]
        lost = [c for c in cells if c in hidden]
        rest = [c for c in cells if c not in hidden]
        if len(lost) == 1 and rest:
            extra.add(min(rest, key=lambda c: (abs(c[3] - lost[0][3]), -c[3])))
    return extra


def _mean_decimals(point: MeanPoint, ruler: Clearance) -> int:
    """Return the decimals that a mean's own standard error carries: one digit of it for persons, two for public units."""
    error = point.sd / math.sqrt(point.n) if point.sd and point.n else 0.0
    digits = 2 if ruler.public else 1
    return digits_of(error, digits) if error else digits_of(point.mean, digits + 1)


def _mean(point: MeanPoint, ruler: Clearance, decimals: int, *, binary: bool, shown: bool) -> SafeMean:
    n = ruler.count(point.n, _where(point))
    mean, sd = round_to(point.mean, decimals), None if point.sd is None else round_to(point.sd, decimals)
    if binary and not ruler.public:
        base, sd = ruler.policy.round_counts_to, None
        mean = round_to(min(round_count(point.mean * point.n, base) / max(round_count(point.n, base), 1), 1.0), decimals)
    made = SafeMean(point.outcome, point.group, point.period, point.order, mean, sd, decimals, n, point.axis)
    return made if shown else replace(made, mean=None, sd=None)


def _point(point: EffectPoint, ruler: Clearance) -> SafeEffectPoint:
    where = f"path:{point.outcome}"
    band = point.interval
    error = point.std_error or (0.0 if band is None else (band.high - band.low) / 4)
    decimals = digits_of(error or point.value, 2)
    if ruler.is_small(point.n_treated_units):
        ruler.hide(where, "few")
        return SafeEffectPoint(point.outcome, point.event_time, point.binned, None, None, None, decimals)
    return SafeEffectPoint(
        point.outcome,
        point.event_time,
        point.binned,
        round_to(point.value, decimals),
        None if point.std_error is None else round_to(point.std_error, decimals),
        _interval(point.interval, decimals),
        decimals,
    )


def _test(test: TestOutcome) -> SafeTest:
    p_value, below = round_p(test.p_value) if test.p_value is not None else (None, False)
    decimals = digits_of(test.minimum_detectable, 2) if test.minimum_detectable else 0
    return SafeTest(
        name=test.name,
        outcome=test.outcome,
        state=test.state,
        statistic=None if test.statistic is None else round_to(test.statistic, 2),
        df=None if test.df is None else round_to(test.df, 1),
        df_denominator=None if test.df_denominator is None else round_to(test.df_denominator, 0),
        p_value=p_value,
        p_below=below,
        n_leads=test.n_leads,
        minimum_detectable=None if test.minimum_detectable is None else round_to(test.minimum_detectable, decimals),
        minimum_decimals=decimals,
        reason=test.reason,
        false_positive_rate=None if test.false_positive_rate is None else round_to(test.false_positive_rate, 3),
    )
