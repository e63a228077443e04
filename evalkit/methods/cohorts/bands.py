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

    spread = np.sqrt(np.diagonal(covariance))
    correlation = covariance / np.outer(spread, spread)
    values, vectors = np.linalg.eigh(correlation)
    root = vectors * np.sqrt(np.clip(values, 0.0, None))
    farthest = np.abs(np.einsum("ba,ka->bk", _normal(len(values)), root)).max(axis=1)
    return float(f"{2.0 * ndtr(-np.quantile(farthest, 1 - alpha)):.9g}")


@lru_cache(maxsize=4)
def _normal(k: int) -> Floats:
    return np.random.default_rng([SEED, k]).standard_normal((DRAWS, k))
