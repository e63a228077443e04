"""Matched pairs: those most alike on what was measured before are put together, and one of each pair is drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evalkit.errors import EstimationError

Floats = NDArray[np.float64]


def form_pairs(names: Sequence[str], covariates: Floats) -> tuple[tuple[str, str], ...]:
    """Return pairs of units, nearest first, by Mahalanobis distance; an odd unit out is in none.

    Parameters
    ----------
    names : shape (n,)
    covariates : shape (n, k), measured before the draw, no gaps

    Raises
    ------
    EstimationError
        LOT-COVARIATE: gaps, or fewer units than covariates plus two.

    Notes
    -----
    Greedy on the sorted distances, ties by name. Not the smallest possible sum of distances.
    """
    n = len(names)
    distance = mahalanobis(covariates)
    order = sorted(range(n), key=lambda i: names[i])
    candidates = [
        (round(float(distance[i, j]), 9), names[i], names[j]) for position, i in enumerate(order) for j in order[position + 1 :]
    ]
    taken: set[str] = set()
    pairs: list[tuple[str, str]] = []
    for _, one, other in sorted(candidates):
        if one not in taken and other not in taken:
            taken |= {one, other}
            pairs.append((one, other))
    return tuple(pairs)


def mahalanobis(covariates: Floats) -> Floats:
    """Return squared Mahalanobis distances between all rows: shape (n, n)."""
    inverse = inverse_covariance(covariates)
    gap = covariates[:, None, :] - covariates[None, :, :]
    return np.asarray(np.einsum("ijk,kl,ijl->ij", gap, inverse, gap))


def inverse_covariance(covariates: Floats) -> Floats:
    """Return the inverse of the covariates' sample covariance (a pseudo-inverse where they repeat each other)."""
    n, k = covariates.shape
    if not np.isfinite(covariates).all():
        raise EstimationError("bakgrundsvariabler har luckor: fyll i dem eller ta bort dem ur lotten", code="LOT-COVARIATE")
    if n < k + 2:
        message = f"{n} enheter och {k} bakgrundsvariabler: ta bort variabler"
        raise EstimationError(message, code="LOT-COVARIATE")
    return np.asarray(np.linalg.pinv(np.atleast_2d(np.cov(covariates, rowvar=False)), hermitian=True))
