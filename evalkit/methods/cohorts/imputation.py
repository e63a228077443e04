"""The imputation estimator: untreated cells say what treated cells would have been; also as weights on the outcome."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evalkit.methods.cohorts.levels import Levels
from evalkit.methods.fits import Bools, Floats


def equal_units(treated_cells: Bools) -> Floats:
    """Return weights on treated cells in which every treated unit counts alike, shape (n_units, n_periods)."""
    per_unit = treated_cells.sum(axis=1, keepdims=True)
    share = treated_cells / np.where(per_unit > 0, per_unit, 1)
    return np.asarray(share / max(int((per_unit > 0).sum()), 1))


def equal_cells(treated_cells: Bools) -> Floats:
    """Return weights on treated cells in which every treated unit and period counts alike."""
    return np.asarray(treated_cells / treated_cells.sum())


def imputation_weights(target: NDArray[np.float64], levels: Levels) -> Floats:
    """Return w, so that Σ w_it·y_it = Σ target_it·(y_it − α̂_i − z_i'λ̂_t), shape (n_units, n_periods).

    Parameters
    ----------
    target : shape (n_units, n_periods)
        Weights on treated cells, summing to one.

    Notes
    -----
    α̂ and λ̂ are least squares on the untreated cells. Source: Borusyak, Jaravel & Spiess 2024, eq. 5; Gardner 2022 gives the same
    point estimate in two stages.
    """
    inside = levels.untreated.astype(np.float64)
    share = inside / inside.sum(axis=1, keepdims=True)
    own = target - target.sum(axis=1, keepdims=True) * share
    needed = np.einsum("ut,uq->tq", own, levels.z).reshape(-1)
    pushed = np.einsum("a,ab->b", needed, levels.inverse).reshape(-1, levels.z.shape[1])
    predicted = np.einsum("tq,uq->ut", pushed, levels.z)
    return np.asarray(own - levels.centred(predicted[None])[0])
