"""What those who do not know better would have compared, and what separates it from the main estimate."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from evalkit.findings.estimate import Estimate, Interval
from evalkit.findings.robustness import Alternative
from evalkit.methods.estimates import change_of
from evalkit.methods.fits import Fit, Floats, mean, t_interval, variance
from evalkit.methods.inference.unit_tests import pooled
from evalkit.methods.panel import Panel
from evalkit.methods.pre_post import before_and_after
from evalkit.methods.two_way import fit_two_way
from evalkit.methods.validity.ordinary import small_sample

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan


def naive_comparisons(panel: Panel, plan: EvaluationPlan, main: Estimate) -> tuple[Alternative, ...]:
    """Return before–after of the treated, the treated against all others afterwards, and two-way effects with an ordinary error.

    Notes
    -----
    All on the units of the main estimate, so that nothing but the comparison differs. Before–after minus the main estimate is the
    comparison group's change; the difference afterwards minus it is the difference at the start (exactly so with one value a unit).
    """
    before, after = levels(panel, plan)
    change, treated = after - before, panel.treated
    level = plan.design.confidence_level

    def one(key: str, value: float, interval: Interval | None, explained: float | None) -> Alternative:
        counts = panel.n_units, int(treated.sum())
        return Alternative("naive", key, panel.outcome, main.unit, value, interval, explained, *counts, main.evidence)

    changes, others = change[treated], change[~treated]
    own = _mean_interval(changes, level) if len(changes) > 1 else None
    afterwards = mean(after[treated]) - mean(after[~treated])
    value, two_way = _two_way(panel, level)
    return (
        one("before-after", mean(changes), own, mean(others)),
        one(
            "others-after", afterwards, _difference_interval(after, treated, level), mean(before[treated]) - mean(before[~treated])
        ),
        one("two-way", value, two_way, None),
    )


def levels(panel: Panel, plan: EvaluationPlan) -> tuple[Floats, Floats]:
    """Return each unit's value before and after: of the occasions compared, or means of the periods around the first start."""
    if not panel.public:
        decisive = None if plan.decisive_occasion is None else plan.occasion(plan.decisive_occasion).label
        first, last = before_and_after(panel, decisive)
        return panel.y[:, first], panel.y[:, last]
    start = int(np.nanmin(panel.treated_order))
    before = panel.y[:, :start].mean(axis=1)
    return before, before + change_of(panel, plan)[0]


def _two_way(panel: Panel, level: float) -> tuple[float, Interval]:
    """Return unit and period effects with the interval that packages print (`evalkit.methods.validity.ordinary`)."""
    from scipy.special import stdtrit

    treatment = (panel.after & panel.treated[:, None])[np.newaxis].astype(np.float64)
    fit = fit_two_way(panel.y, treatment, panel.cluster, panel.outcome)
    n_units, n_periods = panel.y.shape
    rows, groups = n_units * n_periods, fit.n_clusters
    printed = rows / (rows - n_units - n_periods) if groups == n_units else groups / (groups - 1)
    error = math.sqrt(float(fit.covariance[0, 0]) / printed * small_sample(groups, rows, 1 + n_periods))
    value, reach = float(fit.coefficients[0]), float(stdtrit(groups - 1, 0.5 + level / 2)) * error
    return value, Interval(value - reach, value + reach, level)


def _mean_interval(values: Floats, level: float) -> Interval | None:
    return t_interval(Fit(mean(values), math.sqrt(variance(values) / len(values)), float(len(values) - 1)), level)


def _difference_interval(values: Floats, treated: np.ndarray, level: float) -> Interval | None:
    ordered = np.concatenate([values[treated], values[~treated]])[np.newaxis]
    if ordered.shape[1] < 3:
        return None
    low, high = pooled(ordered, int(treated.sum())).interval(level)
    return Interval(low, high, level)
