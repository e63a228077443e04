"""The primary outcome asked in other ways: naive comparisons, one cluster out, placebos, specifications, sex, missing data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from evalkit.findings.estimate import Estimate
from evalkit.findings.robustness import Robustness
from evalkit.methods.cohorts.study import comparable, is_staggered
from evalkit.methods.matching.study import of_matched, study_matched
from evalkit.methods.panel import Panel, make_panel, part_of
from evalkit.methods.robustness.leave_out import leave_one_out
from evalkit.methods.robustness.missing import missing_data
from evalkit.methods.robustness.naive import naive_comparisons
from evalkit.methods.robustness.placebos import placebo_outcomes, placebo_times
from evalkit.methods.robustness.specifications import specifications
from evalkit.methods.robustness.subgroups import by_sex

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.records.stations import AnalysisFrame


def examine(frame: AnalysisFrame, plan: EvaluationPlan, estimates: Sequence[Estimate]) -> Robustness | None:
    """Return what other roads give for the primary outcome; None where it has no difference-in-differences to hold against them."""
    main = next((e for e in estimates if e.id == f"did.{plan.primary_outcome}"), None)
    if main is None:
        return None
    panel = make_panel(frame, plan, plan.primary_outcome)
    if main.estimator == "did-matched":
        return _of_matched(frame, panel, plan, main, estimates)
    if plan.design.staggered is not None and is_staggered(panel, plan):
        panel = comparable(panel, plan.design.staggered)
    return Robustness(
        alternatives=(
            *naive_comparisons(panel, plan, main),
            *specifications(frame, panel, plan, main),
            *placebo_times(panel, plan, main),
            *placebo_outcomes(plan, estimates),
            *missing_data(frame, panel, plan, main),
        ),
        leave_one_out=leave_one_out(panel, plan, main),
        subgroup=by_sex(frame, panel, plan, main),
        missing_model=plan.analysis.missing.model if plan.analysis.missing is not None else "",
    )


def _of_matched(
    frame: AnalysisFrame, panel: Panel, plan: EvaluationPlan, main: Estimate, estimates: Sequence[Estimate]
) -> Robustness:
    """Return what can be asked of the matched persons alone; where they weigh unlike, only outcomes that cannot be affected."""
    study = study_matched(frame, panel, plan)
    placebos = placebo_outcomes(plan, estimates)
    if not study.equal:
        return Robustness(placebos)
    inner, part = of_matched(frame, panel, study.kept), part_of(panel, study.kept)
    # With regression on what still differs the answer is no difference of two means, and these are told as such.
    simple = () if study.finding.remaining else naive_comparisons(part, plan, main)
    others = (*specifications(inner, part, plan, main), *placebo_times(part, plan, main))
    return Robustness((*simple, *others, *placebos), subgroup=by_sex(inner, part, plan, main))
