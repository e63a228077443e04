"""SKL's minimum requirements for an effect evaluation, as data.

Source: Sveriges Kommuner och Landsting, *Guide för effektutvärdering av sociala investeringsprojekt* (2014). A plan below them
runs, with a warning and capped words. What cannot be read from the plan is not met: nobody's word is taken for granted.
"""

from __future__ import annotations

from collections.abc import Callable

from evalkit.findings.result import RequirementCheck
from evalkit.plan.evaluation import Comparison, EvaluationPlan

_DESIGNS = {
    Comparison.NONE: "Före–efter utan jämförelsegrupp; SKL kräver minst matchad kontroll",
    Comparison.WAITING_LIST: "Jämförelse med väntelista som varken lottats eller matchats; SKL kräver minst matchad kontroll",
    Comparison.OTHER_PERSONS: "Jämförelse med andra personer utan matchning; SKL kräver minst matchad kontroll",
    Comparison.NEVER_TREATED_UNITS: "Jämförelse med enheter utan insatsen, inte matchade; SKL kräver minst matchad kontroll",
    Comparison.MATCHED: "Matchad kontroll",
    Comparison.RANDOMISED: "Lottad kontroll",
}


def check_requirements(plan: EvaluationPlan) -> tuple[RequirementCheck, ...]:
    """Return one check per requirement, in the guide's order, each with a Swedish comment.

    Parameters
    ----------
    plan : EvaluationPlan
        A loaded plan; nothing but the plan is looked at.
    """
    return tuple(RequirementCheck(id=name, met=met, comment=comment) for name, check in _CHECKS for met, comment in [check(plan)])


def _outcome_and_process(plan: EvaluationPlan) -> tuple[bool, str]:
    outcomes = {outcome.id for outcome in plan.outcomes}
    tied = [activity for activity in plan.activities if outcomes.intersection(activity.tied_to)]
    if tied:
        return True, f"Effektmått: {len(plan.outcomes)}; processmått knutna till dem: {len(tied)}"
    if plan.activities:
        return False, "Inget aktivitetsmått är knutet till ett effektmått (activities → tied_to)"
    return False, "Inget processmått: minst en aktivitet ska mätas och knytas till ett effektmått (activities)"


def _activity_per_actor(plan: EvaluationPlan) -> tuple[bool, str]:
    actors = sorted({activity.actor for activity in plan.activities})
    if not actors:
        return False, "Ingen aktivitet är beskriven: vad som görs, av vem och när (activities)"
    return True, f"Vad, av vem och när är beskrivet för {_count(len(actors), 'aktör', 'aktörer')}"


def _design(plan: EvaluationPlan) -> tuple[bool, str]:
    comparison = plan.design.comparison
    return comparison in (Comparison.MATCHED, Comparison.RANDOMISED), _DESIGNS[comparison]


def _numbers_and_timetable(plan: EvaluationPlan) -> tuple[bool, str]:
    lacking = []
    if plan.target_group.expected_number is None:
        lacking.append("antalet berörda (target_group → expected_number)")
    if not plan.activities:
        lacking.append("tidplan för när de får insatsen (activities → when)")
    if lacking:
        return False, "Saknas: " + " och ".join(lacking)
    return True, f"{plan.target_group.expected_number} berörda, med tidplan per aktivitet"


def _managers_informed(plan: EvaluationPlan) -> tuple[bool, str]:
    if plan.managers_informed is None:
        return False, "Planen säger inte om alla berörda chefer är informerade (managers_informed)"
    if not plan.managers_informed:
        return False, "Alla berörda chefer är ännu inte informerade"
    return True, "Alla berörda chefer är informerade"


def _legal_assessment(plan: EvaluationPlan) -> tuple[bool, str]:
    if plan.legal_assessment is None:
        return False, "Ingen rättslig bedömning av utvärderingens alla delar finns i planen (legal_assessment)"
    return True, f"Rättslig bedömning gjord {plan.legal_assessment.done.isoformat()}"


def _side_effects(plan: EvaluationPlan) -> tuple[bool, str]:
    if not plan.side_effects:
        return False, "Inga tänkbara bieffekter är beskrivna (side_effects)"
    return True, _count(len(plan.side_effects), "tänkbar bieffekt beskriven", "tänkbara bieffekter beskrivna")


def _three_layers(plan: EvaluationPlan) -> tuple[bool, str]:
    lacking = []
    if not any(activity.fidelity_target is not None for activity in plan.activities):
        lacking.append("programtrohet (activities → fidelity_target)")
    if not any(outcome.id == plan.primary_outcome for outcome in plan.outcomes):
        lacking.append("effektmått (primary_outcome)")
    if plan.economics is None or not plan.economics.benefits:
        lacking.append("ekonomiska effekter per part (economics → benefits)")
    if lacking:
        return False, "Alla tre leden behövs; saknas: " + ", ".join(lacking)
    return True, "Programtrohet, effekt och ekonomi följs"


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


_CHECKS: tuple[tuple[str, Callable[[EvaluationPlan], tuple[bool, str]]], ...] = (
    ("outcome_and_process", _outcome_and_process),
    ("activity_per_actor", _activity_per_actor),
    ("design", _design),
    ("numbers_and_timetable", _numbers_and_timetable),
    ("managers_informed", _managers_informed),
    ("legal_assessment", _legal_assessment),
    ("side_effects", _side_effects),
    ("three_layers", _three_layers),
)
