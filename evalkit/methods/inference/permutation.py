"""Permutation tests of a difference between two groups of exchangeable units, exact where feasible.

Source: Chung & Romano 2013 (studentised statistic). In a comparison that was not randomised the test is called a placebo test: it
asks how unusual the treated are among all groups of the same size, not what a lottery could have given.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from evalkit.errors import EstimationError

Array = NDArray[np.float64]

ENUMERATION_LIMIT = 200_000
_TIE = 1e-9


@dataclass(frozen=True, slots=True)
class PermutationTest:
    """A two-sided permutation test.

    Attributes
    ----------
    statistic : float
        Difference of means (treated minus comparison), or that difference over its Welch error.
    p_value : float
        Share of assignments at least as extreme, the actual one included.
    smallest_p : float
        The smallest value the number of assignments allows; above 0.05 the test cannot reject.
    n_assignments : int
    exact : bool
        Whether all assignments were looked at.
    """

    statistic: float
    p_value: float
    smallest_p: float
    n_assignments: int
    exact: bool


def permutation_test(
    values: Array, treated: NDArray[np.bool_], *, studentised: bool, draws: int = 19_999, rng: np.random.Generator | None = None
) -> PermutationTest:
    """Compare the treated with every other group of the same size.

    Parameters
    ----------
    values : shape (n,), one value a unit (a change, say)
    treated : shape (n,)
    studentised : bool
        Divide by Welch's standard error: holds where the groups' spreads differ.

    Raises
    ------
    EstimationError
        If a group is empty (or below two when studentised), nothing varies, or draws are needed without a generator.
    """
    n, n_treated = len(values), int(treated.sum())
    least = 2 if studentised else 1
    if n_treated < least or n - n_treated < least:
        raise EstimationError(f"permutationstest kräver minst {least} enheter i varje grupp", code="EST-SMALL")
    if np.ptp(values) == 0:
        raise EstimationError("alla enheter har samma värde; det finns inget att pröva", code="EST-NOVAR")
    members, exact = _assignments(n, n_treated, draws, rng)
    statistic = _statistics(values, np.flatnonzero(treated)[None, :], studentised=studentised)[0]
    others = np.abs(_statistics(values, members, studentised=studentised))
    count = int(np.sum(others >= abs(statistic) * (1 - _TIE)))
    total = len(members)
    p_value = count / total if exact else (count + 1) / (total + 1)
    mirrored = 2 if 2 * n_treated == n else 1
    return PermutationTest(float(statistic), p_value, mirrored / total if exact else 1 / (total + 1), total, exact)


def _assignments(n: int, n_treated: int, draws: int, rng: np.random.Generator | None) -> tuple[NDArray[np.intp], bool]:
    if comb(n, n_treated) <= ENUMERATION_LIMIT:
        return np.array(list(combinations(range(n), n_treated)), dtype=np.intp), True
    if rng is None:
        raise EstimationError("för många grupper för att räkna upp alla: ange ett frö", code="EST-SEED")
    return np.argsort(rng.random((draws, n)), axis=1)[:, :n_treated], False


def _statistics(values: Array, members: NDArray[np.intp], *, studentised: bool) -> Array:
    centred = values - values.mean()
    n, m = len(values), members.shape[1]
    inside = centred[members]
    sum_in, square_in = inside.sum(axis=1), (inside**2).sum(axis=1)
    mean_in, mean_out = sum_in / m, (centred.sum() - sum_in) / (n - m)
    difference = mean_in - mean_out
    if not studentised:
        return np.asarray(difference)
    variance_in = (square_in - m * mean_in**2) / (m - 1)
    variance_out = ((centred**2).sum() - square_in - (n - m) * mean_out**2) / (n - m - 1)
    error = np.sqrt(np.clip(variance_in / m + variance_out / (n - m), 1e-300, None))
    return np.asarray(difference / error)
