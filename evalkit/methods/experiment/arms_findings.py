"""From a study of several arms to what a run's result holds of it: counts, balance by arm, contrasts and decisions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from evalkit.findings.decisions import Decision, Look
from evalkit.findings.experiment import BalanceFinding, ContrastFinding, ExperimentFinding, ManyArms
from evalkit.methods.decisions import level_of
from evalkit.methods.experiment.arms import ArmsStudy, between
from evalkit.methods.experiment.balance import normalised_difference
from evalkit.methods.experiment.findings import outcome_finding
from evalkit.methods.experiment.sample import DrawnUnit, Floats, analysed_sample, steady
from evalkit.methods.experiment.study import background_of

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.records.stations import AnalysisFrame

Ints = NDArray[np.int64]


def arms_finding(  # noqa: PLR0917 - what a finding is made of
    study: ArmsStudy,
    frame: AnalysisFrame,
    plan: EvaluationPlan,
    units: Sequence[DrawnUnit],
    redrawn: Ints,
    receipts: Sequence[str],
) -> ExperimentFinding:
    """Return the study as findings; `receipts` are the SHA-256 of every batch's receipt, in order."""
    flow, compared = study.outcomes[0].flow, study.compared
    balance, balance_p = _balance(frame, plan, study, units, redrawn)
    order = sorted(compared.arms, key=lambda name: name == compared.control)
    primary = [c for c in study.contrasts if c.outcome == plan.primary_outcome]
    many = ManyArms(
        labels=tuple((name, compared.labels[name]) for name in order),
        contrasts=tuple(
            ContrastFinding(c.outcome, *c.pair, c.estimate.id, c.adjusted_p, c.randomisation_p) for c in study.contrasts
        ),
        joint_p=study.joint_p,
        family_rate=study.family_rate,
        tests_together=len(primary),
    )
    lottery = plan.lottery
    return ExperimentFinding(
        n_listed=flow.assessed,
        n_excluded=flow.excluded,
        batches=len(receipts),
        receipts=tuple(receipts),
        draws=() if lottery is None else tuple(draw.name for draw in lottery.draws[: len(receipts)]),
        clusters=len({unit.group for unit in units}) < len(units),
        outcomes=tuple(outcome_finding(found, plan, len(redrawn)) for found in study.outcomes),
        balance=balance,
        balance_p=balance_p,
        n_outside=study.n_outside,
        many=many,
    )


def arm_decisions(plan: EvaluationPlan, study: ArmsStudy, look: Look | None) -> tuple[Decision, ...]:
    """Return one decision a contrast, by its p after Holm: those of the primary outcome confirm, others stay secondary."""
    found = []
    primary = [c for c in study.contrasts if c.outcome == plan.primary_outcome]
    for c in study.contrasts:
        first = c.outcome == plan.primary_outcome
        level = level_of(plan, look, primary=first)
        rejected = None if level is None or c.adjusted_p is None else c.adjusted_p <= level
        role = "secondary" if not first else "primary" if c is primary[0] else "confirmatory"
        together = len(primary) if first else 1
        found.append(
            Decision(c.estimate.id, c.outcome, role, "", together, c.estimate.p_value, c.adjusted_p, None, level, rejected)
        )
    return tuple(found)


def _balance(
    frame: AnalysisFrame, plan: EvaluationPlan, study: ArmsStudy, units: Sequence[DrawnUnit], redrawn: Ints
) -> tuple[tuple[BalanceFinding, ...], float]:
    """Return each arm's balance against the control, and one p for all: the largest difference among the lottery's own redraws."""
    compared, place = study.compared, {name: n for n, name in enumerate(study.compared.arms)}
    sample = analysed_sample(frame, plan, plan.primary_outcome, units)
    columns = background_of(frame, plan, sample)
    matrix = np.column_stack([(x - x.mean()) / (x.std() or 1.0) for x in columns.values()])
    actual = np.array([[place[units[c].arm] for c in sample.column]], dtype=np.int64)
    drawn = np.vstack([actual, redrawn[:, sample.column]])
    rows, gaps = [], []
    for name in (arm for arm in compared.arms if arm != compared.control):
        gap = np.abs(_means(matrix, drawn, place[name]) - _means(matrix, drawn, place[compared.control]))
        gaps.append(gap)
        p_values = (np.sum(gap[1:] >= gap[0] * (1 - 1e-9), axis=0) + 1) / len(drawn)
        pair = analysed_sample(frame, plan, plan.primary_outcome, between(units, (name, compared.control)))
        own = background_of(frame, plan, pair)
        for number, covariate in enumerate(columns):
            rows.append(_row(name, covariate, own[covariate], pair.drawn, float(p_values[number])))
    largest = np.max(np.concatenate(gaps, axis=1), axis=1)
    return tuple(rows), float((np.sum(largest[1:] >= largest[0] * (1 - 1e-9)) + 1) / len(drawn))


def _means(matrix: Floats, drawn: Ints, arm: int) -> Floats:
    inside = (drawn == arm).astype(np.float64)
    return np.asarray(inside @ matrix / np.maximum(inside.sum(axis=1), 1.0)[:, None])


def _row(arm: str, covariate: str, values: Floats, drawn: NDArray[np.bool_], p_value: float) -> BalanceFinding:
    one, other = values[drawn], values[~drawn]
    normalised = normalised_difference(one, other)
    cells = [round(float(part.sum())) for part in (one, other)] + [round(float((1 - part).sum())) for part in (one, other)]
    return BalanceFinding(
        covariate=covariate,
        mean_drawn=steady(float(one.mean())),
        mean_other=steady(float(other.mean())),
        normalised=steady(normalised) if math.isfinite(normalised) else None,
        p_value=p_value,
        fewest=min(cells) if covariate == "women" else None,
        arm=arm,
    )
