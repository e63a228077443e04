"""How far two persons are from each other in background: Mahalanobis' distance or that of their propensity scores."""

from __future__ import annotations

import numpy as np

from evalkit.methods.cohorts.doubly_robust import log_odds
from evalkit.methods.fits import Bools, Floats

RANK = 1e-10
"""Directions with less of the largest variance than this say nothing and are left out."""


def mahalanobis(x: Floats, treated: Bools) -> Floats:
    """Return Mahalanobis' distances between treated and comparison persons, shape (n_treated, n_comparison).

    Parameters
    ----------
    x : shape (n, k)
        Background, without a constant.

    Notes
    -----
    d² = (x_i − x_j)' S⁻¹ (x_i − x_j), S the covariance within the two groups put together (as MatchIt), generalised inverse.
    Source: Rubin 1980.
    """
    whitened = _whitened(x, treated)
    apart = whitened[treated][:, None, :] - whitened[~treated][None, :, :]
    return np.asarray(np.sqrt((apart**2).sum(axis=2)))


def propensity(x: Floats, treated: Bools, outcome: str) -> Floats:
    """Return the distance of propensity scores, shape (n_treated, n_comparison).

    Notes
    -----
    |l_i − l_j| / s, l the log odds of a logit by maximum likelihood, s² the mean of the two groups' variances of l: a caliper of
    0.2 is Austin's (2011).

    Raises
    ------
    EstimationError
        If background is collinear or tells the groups apart completely.
    """
    score = log_odds(treated, x, outcome)
    spread = float(np.sqrt((score[treated].var(ddof=1) + score[~treated].var(ddof=1)) / 2))
    apart = np.abs(score[treated][:, None] - score[~treated][None, :])
    return np.asarray(apart / spread if spread > 0 else apart)


def _whitened(x: Floats, treated: Bools) -> Floats:
    if x.shape[1] == 0:
        return np.zeros((len(x), 1))
    scale = np.where(x.std(axis=0) > 0, x.std(axis=0), 1.0)
    z = (x - x.mean(axis=0)) / scale
    within = np.concatenate([part - part.mean(axis=0) for part in (z[treated], z[~treated])])
    values, vectors = np.linalg.eigh(np.einsum("ia,ib->ab", within, within) / max(len(z) - 2, 1))
    kept = values > RANK * max(float(values[-1]), 1e-300)
    return np.asarray(np.einsum("ia,ak->ik", z, vectors[:, kept]) / np.sqrt(values[kept]))
