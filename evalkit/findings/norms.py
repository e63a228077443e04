"""Where a group stands against an instrument's norm and bands, and how many changed for certain; each number has its evidence."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.findings.cell import DisclosureEvidence
from evalkit.findings.estimate import Interval


@dataclass(frozen=True, slots=True)
class NormReference:
    """One norm that numbers are held against.

    Attributes
    ----------
    id : str
        Row of the register, or ``metric`` for a score that has its mean and SD by construction.
    source : str
        Citation.
    status : str
        ``draft``, ``reviewed``, ``secured``, or ``metric``.
    sex : str
        ``all``, ``f`` or ``m``.
    n : int | None
        Size of the norm group, where known.
    edition : str
        Of the instrument that the norm is for; empty where it has one only.
    stands_for : str
        ``f``, ``m`` or ``f,m``: persons of these sexes are held against a row for both together, since its set has no row per sex.
    """

    id: str
    source: str
    status: str
    country: str
    population: str
    year: int | None
    sex: str
    age_from: int | None
    age_to: int | None
    n: int | None
    mean: float
    sd: float
    edition: str = ""
    stands_for: str = ""

    @property
    def secured(self) -> bool:
        """Whether a final report may use it: checked by two persons, or true by construction."""
        return self.status in {"secured", "metric"}


@dataclass(frozen=True, slots=True)
class NormComparison:
    """A group's mean at one occasion against the norm, weighted by the group's own sexes and ages.

    Attributes
    ----------
    mean, sd : float
        Of the group, in scale units.
    norm_mean, norm_sd : float
    difference : float
        Group minus norm.
    standardised : float
        Glass' d: the difference in SDs of the norm.
    interval : Interval | None
        Of the difference; None where the comparison has no standard error.
    route : str
        ``welch`` or ``one-sample-t``.
    margin : float | None
        Equivalence margin of the plan in scale units; None where the plan has none or the norm's size is unknown.
    equivalence_p : float | None
        Of the two one-sided tests; below 0.05 the group is within the margin.
    n_without_norm : int
        Persons of a sex or age that the norm does not cover: left out.
    """

    group: str
    occasion: str
    order: int
    n: int
    mean: float
    sd: float | None
    norm_mean: float
    norm_sd: float
    difference: float
    standardised: float
    interval: Interval | None
    p_value: float | None
    route: str
    margin: float | None
    equivalence_p: float | None
    n_without_norm: int
    evidence: DisclosureEvidence


@dataclass(frozen=True, slots=True)
class ScoreBand:
    """One band of the instrument's cut-off system; level 0 is best. `label` is as the register writes it."""

    id: str
    label: str
    minimum: float
    maximum: float
    level: int
    sex: str


@dataclass(frozen=True, slots=True)
class BandShare:
    """Persons of one group in one band at one occasion, of those with a band."""

    group: str
    occasion: str
    order: int
    band: str
    level: int
    n: int
    n_total: int
    evidence: DisclosureEvidence


@dataclass(frozen=True, slots=True)
class ChangeClasses:
    """How many of one group changed by more than measurement error, and crossed the border to the normal range.

    Attributes
    ----------
    reason : str
        Why no person is classified (key of `evalkit.findings.norm_words.NO_CLASSES`); empty where they are.
    reliability : float | None
    reliability_basis : str
        ``retest``, ``icc`` or ``alpha``, with the interval where it is told.
    comparable : bool
        The retest interval is like that of the plan.
    sd_basis : str
        ``norm`` or ``baseline``.
    smallest_detectable : float | None
        Change that exceeds error at 95 %, in scale units; with the regressed index: distance from what was expected.
    criterion : str
        ``a``, ``b`` or ``c``; empty where no norm allows a border, so that nobody is called recovered.
    cut : float | None
    n_recovered, n_improved, n_unchanged, n_deteriorated : int
    index : str
        ``plain`` or ``regressed``.
    why_not_c : str
        Why criterion c is not used (key of `evalkit.findings.norm_words.NOT_C`); empty where it is, or another was asked for.
    reliability_source, reliability_status, reliability_key : str
        Citation; ``draft``, ``reviewed``, ``secured``, or ``plan`` where the plan declares it; its name in the register.
    clinical_secured : bool
        The clinical group behind criterion a or c is secured, or none is used.
    """

    group: str
    reason: str
    n: int
    reliability: float | None
    reliability_basis: str
    comparable: bool
    sd_basis: str
    smallest_detectable: float | None
    criterion: str
    cut: float | None
    n_recovered: int
    n_improved: int
    n_unchanged: int
    n_deteriorated: int
    evidence: DisclosureEvidence
    index: str = "plain"
    why_not_c: str = ""
    reliability_source: str = ""
    reliability_status: str = ""
    reliability_key: str = ""
    clinical_secured: bool = True


@dataclass(frozen=True, slots=True)
class ExcessImproved:
    """Share reliably improved (recovered or improved) among the treated minus that of the comparison group, in [-1, 1]."""

    value: float
    interval: Interval | None
    evidence: DisclosureEvidence


@dataclass(frozen=True, slots=True)
class ExpectedRegression:
    """What a group that was selected on its score would move without any intervention: shown beside, never subtracted.

    Attributes
    ----------
    low, high : float
        Range of the expected change, in scale units: from nothing (not selected on the score) to full regression to the norm.
    observed : float
        The group's own mean change.
    correlation : float
        Between two measurements without intervention.
    basis : str
        ``plan`` (declared there), ``comparison`` (the comparison group's own) or ``published``.
    target : str
        Whose mean the range goes to: ``norm`` or ``plan``.
    source, status : str
        Of a declared or published correlation, as in `ChangeClasses`.
    """

    group: str
    observed: float
    low: float
    high: float
    correlation: float
    basis: str
    evidence: DisclosureEvidence
    target: str = "norm"
    source: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class InstrumentFinding:
    """All about one instrument that measures one outcome: its page in the report.

    Attributes
    ----------
    label, measures, scale_label, recall, source : str
        As the register writes them; empty where it does not.
    bands : tuple[ScoreBand, ...]
    band_system, band_status : str
        Empty where the register has no system, or several and the plan names none.
    no_bands, no_norm, no_regression : str
        Why there is none (keys of `evalkit.findings.norm_words`); empty where there is one.
    norms_elsewhere : tuple[str, ...]
        Countries of norms in the register that are not used instead.
    practice : bool
        A test that practice makes easier.
    relevant_change : float | None
        A change that the instrument's users call relevant, in points.
    """

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
    comparisons: tuple[NormComparison, ...]
    shares: tuple[BandShare, ...]
    classes: tuple[ChangeClasses, ...]
    excess: ExcessImproved | None
    regression: tuple[ExpectedRegression, ...]
    no_regression: str
