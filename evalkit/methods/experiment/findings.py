"""From a study to what a run's result holds of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from evalkit.findings.cell import DisclosureEvidence
from evalkit.findings.estimate import Estimate
from evalkit.findings.experiment import (
    ArmCounts,
    BalanceFinding,
    ExperimentFinding,
    LateFinding,
    LeeFinding,
    OtherEstimate,
    OutcomeExperiment,
)
from evalkit.methods.experiment.offer_estimate import late_engine
from evalkit.methods.experiment.sample import steady
from evalkit.methods.experiment.study import STATED

if TYPE_CHECKING:
    from evalkit.methods.experiment.arms import ArmsStudy
    from evalkit.methods.experiment.late import Late
    from evalkit.methods.experiment.study import OutcomeStudy, Study
    from evalkit.plan.evaluation import EvaluationPlan

ARMS = ("drawn", "other")


def experiment_finding(
    study: Study, plan: EvaluationPlan, *, n_redrawn: int, receipts: Sequence[str], clusters: bool
) -> ExperimentFinding:
    """Return the study as findings.

    Parameters
    ----------
    receipts : sequence of str
        SHA-256 of every batch's receipt, in order.
    clusters : bool
        Whether groups were drawn.

    Raises
    ------
    EstimationError
        EST-ENGINES if two programs disagree on two-stage least squares.
    """
    flow = study.outcomes[0].flow
    lottery = plan.lottery
    return ExperimentFinding(
        n_listed=flow.assessed,
        n_excluded=flow.excluded,
        batches=len(receipts),
        receipts=tuple(receipts),
        draws=() if lottery is None else tuple(draw.name for draw in lottery.draws[: len(receipts)]),
        clusters=clusters,
        outcomes=tuple(outcome_finding(found, plan, n_redrawn) for found in study.outcomes),
        balance=_balance(study),
        balance_p=study.balance.joint_p,
        n_outside=study.n_outside,
        stated=not receipts,
    )


def outcome_finding(found: OutcomeStudy, plan: EvaluationPlan, n_redrawn: int) -> OutcomeExperiment:
    """Return one outcome as a finding."""
    names = ARMS if len(found.flow.arms) == len(ARMS) else tuple(one.arm for one in found.flow.arms)
    evidence = found.estimate.evidence
    others = [OtherEstimate("plain", steady(found.plain.estimate), steady(found.plain.std_error), evidence)]
    if found.change is not None:
        others.append(OtherEstimate("change", steady(found.change.estimate), steady(found.change.std_error), evidence))
    if found.interacted is not None:
        others.append(OtherEstimate("lin", steady(found.interacted.estimate), steady(found.interacted.std_error), evidence))
    arms = [
        ArmCounts(arm, one.randomised, None if found.late_note == STATED else one.took_part, one.lost, one.analysed)
        for arm, one in zip(names, found.flow.arms, strict=True)
    ]
    primary = found.outcome == plan.primary_outcome
    return OutcomeExperiment(
        outcome=found.outcome,
        estimate_id=found.estimate.id,
        arms=tuple(arms),
        attrition_difference=found.attrition.difference,
        attrition_p=found.attrition.p_value,
        randomisation_p=None if found.randomisation is None else found.randomisation.p_value,
        n_redrawn=n_redrawn,
        holm_p=None if primary else found.adjusted_p,
        others=tuple(others),
        late=None if found.late is None else _late(found, found.late, evidence),
        late_note=found.late_note,
        lee=_lee(found, evidence),
        subgroups=found.subgroups,
    )


def _late(found: OutcomeStudy, effect: Late, evidence: DisclosureEvidence) -> LateFinding:
    sample = found.sample
    return LateFinding(
        value=steady(effect.estimate),
        std_error=steady(effect.std_error),
        low=_finite(effect.low),
        high=_finite(effect.high),
        level=effect.level,
        disjoint=effect.disjoint,
        first_stage=steady(effect.first_stage.estimate),
        first_stage_f=steady(effect.first_stage_f),
        weak=effect.weak,
        n_never=int((sample.drawn & ~sample.took_part).sum()),
        n_always=int((~sample.drawn & sample.took_part).sum()),
        second_engine=late_engine(f"cace.{found.outcome}", (effect.estimate, effect.std_error), sample),
        evidence=evidence,
    )


def _lee(found: OutcomeStudy, evidence: DisclosureEvidence) -> LeeFinding | None:
    if found.lee is None:
        return None
    most = max(found.flow.arms, key=lambda arm: arm.analysed / arm.randomised)
    share = steady(found.lee.trimmed)
    return LeeFinding(steady(found.lee.low), steady(found.lee.high), share, steady(share * most.analysed), evidence)


def _balance(study: Study) -> tuple[BalanceFinding, ...]:
    rows = []
    for row in study.balance.rows:
        counts = ((row.mean_drawn, study.balance.n_drawn), (row.mean_other, study.balance.n_other))
        cells = [round(n * part) for mean, n in counts for part in (mean, 1 - mean)] if row.name == "women" else None
        rows.append(
            BalanceFinding(
                covariate=row.name,
                mean_drawn=steady(row.mean_drawn),
                mean_other=steady(row.mean_other),
                normalised=_finite(row.normalised),
                p_value=row.p_value,
                fewest=None if cells is None else min(cells),
            )
        )
    return tuple(rows)


def _finite(value: float) -> float | None:
    return steady(value) if math.isfinite(value) else None


def estimates_of(study: Study | ArmsStudy) -> tuple[Estimate, ...]:
    """Return the estimates of the offer: one an outcome, or one an outcome and contrast of several arms."""
    contrasts = getattr(study, "contrasts", ())
    return tuple(found.estimate for found in contrasts or study.outcomes)
