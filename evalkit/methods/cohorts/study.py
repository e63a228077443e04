"""Units that started at different times: estimates, their measured routes, and what the report draws."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from evalkit.findings.cell import PUBLIC
from evalkit.findings.estimate import EffectPoint, Estimate, TestOutcome
from evalkit.findings.staggered import StaggeredFinding, TwoWays
from evalkit.findings.validity import RouteValidity
from evalkit.methods import engines
from evalkit.methods.cohorts import second_engine
from evalkit.methods.cohorts.bacon import diagnose
from evalkit.methods.cohorts.details import PATH_DRAWS, balance, cohort_effects, cohort_paths, event_effects, joined_cohorts
from evalkit.methods.cohorts.drift import cohort_path
from evalkit.methods.cohorts.group_time import GroupTime, Rules, Starts, group_times, overall
from evalkit.methods.cohorts.imputation import equal_units, imputation_weights
from evalkit.methods.cohorts.leads import judge_leads
from evalkit.methods.did import fit_twfe
from evalkit.methods.estimates import Checked, Labels, estimate_did, finish
from evalkit.methods.fits import Fit, Floats, is_negligible, t_interval
from evalkit.methods.honest import TrendPath
from evalkit.methods.panel import Panel, refusal, require_both_groups, require_treated
from evalkit.methods.route_validity import finding_of
from evalkit.methods.router import Route, too_few_clusters
from evalkit.methods.validity.measure import Measurement, measure
from evalkit.methods.validity.weighted_designs import WeightedDesign, design_of, tests_of_route

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.plan.staggered import Staggered
    from evalkit.records.stations import AnalysisFrame

SAME = 1e-12
"""Two ways whose weights differ less are one and the same."""


@dataclass(frozen=True, slots=True)
class CohortStudy:
    """What one outcome with several start times gives."""

    estimates: tuple[Estimate, ...]
    validity: tuple[RouteValidity, ...]
    finding: StaggeredFinding
    leads: TestOutcome
    path: tuple[EffectPoint, ...]
    trend: TrendPath | None


def is_staggered(panel: Panel, plan: EvaluationPlan) -> bool:
    """Whether the plan asks for start groups and the panel has more than one."""
    return plan.design.staggered is not None and panel.public and panel.staggered


def study_cohorts(frame: AnalysisFrame, panel: Panel, plan: EvaluationPlan) -> CohortStudy:
    """Estimate the mean effect over start groups, beside it by imputation and by two-way effects, and describe the groups.

    The first estimate is the outcome's main one: every unit that started counts alike, each with the mean over its own periods.
    Lead test, effect path and the path of the bounds rest on the same start groups.

    Raises
    ------
    EstimationError
        If nobody can be compared with, or two engines disagree.
    """
    rules = plan.design.staggered
    assert rules is not None
    work = _work(panel, plan)
    panel, starts, cells = work.panel, work.starts, work.cells
    main, imputed = work.main(), work.imputed()
    groups = joined_cohorts(starts, plan.design.starts.least_cohort)
    events, band = event_effects(panel, plan, starts, cells, holds=main[0].inference != "none")
    finding = StaggeredFinding(
        outcome=panel.outcome,
        comparison=rules.compare_with,
        anticipation=rules.anticipation,
        covariates=(),
        joined=len(starts.cohorts) - len(groups),
        cohorts=cohort_effects(panel, plan, starts, cells, groups, holds=main[0].inference != "none"),
        paths=cohort_paths(panel, starts, groups),
        band_level=plan.design.confidence_level,
        band_route=band.route,
        band_rate=band.rate,
        diagnosis=diagnose(starts, panel.y),
        balance=balance(frame, panel, imputed[0].value),
        two_ways=work.two_ways(),
    )
    estimates, validity = (main[0], imputed[0], work.two_way()), (*main[1], *imputed[1])
    leads, trend = judge_leads(panel, plan, starts, cells), cohort_path(panel, plan, starts, cells)
    return CohortStudy(estimates, validity, finding, leads, events, trend)


def estimate_effects(panel: Panel, plan: EvaluationPlan) -> tuple[Estimate, ...]:
    """Return the main difference-in-differences of a panel as the plan asks for it, without what stands beside it.

    Raises
    ------
    EstimationError
        As `study_cohorts` and `evalkit.methods.estimates.estimate_did`.
    """
    if not is_staggered(panel, plan):
        return estimate_did(panel, plan)
    work = _work(panel, plan)
    return (work.main()[0],)


def route_and_fit(panel: Panel, plan: EvaluationPlan) -> tuple[Route, Fit]:
    """Return the main estimate's route and fit over start groups, computed once only."""
    return _work(panel, plan).alone()


def point_estimate(panel: Panel, plan: EvaluationPlan) -> float:
    """Return the value of the main estimate over start groups alone, without its uncertainty."""
    work = _work(panel, plan)
    return float((overall(work.cells, work.starts) * (work.panel.y - work.panel.y[:, :1])).sum())


def starts_of(panel: Panel) -> Starts:
    """Return when each unit of a panel starts."""
    return Starts(np.where(np.isnan(panel.treated_order), np.inf, panel.treated_order), len(panel.periods))


def comparable(panel: Panel, rules: Staggered) -> Panel:
    """Return the panel as far as somebody is untreated: where everybody starts in time, it ends before the last group's start.

    Raises
    ------
    EstimationError
        If no unit is untreated throughout and the plan compares with such units only, or too little is left.
    """
    require_treated(panel)
    if not panel.treated.all() or rules.compare_with == "never_treated":
        require_both_groups(panel)
        return panel
    end = int(panel.treated_order.max())
    waiting = panel.treated_order >= end
    cut = replace(
        panel,
        y=panel.y[:, :end],
        after=panel.after[:, :end],
        treated=~waiting,
        treated_order=np.where(waiting, np.nan, panel.treated_order),
        periods=panel.periods[:end],
    )
    require_both_groups(cut)
    return cut


def _work(panel: Panel, plan: EvaluationPlan) -> _Work:
    rules = plan.design.staggered
    assert rules is not None
    panel = comparable(panel, rules)
    starts = starts_of(panel)
    cells = group_times(starts, Rules(rules.compare_with, anticipation=rules.anticipation), None, panel.outcome)
    return _Work(panel, plan, starts, cells)


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    panel: Panel
    plan: EvaluationPlan
    starts: Starts
    cells: tuple[GroupTime, ...]

    def main(self) -> tuple[Estimate, tuple[RouteValidity, ...]]:
        """Return the mean effect over start groups."""
        weights = overall(self.cells, self.starts)
        return self._estimate("did", "callaway-santanna", weights)

    def imputed(self) -> tuple[Estimate, tuple[RouteValidity, ...]]:
        """Return the same mean by imputation: a second method on the same question."""
        design = self._design(np.zeros(self.panel.y.shape))
        weights = imputation_weights(equal_units(self.starts.cells()), design.levels)
        return self._estimate("did-imputation", "imputation", weights)

    def two_ways(self) -> TwoWays:
        """Return how far imputation lies from the mean over start groups, and how certain that is."""
        weights = overall(self.cells, self.starts)
        imputing = imputation_weights(equal_units(self.starts.cells()), self._design(weights).levels)
        design = self._design(imputing - weights)
        level = self.panel.y - self.panel.y[:, :1]
        imputed, difference = (float((w * level).sum()) for w in (imputing, imputing - weights))
        route = _route(self.panel, self.plan, design, "imputation", PATH_DRAWS)[0]
        if route.inference == "none" or float(np.abs(imputing - weights).max()) < SAME:
            return TwoWays(imputed, difference, None)
        return TwoWays(
            imputed, difference, t_interval(self._one(design, imputing - weights, route), self.plan.design.confidence_level)
        )

    def two_way(self) -> Estimate:
        """Return the coefficient of two-way effects, value only: what it mixes is said beside it."""
        fit = fit_twfe(self.panel)
        labels = self._labels("did-twfe", "twfe", Route("twfe", "none", "twfe-beside"))
        return finish(self.panel, self.plan, labels, (Fit(fit.value, None, None), None), PUBLIC)

    def _estimate(self, prefix: str, estimator: str, weights: Floats) -> tuple[Estimate, tuple[RouteValidity, ...]]:
        design = self._design(weights)
        route, measured = _route(self.panel, self.plan, design, estimator)
        checked = self._fit(design, weights, route, prefix, estimator)
        estimate = finish(self.panel, self.plan, self._labels(prefix, estimator, route), checked, PUBLIC)
        return estimate, (() if measured is None else (finding_of(estimate, measured),))

    def alone(self) -> tuple[Route, Fit]:
        """Return route and fit of the mean over start groups, without a second engine: what a placebo needs many times."""
        weights = overall(self.cells, self.starts)
        design = self._design(weights)
        route = _route(self.panel, self.plan, design, "callaway-santanna")[0]
        return route, self._one(design, weights, route)

    def _fit(self, design: WeightedDesign, weights: Floats, route: Route, prefix: str, estimator: str) -> Checked:
        fit = self._one(design, weights, route)
        if fit.std_error is None:
            return fit, None
        return fit, engines.compare(f"{prefix}.{self.panel.outcome}", fit, self._engine(design, weights, estimator))

    def _one(self, design: WeightedDesign, weights: Floats, route: Route) -> Fit:
        panel = self.panel
        value = float((weights * (panel.y - panel.y[:, :1])).sum())
        name = route.inference.removesuffix("-conditional")
        if name == "none":
            return Fit(value, None, None)
        tests = tests_of_route(name, design.sums, panel.y[None])
        plain = tests[0]
        if is_negligible(float(plain.std_error[0]) ** 2, panel.y - panel.y[0, 0]):
            raise refusal(
                panel.outcome,
                "EST-CONSTANT",
                "alla enheter utvecklas exakt lika, så osäkerheten går inte att skatta",
            )
        return Fit(value, float(plain.std_error[0]), float(plain.df[0]), tests if len(tests) > 1 else ())

    def _engine(self, design: WeightedDesign, weights: Floats, estimator: str) -> engines.Engine:
        y = self.panel.y
        if estimator == "imputation":
            return second_engine.imputation_by_statsmodels(y, self.starts.cells(), design.levels, weights)
        ahead = design.anticipation
        return second_engine.cohorts_by_means(y, self.starts, self.cells, ahead, design.levels, weights)

    def _design(self, weights: Floats) -> WeightedDesign:
        return design_of(self.panel, self.plan.design.staggered, weights)

    def _labels(self, prefix: str, estimator: str, route: Route) -> Labels:
        ends = (self.panel.periods[0], self.panel.periods[-1])
        name, shown = f"{prefix}.{self.panel.outcome}", not route.inference.endswith("conditional")
        estimand = self.plan.design.estimand if estimator == "twfe" else f"{self.plan.design.estimand}-clusters"
        return Labels(name, estimand, estimator, "all", ends, route, shown)


def _route(
    panel: Panel, plan: EvaluationPlan, design: WeightedDesign, estimator: str, draws: int = 0
) -> tuple[Route, Measurement | None]:
    """Return the route of an estimate, chosen before any outcome is read, and the measurement behind it."""
    if panel.treated_clusters + panel.comparison_clusters != panel.n_units:
        return Route(estimator, "none", "cohorts-in-clusters"), None
    found = measure(design, plan.seed, draws)
    if few := too_few_clusters(panel):
        return Route(estimator, "none", few, found), found
    rules = plan.design.staggered
    if found.chosen is None or rules is None:
        return Route(estimator, "none", "staggered-few-clusters", found), found
    reason = "cohorts-imputed" if estimator == "imputation" else f"cohorts-{rules.compare_with}"
    if plan.design.common_shocks_at == "group":
        return Route(estimator, f"{found.chosen.name}-conditional", "common-shocks-in-groups", found), found
    return Route(estimator, found.chosen.name, reason, found), found
