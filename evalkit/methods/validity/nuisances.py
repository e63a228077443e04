"""What is not known about a design and may make a test wrong: declared, not estimated, so that no outcome is read."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from evalkit.methods.validity.lumpy import changes, is_lumpy, mean_changes, shapes_of

Array = NDArray[np.float64]

SHAPES = ("normal", "exponential")
VARIANCE_RATIOS = (1.0, 2.0)
"""The treated may vary as much as the others, or twice as much (variance)."""
LARGEST_RATIO = 9.0
"""Persons with symmetric values may vary three times as much (standard deviation) when they are treated."""
INTRACLASS = (0.0, 0.3)
"""Between none and the largest share of variance that schools or municipalities are taken to have in common."""
AUTOCORRELATION = (0.0, 0.8)
RELAPSE = 0.15
"""In the shape ``relapse`` so many become much worse while the others improve a little: mean 0, skewness −1.8."""
MOVERS = 0.3
"""In the shape ``heavy`` so many change with three times the standard deviation of the others: symmetric, long tails."""


@dataclass(frozen=True, slots=True)
class Nuisance:
    """One declared case under which nothing is true: the intervention has no effect.

    Attributes
    ----------
    shape : str
        ``normal``, ``exponential`` (skewness 2), ``relapse`` or ``heavy``; of lumpy values as `evalkit.methods.validity.lumpy`.
    variance_ratio : float
        Variance of the treated over that of the others.
    icc, autocorrelation : float | None
        None where the design has no clusters or no periods to correlate within.
    background : float | None
        Of matched persons: share of the changes' variance that the background which told the groups apart explains.
    """

    shape: str = "normal"
    variance_ratio: float = 1.0
    icc: float | None = None
    autocorrelation: float | None = None
    background: float | None = None


def of_two_groups(*, clustered: bool, persons: bool, kind: str = "") -> tuple[Nuisance, ...]:
    """Return the declared cases of a comparison of two groups of units; `kind` is the outcome's, where it comes in lumps."""
    shares: tuple[float | None, ...] = INTRACLASS if clustered else (None,)
    extra = (("normal", LARGEST_RATIO),) if persons else ()
    kinds = (*product(SHAPES, VARIANCE_RATIOS), *extra, *product(shapes_of(kind), VARIANCE_RATIOS))
    return tuple(Nuisance(shape, ratio, icc) for (shape, ratio), icc in product(kinds, shares))


def of_one_group(*, clustered: bool, kind: str = "") -> tuple[Nuisance, ...]:
    """Return the declared cases of a mean of changes; `kind` as in `of_two_groups`."""
    shares: tuple[float | None, ...] = INTRACLASS if clustered else (None,)
    return tuple(Nuisance(shape, 1.0, icc) for shape, icc in product((*SHAPES, "relapse", "heavy", *shapes_of(kind)), shares))


def of_panels() -> tuple[Nuisance, ...]:
    """Return the declared cases of a panel in which units start at different times."""
    return tuple(Nuisance(shape, ratio, None, rho) for shape, ratio, rho in product(SHAPES, VARIANCE_RATIOS, AUTOCORRELATION))


def noise(shape: str, size: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Return independent values of a shape with mean 0 and variance 1; of lumpy values a change."""
    if is_lumpy(shape):
        return changes(shape, size, rng)
    if shape == "normal":
        return rng.standard_normal(size)
    if shape == "exponential":
        return np.asarray(rng.standard_exponential(size) - 1.0)
    if shape == "heavy":
        spreads = np.where(rng.random(size) < MOVERS, 3.0, 1.0) / np.sqrt(9 * MOVERS + 1 - MOVERS)
        return np.asarray(spreads * rng.standard_normal(size))
    relapsed = rng.random(size) < RELAPSE
    apart = 40.0 / 3.0
    jumps = np.where(relapsed, -apart * (1 - RELAPSE), apart * RELAPSE)
    spread = np.sqrt(1.0 + apart**2 * RELAPSE * (1 - RELAPSE))
    return np.asarray((jumps + rng.standard_normal(size)) / spread)


def unit_values(nuisance: Nuisance, sizes: Array | None, shape: tuple[int, int], rng: np.random.Generator) -> Array:
    """Return one value a unit, shape (samples, units).

    Parameters
    ----------
    sizes : shape (units,) or None
        Persons in each cluster. The value is the cluster's own part, of share `icc`, and the mean of its persons' parts; None
        where the unit has one value.
    """
    if sizes is None or nuisance.icc is None:
        return noise(nuisance.shape, shape, rng)
    share = nuisance.icc
    if is_lumpy(nuisance.shape):
        # What a whole cluster has in common is smooth, however its persons answer.
        own, persons = rng.standard_normal(shape) if share else np.zeros(shape), mean_changes(nuisance.shape, sizes, shape, rng)
        return np.asarray(np.sqrt(share) * own + np.sqrt(1 - share) * persons)
    if nuisance.shape == "exponential":
        persons = (rng.standard_gamma(np.broadcast_to(sizes, shape)) - sizes) / sizes
    else:
        persons = rng.standard_normal(shape) / np.sqrt(sizes)
    own = noise(nuisance.shape, shape, rng) if share else np.zeros(shape)
    return np.asarray(np.sqrt(share) * own + np.sqrt(1 - share) * persons)


def autocorrelated(nuisance: Nuisance, shape: tuple[int, int, int], rng: np.random.Generator) -> Array:
    """Return errors of shape (samples, units, periods), AR(1) within a unit, stationary, variance 1."""
    rho = nuisance.autocorrelation or 0.0
    draws = noise(nuisance.shape, shape, rng)
    for period in range(1, shape[2]):
        draws[:, :, period] = rho * draws[:, :, period - 1] + np.sqrt(1 - rho**2) * draws[:, :, period]
    return draws
