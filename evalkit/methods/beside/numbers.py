"""An interval from any test by inversion, and the second engine of the routes beside."""

from __future__ import annotations

from math import comb

import numpy as np

from evalkit.errors import EstimationError
from evalkit.methods.beside.tests_beside import PValues
from evalkit.methods.engines import TOLERANCE
from evalkit.methods.inference.cluster_robust import cr3_test
from evalkit.methods.inference.draw_tests import ENUMERATED
from evalkit.methods.inference.one_sample import johnson_t
from evalkit.methods.inference.permutation import permutation_test
from evalkit.methods.inference.unit_tests import welch
from evalkit.methods.inference.wild_bootstrap import wild_cluster_test
from evalkit.methods.validity.nuisances import Array

POINTS, ROUNDS = 33, 5
FARTHEST = 30.0
"""Standard errors from the estimate within which an end of an interval is looked for."""


def by_inversion(test: PValues, values: Array, n_treated: int, draws: int, alpha: float) -> tuple[float, float] | None:
    """Return the effects nearest the estimate, below and above, that the test rejects at `alpha`; None where it rejects none.

    Parameters
    ----------
    values : shape (1, n), treated first; with ``n_treated`` = n the values themselves are moved
    """
    moved = (np.arange(values.shape[1]) < n_treated).astype(np.float64)
    estimate, error = _estimate(values, n_treated)
    steps = np.geomspace(0.05, FARTHEST, POINTS)
    ends = []
    for sign in (-1.0, 1.0):
        inside, outside = 0.0, FARTHEST
        offsets = np.append(0.0, steps)
        for _ in range(ROUNDS):
            shifts = estimate + sign * error * offsets
            rejected = test(values - shifts[:, None] * moved, n_treated, draws) <= alpha
            if not rejected[1:].any():
                return None
            first = int(np.argmax(rejected[1:])) + 1
            inside, outside = float(offsets[first - 1]), float(offsets[first])
            offsets = np.linspace(inside, outside, POINTS)
        ends.append(estimate + sign * error * outside)
    return float(ends[0]), float(ends[1])


def check(estimate_id: str, route: str, p_value: float, values: Array, n_treated: int) -> None:
    """Compute the p-value again by the route's own implementation, where both are exact.

    Raises
    ------
    EstimationError
        EST-ENGINES, if they differ by more than `TOLERANCE`.
    """
    again = _again(route, values, n_treated)
    if again is not None and abs(again - p_value) > TOLERANCE:
        raise EstimationError(
            f"{estimate_id}: två beräkningar av samma p-värde stämmer inte överens ({route}); rapporten stoppas, anmäl felet med "
            "planens namn och evalkits version",
            code="EST-ENGINES",
        )


def _again(route: str, values: Array, n_treated: int) -> float | None:
    n, treated = len(values), np.arange(len(values)) < n_treated
    level = values - values[0]
    design = np.column_stack([treated, np.ones(n)]).astype(np.float64)
    if route == "cr3-t":
        return cr3_test(design, level, np.arange(n), np.array([1.0, 0.0])).p_value
    if route == "johnson-t":
        return johnson_t(values, level=0.95).p_value
    if route == "permutation" and comb(n, n_treated) <= ENUMERATED:
        return permutation_test(values, treated, studentised=True).p_value
    if route == "wild-rademacher" and 2 ** (n - 1) <= ENUMERATED:
        return wild_cluster_test(design, values, np.arange(n), 0).p_value
    return None


def _estimate(values: Array, n_treated: int) -> tuple[float, float]:
    if n_treated < values.shape[1]:
        fit = welch(values, n_treated)
        return float(fit.value[0]), float(fit.std_error[0])
    return float(values.mean()), float(values.std(ddof=1) / np.sqrt(values.shape[1]))
