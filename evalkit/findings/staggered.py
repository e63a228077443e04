"""What was found where units started at different times: by start group, by time since start, and how the groups developed."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.findings.cell import DisclosureEvidence
from evalkit.findings.estimate import Interval


@dataclass(frozen=True, slots=True)
class CohortEffect:
    """The mean effect of one start group over its periods after the start.

    Attributes
    ----------
    cohort : str
        Label of the start period, or of the first and last where small groups were joined.
    n_units, n_comparison : int
        Units that started then; fewest units compared with.
    interval : Interval | None
        None where the group has fewer than three units or the design's route does not hold.
    """

    outcome: str
    cohort: str
    n_units: int
    n_comparison: int
    value: float
    interval: Interval | None
    evidence: DisclosureEvidence


@dataclass(frozen=True, slots=True)
class CohortPoint:
    """The mean of one start group in one period; `cohort` is empty for those who never started."""

    outcome: str
    cohort: str
    period: str
    order: int
    started: bool
    mean: float
    n: int
    evidence: DisclosureEvidence


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What two-way fixed effects would have compared.

    Attributes
    ----------
    value : float
        Their coefficient.
    forbidden_weight : float
        Share of it that rests on comparing later starters with units already treated, in [0, 1] (Goodman-Bacon 2021).
    negative_cells : float
        Share of treated units and periods with negative weight, in [0, 1] (de Chaisemartin & D'Haultfœuille 2020).
    negative_weight : float
        The sum of those weights, at most 0; all weights sum to 1.
    """

    value: float
    forbidden_weight: float
    negative_cells: float
    negative_weight: float


@dataclass(frozen=True, slots=True)
class Balance:
    """The imputation estimate with only complete units, and with every unit that was measured at all.

    Attributes
    ----------
    n_complete, n_any : int
    complete, with_any : float
        Both with every treated unit counting alike.
    """

    n_complete: int
    n_any: int
    complete: float
    with_any: float


@dataclass(frozen=True, slots=True)
class TwoWays:
    """How far imputation lies from the mean over start groups: two ways to answer one question.

    Attributes
    ----------
    imputed, difference : float
        The imputation estimate, and it minus the main one.
    interval : Interval | None
        Of the difference; None where no route holds for it.
    """

    imputed: float
    difference: float
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class StaggeredFinding:
    """Everything about one outcome whose units started at different times.

    Attributes
    ----------
    comparison : str
        ``never_treated`` or ``not_yet_treated``.
    joined : int
        Start periods that were joined with a neighbour because fewer units than the plan's least cohort started in them.
    band_route : str
        Of the effect path, which rests on the start groups: ``sup-t``, ``sup-t-wide`` or ``none``; `band_rate` is its worst
        measured rate.
    """

    outcome: str
    comparison: str
    anticipation: int
    covariates: tuple[str, ...]
    joined: int
    cohorts: tuple[CohortEffect, ...]
    paths: tuple[CohortPoint, ...]
    band_level: float
    band_route: str
    band_rate: float | None
    diagnosis: Diagnosis | None
    balance: Balance | None
    two_ways: TwoWays | None = None
