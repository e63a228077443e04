"""The cleared twin of a randomised study. Every number is rounded; None is hidden, or never estimated."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.findings.estimate import Interval
from evalkit.findings.trial import PlannedReach, PublishedTrial


@dataclass(frozen=True, slots=True)
class SafeArmCounts:
    """One arm as drawn, rounded: the parts need not add up to the whole."""

    arm: str
    n_randomised: int | None
    n_took_part: int | None
    n_lost: int | None
    n_analysed: int | None


@dataclass(frozen=True, slots=True)
class SafeOther:
    """Another regression's effect of the offer."""

    kind: str
    value: float | None
    std_error: float | None
    decimals: int


@dataclass(frozen=True, slots=True)
class SafeLate:
    """The effect of taking part; an end of the set is None where it has none. `first_stage` in whole hundredths."""

    value: float | None
    low: float | None
    high: float | None
    level: float
    disjoint: bool
    decimals: int
    first_stage: float | None
    first_stage_f: float | None
    weak: bool
    hidden: bool


@dataclass(frozen=True, slots=True)
class SafeLee:
    """Lee's bounds; `trimmed` in whole hundredths. `none_trimmed`: attrition did not differ, so that there was nothing to bound."""

    low: float | None
    high: float | None
    trimmed: float | None
    decimals: int
    none_trimmed: bool


@dataclass(frozen=True, slots=True)
class SafeSubgroup:
    """A declared group's difference in effect."""

    label: str
    value: float | None
    interval: Interval | None
    p_value: float | None
    p_below: bool
    decimals: int
    adjusted_p: float | None = None
    adjusted_below: bool = False


@dataclass(frozen=True, slots=True)
class SafeOutcomeExperiment:
    """One outcome, cleared."""

    outcome: str
    estimate_id: str
    arms: tuple[SafeArmCounts, ...]
    attrition_p: float | None
    attrition_p_below: bool
    randomisation_p: float | None
    randomisation_p_below: bool
    n_redrawn: int
    holm_p: float | None
    holm_p_below: bool
    others: tuple[SafeOther, ...]
    late: SafeLate | None
    late_note: str
    lee: SafeLee | None
    subgroups: tuple[SafeSubgroup, ...]


@dataclass(frozen=True, slots=True)
class SafeBalance:
    """One covariate's balance: means stay inside."""

    covariate: str
    normalised: float | None
    p_value: float | None
    p_below: bool
    arm: str = ""


@dataclass(frozen=True, slots=True)
class SafeContrast:
    """One arm against another."""

    outcome: str
    arm: str
    against: str
    estimate_id: str
    adjusted_p: float | None
    adjusted_below: bool
    randomisation_p: float | None
    randomisation_below: bool


@dataclass(frozen=True, slots=True)
class SafeManyArms:
    """What is particular to a lottery with more than two arms, cleared; `family_rate` in whole hundredths."""

    labels: tuple[tuple[str, str], ...]
    contrasts: tuple[SafeContrast, ...]
    joint_p: float | None
    joint_below: bool
    family_rate: float | None
    tests_together: int

    def label(self, arm: str) -> str:
        """Return an arm's label; its id where there is none."""
        return dict(self.labels).get(arm, arm)


@dataclass(frozen=True, slots=True)
class SafeExperiment:
    """A randomised study, cleared."""

    n_listed: int | None
    n_excluded: int | None
    batches: int
    receipts: tuple[str, ...]
    draws: tuple[str, ...]
    clusters: bool
    outcomes: tuple[SafeOutcomeExperiment, ...]
    balance: tuple[SafeBalance, ...]
    balance_p: float | None
    balance_p_below: bool
    stated: bool = False
    published: PublishedTrial | None = None
    planned: PlannedReach | None = None
    many: SafeManyArms | None = None

    def of(self, outcome: str) -> SafeOutcomeExperiment | None:
        """Return one outcome's part; None where it could not be evaluated."""
        return next((found for found in self.outcomes if found.outcome == outcome), None)
