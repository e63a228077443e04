"""The grid of the routes beside: what each does under the truths of the cells, and whether a report would show it there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from evalkit.methods.beside.tests_beside import MEASURED, TESTS, measure_beside, n_treated
from evalkit.methods.validity.cell import Cell
from evalkit.methods.validity.designs import OneGroup, TwoGroups
from evalkit.methods.validity.grid import BOUND, cells, chunks, effect_in
from evalkit.methods.validity.measure import ALPHA, candidates, limit, mcse, measure


@dataclass(frozen=True, slots=True)
class BesideRow:
    """One cell; by route its rate, its power at 2.8 standard errors, and whether it holds in all declared cases.

    Attributes
    ----------
    chosen : str
        The report's own route, ``none`` where it has none; `chosen_power` is its power in this cell.
    """

    cell: Cell
    chosen: str
    chosen_power: float | None
    names: tuple[str, ...]
    rates: tuple[float, ...]
    powers: tuple[float, ...]
    shown: tuple[bool, ...]
    draws: int

    @property
    def holds(self) -> bool:
        """Whether every route that a report shows is within 5.5 % and three Monte Carlo standard errors."""
        most = BOUND + 3 * mcse(BOUND, self.draws)
        return all(rate <= most for rate, shown in zip(self.rates, self.shown, strict=True) if shown)


def beside_cells() -> tuple[Cell, ...]:
    """Return the cells that the router measures and whose units have one value each."""
    return tuple(c for c in cells() if isinstance(c.design, TwoGroups | OneGroup) and not c.refused and not c.conditional)


def judge_beside(draws: int, seed: int, progress: Callable[[str], None]) -> tuple[BesideRow, ...]:
    """Return the row of every cell, telling each as it begins."""
    found = []
    for cell in beside_cells():
        progress(cell.label)
        found.append(_row(cell, draws, seed))
    return tuple(found)


def _row(cell: Cell, draws: int, seed: int) -> BesideRow:
    design = cell.design
    assert isinstance(design, TwoGroups | OneGroup)
    beside, chosen = measure_beside(design, seed), measure(design, seed).chosen
    tests = {m.name: TESTS[design.kind][m.name] for m in beside.measured}
    own = next((c for c in candidates(design.kind) if chosen is not None and c.name == chosen.name), None)
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed + 2, *cell.label.encode("utf-8")])))
    effect, treated = effect_in(cell, rng), n_treated(design)
    rates, powers, mine = np.zeros(len(tests)), np.zeros(len(tests)), 0
    for size in chunks(draws, design.n_values):
        values = cell.truth(size, rng)
        moved = values + effect
        rates += [np.count_nonzero(test(values, treated, MEASURED) <= ALPHA) for test in tests.values()]
        powers += [np.count_nonzero(test(moved, treated, MEASURED) <= ALPHA) for test in tests.values()]
        mine += 0 if own is None else int(np.count_nonzero(own.rejects(moved, design)))
    return BesideRow(
        cell=cell,
        chosen="none" if own is None else own.name,
        chosen_power=None if own is None else mine / draws,
        names=tuple(tests),
        rates=tuple(float(r) for r in rates / draws),
        powers=tuple(float(p) for p in powers / draws),
        shown=tuple(own is not None and m.worst <= limit(beside.draws) for m in beside.measured),
        draws=draws,
    )
