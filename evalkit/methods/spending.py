"""Reports that test before the end: how much of the error rate each may spend, and the boundary that follows.

A series of reports that each test at 5 % raises a false alarm far more often than 5 times in 100. With a spending function the
whole series keeps its rate whatever the number of reports, since each may only use what the function has set free.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from evalkit.methods.fits import Floats

_POINTS = 1001
_REACH = 8.0


def obrien_fleming(share: float, side: float) -> float:
    """Return what the O'Brien–Fleming type function has spent at a share of the information: 2·(1 − Φ(z(1 − side/2)/√share))."""
    from scipy.special import ndtr, ndtri

    return float(2 * ndtr(-ndtri(1 - side / 2) / math.sqrt(share)))


def pocock(share: float, side: float) -> float:
    """Return what the Pocock type function has spent at a share of the information: side·ln(1 + (e − 1)·share)."""
    return side * math.log(1 + (math.e - 1) * share)


FUNCTIONS: dict[str, Callable[[float, float], float]] = {"obrien_fleming": obrien_fleming, "pocock": pocock}
"""Plan word -> spending function. Source: Lan and DeMets 1983."""


def boundaries(shares: Sequence[float], alpha: float, function: str) -> tuple[float, ...]:
    """Return the z-value that each report must reach, two-sided tests of one series.

    Parameters
    ----------
    shares : sequence of float
        Share of the information at each test, rising, the last 1.
    alpha : float
        Two-sided error rate of the whole series; each side spends half.
    function : str
        Key of `FUNCTIONS`.

    Notes
    -----
    Under no effect Z_k√t_k is a random walk with independent normal increments. The density of the walk that has not crossed is
    carried forward on a grid (Armitage, McPherson and Rowe 1969), and each boundary is the z-value at which what crosses equals
    what may be spent. Crossing of the other side is neglected: the sum over both sides is then at most alpha.
    """
    from scipy.optimize import brentq
    from scipy.special import ndtr, ndtri

    spent = [FUNCTIONS[function](share, alpha / 2) for share in shares]
    found = [float(-ndtri(spent[0]))]
    grid, density = _first(found[0], shares[0])
    for k in range(1, len(shares)):
        step, scale = math.sqrt(shares[k] - shares[k - 1]), math.sqrt(shares[k])
        wanted = spent[k] - spent[k - 1]

        def missing(z: float, grid: Floats = grid, density: Floats = density, step: float = step, wanted: float = wanted) -> float:
            return _integral(grid, density * ndtr((grid - z * scale) / step)) - wanted  # noqa: B023 - used at once

        found.append(float(brentq(missing, -_REACH, _REACH, xtol=1e-12)))
        grid, density = _next(grid, density, step, found[k] * scale, scale)
    return tuple(found)


def nominal_levels(shares: Sequence[float], alpha: float, function: str) -> tuple[float, ...]:
    """Return the two-sided p-value that each report must not exceed: 2·(1 − Φ(boundary))."""
    from scipy.special import ndtr

    return tuple(float(2 * ndtr(-z)) for z in boundaries(shares, alpha, function))


def _first(z: float, share: float) -> tuple[Floats, Floats]:
    scale = math.sqrt(share)
    grid = np.linspace(-_REACH * scale, z * scale, _POINTS)
    return grid, _normal(grid / scale) / scale


def _next(grid: Floats, density: Floats, step: float, end: float, scale: float) -> tuple[Floats, Floats]:
    new = np.linspace(-_REACH * scale, end, _POINTS)
    moved = _normal((new[:, None] - grid[None, :]) / step) / step * density[None, :]
    return new, np.asarray((moved * _weights(grid)).sum(axis=1))


def _normal(z: Floats) -> Floats:
    return np.asarray(np.exp(-z * z / 2) / math.sqrt(2 * math.pi))


def _integral(grid: Floats, values: Floats) -> float:
    return float(np.sum(_weights(grid) * values))


def _weights(grid: Floats) -> Floats:
    """Return Simpson's weights on an even number of equal steps."""
    weights = np.ones(len(grid))
    weights[1:-1:2], weights[2:-1:2] = 4, 2
    return np.asarray(weights * (grid[1] - grid[0]) / 3)
