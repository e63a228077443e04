"""The evidence level: what the design can carry at most, lowered by what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalkit.findings.estimate import Estimate, TestOutcome
from evalkit.findings.evidence import EvidenceLevel, EvidenceVerdict
from evalkit.findings.sample import SampleFlow

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan

ATTRITION = ("no_baseline", "no_follow_up", "partial", "other_instrument", "other_recall", "other_mode")
"""Reasons that are attrition; waiting for consent, not yet due or outside the register's coverage are not."""
MINIMUM = ("matched", "randomised")
"""Comparisons that reach SKL's minimum design, "minst matchad kontroll" (Guide för effektutvärdering, 2014)."""
_FEW = (
    "one-cluster-each",
    "one-treated-cluster",
    "few-treated-clusters",
    "few-comparison-clusters",
    "staggered-few-clusters",
    "one-unit-few-donors",
    "one-unit-no-route",
)
_UNTESTED = (
    "common-shocks-in-groups",
    "common-shocks-in-clusters",
    "mixed-clusters",
    "no-route-holds",
    "matched-no-route",
    "matched-in-clusters",
)


def verdict(plan: EvaluationPlan, flow: SampleFlow, effect: Estimate | None, leads: TestOutcome | None) -> EvidenceVerdict:
    """Return the level that the primary outcome's findings reach.

    Parameters
    ----------
    flow : SampleFlow
        Of the primary outcome.
    effect : Estimate | None
        The primary difference-in-differences; None where there is none.
    leads : TestOutcome | None
        Its joint lead test.
    """
    ceiling = _ceiling(plan)
    if effect is None:
        return EvidenceVerdict(ceiling, EvidenceLevel.DEVELOPMENT, ("no-comparison-group",), _below_minimum(plan))
    reasons = [*_trend_reasons(ceiling, leads), *_attrition_reasons(plan, flow), *_inference_reasons(effect)]
    lowered = EvidenceLevel.CAUSAL_WITH_CAVEATS if ceiling is EvidenceLevel.RANDOMISED else EvidenceLevel.COMPARED
    level = min(ceiling, lowered) if reasons else ceiling
    return EvidenceVerdict(ceiling, level, tuple(reasons), _below_minimum(plan))


def attrition(flow: SampleFlow, group: str) -> float:
    """Return the share lost to attrition among those due in one group, in [0, 1]; 0 where nobody was due."""
    lost = sum(e.n for e in flow.exclusions if e.group == group and e.reason in ATTRITION)
    due = lost + sum(arm.n_analysed for arm in flow.arms if arm.group == group)
    return lost / due if due else 0.0


def _ceiling(plan: EvaluationPlan) -> EvidenceLevel:
    if plan.design.comparison.value == "none" or "did" not in plan.design.analyses:
        return EvidenceLevel.DEVELOPMENT
    if plan.design.comparison.value == "randomised":
        return EvidenceLevel.RANDOMISED
    return EvidenceLevel.CAUSAL_WITH_CAVEATS


def _below_minimum(plan: EvaluationPlan) -> bool:
    return plan.design.comparison.value not in MINIMUM


def _trend_reasons(ceiling: EvidenceLevel, leads: TestOutcome | None) -> list[str]:
    if leads is not None and leads.state == "contradicted":
        return ["pre-trends-contradicted"]
    if ceiling is not EvidenceLevel.RANDOMISED and (leads is None or leads.state == "cannot_be_tested"):
        return ["pre-trends-cannot-be-tested"]
    return []


def _attrition_reasons(plan: EvaluationPlan, flow: SampleFlow) -> list[str]:
    shares = [attrition(flow, arm.group) for arm in flow.arms]
    reasons = ["attrition"] if max(shares, default=0.0) > plan.quality.max_attrition else []
    if shares and max(shares) - min(shares) > plan.quality.max_attrition_difference:
        reasons.append("attrition-difference")
    return reasons


def _inference_reasons(effect: Estimate) -> list[str]:
    if effect.route_reason in _FEW:
        return ["few-clusters"]
    return ["no-valid-inference"] if effect.route_reason in _UNTESTED else []
