"""How alike the groups were in background, and how alike after adjustment."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.findings.cell import DisclosureEvidence

FEW = "few"
"""In place of a value that few persons have: the value itself could point them out."""
TOLD = frozenset({"woman", "man", "other", FEW})
"""Values with words of their own in each language."""


@dataclass(frozen=True, slots=True)
class CovariateBalance:
    """One covariate, or one of its values.

    Attributes
    ----------
    level : str
        The value; empty for a number.
    before, after : float
        Standardised difference of means (treated minus comparison, over the root mean of the two variances before), plain and with
        the comparison weighted as the adjustment does.
    """

    covariate: str
    level: str
    before: float
    after: float
    evidence: DisclosureEvidence


@dataclass(frozen=True, slots=True)
class AdjustmentFinding:
    """The adjustment of one outcome.

    Attributes
    ----------
    method : str
        ``doubly_robust``, ``regression`` or ``weighting``.
    n_comparison : int
    effective : float
        How many equally weighted comparison persons the weighted ones are worth: (Σw)² / Σw².
    n_without : int
        Persons for whom some covariate is not known; they stay, with a value of its own for "unknown".
    """

    outcome: str
    method: str
    n_comparison: int
    effective: float
    n_without: int
    rows: tuple[CovariateBalance, ...]


@dataclass(frozen=True, slots=True)
class SafeBalanceRow:
    """One cleared row, differences with one decimal; None where too few persons have the value."""

    covariate: str
    level: str
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class SafeAdjustment:
    """The cleared adjustment of one outcome; counts rounded, None where hidden."""

    outcome: str
    method: str
    n_comparison: int | None
    effective: int | None
    some_unknown: bool
    rows: tuple[SafeBalanceRow, ...]
