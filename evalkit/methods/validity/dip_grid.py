"""Rows of the grid for the dip before the start: each unit's last periods less its earlier ones, when nothing happened."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from evalkit.methods.dip_periods import last_periods
from evalkit.methods.validity.cell import Cell
from evalkit.methods.validity.designs import TwoGroups
from evalkit.methods.validity.nuisances import Array, Nuisance, autocorrelated
from evalkit.methods.validity.truths import Truth

TABLE = "svacka"


def dip_cells() -> Iterator[Cell]:
    """Persons' quarters, clusters' and units' years; autocorrelated, skewed, and one group twice as spread."""
    for treated, others, before, rho, shape in (
        (51, 45, 4, 0.5, "normal"),
        (30, 30, 4, 0.8, "exponential"),
        (15, 15, 8, 0.8, "normal"),
        (8, 22, 4, 0.5, "exponential"),
    ):
        words = f"svacka: {treated} + {others} personer, {before} kvartal före, φ {rho}, {_SHAPES[shape]}"
        yield Cell(TABLE, words, TwoGroups(treated, others), _dips(treated + others, before, rho, shape))
    for treated, total, before, rho in ((3, 10, 5, 0.5), (7, 13, 4, 0.5), (10, 20, 8, 0.8)):
        words = f"svacka: {treated} av {total} kluster, {before} perioder före, φ {rho}, normal, SD × 1,4 bland insatsens"
        truth = _dips(total, before, rho, "normal", treated)
        yield Cell(TABLE, words, TwoGroups(treated, total - treated, (), "cr1-z", before), truth)


_SHAPES = {"normal": "normal", "exponential": "exponentiell"}


def _dips(units: int, before: int, rho: float, shape: str, wilder: int = 0) -> Truth:
    case = Nuisance(shape, 1.0, None, rho)
    last = last_periods(before)

    def truth(draws: int, rng: np.random.Generator) -> Array:
        errors = autocorrelated(case, (draws, units, before), rng)
        dips = errors[:, :, before - last :].mean(axis=2) - errors[:, :, : before - last].mean(axis=2)
        dips[:, :wilder] *= np.sqrt(2.0)
        return np.asarray(dips)

    return truth
