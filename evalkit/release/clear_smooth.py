"""Clearing of bounds of smoothness: shown where every event time behind them may be, with the digits their interval carries."""

from __future__ import annotations

import math
from dataclasses import replace

from evalkit.findings.result import EvaluationResult
from evalkit.findings.smooth import SafeSmooth, SmoothBounds
from evalkit.release.clearance import Clearance
from evalkit.release.rounding import digits_of, round_to


def clear_smooth(result: EvaluationResult, ruler: Clearance) -> tuple[SafeSmooth, ...]:
    """Return the bounds, rounded; none for an outcome with few treated behind an event time."""
    found = []
    for one in result.smooth:
        if ruler.is_small(one.n_treated_units):
            ruler.hide(f"path:{one.outcome}", "few")
        else:
            found.append(_rounded(one))
    return tuple(found)


def _rounded(one: SmoothBounds) -> SafeSmooth:
    decimals = digits_of((one.rows[0].high - one.rows[0].low) / 4, 2)
    finer = max(decimals, digits_of(one.largest_change or one.beyond, 2))
    rows = (
        replace(
            row,
            pace_change=round_to(row.pace_change, finer),
            value=round_to(row.value, decimals),
            low=round_to(row.low, decimals),
            high=round_to(row.high, decimals),
        )
        for row in one.rows
    )
    return SafeSmooth(
        outcome=one.outcome,
        n_post=one.n_post,
        n_steps=one.n_steps,
        largest_change=round_to(one.largest_change, finer),
        rows=tuple(rows),
        breakdown=None if one.breakdown is None else _down(one.breakdown, finer),
        beyond=one.breakdown is not None and one.breakdown >= one.beyond,
        level=one.level,
        decimals=decimals,
        change_decimals=finer,
    )


def _down(change: float, decimals: int) -> float:
    """Return the change downwards: more than the finding stands must never be promised."""
    return round_to(math.floor(change * 10**decimals) / 10**decimals, decimals)
