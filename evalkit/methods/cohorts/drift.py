"""The path that honest bounds rest on, made of start groups: differences after the start, and steps of the same units before it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from evalkit.methods.cohorts.details import PATH_DRAWS
from evalkit.methods.cohorts.group_time import GroupTime, Starts
from evalkit.methods.event_study import EARLIEST, LATEST
from evalkit.methods.fits import Bools, Floats
from evalkit.methods.honest import LEAST_STEPS, TrendPath, drift
from evalkit.methods.panel import Panel
from evalkit.methods.smoothness import straight
from evalkit.methods.validity.lead_designs import WIDTHS, LeadDesign, covariance, stands
from evalkit.methods.validity.measure import limit
from evalkit.methods.validity.nuisances import Array
from evalkit.methods.validity.weighted_designs import design_of

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan

LEAST_SHARE = 0.5
"""Least share of the treated units behind a period or a step: the path then tells of much the same units throughout."""
CHECKED = (0.0, 1.0, 2.0)
"""Factors at whose ends the interval's size is simulated."""
CHUNK = 250


@dataclass(frozen=True, slots=True)
class _Part:
    """One value of the path: weights, the cells it is about, and the units behind it."""

    weights: Floats
    about: Bools
    n_units: int


def cohort_path(panel: Panel, plan: EvaluationPlan, starts: Starts, cells: tuple[GroupTime, ...]) -> TrendPath | None:
    """Return the path of the start groups; None where it is too short, too few stand behind it, or no interval on it holds."""
    if panel.treated_clusters + panel.comparison_clusters != panel.n_units or plan.design.common_shocks_at == "group":
        return None
    ahead = 0 if plan.design.staggered is None else plan.design.staggered.anticipation
    least = LEAST_SHARE * float(np.isfinite(starts.first).sum())
    effects = {(c.cohort, c.event_time): c.weights for c in cells}
    post = _run([_after(starts, effects, k) for k in range(LATEST + 1)], least)
    reference = -1 - ahead
    steps = _run([_step(starts, effects, k, reference) for k in range(reference - 1, EARLIEST - 1, -1)], least)[::-1]
    if not post or len(steps) < LEAST_STEPS:
        return None
    parts = [*post, *steps]
    weights, about = np.stack([p.weights for p in parts]), np.stack([p.about for p in parts])
    plain = design_of(panel, plan.design.staggered, weights, about)
    design = PathDesign(
        plain.n_units, plain.n_periods, plain.after, plain.weights, plain.cells, anticipation=ahead, n_post=len(post)
    )
    tail, smooth_tail = held_tails(design, plan.seed)
    if tail is None:
        return None
    values, scores = design.sums.judge(panel.y[None])
    return TrendPath(
        outcome=panel.outcome,
        n_post=len(post),
        values=values[0],
        covariance=covariance(design.sums, scores)[0],
        df=float(design.sums.df.min()),
        n_treated_units=min(p.n_units for p in parts),
        tail=tail,
        smooth_tail=smooth_tail,
    )


@dataclass(frozen=True)
class PathDesign(LeadDesign):
    """The facts of a path that are simulated."""

    n_post: int = 0

    @cached_property
    def ends(self) -> Floats:
        """The linear combinations that the bounds' intervals are made around, shape (ends, k)."""
        k = len(self.sums.df)
        target, steps = np.repeat([1.0 / self.n_post, 0.0], [self.n_post, k - self.n_post]), np.eye(k)[self.n_post :]
        sizes = [m * drift(target[: self.n_post]) for m in CHECKED]
        return np.unique(np.concatenate([target + sign * size * steps for size in sizes for sign in (-1, 1)]), axis=0)


@lru_cache(maxsize=16)
def held_tails(design: PathDesign, seed: int) -> tuple[float | None, float | None]:
    """Return the largest tails of `WIDTHS` whose t intervals miss in at most 5.5 %, in every declared case.

    The first at every end of the bounds of relative magnitudes, the second around a straight line whose weights each sample
    estimates anew; None where none does.
    """
    from scipy.special import stdtrit

    if not stands(design):
        return None, None
    tails = tuple(WIDTHS.values())
    borders = stdtrit(float(design.sums.df.min()), 1 - np.array(tails) / 2)
    worst = np.zeros((len(tails), 2))
    for case, nuisance in enumerate(design.nuisances):
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, case])))
        missed = np.zeros((len(tails), len(design.ends) + 1))
        for _ in range(0, PATH_DRAWS, CHUNK):
            ratio = _ratios(design, design.draw(nuisance, CHUNK, rng))
            missed += (ratio[None] > borders[:, None, None]).sum(axis=1)
        worst = np.maximum(worst, np.column_stack([missed[:, :-1].max(axis=1), missed[:, -1]]) / PATH_DRAWS)
    first, second = (
        next((t for t, rate in zip(tails, rates, strict=True) if rate <= limit(PATH_DRAWS)), None) for rates in worst.T
    )
    return first, second


def _ratios(design: PathDesign, values: Array) -> Array:
    """Return |estimate| over its error at every end, and last for a straight line: shape (samples, ends + 1)."""
    found, scores = design.sums.judge(values)
    spread = covariance(design.sums, scores)
    weights = straight(spread.shape[-1], design.n_post, spread)
    line = np.concatenate([np.full((len(found), design.n_post), 1.0 / design.n_post), -weights], axis=1)
    ends = np.concatenate([np.broadcast_to(design.ends, (len(found), *design.ends.shape)), line[:, None]], axis=1)
    error = np.sqrt(np.einsum("sek,skl,sel->se", ends, spread, ends))
    return np.asarray(np.abs(np.einsum("sek,sk->se", ends, found)) / error)


def _after(starts: Starts, effects: dict[tuple[int, int], Floats], k: int) -> _Part:
    return _mean(starts, {g: effects[g, k] for g in starts.cohorts if (g, k) in effects}, k)


def _step(starts: Starts, effects: dict[tuple[int, int], Floats], k: int, reference: int) -> _Part:
    """Return the step from k to k + 1 of the groups that are seen at both."""
    made = {}
    for g in starts.cohorts:
        later = np.zeros((len(starts.first), starts.n_periods)) if k + 1 == reference else effects.get((g, k + 1))
        if (g, k) in effects and later is not None:
            made[g] = later - effects[g, k]
    return _mean(starts, made, k + 1)


def _mean(starts: Starts, made: dict[int, Floats], time: int) -> _Part:
    """Return the mean over groups, every unit alike; `time` is the time since start whose level counts with a plus."""
    shape = (len(starts.first), starts.n_periods)
    n = sum(starts.size(g) for g in made)
    weights = sum((w * (starts.size(g) / n) for g, w in made.items()), np.zeros(shape))
    distance = np.arange(starts.n_periods)[None, :] - starts.first[:, None]
    return _Part(np.asarray(weights), (distance == time) & np.isin(starts.first, list(made))[:, None], n)


def _run(parts: list[_Part], least: float) -> list[_Part]:
    """Return the parts up to the first with too few units."""
    short = next((i for i, part in enumerate(parts) if part.n_units < max(least, 1)), len(parts))
    return parts[:short]
