"""The newest run of a randomised plan read together with its receipts. Inside the house: nothing here is cleared."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from evalkit.errors import PlanError
from evalkit.files import write_text
from evalkit.workflow.lottery import lottery_of
from evalkit.workflow.lottery_draw import rules_for
from evalkit.workflow.lottery_evidence import drawn_batches

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from evalkit.methods.experiment.study import DrawnUnit, OutcomeStudy, Study
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.plan.project import Project

REDRAWS = 1999


def evaluate_lottery(project: Project, plan: EvaluationPlan) -> tuple[str, Path]:
    """Evaluate the newest run as it was randomised; return the text and the file it was written to.

    Raises
    ------
    PlanError
        LOT-NONE, or LOT-CLOSED where nothing is drawn.
    LotteryDiffers
        If a list or receipt is not what was bound.
    NotReproduced
        If there is no run.
    """
    from evalkit.methods.experiment.study import study_experiment
    from evalkit.workflow.session import open_run

    units, redrawn, excluded = drawn_units(project, plan)
    run = open_run(project.relative(project.plan_file(plan.id)), f"reports/{plan.id}/senaste")
    text = study_text(study_experiment(run.frame, plan, units, redrawn, excluded), plan, len(redrawn))
    path = project.reports(plan.id) / "lottning" / "experiment.txt"
    write_text(path, text)
    return text, path


def drawn_units(project: Project, plan: EvaluationPlan) -> tuple[tuple[DrawnUnit, ...], NDArray[np.bool_], int]:
    """Replay every drawn batch; return who was drawn, the lottery's further draws, and how many were left without a draw."""
    from evalkit.methods.assignment.redraws import redraws

    lottery = lottery_of(plan)
    batches = list(drawn_batches(project, plan))
    if not batches:
        raise PlanError(f"{plan.id}: ingen omgång är dragen ännu", code="LOT-CLOSED")
    sets = [
        redraws(b.inside, rules_for(lottery), f"{plan.seed}|{b.number}", REDRAWS, covariates=b.covariates, accept=lottery.accept)
        for b in batches
    ]
    return tuple(unit for b in batches for unit in b.units), np.hstack(sets), sum(b.excluded for b in batches)


def study_text(study: Study, plan: EvaluationPlan, n_redrawn: int) -> str:
    """Return the study as text for those inside."""
    lines = [f"{plan.title}: utvärderad som den lottades (stannar i huset, inte frisläppt)", ""]
    for outcome in study.outcomes:
        lines += _outcome_lines(outcome, plan, n_redrawn)
    lines += _balance_lines(study)
    lines += [f"{name}: kunde inte utvärderas ({code})" for name, code in study.refused]
    if study.n_outside:
        lines.append(f"{study.n_outside} personer i leveransen finns inte i någon lottad lista och är inte med här")
    lines.append("Inga undergrupper är angivna i planen; inga skattas.")
    return "\n".join(lines) + "\n"


def _outcome_lines(found: OutcomeStudy, plan: EvaluationPlan, n_redrawn: int) -> list[str]:
    outcome = plan.outcome(found.outcome)
    primary = found.outcome == plan.primary_outcome
    lines = [f"{outcome.label} ({outcome.unit}){' – primärt mått' if primary else ''}"]
    lines += [
        f"  {a.arm}: {a.randomised}, deltog {a.took_part}, bortfall {a.lost}, analyserade {a.analysed}" for a in found.flow.arms
    ]
    lines.append(f"  i listorna {found.flow.assessed}, utan lott {found.flow.excluded}")
    lines.append(
        f"  skillnad i bortfall: {_n(100 * found.attrition.difference)} procentenheter, p {_p(found.attrition.p_value)} (Fisher)"
    )
    shown = [("utan kovariat", found.plain), ("justerad för utgångsvärdet", found.adjusted)]
    shown += [("med samspel (Lin)", found.interacted)] if found.interacted is not None else []
    for name, test in shown:
        reach = _reach(test.df, plan.design.confidence_level) * test.std_error
        span = f"{_n(test.estimate - reach)} till {_n(test.estimate + reach)}"
        lines.append(
            f"  effekt av att lottas, {name}: {_n(test.estimate)} ({span}), p {_p(test.p_value)}, {_n(test.df)} frihetsgrader"
        )
    if not primary:
        lines.append(f"  p efter Holm inom familjen {outcome.family}: {_p(found.adjusted_p)}")
    lines.append(f"  lottningstest ({n_redrawn} omlottningar enligt kvittots regel): p {_p(found.randomisation.p_value)}")
    return [*lines, *_late_lines(found), *_lee_lines(found), ""]


def _late_lines(found: OutcomeStudy) -> list[str]:
    if found.late is None:
        followed = found.late_note == "EST-COMPLIANCE"
        return ["  alla följde lotten" if followed else f"  effekten av att delta går inte att skatta ({found.late_note})"]
    effect = found.late
    held = "allt utom " if effect.disjoint else ""
    span = f"{held}{_n(effect.low)} till {_n(effect.high)}"
    lines = [f"  effekt av att delta, för dem som lotten fick att delta: {_n(effect.estimate)} ({span}, Anderson–Rubin)"]
    lines.append(
        f"  andelen som deltog ökade med {_n(100 * effect.first_stage.estimate)} procentenheter, F {_n(effect.first_stage_f)}"
    )
    if effect.weak:
        lines.append("  svag lott (F under 10): läs bara intervallet, inte skattningen")
    return lines


def _lee_lines(found: OutcomeStudy) -> list[str]:
    if found.lee is None:
        return []
    return [
        f"  Lees gränser för bortfallet: {_n(found.lee.low)} till {_n(found.lee.high)} ({_n(100 * found.lee.trimmed)} % trimmade)"
    ]


def _balance_lines(study: Study) -> list[str]:
    lines = [f"Balans före ({study.balance.n_drawn} lottade till insatsen, {study.balance.n_other} till jämförelse)"]
    for row in study.balance.rows:
        means = f"{_n(row.mean_drawn)} mot {_n(row.mean_other)}"
        lines.append(f"  {row.name}: {means}, normaliserad skillnad {_n(row.normalised)}, p {_p(row.p_value)}")
    return [*lines, f"  gemensamt lottningstest: p {_p(study.balance.joint_p)}", ""]


def _reach(df: float, level: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(df, 0.5 + level / 2))


def _n(value: float) -> str:
    if math.isinf(value):
        return "oändligt" if value > 0 else "minus oändligt"
    return f"{value:.2f}".replace(".", ",").replace("-", "\u2212")


def _p(value: float) -> str:
    return "< 0,001" if value < 0.001 else f"{value:.3f}".replace(".", ",")
