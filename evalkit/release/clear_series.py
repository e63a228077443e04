"""Clearing of time series: shown where the estimate is, with the digits that it carries."""

from __future__ import annotations

from dataclasses import replace

from evalkit.findings.result import EvaluationResult
from evalkit.findings.safe import SafeEstimate
from evalkit.findings.time_series import SafeSeries, SeriesFinding
from evalkit.release.clearance import Clearance
from evalkit.release.rounding import round_to


def clear_series(result: EvaluationResult, ruler: Clearance, estimates: tuple[SafeEstimate, ...]) -> tuple[SafeSeries, ...]:
    """Return each series as it may be seen; one whose estimate is hidden, or that few persons stand behind, loses its numbers."""
    shown = {e.outcome: e for e in estimates if e.estimator == "interrupted-series" and e.value is not None}
    return tuple(_series(found, ruler, shown.get(found.outcome)) for found in result.time_series)


def _series(found: SeriesFinding, ruler: Clearance, estimate: SafeEstimate | None) -> SafeSeries:
    where = f"series:{found.outcome}"
    visible = estimate is not None and ruler.permits(found.evidence, where) and not ruler.is_small(found.n_units)
    decimals = 0 if estimate is None else estimate.decimals
    numbers = {
        name: round_to(getattr(found, name), decimals + (name in {"trend", "slope"})) if visible else None
        for name in ("trend", "level", "slope", "mean_after")
    }
    points = tuple(replace(p, seen=round_to(p.seen, decimals), expected=round_to(p.expected, decimals)) for p in found.points)
    return SafeSeries(
        outcome=found.outcome,
        start=found.start,
        n_units=ruler.count(found.n_units, where),
        n_before=found.n_before,
        n_after=found.n_after,
        season=found.season,
        decides=found.decides,
        memory=round_to(found.memory, 1) if visible else None,
        decimals=decimals,
        points=points if visible else (),
        **numbers,
    )
