"""The same question asked in other ways: what a naive comparison says, and whether the answer hangs on one choice or cluster."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.findings.cell import DisclosureEvidence
from evalkit.findings.estimate import Interval


@dataclass(frozen=True, slots=True)
class Alternative:
    """The primary outcome's number by another road. Never a p-value: the road was not measured on this design.

    Attributes
    ----------
    kind : str
        ``naive``, ``specification``, ``placebo-time``, ``placebo-outcome`` or ``missing``.
    key : str
        Which one: key of `evalkit.findings.reasons_robustness.ALTERNATIVES`, or the label of a period or outcome for placebos.
    value : float
        In `unit`.
    interval : Interval | None
        For ``naive``, what the ordinary call would have printed; for placebos, that of the main estimate's own route; for bounds,
        the bounds, at level 1.
    explained_by : float | None
        For ``naive``: what separates it from the main estimate (the comparison group's change, the difference at the start).
    n_units, n_treated_units : int
    """

    kind: str
    key: str
    outcome: str
    unit: str
    value: float
    interval: Interval | None
    explained_by: float | None
    n_units: int
    n_treated_units: int
    evidence: DisclosureEvidence


@dataclass(frozen=True, slots=True)
class LeaveOneOut:
    """The main estimate with one cluster left out at a time.

    Attributes
    ----------
    low, high : float
        Smallest and largest of the estimates, in the outcome's unit.
    same_sign : bool
        Whether all of them point the way the main estimate does.
    smallest : int
        Persons in the smallest cluster; units of public data are no persons.
    """

    outcome: str
    unit: str
    n_clusters: int
    value: float
    low: float
    high: float
    same_sign: bool
    smallest: int
    evidence: DisclosureEvidence


@dataclass(frozen=True, slots=True)
class SubgroupDifference:
    """The difference between women's and men's differences in development: the only question about subgroups that is tested.

    Attributes
    ----------
    value : float
        Women's estimate minus men's, in the outcome's unit.
    inference : str
        ``welch-four``, or ``none`` where no method held: value only.
    smallest : int
        Persons in the smallest of the four groups.
    """

    outcome: str
    unit: str
    value: float
    std_error: float | None
    interval: Interval | None
    df: float | None
    p_value: float | None
    inference: str
    false_positive_rate: float | None
    n_women: int
    n_men: int
    smallest: int
    evidence: DisclosureEvidence


@dataclass(frozen=True, slots=True)
class Robustness:
    """Everything of this kind about one plan; empty where nothing was asked or possible."""

    alternatives: tuple[Alternative, ...] = ()
    leave_one_out: LeaveOneOut | None = None
    subgroup: SubgroupDifference | None = None
    missing_model: str = ""


@dataclass(frozen=True, slots=True)
class SafeAlternative:
    """A cleared alternative; `value` and all else are None where it is hidden."""

    kind: str
    key: str
    outcome: str
    unit: str
    value: float | None
    interval: Interval | None
    explained_by: float | None
    decimals: int
    n_units: int | None


@dataclass(frozen=True, slots=True)
class SafeLeaveOneOut:
    """Cleared: the range only where every cluster is large enough; which cluster it was is never said."""

    outcome: str
    unit: str
    n_clusters: int
    low: float | None
    high: float | None
    same_sign: bool
    decimals: int


@dataclass(frozen=True, slots=True)
class SafeSubgroup:
    """Cleared: nothing where one of the four groups is small."""

    outcome: str
    unit: str
    value: float | None
    interval: Interval | None
    p_value: float | None
    p_below: bool
    inference: str
    false_positive_rate: float | None
    decimals: int
    n_women: int | None
    n_men: int | None


@dataclass(frozen=True, slots=True)
class SafeRobustness:
    """The cleared twin of `Robustness`."""

    alternatives: tuple[SafeAlternative, ...] = ()
    leave_one_out: SafeLeaveOneOut | None = None
    subgroup: SafeSubgroup | None = None
    missing_model: str = ""
