"""Expected regression to the mean on outcomes without an instrument, from what the plan says about those chosen from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalkit.findings.chosen import ExpectedReturn
from evalkit.methods.disclosure_facts import SUMS, evidence_of_mean
from evalkit.methods.fits import mean
from evalkit.methods.norm_comparison import expected_regression_to_mean
from evalkit.methods.panel import Panel
from evalkit.methods.pre_post import before_and_after

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan


def expected_returns(panel: Panel, plan: EvaluationPlan) -> tuple[ExpectedReturn, ...]:
    """Return the range of each group; nothing where the plan declares no population, or says that nobody was chosen on the value.

    Notes
    -----
    −(1 − r)(m − μ) at both ends of r (`expected_regression_to_mean`), m the group's mean before the start. Where it is not known
    whether the value was a reason to be chosen, the range reaches 0.
    """
    outcome = plan.outcome(panel.outcome)
    chosen_from, selected = outcome.referred, plan.design.selected_on_outcome
    if chosen_from is None or selected == "no" or panel.public:
        return ()
    decisive = None if plan.decisive_occasion is None else plan.occasion(plan.decisive_occasion).label
    first, last = before_and_after(panel, decisive)
    highest = chosen_from.retest if chosen_from.retest_high is None else chosen_from.retest_high
    found = []
    for group, part in (("treated", panel.treated), ("comparison", ~panel.treated)):
        if not part.any():
            continue
        before, change = panel.y[part, first], panel.y[part, last] - panel.y[part, first]
        ends = [expected_regression_to_mean(mean(before), chosen_from.mean, r) for r in (chosen_from.retest, highest)]
        ends += [0.0] if selected == "unknown" else []
        found.append(
            ExpectedReturn(
                outcome=outcome.id,
                group=group,
                observed=mean(change),
                low=min(ends),
                high=max(ends),
                population_mean=chosen_from.mean,
                retest=chosen_from.retest,
                retest_high=highest,
                source=chosen_from.source,
                evidence=evidence_of_mean(change, public=False, is_sum=outcome.kind.value in SUMS),
            )
        )
    return tuple(found)
