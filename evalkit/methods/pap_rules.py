"""The part of a pre-analysis plan about rules: several tests, subgroups, stopping, and what else registries ask of a study."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalkit.findings.pap import both
from evalkit.methods.experiment.arms import compared_arms
from evalkit.methods.pap_special import adjusted_line, decides
from evalkit.plan.preanalysis import PreAnalysis

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan

_STATUS = {
    "planned": both("planerad", "in development"),
    "ongoing": both("pågår", "on going"),
    "completed": both("avslutad", "completed"),
}
_KINDS = {
    "confirmatory": both("bekräftande, Holm", "confirmatory, Holm"),
    "exploratory": both("utforskande, skärpta q-värden", "exploratory, sharpened q"),
}
_ANALYSES = {"pre_post": both("före–efter", "before–after"), "did": both("skillnad i skillnader", "difference-in-differences")}
_OFFER = both(
    "avgör: effekt av att erbjudas insatsen (ITT) som lotten föll, ANCOVA med utgångsvärdet, CR2-medelfel",
    "decides: effect of the offer (ITT) as drawn, ANCOVA on the baseline, CR2 standard errors",
)
_BESIDE = both("efter vad de fick, som beskrivning", "by what they got, as a description")
_TOGETHER = both("den första avgör, alla prövas tillsammans (Holm)", "the first one decides, all are tested together (Holm)")
_SPENDING = {"obrien_fleming": "O'Brien–Fleming (Lan–DeMets)", "pocock": "Pocock (Lan–DeMets)"}
_ROLES = {
    "descriptive": both("beskriver", "describes"),
    "interim": both("prövar i förtid", "interim test"),
    "confirmatory": both("avgör", "decides"),
}


def asked(plan: EvaluationPlan) -> PreAnalysis:
    """Return the plan's pre-analysis section; an empty one where it has none."""
    return plan.preanalysis or PreAnalysis()


def status_line(plan: EvaluationPlan) -> str | None:
    """Return the study's status in the registries' words."""
    status = asked(plan).status
    return None if status is None else _STATUS[status]


def dates_line(plan: EvaluationPlan) -> str | None:
    """Return the intervention's first and last day; None where either is missing."""
    own = asked(plan)
    if own.intervention_from is None or own.intervention_to is None:
        return None
    return f"{own.intervention_from.isoformat()} – {own.intervention_to.isoformat()}"


def multiplicity_lines(plan: EvaluationPlan) -> list[str]:
    """Return how several tests are judged together."""
    declared = [f"{family.label}: {_KINDS[family.kind]}" for family in plan.analysis.families]
    if declared:
        return declared
    own = asked(plan).multiplicity
    return (
        []
        if own is None
        else [both("Holm inom varje familj; det primära utfallet för sig", "Holm by family, primary outcome alone")]
    )


def subgroup_lines(plan: EvaluationPlan) -> list[str]:
    """Return the declared subgroups, or that there are none by decision."""
    own = asked(plan)
    if own.no_subgroups:
        return [both("inga undergrupper skattas", "no subgroups are estimated")]
    differs, sex = both("skillnad i effekt", "difference in effect"), both("kön", "sex")
    return [f"{group.label}: {group.column or sex} = {', '.join(group.values)}; {differs}" for group in own.subgroups]


def stopping_lines(plan: EvaluationPlan) -> list[str]:
    """Return the stopping rule and the declared series of reports."""
    own = asked(plan).stopping_rule
    lines = [] if own is None else [own]
    if plan.analysis.spending != "none":
        lines.append(_SPENDING[plan.analysis.spending])
    return [*lines, *(f"{r.day.isoformat()}: {r.label} – {_ROLES[r.role]}" for r in plan.analysis.reports)]


def analysis_lines(plan: EvaluationPlan) -> list[str]:
    """Return the analyses; first the one that answers by the draw, where a lottery decides."""
    own = [_ANALYSES[analysis] for analysis in plan.design.analyses]
    if (first := decides(plan)) is not None:
        return [
            first,
            *(f"{name}, {both('bredvid', 'beside')}" for name in own if name != _ANALYSES["pre_post"] or plan.time_series is None),
        ]
    if plan.design.comparison.value != "randomised":
        return own
    if plan.lottery is None:
        return [_OFFER, *(name for name, analysis in zip(own, plan.design.analyses, strict=True) if analysis != "did")]
    if len(plan.lottery.arms) > 2:
        compared = compared_arms(plan)
        named = [f" {both('mot', 'against')} ".join(compared.named(pair).labels) for pair in compared.pairs]
        return [_OFFER, f"{'; '.join(named)}: {_TOGETHER}"]
    return [_OFFER, *(f"{name}, {_BESIDE}" for name in own)]


def covariate_line(plan: EvaluationPlan) -> str | None:
    """Return which covariates the estimation has."""
    own = asked(plan).covariates
    adjusted = adjusted_line(plan)
    if adjusted is not None:
        return f"{both('bredvid', 'beside')}: {adjusted}"
    if own is None and plan.data_kind.value == "public":
        return both("inga", "none")
    return None if own is None else both("utgångsvärdet och lottens block", "the baseline and the lottery's blocks")
