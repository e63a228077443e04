"""How far the difference after the start would survive that the groups would not have developed alike."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HonestRow:
    """The interval where the groups drift apart by at most `factor` times the largest step before the start, each period."""

    factor: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class HonestBounds:
    """Bounds of relative magnitudes (Rambachan and Roth 2023) of one outcome.

    Attributes
    ----------
    value : float
        Mean difference over the first `n_post` periods after the start, in the outcome's unit.
    n_steps : int
        Steps between consecutive periods before the start that the bounds rest on.
    largest_step : float
        The largest of them, without sign.
    rows : tuple[HonestRow, ...]
        In rising `factor`, the first 0: parallel trends.
    breakdown : float | None
        The largest factor at which the interval excludes zero, at most `MOST`; None where it holds zero even at 0.
    level : float
    n_treated_units : int
        Fewest treated units behind one of the event times used.
    """

    outcome: str
    value: float
    n_post: int
    n_steps: int
    largest_step: float
    rows: tuple[HonestRow, ...]
    breakdown: float | None
    level: float
    n_treated_units: int


MOST = 10.0
"""Breakdown factors beyond this are not told apart."""


@dataclass(frozen=True, slots=True)
class SafeHonest:
    """The cleared twin of `HonestBounds`, rounded to the digits that its interval carries."""

    outcome: str
    value: float
    n_post: int
    n_steps: int
    largest_step: float
    rows: tuple[HonestRow, ...]
    breakdown: float | None
    level: float
    decimals: int
