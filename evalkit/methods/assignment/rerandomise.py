"""Re-randomisation: draws are thrown away until the arms are as alike as was declared before. The bound is part of the lottery."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evalkit.errors import EstimationError
from evalkit.methods.assignment.draws import Rules, draw
from evalkit.methods.assignment.pairs import inverse_covariance
from evalkit.methods.assignment.tickets import sha256_text, tickets_of
from evalkit.methods.assignment.units import Allocation, Unit

Floats = NDArray[np.float64]
MOST_TRIES = 10_000


@dataclass(frozen=True, slots=True)
class Accepted:
    """The first draw within the bound: which try it was, how unlike the arms were and how unlike they might have been."""

    allocation: Allocation
    attempt: int
    distance: float
    bound: float


def bound_of(accept: float, n_covariates: int) -> float:
    """Return the largest distance that a share `accept` of all draws keeps.

    Notes
    -----
    The `accept` quantile of χ²(k). Source: Morgan & Rubin 2012.
    """
    from scipy.special import chdtri

    return float(chdtri(n_covariates, 1.0 - accept))


def variance_factor(accept: float, n_covariates: int) -> float:
    """Return what is left of the variance of a covariate's difference between arms.

    Notes
    -----
    P(χ²(k + 2) ≤ a) / P(χ²(k) ≤ a). Source: Morgan & Rubin 2012.
    """
    from scipy.special import chdtr

    bound = bound_of(accept, n_covariates)
    return float(chdtr(n_covariates + 2, bound) / chdtr(n_covariates, bound))


def arm_distance(covariates: Floats, first: NDArray[np.bool_]) -> float:
    """Return Morgan and Rubin's distance between the first arm and all others: n·p·(1 − p)·d'S⁻¹d."""
    share = float(first.mean())
    gap = covariates[first].mean(axis=0) - covariates[~first].mean(axis=0)
    return float(len(first) * share * (1 - share) * gap @ inverse_covariance(covariates) @ gap)


def attempt_seed(seed: str, attempt: int) -> str:
    """Return the seed of one try; the first is the lottery's own."""
    return seed if attempt == 1 else sha256_text(f"{seed}|*try|{attempt}")


def draw_within(units: Sequence[Unit], rules: Rules, covariates: Floats, accept: float, seed: str) -> Accepted:
    """Return the first draw whose first arm differs from the others by no more than the bound.

    Parameters
    ----------
    covariates : shape (n_units, k), in the order of `units`

    Raises
    ------
    EstimationError
        LOT-BOUND: `accept` outside 0.001–1, or no draw of 10,000 within the bound. What `draw` refuses.
    """
    if not 0.001 <= accept <= 1:
        raise EstimationError("accept ska ligga mellan 0,001 och 1", code="LOT-BOUND")
    bound = bound_of(accept, covariates.shape[1])
    for attempt in range(1, MOST_TRIES + 1):
        allocation = draw(units, rules, tickets_of(attempt_seed(seed, attempt)))
        first = np.array([allocation[unit.name] == rules.arms[0].id for unit in units])
        distance = arm_distance(covariates, first) if 0 < first.sum() < len(first) else np.inf
        if distance <= bound:
            return Accepted(allocation, attempt, distance, bound)
    message = f"ingen av {MOST_TRIES} lottningar ryms inom gränsen: höj accept eller ta bort bakgrundsvariabler"
    raise EstimationError(message, code="LOT-BOUND")
