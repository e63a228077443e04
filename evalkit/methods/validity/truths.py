"""What is true in the cells of the grid: samples without effect, of shapes that the router does not simulate."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from evalkit.methods.validity.nuisances import Array, Nuisance, autocorrelated, noise

Truth = Callable[[int, np.random.Generator], Array]


def independent(n: int, shape: str = "normal", treated: int = 0, spread: float = 1.0) -> Truth:
    """Return independent values; the first `treated` columns have `spread` times the standard deviation."""

    def truth(draws: int, rng: np.random.Generator) -> Array:
        values = noise(shape, (draws, n), rng)
        values[:, :treated] *= spread
        return values

    return truth


def panel(units: int, years: int, rho: float) -> Truth:
    """Return AR(1) errors of units and years."""
    case = Nuisance(autocorrelation=rho)
    return lambda draws, rng: autocorrelated(case, (draws, units, years), rng)


def collapsed(truth: Truth, start: int) -> Truth:
    """Return the change of each unit: mean from `start` on minus mean before."""

    def changes(draws: int, rng: np.random.Generator) -> Array:
        y = truth(draws, rng)
        return np.asarray(y[:, :, start:].mean(axis=2) - y[:, :, :start].mean(axis=2))

    return changes


def score_level(n: int) -> Truth:
    """Return beta-binomial scores 0–40 (mean 8.8, SD 6.2, skewness .84) less their mean."""

    def truth(draws: int, rng: np.random.Generator) -> Array:
        return np.asarray(rng.binomial(40, rng.beta(0.22 * 7.475, 0.78 * 7.475, (draws, n))), dtype=np.float64) - 8.8

    return truth


def score_change(n: int) -> Truth:
    """Return the change of a score 0–40 between two exchangeable measurements that correlate by .6."""

    def truth(draws: int, rng: np.random.Generator) -> Array:
        latent = rng.beta(0.22 * 7.475, 0.78 * 7.475, (2, draws, n))
        # Measurements of one person share their latent level with probability .71: correlation .6.
        latent[1] = np.where(rng.random((draws, n)) < 0.71, latent[0], latent[1])
        before, after = rng.binomial(40, latent[0]), rng.binomial(40, latent[1])
        return np.asarray(after - before, dtype=np.float64)

    return truth


def floor(n: int) -> Truth:
    """Return scores 0–20 with 58 % at zero (skewness 2.7) less their mean."""
    shares = np.diff([1.0 - _gamma_tail(k) for k in range(20)])
    positive = np.append(shares, _gamma_tail(19))
    mean = 0.42 * float((np.arange(1, 21) * positive).sum())

    def truth(draws: int, rng: np.random.Generator) -> Array:
        score = np.minimum(1 + np.floor(rng.gamma(0.9, 3.6, (draws, n))), 20.0)
        return np.where(rng.random((draws, n)) < 0.58, 0.0, score) - mean

    return truth


def _gamma_tail(x: float) -> float:
    from scipy.special import gammaincc

    return float(gammaincc(0.9, x / 3.6))


def school_years(schools: int, pupils: int, step: float) -> Truth:
    """Return each school's change from two years to the next two: shocks AR(1) .5 with innovations of SD `step`, pupils of SD 1."""

    def truth(draws: int, rng: np.random.Generator) -> Array:
        shock = np.zeros((draws, schools, 4))
        shock[:, :, 0] = rng.normal(0, step / np.sqrt(0.75), (draws, schools))
        for year in range(1, 4):
            shock[:, :, year] = 0.5 * shock[:, :, year - 1] + rng.normal(0, step, (draws, schools))
        y = rng.normal(0, 0.3, (draws, schools, 1)) + shock + rng.normal(0, 1 / np.sqrt(pupils), (draws, schools, 4))
        return np.asarray(y[:, :, 2:].mean(axis=2) - y[:, :, :2].mean(axis=2))

    return truth


def selected(n: int, retest: float) -> Truth:
    """Return changes of those whose first score was at least 14; `retest` is the correlation, nothing changes."""

    def truth(draws: int, rng: np.random.Generator) -> Array:
        pool = 40 * n
        before = rng.normal(8.8, 6.2, (draws, pool))
        after = 8.8 + retest * (before - 8.8) + rng.normal(0, 6.2 * np.sqrt(1 - retest**2), (draws, pool))
        chosen = np.argsort(before < 14, axis=1, kind="stable")[:, :n]
        return np.take_along_axis(after - before, chosen, axis=1)

    return truth
