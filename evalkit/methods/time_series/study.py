"""From a series to findings: the deviation from its own continued trend, a simulated critical value, and a second engine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from evalkit.findings.estimate import Estimate, Interval
from evalkit.findings.time_series import SeriesFinding, SeriesPoint
from evalkit.findings.validity import RouteValidity
from evalkit.methods.engines import Engine, compare
from evalkit.methods.fits import Fit, Floats, is_negligible
from evalkit.methods.panel import refusal
from evalkit.methods.route_validity import finding_of
from evalkit.methods.time_series.design import MOST_MEMORY, critical_value, measured, simulated_p_value
from evalkit.methods.time_series.segments import LEVEL, SLOPE, SeriesFits, fit_series, newey_west
from evalkit.methods.time_series.series import Series, treated_series
from evalkit.methods.validity.measure import Measurement
from evalkit.plan.units import difference_unit

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.records.stations import AnalysisFrame

SIMULATED = "ar1-simulated"


@dataclass(frozen=True, slots=True)
class SeriesStudy:
    """The finding of one outcome, its estimate and what the simulation of its periods found."""

    finding: SeriesFinding
    estimate: Estimate
    validity: RouteValidity


@dataclass(frozen=True, slots=True)
class _Judged:
    """What the simulation of the periods allows: the critical value is None where there is no p-value."""

    found: Measurement
    reason: str
    critical: float | None


def study_series(frame: AnalysisFrame, plan: EvaluationPlan, outcome: str) -> SeriesStudy:
    """Continue the trend of an outcome before the start and compare what came after with it.

    Raises
    ------
    EstimationError
        If the periods are too few (`treated_series`), or two engines disagree.
    """
    assert plan.time_series is not None
    series, decides = treated_series(frame, plan, outcome), plan.time_series.decides
    fits = fit_series(series.values[np.newaxis], series.segments, decides)
    fit = Fit(float(fits.value[0]), float(fits.std_error[0]), float(series.segments.df))
    found = measured(series.segments, decides, plan.seed)
    if is_negligible(float(fits.std_error[0]) ** 2, series.values):
        raise refusal(outcome, "EST-CONSTANT", "serien följer trenden exakt: ingen osäkerhet går att skatta; kontrollera kolumnen")
    reason = _reason(float(fits.memory[0]), found)
    holds = reason == "series-simulated"
    level = plan.design.confidence_level
    critical = critical_value(series.segments, decides, level) if holds else None
    estimate = _estimate(plan, series, fit, _Judged(found, reason, critical))
    second = compare(estimate.id, fit, gls_by_statsmodels(series, float(fits.memory[0]), decides))
    return SeriesStudy(_finding(plan, series, fits, critical), replace(estimate, second_engine=second), finding_of(estimate, found))


def gls_by_statsmodels(series: Series, memory: float, decides: str) -> Engine:
    """Fit the same regression with statsmodels' GLS at a memory: engine, value and error of what decides."""
    from statsmodels.regression.linear_model import GLS

    apart = np.abs(np.subtract.outer(np.arange(series.segments.n), np.arange(series.segments.n)))
    fit = GLS(series.values, series.segments.matrix, sigma=memory**apart).fit()
    test = fit.t_test(series.segments.contrast(decides))
    return "statsmodels GLS", float(test.effect[0]), float(np.asarray(test.sd).ravel()[0])


def _reason(memory: float, found: Measurement) -> str:
    if memory > MOST_MEMORY + 1e-9:
        return "series-remembers"
    return "series-simulated" if found.chosen is not None else "series-no-route"


def _estimate(plan: EvaluationPlan, series: Series, fit: Fit, judged: _Judged) -> Estimate:
    assert plan.time_series is not None
    outcome, decides = plan.outcome(series.outcome), plan.time_series.decides
    found, reason, critical = judged.found, judged.reason, judged.critical
    error = fit.std_error or 0.0
    holds = critical is not None
    reach, level = (critical or 0.0) * error, plan.design.confidence_level
    interval = Interval(fit.value - reach, fit.value + reach, level) if holds else None
    p_value = simulated_p_value(abs(fit.value) / error, series.segments, decides) if holds and error else None
    shown = p_value if plan.design.selected_on_outcome != "yes" else None
    return Estimate(
        id=f"its.{outcome.id}",
        outcome=outcome.id,
        label=outcome.label,
        unit=difference_unit(outcome.unit),
        estimand="change-series",
        estimator="interrupted-series",
        group="treated",
        occasions=(series.periods[0], series.periods[-1]),
        value=fit.value,
        better=None if fit.value == 0 else (fit.value > 0) == (outcome.direction.value == "higher_better"),
        std_error=error if holds else None,
        interval=interval,
        df=fit.df if holds else None,
        p_value=shown,
        inference=SIMULATED if holds else "none",
        route_reason=reason,
        false_positive_rate=found.chosen.worst if holds and found.chosen is not None else None,
        n_units=series.n_units,
        n_treated_units=series.n_units,
        n_clusters=series.n_units,
        n_treated_clusters=series.n_units,
        second_engine=None,
        seed=plan.seed,
        evidence=series.evidence,
    )


def _finding(plan: EvaluationPlan, series: Series, fits: SeriesFits, critical: float | None) -> SeriesFinding:
    assert plan.time_series is not None
    segments, beta = series.segments, fits.coefficients[0]
    return SeriesFinding(
        outcome=series.outcome,
        start=series.periods[segments.before],
        n_units=series.n_units,
        n_before=segments.before,
        n_after=segments.after,
        season=plan.time_series.season if segments.season else "none",
        decides=plan.time_series.decides,
        trend=float(beta[1]),
        level=float(beta[LEVEL]),
        slope=float(beta[SLOPE]),
        mean_after=float(segments.contrast("mean_after") @ beta),
        memory=float(fits.memory[0]),
        critical=critical,
        newey_west=float(newey_west(series.values[np.newaxis], segments, plan.time_series.decides)[1][0]),
        points=_points(series, beta),
        evidence=series.evidence,
    )


def _points(series: Series, beta: Floats) -> tuple[SeriesPoint, ...]:
    continued = series.segments.matrix.copy()
    continued[:, [LEVEL, SLOPE]] = 0.0
    expected = np.einsum("tk,k->t", continued, beta)
    return tuple(
        SeriesPoint(period, i - series.segments.before, float(seen + series.level), float(wanted + series.level))
        for i, (period, seen, wanted) in enumerate(zip(series.periods, series.values, expected, strict=True))
    )
