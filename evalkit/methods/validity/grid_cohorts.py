"""Rows of the grid for units that start at different times and are compared start group by start group."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from evalkit.methods.cohorts.doubly_robust import DR, unit_weights
from evalkit.methods.cohorts.group_time import NEVER, NOT_YET, GroupTime, Rules, Starts, event_time_effect, group_times, overall
from evalkit.methods.cohorts.imputation import equal_units, imputation_weights
from evalkit.methods.cohorts.leads import PLAIN, clearest, lead_designs, leads_of, sees_little
from evalkit.methods.cohorts.levels import untreated_levels
from evalkit.methods.cohorts.scores import LEAST_CARRYING
from evalkit.methods.validity.cell import Cell
from evalkit.methods.validity.nuisances import Array, Nuisance, autocorrelated
from evalkit.methods.validity.truths import Truth, independent, panel
from evalkit.methods.validity.weighted_designs import PATH, WeightedDesign

TABLE = "startgrupper"
LEAST_PERSONS = 15
TERMS = 8
FARTHEST = 4
"""Periods before and after the start that a path has."""


def cohort_cells() -> Iterator[Cell]:
    """Units and years, one effect: group-time effects with two comparisons, imputation, and paths with their band."""
    for total, treated, years, rho in ((20, 10, 10, 0.5), (10, 5, 10, 0.8), (6, 3, 10, 0.8), (20, 3, 10, 0.8), (50, 25, 10, 0.8)):
        starts = spread_starts(total, treated, years)
        words = f"{treated} av {total}, {years} år, φ {rho}"
        for comparison, said in ((NEVER, "mot aldrig"), (NOT_YET, "mot ännu inte")):
            weights = overall(group_times(starts, Rules(comparison)), starts)
            yield _cell(f"startgrupper {said}: {words}", starts, weights, panel(total, years, rho))
        levels = untreated_levels(~starts.cells(), None, "")
        weights = imputation_weights(equal_units(starts.cells()), levels)
        yield _cell(f"imputation: {words}", starts, weights, panel(total, years, rho))
    starts = spread_starts(20, 10, 10)
    weights = overall(group_times(starts, Rules()), starts)
    yield _cell("startgrupper: 10 av 20, 10 år, slumpvandring", starts, weights, _walk(20, 10))
    yield _cell("startgrupper: 10 av 20, 10 år, exponentiella chocker, φ 0.5", starts, weights, _shaped(20, 10))
    yield from _persons()
    for treated in (1, 2):
        few = spread_starts(20, treated, 10)
        why = "one-treated-cluster" if treated == 1 else "few-treated-clusters"
        weights = overall(group_times(few, Rules()), few)
        yield _cell(f"startgrupper: {treated} av 20, 10 år, φ 0.8", few, weights, panel(20, 10, 0.8), why)
    for total, treated, rho in ((20, 10, 0.5), (50, 25, 0.8)):
        yield _path(
            f"band kring start: {treated} av {total}, 10 år, φ {rho}", spread_starts(total, treated, 10), panel(total, 10, rho)
        )


def lead_cells() -> Iterator[Cell]:
    """Start groups before their start, tested jointly: at least five units behind each lead."""
    for total, treated, rho in (
        (10, 5, 0.5),
        (20, 5, 0.8),
        (20, 10, 0.5),
        (20, 10, 0.8),
        (50, 10, 0.5),
        (50, 25, 0.8),
        (100, 25, 0.5),
    ):
        yield _leads(f"{treated} av {total}, 10 år, φ {rho}", spread_starts(total, treated, 10), panel(total, 10, rho))
    yield _leads("10 av 20, 10 år, exponentiella chocker, φ 0.5", spread_starts(20, 10, 10), _shaped(20, 10))
    yield _leads("10 av 20, 10 år, slumpvandring", spread_starts(20, 10, 10), _walk(20, 10))


def _persons() -> Iterator[Cell]:
    """Yield rolling starts of persons: eight terms, starts in four of them, and a waiting list of whom some never start."""
    for started, waiting in ((16, 24), (36, 24)):
        first = np.append(2.0 + np.arange(started) % 4, np.full(waiting, np.inf))
        starts = Starts(first, TERMS)
        weights = overall(group_times(starts, Rules(NOT_YET)), starts)
        for words, truth in (
            ("φ 0.5", panel(len(first), TERMS, 0.5)),
            ("exponentiella, φ 0.5", _shaped(len(first), TERMS)),
            ("slumpvandring", _walk(len(first), TERMS)),
        ):
            yield _cell(f"personer mot ännu inte: {started} i fyra terminer, {waiting} aldrig, {words}", starts, weights, truth)


def adjusted_cells() -> Iterator[Cell]:
    """Two groups of persons, their changes compared doubly robustly with two covariates that the groups have a little unlike."""
    for treated, others in ((8, 22), (15, 15), (50, 50)):
        rng = np.random.default_rng([treated, others])
        x = rng.normal(0, 1, (treated + others, 2))
        x[:, 1] = x[:, 1] > 0
        x[:treated, 0] += 0.3
        mine = np.arange(treated + others) < treated
        own = unit_weights(mine, x, DR, "")
        after = np.column_stack([np.zeros(len(mine), dtype=bool), mine])
        weights = np.ascontiguousarray(np.column_stack([-own, own]))
        design = WeightedDesign(len(mine), 2, after.tobytes(), weights.tobytes(), covariates=x.tobytes(), persons=True)
        for words, shape, spread in (("normal", "normal", 1.0), ("exponentiell", "exponential", 1.0), ("SD × 3", "normal", 3.0)):
            label = f"dubbelt robust, 2 bakgrundsmått: {treated} + {others} personer, {words}"
            truth = _changes(independent(len(mine), shape, treated, spread))
            yield Cell("bakgrund", label, design, truth, "", min(treated, others) >= LEAST_PERSONS)


def spread_starts(total: int, treated: int, years: int) -> Starts:
    """Return starts spread over the years; the rest never start."""
    first = 2 + np.arange(treated) * max(1, (years - 4) // treated) % (years - 3)
    return Starts(np.append(first, np.full(total - treated, np.inf)).astype(np.float64), years)


def path_weights(cells: tuple[GroupTime, ...], starts: Starts) -> tuple[Array, Array]:
    """Return weights of the effect at each time since start with units enough, and the cells each is about."""
    distance = np.arange(starts.n_periods)[None, :] - starts.first[:, None]
    found = []
    for k in range(-FARTHEST, FARTHEST + 1):
        mine = [c.cohort for c in cells if c.event_time == k]
        if mine and (made := event_time_effect(cells, starts, k))[1] >= LEAST_CARRYING:
            found.append((made[0], (distance == k) & np.isin(starts.first, mine)[:, None]))
    return np.stack([w for w, _ in found]), np.stack([about for _, about in found])


def _cell(label: str, starts: Starts, weights: Array, truth: Truth, refused: str = "") -> Cell:
    design = WeightedDesign(len(starts.first), starts.n_periods, starts.cells().tobytes(), weights.tobytes())
    return Cell(TABLE, label, design, truth, refused, counted=not refused)


def _path(label: str, starts: Starts, truth: Truth) -> Cell:
    weights, about = path_weights(group_times(starts, Rules()), starts)
    treated = starts.cells().tobytes()
    design = WeightedDesign(len(starts.first), starts.n_periods, treated, weights.tobytes(), about.tobytes(), kind=PATH)
    return Cell(TABLE, label, design, truth)


def _leads(words: str, starts: Starts, truth: Truth) -> Cell:
    leads = leads_of(starts, tuple(c for c in group_times(starts, Rules(NOT_YET)) if c.event_time < -1))
    best = clearest(lead_designs(starts, 0, leads))
    refused = "leads-too-thin" if sees_little(best, PLAIN) else ""
    return Cell("trender", f"trender före start: {words}", best, truth, refused, counted=not refused)


def _changes(truth: Truth) -> Truth:
    """Return two occasions of which only the change varies."""

    def occasions(draws: int, rng: np.random.Generator) -> Array:
        change = truth(draws, rng)
        return np.stack([np.zeros_like(change), change], axis=2)

    return occasions


def _walk(units: int, years: int) -> Truth:
    """Return errors that wander: each year adds a normal step."""
    return lambda draws, rng: np.cumsum(rng.standard_normal((draws, units, years)), axis=2)


def _shaped(units: int, years: int) -> Truth:
    case = Nuisance(shape="exponential", autocorrelation=0.5)
    return lambda draws, rng: autocorrelated(case, (draws, units, years), rng)
