"""result.json: the one typed document that everything after the estimation reads."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from evalkit.errors import EvalkitError
from evalkit.findings.adjustment import AdjustmentFinding
from evalkit.findings.chosen import ExpectedReturn
from evalkit.findings.decisions import Decision, Look
from evalkit.findings.dip import DipFinding
from evalkit.findings.estimate import EffectPoint, EffectSize, Estimate, MeanPoint, Refusal, TestOutcome
from evalkit.findings.evidence import EvidenceVerdict
from evalkit.findings.experiment import ExperimentFinding
from evalkit.findings.honest import HonestBounds
from evalkit.findings.matching import MatchingFinding
from evalkit.findings.norms import InstrumentFinding
from evalkit.findings.plan_text import PlanText
from evalkit.findings.provenance import Provenance
from evalkit.findings.quality import GateReport
from evalkit.findings.risk_sets import RiskSetFinding
from evalkit.findings.robustness import Robustness
from evalkit.findings.routes import RoutesBeside
from evalkit.findings.sample import ActivityFollowUp, ActivityMonth, OccasionCount, SampleFlow
from evalkit.findings.single_unit import SingleUnitFinding
from evalkit.findings.smooth import SmoothBounds
from evalkit.findings.staggered import StaggeredFinding
from evalkit.findings.time_series import SeriesFinding
from evalkit.findings.translation import Translation
from evalkit.findings.validity import RouteValidity
from evalkit.findings.valuation import Valuation

RESULT_FORMAT = 1


@dataclass(frozen=True, slots=True)
class PlanIdentity:
    """Which plan was carried out."""

    id: str
    title: str
    version: date
    sha256: str
    language: str
    data_kind: str
    synthetic: bool
    primary_outcome: str
    decisive_occasion: str
    locked: bool
    deviations: tuple[str, ...] = ()
    """Keys of the plan that differ from the locked version; empty where nothing is locked."""


@dataclass(frozen=True, slots=True)
class RequirementCheck:
    """One of SKL's minimum requirements for an effect evaluation, and whether the plan meets it."""

    id: str
    met: bool
    comment: str


@dataclass(frozen=True, slots=True)
class EvaluationResult:
    """Everything one run found; stays inside the house. `clear` makes the twin that may leave."""

    result_format: int
    plan: PlanIdentity
    plan_text: PlanText
    requirements: tuple[RequirementCheck, ...]
    evidence: EvidenceVerdict
    gate: GateReport
    flows: tuple[SampleFlow, ...]
    occasions: tuple[OccasionCount, ...]
    activities: tuple[ActivityFollowUp, ...]
    activity_months: tuple[ActivityMonth, ...]
    estimates: tuple[Estimate, ...]
    effect_sizes: tuple[EffectSize, ...]
    means: tuple[MeanPoint, ...]
    effect_path: tuple[EffectPoint, ...]
    tests: tuple[TestOutcome, ...]
    valuation: Valuation | None
    provenance: Provenance
    refusals: tuple[Refusal, ...] = ()
    instruments: tuple[InstrumentFinding, ...] = ()
    validity: tuple[RouteValidity, ...] = ()
    look: Look | None = None
    decisions: tuple[Decision, ...] = ()
    translations: tuple[Translation, ...] = ()
    honest: tuple[HonestBounds, ...] = ()
    single_unit: tuple[SingleUnitFinding, ...] = ()
    staggered: tuple[StaggeredFinding, ...] = ()
    adjustments: tuple[AdjustmentFinding, ...] = ()
    experiment: ExperimentFinding | None = None
    robustness: Robustness | None = None
    time_series: tuple[SeriesFinding, ...] = ()
    chosen: tuple[ExpectedReturn, ...] = ()
    routes: tuple[RoutesBeside, ...] = ()
    matchings: tuple[MatchingFinding, ...] = ()
    risk_sets: tuple[RiskSetFinding, ...] = ()
    dips: tuple[DipFinding, ...] = ()
    smooth: tuple[SmoothBounds, ...] = ()

    def estimate(self, estimate_id: str) -> Estimate:
        """Return the estimate named `estimate_id`; KeyError if there is none."""
        for estimate in self.estimates:
            if estimate.id == estimate_id:
                return estimate
        raise KeyError(estimate_id)


def to_json(document: Any) -> str:
    """Return a findings dataclass as JSON: sorted keys, two blanks, floats with repr, one final newline."""
    return json.dumps(_plain(asdict(document)), ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False) + "\n"


def from_json(text: str) -> EvaluationResult:
    """Read what `to_json` wrote.

    Raises
    ------
    EvalkitError
        If the text is not a result of this format.
    """
    try:
        return _adapter().validate_json(text)
    except ValidationError as exc:
        where = ".".join(str(part) for part in exc.errors()[0]["loc"])
        raise EvalkitError(f"result.json går inte att läsa: {where}; kör utvärderingen igen") from None


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[EvaluationResult]:
    return TypeAdapter(EvaluationResult)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return value
