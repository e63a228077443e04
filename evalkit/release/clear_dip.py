"""Clearing of the dip before the start: nothing about few persons, nor about the few who lack a period."""

from __future__ import annotations

from dataclasses import replace

from evalkit.findings.dip import DipFinding, SafeDip
from evalkit.findings.estimate import Interval
from evalkit.findings.result import EvaluationResult
from evalkit.findings.safe import SafeEstimate
from evalkit.release.clearance import Clearance
from evalkit.release.rounding import digits_of, round_to


def clear_dips(result: EvaluationResult, ruler: Clearance, estimates: tuple[SafeEstimate, ...]) -> tuple[SafeDip, ...]:
    """Return what was found for each outcome, its numbers only where its difference-in-differences is shown."""
    shown = {e.id for e in estimates if e.value is not None}
    return tuple(_dip(one, ruler, visible=f"did.{one.outcome}" in shown) for one in result.dips)


def _dip(one: DipFinding, ruler: Clearance, *, visible: bool) -> SafeDip:
    where = f"path:{one.outcome}"
    hidden = SafeDip(
        one.outcome,
        one.unit,
        one.state,
        one.by_quarter,
        one.periods_last,
        one.periods_earlier,
        one.periods_after,
        *(None,) * 6,
        decimals=0,
    )
    if one.value is None:
        return hidden
    few = any(ruler.is_small(n) for n in (one.n_treated_units, one.n_units - one.n_treated_units))
    if few:
        ruler.hide(where, "few")
    if few or not visible or not ruler.permits(one.evidence, where):
        return hidden
    error = None if one.interval is None else (one.interval.high - one.interval.low) / 4
    decimals = digits_of(error if error else one.value, 2)
    value, last, earlier = (round_to(v, decimals) if v is not None else None for v in (one.value, one.from_last, one.from_earlier))
    return replace(
        hidden,
        value=value,
        interval=_interval(one.interval, decimals),
        worse=one.worse,
        from_last=last,
        from_earlier=earlier,
        earlier_interval=_interval(one.earlier_interval, decimals),
        decimals=decimals,
    )


def _interval(interval: Interval | None, decimals: int) -> Interval | None:
    if interval is None:
        return None
    return Interval(round_to(interval.low, decimals), round_to(interval.high, decimals), interval.level)
