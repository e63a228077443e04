"""The cleared twin of `evalkit.findings.single_unit`: public units alone, rounded to what the placebos' spread carries."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.findings.estimate import Interval
from evalkit.findings.single_unit import DonorWeight, LeftOut, ShiftedValue, TwinPoint


@dataclass(frozen=True, slots=True)
class PlaceboPlace:
    """A donor in the treated unit's place: its difference in units of its own misfit, with its sign."""

    donor: str
    signed: float


@dataclass(frozen=True, slots=True)
class SafeTwin:
    """What one method found; see `evalkit.findings.single_unit.TwinFinding`."""

    method: str
    decides: bool
    value: float
    misfit: float
    statistic: float
    misfit_place: int
    ratio_place: int
    place: int
    n_ranked: int
    smallest_p: float
    p_value: float | None
    interval: Interval | None
    reason: str
    spread: float
    decimals: int
    weights: tuple[DonorWeight, ...]
    time_weights: tuple[DonorWeight, ...]
    path: tuple[TwinPoint, ...]
    placebos: tuple[PlaceboPlace, ...]
    without_donor: tuple[ShiftedValue, ...]
    placebo_starts: tuple[ShiftedValue, ...]
    engine: str


@dataclass(frozen=True, slots=True)
class SafeSingleUnit:
    """One outcome of one treated unit; see `evalkit.findings.single_unit.SingleUnitFinding`."""

    outcome: str
    unit: str
    start: str
    n_before: int
    n_after: int
    n_donors: int
    left_out: tuple[LeftOut, ...]
    methods: tuple[SafeTwin, ...]
