"""Other roads to the answer of a lottery, each as it was drawn: declared specifications, placebo outcomes, a cluster out, sex."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from evalkit.errors import EstimationError
from evalkit.findings.estimate import Interval
from evalkit.findings.robustness import Alternative, LeaveOneOut, Robustness, SubgroupDifference
from evalkit.methods.experiment.itt import experiment_columns, itt
from evalkit.methods.experiment.offer_estimate import subgroup_effect
from evalkit.methods.experiment.sample import Floats, Sample, steady
from evalkit.methods.fits import Bools
from evalkit.methods.robustness.leave_out import LEAST
from evalkit.methods.robustness.specifications import TAIL, dummies

if TYPE_CHECKING:
    from evalkit.methods.experiment.arms import ArmsStudy
    from evalkit.methods.experiment.study import OutcomeStudy, Study
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.records.stations import AnalysisFrame

LEAST_IN_CELL = 3
"""Women and men drawn to each arm behind a test of their difference."""


def examine_as_drawn(frame: AnalysisFrame, plan: EvaluationPlan, study: Study | ArmsStudy) -> Robustness | None:
    """Return what the plan asks for beside the primary answer, computed by the draw; None where it asks for nothing.

    What compares people by what they got (naive comparisons, false starts, models of attrition) has no place here: balance, redraws
    and Lee's bounds are the lottery's own answers to those questions.
    """
    main = next(found for found in study.outcomes if found.outcome == plan.primary_outcome)
    found = Robustness(
        alternatives=(*_specifications(frame, plan, main), *_placebo_outcomes(plan, study)),
        leave_one_out=_leave_one_out(main),
        subgroup=_by_sex(frame, plan, main),
    )
    return None if found == Robustness() else found


def _specifications(frame: AnalysisFrame, plan: EvaluationPlan, main: OutcomeStudy) -> tuple[Alternative, ...]:
    sample, offer = main.sample, main.estimate
    found = []
    for key in plan.analysis.specifications:
        value, fewest = _value(key, frame, sample)
        if value is not None:
            evidence = (
                offer.evidence if fewest is None else replace(offer.evidence, n_persons=min(offer.evidence.n_persons, fewest))
            )
            counts = offer.n_units, offer.n_treated_units
            found.append(Alternative("specification", key, offer.outcome, offer.unit, steady(value), None, None, *counts, evidence))
    return tuple(found)


def _value(key: str, frame: AnalysisFrame, sample: Sample) -> tuple[float | None, int | None]:
    """Return a specification's value, and the persons behind its smallest part; the baseline is in the answer already."""
    if key == "winsorised":
        change = sample.after - sample.before
        low, high = np.quantile(change, [TAIL, 1 - TAIL])
        return _fit(sample, sample.before + np.clip(change, low, high), None), int(2 * TAIL * len(change))
    if key in {"sex", "cohort"}:
        labels = _labels(frame, sample, key)
        if labels is None or len(set(labels)) < 2:
            return None, None
        return _fit(sample, sample.after, dummies(labels)), min(labels.count(label) for label in set(labels))
    return None, None


def _fit(sample: Sample, outcome: Floats, extra: Floats | None) -> float | None:
    columns = experiment_columns(sample.drawn, baseline=sample.before, block=sample.block)
    columns = columns if extra is None else np.column_stack([columns, extra])
    rest = columns[:, 1:]
    left = columns[:, 0] - rest @ np.linalg.lstsq(rest, columns[:, 0], rcond=None)[0]
    square = float(left @ left)
    return None if square < 1e-8 * len(outcome) else float(left @ (outcome - outcome.mean()) / square)


def _labels(frame: AnalysisFrame, sample: Sample, column: str) -> tuple[str, ...] | None:
    if column not in frame.persons:
        return None
    values = frame.persons.drop_duplicates("unit").set_index("unit").loc[list(sample.names), column]
    return tuple(values.astype("object").fillna("").astype(str))


def _placebo_outcomes(plan: EvaluationPlan, study: Study | ArmsStudy) -> tuple[Alternative, ...]:
    named = {found.outcome: found.estimate for found in study.outcomes}
    wanted = [named[outcome] for outcome in plan.analysis.placebo_outcomes if outcome in named]
    return tuple(
        Alternative(
            "placebo-outcome", e.label, e.outcome, e.unit, e.value, e.interval, None, e.n_units, e.n_treated_units, e.evidence
        )
        for e in wanted
    )


def _leave_one_out(main: OutcomeStudy) -> LeaveOneOut | None:
    """Return the range of the answer over all drawn clusters left out in turn; None where persons were drawn."""
    sample, offer = main.sample, main.estimate
    codes, sizes = np.unique(sample.group, return_counts=True)
    sides = [len(np.unique(sample.group[part])) for part in (sample.drawn, ~sample.drawn)]
    if len(codes) == len(sample.group) or min(sides) < LEAST:
        return None
    try:
        values = np.array([_without(sample, sample.group != code) for code in codes])
    except EstimationError:
        return None
    return LeaveOneOut(
        outcome=offer.outcome,
        unit=offer.unit,
        n_clusters=len(codes),
        value=offer.value,
        low=steady(float(values.min())),
        high=steady(float(values.max())),
        same_sign=bool((np.sign(values) == np.sign(offer.value)).all()),
        smallest=int(sizes.min()),
        evidence=offer.evidence,
    )


def _without(sample: Sample, kept: Bools) -> float:
    before, block, cluster = sample.before[kept], sample.block[kept], sample.group[kept]
    return itt(sample.shifted[kept], sample.drawn[kept], baseline=before, block=block, cluster=cluster).estimate


def _by_sex(frame: AnalysisFrame, plan: EvaluationPlan, main: OutcomeStudy) -> SubgroupDifference | None:
    """Return how much larger the effect of the offer is for women than for men, by the routes of the offer itself."""
    sample = main.sample
    labels = _labels(frame, sample, "sex") if plan.analysis.subgroup == "sex" else None
    if labels is None or not {"woman", "man"} <= set(labels):
        return None
    known = np.array([label in {"woman", "man"} for label in labels])
    inside = np.array([label == "woman" for label in labels])
    cells = [int((known & part & side).sum()) for part in (inside, ~inside) for side in (sample.drawn, ~sample.drawn)]
    if min(cells) < LEAST_IN_CELL or not known.all():
        return None
    found = subgroup_effect(plan, sample, inside)
    level = plan.design.confidence_level
    half = found.half_width
    return SubgroupDifference(
        outcome=main.outcome,
        unit=main.estimate.unit,
        value=steady(found.value),
        std_error=steady(found.std_error) if half is not None else None,
        interval=None if half is None else Interval(steady(found.value - half), steady(found.value + half), level),
        df=found.df,
        p_value=found.p_value,
        inference=found.inference,
        false_positive_rate=found.false_positive_rate,
        n_women=int(inside.sum()),
        n_men=int((~inside).sum()),
        smallest=min(cells),
        evidence=main.estimate.evidence,
    )
