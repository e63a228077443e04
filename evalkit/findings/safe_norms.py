"""The cleared twin of an instrument's page: rounded, small classes and bands put together. None means hidden."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.findings.estimate import Interval
from evalkit.findings.norms import NormReference, ScoreBand


@dataclass(frozen=True, slots=True)
class SafeNormComparison:
    """A group's mean against the norm; `difference` is made of the rounded mean."""

    group: str
    occasion: str
    order: int
    n: int | None
    mean: float | None
    norm_mean: float
    norm_sd: float
    difference: float | None
    standardised: float | None
    interval: Interval | None
    p_value: float | None
    p_below: bool
    decimals: int
    margin: float | None
    equivalence_p: float | None
    some_without_norm: bool


@dataclass(frozen=True, slots=True)
class SafeBandShare:
    """Persons in one or several neighbouring bands, rounded; `share` is made of rounded counts."""

    group: str
    occasion: str
    order: int
    bands: tuple[str, ...]
    level: int
    n: int | None
    share: float | None


@dataclass(frozen=True, slots=True)
class SafeClassCount:
    """Persons in one or several classes of change, rounded."""

    classes: tuple[str, ...]
    n: int | None
    share: float | None


@dataclass(frozen=True, slots=True)
class SafeClasses:
    """Classes of change of one group; empty `counts` where `reason` says why nobody is classified."""

    group: str
    reason: str
    n: int | None
    reliability: float | None
    reliability_basis: str
    comparable: bool
    sd_basis: str
    smallest_detectable: float | None
    criterion: str
    cut: float | None
    counts: tuple[SafeClassCount, ...]
    index: str = "plain"
    why_not_c: str = ""
    reliability_source: str = ""
    reliability_status: str = ""


@dataclass(frozen=True, slots=True)
class SafeExcess:
    """Share improved among the treated minus that of the comparison group."""

    value: float | None
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class SafeRegression:
    """Expected regression to the mean beside the observed change."""

    group: str
    observed: float | None
    low: float | None
    high: float | None
    decimals: int
    correlation: float | None
    basis: str
    target: str = "norm"
    source: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A part of a page that a final report leaves out.

    Attributes
    ----------
    part : str
        ``norm``, ``bands``, ``classes``, ``regression`` or ``relevant``.
    basis : tuple[str, ...]
        What is not secured: ids of norm rows, a cut-off system, a reliability.
    """

    part: str
    basis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SafeInstrument:
    """One instrument's page; texts as in `evalkit.findings.norms.InstrumentFinding`."""

    outcome: str
    instrument: str
    label: str
    measures: str
    respondent: str
    scale: str
    scale_label: str
    minimum: float
    maximum: float
    direction: str
    recall: str
    licence: str
    source: str
    status: str
    practice: bool
    relevant_change: float | None
    bands: tuple[ScoreBand, ...]
    band_system: str
    band_status: str
    no_bands: str
    norms: tuple[NormReference, ...]
    no_norm: str
    norms_elsewhere: tuple[str, ...]
    comparisons: tuple[SafeNormComparison, ...]
    shares: tuple[SafeBandShare, ...]
    classes: tuple[SafeClasses, ...]
    excess: SafeExcess | None
    regression: tuple[SafeRegression, ...]
    no_regression: str
    left_out: tuple[LeftOut, ...] = ()
