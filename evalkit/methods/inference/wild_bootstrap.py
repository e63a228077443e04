"""The wild cluster bootstrap with the null imposed (WCR), by full enumeration where that is feasible.

Source: Cameron, Gelbach & Miller 2008; enumeration and ties as in MacKinnon, Nielsen & Webb 2023. Every draw is linear in the
cluster weights, so no regression is run again: see docs/METHODS.md#wild-cluster-bootstrap.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from evalkit.errors import EstimationError
from evalkit.methods.inference.cluster_robust import Array, cluster_rows, least_squares

ENUMERATION_LIMIT = 1 << 14
"""At most this many sign vectors are enumerated; beyond, `draws` random ones are used with a declared seed."""

_TIE = 1e-9


@dataclass(frozen=True, slots=True)
class WildBootstrap:
    """A wild cluster bootstrap test of one coefficient being zero.

    Attributes
    ----------
    statistic : float
        The sample's t with CR1.
    p_value : float
        Share of draws at least as far from zero, ties counted (weak inequality); attainable in steps of `smallest_p`.
    p_strict : float
        The same without ties.
    n_draws : int
    enumerated : bool
        Whether every sign vector was used, so that the p-value is exact and has no seed.
    smallest_p : float
        The smallest p-value the design can give.
    """

    statistic: float
    p_value: float
    p_strict: float
    n_draws: int
    enumerated: bool
    smallest_p: float


def wild_cluster_test(
    design: Array,
    outcome: Array,
    cluster: NDArray[np.generic],
    coefficient: int,
    *,
    draws: int = 9_999,
    rng: np.random.Generator | None = None,
) -> WildBootstrap:
    """Test that one coefficient is zero with Rademacher weights by cluster.

    Parameters
    ----------
    design : shape (n, k); outcome : shape (n,); cluster : shape (n,)
    coefficient : int
        Column of `design` under test.
    draws : int
        Random draws where enumeration is too large.
    rng : numpy.random.Generator
        Needed only then.

    Raises
    ------
    EstimationError
        If there are fewer than two clusters, or random draws are needed and no generator is given.
    """
    rows = cluster_rows(cluster)
    if len(rows) < 2:
        raise EstimationError("klusterbootstrap kräver minst två kluster", code="few-clusters")
    outcome = _centred(np.delete(design, coefficient, axis=1), outcome)
    numerator, spread, factor = _linear_parts(design, outcome, rows, coefficient)
    weights, enumerated = _weights(len(rows), draws, rng)
    squares = np.sum((weights @ spread.T) ** 2, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistics = np.abs(weights @ numerator) / np.sqrt(factor * squares)
    sample = _sample_statistic(design, outcome, rows, coefficient, factor)
    valid = statistics[np.isfinite(statistics)]
    further = np.sum(valid > abs(sample) * (1 + _TIE))
    ties = np.sum(valid >= abs(sample) * (1 - _TIE))
    n = len(valid)
    if enumerated:
        return WildBootstrap(sample, float(ties / n), float(further / n), n, enumerated=True, smallest_p=2.0 / n)
    return WildBootstrap(sample, float((ties + 1) / (n + 1)), float(further / n), n, enumerated=False, smallest_p=1.0 / (n + 1))


def _centred(restricted: Array, outcome: Array) -> Array:
    """Return `outcome` less its mean where the restricted model has a constant: ties then survive a large offset."""
    ones = np.ones(len(outcome))
    return outcome - outcome.mean() if np.abs(least_squares(restricted, ones).residuals).max() < _TIE else outcome


def _linear_parts(
    design: Array, outcome: Array, rows: tuple[NDArray[np.intp], ...], coefficient: int
) -> tuple[Array, Array, float]:
    """Return v (G,), S (G, G) and the CR1 factor, so that a draw w has beta = v'w and variance factor * ||S w||^2."""
    bread = least_squares(design, outcome).bread
    restricted = least_squares(np.delete(design, coefficient, axis=1), outcome).residuals
    direction = bread[coefficient]
    own = np.array([direction @ design[r].T @ restricted[r] for r in rows])
    projected = np.array([bread @ (design[r].T @ restricted[r]) for r in rows])
    reach = np.array([direction @ design[r].T @ design[r] for r in rows])
    n, k, g = *design.shape, len(rows)
    return own, np.diag(own) - reach @ projected.T, g / (g - 1) * (n - 1) / (n - k)


def _sample_statistic(design: Array, outcome: Array, rows: tuple[NDArray[np.intp], ...], coefficient: int, factor: float) -> float:
    fit = least_squares(design, outcome)
    scores = np.array([fit.bread[coefficient] @ design[r].T @ fit.residuals[r] for r in rows])
    return float(fit.beta[coefficient] / np.sqrt(factor * scores @ scores))


def _weights(n_clusters: int, draws: int, rng: np.random.Generator | None) -> tuple[Array, bool]:
    if 2**n_clusters <= ENUMERATION_LIMIT:
        return np.array(list(product((1.0, -1.0), repeat=n_clusters))), True
    if rng is None:
        raise EstimationError("för många kluster för att räkna upp alla tecken: ange ett frö", code="EST-SEED")
    return rng.choice((-1.0, 1.0), size=(draws, n_clusters)), False
