"""What may be claimed: which report of the series this is, and each outcome's test under the plan's rules for several tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from evalkit.findings.estimate import Interval


@dataclass(frozen=True, slots=True)
class Look:
    """Which report of a declared series a run is.

    Attributes
    ----------
    label : str
        The report's name in the plan; empty before the first.
    role : str
        ``descriptive``, ``interim`` or ``confirmatory`` as declared; ``before`` the first report; ``between``: a delivery after
        the one that its report is made of.
    number, reports : int
        Place in the series, 0 before the first.
    tests : int
        How many reports of the series test the primary outcome.
    level : float | None
        The largest p-value at which the primary outcome's null is rejected here; None where nothing is tested.
    spending : str
        ``none``, ``obrien_fleming`` or ``pocock``.
    deciding_label : str
        The report that decides, and the day from which its delivery counts.
    decided : bool
        Whether the deciding report's delivery had come before this run's.
    """

    label: str
    role: str
    number: int
    reports: int
    tests: int
    level: float | None
    spending: str
    deciding_label: str
    deciding_day: date
    decided: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """One outcome's test, judged together with the others of its family.

    Attributes
    ----------
    estimate_id : str
        The estimate that speaks for the outcome: its difference-in-differences, else the treated's change.
    role : str
        ``primary``, ``confirmatory``, ``exploratory``, or ``secondary`` where the plan names no family.
    family : str
        The family's label; empty for an outcome on its own.
    tests_together : int
        Outcomes of the family, those without a p-value included.
    p_value, adjusted_p : float | None
        Of the route; and Holm's within the family.
    q_value : float | None
        Sharpened; exploratory families only.
    level : float | None
        What the adjusted p-value is held against in this report; None where nothing is tested.
    rejected : bool | None
        The verdict that words follow; None where nothing is tested, or no p-value exists.
    interval : Interval | None
        At 1 − `level`, where the series spends its error rate: agrees with the verdict. None elsewhere.
    """

    estimate_id: str
    outcome: str
    role: str
    family: str
    tests_together: int
    p_value: float | None
    adjusted_p: float | None
    q_value: float | None
    level: float | None
    rejected: bool | None
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class SafeDecision:
    """A cleared decision: p-values as they are printed (`below`: smaller than that), nothing of an estimate that is hidden."""

    estimate_id: str
    outcome: str
    role: str
    family: str
    tests_together: int
    p_value: float | None
    p_below: bool
    adjusted_p: float | None
    adjusted_below: bool
    q_value: float | None
    level: float | None
    rejected: bool | None
    interval: Interval | None


def waits(look: Look | None, decision: Decision | None) -> bool:
    """Whether an estimate's p-value waits for a later report: shown, it would be one look more than the plan counts."""
    return look is not None and look.role != "confirmatory" and (decision is None or decision.level is None)


def only_describes(look: Look | None) -> bool:
    """Whether a report of a declared series tests nothing at all."""
    return look is not None and look.level is None
