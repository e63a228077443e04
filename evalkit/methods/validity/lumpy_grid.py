"""Rows of the grid for yes or no, counts and costs: truths with other shares and tails than those that are declared."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from evalkit.findings.validity import ORDINARY_CLUSTER
from evalkit.methods.experiment.itt import experiment_columns
from evalkit.methods.experiment.offer_route import Offer
from evalkit.methods.validity.cell import Cell
from evalkit.methods.validity.designs import OneGroup, TwoGroups
from evalkit.methods.validity.grid import LEAST_PERSONS, Verdict, judge
from evalkit.methods.validity.measure import candidates, mcse, measure
from evalkit.methods.validity.nuisances import Array
from evalkit.methods.validity.truths import Truth

GROUPS = ((15, 15), (30, 30), (8, 22))
CLUSTERS, IN_EACH, SHARED = 20, 12, 0.1
"""Ten treated of so many clusters with so many persons each, and the share of variance that a cluster has in common."""

Draw = Callable[[tuple[int, ...], np.random.Generator], Array]


def lumpy_truths() -> tuple[tuple[str, str, Draw], ...]:
    """Return kind, words and two measurements (a level and its change come from them) of each truth."""
    return (
        ("binary", "ja/nej, 12 % ja", lambda size, rng: _yes(0.12, size, rng)),
        ("binary", "ja/nej, 35 % ja, två av tre svarar lika igen", lambda size, rng: _yes(0.35, size, rng, keep=2 / 3)),
        ("count", "antal, två av tre på noll, många få och få många", _days),
        ("money", "kronor, hälften utan kostnad, lognormala (σ 1,5)", _costs),
    )


def lumpy_cells() -> tuple[Cell, ...]:
    """Return the rows: two groups of persons, ten of twenty clusters, one group."""
    return tuple(_cells())


def judge_lumps(draws: int, seed: int, progress: Callable[[str], None]) -> tuple[Verdict, ...]:
    """Return the verdict of every row, telling each as it begins."""
    found = []
    for cell in lumpy_cells():
        progress(cell.label)
        found.append(judge(cell, draws, seed))
    return tuple(found)


def offer_rates(draws: int, seed: int) -> tuple[tuple[str, str, float | None, float], ...]:
    """Return words, route, rate and Monte Carlo error of a lottery's offer with the baseline as covariate: 15 and 30 an arm."""
    found = []
    for kind, words, draw in lumpy_truths():
        for half in (15, 30):
            drawn = np.arange(2 * half) < half
            rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, half, *words.encode("utf-8")])))
            both = draw((2, draws, 2 * half), rng)
            baseline = both[0, 0] if np.ptp(both[0, 0]) else np.arange(2.0 * half) % 2
            design = Offer.of(experiment_columns(drawn, baseline=baseline), drawn, np.arange(2 * half), kind)
            chosen = measure(design, seed).chosen
            rate = None
            if chosen is not None:
                test = next(c for c in candidates(design.kind) if c.name == chosen.name)
                with np.errstate(invalid="ignore", divide="ignore"):
                    rate = float(test.rejects(both[1], design).mean())
            name = "none" if chosen is None else chosen.name
            found.append((f"lottade {half} + {half}, {words}", name, rate, mcse(0.05, draws)))
    return tuple(found)


def _cells() -> Iterator[Cell]:
    for kind, words, draw in lumpy_truths():
        for treated, others in GROUPS:
            label = f"{treated} + {others} personer, {words}"
            design = TwoGroups(treated, others, outcome=kind)
            yield Cell("klumpar", label, design, _change(draw, treated + others), "", min(treated, others) >= LEAST_PERSONS)
        sizes = (IN_EACH,) * CLUSTERS
        grouped = TwoGroups(CLUSTERS // 2, CLUSTERS // 2, sizes, ORDINARY_CLUSTER, outcome=kind)
        yield Cell("klumpar", f"10 av 20 kluster, {words}", grouped, _clustered(draw))
        yield Cell("klumpar", f"30 personer före och efter, {words}", OneGroup(30, outcome=kind), _change(draw, 30))


def _change(draw: Draw, n: int) -> Truth:
    def truth(draws: int, rng: np.random.Generator) -> Array:
        before, after = draw((2, draws, n), rng)
        return np.asarray(after - before)

    return truth


def _clustered(draw: Draw) -> Truth:
    def truth(draws: int, rng: np.random.Generator) -> Array:
        before, after = draw((2, draws * CLUSTERS, IN_EACH), rng)
        own = (after - before).mean(axis=1).reshape(draws, CLUSTERS)
        shared = rng.standard_normal((draws, CLUSTERS)) * (after - before).std() * np.sqrt(SHARED / (1 - SHARED))
        return np.asarray(own + shared)

    return truth


def _yes(share: float, size: tuple[int, ...], rng: np.random.Generator, keep: float = 0.0) -> Array:
    said = (rng.random(size) < share).astype(np.float64)
    said[1] = np.where(rng.random(size[1:]) < keep, said[0], said[1])
    return said


def _days(size: tuple[int, ...], rng: np.random.Generator) -> Array:
    need = rng.standard_gamma(0.5, size[1:]) * (rng.random(size[1:]) < 0.6)
    return np.asarray(rng.poisson(np.broadcast_to(8.0 * need, size)), dtype=np.float64)


def _costs(size: tuple[int, ...], rng: np.random.Generator) -> Array:
    return np.asarray((rng.random(size[1:]) < 0.5) * np.exp(1.5 * rng.standard_normal(size)))
