"""Clearing of start groups. Public units only: a start group of persons is small, and nothing here was made for them."""

from __future__ import annotations

from evalkit.errors import DisclosureRefused
from evalkit.findings.estimate import Interval
from evalkit.findings.result import EvaluationResult
from evalkit.findings.safe_staggered import (
    SafeBalance,
    SafeCohortEffect,
    SafeCohortPoint,
    SafeDiagnosis,
    SafeStaggered,
    SafeTwoWays,
)
from evalkit.findings.staggered import Balance, CohortEffect, CohortPoint, Diagnosis, StaggeredFinding, TwoWays
from evalkit.release.clearance import Clearance
from evalkit.release.rounding import digits_of, round_to


def clear_staggered(result: EvaluationResult, ruler: Clearance) -> tuple[SafeStaggered, ...]:
    """Return each outcome's start groups, rounded.

    Raises
    ------
    DisclosureRefused
        If a persons' plan has any, or evidence is missing.
    """
    if result.staggered and not ruler.public:
        raise DisclosureRefused("staggered: startgrupper lämnas bara ut för offentliga uppgifter", code="SDC-PUBLIC")
    return tuple(_finding(found, ruler) for found in result.staggered)


def _finding(found: StaggeredFinding, ruler: Clearance) -> SafeStaggered:
    where = f"staggered:{found.outcome}"
    cohorts = tuple(_cohort(c) for c in found.cohorts if ruler.permits(c.evidence, where))
    points = tuple(p for p in found.paths if ruler.permits(p.evidence, where))
    decimals = _decimals([p.mean for p in points])
    return SafeStaggered(
        outcome=found.outcome,
        comparison=found.comparison,
        anticipation=found.anticipation,
        covariates=found.covariates,
        joined=found.joined,
        cohorts=cohorts,
        paths=tuple(_point(p, decimals) for p in points),
        band_level=found.band_level,
        band_route=found.band_route,
        diagnosis=None if found.diagnosis is None else _diagnosis(found.diagnosis),
        balance=None if found.balance is None else _balance(found.balance),
        two_ways=None if found.two_ways is None else _two_ways(found.two_ways),
    )


def _cohort(effect: CohortEffect) -> SafeCohortEffect:
    decimals = _digits(effect.value, effect.interval)
    interval = _interval(effect.interval, decimals)
    return SafeCohortEffect(
        effect.cohort, effect.n_units, effect.n_comparison, round_to(effect.value, decimals), interval, decimals
    )


def _point(point: CohortPoint, decimals: int) -> SafeCohortPoint:
    return SafeCohortPoint(
        point.cohort, point.period, point.order, point.started, round_to(point.mean, decimals), decimals, point.n
    )


def _diagnosis(found: Diagnosis) -> SafeDiagnosis:
    decimals = digits_of(found.value, 3)
    return SafeDiagnosis(
        value=round_to(found.value, decimals),
        decimals=decimals,
        forbidden_weight=round_to(found.forbidden_weight, 2),
        negative_cells=round_to(found.negative_cells, 2),
        negative_weight=round_to(found.negative_weight, 2),
    )


def _balance(found: Balance) -> SafeBalance:
    decimals = digits_of(found.complete, 3)
    complete, with_any = round_to(found.complete, decimals), round_to(found.with_any, decimals)
    return SafeBalance(found.n_complete, found.n_any, complete, with_any, decimals)


def _two_ways(found: TwoWays) -> SafeTwoWays:
    decimals = _digits(found.imputed, found.interval)
    return SafeTwoWays(
        round_to(found.imputed, decimals), round_to(found.difference, decimals), _interval(found.interval, decimals), decimals
    )


def _digits(value: float, interval: Interval | None) -> int:
    """Return decimals: two digits of a quarter of the interval, as estimates have them of their standard error."""
    return digits_of(value, 3) if interval is None else digits_of((interval.high - interval.low) / 4, 2)


def _interval(interval: Interval | None, decimals: int) -> Interval | None:
    if interval is None:
        return None
    return Interval(round_to(interval.low, decimals), round_to(interval.high, decimals), interval.level)


def _decimals(means: list[float]) -> int:
    """Return decimals for one figure's means: three digits of how far they lie apart."""
    spread = max(means, default=0.0) - min(means, default=0.0)
    return digits_of(spread, 3) if spread else 1
