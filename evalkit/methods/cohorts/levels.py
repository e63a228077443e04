"""What untreated cells say about the periods: unit levels and period levels, the latter by covariates where the plan names some."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evalkit.methods.fits import Bools, Floats
from evalkit.methods.panel import refusal

SINGULAR = 1e-10
"""Smallest eigenvalue, relative to the largest, of what identifies the period levels."""


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """Least squares of untreated cells on unit levels and period levels: y_it = α_i + z_i'λ_t.

    Attributes
    ----------
    untreated : shape (n_units, n_periods)
        Cells that are used.
    z : shape (n_units, q)
        A constant, then covariates that do not change with time (centred).
    inverse : shape (n_periods · q, n_periods · q)
        Generalised inverse of the normal equations of λ, unit levels taken out.
    """

    untreated: Bools
    z: Floats
    inverse: Floats

    @property
    def shape(self) -> tuple[int, int]:
        """Units and periods."""
        return self.untreated.shape[0], self.untreated.shape[1]

    def fit(self, values: NDArray[np.float64]) -> Floats:
        """Return λ of shape (samples, n_periods · q) for values of shape (samples, n_units, n_periods)."""
        centred = self.centred(values)
        moments = np.stack([(centred * column[:, None]).sum(axis=1) for column in self.z.T], axis=2)
        return np.asarray(np.einsum("sa,ab->sb", moments.reshape(len(values), -1), self.inverse))

    def centred(self, values: NDArray[np.float64]) -> Floats:
        """Return untreated cells less their unit's mean of untreated cells, zero elsewhere; shape as `values`."""
        inside = self.untreated.astype(np.float64)
        means = (values * inside).sum(axis=-1) / inside.sum(axis=1)
        return np.asarray((values - means[..., None]) * inside)


def untreated_cells(treatment: Bools, anticipation: int) -> Bools:
    """Return the cells in which nothing of the intervention is felt yet, shape as `treatment` (n_units, n_periods)."""
    ahead = np.zeros_like(treatment)
    for step in range(1, anticipation + 1):
        ahead[:, :-step] |= treatment[:, step:]
    return np.asarray(~(treatment | ahead))


def untreated_levels(untreated: Bools, covariates: Floats | None, outcome: str) -> Levels:
    """Return the period levels' least squares, without any outcome.

    Parameters
    ----------
    covariates : shape (n_units, k) or None
        Constant in time; they may shift every period's level.

    Raises
    ------
    EstimationError
        If a unit has no untreated cell, or some period (or a covariate in it) is not identified by the untreated.
    """
    n_units, n_periods = untreated.shape
    inside = untreated.astype(np.float64)
    if (inside.sum(axis=1) == 0).any():
        raise _undetermined(outcome)
    extra = np.empty((n_units, 0)) if covariates is None else covariates - covariates.mean(axis=0)
    z = np.column_stack([np.ones(n_units), extra])
    z[:, 1:] /= np.where(z[:, 1:].std(axis=0) > 0, z[:, 1:].std(axis=0), 1.0)
    outer = np.einsum("ua,ub->uab", z, z)
    share = inside / inside.sum(axis=1, keepdims=True)
    same = np.einsum("ut,uab->tab", inside, outer)
    normal = -np.einsum("us,ut,uab->satb", inside, share, outer)
    for period in range(n_periods):
        normal[period, :, period, :] += same[period]
    size = n_periods * z.shape[1]
    matrix = normal.reshape(size, size)
    return Levels(untreated, z, _inverse(matrix, z.shape[1], outcome))


def _inverse(matrix: Floats, q: int, outcome: str) -> Floats:
    """Return the generalised inverse: a level that is common to all periods belongs to the units, so q directions are free."""
    values, vectors = np.linalg.eigh(matrix)
    if len(values) <= q or values[q] <= SINGULAR * values[-1]:
        raise _undetermined(outcome)
    return np.asarray(np.einsum("ak,k,bk->ab", vectors[:, q:], 1.0 / values[q:], vectors[:, q:]))


def _undetermined(outcome: str) -> Exception:
    return refusal(
        outcome,
        "EST-SINGULAR",
        "perioderna går inte att jämföra: det behövs enheter utan insats i varje period, och fler sådana än bakgrundsmått; ta bort "
        "bakgrundsmått ur planen eller korta perioden",
    )
