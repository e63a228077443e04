"""A published trial beside its own repetition, and what its planning promised beside what came. Public data only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PublishedTrial:
    """A printed estimate and the same computation on the delivered data.

    Attributes
    ----------
    method : str
        ``difference_in_means``.
    value, std_error : float
        As printed.
    own_value, own_std_error : float
        As computed here by the same method, in the outcome's unit.
    reference, checked : str
        The plan's words: where it is printed, and how that was checked.
    """

    method: str
    value: float
    std_error: float
    own_value: float
    own_std_error: float
    reference: str
    checked: str


@dataclass(frozen=True, slots=True)
class PlannedReach:
    """What the planning said could be seen (80 % power, two-sided 5 %), and what could.

    Attributes
    ----------
    promised, reached : float
        Smallest effect that could be seen by the plan's assumptions, and by the standard error that came; in the outcome's unit.
    spread_assumed, spread_seen : float
        Standard deviation inside the groups.
    correlation_assumed, correlation_seen : float
        Between the outcome before and after.
    """

    promised: float
    reached: float | None
    spread_assumed: float
    spread_seen: float
    correlation_assumed: float
    correlation_seen: float
