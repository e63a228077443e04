"""What the report quotes from the plan and the instrument register."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalkit.findings.plan_text import ActivityText, OccasionText, OutcomeText, PlanText, SourceText, VersionText
from evalkit.plan.units import level_unit

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan, Outcome
    from evalkit.plan.instrument_use import InstrumentUse
    from evalkit.plan.instruments import InstrumentRegister
    from evalkit.plan.sources import Source


def plan_text(plan: EvaluationPlan, register: InstrumentRegister) -> PlanText:
    """Return the plan's own words, as written; absent texts are empty."""
    design, group, theory = plan.design, plan.target_group, plan.theory_of_change
    return PlanText(
        municipality=plan.municipality,
        background=plan.background,
        target_group=group.description,
        age_from=group.age_from,
        age_to=group.age_to,
        why=theory.why,
        who=theory.who,
        what=theory.what,
        how=theory.how,
        questions=plan.questions,
        side_effects=plan.side_effects,
        versions=tuple(VersionText(v.version, v.decided_by, v.reason) for v in plan.versions),
        outcomes=tuple(_outcome(plan, outcome, register) for outcome in plan.outcomes),
        occasions=_occasions(plan),
        activities=tuple(
            ActivityText(a.id, a.label, a.actor, a.what, a.when, a.unit, a.target_per_person) for a in plan.activities
        ),
        sources=tuple(_source(source) for source in plan.sources),
        analyses=design.analyses,
        comparison=design.comparison.value,
        comparison_description=design.comparison_description or "",
        assigned_at=design.assigned_at,
        assigned_by=design.assigned_by or "",
        cluster_label=design.cluster_label or "",
        selected_on_outcome=design.selected_on_outcome,
        confidence_level=design.confidence_level,
        responsible=tuple((r.role, r.task) for r in plan.responsible),
    )


def _outcome(plan: EvaluationPlan, outcome: Outcome, register: InstrumentRegister) -> OutcomeText:
    return OutcomeText(
        id=outcome.id,
        label=outcome.label,
        unit=level_unit(outcome.unit),
        kind=outcome.kind.value,
        direction=outcome.direction.value,
        primary=outcome.id == plan.primary_outcome,
        instruments=tuple(_instrument(use, register) for use in outcome.instruments),
        minimum=outcome.minimum,
        maximum=outcome.maximum,
        expected_effect=outcome.expected_effect,
    )


def _instrument(use: InstrumentUse, register: InstrumentRegister) -> str:
    found = register.find(use.instrument)
    return use.instrument if found is None else f"{found.label} ({found.status})"


def _occasions(plan: EvaluationPlan) -> tuple[OccasionText, ...]:
    return tuple(
        OccasionText(o.id, o.label, o.role, o.day_from, o.target_day, o.day_to, decisive=o.id == plan.decisive_occasion)
        for o in plan.occasions
    )


def _source(source: Source) -> SourceText:
    ground = source.legal_ground
    covered = source.coverage
    return SourceText(
        id=source.id,
        label=source.label,
        owner=source.owner,
        legal_ground="" if ground is None else f"{ground.ground}; {ground.reference}",
        citation=source.citation or "",
        licence=source.licence or "",
        coverage="" if covered is None else f"{covered.first.isoformat()}–{covered.last.isoformat()}",
    )
