"""What was estimated, with its own label, interval, route and evidence. An undefined number is None, never 0."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.findings.cell import DisclosureEvidence


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval that carries its own level (0.95 = 95 %)."""

    low: float
    high: float
    level: float


@dataclass(frozen=True, slots=True)
class SecondEngine:
    """The same number from an independent engine.

    Attributes
    ----------
    name : str
        Engine and version-free route, such as ``"linearmodels PanelOLS"``.
    estimate, std_error : float
        In the outcome's unit.
    tolerance : float
        Relative difference above which the report is blocked.
    agrees : bool
    """

    name: str
    estimate: float
    std_error: float | None
    tolerance: float
    agrees: bool


@dataclass(frozen=True, slots=True)
class Estimate:
    """One estimate with everything needed to read it.

    Attributes
    ----------
    id : str
        Stable name within the result, such as ``"did.valbefinnande"``.
    outcome, label, unit : str
        What it is about; `unit` is the outcome's unit, or ``SD`` for standardised effects.
    estimand : str
        ``ATT``, ``ITT`` …, or ``change`` for before and after.
    estimator : str
        ``paired-change``, ``did-2x2``, ``did-collapsed``, ``twfe`` …
    group : str
        ``all``, ``treated`` or ``comparison``: whose change or effect.
    occasions : tuple[str, ...]
        Labels of the occasions or periods compared: declared sequence, in time order.
    value : float
        In `unit`. Positive means an increase, whatever the direction.
    better : bool | None
        Whether the sign of `value` is an improvement by the plan's direction; None where value is 0.
    std_error, df, p_value : float | None
        None where no valid one exists; `route_reason` then says why.
    inference : str
        Route: key of `evalkit.findings.reasons.INFERENCES` (``welch``, ``hall-t`` …, with ``-conditional`` behind), or ``none``.
    false_positive_rate : float | None
        Measured rate of the route on this design under a true null, worst declared case; None until measured.
    n_units, n_treated_units, n_clusters, n_treated_clusters : int
    seed : int | None
        Of anything random behind the number.
    contrast : tuple[str, str] | None
        Labels of the two arms compared, where a lottery has more than two.
    """

    id: str
    outcome: str
    label: str
    unit: str
    estimand: str
    estimator: str
    group: str
    occasions: tuple[str, ...]
    value: float
    better: bool | None
    std_error: float | None
    interval: Interval | None
    df: float | None
    p_value: float | None
    inference: str
    route_reason: str
    false_positive_rate: float | None
    n_units: int
    n_treated_units: int
    n_clusters: int
    n_treated_clusters: int
    second_engine: SecondEngine | None
    seed: int | None
    evidence: DisclosureEvidence
    contrast: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class EffectSize:
    """A standardised effect that belongs to an estimate.

    Attributes
    ----------
    kind : str
        ``dz``, ``dav`` (with Hedges' correction: ``gz``, ``gav``) or ``glass`` …
    standardiser : float
        The SD that it was divided by, in the outcome's unit.
    """

    estimate_id: str
    kind: str
    value: float
    standardiser: float
    corrected: bool


@dataclass(frozen=True, slots=True)
class MeanPoint:
    """The mean of one group at one occasion or period: what a trend figure is drawn from.

    Only units of the estimate's own sample are in it, so that two published means never differ by a few persons.

    Attributes
    ----------
    axis : str
        ``occasion``, ``quarter`` or ``period``: which time `order` counts; one figure per outcome and axis.
    """

    outcome: str
    group: str
    period: str
    order: int
    mean: float
    sd: float | None
    n: int
    evidence: DisclosureEvidence
    axis: str = "occasion"


@dataclass(frozen=True, slots=True)
class EffectPoint:
    """One event time of an effect path, relative to the last period before treatment."""

    outcome: str
    event_time: int
    binned: bool
    value: float
    std_error: float | None
    interval: Interval | None
    n_treated_units: int


@dataclass(frozen=True, slots=True)
class TestOutcome:
    """A joint test, such as that of the leads.

    Attributes
    ----------
    state : str
        ``contradicted``, ``not_contradicted`` or ``cannot_be_tested``.
    minimum_detectable : float | None
        The violation the test would have seen with 80 % power, in the outcome's unit per period; None if not computed.
    false_positive_rate : float | None
        Measured on this design where nothing is true, worst declared case; None where the design was not simulated.
    """

    name: str
    outcome: str
    state: str
    statistic: float | None
    df: float | None
    df_denominator: float | None
    p_value: float | None
    n_leads: int
    minimum_detectable: float | None
    reason: str
    false_positive_rate: float | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """An analysis of the plan that could not be made, and why: named in the report instead of being left out in silence.

    Attributes
    ----------
    analysis : str
        ``pre_post``, ``did`` or ``leads``.
    code : str
        Key of `evalkit.findings.reasons.REFUSALS`.
    """

    outcome: str
    analysis: str
    code: str
