"""The grid of one treated unit and of single series: truths that their routes do not simulate, and what usual methods do there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from evalkit.findings.validity import ORDINARY_CLUSTER
from evalkit.methods.single_unit.ranking import allowed, rank, rejects
from evalkit.methods.single_unit.synthetic import synthetic_control, synthetic_did
from evalkit.methods.time_series.design import MOST_MEMORY, critical_value
from evalkit.methods.time_series.segments import Segments, fit_series, newey_west
from evalkit.methods.validity.designs import EFFECT, TwoGroups, Z
from evalkit.methods.validity.measure import ALPHA, mcse
from evalkit.methods.validity.nuisances import Array, Nuisance, autocorrelated

BOUND = 0.055
MOST_OF_UNITS = 2_000
"""Samples in a cell of one treated unit: each fits every donor in its place."""


@dataclass(frozen=True, slots=True)
class Row:
    """Shares of true nulls rejected in one cell, by method, the printed one first, and the printed one's power at 2.8 errors."""

    table: str
    label: str
    names: tuple[str, ...]
    rates: tuple[float, ...]
    power: float
    draws: int

    @property
    def holds(self) -> bool:
        """Whether the printed method is within 5.5 % and three Monte Carlo errors; beyond the declared cases it need not."""
        return self.rates[0] <= BOUND + 3 * mcse(BOUND, self.draws) or "utanför" in self.label


UNIT_METHODS = ("sdid-rank", "sc-rank", "sdid utan skalning, plats", "sdid, medelfel ur platsprov och z", "vanliga anropet")
SERIES_METHODS = ("ar1-simulated", "samma skattning på t", "newey-west")
_Truth = Callable[[int, np.random.Generator], Array]


N_CELLS = 36


def series_rows(draws: int, seed: int, progress: Callable[[str], None]) -> tuple[Row, ...]:
    """Return every cell, telling each as it begins."""
    found = []
    for label, truth, donors, before, after in _unit_cells():
        progress(label)
        rng = np.random.default_rng([seed, *label.encode("utf-8")])
        found.append(_unit_row(label, truth(min(draws, MOST_OF_UNITS), rng), donors, before, after))
    for label, make, segments in _series_cells():
        progress(label)
        rng = np.random.default_rng([seed, *label.encode("utf-8")])
        found.append(_series_row(label, make(draws, rng), segments))
    return tuple(found)


def _unit_cells() -> Iterator[tuple[str, _Truth, int, int, int]]:
    for donors, before, after in ((20, 8, 4), (26, 3, 3), (39, 8, 4)):
        shape = (donors + 1, before + after)
        name = f"1 av {donors + 1}, {before} + {after} perioder"
        yield f"{name}, AR(1) .5", _units(shape, 0.5), donors, before, after
        yield f"{name}, AR(1) .8, insatsen 2 × varians", _units(shape, 0.8, ratio=2.0), donors, before, after
        yield f"{name}, två gemensamma faktorer, insatsen 2 × varians", _units(shape, 0.3, 0.7, ratio=2.0), donors, before, after
    shape = (21, 12)
    yield "1 av 21, 8 + 4 perioder, långa svansar", _units(shape, 0.5, heavy=True), 20, 8, 4
    yield "1 av 21, 8 + 4 perioder, utanför: insatsen 4 × varians", _units(shape, 0.5, ratio=4.0), 20, 8, 4
    yield "1 av 21, 8 + 4 perioder, utanför: större spridning först efter start", _units(shape, 0.5, late=2.0), 20, 8, 4


def _units(
    shape: tuple[int, int], rho: float, share: float = 0.0, *, ratio: float = 1.0, late: float = 1.0, heavy: bool = False
) -> _Truth:
    def truth(draws: int, rng: np.random.Generator) -> Array:
        own = autocorrelated(Nuisance("heavy" if heavy else "normal", 1.0, None, rho), (draws, *shape), rng)
        values = np.sqrt(1 - share) * own + rng.normal(0, 2, (draws, shape[0], 1))
        if share:
            walks = rng.standard_normal((draws, 2, shape[1])).cumsum(axis=2) / np.sqrt(shape[1])
            values += np.sqrt(share) * np.einsum("suf,sft->sut", rng.standard_normal((draws, shape[0], 2)), walks)
        values[:, 0] *= np.sqrt(ratio)
        values[:, 0, shape[1] * 2 // 3 :] += np.sqrt(late - 1) * rng.standard_normal((draws, shape[1] - shape[1] * 2 // 3))
        return np.asarray(values)

    return truth


def _unit_row(label: str, values: Array, donors: int, before: int, after: int) -> Row:
    hits, power = np.zeros(len(UNIT_METHODS)), 0
    error = _unit_error(values, before)
    for y in values:
        ranking = rank(synthetic_did, y[0], y[1:], before)
        sizes = [abs(p.value) for p in ranking.placebos]
        plain = 1 + sum(size >= abs(ranking.treated.value) for size in sizes)
        hits[0] += ranking.p_value <= ALPHA
        hits[1] += rejects(synthetic_control, y[0], y[1:], before, ALPHA)
        hits[2] += plain <= allowed(ranking.n, ALPHA)
        hits[3] += abs(ranking.treated.value) > Z * ranking.spread
        moved = abs(ranking.treated.value + EFFECT * error) / ranking.treated.scale
        power += 1 + sum(p.statistic >= moved for p in ranking.placebos) <= allowed(ranking.n, ALPHA)
    change = values[:, :, before:].mean(axis=2) - values[:, :, :before].mean(axis=2)
    hits[4] = np.count_nonzero(TwoGroups(1, donors, (), ORDINARY_CLUSTER, before + after).ordinary(change))
    n = len(values)
    return Row("units", label, UNIT_METHODS, tuple(float(h) / n for h in hits), power / n, n)


def _unit_error(values: Array, before: int) -> float:
    """Return the standard deviation of the simple difference in differences of the treated unit in this cell."""
    change = values[:, :, before:].mean(axis=2) - values[:, :, :before].mean(axis=2)
    return float((change[:, 0] - change[:, 1:].mean(axis=1)).std())


def _series_cells() -> Iterator[tuple[str, _Truth, Segments]]:
    for before, after, seasons in ((8, 4, 1), (12, 4, 4), (16, 8, 4), (36, 12, 12)):
        n = before + after
        segments = Segments(before, after, tuple(t % seasons for t in range(n)) if seasons > 1 else ())
        name = f"{before} + {after} perioder" + (f", {seasons} årstider" if seasons > 1 else "")
        for rho in (0.0, 0.45, 0.6):
            yield f"{name}, AR(1) {rho}", _series(n, rho), segments
        yield f"{name}, MA(1) .6", _moving(n), segments
        yield f"{name}, AR(1) 0.6, långa svansar", _series(n, 0.6, "heavy"), segments
        yield f"{name}, utanför: AR(1) 0.8", _series(n, 0.8), segments


def _series(n: int, rho: float, shape: str = "normal") -> _Truth:
    return lambda draws, rng: np.asarray(autocorrelated(Nuisance(shape, 1.0, None, rho), (draws, 1, n), rng)[:, 0])


def _moving(n: int) -> _Truth:
    def truth(draws: int, rng: np.random.Generator) -> Array:
        shocks = rng.standard_normal((draws, n + 1))
        return np.asarray(shocks[:, 1:] + 0.6 * shocks[:, :-1])

    return truth


def _series_row(label: str, values: Array, segments: Segments) -> Row:
    from scipy.special import stdtrit

    fits = fit_series(values, segments, "mean_after")
    statistic, printed = np.abs(fits.value) / fits.std_error, fits.memory <= MOST_MEMORY + 1e-9
    critical = critical_value(segments, "mean_after", 1 - ALPHA)
    moved = np.abs(fits.value + EFFECT * fits.value.std()) / fits.std_error
    plain, error = newey_west(values, segments, "mean_after")
    shares = (
        (statistic >= critical) & printed,
        statistic >= stdtrit(segments.df, 1 - ALPHA / 2),
        np.abs(plain) >= Z * error,
    )
    power = float(((moved >= critical) & printed).mean())
    return Row("series", label, SERIES_METHODS, tuple(float(np.mean(s)) for s in shares), power, len(values))
