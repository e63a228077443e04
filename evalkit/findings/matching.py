"""Who was matched with whom, in numbers: how many, why others were not, and how alike the groups became."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.findings.adjustment import CovariateBalance, SafeBalanceRow


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Treated persons without anybody to be compared with.

    Attributes
    ----------
    reason : str
        Of `evalkit.methods.matching.links.REASONS`.
    """

    reason: str
    n: int


@dataclass(frozen=True, slots=True)
class MatchingFinding:
    """The matching of one outcome's persons.

    Attributes
    ----------
    method : str
        ``mahalanobis``, ``propensity``, ``exact`` or ``sets``.
    decides : bool
        Whether the matched comparison answers the outcome's question; else it stands beside.
    columns, exact : tuple[str, ...]
        Background in which the nearest were sought, and in which two had to be the same: declared sequences.
    remaining : bool
        Whether regression takes out what still differs.
    n_treated, n_matched : int
        Treated persons of the outcome, and those of them who are matched.
    n_comparison, n_used : int
        The same of comparison persons.
    effective : float
        How many equally weighted comparison persons those used are worth: (Σw)² / Σw².
    largest_before, largest_after : float
        Of the standardised differences' sizes.
    left_out : tuple[Unmatched, ...]
    n_without : int
        Persons for whom some background is not known; they are matched, with a value of its own for "unknown".
    """

    outcome: str
    method: str
    decides: bool
    columns: tuple[str, ...]
    exact: tuple[str, ...]
    neighbours: int
    reuse: bool
    caliper: float | None
    on_start_value: bool
    remaining: bool
    n_treated: int
    n_matched: int
    n_comparison: int
    n_used: int
    effective: float
    largest_before: float
    largest_after: float
    left_out: tuple[Unmatched, ...]
    n_without: int
    rows: tuple[CovariateBalance, ...]


@dataclass(frozen=True, slots=True)
class SafeUnmatched:
    """One cleared line of the log; `n` None where hidden."""

    reason: str
    n: int | None


@dataclass(frozen=True, slots=True)
class SafeMatching:
    """The cleared matching of one outcome; counts rounded, None where hidden."""

    outcome: str
    method: str
    decides: bool
    columns: tuple[str, ...]
    exact: tuple[str, ...]
    neighbours: int
    reuse: bool
    caliper: float | None
    on_start_value: bool
    remaining: bool
    n_treated: int | None
    n_matched: int | None
    n_comparison: int | None
    n_used: int | None
    effective: int | None
    all_matched: bool
    left_out: tuple[SafeUnmatched, ...]
    some_unknown: bool
    rows: tuple[SafeBalanceRow, ...]
