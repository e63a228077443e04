"""Several arms on a grid of draws: how often Holm's rule on their routes finds at least one thing that is not there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from evalkit.methods.experiment.family import Contrast, Ints, family_alarm, simulate
from evalkit.methods.experiment.itt import experiment_columns
from evalkit.methods.experiment.offer_route import Offer, measure_offer
from evalkit.methods.validity.nuisances import Nuisance
from evalkit.methods.validity.offer_grid import OfferCell, OfferVerdict

PLAIN = Nuisance()


@dataclass(frozen=True, slots=True)
class ArmsCell:
    """One lottery with several arms and one truth: arm 0 has an effect of `effect` SD, all other contrasts are true nulls.

    Attributes
    ----------
    sizes : tuple[int, ...]
        Units drawn to each arm, the control last.
    per_cluster : int
        Persons in each unit drawn; 1 where persons are drawn.
    every_pair : bool
        All pairs are compared, not only each arm with the control.
    """

    label: str
    sizes: tuple[int, ...]
    truth: Nuisance = PLAIN
    per_cluster: int = 1
    every_pair: bool = False
    effect: float = 0.0


def arm_cells() -> tuple[ArmsCell, ...]:
    """Return every cell: three and four arms of persons and of clusters, without effects and with one."""
    return tuple(_cells())


def _cells() -> Iterator[ArmsCell]:
    wide = Nuisance("normal", 9.0)
    for sizes in ((15, 15, 15), (30, 30, 30), (8, 8, 30), (20, 20, 20, 20)):
        name = " + ".join(map(str, sizes))
        yield ArmsCell(f"{name} personer, normal", sizes)
        yield ArmsCell(f"{name} personer, exponentiell", sizes, Nuisance("exponential"))
        yield ArmsCell(f"{name} personer, SD × 3", sizes, wide)
    yield ArmsCell("20 + 20 + 20 personer, alla par, normal", (20, 20, 20), every_pair=True)
    yield ArmsCell("20 + 20 + 20 + 20 personer, alla par, exponentiell", (20, 20, 20, 20), Nuisance("exponential"), every_pair=True)
    yield ArmsCell("30 + 30 + 30 personer, en grupp har effekt 1 SD", (30, 30, 30), effect=1.0)
    yield ArmsCell("20 + 20 + 20 personer, alla par, en grupp har effekt 1 SD", (20, 20, 20), every_pair=True, effect=1.0)
    for sizes in ((6, 6, 6), (10, 10, 10)):
        name = " + ".join(map(str, sizes))
        yield ArmsCell(f"{name} kluster om 8, ICC .1", sizes, Nuisance("normal", 1.0, 0.1), 8)
        yield ArmsCell(f"{name} kluster om 8, ICC .3, exponentiell", sizes, Nuisance("exponential", 1.0, 0.3), 8)


def judge_arms(cell: ArmsCell, draws: int, seed: int) -> OfferVerdict:
    """Let each contrast's route be chosen from its own two arms, then count families with at least one false alarm.

    Beside it CR2 alone under Holm, and the ordinary call: each contrast by itself at 5 %.
    """
    arm, cluster = _drawn(cell)
    baseline = np.random.default_rng([len(arm), len(cell.sizes)]).standard_normal(len(arm))
    contrasts = [_contrast(pair, arm, cluster, baseline, seed) for pair in _pairs(cell)]
    chosen = [c for c in contrasts if c.route]
    control = len(cell.sizes) - 1
    own = np.random.SeedSequence([seed + 1, *cell.label.encode("utf-8")])
    rate = simulate(chosen, arm, cluster, control, cell.truth, draws, own, cell.effect) if len(chosen) == len(contrasts) else None
    plain = [Contrast(c.rows, c.design, "cr2") for c in contrasts]
    cr2 = simulate(plain, arm, cluster, control, cell.truth, draws, own, cell.effect)
    ordinary = family_alarm(plain, arm, cluster, control, cell.truth, draws, own, cell.effect)
    routes = " / ".join(dict.fromkeys(c.route for c in chosen))
    told = OfferCell(f"flera grupper: {cell.label}", contrasts[0].design)
    return OfferVerdict(told, f"{routes}, Holm", rate, cr2, ordinary, draws)


def _drawn(cell: ArmsCell) -> tuple[Ints, Ints]:
    arm = np.repeat(np.arange(len(cell.sizes)), [n * cell.per_cluster for n in cell.sizes])
    return arm.astype(np.int64), np.repeat(np.arange(sum(cell.sizes)), cell.per_cluster).astype(np.int64)


def _pairs(cell: ArmsCell) -> list[tuple[int, int]]:
    last = len(cell.sizes) - 1
    if not cell.every_pair:
        return [(one, last) for one in range(last)]
    return [(one, other) for one in range(len(cell.sizes)) for other in range(one + 1, len(cell.sizes))]


def _contrast(pair: tuple[int, int], arm: Ints, cluster: Ints, baseline: np.ndarray, seed: int) -> Contrast:
    rows = np.flatnonzero(np.isin(arm, pair)).astype(np.int64)
    drawn = arm[rows] == pair[0]
    design = Offer.of(experiment_columns(drawn, baseline=baseline[rows]), drawn, cluster[rows])
    measured = measure_offer(design, seed)
    return Contrast(rows, design, measured.chosen.name if measured is not None and measured.chosen is not None else "")
