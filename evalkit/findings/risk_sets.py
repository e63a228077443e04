"""Persons who started at different times, each start group compared with those who had not started in the same term."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.findings.staggered import CohortEffect


@dataclass(frozen=True, slots=True)
class RiskSetFinding:
    """One register outcome, term by term.

    Attributes
    ----------
    comparison : str
        ``never_treated`` or ``not_yet_treated``.
    first, last : str
        Labels of the first and last term.
    n_persons, n_left : int
        Persons with a value in every term, and those who are left out: without one, or started in the first term.
    joined : int
        Start terms that were joined with a neighbour because fewer persons than the plan's least cohort started in them.
    cohorts : tuple[CohortEffect, ...]
        `n_comparison` is the smallest risk set behind the group: persons who had not started in the same term.
    """

    outcome: str
    comparison: str
    anticipation: int
    first: str
    last: str
    n_terms: int
    n_persons: int
    n_left: int
    joined: int
    cohorts: tuple[CohortEffect, ...]


@dataclass(frozen=True, slots=True)
class SafeRiskSet:
    """One cleared start group; counts rounded, None where hidden."""

    cohort: str
    n_persons: int | None
    n_comparison: int | None
    value: float | None
    decimals: int


@dataclass(frozen=True, slots=True)
class SafeRiskSets:
    """The cleared start groups of one outcome."""

    outcome: str
    comparison: str
    anticipation: int
    first: str
    last: str
    n_terms: int
    n_persons: int | None
    n_left: int | None
    joined: int
    cohorts: tuple[SafeRiskSet, ...]
