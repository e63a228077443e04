"""The designs that the router measures, and the candidates of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from evalkit.findings.validity import ORDINARY_CLUSTER
from evalkit.methods.inference.unit_tests import UnitTest, bell_mccaffrey, hall, pooled, student, welch, welch_hall
from evalkit.methods.validity.measure import ALPHA, Bools, Candidate, Design, Rejects, register_route
from evalkit.methods.validity.nuisances import (
    Array,
    Nuisance,
    autocorrelated,
    of_one_group,
    of_panels,
    of_two_groups,
    unit_values,
)
from evalkit.methods.validity.ordinary import ordinary_rejects

Z = 1.959963984540054
"""The normal quantile of a two-sided test at 5 %."""
EFFECT = 2.8
"""Standard errors at which power is compared: 80 % for a normal estimate with known variance."""
LEAST_FOR_RANK = 19
"""Comparison units from which the rank of a single treated unit can reach p = 0.05."""

Test = Callable[[Array, int], UnitTest]
COMPONENTS: dict[str, tuple[Test, ...]] = {
    "welch": (welch,),
    "pooled-t": (pooled,),
    "bell-mccaffrey": (bell_mccaffrey,),
    "pooled-and-welch": (pooled, welch),
    "pooled-and-hall": (pooled, welch_hall),
    "paired-t": (student,),
    "hall-t": (hall,),
    "paired-and-hall": (student, hall),
}
"""Route -> its tests. With several, all must reject: the p-value is the largest, the interval covers all of theirs."""


@dataclass(frozen=True)
class TwoGroups:
    """Treated and comparison units with one value each: persons' changes, or clusters' mean changes.

    Attributes
    ----------
    sizes : tuple[int, ...]
        Persons in each cluster, treated clusters first; empty where a unit is one value.
    ordinary_call : str
        ``ols`` (persons) or `ORDINARY_CLUSTER` (clustered by unit).
    periods : int
        Of the panel whose changes these are: how many rows and effects the ordinary call counts. Autocorrelation cancels, since
        with one start the two-way estimate and its scores are those of one change a unit.
    outcome : str
        ``binary``, ``count`` or ``money`` where persons' values come in lumps.
    """

    n_treated: int
    n_comparison: int
    sizes: tuple[int, ...] = ()
    ordinary_call: str = "ols"
    periods: int = 1
    kind: str = "two-groups"
    outcome: str = ""

    @property
    def n_values(self) -> int:
        """Units."""
        return self.n_treated + self.n_comparison

    @property
    def nuisances(self) -> tuple[Nuisance, ...]:
        """The declared cases."""
        return of_two_groups(clustered=bool(self.sizes), persons=self.ordinary_call == "ols", kind=self.outcome)

    def draw(self, nuisance: Nuisance, samples: int, rng: np.random.Generator) -> Array:
        """Return samples of shape (samples, units), treated first."""
        values = unit_values(nuisance, _sizes(self.sizes), (samples, self.n_values), rng)
        values[:, : self.n_treated] *= np.sqrt(nuisance.variance_ratio)
        return values

    def with_effect(self, values: Array) -> Array:
        """Add the effect to the treated, in standard errors of the first case."""
        variance = _variances(self.sizes, self.n_values)
        error = np.sqrt(
            variance[: self.n_treated].sum() / self.n_treated**2 + variance[self.n_treated :].sum() / self.n_comparison**2
        )
        return np.asarray(values + EFFECT * error * (np.arange(self.n_values) < self.n_treated))

    def ordinary(self, values: Array) -> Bools:
        """Return OLS on t(n − 2), or the clustered call from cluster means and sizes: scores of a cluster need nothing more."""
        if self.ordinary_call == "ols":
            return pooled(values, self.n_treated).rejects(ALPHA)
        return _clustered(values, self.n_treated, _sizes(self.sizes), self.periods)


@dataclass(frozen=True)
class OneGroup:
    """Units with one change each."""

    n: int
    sizes: tuple[int, ...] = ()
    kind: str = "one-group"
    ordinary_call: str = "paired-t"
    outcome: str = ""

    @property
    def n_values(self) -> int:
        """Units."""
        return self.n

    @property
    def nuisances(self) -> tuple[Nuisance, ...]:
        """The declared cases."""
        return of_one_group(clustered=bool(self.sizes), kind=self.outcome)

    def draw(self, nuisance: Nuisance, samples: int, rng: np.random.Generator) -> Array:
        """Return samples of shape (samples, units)."""
        return unit_values(nuisance, _sizes(self.sizes), (samples, self.n), rng)

    def with_effect(self, values: Array) -> Array:
        """Add the effect to everybody."""
        return np.asarray(values + EFFECT * np.sqrt(_variances(self.sizes, self.n).sum()) / self.n)

    def ordinary(self, values: Array) -> Bools:
        """Return the paired t."""
        return student(values, self.n).rejects(ALPHA)


@dataclass(frozen=True)
class Adoption:
    """Units that start at different times, in a balanced panel; `after` is the treatment matrix as bytes, row by row."""

    n_units: int
    n_periods: int
    after: bytes
    cluster: tuple[int, ...]
    kind: str = "adoption"
    ordinary_call: str = ORDINARY_CLUSTER

    @property
    def n_values(self) -> int:
        """Units times periods."""
        return self.n_units * self.n_periods

    @property
    def nuisances(self) -> tuple[Nuisance, ...]:
        """The declared cases."""
        return of_panels()

    @cached_property
    def treatment(self) -> Array:
        """The treatment matrix, shape (units, periods)."""
        return np.frombuffer(self.after, dtype=np.bool_).reshape(self.n_units, self.n_periods).astype(np.float64)

    @cached_property
    def within(self) -> Array:
        """The treatment with unit and period means taken out."""
        d = self.treatment
        by_unit = d - d.mean(axis=1, keepdims=True)
        return np.asarray(by_unit - by_unit.mean(axis=0, keepdims=True))

    @property
    def n_clusters(self) -> int:
        """Clusters."""
        return len(set(self.cluster))

    @property
    def fewest_clusters(self) -> int:
        """Clusters in the smaller of the two groups."""
        treated = self.treatment.any(axis=1)
        codes = np.array(self.cluster)
        return min(len(np.unique(codes[treated])), len(np.unique(codes[~treated])))

    def draw(self, nuisance: Nuisance, samples: int, rng: np.random.Generator) -> Array:
        """Return errors of shape (samples, units, periods)."""
        values = autocorrelated(nuisance, (samples, self.n_units, self.n_periods), rng)
        if self.n_clusters < self.n_units:
            shared = autocorrelated(nuisance, (samples, self.n_clusters, self.n_periods), rng)
            values = np.sqrt(0.7) * values + np.sqrt(0.3) * shared[:, np.array(self.cluster)]
        treated = self.treatment.any(axis=1)
        values[:, treated] *= np.sqrt(nuisance.variance_ratio)
        return values

    def with_effect(self, values: Array) -> Array:
        """Add the effect to every treated unit and period."""
        return np.asarray(values + EFFECT / np.sqrt((self.within**2).sum()) * self.treatment)

    def ordinary(self, values: Array) -> Bools:
        """Return two-way effects with clustered errors, as packages print them."""
        value, raw = two_way_fits(values, self)
        return ordinary_rejects(value, raw, self.n_clusters, self.n_values, self.n_periods)


def two_way_fits(values: Array, design: Adoption) -> tuple[Array, Array]:
    """Return β and its clustered variance without small-sample factor, for each sample; unit effects cancel in d̃."""
    d = design.within
    square = float((d**2).sum())
    centred = values - values.mean(axis=1, keepdims=True)
    own = np.einsum("sut,ut->su", centred, d)
    beta = own.sum(axis=1) / square
    scores = own - beta[:, None] * (d**2).sum(axis=1)
    codes = np.array(design.cluster)
    if design.n_clusters < design.n_units:
        scores = np.stack([scores[:, codes == c].sum(axis=1) for c in range(design.n_clusters)], axis=1)
    return beta, np.asarray((scores**2).sum(axis=1) / square**2)


def _two_way_rejects(values: Array, design: Adoption, df: float) -> Bools:
    from scipy.special import stdtrit

    value, raw = two_way_fits(values, design)
    n, g = design.n_values, design.n_clusters
    factor = n / (n - design.n_units - design.n_periods) if g == design.n_units else g / (g - 1)
    return np.asarray(np.abs(value) >= stdtrit(df, 1 - ALPHA / 2) * np.sqrt(raw * factor))


def _sizes(sizes: tuple[int, ...]) -> Array | None:
    return np.array(sizes, dtype=np.float64) if sizes else None


def _variances(sizes: tuple[int, ...], n: int) -> Array:
    """Return each unit's variance in the first declared case: one, or one over its persons (no intraclass correlation)."""
    return np.array([1.0 / size for size in sizes]) if sizes else np.ones(n)


def _clustered(values: Array, n_treated: int, sizes: Array | None, periods: int) -> Bools:
    units = values.shape[1]
    weight = np.ones(units) if sizes is None else sizes
    parts, raw = [], np.zeros(len(values))
    for part in (slice(0, n_treated), slice(n_treated, units)):
        share = weight[part] / weight[part].sum()
        mean = (values[:, part] * share).sum(axis=1)
        parts.append(mean)
        raw += (((values[:, part] - mean[:, None]) * share) ** 2).sum(axis=1)
    return ordinary_rejects(parts[0] - parts[1], raw, units, int(weight.sum()) * periods, periods)


@cache
def _part(test: Test) -> Rejects:
    def rejects(values: Array, design: Design) -> Bools:
        return test(values, design.n_treated if isinstance(design, TwoGroups) else design.n_values).rejects(ALPHA)

    return rejects


def _of_components(name: str) -> Candidate:
    tests = COMPONENTS[name]

    def applies(design: Design) -> bool:
        if isinstance(design, TwoGroups):
            least = 1 if tests == (pooled,) else 2
            return min(design.n_treated, design.n_comparison) >= least and design.n_values >= 3
        return design.n_values >= 3

    return Candidate(name, tuple(_part(test) for test in tests), applies)


def _of_panels(name: str, df: Callable[[Adoption], float]) -> Candidate:
    def rejects(values: Array, design: Design) -> Bools:
        assert isinstance(design, Adoption)
        return _two_way_rejects(values, design, df(design))

    def applies(design: Design) -> bool:
        return isinstance(design, Adoption) and df(design) >= 1 and design.n_values > design.n_units + design.n_periods

    return Candidate(name, (rejects,), applies)


def _rank_rejects(values: Array, design: Design) -> Bools:
    """Return whether the one treated unit is among the 5 % farthest from the mean: the placebo test of a single unit."""
    far = np.abs(values - values.mean(axis=1, keepdims=True))
    return np.asarray((far >= far[:, :1]).mean(axis=1) <= ALPHA)


def _rank_applies(design: Design) -> bool:
    return isinstance(design, TwoGroups) and design.n_treated == 1 and design.n_comparison >= LEAST_FOR_RANK


for _name in ("welch", "pooled-t", "bell-mccaffrey", "pooled-and-welch", "pooled-and-hall"):
    register_route("two-groups", _of_components(_name))
for _name in ("paired-t", "hall-t", "paired-and-hall"):
    register_route("one-group", _of_components(_name))
register_route("two-groups", Candidate("placebo-rank", (_rank_rejects,), _rank_applies))
register_route("adoption", _of_panels("cr1-t", lambda design: design.n_clusters - 1))
register_route("adoption", _of_panels("cr1-t-few", lambda design: design.fewest_clusters - 1))
