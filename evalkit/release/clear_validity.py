"""Clearing of simulated error rates: no person stands behind them, but exact ones would tell how many units were simulated."""

from __future__ import annotations

from evalkit.findings.result import EvaluationResult
from evalkit.findings.safe import SafeEstimate, SafeValidity
from evalkit.release.rounding import round_to


def clear_validity(result: EvaluationResult, estimates: tuple[SafeEstimate, ...]) -> tuple[SafeValidity, ...]:
    """Return the rates of the estimates that are shown, in whole hundredths."""
    shown = {e.id for e in estimates if e.value is not None}
    return tuple(
        SafeValidity(
            estimate_id=found.estimate_id,
            route=found.route,
            worst_rate=None if found.worst_rate is None else round_to(found.worst_rate, 2),
            ordinary=found.ordinary,
            ordinary_worst=round_to(found.ordinary_worst, 2),
        )
        for found in result.validity
        if found.estimate_id in shown
    )
