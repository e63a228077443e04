"""Randomisation inference: how unusual the difference is among all that the same lottery could have given.

The assignment set comes from the lottery itself (`evalkit.methods.assignment.redraws`), never from a guess at it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evalkit.errors import EstimationError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
_TIE = 1e-9


@dataclass(frozen=True, slots=True)
class RandomisationTest:
    """A test of "the draw changed nobody".

    Attributes
    ----------
    statistic : float
        Difference within blocks, or that difference over its robust error.
    p_value, upper : float
        Two-sided, and for a larger value in the first arm.
    """

    statistic: float
    p_value: float
    upper: float
    n_assignments: int
    exact: bool


def randomisation_test(
    values: Floats,
    drawn: Bools,
    redrawn: Bools,
    *,
    block: NDArray[np.generic] | None = None,
    studentised: bool = True,
    exact: bool = False,
) -> RandomisationTest:
    """Compare the draw with other draws of the same lottery.

    Parameters
    ----------
    values : shape (n,), one a unit drawn (a cluster's mean where clusters were drawn)
    drawn : shape (n,)
    redrawn : shape (draws, n)
    exact : bool
        `redrawn` holds every assignment once; else the actual draw counts as one more.

    Raises
    ------
    EstimationError
        EST-SEED: fewer than 99 draws that are not all there are. EST-NOVAR: nothing varies.

    Notes
    -----
    τ = Σ z̃·ỹ / Σ z̃², both within blocks; studentised by √(Σ z̃²·e²) / Σ z̃². Sources: Fisher; Chung & Romano 2013.
    """
    if not exact and len(redrawn) < 99:
        raise EstimationError("minst 99 omlottningar behövs för ett lottningstest", code="EST-SEED")
    within = _within(values[None, :], block)[0]
    if np.ptp(within) <= _TIE * max(1.0, float(np.abs(values).max())):
        raise EstimationError("alla enheter har samma värde; det finns inget att pröva", code="EST-NOVAR")
    actual = _statistics(within, drawn[None, :], block, studentised=studentised)[0]
    others = _statistics(within, redrawn, block, studentised=studentised)
    slack = _TIE * abs(actual)
    extreme = int(np.sum(np.abs(others) >= abs(actual) - slack))
    above = int(np.sum(others >= actual - slack))
    more = 0 if exact else 1
    total = len(redrawn) + more
    return RandomisationTest(float(actual), (extreme + more) / total, (above + more) / total, len(redrawn), exact)


def randomisation_interval(
    values: Floats, drawn: Bools, redrawn: Bools, level: float, *, block: NDArray[np.generic] | None = None
) -> tuple[float, float]:
    """Return the constant effects that the studentised test does not reject at 1 − `level`, found by halving.

    Raises
    ------
    EstimationError
        EST-SEED: the draws cannot reject at that level.
    """
    if 1 / (len(redrawn) + 1) > 1 - level:
        raise EstimationError("för få omlottningar för ett intervall på den nivån", code="EST-SEED")
    centre = float(_statistics(_within(values[None, :], block)[0], drawn[None, :], block, studentised=False)[0])
    spread = float(np.std(values)) or 1.0

    def kept(effect: float) -> bool:
        shifted = values - effect * drawn
        try:
            return randomisation_test(shifted, drawn, redrawn, block=block).p_value > 1 - level
        except EstimationError:
            return True

    return _end(kept, centre, -spread), _end(kept, centre, spread)


def _end(kept: object, centre: float, step: float) -> float:
    inside, outside = centre, centre + step
    while kept(outside):  # type: ignore[operator]
        inside, outside = outside, centre + 2 * (outside - centre)
        if abs(outside - centre) > 1e6 * abs(step):
            return float(np.sign(step) * np.inf)
    for _ in range(40):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if kept(middle) else (inside, middle)  # type: ignore[operator]
    return inside


def _statistics(within: Floats, assigned: Bools, block: NDArray[np.generic] | None, *, studentised: bool) -> Floats:
    centred = _within(assigned.astype(np.float64), block)
    square = (centred**2).sum(axis=1)
    usable = square > 0
    square = np.where(usable, square, 1.0)
    effect = np.where(usable, centred @ within / square, 0.0)
    if not studentised:
        return np.asarray(effect)
    residual = within[None, :] - effect[:, None] * centred
    error = np.sqrt((centred**2 * residual**2).sum(axis=1)) / square
    return np.asarray(effect / np.where(error > 0, error, np.inf))


def _within(values: Floats, block: NDArray[np.generic] | None) -> Floats:
    if block is None:
        return np.asarray(values - values.mean(axis=1, keepdims=True))
    codes = np.unique(block, return_inverse=True)[1]
    member = np.eye(int(codes.max()) + 1)[codes]
    return np.asarray(values - (values @ member / member.sum(axis=0)) @ member.T)
