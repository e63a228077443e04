"""A randomised study as lines of Swedish text for those inside: exact numbers, nothing cleared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from evalkit.workflow.told import why_no_p
from evalkit.workflow.views import number

if TYPE_CHECKING:
    from evalkit.findings.estimate import Estimate
    from evalkit.findings.experiment import ExperimentFinding, LateFinding, OutcomeExperiment, SubgroupFinding
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.workflow.session import OpenRun

ARM_WORDS = {"drawn": "lottade till insatsen", "other": "lottade till jämförelse"}
OTHER_WORDS = {"plain": "utan kovariat", "lin": "med samspel (Lin)", "change": "på förändringen"}
BALANCE_WORDS = {"baseline": "det primära måttet före", "women": "andel kvinnor", "age": "ålder vid start"}


def run_lines(run: OpenRun) -> list[str]:
    """Return what a run holds of its study; one line where it holds none."""
    if run.result.experiment is None:
        return ["Planen är inte lottad, eller så är lotten ännu inte dragen: det finns ingen studie att visa."]
    refused = [(one.outcome, one.code) for one in run.result.refusals if one.analysis == "itt"]
    told = run.told
    assert told.experiment is not None
    return [*study_lines(run.plan, told.experiment, told.estimates, refused), *why_no_p(run.result)]


def study_lines(
    plan: EvaluationPlan, study: ExperimentFinding, estimates: Sequence[Estimate], refused: Sequence[tuple[str, str]]
) -> list[str]:
    """Return the whole study."""
    named = {estimate.id: estimate for estimate in estimates}
    lines = [f"{plan.title}: utvärderad som den lottades (stannar i huset, inte frisläppt)", ""]
    for found in study.outcomes:
        lines += [*_outcome_lines(plan, study, found, named), ""]
    lines += _balance_lines(study)
    lines += [f"{name}: kunde inte utvärderas ({code})" for name, code in refused]
    if study.n_outside:
        lines.append(f"{study.n_outside} personer i leveransen finns inte i någon lottad lista och är inte med här")
    if not any(found.subgroups for found in study.outcomes):
        lines.append("Inga undergrupper som går att skatta är angivna i planen.")
    return lines


def _outcome_lines(
    plan: EvaluationPlan, study: ExperimentFinding, found: OutcomeExperiment, named: dict[str, Estimate]
) -> list[str]:
    estimate = named[found.estimate_id]
    primary = found.outcome == plan.primary_outcome
    lines = [f"{estimate.label} ({estimate.unit}){' – primärt mått' if primary else ''}"]
    lines += [
        f"  {_arm(study, a.arm)}: {a.n_randomised}, {_part(a.n_took_part)}bortfall {a.n_lost}, analyserade {a.n_analysed}"
        for a in found.arms
    ]
    lines += [] if study.stated else [f"  i listorna {study.n_listed}, utan lott {study.n_excluded}"]
    difference = number(100 * found.attrition_difference, 1)
    lines.append(f"  skillnad i bortfall: {difference} procentenheter, p {_p(found.attrition_p)} (Fisher)")
    lines.append(f"  effekt av att lottas, justerad för utgångsvärdet: {_effect(estimate)}")
    lines += [
        f"  effekt av att lottas, {OTHER_WORDS[o.kind]}: {number(o.value)} (medelfel {number(o.std_error)})" for o in found.others
    ]
    lines += _contrast_lines(study, found, named)
    if found.holm_p is not None:
        lines.append(f"  p efter Holm inom familjen {plan.outcome(found.outcome).family}: {_p(found.holm_p)}")
    if study.stated:
        lines.append("  lottningstest: görs inte; lottningen är uppgiven, den kan inte räknas om här")
    else:
        lines.append(f"  lottningstest ({found.n_redrawn} omlottningar enligt kvittots regel): p {_p(found.randomisation_p)}")
        lines += _late_lines(found.late) if found.late is not None else [_no_late(found.late_note)]
    if found.lee is not None:
        span = f"{number(found.lee.low)} till {number(found.lee.high)}"
        lines.append(f"  Lees gränser för bortfallet: {span} ({number(100 * found.lee.trimmed, 1)} % trimmade)")
    return [*lines, *(_subgroup_line(group) for group in found.subgroups)]


def _effect(estimate: Estimate) -> str:
    if estimate.interval is None:
        return f"{number(estimate.value)}; ingen prövad metod håller felrisken med så få: inget intervall, inget p-värde"
    span = f"{number(estimate.interval.low)} till {number(estimate.interval.high)}"
    p = "" if estimate.p_value is None else f", p {_p(estimate.p_value)}"
    return f"{number(estimate.value)} ({span}){p}, {number(estimate.df, 1)} frihetsgrader, {estimate.inference}"


def _late_lines(effect: LateFinding) -> list[str]:
    low = "minus oändligt" if effect.low is None else number(effect.low)
    high = "oändligt" if effect.high is None else number(effect.high)
    span = f"{'allt utom ' if effect.disjoint else ''}{low} till {high}"
    lines = [
        f"  effekt av att delta, för dem som lotten fick att delta: {number(effect.value)} ({span}, Anderson–Rubin)",
        f"  andelen som deltog ökade med {number(100 * effect.first_stage, 1)} procentenheter, F {number(effect.first_stage_f, 1)}",
    ]
    if effect.weak:
        lines.append("  svag lott (F under 10): läs bara intervallet, inte skattningen")
    return lines


def _no_late(note: str) -> str:
    return "  alla följde lotten" if note == "EST-COMPLIANCE" else f"  effekten av att delta går inte att skatta ({note})"


def _subgroup_line(group: SubgroupFinding) -> str:
    if group.half_width is None:
        return f"  skillnad i effekt för {group.label}: {number(group.value)}; ingen prövad metod håller felrisken"
    span = f"{number(group.value - group.half_width)} till {number(group.value + group.half_width)}"
    return f"  skillnad i effekt för {group.label} mot övriga: {number(group.value)} ({span}), p {_p(group.p_value)}"


def _balance_lines(study: ExperimentFinding) -> list[str]:
    lines = ["Balans före, efter lott"]
    for row in study.balance:
        means = f"{number(row.mean_drawn)} mot {number(row.mean_other)}"
        normalised = number(row.normalised)
        name = BALANCE_WORDS.get(row.covariate, row.covariate)
        name = f"{_arm(study, row.arm)}, {name}" if row.arm else name
        lines.append(f"  {name}: {means}, normaliserad skillnad {normalised}{_p_behind(row.p_value)}")
    return [*lines, *([] if study.stated else [f"  gemensamt lottningstest: p {_p(study.balance_p)}"]), *trial_lines(study), ""]


def trial_lines(study: ExperimentFinding) -> list[str]:
    """Return a published estimate beside its repetition, and what the planning promised beside what came."""
    lines = []
    if (one := study.published) is not None:
        lines.append(f"  publicerat: {number(one.value, 0)} (medelfel {number(one.std_error, 0)}), {one.reference}")
        lines.append(f"  upprepat här: {number(one.own_value, 0)} (medelfel {number(one.own_std_error, 0)})")
    if (plan := study.planned) is not None:
        then = f"spridning {number(plan.spread_assumed, 0)}, samband {number(plan.correlation_assumed)}"
        now = f"spridning {number(plan.spread_seen, 0)}, samband {number(plan.correlation_seen)}"
        lines.append(f"  planen lovade att se {number(plan.promised, 0)} ({then})")
        lines.append(f"  så här blev det: {now}; omkring {number(plan.reached, 0)} kunde ses")
    return lines


def _arm(study: ExperimentFinding, arm: str) -> str:
    return ARM_WORDS[arm] if study.many is None else f"lottade till {dict(study.many.labels)[arm]}"


def _contrast_lines(study: ExperimentFinding, found: OutcomeExperiment, named: dict[str, Estimate]) -> list[str]:
    """Return one line a contrast of several arms: effect, p after Holm, p of the redraws."""
    if study.many is None or not study.many.contrasts:
        return []
    labels = dict(study.many.labels)
    lines = [
        f"  {labels[c.arm]} mot {labels[c.against]}: {_effect(named[c.estimate_id])}, p efter Holm {_p(c.adjusted_p)}, "
        f"omdragningar {_p(c.randomisation_p)}"
        for c in study.many.contrasts
        if c.outcome == found.outcome
    ]
    return [*lines, f"  ingen grupp gjorde någon skillnad, alla på en gång: p {_p(study.many.joint_p)}"]


def _part(n: int | None) -> str:
    return "" if n is None else f"deltog {n}, "


def _p_behind(p: float | None) -> str:
    return "" if p is None else f", p {_p(p)}"


def _p(value: float | None) -> str:
    if value is None:
        return "–"
    return "< 0,001" if value < 0.001 else number(value, 3)
