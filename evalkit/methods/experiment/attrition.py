"""Who was lost, in which arm, and how far that could move the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evalkit.errors import EstimationError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ArmFlow:
    """One arm of a CONSORT flow; the counts must close.

    Attributes
    ----------
    randomised, took_part, lost, analysed : int
        `lost` and `analysed` are those randomised, whoever took part.
    """

    arm: str
    randomised: int
    took_part: int
    lost: int
    analysed: int

    def __post_init__(self) -> None:
        if self.randomised != self.lost + self.analysed or self.took_part > self.randomised or min(self.lost, self.analysed) < 0:
            message = f"{self.arm}: {self.randomised} lottade, {self.lost} bortfall och {self.analysed} analyserade går inte ihop"
            raise EstimationError(message, code="EST-FLOW")


@dataclass(frozen=True, slots=True)
class Consort:
    """Assessed = excluded + randomised, and every arm closes; else it cannot be made."""

    assessed: int
    excluded: int
    arms: tuple[ArmFlow, ...]

    def __post_init__(self) -> None:
        randomised = sum(arm.randomised for arm in self.arms)
        if self.assessed != self.excluded + randomised:
            message = f"{self.assessed} i listan, {self.excluded} utan lott och {randomised} lottade går inte ihop"
            raise EstimationError(message, code="EST-FLOW")


@dataclass(frozen=True, slots=True)
class AttritionTest:
    """Shares lost in the two arms, and Fisher's exact p of their difference."""

    lost_drawn: float
    lost_other: float
    difference: float
    p_value: float


def differential_attrition(one: ArmFlow, other: ArmFlow) -> AttritionTest:
    """Return the test that the arms lost the same share.

    Raises
    ------
    EstimationError
        EST-ARMS: an arm is empty.
    """
    from scipy.stats import fisher_exact

    if not one.randomised or not other.randomised:
        raise EstimationError("en grupp är tom; något bortfall går inte att jämföra", code="EST-ARMS")
    table = [[one.lost, one.analysed], [other.lost, other.analysed]]
    shares = one.lost / one.randomised, other.lost / other.randomised
    return AttritionTest(*shares, shares[0] - shares[1], float(fisher_exact(table).pvalue))


@dataclass(frozen=True, slots=True)
class LeeBounds:
    """Bounds for those who would be observed whichever arm they were drawn to.

    Attributes
    ----------
    naive : float
        Difference among those observed.
    trimmed : float
        Share of the more observed arm that is trimmed, in [0, 1).
    """

    naive: float
    low: float
    high: float
    trimmed: float


def lee_bounds(observed_drawn: Sequence[float], n_drawn: int, observed_other: Sequence[float], n_other: int) -> LeeBounds:
    """Return Lee's bounds on the effect of being drawn.

    Parameters
    ----------
    observed_drawn, observed_other : sequences of float
        Outcomes that were seen, in the outcome's unit.
    n_drawn, n_other : int
        How many were drawn to each arm.

    Raises
    ------
    EstimationError
        EST-ARMS: nobody seen in an arm, or more seen than drawn.

    Notes
    -----
    Share trimmed = (p_more − p_less) / p_more. A fraction of one unit is trimmed by weight. Assumes that the draw moves
    everybody's chance of being seen the same way. Source: Lee 2009.
    """
    one, other = (np.sort(np.asarray(values, dtype=np.float64)) for values in (observed_drawn, observed_other))
    if not len(one) or not len(other) or len(one) > n_drawn or len(other) > n_other:
        raise EstimationError("Lees gränser kräver observerade i båda grupperna, inte fler än lottade", code="EST-ARMS")
    share_one, share_other = len(one) / n_drawn, len(other) / n_other
    naive = float(one.mean() - other.mean())
    if share_one >= share_other:
        trim = (share_one - share_other) / share_one
        return LeeBounds(naive, _kept_low(one, trim) - float(other.mean()), _kept_high(one, trim) - float(other.mean()), trim)
    trim = (share_other - share_one) / share_other
    return LeeBounds(naive, float(one.mean()) - _kept_high(other, trim), float(one.mean()) - _kept_low(other, trim), trim)


def _kept_low(ordered: Floats, trim: float) -> float:
    """Mean of the lowest 1 − trim."""
    room = len(ordered) * (1 - trim)
    weight = np.clip(room - np.arange(len(ordered)), 0.0, 1.0)
    return float(weight @ ordered / weight.sum())


def _kept_high(ordered: Floats, trim: float) -> float:
    return -_kept_low(-ordered[::-1], trim)


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return Holm's adjusted p-values, in the given order.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    (0.03, 0.06, 0.06)
    """
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    adjusted, largest = [0.0] * len(p_values), 0.0
    for rank, i in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[i]))
        adjusted[i] = largest
    return tuple(adjusted)
