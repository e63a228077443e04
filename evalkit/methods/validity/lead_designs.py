"""Designs of the test that groups developed alike before the start, made of weighted sums, and the tests that may judge them.

The ordinary test, Wald's on χ² with the covariance of the influence functions, rejects a true null in 10 to 50 % where few units
stand behind each lead. The largest t of the leads, each on its own degrees of freedom, against their simultaneous band needs no
covariance between leads to be inverted; it holds, and sees a trend more often than Hotelling's F (docs/METHODS.md#leads-and-lags).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from evalkit.methods.cohorts.bands import band_p_value, normal_draws
from evalkit.methods.cohorts.levels import Levels, untreated_levels
from evalkit.methods.cohorts.scores import LEAST_CARRYING, Weighted
from evalkit.methods.fits import chi2_noncentrality
from evalkit.methods.validity.designs import EFFECT
from evalkit.methods.validity.measure import ALPHA, Bools, Candidate, Design, Rejects, register_route
from evalkit.methods.validity.nuisances import AUTOCORRELATION, Array
from evalkit.methods.validity.weighted_designs import WeightedDesign, judged, leaves_band, path_tail

LEADS = "leads"
WIDTHS = {"leads-sup-t": 0.05, "leads-sup-t-4": 0.04, "leads-sup-t-3": 0.03, "leads-sup-t-2": 0.02}
"""Route -> the tail that the leads' band is made for: smaller where skewed shocks break the plain one."""
POWER = 0.80
"""Probability at which the reach of the test is stated."""
DRAWS, ROUNDS = 20_000, 40
"""Normal draws, and halvings, behind the trend that a test would have seen."""


@dataclass(frozen=True)
class LeadDesign(WeightedDesign):
    """Weighted sums that are zero where the groups develop alike before the start, one a lead."""

    kind: str = LEADS
    ordinary_call: str = "wald-chi2"

    @cached_property
    def levels(self) -> Levels:
        """The least squares of units that never start: a trend of those that do must not hide in the common levels."""
        ever = np.asarray(self.treatment.any(axis=1))
        used = np.repeat(~ever[:, None], self.n_periods, axis=1)
        # One cell of a unit says nothing about the periods; without any its own level would not be there.
        used[ever, 0] = True
        return untreated_levels(used, None, "")

    @cached_property
    def slope(self) -> Array:
        """What each sum shows of a trend of one a period that every unit that ever starts has on its own, shape (k,)."""
        ever = self.treatment.any(axis=1)
        periods = np.arange(self.n_periods, dtype=np.float64)
        return np.asarray(np.einsum("kut,u,t->k", self.sums.weights, np.asarray(ever, dtype=np.float64), periods))

    def with_effect(self, values: Array) -> Array:
        """Add a diverging trend of 2.8 standard errors to a test that would know the covariance."""
        known = np.linalg.solve(self.sums.working_covariance(0.0), self.slope)
        pace = EFFECT / np.sqrt(float((self.slope * known).sum()))
        trend = np.outer(self.treatment.any(axis=1), np.arange(self.n_periods))
        return np.asarray(values + pace * trend)

    def ordinary(self, values: Array) -> Bools:
        """Return Wald's test on χ² with the influence functions' covariance, as packages print it."""
        from scipy.special import chdtrc

        found, scores = judged(values, self)
        inverse = np.linalg.solve(np.einsum("ski,sli->skl", scores, scores), found[..., None])[..., 0]
        return np.asarray(chdtrc(len(self.slope), (found * inverse).sum(axis=1)) <= ALPHA)


def covariance(sums: Weighted, scores: Array) -> Array:
    """Return the covariance of some sums, shape (samples, k, k), each score with the small-sample correction of its own sum."""
    scaled = scores * np.sqrt(sums.correction)
    return np.asarray(np.einsum("ski,sli->skl", scaled, scaled))


def known_reach(design: LeadDesign) -> float:
    """Return the trend that Wald's test would see with 80 % probability if it knew that errors are independent, of variance one.

    Zero where no lead shows a trend, such as where everybody who is compared starts too.
    """
    seen = float((design.slope * np.linalg.solve(design.sums.working_covariance(0.0), design.slope)).sum())
    return math.sqrt(chi2_noncentrality(len(design.slope), ALPHA, POWER) / seen) if seen > 0 else 0.0


def p_value(design: LeadDesign, route: str, found: Array, errors: Array) -> float:
    """Return the p-value of the largest t: how often the band of the declared correlations is left as far, at worst.

    A band made for less than 5 % takes its caution along: p is multiplied by 0.05 over its tail.
    """
    from scipy.special import stdtr

    least = float((2.0 * stdtr(design.sums.df, -np.abs(found) / errors)).min())
    plain = max(band_p_value(design.sums.working_covariance(rho), least) for rho in AUTOCORRELATION)
    return min(1.0, plain * ALPHA / WIDTHS[route])


def reach(design: LeadDesign, route: str, spread: Array) -> float:
    """Return the trend (per period) that the test would have seen with probability `POWER`; infinite where no lead shows any.

    Parameters
    ----------
    spread : shape (k, k)
        Covariance of the sums.
    """
    from scipy.special import stdtrit

    errors = np.sqrt(np.diagonal(spread))
    signal = design.slope / errors
    if not (np.abs(signal) > 0).any():
        return math.inf
    border = stdtrit(design.sums.df, 1 - path_tail(design, WIDTHS[route]) / 2)
    values, vectors = np.linalg.eigh(spread / np.outer(errors, errors))
    noise = np.einsum("ba,ka->bk", normal_draws(len(values))[:DRAWS], vectors * np.sqrt(np.clip(values, 0.0, None)))
    df = float(design.sums.df.min())
    scale = np.sqrt(np.random.default_rng(DRAWS).chisquare(df, DRAWS) / df)[:, None]
    low, high = 0.0, 20 * float(border.max()) / float(np.abs(signal).max())
    for _ in range(ROUNDS):
        middle = (low + high) / 2
        seen = (np.abs(noise + middle * signal) > border * scale).any(axis=1).mean()
        low, high = (low, middle) if seen >= POWER else (middle, high)
    return high


@lru_cache(maxsize=8)
def _outside(alpha: float) -> Rejects:
    def rejects(values: Array, design: Design) -> Bools:
        return leaves_band(values, design, alpha)

    return rejects


def stands(design: Design) -> bool:
    """Return whether every lead has units enough for a standard error."""
    if not isinstance(design, LeadDesign):
        return False
    return bool((design.sums.df > 0).all() and (design.sums.n_carrying >= LEAST_CARRYING).all())


for _name, _alpha in WIDTHS.items():
    register_route(LEADS, Candidate(_name, (_outside(_alpha),), stands))
