"""Cluster-robust variances of a least-squares fit: CR1, CR2 with Satterthwaite's degrees of freedom, CR3.

Sources: Bell & McCaffrey 2002 (CR2, CR3 and the degrees of freedom, identity working model); Pustejovsky & Tipton 2018 (symmetric
square root, generalised inverse where a cluster is fitted exactly). docs/METHODS.md#cluster-robust has the equations.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evalkit.errors import EstimationError

Array = NDArray[np.float64]

_RANK_TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True)
class LeastSquares:
    """An ordinary least-squares fit.

    Attributes
    ----------
    beta : shape (k,), outcome units per unit of the regressor
    residuals : shape (n,), outcome units
    bread : shape (k, k), (X'X)^-1
    """

    beta: Array
    residuals: Array
    bread: Array


@dataclass(frozen=True, slots=True)
class ClusterTest:
    """A t test of one contrast with a cluster-robust standard error. `df` is that of the t distribution."""

    variance: str
    estimate: float
    std_error: float
    statistic: float
    df: float
    p_value: float
    n_clusters: int


def least_squares(design: Array, outcome: Array) -> LeastSquares:
    """Fit by QR.

    Raises
    ------
    EstimationError
        If a column of the design is a combination of others: the message says to drop one.
    """
    q, r = np.linalg.qr(design)
    diagonal = np.abs(np.diag(r))
    if design.shape[0] < design.shape[1] or diagonal.min(initial=np.inf) <= _RANK_TOLERANCE * diagonal.max(initial=0.0):
        raise EstimationError(
            "förklarande variabler är kombinationer av varandra; ta bort en av dem ur planen", code="EST-SINGULAR"
        )
    beta = np.linalg.solve(r, q.T @ outcome)
    inverse = np.linalg.inv(r)
    return LeastSquares(beta=beta, residuals=outcome - design @ beta, bread=inverse @ inverse.T)


def cluster_rows(cluster: NDArray[np.generic]) -> tuple[NDArray[np.intp], ...]:
    """Return the row numbers of each cluster, clusters in sorted order."""
    _, codes = np.unique(cluster, return_inverse=True)
    order = np.argsort(codes, kind="stable")
    return tuple(np.split(order, np.cumsum(np.bincount(codes))[:-1]))


def cr1_test(design: Array, outcome: Array, cluster: NDArray[np.generic], contrast: Array) -> ClusterTest:
    """Test c'beta = 0 with CR1 and t(G-1).

    V = q (X'X)^-1 (sum_g X_g'u_g u_g'X_g) (X'X)^-1 with q = G/(G-1) (n-1)/(n-k).
    """
    fit, rows = least_squares(design, outcome), cluster_rows(cluster)
    n, k, g = *design.shape, len(rows)
    direction = fit.bread @ contrast
    scores = np.array([direction @ design[r].T @ fit.residuals[r] for r in rows])
    factor = g / (g - 1) * (n - 1) / (n - k)
    _refuse_no_variation(scores, direction, outcome)
    return _t_test("CR1", float(contrast @ fit.beta), float(factor * scores @ scores), float(g - 1), g)


def cr3_test(design: Array, outcome: Array, cluster: NDArray[np.generic], contrast: Array) -> ClusterTest:
    """Test c'beta = 0 with CR3 (jackknife form, no further factor) and t(G-1)."""
    return _adjusted_test("CR3", design, outcome, cluster, contrast, power=-1.0)


def cr2_test(design: Array, outcome: Array, cluster: NDArray[np.generic], contrast: Array) -> ClusterTest:
    """Test c'beta = 0 with CR2 and Satterthwaite's degrees of freedom under an identity working model.

    V = (X'X)^-1 (sum_g X_g'A_g u_g u_g'A_g X_g) (X'X)^-1, A_g the symmetric root of (I - H_gg)^-1, and
    df = (sum_g p_g'p_g)^2 / sum_gh (p_g'p_h)^2 with p_g = (I - H)_g' A_g X_g (X'X)^-1 c.

    Raises
    ------
    EstimationError
        If a side of the contrast rests on one cluster, so that its variance cannot be seen.
    """
    return _adjusted_test("CR2", design, outcome, cluster, contrast, power=-0.5)


def cr2_loadings(design: Array, cluster: NDArray[np.generic], contrast: Array) -> tuple[Array, float]:
    """Return CR2 as linear forms: loadings of shape (clusters, n), whose product with an outcome is each cluster's score, and df.

    Raises
    ------
    EstimationError
        As `cr2_test`.
    """
    bread = least_squares(design, np.zeros(design.shape[0])).bread
    loadings = _loadings(design, bread, cluster_rows(cluster), contrast, power=-0.5)
    return loadings, _satterthwaite(loadings)


def _loadings(design: Array, bread: Array, rows: tuple[NDArray[np.intp], ...], contrast: Array, *, power: float) -> Array:
    direction = bread @ contrast
    loadings = np.zeros((len(rows), design.shape[0]))
    for number, r in enumerate(rows):
        weights = _power(np.eye(len(r)) - design[r] @ bread @ design[r].T, power) @ (design[r] @ direction)
        loadings[number, r] += weights
        loadings[number] -= design @ (bread @ (design[r].T @ weights))
    return loadings


def _satterthwaite(loadings: Array) -> float:
    gram = loadings @ loadings.T
    square = float(np.sum(gram**2))
    if square <= _RANK_TOLERANCE:
        raise EstimationError(
            "medelfelet vilar på ett enda kluster; det behövs minst två på varje sida", code="few-treated-clusters"
        )
    return float(np.trace(gram)) ** 2 / square


def _adjusted_test(
    variance: str, design: Array, outcome: Array, cluster: NDArray[np.generic], contrast: Array, *, power: float
) -> ClusterTest:
    fit, rows = least_squares(design, outcome), cluster_rows(cluster)
    direction = fit.bread @ contrast
    loadings = np.zeros((len(rows), design.shape[0]))
    scores = np.zeros(len(rows))
    for number, r in enumerate(rows):
        weights = _power(np.eye(len(r)) - design[r] @ fit.bread @ design[r].T, power) @ (design[r] @ direction)
        scores[number] = weights @ fit.residuals[r]
        loadings[number, r] += weights
        loadings[number] -= design @ (fit.bread @ (design[r].T @ weights))
    satterthwaite = _satterthwaite(loadings)
    _refuse_no_variation(scores, direction, outcome)
    df = satterthwaite if variance == "CR2" else float(len(rows) - 1)
    return _t_test(variance, float(contrast @ fit.beta), float(scores @ scores), df, len(rows))


def _refuse_no_variation(scores: Array, direction: Array, outcome: Array) -> None:
    # Rounding leaves scores of 1e-16 times the outcome where the model fits it exactly.
    rounding = 1e-13 * float(np.abs(outcome).max()) * max(1.0, float(np.abs(direction).max()))
    if float(np.abs(scores).max()) <= rounding:
        raise EstimationError("utfallet varierar inte mellan kluster; något medelfel finns inte", code="EST-NOVAR")


def _power(matrix: Array, power: float) -> Array:
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    # A cluster that the model fits exactly has a zero eigenvalue; the generalised inverse leaves that direction out.
    raised = np.where(values > _RANK_TOLERANCE, np.power(np.clip(values, _RANK_TOLERANCE, None), power), 0.0)
    return np.asarray((vectors * raised) @ vectors.T)


def _t_test(variance: str, estimate: float, square_error: float, df: float, n_clusters: int) -> ClusterTest:
    from scipy import stats

    error = float(np.sqrt(square_error))
    statistic = estimate / error
    return ClusterTest(variance, estimate, error, statistic, df, 2 * float(stats.t.sf(abs(statistic), df)), n_clusters)
