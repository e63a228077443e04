"""Rows of the grid in which everybody shares something: changes of whole clusters, one cluster against one, shared shocks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from evalkit.methods.validity.cell import Cell
from evalkit.methods.validity.designs import OneGroup, TwoGroups
from evalkit.methods.validity.nuisances import Array, noise
from evalkit.methods.validity.truths import Truth, independent

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
