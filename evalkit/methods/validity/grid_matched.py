"""Rows of the grid for matched comparisons: persons matched on two backgrounds that the groups have unlike."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from evalkit.methods.fits import Bools, Ints
from evalkit.methods.matching.design import design_of_links
from evalkit.methods.matching.distance import mahalanobis
from evalkit.methods.matching.links import Links, match_nearest, match_once
from evalkit.methods.validity.cell import Cell
from evalkit.methods.validity.matched_designs import MatchedDesign
from evalkit.methods.validity.nuisances import Array
from evalkit.methods.validity.truths import Truth, independent

TABLE = "matchad"
LEAST_PERSONS = 15
EXPLAINED = 0.3
"""Share of the change's variance that the first background explains, where it does."""
GAP = 0.5
"""How far apart the groups are in it before matching, in standard deviations."""


def matched_cells() -> Iterator[Cell]:
    """Pairs and nearest persons who may stand for several, with and without regression on what still differs."""
    for treated, others in ((8, 22), (15, 45), (30, 90)):
        x = background(treated, others)
        mine = np.arange(treated + others) < treated
        near = mahalanobis(x, mine)
        ways = (
            ("par", match_once(near, 1, None), True),
            ("par, utan regression", match_once(near, 1, 1.0), False),
            ("två var, flera gånger", match_nearest(near, 2, None), True),
            ("närmaste, flera gånger, utan regression", match_nearest(near, 1, None), False),
        )
        for way, links, regression in ways:
            design = design_of_links(links, mine, x, x if regression else None)
            for words, shape, spread, explained in (
                ("normal", "normal", 1.0, 0.0),
                ("exponentiell", "exponential", 1.0, 0.0),
                ("SD × 3", "normal", 3.0, 0.0),
                ("bakgrund förklarar 30 %", "normal", 1.0, EXPLAINED),
            ):
                truth = _truth(kept(links, mine, design), x, independent(len(mine), shape, treated, spread), explained)
                label = f"{way}: {treated} + {others} personer, {words}"
                yield Cell(TABLE, label, design, truth, "", min(treated, others) >= LEAST_PERSONS)


def background(treated: int, others: int) -> Array:
    """Return two backgrounds, the second a yes or no; the first is unlike between the groups."""
    rng = np.random.default_rng([treated, others])
    x = rng.normal(0, 1, (treated + others, 2))
    x[:, 1] = x[:, 1] > 0
    x[:treated, 0] += GAP
    return x


def kept(links: Links, treated: Bools, design: MatchedDesign) -> Ints:
    """Return the places of the design's persons among all."""
    return np.flatnonzero((links.weights > 0) | (~treated & bool(design.near)))


def _truth(places: Ints, x: Array, changes: Truth, explained: float) -> Truth:
    score = (x[:, 0] - x[:, 0].mean()) / x[:, 0].std()

    def truth(draws: int, rng: np.random.Generator) -> Array:
        values = np.sqrt(1 - explained) * changes(draws, rng) + np.sqrt(explained) * score
        return np.asarray(values[:, places])

    return truth
