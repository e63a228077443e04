"""Designs whose estimators are weighted sums of a panel (`evalkit.methods.cohorts.scores`), and the routes that judge them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from evalkit.methods.cohorts.bands import band_tail
from evalkit.methods.cohorts.levels import Levels, untreated_cells, untreated_levels
from evalkit.methods.cohorts.scores import LEAST_CARRYING, Weighted, score_tests_from, weighted
from evalkit.methods.inference.unit_tests import UnitTest
from evalkit.methods.validity.designs import EFFECT, Z
from evalkit.methods.validity.measure import ALPHA, Bools, Candidate, Design, Rejects, register_route
from evalkit.methods.validity.nuisances import AUTOCORRELATION, Array, Nuisance, autocorrelated, noise, of_panels, of_two_groups

if TYPE_CHECKING:
    from evalkit.methods.panel import Panel
    from evalkit.plan.staggered import Staggered

BANDS = {"sup-t": 0.05, "sup-t-wide": 0.03}
"""Route of a path -> the tail its band is made for; the wide one is for designs in which skewed shocks break the other."""
ONE, PATH = "weighted", "weighted-path"
"""Kinds: one estimate, and a path of them that is judged as a whole."""


@dataclass(frozen=True)
class WeightedDesign:
    """Some weighted sums of a balanced panel; arrays as bytes, row by row, so that the facts are the key of the cache.

    Attributes
    ----------
    after : bytes
        Treated cells, shape (n_units, n_periods), bool.
    weights : bytes
        Shape (k, n_units, n_periods), float64.
    covariates : bytes
        Shape (n_units, q), float64; they shift the levels, and no outcome is in them.
    cells : bytes
        Of a path: the cells that each weighted sum is about, shape (k, n_units, n_periods), bool; empty: every treated cell.
    anticipation : int
        Periods before the start that say nothing about the untreated.
    persons : bool
        Two occasions of persons: what varies is the change, with the declared cases of persons.
    """

    n_units: int
    n_periods: int
    after: bytes
    weights: bytes
    cells: bytes = b""
    covariates: bytes = b""
    anticipation: int = 0
    persons: bool = False
    kind: str = ONE
    ordinary_call: str = "influence-z"

    @property
    def n_values(self) -> int:
        """Units times periods."""
        return self.n_units * self.n_periods

    @property
    def nuisances(self) -> tuple[Nuisance, ...]:
        """The declared cases."""
        return of_two_groups(clustered=False, persons=True) if self.persons else of_panels()

    @cached_property
    def treatment(self) -> Bools:
        """The treated cells."""
        return np.frombuffer(self.after, dtype=np.bool_).reshape(self.n_units, self.n_periods)

    @cached_property
    def sums(self) -> Weighted:
        """The weighted sums with their corrections."""
        weights = np.frombuffer(self.weights).reshape(-1, self.n_units, self.n_periods)
        about = np.frombuffer(self.cells, dtype=np.bool_).reshape(weights.shape) if self.cells else self.treatment
        return weighted(weights, about, self.levels)

    @cached_property
    def levels(self) -> Levels:
        """The least squares of the untreated cells."""
        x = np.frombuffer(self.covariates).reshape(self.n_units, -1) if self.covariates else None
        return untreated_levels(untreated_cells(self.treatment, self.anticipation), x, "")

    def draw(self, nuisance: Nuisance, samples: int, rng: np.random.Generator) -> Array:
        """Return errors of shape (samples, units, periods)."""
        shape = (samples, self.n_units, self.n_periods)
        if self.persons:
            values = np.zeros(shape)
            values[:, :, -1] = noise(nuisance.shape, shape[:2], rng)
        else:
            values = autocorrelated(nuisance, shape, rng)
        values[:, self.treatment.any(axis=1)] *= np.sqrt(nuisance.variance_ratio)
        return values

    def with_effect(self, values: Array) -> Array:
        """Add the effect to every treated cell."""
        error = np.sqrt(float((self.sums.weights[-1] ** 2).sum()) / (2 if self.persons else 1))
        return np.asarray(values + EFFECT * error * self.treatment)

    def estimates(self, values: Array) -> Array:
        """Return the last estimate of each sample: of a path, the one farthest from the start."""
        return judged(values, self)[0][:, -1]

    def ordinary(self, values: Array) -> Bools:
        """Return the first estimate's influence function on normal quantiles, as packages print it; a path: any point."""
        found, scores = judged(values, self)
        error = np.sqrt((scores**2).sum(axis=2))
        outside = np.abs(found) >= Z * np.where(error > 0, error, np.inf)
        return np.asarray(outside.any(axis=1) if self.kind == PATH else outside[:, 0])


def design_of(panel: Panel, rules: Staggered | None, weights: Array, cells: Bools | None = None) -> WeightedDesign:
    """Return the facts that are simulated for some weighted sums of a panel; with `cells`, for a path of them."""
    n_units, n_periods = panel.y.shape
    return WeightedDesign(
        n_units,
        n_periods,
        after=panel.after.astype(np.bool_).tobytes(),
        weights=np.ascontiguousarray(weights, dtype=np.float64).tobytes(),
        cells=b"" if cells is None else cells.tobytes(),
        anticipation=0 if rules is None else rules.anticipation,
        kind=ONE if cells is None else PATH,
    )


class _Last:
    """The samples judged last: several tests look at the same ones."""

    values: Array | None = None
    design: WeightedDesign | None = None
    found: tuple[Array, Array] | None = None


def judged(values: Array, design: WeightedDesign) -> tuple[Array, Array]:
    """Return estimates and scores of some samples, computed once for all tests that look at them."""
    if _Last.values is not values or _Last.design is not design or _Last.found is None:
        _Last.values, _Last.design, _Last.found = values, design, design.sums.judge(values)
    return _Last.found


def tests_of_route(route: str, sums: Weighted, values: Array) -> tuple[UnitTest, ...]:
    """Return the tests of a route that must all reject, for estimates of one sum: the plain one first."""
    found, scores = sums.judge(values)
    return _tests(route, sums, found[:, 0], scores[:, 0])


def _tests(route: str, sums: Weighted, found: Array, scores: Array) -> tuple[UnitTest, ...]:
    plain, bent = score_tests_from(sums, found, scores)
    if route == "scores-few":
        few = np.minimum(plain.df, sums.n_carrying[0] - 1.0)
        return UnitTest(found, plain.std_error, few), UnitTest(found, plain.std_error, few, bent.skew)
    return (plain, bent) if route == "scores-and-hall" else (plain,)


@lru_cache(maxsize=8)
def _part(route: str, which: int) -> Rejects:
    def rejects(values: Array, design: Design) -> Bools:
        assert isinstance(design, WeightedDesign)
        found, scores = judged(values, design)
        return _tests(route, design.sums, found[:, 0], scores[:, 0])[which].rejects(ALPHA)

    return rejects


@lru_cache(maxsize=16)
def path_tail(design: WeightedDesign, alpha: float) -> float:
    """Return the pointwise tail of the design's simultaneous band: the smallest over the declared autocorrelations."""
    return min(band_tail(design.sums.working_covariance(rho), alpha) for rho in AUTOCORRELATION)


def leaves_band(values: Array, design: Design, alpha: float) -> Bools:
    """Return whether any point of the path leaves the simultaneous band."""
    from scipy.special import stdtrit

    assert isinstance(design, WeightedDesign)
    found, scores = judged(values, design)
    reach = stdtrit(design.sums.df, 1 - path_tail(design, alpha) / 2)
    error = np.sqrt((scores**2 * design.sums.correction).sum(axis=2))
    return np.asarray((np.abs(found) > reach * error).any(axis=1))


def _within_band(values: Array, design: Design) -> Bools:
    return leaves_band(values, design, BANDS["sup-t"])


def _within_wide_band(values: Array, design: Design) -> Bools:
    return leaves_band(values, design, BANDS["sup-t-wide"])


def _applies(design: Design) -> bool:
    if not isinstance(design, WeightedDesign):
        return False
    return bool((design.sums.df > 0).all() and (design.sums.n_carrying >= LEAST_CARRYING).all())


register_route(ONE, Candidate("scores-t", (_part("scores-t", 0),), _applies))
for _name in ("scores-and-hall", "scores-few"):
    register_route(ONE, Candidate(_name, (_part(_name, 0), _part(_name, 1)), _applies))
register_route(PATH, Candidate("sup-t", (_within_band,), _applies))
register_route(PATH, Candidate("sup-t-wide", (_within_wide_band,), _applies))
