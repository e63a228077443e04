"""What two-way fixed effects compare when units start at different times, from the starts alone."""

from __future__ import annotations

from itertools import permutations

import numpy as np

from evalkit.findings.staggered import Diagnosis
from evalkit.methods.cohorts.group_time import Starts
from evalkit.methods.fits import Floats


def diagnose(starts: Starts, y: Floats) -> Diagnosis:
    """Return the coefficient of two-way fixed effects and what it rests on.

    Notes
    -----
    Goodman-Bacon 2021, theorem 1, for a balanced panel: β is a weighted mean of 2×2 comparisons of start groups; those whose
    comparison group
    is already treated are forbidden. de Chaisemartin & D'Haultfœuille 2020: β = Σ w_it·effect_it over treated cells with
    w_it = d̃_it / Σ d̃² , d̃ the treatment with unit and period means taken out; weights may be negative.
    """
    treated = starts.cells().astype(np.float64)
    within = treated - treated.mean(axis=1, keepdims=True)
    within = within - within.mean(axis=0, keepdims=True)
    square = float((within**2).sum())
    weights = within[treated > 0] / square
    negative = weights[weights < 0]
    return Diagnosis(
        value=float((within * (y - y[:, :1])).sum() / square),
        forbidden_weight=_forbidden(starts),
        negative_cells=len(negative) / len(weights),
        negative_weight=float(negative.sum()),
    )


def two_by_twos(starts: Starts) -> dict[tuple[int, int | None], float]:
    """Return the weight of each comparison: (the group that starts, the group compared with, None for never), summing to 1.

    A pair of start groups stands twice: the earlier against the later while that is untreated, the later against the earlier,
    which is treated already.
    """
    periods, total = starts.n_periods, len(starts.first)
    share = {g: starts.size(g) / total for g in starts.cohorts}
    time = {g: (periods - g) / periods for g in starts.cohorts}
    never = float((~np.isfinite(starts.first)).mean())
    raw: dict[tuple[int, int | None], float] = {}
    for g in starts.cohorts:
        if never > 0:
            raw[g, None] = (share[g] + never) ** 2 * _variance(share[g], never) * time[g] * (1 - time[g])
    for own, other in permutations(starts.cohorts, 2):
        pair = _variance(share[own], share[other])
        early, late = min(own, other), max(own, other)
        if own == early:
            size = (share[own] + share[other]) * (1 - time[late])
            spread = (time[early] - time[late]) / (1 - time[late]) * (1 - time[early]) / (1 - time[late])
        else:
            size = (share[own] + share[other]) * time[early]
            spread = time[late] / time[early] * (time[early] - time[late]) / time[early]
        raw[own, other] = size**2 * pair * spread
    whole = sum(raw.values())
    return {pair: weight / whole for pair, weight in raw.items()}


def _forbidden(starts: Starts) -> float:
    return sum(weight for (own, other), weight in two_by_twos(starts).items() if other is not None and other < own)


def _variance(a: float, b: float) -> float:
    return a * b / (a + b) ** 2
