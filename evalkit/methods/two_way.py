"""Two-way fixed effects on a balanced panel, in closed form: unit and period effects, standard errors clustered by unit.

Sums run over fixed axes in numpy alone, never through a threaded matrix product, so that the last digit does not depend on the
number of threads.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evalkit.methods.fits import Floats, Ints
from evalkit.methods.panel import refusal

SINGULAR = 1e-10
"""Smallest share of a regressor's variation that must remain after all others are taken out."""


@dataclass(frozen=True, slots=True, eq=False)
class TwoWayFit:
    """Coefficients and their clustered covariance, in the outcome's unit.

    Attributes
    ----------
    coefficients : shape (q,)
    covariance : shape (q, q)
    n_clusters : int
    """

    coefficients: Floats
    covariance: Floats
    n_clusters: int


def fit_two_way(y: Floats, regressors: NDArray[np.float64], cluster: Ints, outcome: str) -> TwoWayFit:
    """Regress an outcome on regressors, unit effects and period effects.

    Parameters
    ----------
    y : shape (n_units, n_periods)
    regressors : shape (q, n_units, n_periods)
    cluster : shape (n_units,), codes; units of one cluster may be correlated in any way
    outcome : str
        For messages.

    Notes
    -----
    Where the cluster is the unit, the covariance is multiplied by N/(N − K), K counting every effect: what linearmodels' PanelOLS
    prints by default, and larger than the usual G/(G − 1). Where clusters are coarser than units, that factor would overstate
    by about T/(T − 1); it is G/(G − 1) · (N − 1)/(N − q) there, no effect counted.

    Raises
    ------
    EstimationError
        If the regressors cannot be told apart from each other and from the effects.
    """
    x = np.stack([_within(r) for r in regressors])
    centred = _within(y - y[0, 0])
    gram = np.einsum("aut,but->ab", x, x)
    _check_rank(gram, regressors, outcome)
    coefficients = np.linalg.solve(gram, np.einsum("aut,ut->a", x, centred))
    residual = centred - np.einsum("a,aut->ut", coefficients, x)
    scores = np.zeros((int(cluster.max()) + 1, len(x)))
    np.add.at(scores, cluster, np.einsum("aut,ut->ua", x, residual))
    meat = np.einsum("ga,gb->ab", scores, scores)
    bread = np.linalg.solve(gram, np.eye(len(x)))
    raw = np.einsum("ab,bc,cd->ad", bread, meat, bread)
    return TwoWayFit(coefficients, raw * _factor(y.shape, len(x), len(scores)), len(scores))


def _within(matrix: Floats) -> Floats:
    """Take out unit and period means."""
    by_unit = matrix - matrix.mean(axis=1, keepdims=True)
    within: Floats = by_unit - by_unit.mean(axis=0, keepdims=True)
    return within


def _factor(shape: tuple[int, ...], q: int, n_clusters: int) -> float:
    n_units, n_periods = shape
    n_rows = n_units * n_periods
    if n_clusters == n_units:
        return n_rows / (n_rows - q - n_units - n_periods + 1)
    return n_clusters / (n_clusters - 1) * (n_rows - 1) / (n_rows - q)


def _check_rank(gram: Floats, regressors: NDArray[np.float64], outcome: str) -> None:
    scale = np.sqrt((regressors**2).sum(axis=(1, 2)))
    if (scale == 0).any() or float(np.linalg.eigvalsh(gram / np.outer(scale, scale))[0]) < SINGULAR:
        raise refusal(
            outcome,
            "EST-SINGULAR",
            "insatsen går inte att skilja från enheternas och periodernas egna nivåer; det behövs "
            "enheter utan insats i samma perioder",
        )
