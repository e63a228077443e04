"""One series before and after a start: what was seen, what the trend before would have given, and the deviation."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.findings.cell import DisclosureEvidence


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """One period: seen, and expected from trend and season before the start; `order` is 0 at the start."""

    at: str
    order: int
    seen: float
    expected: float


@dataclass(frozen=True, slots=True)
class SeriesFinding:
    """One outcome as an interrupted time series, in the outcome's unit.

    Attributes
    ----------
    n_units, n_before, n_after : int
        Units (or persons) behind every period's mean, and periods.
    season : str
        ``calendar``, ``term`` or ``none``.
    decides : str
        ``mean_after`` or ``level``.
    trend, level, slope, mean_after : float
        Change per period before the start; jump at the start; change of the slope; mean deviation after the start.
    memory : float
        Estimated autocorrelation of the errors.
    critical : float | None
        |t| that is needed for p ≤ 1 − the plan's confidence level; None where there is no p-value.
    newey_west : float
        The ordinary standard error of what decides.
    """

    outcome: str
    start: str
    n_units: int
    n_before: int
    n_after: int
    season: str
    decides: str
    trend: float
    level: float
    slope: float
    mean_after: float
    memory: float
    critical: float | None
    newey_west: float
    points: tuple[SeriesPoint, ...]
    evidence: DisclosureEvidence


@dataclass(frozen=True, slots=True)
class SafeSeries:
    """The cleared twin of `SeriesFinding`; None means hidden."""

    outcome: str
    start: str
    n_units: int | None
    n_before: int
    n_after: int
    season: str
    decides: str
    trend: float | None
    level: float | None
    slope: float | None
    mean_after: float | None
    memory: float | None
    decimals: int
    points: tuple[SeriesPoint, ...]
