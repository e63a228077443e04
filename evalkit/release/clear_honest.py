"""Clearing of bounds: shown where every event time behind them may be shown, with the digits that the interval carries."""

from __future__ import annotations

import math
from dataclasses import replace

from evalkit.findings.honest import SafeHonest
from evalkit.findings.result import EvaluationResult
from evalkit.release.clearance import Clearance
from evalkit.release.rounding import digits_of, round_to


def clear_honest(result: EvaluationResult, ruler: Clearance) -> tuple[SafeHonest, ...]:
    """Return the bounds, rounded; none for an outcome with few treated behind an event time."""
    found = []
    for one in result.honest:
        if ruler.is_small(one.n_treated_units):
            ruler.hide(f"path:{one.outcome}", "few")
            continue
        decimals = digits_of((one.rows[0].high - one.rows[0].low) / 4, 2)
        rows = tuple(replace(r, low=round_to(r.low, decimals), high=round_to(r.high, decimals)) for r in one.rows)
        found.append(
            SafeHonest(
                outcome=one.outcome,
                value=round_to(one.value, decimals),
                n_post=one.n_post,
                n_steps=one.n_steps,
                largest_step=round_to(one.largest_step, decimals),
                rows=rows,
                breakdown=None if one.breakdown is None else _down(one.breakdown),
                level=one.level,
                decimals=decimals,
            )
        )
    return tuple(found)


def _down(factor: float) -> float:
    """Return one decimal, downwards: more drift than the finding stands must never be promised."""
    return math.floor(factor * 10) / 10
