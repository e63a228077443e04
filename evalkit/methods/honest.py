"""Bounds where the groups would not have developed alike: relative magnitudes, by a union of intervals in closed form.

Source: Rambachan and Roth 2023, restriction Δ^RM: after the start the groups drift apart each period by at most M̄ times the largest
step between two consecutive periods before it. Whichever step is the largest, and whichever its sign, the truth then lies between
two linear combinations of the event-study coefficients; the interval from the lower end of the lower to the upper end of the upper
one covers it, and so does the union over steps and signs. R HonestDiD's hybrid interval, which uses more, lies inside it.
docs/METHODS.md#honest-bounds.
"""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True, eq=False)
class TrendPath:
    """What bounds rest on: differences after the start, and the steps between consecutive periods before it.

    Attributes
    ----------
    n_post : int
        Periods after the start, the first ones.
    values : shape (n_post + n_steps,)
        Differences after the start against the last period before it; then steps, oldest first, the last one into that period.
    covariance : shape (n_post + n_steps, n_post + n_steps)
    df : float
        Degrees of freedom of that covariance.
    tail, smooth_tail : float, float | None
        Two-sided tail of the t quantile that holds 5 %: smaller where the covariance of few units does not hold it; that of a
        trend extrapolated with estimated weights, None where none holds.
    n_treated_units : int
        Fewest treated units behind one of the values.
    """

    outcome: str
    n_post: int
    values: Floats
    covariance: Floats
    df: float
    n_treated_units: int
    tail: float = 0.05
    smooth_tail: float | None = 0.05

    @property
    def n_steps(self) -> int:
        """Steps before the start."""
        return len(self.values) - self.n_post

    @property
    def weights(self) -> Floats:
        """The mean over the periods after the start."""
        return np.full(self.n_post, 1.0 / self.n_post)

    @property
    def target(self) -> Floats:
        """The same as weights on `values`."""
        return np.concatenate([self.weights, np.zeros(self.n_steps)])

    @property
    def steps(self) -> Floats:
        """Each step as weights on `values`, shape (n_steps, n_post + n_steps)."""
        return np.eye(len(self.values))[self.n_post :]


def bounds_of(path: TrendPath, level: float) -> HonestBounds:
    """Return the bounds of relative magnitudes on a path."""
    target, steps, weights = path.target, path.steps, path.weights
    reach = _quantile(1 - (1 - level) * path.tail / 0.05, path.df)
    found = {m: interval(path.values, path.covariance, target, steps, m * drift(weights), reach) for m in FACTORS}
    return HonestBounds(
        outcome=path.outcome,
        value=float(np.einsum("i,i->", target, path.values)),
        n_post=path.n_post,
        n_steps=path.n_steps,
        largest_step=float(np.abs(path.values[path.n_post :]).max()),
        rows=tuple(HonestRow(m, *ends) for m, ends in found.items()),
        breakdown=breakdown(path.values, path.covariance, target, steps, weights, reach),
        level=level,
        n_treated_units=path.n_treated_units,
    )


def pooled_path(panel: Panel) -> TrendPath | None:
    """Return the path of the two-way event study.

    None where there are too few units for a covariance that holds, or fewer than three separate periods before the start.
    """
    if panel.mixed_clusters or len(event_bins(panel)) < 2 or lead_test(panel).state == "cannot_be_tested":
        return None
    bins = event_bins(panel)
    clear = _single(panel, bins)
    post = _run(clear, 0)
    before = [k for k in range(min(clear, default=0), REFERENCE) if {k, k + 1} <= clear | {REFERENCE}]
    if not post or len(before) < LEAST_STEPS:
        return None
    fit = fit_two_way(panel.y, np.stack([b.astype(np.float64) for b in bins.values()]), panel.cluster, panel.outcome)
    place = {k: i for i, k in enumerate(bins)}
    mapped = np.zeros((len(post) + len(before), len(place)))
    for row, k in zip(mapped, post, strict=False):
        row[place[k]] = 1.0
    for row, k in zip(mapped[len(post) :], before, strict=True):
        row[place[k]] = -1.0
        if k + 1 != REFERENCE:
            row[place[k + 1]] = 1.0
    times = event_times(panel)
    return TrendPath(
        outcome=panel.outcome,
        n_post=len(post),
        values=np.einsum("vk,k->v", mapped, fit.coefficients),
        covariance=np.einsum("vk,kl,wl->vw", mapped, fit.covariance, mapped),
        df=fit.n_clusters - 1.0,
        n_treated_units=min(int((times == k).any(axis=1).sum()) for k in (*post, *before)),
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
