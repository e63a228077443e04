"""What the difference after the start is where the groups' difference would have gone on at much the same pace as before."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SmoothRow:
    """The interval where the pace changes by at most `pace_change` from one period to the next.

    Attributes
    ----------
    factor : float
        `pace_change` over the largest change of pace seen before the start.
    pace_change : float
        In the outcome's unit per period and period.
    value : float
        Middle of the interval: the estimate that is best for this change.
    """

    factor: float
    pace_change: float
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class SmoothBounds:
    """Bounds of smoothness (Rambachan and Roth 2023) of one outcome.

    Attributes
    ----------
    n_post, n_steps : int
        Periods after the start in the mean, the first ones; steps between consecutive periods before it.
    largest_change : float
        The largest difference between two consecutive steps before the start, without sign.
    rows : tuple[SmoothRow, ...]
        In rising `factor`, the first 0: the difference would have gone on at one pace.
    breakdown : float | None
        The largest change of pace at which the interval excludes zero, at most `beyond`; None where it holds zero even at 0.
    beyond : float
        Changes larger than this are not told apart.
    level : float
    n_treated_units : int
        Fewest treated units behind one of the event times used.
    """

    outcome: str
    n_post: int
    n_steps: int
    largest_change: float
    rows: tuple[SmoothRow, ...]
    breakdown: float | None
    beyond: float
    level: float
    n_treated_units: int


@dataclass(frozen=True, slots=True)
class SafeSmooth:
    """The cleared twin of `SmoothBounds`, rounded to the digits that its interval carries.

    `beyond`: the breakdown is at least what it says.
    """

    outcome: str
    n_post: int
    n_steps: int
    largest_change: float
    rows: tuple[SmoothRow, ...]
    breakdown: float | None
    beyond: bool
    level: float
    decimals: int
    change_decimals: int
