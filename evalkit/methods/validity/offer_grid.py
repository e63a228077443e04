"""The effect of an offer on a grid of draws: what its route does under truths that it does not simulate (docs/VALIDITY.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from evalkit.methods.experiment.itt import experiment_columns
from evalkit.methods.experiment.offer_route import Offer, measure_offer
from evalkit.methods.validity.grid import BOUND
from evalkit.methods.validity.measure import candidates, mcse
from evalkit.methods.validity.nuisances import Array, noise

CHUNK = 1_000_000


@dataclass(frozen=True, slots=True)
class OfferCell:
    """One draw and one truth without effect: `shape` and the spread of the drawn over the others', `icc` inside what is drawn."""

    label: str
    design: Offer
    shape: str = "normal"
    spread: float = 1.0
    icc: float = 0.0


@dataclass(frozen=True, slots=True)
class OfferVerdict:
    """What the route did: None where no p-value is printed; `ordinary` is that of the ordinary call, `cr2` of CR2 alone."""

    cell: OfferCell
    route: str
    rate: float | None
    cr2: float
    ordinary: float
    draws: int

    @property
    def holds(self) -> bool:
        """Whether the rate is within 5.5 % and three Monte Carlo standard errors."""
        return self.rate is None or self.rate <= BOUND + 3 * mcse(BOUND, self.draws)


def judge_offer(cell: OfferCell, draws: int, seed: int) -> OfferVerdict:
    """Let the route be chosen from the draw alone, then count on fresh samples of the cell's truth."""
    measured = measure_offer(cell.design, seed)
    chosen = None if measured is None or measured.chosen is None else measured.chosen.name
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed + 1, *cell.label.encode("utf-8")])))
    named = {candidate.name: candidate for candidate in candidates("offer")}
    counts = np.zeros(3)
    for rows in _chunks(draws, cell.design.n):
        values = _truth(cell, rows, rng)
        counts[0] += np.count_nonzero(named[chosen].rejects(values, cell.design)) if chosen else 0
        counts[1] += np.count_nonzero(named["cr2"].rejects(values, cell.design))
        counts[2] += np.count_nonzero(cell.design.ordinary(values))
    rate, cr2, ordinary = (float(count) / draws for count in counts)
    return OfferVerdict(cell, chosen or "none", rate if chosen else None, cr2, ordinary, draws)


def offer_cells() -> tuple[OfferCell, ...]:
    """Return every cell of the grid: persons, blocks, pairs and clusters; one baseline of its own each."""
    return (*_persons(), *_blocks(), *_clusters())


def _persons() -> Iterator[OfferCell]:
    for one, other in ((12, 12), (15, 15), (8, 30), (30, 8), (30, 30), (50, 50)):
        design = _design(np.arange(one + other) < one)
        for name, shape, spread in (("normal", "normal", 1.0), ("exponentiell", "exponential", 1.0), ("SD × 3", "normal", 3.0)):
            yield OfferCell(f"{one} + {other} personer, {name}", design, shape, spread)


def _blocks() -> Iterator[OfferCell]:
    for number, size, drawn in ((12, 2, 1), (10, 4, 2), (5, 8, 2)):
        block = np.repeat(np.arange(number), size)
        design = _design(np.tile(np.arange(size) < drawn, number), block=block)
        kind = "par" if size == 2 else f"block om {size}, {drawn} lottade"
        for name, shape, spread in (("normal", "normal", 1.0), ("SD × 3", "normal", 3.0)):
            yield OfferCell(f"{number} {kind}, {name}", design, shape, spread)


def _clusters() -> Iterator[OfferCell]:
    for one, other in ((3, 3), (6, 6), (10, 10), (8, 30), (30, 30)):
        design = _design(np.repeat(np.arange(one + other) < one, 8), cluster=np.repeat(np.arange(one + other), 8))
        truths = (
            ("ICC .1", "normal", 1.0, 0.1),
            ("ICC .3, exponentiell", "exponential", 1.0, 0.3),
            ("ICC .1, SD × 2", "normal", 2.0, 0.1),
        )
        for name, shape, spread, icc in truths:
            yield OfferCell(f"{one} + {other} kluster om 8, {name}", design, shape, spread, icc)


def _design(drawn: np.ndarray, *, block: np.ndarray | None = None, cluster: np.ndarray | None = None) -> Offer:
    baseline = np.random.default_rng([len(drawn), int(drawn.sum())]).standard_normal(len(drawn))
    columns = experiment_columns(drawn, baseline=baseline, block=block)
    return Offer.of(columns, drawn, np.arange(len(drawn)) if cluster is None else cluster)


def _truth(cell: OfferCell, rows: int, rng: np.random.Generator) -> Array:
    design = cell.design
    values = noise(cell.shape, (rows, design.n), rng) * np.sqrt(1 - cell.icc)
    if cell.icc:
        codes = np.array(design.cluster)
        values += np.sqrt(cell.icc) * noise(cell.shape, (rows, int(codes.max()) + 1), rng)[:, codes]
    values[:, design.drawn] *= cell.spread
    return np.asarray(values)


def _chunks(total: int, n: int) -> Iterator[int]:
    size = max(1, CHUNK // n)
    for start in range(0, total, size):
        yield min(size, total - start)


def judge_offers(draws: int, seed: int, tell: Callable[[str], None]) -> tuple[OfferVerdict, ...]:
    """Return the verdict of every cell, telling each as it begins."""
    from evalkit.methods.validity.arms_grid import arm_cells, judge_arms

    found = []
    for cell in offer_cells():
        tell(cell.label)
        found.append(judge_offer(cell, draws, seed))
    for several in arm_cells():
        tell(several.label)
        found.append(judge_arms(several, draws, seed))
    return tuple(found)
