"""One randomised study in a run: who was drawn to what, who was lost, what the offer did. Exact numbers; stays in the house."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.findings.cell import DisclosureEvidence
from evalkit.findings.estimate import SecondEngine
from evalkit.findings.trial import PlannedReach, PublishedTrial


@dataclass(frozen=True, slots=True)
class ArmCounts:
    """One arm as drawn: `n_randomised` = `n_lost` + `n_analysed`; `n_took_part` got the intervention, whatever the draw said.

    `n_took_part` is None where the delivery does not tell who took part.
    """

    arm: str
    n_randomised: int
    n_took_part: int | None
    n_lost: int
    n_analysed: int


@dataclass(frozen=True, slots=True)
class OtherEstimate:
    """The effect of the offer by another regression, for sensitivity: no interval and no p-value, since only one answer decides.

    Attributes
    ----------
    kind : str
        ``plain`` (no covariate), ``lin`` (the baseline times the arm) or ``change`` (after minus before).
    """

    kind: str
    value: float
    std_error: float
    evidence: DisclosureEvidence


@dataclass(frozen=True, slots=True)
class LateFinding:
    """The effect of taking part on those whom the draw moved (CACE).

    Attributes
    ----------
    low, high : float | None
        Ends of the Anderson–Rubin set; None where it has no end on that side.
    disjoint : bool
        The set is everything outside (low, high).
    first_stage, first_stage_f : float
        How much more often the drawn took part (a share), and its F.
    weak : bool
        Only the set may be read.
    n_never, n_always : int
        Analysed who were drawn and did not take part, and who were not drawn and did.
    """

    value: float
    std_error: float
    low: float | None
    high: float | None
    level: float
    disjoint: bool
    first_stage: float
    first_stage_f: float
    weak: bool
    n_never: int
    n_always: int
    second_engine: SecondEngine
    evidence: DisclosureEvidence


@dataclass(frozen=True, slots=True)
class LeeFinding:
    """Lee's bounds on the effect of the offer for those who are followed up whatever the draw; `n_trimmed` persons are left out."""

    low: float
    high: float
    trimmed: float
    n_trimmed: float
    evidence: DisclosureEvidence


@dataclass(frozen=True, slots=True)
class SubgroupFinding:
    """How much larger the effect of the offer is in a declared group than in the others.

    Attributes
    ----------
    n_inside : int
        Analysed in the group.
    half_width, p_value : float | None
        None where no route holds.
    adjusted_p : float | None
        Holm's over the declared groups; None where there is only one.
    """

    id: str
    label: str
    value: float
    std_error: float
    half_width: float | None
    level: float
    p_value: float | None
    inference: str
    n_inside: int
    evidence: DisclosureEvidence
    adjusted_p: float | None = None


@dataclass(frozen=True, slots=True)
class OutcomeExperiment:
    """One outcome.

    Attributes
    ----------
    estimate_id : str
        Of the effect of the offer among the result's estimates.
    attrition_difference, attrition_p : float
        Share lost among the drawn minus that of the others, and Fisher's exact p.
    randomisation_p : float | None
        Of the draw itself among `n_redrawn` further draws of the same lottery; None where it cannot be drawn again.
    holm_p : float | None
        Of the estimate within its family; None for the primary outcome, or without p-value.
    late : LateFinding | None
        None where all followed the draw, or nothing can be said: `late_note` is the code.
    """

    outcome: str
    estimate_id: str
    arms: tuple[ArmCounts, ...]
    attrition_difference: float
    attrition_p: float
    randomisation_p: float | None
    n_redrawn: int
    holm_p: float | None
    others: tuple[OtherEstimate, ...]
    late: LateFinding | None
    late_note: str
    lee: LeeFinding | None
    subgroups: tuple[SubgroupFinding, ...] = ()


@dataclass(frozen=True, slots=True)
class BalanceFinding:
    """One thing measured before the draw's effect could be seen.

    Attributes
    ----------
    covariate : str
        ``baseline`` (the primary outcome), ``women`` or ``age``.
    normalised : float | None
        Difference of means over their joint SD; None where neither arm varies.
    fewest : int | None
        Persons in the smallest cell (arm by value) of a share; None for a mean.
    p_value : float | None
        By the lottery's own draws; None where it cannot be drawn again.
    """

    covariate: str
    mean_drawn: float
    mean_other: float
    normalised: float | None
    p_value: float | None
    fewest: int | None
    arm: str = ""


@dataclass(frozen=True, slots=True)
class ContrastFinding:
    """One arm against another, where the lottery has more than two.

    Attributes
    ----------
    adjusted_p : float | None
        Holm's, over all contrasts of the primary outcome, or of a family's outcomes; None without a p-value that holds.
    randomisation_p : float
        Among the lottery's own redraws, if no arm did anything.
    """

    outcome: str
    arm: str
    against: str
    estimate_id: str
    adjusted_p: float | None
    randomisation_p: float


@dataclass(frozen=True, slots=True)
class ManyArms:
    """What is particular to a lottery with more than two arms.

    Attributes
    ----------
    labels : tuple[tuple[str, str], ...]
        Id and label of every arm, the control last.
    joint_p : float
        "No arm did anything" for the primary outcome: the largest studentised difference among the lottery's own redraws.
    family_rate : float | None
        Simulated worst rate of at least one false alarm among all contrasts after Holm, on this very draw; None without p-values.
    tests_together : int
        Contrasts of the primary outcome.
    """

    labels: tuple[tuple[str, str], ...]
    contrasts: tuple[ContrastFinding, ...]
    joint_p: float
    family_rate: float | None
    tests_together: int


@dataclass(frozen=True, slots=True)
class ExperimentFinding:
    """The study: list, receipts, outcomes.

    Attributes
    ----------
    n_listed, n_excluded : int
        On the lists, and left without a draw.
    batches : int
    receipts : tuple[str, ...]
        SHA-256 of every batch's receipt.
    draws : tuple[str, ...]
        Names of the public draws.
    clusters : bool
        Whether groups were drawn instead of persons.
    n_outside : int
        Delivered persons whom no list knows.
    stated : bool
        The plan says that a lottery was held; no receipt is there to prove who was drawn to what.
    """

    n_listed: int
    n_excluded: int
    batches: int
    receipts: tuple[str, ...]
    draws: tuple[str, ...]
    clusters: bool
    outcomes: tuple[OutcomeExperiment, ...]
    balance: tuple[BalanceFinding, ...]
    balance_p: float | None
    n_outside: int
    stated: bool = False
    published: PublishedTrial | None = None
    planned: PlannedReach | None = None
    many: ManyArms | None = None
