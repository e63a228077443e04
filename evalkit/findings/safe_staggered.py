"""The cleared twin of what was found where units started at different times: rounded, for public units only.

Counts are of public units (municipalities), never of persons, and are called so: ``units``.
"""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.findings.estimate import Interval


@dataclass(frozen=True, slots=True)
class SafeCohortEffect:
    """The mean effect of one start group."""

    cohort: str
    units: int
    compared_units: int
    value: float
    interval: Interval | None
    decimals: int


@dataclass(frozen=True, slots=True)
class SafeCohortPoint:
    """The mean of one start group in one period; `cohort` is empty for those who never started."""

    cohort: str
    period: str
    order: int
    started: bool
    mean: float
    decimals: int
    units: int


@dataclass(frozen=True, slots=True)
class SafeDiagnosis:
    """What the ordinary regression rests on: shares in whole hundredths."""

    value: float
    decimals: int
    forbidden_weight: float
    negative_cells: float
    negative_weight: float


@dataclass(frozen=True, slots=True)
class SafeBalance:
    """The imputation estimate with complete units, and with every unit measured at all."""

    complete_units: int
    any_units: int
    complete: float
    with_any: float
    decimals: int


@dataclass(frozen=True, slots=True)
class SafeTwoWays:
    """Imputation beside the mean over start groups, all with the same decimals."""

    imputed: float
    difference: float
    interval: Interval | None
    decimals: int


@dataclass(frozen=True, slots=True)
class SafeStaggered:
    """One outcome's start groups."""

    outcome: str
    comparison: str
    anticipation: int
    covariates: tuple[str, ...]
    joined: int
    cohorts: tuple[SafeCohortEffect, ...]
    paths: tuple[SafeCohortPoint, ...]
    band_level: float
    band_route: str
    diagnosis: SafeDiagnosis | None
    balance: SafeBalance | None
    two_ways: SafeTwoWays | None = None
