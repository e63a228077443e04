"""Who was delivered, who was analysed, and why the others were not. No row leaves without a reason."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.errors import EvalkitError
from evalkit.findings.cell import DisclosureEvidence

GROUPS = ("treated", "comparison")


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Distinct persons (or public units) of one group that left at one step, and why.

    Attributes
    ----------
    reason : str
        One of `REASONS`.
    occasion : str
        The occasion at which they left; empty where they left before any.
    """

    reason: str
    group: str
    occasion: str
    n: int


REASONS = {
    "consent_unknown": "inväntar samtycke",
    "consent_no": "har inte samtyckt",
    "consent_withdrawn": "har återkallat samtycke",
    "outside_target_group": "utanför målgruppen",
    "no_start_date": "startdatum saknas",
    "no_cluster": "skola, kommun eller annat kluster är okänt",
    "small_cohort": "startgruppen är mindre än planens minsta",
    "not_due": "ännu ej uppföljda",
    "no_baseline": "saknar mätning vid start (objektsbortfall)",
    "no_follow_up": "saknar uppföljning (objektsbortfall)",
    "partial": "svar saknas på måttet (partiellt bortfall)",
    "other_instrument": "mätt med annat instrument, annan utgåva eller utanför instrumentets åldrar",
    "other_recall": "frågorna gällde olika lång tid före och efter, eller en annan tid än planens",
    "other_mode": "svarade på olika sätt före och efter (papper, intervju, telefon, webb), eller inte på planens",
    "outside_coverage": "registret täcker inte hela uppföljningstiden",
    "moved_out": "har flyttat från det som registret täcker",
    "always_treated": "hade insatsen redan från första perioden",
    "reversal": "insatsen upphörde igen",
    "unbalanced": "har inte alla perioder",
}
"""Every reason for which a person or unit may leave, with its words in Swedish."""


@dataclass(frozen=True, slots=True)
class FlowArm:
    """One group's way through one outcome's sample; `n_analysed` is what remains after `exclusions`."""

    group: str
    n_delivered: int
    n_analysed: int
    evidence: DisclosureEvidence


@dataclass(frozen=True, slots=True)
class SampleFlow:
    """The sample flow of one outcome. Cannot be built with a person missing.

    Raises
    ------
    EvalkitError
        If persons left one of the arms without a reason.
    """

    outcome: str
    arms: tuple[FlowArm, ...]
    exclusions: tuple[Exclusion, ...]

    def __post_init__(self) -> None:
        for arm in self.arms:
            left = sum(e.n for e in self.exclusions if e.group == arm.group)
            lost = arm.n_delivered - arm.n_analysed - left
            if lost:
                raise EvalkitError(f"{lost} av {arm.n_delivered} lämnade urvalet ({arm.group}, {self.outcome}) utan skäl")
        unknown = sorted({e.reason for e in self.exclusions} - REASONS.keys())
        if unknown:
            raise EvalkitError(f"okända skäl i urvalsflödet: {', '.join(unknown)}")

    def arm(self, group: str) -> FlowArm:
        """Return the arm of `group`; KeyError if the design has none."""
        for arm in self.arms:
            if arm.group == group:
                return arm
        raise KeyError(group)


@dataclass(frozen=True, slots=True)
class OccasionCount:
    """Persons measured at one occasion of one outcome, of those who were due.

    `n_not_due` had not reached the occasion's window at the evaluation date: they are not attrition.
    """

    outcome: str
    occasion: str
    group: str
    n_expected: int
    n_measured: int
    n_not_due: int


@dataclass(frozen=True, slots=True)
class ActivityFollowUp:
    """Dose and fidelity of one activity: target against actual.

    Attributes
    ----------
    mean_quantity : float
        Mean quantity per treated person within the plan's days, in the activity's unit.
    share_reaching_target : float
        Share of treated persons with at least the target.
    fidelity : float | None
        Share of activities given as the programme says; None where it is not recorded.
    """

    activity: str
    label: str
    unit: str
    target_per_person: float
    n_persons: int
    mean_quantity: float
    share_reaching_target: float
    fidelity: float | None
    fidelity_target: float | None
    evidence: DisclosureEvidence


@dataclass(frozen=True, slots=True)
class ActivityMonth:
    """One activity in one calendar month: quantity and distinct persons."""

    activity: str
    month: str
    quantity: float
    evidence: DisclosureEvidence
