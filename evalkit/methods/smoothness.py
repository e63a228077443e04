"""Bounds where the groups' difference would have gone on smoothly: intervals of fixed length around an extrapolated trend.

Source: Rambachan and Roth 2023, restriction Δ^SD(M): from one period to the next the pace at which the groups drift apart changes
by at most M. The estimate is the mean difference after the start less a weighted sum of the steps before it, the weights summing to
the drift, so that a straight line cancels. What is left of a bent one is at most M times a sum that the weights alone decide; the
weights are those with the shortest interval. docs/METHODS.md#honest-bounds.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from evalkit.findings.smooth import SmoothBounds, SmoothRow
from evalkit.methods.fits import Floats
from evalkit.methods.honest import TrendPath

FACTORS = (0.0, 0.5, 1.0, 2.0)
"""Times the largest change of pace before the start."""
GRID, HALVINGS = 12, 16
"""Changes of pace at which a breakdown is looked for, and halvings between two of them."""
_FINEST = 1e-3


@dataclass(frozen=True, slots=True)
class Smooth:
    """An interval of fixed length: its middle, half its length, and the weights of the steps."""

    value: float
    half: float
    weights: Floats

    def excludes_zero(self) -> bool:
        """Return whether zero lies outside."""
        return abs(self.value) > self.half


def smooth_bounds(path: TrendPath, level: float) -> SmoothBounds | None:
    """Return the bounds of smoothness on a path; None where no interval with estimated weights holds on its design."""
    if path.smooth_tail is None:
        return None
    alpha = (1 - level) * path.smooth_tail / 0.05
    steps = path.values[path.n_post :]
    largest = float(np.abs(np.diff(steps)).max())

    def at(change: float) -> Smooth:
        return shortest(path, change, alpha)

    rows = []
    for factor in FACTORS:
        found = at(factor * largest)
        rows.append(SmoothRow(factor, factor * largest, found.value, found.value - found.half, found.value + found.half))
    beyond = 10 * max(largest, _noise(path))
    return SmoothBounds(
        outcome=path.outcome,
        n_post=path.n_post,
        n_steps=path.n_steps,
        largest_change=largest,
        rows=tuple(rows),
        breakdown=breakdown(at, beyond),
        beyond=beyond,
        level=level,
        n_treated_units=path.n_treated_units,
    )


def shortest(path: TrendPath, change: float, alpha: float) -> Smooth:
    """Return the shortest interval that holds where the pace changes by at most `change` a period.

    Notes
    -----
    Half its length is M·B + t·SE, B = Σ|cumulated weights| and t the quantile at 1 − α of |N(M·B/SE, 1)| less M·B/SE, carried from
    the normal to t(df) by its tail. That is convex in the cumulated weights; each is split into what is above and below zero, so
    that B is smooth.
    """
    from scipy.optimize import minimize

    start = np.cumsum(straight(path.values.shape[0], path.n_post, path.covariance))[:-1]
    if change > 0 and len(start):
        scale = _noise(path)

        def length(z: Floats) -> tuple[float, Floats]:
            value, slope = _length(path, change, alpha, z)
            return value / scale, slope / scale

        parts = np.concatenate([np.maximum(start, 0.0), np.maximum(-start, 0.0)])
        made: Any = minimize(
            length,
            parts,
            jac=True,
            bounds=[(0.0, None)] * len(parts),
            method="L-BFGS-B",
            options={"ftol": 1e-13, "gtol": 1e-9, "maxiter": 500},
        )
        start = made.x[: len(start)] - made.x[len(start) :]
    weights = np.diff(np.concatenate([[0.0], start, [_drift(path.n_post)]]))
    combined = np.concatenate([path.weights, -weights])
    error = math.sqrt(float(np.einsum("a,ab,b->", combined, path.covariance, combined)))
    bias = change * (float(np.abs(start).sum()) + _bend_after(path.n_post))
    return Smooth(float((combined * path.values).sum()), _half(bias, error, alpha, path.df), weights)


def straight(k: int, n_post: int, covariance: Floats) -> Floats:
    """Return the weights of the steps with the least variance, for a difference that goes on at one pace: shape (k − n_post,).

    Parameters
    ----------
    k : int
        Values of the path.
    covariance : shape (..., k, k)
    """
    post = np.full(n_post, 1.0 / n_post)
    own, across = covariance[..., n_post:, n_post:], covariance[..., n_post:, :n_post]
    free = np.linalg.solve(own, np.einsum("...sp,p->...s", across, post)[..., None])[..., 0]
    ones = np.linalg.solve(own, np.ones((*own.shape[:-1], 1)))[..., 0]
    lacking = (_drift(n_post) - free.sum(axis=-1)) / ones.sum(axis=-1)
    return np.asarray(free + lacking[..., None] * ones)


def breakdown(at: Callable[[float], Smooth], beyond: float) -> float | None:
    """Return the largest change of pace up to which every interval excludes zero, at most `beyond`; None where none does at 0."""
    if not at(0.0).excludes_zero():
        return None
    low = 0.0
    for high in beyond * np.geomspace(_FINEST, 1.0, GRID):
        if not at(float(high)).excludes_zero():
            break
        low = float(high)
    else:
        return beyond
    high = float(high)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if at(middle).excludes_zero() else (low, middle)
    return low


def _length(path: TrendPath, change: float, alpha: float, z: Floats) -> tuple[float, Floats]:
    """Return half the length on normal quantiles and its slope, for cumulated weights split into two parts."""
    k = len(z) // 2
    weights = np.diff(np.concatenate([[0.0], z[:k] - z[k:], [_drift(path.n_post)]]))
    combined = np.concatenate([path.weights, -weights])
    pushed = np.einsum("ab,b->a", path.covariance, combined)
    error = math.sqrt(float((combined * pushed).sum()))
    bias = change * (float(z.sum()) + _bend_after(path.n_post))
    quantile, slope = _folded(bias / error, alpha)
    # The weight of step i is A_i less A_(i-1), and enters with a minus sign.
    by_step = -pushed[path.n_post :] / error
    by_sum = by_step[:-1] - by_step[1:]
    own = (quantile - slope * bias / error) * by_sum
    return error * quantile, np.concatenate([own, -own]) + slope * change


def _folded(shift: float, alpha: float) -> tuple[float, float]:
    """Return the 1 − α quantile of |N(shift, 1)| and its derivative."""
    from scipy.special import chndtrix, ndtri

    if shift > 6:
        return shift + float(ndtri(1 - alpha)), 1.0
    quantile = math.sqrt(float(chndtrix(1 - alpha, 1.0, shift * shift)))
    near, far = math.exp(-((quantile - shift) ** 2) / 2), math.exp(-((quantile + shift) ** 2) / 2)
    return quantile, (near - far) / (near + far)


def _half(bias: float, error: float, alpha: float, df: float) -> float:
    from scipy.special import ndtr, stdtrit

    if error == 0:
        return bias
    beyond = _folded(bias / error, alpha)[0] - bias / error
    return bias + error * float(stdtrit(df, ndtr(beyond)))


def _drift(n_post: int) -> float:
    """Return how many steps of one pace the mean after the start has drifted."""
    return (n_post + 1) / 2


def _bend_after(n_post: int) -> float:
    """Return how much a bend of one in every period, from the last step before the start on, moves the mean after it."""
    return sum((n_post - j) * (n_post - j + 1) / (2 * n_post) for j in range(n_post))


def _noise(path: TrendPath) -> float:
    return math.sqrt(float(np.trace(path.covariance)) / len(path.values))
