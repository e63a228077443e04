"""Bounds where the groups would not have developed alike: relative magnitudes, by a union of intervals in closed form.

Source: Rambachan and Roth 2023, restriction Δ^RM: after the start the groups drift apart each period by at most M̄ times the largest
step between two consecutive periods before it. Whichever step is the largest, and whichever its sign, the truth then lies between
two linear combinations of the event-study coefficients; the interval from the lower end of the lower to the upper end of the upper
one covers it, and so does the union over steps and signs. R HonestDiD's hybrid interval, which uses more, lies inside it.
docs/METHODS.md#honest-bounds.
"""

from __future__ import annotations

import numpy as np

from evalkit.findings.honest import MOST, HonestBounds, HonestRow
from evalkit.methods.event_study import LEAST_IN_POINT, REFERENCE, event_bins, event_times, lead_test
from evalkit.methods.fits import Bools, Floats
from evalkit.methods.panel import Panel
from evalkit.methods.two_way import fit_two_way

FACTORS = (0.0, 0.5, 1.0, 1.5, 2.0)
LEAST_STEPS = 2
"""Three periods before the start."""
_ACCURACY = 1e-6


def honest_bounds(panel: Panel, level: float) -> tuple[HonestBounds, ...]:
    """Return the bounds of a panel's event study.

    Nothing where there are too few units for a covariance that holds, or fewer than three separate periods before the start.
    """
    if panel.mixed_clusters or len(event_bins(panel)) < 2 or lead_test(panel).state == "cannot_be_tested":
        return ()
    bins = event_bins(panel)
    clear = _single(panel, bins)
    post = _run(clear, 0)
    before = [k for k in range(min(clear, default=0), REFERENCE) if {k, k + 1} <= clear | {REFERENCE}]
    if not post or len(before) < LEAST_STEPS:
        return ()
    fit = fit_two_way(panel.y, np.stack([b.astype(np.float64) for b in bins.values()]), panel.cluster, panel.outcome)
    place = {k: i for i, k in enumerate(bins)}
    steps = np.zeros((len(before), len(place)))
    for row, k in zip(steps, before, strict=True):
        row[place[k]] = -1.0
        if k + 1 != REFERENCE:
            row[place[k + 1]] = 1.0
    weights = np.full(len(post), 1.0 / len(post))
    target = np.zeros(len(place))
    target[[place[k] for k in post]] = weights
    reach = _quantile(level, fit.n_clusters - 1)
    found = {m: interval(fit.coefficients, fit.covariance, target, steps, m * drift(weights), reach) for m in FACTORS}
    times = event_times(panel)
    return (
        HonestBounds(
            outcome=panel.outcome,
            value=float(np.einsum("i,i->", target, fit.coefficients)),
            n_post=len(post),
            n_steps=len(before),
            largest_step=float(np.abs(np.einsum("si,i->s", steps, fit.coefficients)).max()),
            rows=tuple(HonestRow(m, *ends) for m, ends in found.items()),
            breakdown=breakdown(fit.coefficients, fit.covariance, target, steps, weights, reach),
            level=level,
            n_treated_units=min(int((times == k).any(axis=1).sum()) for k in (*post, *before)),
        ),
    )


def drift(weights: Floats) -> float:
    """Return how many steps a weighted mean of post-period differences can drift: Σ_j |Σ_{k ≥ j} w_k|."""
    return float(np.abs(np.cumsum(weights[::-1])).sum())


def interval(  # noqa: PLR0917 - the pieces of one formula
    coefficients: Floats, covariance: Floats, target: Floats, steps: Floats, size: float, reach: float
) -> tuple[float, float]:
    """Return the union over steps and signs of [target·β − size·step·β − reach·SE, target·β + size·step·β + reach·SE]."""
    ends = np.concatenate([target - size * steps, target + size * steps])
    value = np.einsum("ei,i->e", ends, coefficients)
    error = np.sqrt(np.einsum("ei,ij,ej->e", ends, covariance, ends))
    return float((value - reach * error).min()), float((value + reach * error).max())


def breakdown(  # noqa: PLR0917 - as `interval`
    coefficients: Floats, covariance: Floats, target: Floats, steps: Floats, weights: Floats, reach: float
) -> float | None:
    """Return the largest factor at which the interval excludes zero, to six decimals and at most `MOST`."""

    def excludes(factor: float) -> bool:
        low, high = interval(coefficients, covariance, target, steps, factor * drift(weights), reach)
        return low > 0 or high < 0

    if not excludes(0.0):
        return None
    low, high = 0.0, MOST
    if excludes(high):
        return MOST
    while high - low > _ACCURACY:
        middle = (low + high) / 2
        low, high = (middle, high) if excludes(middle) else (low, middle)
    return low


def _single(panel: Panel, bins: dict[int, Bools]) -> set[int]:
    """Return the event times that stand for one period alone, with units enough."""
    times = event_times(panel)
    alone = {k for k, inside in bins.items() if not (inside & (times != k)).any()}
    return {k for k in alone if len(np.unique(panel.cluster[(times == k).any(axis=1)])) >= LEAST_IN_POINT}


def _run(times: set[int], first: int) -> list[int]:
    found = []
    while first in times:
        found.append(first)
        first += 1
    return found


def _quantile(level: float, df: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(df, 0.5 + level / 2.0))
