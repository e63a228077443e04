"""What stands beside the estimate: effects by start group and time since start, how groups developed, what balance cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evalkit.findings.cell import PUBLIC
from evalkit.findings.estimate import EffectPoint, Interval
from evalkit.findings.staggered import Balance, CohortEffect, CohortPoint
from evalkit.methods.cohorts.group_time import GroupTime, Starts, cohort_effect, event_time_effect
from evalkit.methods.cohorts.imputation import equal_units, imputation_weights
from evalkit.methods.cohorts.levels import untreated_cells, untreated_levels
from evalkit.methods.cohorts.scores import LEAST_CARRYING
from evalkit.methods.event_study import EARLIEST, LATEST
from evalkit.methods.fits import Bools, Floats, mean
from evalkit.methods.panel import Panel
from evalkit.methods.validity.measure import measure
from evalkit.methods.validity.weighted_designs import BANDS, WeightedDesign, design_of, path_tail
from evalkit.records.cohorts import join_periods

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.records.stations import AnalysisFrame

PATH_DRAWS = 1_000
"""Samples in each declared case for a path of several estimates."""


@dataclass(frozen=True, slots=True)
class Band:
    """Half-widths of a path's intervals, all covered at once; `route` is ``none`` where no band holds."""

    route: str
    rate: float | None
    reach: Floats


NO_BAND = Band("none", None, np.zeros(0))


@dataclass(frozen=True, slots=True)
class JoinedCohort:
    """Start periods (columns of the panel) that are shown as one group."""

    starts: tuple[int, ...]
    label: tuple[int, int]


def joined_cohorts(starts: Starts, least: int) -> tuple[JoinedCohort, ...]:
    """Return the start groups that are shown: periods are joined until at least `least` units started in them."""
    spans = join_periods([(g, starts.size(g)) for g in starts.cohorts], least)
    return tuple(JoinedCohort(tuple(g for g in starts.cohorts if first <= g <= last), (first, last)) for first, last in spans)


def cohort_effects(
    panel: Panel,
    plan: EvaluationPlan,
    starts: Starts,
    cells: tuple[GroupTime, ...],
    groups: tuple[JoinedCohort, ...],
    *,
    holds: bool,
) -> tuple[CohortEffect, ...]:
    """Return the mean effect of each start group, with intervals that hold together; groups that nobody matches are left out."""
    found = [(group, made) for group in groups if (made := _group_weights(group, starts, cells)) is not None]
    weights = np.stack([w for _, w in found])
    sizes = [sum(starts.size(g) for g in group.starts) for group, _ in found]
    about = np.stack([starts.cells() & np.isin(starts.first, group.starts)[:, None] for group, _ in found])
    intervals = _intervals(panel, plan, weights, about, np.array(sizes) >= LEAST_CARRYING, holds=holds)[0]
    values = _values(panel, weights)
    return tuple(
        CohortEffect(
            outcome=panel.outcome,
            cohort=_label(panel, group),
            n_units=size,
            n_comparison=min(c.n_comparison for c in cells if c.cohort in group.starts and c.event_time >= 0),
            value=float(value),
            interval=interval,
            evidence=PUBLIC,
        )
        for (group, _), size, value, interval in zip(found, sizes, values, intervals, strict=True)
    )


def event_effects(
    panel: Panel, plan: EvaluationPlan, starts: Starts, cells: tuple[GroupTime, ...], *, holds: bool
) -> tuple[tuple[EffectPoint, ...], Band]:
    """Return the effect by time since start, and the band that covers all of them at once.

    Times from `EARLIEST` to `LATEST`, none binned: which start groups are behind a point changes from point to point.
    """
    times = [k for k in range(EARLIEST, LATEST + 1) if any(c.event_time == k for c in cells)]
    made = [event_time_effect(cells, starts, k) for k in times]
    distance = np.arange(starts.n_periods)[None, :] - starts.first[:, None]
    behind = [np.isin(starts.first, [c.cohort for c in cells if c.event_time == k])[:, None] for k in times]
    about = np.stack([(distance == k) & mine for k, mine in zip(times, behind, strict=True)])
    weights = np.stack([w for w, _ in made])
    enough = np.array([n for _, n in made]) >= LEAST_CARRYING
    intervals, band = _intervals(panel, plan, weights, about, enough, holds=holds)
    values = _values(panel, weights)
    return tuple(
        EffectPoint(panel.outcome, k, binned=False, value=float(value), std_error=None, interval=interval, n_treated_units=n)
        for k, value, interval, (_, n) in zip(times, values, intervals, made, strict=True)
    ), band


def cohort_paths(panel: Panel, starts: Starts, groups: tuple[JoinedCohort, ...]) -> tuple[CohortPoint, ...]:
    """Return the mean of each start group, and of those who never started, in each period."""
    members = [("", ~np.isfinite(starts.first), np.inf)]
    members += [(_label(panel, group), np.isin(starts.first, group.starts), group.label[0]) for group in groups]
    return tuple(
        CohortPoint(panel.outcome, label, period, order, bool(order >= first), mean(panel.y[part, order]), int(part.sum()), PUBLIC)
        for label, part, first in members
        if part.any()
        for order, period in enumerate(panel.periods)
    )


def balance(frame: AnalysisFrame, panel: Panel, complete: float) -> Balance | None:
    """Return the imputation estimate with every unit measured at all beside that of complete units; None where all are complete."""
    seen = frame.observed
    if seen is None:
        return None
    rows = seen[(seen["outcome"] == panel.outcome) & (seen["axis"] == "period") & (seen["order"] < len(panel.periods))]
    wide = rows.pivot_table(index="unit", columns="order", values="value").reindex(columns=range(len(panel.periods)))
    began = frame.persons.set_index("unit")["cohort"].reindex(wide.index)
    place = {label: n for n, label in enumerate(panel.periods)}
    first = np.array([place.get(str(c), np.inf) for c in began])
    treatment = np.arange(len(panel.periods))[None, :] >= first[:, None]
    y = wide.to_numpy(dtype=np.float64)
    known = np.isfinite(y)
    usable = (known & untreated_cells(treatment, 0)).any(axis=1)
    y, known, treatment = y[usable], known[usable], treatment[usable]
    if len(y) <= panel.n_units:
        return None
    levels = untreated_levels(known & ~treatment, None, panel.outcome)
    weights = imputation_weights(equal_units(treatment & known), levels)
    first_known = y[np.arange(len(y)), known.argmax(axis=1)]
    value = float((weights * np.where(known, y - first_known[:, None], 0.0)).sum())
    return Balance(panel.n_units, len(y), complete, value)


def _intervals(
    panel: Panel, plan: EvaluationPlan, weights: Floats, about: Bools, enough: Bools, *, holds: bool
) -> tuple[list[Interval | None], Band]:
    """Return intervals that hold together for the estimates with units enough, and the band they come from."""
    empty: list[Interval | None] = [None] * len(weights)
    if not holds or not enough.any():
        return empty, NO_BAND
    design = design_of(panel, plan.design.staggered, weights[enough], about[enough])
    band = _band(design, plan, panel)
    if band.route == "none":
        return empty, band
    values = _values(panel, weights[enough])
    level = plan.design.confidence_level
    made = iter(Interval(float(v - r), float(v + r), level) for v, r in zip(values, band.reach, strict=True))
    return [next(made) if there else None for there in enough], band


def _band(design: WeightedDesign, plan: EvaluationPlan, panel: Panel) -> Band:
    from scipy.special import stdtrit

    found = measure(design, plan.seed, PATH_DRAWS)
    if found.chosen is None or plan.design.common_shocks_at == "group":
        return NO_BAND
    scale = BANDS[found.chosen.name] / BANDS["sup-t"]
    tail = path_tail(design, (1 - plan.design.confidence_level) * scale)
    scores = design.sums.judge(panel.y[None])[1]
    error = np.sqrt(design.sums.variance(scores)[0])
    return Band(found.chosen.name, found.chosen.worst, stdtrit(design.sums.df, 1 - tail / 2) * error)


def _group_weights(group: JoinedCohort, starts: Starts, cells: tuple[GroupTime, ...]) -> Floats | None:
    parts = [(starts.size(g), w) for g in group.starts if (w := cohort_effect(cells, g)) is not None]
    total = sum(n for n, _ in parts)
    return np.asarray(sum(w * (n / total) for n, w in parts)) if parts else None


def _values(panel: Panel, weights: Floats) -> Floats:
    return np.asarray((weights * (panel.y - panel.y[:, :1])).sum(axis=(1, 2)))


def _label(panel: Panel, group: JoinedCohort) -> str:
    first, last = (panel.periods[column] for column in group.label)
    return first if first == last else f"{first}–{last}"
