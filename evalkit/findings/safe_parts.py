"""The parts of a cleared result: each a rounded twin of a finding. None means hidden, or never estimated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from evalkit.findings.estimate import Interval
from evalkit.findings.valuation import PriceReference

OTHER_REASONS = "other"
"""The reason under which small exclusions are merged, so that none of them can be read off."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """Something that is hidden, and by which kind of rule; never how much.

    Attributes
    ----------
    where : str
        Kind of output and outcome, such as ``"estimate:did.valbefinnande"``.
    reason : str
        ``few`` (fewer persons than the policy's limit), ``merged`` (categories put together) or ``policy`` (any other
        rule, or protection of a hidden neighbour: the two are not told apart on purpose).
    """

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class SafePolicy:
    """The limits that were applied; for public data no cell rule was."""

    set_by: str
    decided: str
    min_cell: int
    round_counts_to: int
    applied: bool


@dataclass(frozen=True, slots=True)
class SafeExclusion:
    """Persons of one group who left for one reason, rounded; `reason` may be `OTHER_REASONS`."""

    reason: str
    group: str
    occasion: str
    n: int | None


@dataclass(frozen=True, slots=True)
class SafeArm:
    """One group's way through one outcome's sample, rounded."""

    group: str
    n_delivered: int | None
    n_analysed: int | None


@dataclass(frozen=True, slots=True)
class SafeFlow:
    """The sample flow of one outcome, rounded: parts need not add up to the whole."""

    outcome: str
    arms: tuple[SafeArm, ...]
    exclusions: tuple[SafeExclusion, ...]


@dataclass(frozen=True, slots=True)
class SafeOccasion:
    """Persons measured at one occasion, of those due; `share_measured` is made of the rounded counts."""

    outcome: str
    occasion: str
    group: str
    n_expected: int | None
    n_measured: int | None
    n_not_due: int | None
    share_measured: float | None


@dataclass(frozen=True, slots=True)
class SafeActivity:
    """Target against actual of one activity; shares are made of rounded counts."""

    activity: str
    label: str
    unit: str
    target_per_person: float
    n_persons: int | None
    mean_quantity: float | None
    decimals: int
    share_reaching_target: float | None
    fidelity: float | None
    fidelity_target: float | None


@dataclass(frozen=True, slots=True)
class SafeMonth:
    """One activity in one month, or in several put together so that enough persons stand behind the number.

    Attributes
    ----------
    first, last : str
        ``YYYY-MM``; equal where nothing was merged.
    per_month : int | None
        Quantity per month of the span, rounded.
    """

    activity: str
    first: str
    last: str
    quantity: int | None
    per_month: int | None


@dataclass(frozen=True, slots=True)
class SafeEngine:
    """The second engine's verdict on an estimate."""

    name: str
    estimate: float | None
    agrees: bool


@dataclass(frozen=True, slots=True)
class SafeEstimate:
    """A cleared estimate; `value` and everything derived from it are None where it is hidden.

    Attributes
    ----------
    significant : bool | None
        Whether the unrounded interval excludes zero; None where no valid p-value exists.
    p_below : bool
        The p-value is below `p_value`, which is then the smallest one printed.
    decimals : int
        Decimals of value, standard error and interval; negative for tens, hundreds …
    """

    id: str
    outcome: str
    label: str
    unit: str
    estimand: str
    estimator: str
    group: str
    occasions: tuple[str, ...]
    value: float | None
    better: bool | None
    significant: bool | None
    std_error: float | None
    interval: Interval | None
    df: float | None
    p_value: float | None
    p_below: bool
    decimals: int
    inference: str
    route_reason: str
    false_positive_rate: float | None
    n_units: int | None
    n_treated_units: int | None
    n_comparison_units: int | None
    n_clusters: int | None
    n_treated_clusters: int | None
    second_engine: SafeEngine | None
    contrast: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class SafeEffectSize:
    """A standardised effect, two decimals, with the estimate's interval on the same scale."""

    estimate_id: str
    kind: str
    value: float
    interval: Interval | None
    standardiser: float
    standardiser_decimals: int
    corrected: bool


@dataclass(frozen=True, slots=True)
class SafeMean:
    """The mean of one group in one period, rounded to the first digit of its standard error (persons)."""

    outcome: str
    group: str
    period: str
    order: int
    mean: float | None
    sd: float | None
    decimals: int
    n: int | None
    axis: str


@dataclass(frozen=True, slots=True)
class SafeEffectPoint:
    """One event time of an effect path."""

    outcome: str
    event_time: int
    binned: bool
    value: float | None
    std_error: float | None
    interval: Interval | None
    decimals: int


@dataclass(frozen=True, slots=True)
class SafeTest:
    """A joint test; `p_below` as in `SafeEstimate`."""

    name: str
    outcome: str
    state: str
    statistic: float | None
    df: float | None
    df_denominator: float | None
    p_value: float | None
    p_below: bool
    n_leads: int
    minimum_detectable: float | None
    minimum_decimals: int
    reason: str
    false_positive_rate: float | None = None

    @property
    def by_quarter(self) -> bool:
        """Whether the test counts quarters around the start rather than the design's own periods."""
        return self.name.endswith("quarters")


@dataclass(frozen=True, slots=True)
class SafeCheck:
    """Rules of one kind: how many there were, and how many warned or noted something. Rules are counted, not persons."""

    kind: str
    n_rules: int
    n_warnings: int
    n_notes: int


@dataclass(frozen=True, slots=True)
class SafeGate:
    """What the quality gate did; a run exists only where no rule stopped it."""

    n_rules: int
    n_remarks: int
    checks: tuple[SafeCheck, ...]


@dataclass(frozen=True, slots=True)
class SafeBreakEven:
    """`number_needed` is rounded up: with one fewer the budget is not recovered."""

    party: str
    description: str
    price: PriceReference
    number_needed: int
    per_participant: float | None
    per_participant_decimals: int
    note: str


@dataclass(frozen=True, slots=True)
class SafeValuation:
    """The cost side; cost per participant is made of the rounded number of participants, two significant digits."""

    budget: float
    price_year: int
    budget_source: str
    n_participants: int | None
    cost_per_participant: float | None
    break_even: tuple[SafeBreakEven, ...]


@dataclass(frozen=True, slots=True)
class SafeStamp:
    """One file that went in. Deliveries of persons are numbered instead of named, and no size tells their row count."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class SafeProvenance:
    """Fingerprints of the run."""

    evaluated_on: date
    evalkit_version: str
    python_version: str
    data: tuple[SafeStamp, ...]
    parameters: tuple[SafeStamp, ...]
    code_sha256: str
    lock_sha256: str
