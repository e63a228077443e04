"""Rows of the grid in which everybody shares something: changes of whole clusters, one cluster against one, shared shocks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from evalkit.methods.robustness.subgroups import FourGroups
from evalkit.methods.validity.cell import Cell
from evalkit.methods.validity.designs import OneGroup, TwoGroups
from evalkit.methods.validity.nuisances import Array, noise
from evalkit.methods.validity.truths import Truth, independent

LEAST_PERSONS = 15
SHOCK = 0.3
"""Standard deviation of what happens to a whole cluster at once, in those of a person's change."""


def cluster_changes() -> Iterator[Cell]:
    """One group of clusters with one mean change each; sizes 4 to 20, intraclass correlation .1 or .3."""
    for total in (7, 12, 20, 30):
        sizes = tuple(int(n) for n in np.linspace(20, 4, total).round())
        for label, shape, icc in (("normal, ICC .1", "normal", 0.1), ("exponentiell, ICC .3", "exponential", 0.3)):
            truth = _cluster_means(sizes, shape, icc)
            yield Cell("5.3 kluster", f"{total} kluster, {label}", OneGroup(total, sizes), truth)


def shared_shocks() -> Iterator[Cell]:
    """Persons of one cluster (against those of another): with and without something that happened to all of it."""
    why = "one-cluster-each"
    for shock, words in ((0.0, "inget annat hände"), (SHOCK, "något annat hände")):
        compared = TwoGroups(30, 30)
        yield Cell("delat", f"1 mot 1 kommun, 30 + 30 personer, {words}", compared, _shocked((30, 30), shock), "", False, why)
        alone = OneGroup(30)
        yield Cell(
            "delat",
            f"30 personer i ett kluster, före–efter, {words}",
            alone,
            _shocked((30,), shock),
            "",
            False,
            "change-shared-shocks",
        )
    refused = "common-shocks-in-clusters"
    yield Cell("delat", "30 + 30 personer i kluster med båda grupperna", TwoGroups(30, 30), independent(60), refused, counted=False)


def four_groups() -> Iterator[Cell]:
    """Women and men, treated and others, one change each: whether the difference differs between the sexes."""
    for sizes in ((5, 5, 5, 5), (8, 8, 8, 8), (15, 15, 15, 15), (6, 20, 10, 24)):
        design = FourGroups(sizes)
        ends = np.cumsum((0, *sizes))
        treated = np.concatenate([np.arange(ends[0], ends[1]), np.arange(ends[2], ends[3])])
        for words, shape, spread in (("normal", "normal", 1.0), ("exponentiell", "exponential", 1.0), ("SD × 3", "normal", 3.0)):
            label = f"{' + '.join(map(str, sizes))} personer, {words}"
            truth = _spread(independent(sum(sizes), shape), treated, spread)
            yield Cell("kön", label, design, truth, counted=min(sizes) >= LEAST_PERSONS)


def _spread(truth: Truth, columns: NDArray[np.intp], spread: float) -> Truth:
    """Return the same with `spread` times the standard deviation in some columns."""

    def wider(draws: int, rng: np.random.Generator) -> Array:
        values = truth(draws, rng)
        values[:, columns] *= spread
        return values

    return wider


def _cluster_means(sizes: tuple[int, ...], shape: str, icc: float) -> Truth:
    def truth(draws: int, rng: np.random.Generator) -> Array:
        own = noise(shape, (draws, len(sizes)), rng) * np.sqrt(icc)
        return np.asarray(own + rng.standard_normal((draws, len(sizes))) * np.sqrt((1 - icc) / np.array(sizes)))

    return truth


def _shocked(sizes: tuple[int, ...], shock: float) -> Truth:
    """Return changes of persons without effect; each group moves together by a normal shock."""

    def truth(draws: int, rng: np.random.Generator) -> Array:
        together = np.repeat(rng.standard_normal((draws, len(sizes))) * shock, sizes, axis=1)
        return np.asarray(rng.standard_normal((draws, sum(sizes))) + together)

    return truth
