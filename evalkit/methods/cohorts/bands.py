"""Simultaneous bands: how wide intervals must be for all points of a path to be covered at once (sup-t)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from evalkit.methods.fits import Floats

DRAWS = 100_000
SEED = 20261122
"""Normal draws behind the critical value, the same in every run."""


def band_tail(covariance: NDArray[np.float64], alpha: float) -> float:
    """Return the pointwise two-sided tail that makes the band simultaneous.

    Parameters
    ----------
    covariance : shape (k, k)
        Of the points of the path.

    Notes
    -----
    c is the 1 − α quantile of max_k |Z_k|, Z normal with the path's correlation; the tail 2Φ(−c) is then carried to each point's
    own t
    distribution. Source: Montiel Olea & Plagborg-Møller 2019 (sup-t); Callaway & Sant'Anna 2021, section 4.1.
    """
    from scipy.special import ndtr

    return float(f"{2.0 * ndtr(-np.quantile(_farthest(covariance), 1 - alpha)):.9g}")


def band_p_value(covariance: NDArray[np.float64], tail: float) -> float:
    """Return how often some point of the path lies as far out as a pointwise two-sided `tail` says: `band_tail` turned round."""
    from scipy.special import ndtri

    return float((_farthest(covariance) >= -ndtri(tail / 2.0)).mean())


def _farthest(covariance: NDArray[np.float64]) -> Floats:
    """Return max |Z_k| of each draw of a path with this covariance's correlation."""
    spread = np.sqrt(np.diagonal(covariance))
    values, vectors = np.linalg.eigh(covariance / np.outer(spread, spread))
    root = vectors * np.sqrt(np.clip(values, 0.0, None))
    return np.asarray(np.abs(np.einsum("ba,ka->bk", normal_draws(len(values)), root)).max(axis=1))


@lru_cache(maxsize=4)
def normal_draws(k: int) -> Floats:
    """Return `DRAWS` independent standard normal vectors of length k, the same in every run."""
    return np.random.default_rng([SEED, k]).standard_normal((DRAWS, k))
