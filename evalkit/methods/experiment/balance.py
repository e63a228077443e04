"""Were the arms alike before? The normalised difference first: it does not shrink because there are few."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evalkit.errors import EstimationError
from evalkit.methods.assignment.pairs import inverse_covariance
from evalkit.methods.experiment.randomisation import randomisation_test

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

NOTABLE = 0.25
"""Normalised difference above which regression alone may not mend an imbalance (Imbens & Rubin 2015)."""


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """One covariate. `normalised` = (m₁ − m₀) / √((s₁² + s₀²)/2); `p_value` by the lottery's own draws, None without them."""

    name: str
    mean_drawn: float
    sd_drawn: float
    mean_other: float
    sd_other: float
    normalised: float
    p_value: float | None


@dataclass(frozen=True, slots=True)
class Balance:
    """All covariates, and one joint test: the distance between the arms among the lottery's own draws."""

    rows: tuple[BalanceRow, ...]
    n_drawn: int
    n_other: int
    joint_distance: float
    joint_p: float | None


def balance_table(
    names: Sequence[str], covariates: Floats, drawn: Bools, redrawn: Bools | None, *, block: NDArray[np.generic] | None = None
) -> Balance:
    """Return the balance of covariates measured before the draw.

    Parameters
    ----------
    covariates : shape (n, k), no gaps
    redrawn : shape (draws, n), from the lottery itself, so that blocks and clusters are respected; None: no p-values

    Raises
    ------
    EstimationError
        EST-ARMS: an arm with fewer than two. LOT-COVARIATE: gaps, or more covariates than units allow.
    """
    n_drawn, n_other = int(drawn.sum()), int((~drawn).sum())
    if min(n_drawn, n_other) < 2:
        raise EstimationError("minst två i varje grupp behövs för en balanstabell", code="EST-ARMS")
    inverse = inverse_covariance(covariates)
    rows = tuple(_row(name, covariates[:, i], drawn, redrawn, block) for i, name in enumerate(names))
    actual = float(_distances(covariates, drawn[None, :], inverse)[0])
    p_value = None
    if redrawn is not None:
        others = _distances(covariates, redrawn, inverse)
        p_value = (int(np.sum(others >= actual * (1 - 1e-9))) + 1) / (len(redrawn) + 1)
    return Balance(rows, n_drawn, n_other, actual, p_value)


def normalised_difference(one: Floats, other: Floats) -> float:
    """Return (mean₁ − mean₀) / √((s₁² + s₀²) / 2); 0 where neither varies and the means are equal, else infinite.

    Examples
    --------
    >>> normalised_difference(np.array([1.0, 3.0]), np.array([0.0, 2.0]))
    0.7071067811865475
    """
    gap = float(one.mean() - other.mean())
    spread = math.sqrt((float(one.var(ddof=1)) + float(other.var(ddof=1))) / 2)
    if spread == 0:
        return 0.0 if gap == 0 else math.copysign(math.inf, gap)
    return gap / spread


def _row(name: str, x: Floats, drawn: Bools, redrawn: Bools | None, block: NDArray[np.generic] | None) -> BalanceRow:
    one, other = x[drawn], x[~drawn]
    p_value = None if redrawn is None else _p_value(x, drawn, redrawn, block)
    spreads = float(one.std(ddof=1)), float(other.std(ddof=1))
    return BalanceRow(
        name, float(one.mean()), spreads[0], float(other.mean()), spreads[1], normalised_difference(one, other), p_value
    )


def _p_value(x: Floats, drawn: Bools, redrawn: Bools, block: NDArray[np.generic] | None) -> float:
    try:
        return randomisation_test(x, drawn, redrawn, block=block, studentised=False).p_value
    except EstimationError as exc:
        if exc.code != "EST-NOVAR":
            raise
        return 1.0


def _distances(x: Floats, assigned: Bools, inverse: Floats) -> Floats:
    share = assigned.mean(axis=1)
    inside = assigned @ x / np.maximum(assigned.sum(axis=1), 1)[:, None]
    outside = ~assigned @ x / np.maximum((~assigned).sum(axis=1), 1)[:, None]
    gap = inside - outside
    return np.asarray(x.shape[0] * share * (1 - share) * np.einsum("ij,jk,ik->i", gap, inverse, gap))
