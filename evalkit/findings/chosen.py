"""What persons chosen for an unusual value would move without any intervention: shown beside a change, never subtracted."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.findings.cell import DisclosureEvidence


@dataclass(frozen=True, slots=True)
class ExpectedReturn:
    """Expected regression to the mean of one group on one outcome, in the outcome's unit.

    Attributes
    ----------
    observed : float
        The group's own mean change.
    low, high : float
        Range of the expected change; reaches 0 where it is not known that the value was a reason to be chosen.
    population_mean, retest, retest_high : float
        As the plan declares them.
    """

    outcome: str
    group: str
    observed: float
    low: float
    high: float
    population_mean: float
    retest: float
    retest_high: float
    source: str
    evidence: DisclosureEvidence


@dataclass(frozen=True, slots=True)
class SafeReturn:
    """The cleared twin of `ExpectedReturn`; None means hidden."""

    outcome: str
    group: str
    observed: float | None
    low: float | None
    high: float | None
    decimals: int
    population_mean: float
    retest: float
    retest_high: float
    source: str
