"""Placebos where there is no second group to draw from: starts put where nothing had happened yet, other units in the place of one.

Only periods before the real start are read for a false start, so that what came after cannot raise an alarm.
docs/METHODS.md#placebo.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from evalkit.methods.fits import Floats
from evalkit.methods.panel import Panel, refusal
from evalkit.methods.placebo import STARTS, UNITS, PlaceboPass
from evalkit.methods.single_unit.design import INFERENCE
from evalkit.methods.single_unit.donors import Pool, donor_pool
from evalkit.methods.single_unit.ranking import LEAST_DONORS, allowed, rank
from evalkit.methods.single_unit.synthetic import LEAST_BEFORE as LEAST_FIT
from evalkit.methods.single_unit.synthetic import METHODS
from evalkit.methods.time_series.design import MOST_MEMORY, simulated_p_value
from evalkit.methods.time_series.segments import Segments, fit_series
from evalkit.methods.time_series.series import (
    LEAST_AFTER,
    LEAST_BEFORE,
    Series,
    is_long_enough,
    knows_its_seasons,
    treated_series,
)
from evalkit.methods.time_series.study import SIMULATED
from evalkit.methods.validity.measure import ALPHA, mcse
from evalkit.plan.units import difference_unit

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.records.stations import AnalysisFrame

Made = tuple[float, float | None]
"""A false difference and its p-value; None where the method has none."""


def series_placebos(
    frame: AnalysisFrame, plan: EvaluationPlan, outcome: str, n: int, progress: Callable[[], None]
) -> tuple[PlaceboPass, ...]:
    """Continue the trend of a series from at most `n` false starts before the real one.

    Raises
    ------
    EstimationError
        As `treated_series`; EST-FEW-PERIODS if no false start leaves periods enough on both sides.
    """
    assert plan.time_series is not None
    series, decides = treated_series(frame, plan, outcome), plan.time_series.decides
    starts = [s for s in range(series.segments.before) if _holds(_cut(series.segments, s))]
    if not starts:
        raise refusal(
            outcome,
            "EST-FEW-PERIODS",
            f"{series.segments.before} perioder före start; en påhittad start behöver minst {LEAST_BEFORE} före sig och "
            f"{LEAST_AFTER} efter sig innan den verkliga, leverera tidigare perioder",
        )
    made = []
    for start in _spread(starts, n):
        made.append(_deviation(series, _cut(series.segments, start), decides))
        progress()
    real = float(fit_series(series.values[np.newaxis], series.segments, decides).value[0])
    return (_summary(plan, outcome, STARTS, SIMULATED, made, len(starts), real),)


def unit_placebos(
    frame: AnalysisFrame, plan: EvaluationPlan, panel: Panel, n: int, progress: Callable[[], None]
) -> tuple[PlaceboPass, ...]:
    """Put every donor in the one treated unit's place, and where periods allow it at most `n` starts before the real one.

    Raises
    ------
    EstimationError
        As `donor_pool`.
    """
    assert plan.single_unit is not None
    name = plan.single_unit.decides
    pool = donor_pool(frame, plan, panel)
    ranking = rank(METHODS[name], pool.own, pool.donors, pool.before)
    progress()
    values = np.array([p.value for p in ranking.placebos])
    beside = PlaceboPass(
        outcome=panel.outcome,
        label=plan.outcome(panel.outcome).label,
        unit=difference_unit(plan.outcome(panel.outcome).unit),
        n_distinct=len(values),
        n_possible=len(values),
        route="none",
        false_alarms=None,
        error=None,
        spread=math.sqrt(float(np.mean(values**2))),
        as_extreme=(ranking.place - 1) / len(values),
        kind=UNITS,
    )
    starts = _false_starts(pool)
    if not starts:
        return (beside,)
    made = []
    for start in _spread(starts, n):
        made.append(_ranked(pool, name, start))
        progress()
    return beside, _summary(plan, panel.outcome, STARTS, INFERENCE[name], made, len(starts), ranking.treated.value)


def _cut(segments: Segments, start: int) -> Segments:
    """Return the segments of the periods before the real start, with the start at `start`."""
    return Segments(start, segments.before - start, segments.season[: segments.before])


def _holds(cut: Segments) -> bool:
    return is_long_enough(cut) and knows_its_seasons(cut)


def _deviation(series: Series, cut: Segments, decides: str) -> Made:
    values: Floats = series.values[np.newaxis, : cut.n]
    fits = fit_series(values, cut, decides)
    value, error = float(fits.value[0]), float(fits.std_error[0])
    tested = error > 0 and float(fits.memory[0]) <= MOST_MEMORY + 1e-9
    return value, simulated_p_value(abs(value) / error, cut, decides) if tested else None


def _false_starts(pool: Pool) -> list[int]:
    return [start for start in range(LEAST_FIT, pool.before) if np.diff(pool.donors[:, :start], axis=1).any()]


def _ranked(pool: Pool, name: str, start: int) -> Made:
    found = rank(METHODS[name], pool.own[: pool.before], pool.donors[:, : pool.before], start)
    tested = len(pool.names) >= LEAST_DONORS and allowed(found.n, ALPHA) >= 1
    return found.treated.value, found.p_value if tested else None


def _spread(starts: list[int], n: int) -> list[int]:
    """Return at most `n` of the starts, evenly spread."""
    places = np.unique(np.linspace(0, len(starts) - 1, min(n, len(starts))).round().astype(int))
    return [starts[i] for i in places]


def _summary(  # noqa: PLR0917 - what was made of one outcome
    plan: EvaluationPlan, outcome: str, kind: str, route: str, made: list[Made], possible: int, real: float
) -> PlaceboPass:
    values, tested = np.array([value for value, _ in made]), [p <= ALPHA for _, p in made if p is not None]
    rate = float(np.mean(tested)) if tested else None
    return PlaceboPass(
        outcome=outcome,
        label=plan.outcome(outcome).label,
        unit=difference_unit(plan.outcome(outcome).unit),
        n_distinct=len(made),
        n_possible=possible,
        route=route if tested else "none",
        false_alarms=rate,
        error=None if rate is None else mcse(rate, len(tested)),
        spread=math.sqrt(float(np.mean(values**2))),
        as_extreme=float(np.mean(np.abs(values) >= abs(real))),
        kind=kind,
    )
