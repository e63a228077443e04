"""The dip before the start: whether the treated stood apart in the last period before it from how they stood earlier."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.findings.cell import DisclosureEvidence
from evalkit.findings.estimate import Interval
from evalkit.findings.words import Words

FOUND, NOT_FOUND, DESCRIBED, UNTESTED = "found", "not_found", "described", "cannot_be_tested"
DIP = "dip-before-start"
"""Key of why a verdict was lowered."""
LOWERED_DIP = {
    DIP: Words(
        "grupperna skilde sig åt strax före start på ett annat sätt än tidigare (svackan före start)",
        "just before the start the groups differed in another way than earlier (the dip before the start)",
    )
}


@dataclass(frozen=True, slots=True)
class DipFinding:
    """One outcome.

    Attributes
    ----------
    state : str
        ``found`` (the interval leaves zero out), ``not_found``, ``described`` (no measured route: values only) or
        ``cannot_be_tested``.
    by_quarter : bool
        Whether periods are quarters around each person's start.
    periods_last, periods_earlier, periods_after : int
        Periods just before the start, earlier ones, and those from the start on.
    value, interval : float, Interval | None
        Treated minus comparison in the last periods before the start, less the same in the earlier ones; in the outcome's unit.
    worse : bool | None
        Whether the deviation is in the unwanted direction; None where there is none.
    from_last, from_earlier : float
        Difference after the start counted from the last periods before it, and from the earlier ones.
    earlier_interval : Interval | None
        Of `from_earlier`.
    inference : str
        Route, measured on the very units; ``none`` without intervals.
    """

    outcome: str
    unit: str
    state: str
    by_quarter: bool
    periods_last: int
    periods_earlier: int
    periods_after: int
    value: float | None
    interval: Interval | None
    worse: bool | None
    from_last: float | None
    from_earlier: float | None
    earlier_interval: Interval | None
    inference: str
    false_positive_rate: float | None
    n_units: int
    n_treated_units: int
    evidence: DisclosureEvidence


@dataclass(frozen=True, slots=True)
class SafeDip:
    """The cleared twin of `DipFinding`; numbers are None where they are hidden or were never there."""

    outcome: str
    unit: str
    state: str
    by_quarter: bool
    periods_last: int
    periods_earlier: int
    periods_after: int
    value: float | None
    interval: Interval | None
    worse: bool | None
    from_last: float | None
    from_earlier: float | None
    earlier_interval: Interval | None
    decimals: int
