"""The effect of an offer as findings: the estimate that decides, its simulated error rate, and the declared subgroups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from evalkit.findings.cell import DisclosureEvidence
from evalkit.findings.estimate import Estimate, Interval, SecondEngine
from evalkit.findings.experiment import SubgroupFinding
from evalkit.findings.validity import RouteValidity
from evalkit.methods.disclosure_facts import SUMS, evidence_of_groups
from evalkit.methods.engines import TOLERANCE, compare_numbers
from evalkit.methods.experiment.itt import experiment_columns
from evalkit.methods.experiment.offer import OfferResult, offer_forms, offer_test
from evalkit.methods.experiment.offer_route import Offer, measure_offer
from evalkit.methods.experiment.sample import Bools, Floats, Sample, steady
from evalkit.methods.inference.cluster_robust import ClusterTest, cr2_test
from evalkit.methods.multiplicity import holm
from evalkit.methods.route_validity import finding_of
from evalkit.methods.validity.measure import Measurement
from evalkit.plan.units import difference_unit

if TYPE_CHECKING:
    from evalkit.findings.decisions import Decision, Look
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.plan.preanalysis import Subgroup
    from evalkit.records.stations import AnalysisFrame


@dataclass(frozen=True, slots=True)
class Arms:
    """Two arms of a lottery: their ids, and their labels in the plan."""

    one: str
    other: str
    labels: tuple[str, str]


def offer_estimate(
    sample: Sample, plan: EvaluationPlan, outcome_id: str, fit: ClusterTest, *, arms: Arms | None = None
) -> tuple[Estimate, RouteValidity | None]:
    """Return the effect of the offer with the baseline as covariate, by the route that holds its error rate on this very draw.

    Parameters
    ----------
    fit : ClusterTest
        As `itt` with the baseline gives it.
    arms : Arms, optional
        The two arms compared, where the lottery has more than two.

    Raises
    ------
    EstimationError
        EST-ENGINES if the second engine disagrees.
    """
    outcome, level = plan.outcome(outcome_id), plan.design.confidence_level
    columns = experiment_columns(sample.drawn, baseline=sample.before, block=sample.block)
    design = Offer.of(columns, sample.drawn, sample.group, outcome.kind.value)
    measured, found = measure_offer(design, plan.seed), None
    if measured is not None and measured.chosen is not None:
        found = offer_test(design.forms, sample.shifted, measured.chosen.name, level)
    name = "none" if found is None or measured is None or measured.chosen is None else measured.chosen.name
    own = f"itt.{outcome_id}" if arms is None else f"itt.{outcome_id}.{arms.one}.{arms.other}"
    estimate = Estimate(
        id=own,
        outcome=outcome_id,
        label=outcome.label,
        unit=difference_unit(outcome.unit),
        estimand="ITT",
        estimator="itt-ancova",
        group="all",
        occasions=sample.occasions,
        value=steady(fit.estimate),
        better=None if fit.estimate == 0 else (fit.estimate > 0) == (outcome.direction.value == "higher_better"),
        std_error=None if found is None else steady(fit.std_error),
        interval=None if found is None else _interval(fit.estimate, found.half_width, level),
        df=None if found is None else steady(found.df),
        p_value=None if found is None else steady(found.p_value),
        inference=name,
        route_reason=_reason(design, found),
        false_positive_rate=None if found is None or measured is None or measured.chosen is None else measured.chosen.worst,
        n_units=len(sample.after),
        n_treated_units=int(sample.drawn.sum()),
        n_clusters=len(design.forms.arm),
        n_treated_clusters=int(design.forms.arm.sum()),
        second_engine=_second(own, fit, columns, sample, clustered=design.clustered),
        seed=plan.seed,
        evidence=offer_evidence(sample, plan, outcome_id),
        contrast=None if arms is None else arms.labels,
    )
    return estimate, _validity(estimate, measured)


def at_own_level(
    decisions: Sequence[Decision], look: Look | None, studied: Mapping[str, tuple[Sample, Estimate]]
) -> tuple[Decision, ...]:
    """Return the decisions; where a series of reports spends its error rate, the primary one with the interval at its own level.

    Parameters
    ----------
    studied : Mapping
        Estimate id -> its sample and estimate.

    Notes
    -----
    Every part of the route asked for 1 − level, and the widest: it agrees with p ≤ level by construction. Widening the interval at
    95 % by a ratio of quantiles would not, where another part of the route is the wider one at another level.
    """
    if look is None or look.spending == "none" or look.level is None:
        return tuple(decisions)
    return tuple(
        replace(d, interval=_interval_at(*studied[d.estimate_id], 1 - d.level))
        if d.role == "primary" and d.level is not None and d.estimate_id in studied
        else d
        for d in decisions
    )


def _interval_at(sample: Sample, estimate: Estimate, level: float) -> Interval | None:
    if estimate.interval is None:
        return None
    columns = experiment_columns(sample.drawn, baseline=sample.before, block=sample.block)
    forms = offer_forms(columns, sample.drawn, sample.group)
    return _interval(estimate.value, offer_test(forms, sample.shifted, estimate.inference, level).half_width, level)


def offer_evidence(sample: Sample, plan: EvaluationPlan, outcome_id: str) -> DisclosureEvidence:
    """Return the disclosure evidence of a difference between the arms as drawn: that of the weaker arm."""
    change, public = sample.after - sample.before, plan.data_kind.value == "public"
    return evidence_of_groups(change, sample.drawn, public=public, is_sum=plan.outcome(outcome_id).kind.value in SUMS)


def subgroup_findings(frame: AnalysisFrame, plan: EvaluationPlan, sample: Sample, outcome_id: str) -> tuple[SubgroupFinding, ...]:
    """Return the difference in effect of each declared subgroup that can be estimated; for the primary outcome alone."""
    if plan.preanalysis is None or outcome_id != plan.primary_outcome:
        return ()
    found = []
    for group in plan.preanalysis.subgroups:
        inside = members(frame, sample, group)
        cells = [int((part & side).sum()) for part in (inside, ~inside) for side in (sample.drawn, ~sample.drawn)]
        if min(cells) >= 2:
            found.append(_subgroup(plan, sample, group, inside, min(cells)))
    if len(found) < 2:
        return tuple(found)
    adjusted = holm([group.p_value for group in found])
    return tuple(replace(group, adjusted_p=p) for group, p in zip(found, adjusted, strict=True))


def members(frame: AnalysisFrame, sample: Sample, group: Subgroup) -> Bools:
    """Return who belongs to a declared subgroup, shape (n,); nobody where the column is not delivered."""
    column = "sex" if group.by == "sex" else str(group.column)
    if column not in frame.persons:
        return np.zeros(len(sample.names), dtype=bool)
    values = frame.persons.set_index("unit").loc[list(sample.names), column]
    return np.asarray(values.astype("object").map(str).isin(group.values), dtype=bool)


@dataclass(frozen=True, slots=True)
class GroupEffect:
    """How much larger the effect is in a group than in the others; half width, p, df and rate are None where no route holds."""

    value: float
    std_error: float
    half_width: float | None
    p_value: float | None
    df: float | None
    inference: str
    false_positive_rate: float | None


def subgroup_effect(plan: EvaluationPlan, sample: Sample, inside: Bools) -> GroupEffect:
    """Fit y = α_block + δ·drawn·g + τ·drawn + γ·g + β(x − x̄): δ by CR2, its route simulated as the effect's own."""
    member = inside.astype(np.float64)
    base = experiment_columns(sample.drawn, baseline=sample.before, block=sample.block)
    columns = np.column_stack([sample.drawn * member, base, member])
    fit = cr2_test(columns, sample.shifted, sample.group, np.eye(columns.shape[1])[0])
    design = Offer.of(columns, sample.drawn, sample.group, plan.outcome(plan.primary_outcome).kind.value)
    measured = measure_offer(design, plan.seed)
    chosen = None if measured is None else measured.chosen
    if chosen is None:
        return GroupEffect(fit.estimate, fit.std_error, None, None, None, "none", None)
    found = offer_test(design.forms, sample.shifted, chosen.name, plan.design.confidence_level)
    half, p_value, df = (steady(number) for number in (found.half_width, found.p_value, found.df))
    return GroupEffect(fit.estimate, fit.std_error, half, p_value, df, chosen.name, chosen.worst)


def _subgroup(plan: EvaluationPlan, sample: Sample, group: Subgroup, inside: Bools, fewest: int) -> SubgroupFinding:
    found = subgroup_effect(plan, sample, inside)
    return SubgroupFinding(
        id=group.id,
        label=group.label,
        value=steady(found.value),
        std_error=steady(found.std_error),
        half_width=found.half_width,
        level=plan.design.confidence_level,
        p_value=found.p_value,
        inference=found.inference,
        n_inside=int(inside.sum()),
        evidence=DisclosureEvidence(n_persons=fewest),
    )


def _interval(value: float, half: float, level: float) -> Interval:
    return Interval(steady(value - half), steady(value + half), level)


def _reason(design: Offer, found: OfferResult | None) -> str:
    if found is not None:
        return "as-drawn-clusters" if design.clustered else "as-drawn"
    return "few-drawn" if design.fewest < 3 else "no-route-holds"


def _validity(estimate: Estimate, measured: Measurement | None) -> RouteValidity | None:
    return None if measured is None else finding_of(estimate, measured)


def _second(name: str, fit: ClusterTest, columns: Floats, sample: Sample, *, clustered: bool) -> SecondEngine:
    """Return statsmodels' number: HC2 where units were drawn alone; where groups were, the library has no CR2 to compare with."""
    from statsmodels.regression.linear_model import OLS

    leverage = np.einsum("ij,ij->i", columns, np.linalg.pinv(columns).T)
    # Who is alone in a block is fitted exactly: HC2 divides by zero there, CR2 leaves her out.
    comparable = not clustered and float(leverage.max()) < 1 - 1e-9
    other = OLS(sample.shifted, columns).fit(cov_type="HC2" if comparable else "nonrobust")
    error = float(other.bse[0]) if comparable else None
    label = "statsmodels OLS, HC2" if comparable else "statsmodels OLS"
    return compare_numbers(name, (fit.estimate, fit.std_error), (label, float(other.params[0]), error), TOLERANCE)


def late_engine(name: str, numbers: tuple[float, float], sample: Sample) -> SecondEngine:
    """Return two-stage least squares by linearmodels beside our own: HC1, or CR1 by what was drawn together.

    Raises
    ------
    EstimationError
        EST-ENGINES if they disagree.
    """
    from linearmodels.iv import IV2SLS

    columns = experiment_columns(sample.drawn, baseline=sample.before, block=sample.block)
    model = IV2SLS(sample.shifted, columns[:, 1:], sample.took_part.astype(np.float64)[:, None], columns[:, :1])
    n, k = columns.shape
    if len(np.unique(sample.group)) == n:
        fit = model.fit(cov_type="robust", debiased=True)
        error = float(fit.std_errors.iloc[-1])
    else:
        fit = model.fit(cov_type="clustered", clusters=sample.group, debiased=False)
        g = len(np.unique(sample.group))
        # The library's clustered form without its own factor, times CR1's.
        error = float(fit.std_errors.iloc[-1]) * float(np.sqrt(g / (g - 1) * (n - 1) / (n - k)))
    engine = ("linearmodels IV2SLS", float(fit.params.iloc[-1]), error)
    return compare_numbers(name, numbers, engine, 1e-6)
