"""Clearing of decisions: what may be claimed is claimed only of estimates that are shown."""

from __future__ import annotations

from dataclasses import replace

from evalkit.findings.decisions import Decision, SafeDecision, waits
from evalkit.findings.estimate import Interval
from evalkit.findings.result import EvaluationResult
from evalkit.findings.safe import SafeEstimate
from evalkit.release.rounding import round_p, round_to, significant


def tested_only(result: EvaluationResult, estimates: tuple[SafeEstimate, ...]) -> tuple[SafeEstimate, ...]:
    """Return the estimates with verdicts that follow the decisions, and no p-value in a report that tests nothing."""
    if not result.decisions:
        return estimates
    decided = {d.estimate_id: d for d in result.decisions}
    return tuple(_follow(e, decided.get(e.id), untold=waits(result.look, decided.get(e.id))) for e in estimates)


def clear_decisions(result: EvaluationResult, estimates: tuple[SafeEstimate, ...]) -> tuple[SafeDecision, ...]:
    """Return the decisions, rounded as the report prints them; those of hidden estimates without any number."""
    named = {e.id: e for e in estimates}
    return tuple(_safe(d, named[d.estimate_id], untold=waits(result.look, d)) for d in result.decisions)


def _follow(estimate: SafeEstimate, decision: Decision | None, *, untold: bool) -> SafeEstimate:
    if untold:
        return replace(estimate, significant=None, p_value=None, p_below=False)
    if decision is None or estimate.value is None or decision.level is None:
        return estimate
    return replace(estimate, significant=decision.rejected)


def _safe(decision: Decision, estimate: SafeEstimate, *, untold: bool) -> SafeDecision:
    hidden = estimate.value is None or untold
    p_value, p_below = _p(decision.p_value, hidden=hidden)
    adjusted, adjusted_below = _p(decision.adjusted_p, hidden=hidden)
    return SafeDecision(
        estimate_id=decision.estimate_id,
        outcome=decision.outcome,
        role=decision.role,
        family=decision.family,
        tests_together=decision.tests_together,
        p_value=p_value,
        p_below=p_below,
        adjusted_p=adjusted,
        adjusted_below=adjusted_below,
        q_value=None if hidden or decision.q_value is None else significant(decision.q_value, 2),
        level=None if decision.level is None else round_to(decision.level, 4),
        rejected=None if hidden else decision.rejected,
        interval=None if hidden else _interval(decision.interval, estimate.decimals),
    )


def _p(p: float | None, *, hidden: bool) -> tuple[float | None, bool]:
    return (None, False) if hidden or p is None else round_p(p)


def _interval(interval: Interval | None, decimals: int) -> Interval | None:
    if interval is None:
        return None
    return Interval(round_to(interval.low, decimals), round_to(interval.high, decimals), round_to(interval.level, 4))
