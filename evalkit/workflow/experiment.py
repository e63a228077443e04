"""A randomised plan read together with its receipts: the study in a run, and the same as text for those inside."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from evalkit.errors import EstimationError, PlanError
from evalkit.files import sha256_bytes, write_text
from evalkit.findings.estimate import Refusal
from evalkit.findings.evidence import EvidenceLevel, EvidenceVerdict
from evalkit.workflow.experiment_text import study_lines
from evalkit.workflow.lottery import lottery_of
from evalkit.workflow.lottery_draw import rules_for
from evalkit.workflow.lottery_evidence import as_randomised, drawn_batches
from evalkit.workflow.lottery_receipts import LotteryStore

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from evalkit.findings.estimate import Estimate
    from evalkit.findings.experiment import ExperimentFinding, OutcomeExperiment
    from evalkit.findings.result import EvaluationResult
    from evalkit.methods.experiment.arms import ArmsStudy
    from evalkit.methods.experiment.sample import DrawnUnit
    from evalkit.methods.experiment.study import Study
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.plan.project import Project
    from evalkit.records.stations import AnalysisFrame

REDRAWS = 1999
TWO = 2
"""A lottery with more arms than this is a family of contrasts."""


def evaluate_lottery(project: Project, plan: EvaluationPlan) -> tuple[str, Path]:
    """Evaluate the newest run as it was randomised; return the text and the file it was written to.

    Raises
    ------
    PlanError
        LOT-NONE, or LOT-CLOSED where nothing is drawn.
    EstimationError
        If the primary outcome cannot be evaluated.
    LotteryDiffers
        If a list or receipt is not what was bound.
    NotReproduced
        If there is no run.
    """
    from evalkit.methods.experiment.findings import estimates_of
    from evalkit.workflow.session import open_run

    if not has_drawn(project, plan) and (plan.lottery is not None or plan.design.comparison.value != "randomised"):
        lottery_of(plan)
        raise PlanError(f"{plan.id}: ingen omgång är dragen ännu", code="LOT-CLOSED")
    run = open_run(project.relative(project.plan_file(plan.id)), f"reports/{plan.id}/senaste", project)
    study, finding = study_frame(project, plan, run.frame)
    text = "\n".join(study_lines(plan, finding, estimates_of(study), study.refused)) + "\n"
    path = project.reports(plan.id) / "lottning" / "experiment.txt"
    write_text(path, text)
    return text, path


def has_drawn(project: Project, plan: EvaluationPlan) -> bool:
    """Whether the plan has a lottery of which some batch is drawn."""
    return plan.lottery is not None and LotteryStore(project, plan.id).drawn(1) is not None


def with_experiment(project: Project, plan: EvaluationPlan, frame: AnalysisFrame, result: EvaluationResult) -> EvaluationResult:
    """Return `result` with the study that a lottery makes of it; unchanged where the plan is not randomised.

    The lottery is that of the receipts, or, where the plan has no lottery of its own, the one that it says somebody held.

    Raises
    ------
    LotteryDiffers
        If a list, the rules or a receipt is not what was bound.
    EstimationError
        EST-ENGINES if two programs disagree on a number.
    """
    if plan.design.comparison.value != "randomised" or (plan.lottery is not None and not has_drawn(project, plan)):
        return as_randomised(project, plan, frame, result)
    try:
        study, finding = study_frame(project, plan, frame)
    except EstimationError as exc:
        if exc.code == "EST-ENGINES":
            raise
        refused = Refusal(plan.primary_outcome, "itt", exc.code)
        return as_randomised(project, plan, frame, replace(result, refusals=(*result.refusals, refused)))
    return by_draw(plan, frame, result, study, finding)


def by_draw(
    plan: EvaluationPlan, frame: AnalysisFrame, result: EvaluationResult, study: Study | ArmsStudy, finding: ExperimentFinding
) -> EvaluationResult:
    """Return `result` with the comparison by the draw as its answer.

    What asks how the groups developed before the start is left out: a lottery needs no parallel trends. Where the lottery is
    stated, the groups are the arms, and a second difference between them would be a second answer to the same question.
    """
    from evalkit.methods.decisions import decide
    from evalkit.methods.experiment.arms import ArmsStudy
    from evalkit.methods.experiment.arms_findings import arm_decisions
    from evalkit.methods.experiment.offer_estimate import at_own_level
    from evalkit.methods.experiment.robust import examine_as_drawn
    from evalkit.methods.rosetta import translate_experiment

    several = isinstance(study, ArmsStudy)
    compared = study.contrasts if isinstance(study, ArmsStudy) else study.outcomes
    # Between several arms, those who got something and those who got nothing are no comparison of the plan's.
    beside = [e for e in result.estimates if not ((finding.stated or several) and e.group == "all")]
    offers = [found.estimate for found in compared]
    # The answer stands first, wherever estimates are listed.
    estimates = (*offers, *beside)
    named = {e.id for e in estimates}
    measured = [found.validity for found in compared if found.validity is not None]
    # What may be claimed is claimed of the comparison by the draw.
    if isinstance(study, ArmsStudy):
        decided = arm_decisions(plan, study, result.look)
    else:
        decided = decide(frame, plan, estimates, result.look)
    return replace(
        result,
        estimates=estimates,
        decisions=at_own_level(decided, result.look, {c.estimate.id: (c.sample, c.estimate) for c in compared}),
        validity=(*(v for v in result.validity if v.estimate_id in named), *measured),
        translations=(
            *(found for found in result.translations if found.estimate_id in named),
            # The file for other programs tells the first arm from the others: a contrast of several arms has no command yet.
            *translate_experiment(finding, [e for e in offers if e.contrast is None], frame, plan),
        ),
        refusals=(*result.refusals, *(Refusal(outcome, "itt", code) for outcome, code in study.refused)),
        evidence=lowered(plan, result.evidence, finding, offers),
        experiment=finding,
        tests=(),
        effect_path=(),
        honest=(),
        smooth=(),
        robustness=examine_as_drawn(frame, plan, study),
        adjustments=() if finding.stated or several else result.adjustments,
    )


def lowered(
    plan: EvaluationPlan, verdict: EvidenceVerdict, finding: ExperimentFinding, estimates: Sequence[Estimate]
) -> EvidenceVerdict:
    """Return the evidence level of a lottery: randomised, unless it is only stated, people were lost or did not follow the draw.

    Attrition is judged by the plan's own limits in the arms as drawn. Whoever did not follow the draw leaves the effect of the
    offer as it was and makes that of taking part rest on more than the lottery.
    """
    primary = next(found for found in finding.outcomes if found.outcome == plan.primary_outcome)
    offer = next(estimate for estimate in estimates if estimate.id == primary.estimate_id)
    shares = [arm.n_lost / arm.n_randomised for arm in primary.arms]
    reasons = [reason for reason in verdict.lowered_by if reason not in _OF_THE_OTHER_COMPARISON]
    reasons += ["lottery-stated"] if finding.stated else []
    reasons += ["attrition"] if max(shares) > plan.quality.max_attrition else []
    reasons += ["attrition-difference"] if max(shares) - min(shares) > plan.quality.max_attrition_difference else []
    reasons += ["no-valid-inference"] if offer.p_value is None else []
    reasons += ["offer-not-followed"] if _crossed(primary) else []
    level = EvidenceLevel.CAUSAL_WITH_CAVEATS if reasons else EvidenceLevel.RANDOMISED
    return EvidenceVerdict(EvidenceLevel.RANDOMISED, level, tuple(dict.fromkeys(reasons)), below_minimum=False)


_OF_THE_OTHER_COMPARISON = {
    "no-comparison-group",
    "few-clusters",
    "no-valid-inference",
    "attrition",
    "attrition-difference",
    "pre-trends-contradicted",
    "pre-trends-cannot-be-tested",
}
"""Reasons about the comparison by what people got, which says nothing of the comparison by the draw."""


def _crossed(primary: OutcomeExperiment) -> bool:
    *drawn, other = primary.arms
    if other.n_took_part is None:
        return False
    return other.n_took_part > 0 or any((arm.n_took_part or 0) < arm.n_randomised for arm in drawn)


def units_as_drawn(project: Project, plan: EvaluationPlan, frame: AnalysisFrame) -> tuple[DrawnUnit, ...]:
    """Return everybody whom the receipts drew, or whose arm the delivery states; nobody where the plan is not randomised."""
    from evalkit.methods.experiment.stated import stated_units

    if plan.design.comparison.value != "randomised" or (plan.lottery is not None and not has_drawn(project, plan)):
        return ()
    if plan.lottery is None:
        return stated_units(frame, plan)
    return tuple(unit for batch in drawn_batches(project, plan) for unit in batch.units)


def study_frame(project: Project, plan: EvaluationPlan, frame: AnalysisFrame) -> tuple[Study | ArmsStudy, ExperimentFinding]:
    """Return the study of a frame by its receipts, or by the arms it states where the plan has no lottery; and its findings."""
    from evalkit.methods.experiment.arms import study_arms
    from evalkit.methods.experiment.arms_findings import arms_finding
    from evalkit.methods.experiment.findings import experiment_finding
    from evalkit.methods.experiment.stated import study_stated
    from evalkit.methods.experiment.study import study_experiment

    if plan.lottery is None:
        return study_stated(frame, plan)
    units, redrawn, excluded = drawn_units(project, plan)
    store = LotteryStore(project, plan.id)
    drawn = [n for n in range(1, store.batches() + 1) if store.drawn(n) is not None]
    receipts = [sha256_bytes(store.drawn_file(n).read_bytes()) for n in drawn]
    if len(lottery_of(plan).arms) > TWO:
        several = study_arms(frame, plan, units, redrawn, excluded)
        return several, arms_finding(several, frame, plan, units, redrawn, receipts)
    study = study_experiment(frame, plan, units, redrawn == 0, excluded)
    clusters = len({unit.group for unit in units}) < len(units)
    return study, experiment_finding(study, plan, n_redrawn=len(redrawn), receipts=receipts, clusters=clusters)


def drawn_units(project: Project, plan: EvaluationPlan) -> tuple[tuple[DrawnUnit, ...], NDArray[np.int64], int]:
    """Replay every drawn batch; return who was drawn, the arms of the lottery's further draws, and how many got no draw."""
    from evalkit.methods.assignment.redraws import redrawn_arms

    lottery = lottery_of(plan)
    batches = list(drawn_batches(project, plan))
    if not batches:
        raise PlanError(f"{plan.id}: ingen omgång är dragen ännu", code="LOT-CLOSED")
    sets = [
        redrawn_arms(
            b.inside, rules_for(lottery), f"{plan.seed}|{b.number}", REDRAWS, covariates=b.covariates, accept=lottery.accept
        )
        for b in batches
    ]
    return tuple(unit for b in batches for unit in b.units), np.hstack(sets), sum(b.excluded for b in batches)
