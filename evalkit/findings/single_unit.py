"""One treated unit of public data beside its synthetic twin: weights, paths, placebos, and what was left out and why."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.findings.estimate import Interval, SecondEngine


@dataclass(frozen=True, slots=True)
class DonorWeight:
    """A donor's share of the synthetic twin."""

    unit: str
    weight: float


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A unit that is no donor.

    Attributes
    ----------
    code : str
        ``declared`` (in the plan, in the words of `reason`), ``not_named``, or a reason of the sample flow.
    """

    unit: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class TwinPoint:
    """The treated unit and its twin in one period, in the outcome's unit."""

    period: str
    order: int
    own: float
    twin: float


@dataclass(frozen=True, slots=True)
class PlaceboUnit:
    """A donor in the treated unit's place. `statistic` is the difference in units of its own misfit before the start."""

    unit: str
    value: float
    misfit: float
    statistic: float


@dataclass(frozen=True, slots=True)
class ShiftedValue:
    """The difference with one thing changed: a donor taken away, or a start put where nothing happened."""

    changed: str
    value: float


@dataclass(frozen=True, slots=True)
class TwinFinding:
    """What one method found about one outcome.

    Attributes
    ----------
    method : str
        ``synthetic_did`` or ``synthetic_control``.
    decides : bool
        Whether the plan says that this one answers the main question.
    value : float
        In the outcome's unit.
    misfit, statistic : float
        Before the start: distance to the twin, and `value` in units of it.
    misfit_place, ratio_place, place : int
        Among the treated unit and its placebos, 1 the largest: by misfit, by the ratio of root mean squares after and before, and
        by `statistic`.
    n_ranked : int
    smallest_p : float
        The smallest p-value that so many units can give.
    p_value : float | None
        None where `reason` says why, and for the method that does not decide.
    reason : str
        Key of `evalkit.findings.reasons.ROUTES`; empty for the method that does not decide.
    spread : float
        Standard deviation of the placebos' differences.
    time_weights : tuple[DonorWeight, ...]
        Periods before the start; empty for the synthetic control.
    without_donor, placebo_starts : tuple[ShiftedValue, ...]
    """

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
    weights: tuple[DonorWeight, ...]
    time_weights: tuple[DonorWeight, ...]
    path: tuple[TwinPoint, ...]
    placebos: tuple[PlaceboUnit, ...]
    without_donor: tuple[ShiftedValue, ...]
    placebo_starts: tuple[ShiftedValue, ...]
    second_engine: SecondEngine


@dataclass(frozen=True, slots=True)
class SingleUnitFinding:
    """One outcome of one treated unit.

    Attributes
    ----------
    unit, start : str
        The treated unit, and the first period after the start.
    n_before, n_after, n_donors : int
    left_out : tuple[LeftOut, ...]
    methods : tuple[TwinFinding, ...]
        The deciding one first.
    """

    outcome: str
    unit: str
    start: str
    n_before: int
    n_after: int
    n_donors: int
    left_out: tuple[LeftOut, ...]
    methods: tuple[TwinFinding, ...]
