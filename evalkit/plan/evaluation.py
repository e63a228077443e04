"""The evaluation plan (utvärderingsschema): one intervention, decided before its data are opened."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, TypeVar

from pydantic import Field, StringConstraints

from evalkit.plan.adjustment import Adjustment
from evalkit.plan.analysis import AnalysisRules
from evalkit.plan.disclosure import DisclosureLimits
from evalkit.plan.instrument_use import InstrumentUse
from evalkit.plan.lottery import Lottery
from evalkit.plan.matching import Matching
from evalkit.plan.planning import PlanningAssumption
from evalkit.plan.preanalysis import PreAnalysis
from evalkit.plan.published import Published
from evalkit.plan.selection import ChosenFrom
from evalkit.plan.single_unit import SingleUnit
from evalkit.plan.sources import Source
from evalkit.plan.staggered import Staggered
from evalkit.plan.strict import Name, Share, Slug, Strict, Text
from evalkit.plan.time_series import TimeSeries

_Named = TypeVar("_Named", "Outcome", "Occasion", Source)

PLAN_FORMAT = 1
"""The version of this schema; a plan of a later format is refused."""


class DataKind(StrEnum):
    """Whose data the plan reads: persons (every rule applies) or public aggregates (no consent, no cell rules)."""

    PERSONS = "persons"
    PUBLIC = "public"


class Direction(StrEnum):
    """Which way is better."""

    HIGHER_BETTER = "higher_better"
    LOWER_BETTER = "lower_better"


class OutcomeKind(StrEnum):
    """What an outcome measures; decides its unit in words and how register rows add up."""

    SCORE = "score"
    SHARE = "share"
    COUNT = "count"
    MONEY = "money"
    BINARY = "binary"
    RATE = "rate"


class Comparison(StrEnum):
    """With whom the treated are compared."""

    NONE = "none"
    WAITING_LIST = "waiting_list"
    OTHER_PERSONS = "other_persons"
    MATCHED = "matched"
    RANDOMISED = "randomised"
    NEVER_TREATED_UNITS = "never_treated_units"


class PlanVersion(Strict):
    """One dated version of the plan: who decided it, and why it changed."""

    version: date
    decided_by: Text
    reason: Text


class TargetGroup(Strict):
    """For whom the intervention is; ages in whole years at start."""

    description: Text
    age_from: int | None = Field(default=None, ge=0, le=120)
    age_to: int | None = Field(default=None, ge=0, le=120)
    expected_number: int | None = Field(default=None, ge=1)


class TheoryOfChange(Strict):
    """Förändringsteori: why it should work, for whom, what is done, how it leads to the outcome."""

    why: Text
    who: Text
    what: Text
    how: Text


class ActivityMeasure(Strict):
    """One documented activity per actor, with its target: dose and fidelity (programtrohet)."""

    id: Name
    label: Text
    actor: Text
    what: Text
    when: Text
    unit: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    target_per_person: float = Field(gt=0)
    within_days: int = Field(default=365, ge=1, le=3650)
    fidelity_target: Share | None = None
    tied_to: tuple[Name, ...] = ()


class Outcome(Strict):
    """One outcome measure (effektmått)."""

    id: Name
    label: Text
    unit: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    kind: OutcomeKind
    direction: Direction
    instruments: tuple[InstrumentUse, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    impossible_change: float | None = Field(default=None, gt=0)
    family: Name = "sekundara"
    aggregate: Literal["mean", "sum"] = "mean"
    expected_effect: float | None = None
    referred: ChosenFrom | None = None


class Occasion(Strict):
    """A window around each person's own start, in days; `target_day` is the ideal."""

    id: Name
    label: Text
    role: Literal["before", "after"]
    day_from: int = Field(ge=-3650, le=3650)
    target_day: int = Field(ge=-3650, le=3650)
    day_to: int = Field(ge=-3650, le=3650)


class TreatmentRule(Strict):
    """Public data: a unit is treated in the years when the treatment column is above or below a threshold."""

    when: Literal["above", "below"]
    threshold: float
    exclude_always_treated: bool = True
    exclude_reversals: bool = True


class StartPooling(Strict):
    """How rolling starts are pooled into cohorts, and the least size of one."""

    into: Literal["term", "year", "none"] = "term"
    least_cohort: int = Field(default=5, ge=1)


class Design(Strict):
    """How the effect is identified: decided from facts known before any outcome is read.

    Attributes
    ----------
    confidence_level : float
        0.95 and nothing else: routes are measured at 5 %, and a level that nobody has measured is refused.
    """

    analyses: tuple[Literal["pre_post", "did"], ...] = Field(min_length=1)
    comparison: Comparison
    comparison_description: Text | None = None
    assigned_at: Literal["person", "cluster"]
    assigned_by: Text | None = None
    cluster_label: Text | None = None
    common_shocks_at: Literal["none", "cluster", "group"] = "none"
    estimand: Literal["ATT", "ATE", "ITT"] = "ATT"
    confidence_level: float = Field(default=0.95, ge=0.95, le=0.95)
    starts: StartPooling = StartPooling()
    treatment: TreatmentRule | None = None
    staggered: Staggered | None = None
    adjustment: Adjustment | None = None
    matching: Matching | None = None
    selected_on_outcome: Literal["yes", "no", "unknown"] = "unknown"


class QualityLimits(Strict):
    """Where the gate warns and where it stops. Shares, not percent."""

    max_attrition: Share = 0.35
    max_attrition_difference: Share = 0.20
    max_missing: Share = 0.30
    attrition_override: Text | None = None
    free_text_allowed: bool = False


class Indicator(Strict):
    """A figure that is followed but not estimated."""

    id: Name
    label: Text
    source: Text


class Benefit(Strict):
    """An expected economic effect for one party, priced by a row of a unit cost list."""

    party: Text
    description: Text
    unit_cost: Name
    quantity_per_participant: float | None = Field(default=None, gt=0)


class Economics(Strict):
    """Budget and expected economic effects per party. Kronor in the price year of the budget."""

    budget_kronor: float = Field(gt=0)
    price_year: int = Field(ge=1990, le=2100)
    source: Text
    funded_by: Text
    unit_costs: Slug | None = None
    benefits: tuple[Benefit, ...] = ()


class ResponsibleRole(Strict):
    """A role, never a person's name, and what it answers for."""

    role: Text
    task: Text


class LegalAssessment(Strict):
    """The legal assessment of the evaluation design in all its phases (SKL's minimum requirement)."""

    done: date
    by: Text
    conclusion: Text


class EvaluationPlan(Strict):
    """Everything that is decided about one evaluation before its outcomes are seen."""

    plan_format: int = Field(ge=1)
    id: Slug
    title: Text
    municipality: Text
    data_kind: DataKind
    synthetic: bool = False
    language: Literal["sv", "en"] = "sv"
    seed: int = Field(ge=0, le=2**63 - 1)
    versions: tuple[PlanVersion, ...] = Field(min_length=1)
    background: Text
    target_group: TargetGroup
    theory_of_change: TheoryOfChange
    questions: tuple[Text, ...] = ()
    managers_informed: bool | None = None
    legal_assessment: LegalAssessment | None = None
    side_effects: tuple[Text, ...] = ()
    activities: tuple[ActivityMeasure, ...] = ()
    outcomes: tuple[Outcome, ...] = Field(min_length=1)
    primary_outcome: Name
    occasions: tuple[Occasion, ...] = ()
    decisive_occasion: Name | None = None
    indicators: tuple[Indicator, ...] = ()
    design: Design
    analysis: AnalysisRules = AnalysisRules()
    lottery: Lottery | None = None
    single_unit: SingleUnit | None = None
    time_series: TimeSeries | None = None
    planning: tuple[PlanningAssumption, ...] = ()
    preanalysis: PreAnalysis | None = None
    published: Published | None = None
    sources: tuple[Source, ...] = Field(min_length=1)
    quality: QualityLimits = QualityLimits()
    economics: Economics | None = None
    disclosure: DisclosureLimits = DisclosureLimits()
    responsible: tuple[ResponsibleRole, ...] = ()

    @property
    def version(self) -> date:
        """The date of the version in force: the last one."""
        return self.versions[-1].version

    def outcome(self, outcome_id: str) -> Outcome:
        """Return the outcome named `outcome_id`; KeyError if the plan has none."""
        return _by_id(self.outcomes, outcome_id)

    def occasion(self, occasion_id: str) -> Occasion:
        """Return the occasion named `occasion_id`; KeyError if the plan has none."""
        return _by_id(self.occasions, occasion_id)

    def source(self, source_id: str) -> Source:
        """Return the source named `source_id`; KeyError if the plan has none."""
        return _by_id(self.sources, source_id)


def _by_id(items: tuple[_Named, ...], wanted: str) -> _Named:
    for item in items:
        if item.id == wanted:
            return item
    raise KeyError(wanted)
