"""What a plan may lack and still run: warnings, in Swedish, in the order of the plan."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from evalkit.plan.evaluation import Comparison, DataKind, EvaluationPlan, Outcome
from evalkit.plan.instruments import InstrumentRegister
from evalkit.plan.sources import Role, RowMeaning

PLACEHOLDER = "FYLL I"
"""What a new plan says where its author has something to decide."""

PLACEHOLDER_DAY = "2000-01-01"
"""The date that a new plan carries until its author knows better."""


def plan_warnings(plan: EvaluationPlan, register: InstrumentRegister | None = None) -> tuple[str, ...]:
    """Return what the author of `plan` should look at, in Swedish; none of it stops a run.

    Parameters
    ----------
    plan : EvaluationPlan
        A loaded plan.
    register : InstrumentRegister, optional
        Where it is given, the ages of the plan are compared with those of its instruments.
    """
    found = [*_placeholders(plan), *_about_outcomes(plan), *_about_persons(plan), *_about_sources(plan)]
    if register is not None:
        found += _about_instruments(plan, register)
    return tuple(dict.fromkeys(found))


def _placeholders(plan: EvaluationPlan) -> Iterator[str]:
    places = [place for place, text in _texts(plan.model_dump(mode="json"), "") if PLACEHOLDER in text or text == PLACEHOLDER_DAY]
    if places:
        shown = ", ".join(places[:5]) + (f" och {len(places) - 5} till" if len(places) > 5 else "")
        yield f"{len(places)} ställen väntar på att fyllas i (”{PLACEHOLDER}” eller {PLACEHOLDER_DAY}): {shown}"


def _texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, list):
        for item in value:
            own = (item.get("id") or item.get("name")) if isinstance(item, dict) else None
            yield from _texts(item, f"{place} → {own}" if own else place)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, f"{place} → {key}" if place else key)


def _about_outcomes(plan: EvaluationPlan) -> Iterator[str]:
    for outcome in plan.outcomes:
        yield from _ages(plan, outcome)
        if outcome.expected_effect is not None and outcome.expected_effect != 0:
            rising = outcome.expected_effect > 0
            if rising != (outcome.direction.value == "higher_better"):
                yield f"effektmåttet {outcome.id}: den förväntade effekten går åt det håll som planen kallar sämre"


def _ages(plan: EvaluationPlan, outcome: Outcome) -> Iterator[str]:
    low, high = plan.target_group.age_from, plan.target_group.age_to
    if not outcome.instruments or low is None or high is None:
        return
    covered: set[int] = set()
    for use in outcome.instruments:
        first, last = use.age_from if use.age_from is not None else low, use.age_to if use.age_to is not None else high
        covered |= set(range(first, last + 1))
    gap = sorted(set(range(low, high + 1)) - covered)
    if gap:
        span = f"{gap[0]} år" if len(gap) == 1 else f"{gap[0]}–{gap[-1]} år"
        yield f"effektmåttet {outcome.id}: inget instrument för alla i målgruppen (åldrar utan instrument inom {span})"


def _about_instruments(plan: EvaluationPlan, register: InstrumentRegister) -> Iterator[str]:
    for outcome in plan.outcomes:
        for use in outcome.instruments:
            known = next((instrument for instrument in register.instruments if instrument.id == use.instrument), None)
            if known is None:
                continue
            first = use.age_from if use.age_from is not None else plan.target_group.age_from
            last = use.age_to if use.age_to is not None else plan.target_group.age_to
            too_young = known.age_from is not None and first is not None and first < known.age_from
            too_old = known.age_to is not None and last is not None and last > known.age_to
            if too_young or too_old:
                span = f"{known.age_from if known.age_from is not None else 0}–{known.age_to if known.age_to is not None else ''}"
                yield f"effektmåttet {outcome.id}: {known.label} används utanför sina åldrar ({span} år)"
            if known.status != "secured":
                yield f"effektmåttet {outcome.id}: uppgifterna om {known.label} är inte säkrade (status {known.status})"


def _about_persons(plan: EvaluationPlan) -> Iterator[str]:
    if plan.data_kind is not DataKind.PERSONS:
        return
    roles = {column.role for source in plan.sources for column in source.columns}
    if Role.CONSENT not in roles:
        yield "ingen källa har en kolumn för samtycke (role: consent); personers samtycke kan då inte prövas"
    if Role.SEX not in roles:
        yield "ingen källa har en kolumn för kön (role: sex); bortfallet kan då inte jämföras mellan könen"
    has_comparison = plan.design.comparison is not Comparison.NONE
    if has_comparison and Role.START in roles and Role.INDEX_DATE not in roles:
        yield "jämförelsepersoner har inget indexdatum (role: index_date); utan det kan deras mättillfällen inte räknas"
    if has_comparison and plan.design.comparison_description is None:
        yield "jämförelsegruppen är inte beskriven (design.comparison_description)"


def _about_sources(plan: EvaluationPlan) -> Iterator[str]:
    for source in plan.sources:
        if source.row is RowMeaning.PERIOD and source.coverage is None and plan.data_kind is DataKind.PERSONS:
            yield f"källan {source.id}: täckningstiden (coverage) saknas; en månad utan rad kan då inte tolkas som noll"
        if plan.data_kind is DataKind.PUBLIC and source.citation is None:
            yield f"källan {source.id}: varifrån data kommer (citation) är inte sagt"
        for other in plan.sources:
            if other.id != source.id and fnmatchcase(other.files.replace("*", "x"), source.files):
                yield f"källorna {source.id} och {other.id} kan göra anspråk på samma fil; gör filnamnen mer olika"
