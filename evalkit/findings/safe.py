"""safe_result.json: the cleared and rounded twin of the result, and all that a shared form may read.

Only `evalkit.release.disclosure.clear` builds a `SafeResult` (and `safe_from_json` reads one back). Every number here is
already rounded; None means hidden, or never estimated. A number in a shared form that is not here is a defect.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from pydantic import TypeAdapter, ValidationError

from evalkit.errors import DisclosureRefused
from evalkit.findings.adjustment import SafeAdjustment
from evalkit.findings.chosen import SafeReturn
from evalkit.findings.decisions import Look, SafeDecision
from evalkit.findings.dip import SafeDip
from evalkit.findings.estimate import Refusal
from evalkit.findings.evidence import EvidenceVerdict
from evalkit.findings.honest import SafeHonest
from evalkit.findings.matching import SafeMatching
from evalkit.findings.plan_text import PlanText
from evalkit.findings.result import PlanIdentity, RequirementCheck, to_json
from evalkit.findings.risk_sets import SafeRiskSets
from evalkit.findings.robustness import SafeRobustness
from evalkit.findings.routes import SafeRoutes
from evalkit.findings.safe_experiment import SafeExperiment
from evalkit.findings.safe_norms import SafeInstrument
from evalkit.findings.safe_parts import (
    OTHER_REASONS,
    SafeActivity,
    SafeArm,
    SafeBreakEven,
    SafeCheck,
    SafeEffectPoint,
    SafeEffectSize,
    SafeEngine,
    SafeEstimate,
    SafeExclusion,
    SafeFlow,
    SafeGate,
    SafeMean,
    SafeMonth,
    SafeOccasion,
    SafePolicy,
    SafeProvenance,
    SafeStamp,
    SafeTest,
    SafeValuation,
    Suppression,
)
from evalkit.findings.safe_single_unit import SafeSingleUnit
from evalkit.findings.safe_staggered import SafeStaggered
from evalkit.findings.smooth import SafeSmooth
from evalkit.findings.time_series import SafeSeries
from evalkit.findings.validity import SafeValidity

__all__ = [
    "FINAL_REPORT",
    "OTHER_REASONS",
    "SAFE_FORMAT",
    "WORKING_REPORT",
    "SafeActivity",
    "SafeArm",
    "SafeBreakEven",
    "SafeCheck",
    "SafeEffectPoint",
    "SafeEffectSize",
    "SafeEngine",
    "SafeEstimate",
    "SafeExclusion",
    "SafeFlow",
    "SafeGate",
    "SafeInstrument",
    "SafeMean",
    "SafeMonth",
    "SafeOccasion",
    "SafePolicy",
    "SafeProvenance",
    "SafeResult",
    "SafeStaggered",
    "SafeStamp",
    "SafeTest",
    "SafeValidity",
    "SafeValuation",
    "Suppression",
    "safe_from_json",
    "safe_to_json",
]

SAFE_FORMAT = 1
WORKING_REPORT, FINAL_REPORT = "arbetsrapport", "slutrapport"


@dataclass(frozen=True, slots=True)
class SafeResult:
    """Everything that may leave the house about one run.

    Attributes
    ----------
    kind : str
        ``arbetsrapport`` (may be shared, watermarked) or ``slutrapport``.
    primary_estimate : str
        Id of the estimate that answers the plan's main question; empty where the run has none.
    """

    safe_format: int
    kind: str
    plan: PlanIdentity
    plan_text: PlanText
    policy: SafePolicy
    requirements: tuple[RequirementCheck, ...]
    evidence: EvidenceVerdict
    gate: SafeGate
    flows: tuple[SafeFlow, ...]
    occasions: tuple[SafeOccasion, ...]
    activities: tuple[SafeActivity, ...]
    activity_months: tuple[SafeMonth, ...]
    estimates: tuple[SafeEstimate, ...]
    primary_estimate: str
    effect_sizes: tuple[SafeEffectSize, ...]
    means: tuple[SafeMean, ...]
    effect_path: tuple[SafeEffectPoint, ...]
    tests: tuple[SafeTest, ...]
    valuation: SafeValuation | None
    refusals: tuple[Refusal, ...]
    suppressions: tuple[Suppression, ...]
    provenance: SafeProvenance
    validity: tuple[SafeValidity, ...] = ()
    instruments: tuple[SafeInstrument, ...] = ()
    look: Look | None = None
    decisions: tuple[SafeDecision, ...] = ()
    single_unit: tuple[SafeSingleUnit, ...] = ()
    staggered: tuple[SafeStaggered, ...] = ()
    adjustments: tuple[SafeAdjustment, ...] = ()
    honest: tuple[SafeHonest, ...] = ()
    experiment: SafeExperiment | None = None
    robustness: SafeRobustness | None = None
    time_series: tuple[SafeSeries, ...] = ()
    chosen: tuple[SafeReturn, ...] = ()
    routes: tuple[SafeRoutes, ...] = ()
    matchings: tuple[SafeMatching, ...] = ()
    risk_sets: tuple[SafeRiskSets, ...] = ()
    dips: tuple[SafeDip, ...] = ()
    smooth: tuple[SafeSmooth, ...] = ()

    @property
    def final(self) -> bool:
        """Whether this is a final report."""
        return self.kind == FINAL_REPORT

    @property
    def primary(self) -> SafeEstimate | None:
        """Return the estimate that answers the main question, or None."""
        return next((e for e in self.estimates if e.id == self.primary_estimate), None)

    @property
    def by_draw(self) -> bool:
        """Whether the main question is answered by comparing people as a lottery drew them."""
        return self.primary is not None and self.primary.estimator == "itt-ancova"

    @property
    def received_apart(self) -> bool:
        """Whether the answer is by the draw while other numbers group people by what they got."""
        return self.by_draw and not (self.experiment is not None and self.experiment.stated)

    def outcome_label(self, outcome: str) -> str:
        """Return an outcome's label in the plan, or its id."""
        return next((o.label for o in self.plan_text.outcomes if o.id == outcome), outcome)


def safe_to_json(safe: SafeResult) -> str:
    """Return `safe` as JSON: sorted keys, two blanks, one final newline."""
    return to_json(safe)


def safe_from_json(text: str) -> SafeResult:
    """Read what `safe_to_json` wrote.

    Raises
    ------
    DisclosureRefused
        If the text is not a cleared result of this format.
    """
    try:
        safe = _adapter().validate_json(text)
    except ValidationError as exc:
        where = ".".join(str(part) for part in exc.errors()[0]["loc"])
        raise DisclosureRefused(f"safe_result.json går inte att läsa: {where}; kör utvärderingen igen", code="OUT-SAFE") from None
    if safe.safe_format != SAFE_FORMAT:
        raise DisclosureRefused(
            f"safe_result.json har format {safe.safe_format}, detta program läser {SAFE_FORMAT}; kör utvärderingen igen",
            code="OUT-SAFE",
        )
    return safe


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[SafeResult]:
    return TypeAdapter(SafeResult)
