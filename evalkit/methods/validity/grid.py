"""The validity grid: designs that a municipality has, each with a truth of its own, on which the router as a whole is judged.

The router sees the facts of a design and its declared cases. The truth of a cell is another one: its shapes, intraclass
correlations, spreads and panels are not those that the router simulates, and its draws have a seed of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from evalkit.findings.validity import ORDINARY_CLUSTER
from evalkit.methods.inference.unit_tests import pooled, student
from evalkit.methods.robustness.subgroups import FourGroups
from evalkit.methods.validity.cell import Cell
from evalkit.methods.validity.designs import EFFECT, Adoption, OneGroup, TwoGroups, two_way_fits
from evalkit.methods.validity.dip_grid import dip_cells
from evalkit.methods.validity.grid_cohorts import adjusted_cells, cohort_cells, lead_cells
from evalkit.methods.validity.grid_groups import cluster_changes, four_groups, shared_shocks
from evalkit.methods.validity.grid_matched import matched_cells
from evalkit.methods.validity.matched_designs import MatchedDesign
from evalkit.methods.validity.measure import Design, candidates, mcse, measure
from evalkit.methods.validity.nuisances import Array, noise
from evalkit.methods.validity.truths import (
    Truth,
    collapsed,
    floor,
    independent,
    panel,
    school_years,
    score_change,
    score_level,
    selected,
)
from evalkit.methods.validity.weighted_designs import WeightedDesign

BOUND = 0.055
LEAST_TREATED = 3
LEAST_PERSONS = 15
CHUNK = 1_000_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the router did in one cell.

    Attributes
    ----------
    route : str
        ``none`` where it refused; the numbers are None then, but the ordinary call's.
    power, best_power : float | None
        At 2.8 standard errors: of the route, and of the best candidate that holds in every declared case.
    best_here : float | None
        Of the best candidate among those that keep the bound in this cell alone, declared cases forgotten.
    """

    cell: Cell
    route: str
    rate: float | None
    coverage: float | None
    power: float | None
    best_power: float | None
    best_here: float | None
    ordinary: float
    draws: int

    @property
    def holds(self) -> bool:
        """Whether the rate is within 5.5 % and three Monte Carlo standard errors, where a p-value is printed."""
        return self.rate is None or bool(self.cell.conditional) or self.rate <= BOUND + 3 * mcse(BOUND, self.draws)


def judge(cell: Cell, draws: int, seed: int) -> Verdict:
    """Let the router choose from the design's facts alone, then count on fresh draws of the cell's truth."""
    measurement = measure(cell.design, seed)
    chosen = "none" if cell.refused or measurement.chosen is None else measurement.chosen.name
    tested = [c for c in candidates(cell.design.kind) if c.applies(cell.design)]
    rates, powers, ordinary = np.zeros(len(tested)), np.zeros(len(tested)), 0.0
    effect, samples = fresh(cell, draws, seed)
    for values in samples:
        moved = values + effect
        # Lumpy values may all be alike: no test then, and no rejection.
        with np.errstate(invalid="ignore", divide="ignore"):
            rates += [np.count_nonzero(c.rejects(values, cell.design)) for c in tested]
            powers += [np.count_nonzero(c.rejects(moved, cell.design)) for c in tested]
            ordinary += np.count_nonzero(cell.design.ordinary(values))
    rates, powers = rates / draws, powers / draws
    names = [c.name for c in tested]
    if chosen == "none":
        return Verdict(cell, chosen, None, None, None, None, None, ordinary / draws, draws)
    own = names.index(chosen)
    valid = [i for i, m in enumerate(measurement.measured) if m.worst <= measurement.limit]
    here = [i for i in range(len(names)) if rates[i] <= BOUND + 3 * mcse(BOUND, draws)]
    return Verdict(
        cell=cell,
        route=chosen,
        rate=float(rates[own]),
        coverage=float(1 - rates[own]),
        power=float(powers[own]),
        best_power=float(max(powers[i] for i in valid)),
        best_here=float(max((powers[i] for i in here), default=0.0)),
        ordinary=ordinary / draws,
        draws=draws,
    )


def fresh(cell: Cell, draws: int, seed: int) -> tuple[Array, Iterator[Array]]:
    """Return what to add for an effect, and the cell's samples without one in pieces, from a seed of their own."""
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed + 1, *cell.label.encode("utf-8")])))
    effect = effect_in(cell, rng)
    return effect, (cell.truth(size, rng) for size in chunks(draws, cell.design.n_values))


def effect_in(cell: Cell, rng: np.random.Generator) -> Array:
    """Return what to add to a sample so that the estimate moves by 2.8 of its own standard errors in this cell."""
    pilot = cell.truth(min(2_000, max(1, CHUNK // cell.design.n_values)), rng)
    added = cell.design.with_effect(np.zeros_like(pilot[:1]))
    return np.asarray(added * EFFECT * _estimates(cell.design, pilot).std() / _estimates(cell.design, added)[0])


def _estimates(design: Design, values: Array) -> Array:
    if isinstance(design, Adoption):
        return two_way_fits(values, design)[0]
    if isinstance(design, WeightedDesign | MatchedDesign | FourGroups):
        return design.estimates(values)
    return pooled(values, design.n_treated).value if isinstance(design, TwoGroups) else student(values, design.n_values).value


def cells() -> tuple[Cell, ...]:
    """Return every cell of the grid."""
    return (
        *_clusters(),
        *_panels(),
        *_persons(),
        *_changes(),
        *cohort_cells(),
        *lead_cells(),
        *adjusted_cells(),
        *matched_cells(),
        *cluster_changes(),
        *shared_shocks(),
        *four_groups(),
        *_schools(),
        *dip_cells(),
    )


def _clusters() -> Iterator[Cell]:
    """Treatment constant within clusters, twenty persons each, intraclass correlation .1 unless the label says otherwise."""
    counts = [(6, 1), (6, 2), (6, 3), (10, 1), (10, 2), (10, 3), (10, 5), (20, 1), (20, 2), (20, 3), (20, 10), (30, 15), (40, 20)]
    for total, treated in counts:
        yield _cluster_cell(f"{treated} av {total}, lika stora", total, treated, (20,) * total)
    for treated in (2, 10):
        yield _cluster_cell(f"{treated} av 20, SD × 2 bland insatsens", 20, treated, (20,) * 20, ratio=4.0)
    for treated in (3, 10):
        yield _cluster_cell(
            f"{treated} av 20, exponentiella klustereffekter, ICC .3", 20, treated, (20,) * 20, shape="exponential", icc=0.3
        )
    for total, treated in ((10, 1), (10, 2), (10, 3), (10, 5), (20, 1), (20, 2), (20, 3), (20, 10)):
        rng = np.random.default_rng([total, treated])
        sizes = tuple(int(n) for n in np.maximum(2, np.round(20 * np.exp(rng.normal(-0.35, 0.83, total)))))
        yield _cluster_cell(f"{treated} av {total}, lognormala storlekar", total, treated, sizes)
    for treated in (1, 2, 5):
        design = TwoGroups(treated, 290 - treated, (), ORDINARY_CLUSTER)
        truth = independent(290)
        yield Cell("5.1", f"{treated} av 290 kommuner, ett värde var", design, truth, _few(treated), treated >= LEAST_TREATED)


def _cluster_cell(
    label: str, total: int, treated: int, sizes: tuple[int, ...], *, shape: str = "normal", icc: float = 0.1, ratio: float = 1.0
) -> Cell:
    def truth(draws: int, rng: np.random.Generator) -> Array:
        own = noise(shape, (draws, total), rng) * np.sqrt(icc)
        values: Array = own + rng.standard_normal((draws, total)) * np.sqrt((1 - icc) / np.array(sizes))
        values[:, :treated] *= np.sqrt(ratio)
        return values

    design = TwoGroups(treated, total - treated, sizes, ORDINARY_CLUSTER)
    return Cell("5.1", label, design, truth, _few(treated), treated >= LEAST_TREATED)


def _panels() -> Iterator[Cell]:
    """Units and years, AR(1) errors; staggered starts go to two-way effects, one common start to one change per unit."""
    staggered = [(20, 10, 10, 0.0), (20, 10, 10, 0.5), (20, 10, 10, 0.8), (20, 10, 20, 0.8), (10, 5, 10, 0.8), (6, 3, 10, 0.8)]
    staggered += [(20, 1, 10, 0.8), (20, 2, 10, 0.8), (20, 3, 10, 0.8), (50, 25, 10, 0.8)]
    for total, treated, years, rho in staggered:
        label = f"{treated} av {total}, {years} år, stegvis start, φ {rho}"
        starts = 2 + np.arange(treated) * max(1, (years - 4) // treated) % (years - 3)
        after = np.arange(years) >= np.append(starts, np.full(total - treated, years))[:, None]
        truth = panel(total, years, rho)
        if treated == 1:
            design: Design = TwoGroups(1, total - 1, (), ORDINARY_CLUSTER, years)
            truth = collapsed(truth, int(starts[0]))
        else:
            design = Adoption(total, years, after.tobytes(), tuple(range(total)))
        yield Cell("5.2", label, design, truth, _few(treated), treated >= LEAST_TREATED)
    for total, treated in ((6, 1), (6, 3), (10, 2), (20, 10)):
        design = TwoGroups(treated, total - treated, (), ORDINARY_CLUSTER, 10)
        truth = collapsed(panel(total, 10, 0.8), 5)
        label = f"{treated} av {total}, 10 år, en start, φ 0.8"
        yield Cell("5.2", label, design, truth, _few(treated), treated >= LEAST_TREATED)


def _persons() -> Iterator[Cell]:
    """Two groups of persons with one change each."""
    for total, treated in ((10, 5), (24, 12), (30, 15), (30, 8), (100, 50)):
        for label, shape, spread in (("normal", "normal", 1.0), ("exponentiell", "exponential", 1.0), ("SD × 3", "normal", 3.0)):
            truth = independent(total, shape, treated, spread)
            counted = min(treated, total - treated) >= LEAST_PERSONS
            yield Cell(
                "5.5", f"{treated} + {total - treated} personer, {label}", TwoGroups(treated, total - treated), truth, "", counted
            )


def _changes() -> Iterator[Cell]:
    """One group of persons: their changes, or their scores against a norm known without error; instrument scores are bounded."""
    truths: tuple[tuple[str, Truth], ...]
    for n in (10, 24, 30, 100):
        truths = (
            ("utbytbara mätningar 0–40, r .6", score_change(n)),
            ("85 % bättre, 15 % återfall", independent(n, "relapse")),
            ("poäng 0–40 mot norm", score_level(n)),
            ("poäng 0–20 mot norm, 58 % på noll", floor(n)),
        )
        for label, truth in truths:
            yield Cell("5.3", f"{n} personer, {label}", OneGroup(n), truth, "", n >= LEAST_PERSONS)
    for retest in (0.5, 0.7, 0.85):
        for n in (10, 24, 30):
            label = f"{n} personer valda för pre ≥ 14, r {retest:g}".replace("0.", ".")
            yield Cell("5.4", label, OneGroup(n), selected(n, retest), "selected-on-outcome", counted=False)


def _schools() -> Iterator[Cell]:
    """School effects, school-year shocks AR(1) .5, pupils of SD 1, four years, start in the third: two of the kind."""
    for words, pupils, step in (("", 25, 0.25), (", 10 elever, större chocker", 10, 0.4)):
        for total, treated in ((6, 3), (12, 2), (21, 1)):
            design = TwoGroups(treated, total - treated, (pupils,) * total, ORDINARY_CLUSTER, 4)
            label = f"{treated} av {total} skolor, 4 år{words}"
            yield Cell("peers 4", label, design, school_years(total, pupils, step), _few(treated), treated >= LEAST_TREATED)


def _few(treated: int) -> str:
    return "" if treated >= LEAST_TREATED else "one-treated-cluster" if treated == 1 else "few-treated-clusters"


def chunks(total: int, n_values: int) -> Iterator[int]:
    """Return how many samples to draw at a time."""
    size = max(1, min(2_000, CHUNK // max(n_values, 1)))
    for start in range(0, total, size):
        yield min(size, total - start)
