"""Segmented regression of one series with errors that remember the period before: β and its error at the likeliest memory.

Sums run through fixed axes in numpy alone, so that the last digit does not depend on the number of threads.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from evalkit.methods.fits import Floats

MEMORIES = tuple(float(r) for r in np.round(np.arange(0.0, 0.91, 0.1), 1))
"""Autocorrelations that are tried; a negative one is taken for none, which widens intervals."""
LEVEL, SLOPE = 2, 3
"""Columns of the jump at the start, and of the change of slope per period."""


@dataclass(frozen=True)
class Segments:
    """The regressors of a series: constant, trend, jump, change of slope, season.

    Attributes
    ----------
    before, after : int
        Periods.
    season : tuple[int, ...]
        Season of each period as a code 0, 1, …; empty where there is none.
    """

    before: int
    after: int
    season: tuple[int, ...] = ()

    @property
    def n(self) -> int:
        """Periods."""
        return self.before + self.after

    @cached_property
    def matrix(self) -> Floats:
        """Regressors, shape (n, k)."""
        time = np.arange(self.n) - float(self.before)
        started = (time >= 0).astype(np.float64)
        columns = [np.ones(self.n), time, started, started * time]
        columns += [(np.array(self.season) == code).astype(np.float64) for code in sorted(set(self.season))[1:]]
        return np.column_stack(columns)

    @property
    def df(self) -> int:
        """Periods minus regressors."""
        return int(self.n - self.matrix.shape[1])

    def contrast(self, decides: str) -> Floats:
        """Return the weights of the coefficients in what decides: the jump, or the mean deviation over periods after the start."""
        wanted = np.zeros(self.matrix.shape[1])
        wanted[LEVEL] = 1.0
        wanted[SLOPE] = 0.0 if decides == "level" else (self.after - 1) / 2
        return wanted

    @cached_property
    def solvers(self) -> tuple[tuple[Floats, Floats, float], ...]:
        """For each memory: transformed regressors (n, k), (X'Ω⁻¹X)⁻¹, and the part of the likelihood that no outcome enters."""
        return tuple(self._solver(rho) for rho in MEMORIES)

    def _solver(self, rho: float) -> tuple[Floats, Floats, float]:
        x = whitened(self.matrix.T, rho).T
        gram = np.einsum("tk,tl->kl", x, x)
        constant = 0.5 * float(np.log(1 - rho**2)) - 0.5 * float(np.linalg.slogdet(gram)[1])
        return x, np.linalg.inv(gram), constant


@dataclass(frozen=True, slots=True, eq=False)
class SeriesFits:
    """Fits of many series of one design.

    Attributes
    ----------
    coefficients : shape (samples, k)
    value, std_error : shape (samples,)
        Of what decides.
    memory : shape (samples,)
        The likeliest autocorrelation.
    """

    coefficients: Floats
    value: Floats
    std_error: Floats
    memory: Floats


def whitened(values: Floats, rho: float) -> Floats:
    """Return series, last axis time, whose AR(1) errors have become independent (Prais & Winsten 1954)."""
    return np.concatenate([values[..., :1] * np.sqrt(1 - rho**2), values[..., 1:] - rho * values[..., :-1]], axis=-1)


def fit_series(values: Floats, segments: Segments, decides: str) -> SeriesFits:
    """Return generalised least squares at the memory of largest restricted likelihood among `MEMORIES`.

    Parameters
    ----------
    values : shape (samples, n)

    Notes
    -----
    ℓ(ρ) = −½(n − k)·log RSS(ρ) − ½·log|X'Ω⁻¹X| + ½·log(1 − ρ²); SE² = RSS/(n − k)·c'(X'Ω⁻¹X)⁻¹c.
    """
    contrast, n = segments.contrast(decides), len(values)
    best = np.full(n, -np.inf)
    coefficients = np.zeros((n, segments.matrix.shape[1]))
    variance, memory = np.zeros(n), np.zeros(n)
    for rho, (x, inverse, constant) in zip(MEMORIES, segments.solvers, strict=True):
        y = whitened(values, rho)
        beta = np.einsum("st,tk,kl->sl", y, x, inverse, optimize=["einsum_path", (1, 2), (0, 1)])
        rss = ((y - np.einsum("sk,tk->st", beta, x)) ** 2).sum(axis=1)
        likelihood = -0.5 * segments.df * np.log(np.maximum(rss, np.finfo(float).tiny)) + constant
        better = likelihood > best
        best = np.where(better, likelihood, best)
        coefficients[better], memory[better] = beta[better], rho
        spread = float(np.einsum("k,kl,l->", contrast, inverse, contrast))
        variance[better] = rss[better] / segments.df * spread
    value = np.einsum("sk,k->s", coefficients, contrast)
    return SeriesFits(coefficients, value, np.sqrt(variance), memory)


def newey_west(values: Floats, segments: Segments, decides: str) -> tuple[Floats, Floats]:
    """Return ordinary least squares and its Newey–West error: each of shape (samples,).

    Bartlett weights, ⌊4(n/100)^(2/9)⌋ lags, factor n/(n − k).
    """
    x, contrast = segments.matrix, segments.contrast(decides)
    inverse = np.linalg.inv(np.einsum("tk,tl->kl", x, x))
    weight = np.einsum("tk,kl,l->t", x, inverse, contrast)
    residual = values - np.einsum("st,tk,kl,ul->su", values, x, inverse, x, optimize="greedy")
    scores = residual * weight
    total = (scores**2).sum(axis=1)
    lags = lags_of(segments.n)
    for lag in range(1, lags + 1):
        total += 2 * (1 - lag / (lags + 1)) * (scores[:, lag:] * scores[:, :-lag]).sum(axis=1)
    return np.einsum("st,t->s", values, weight), np.sqrt(np.maximum(total, 0) * segments.n / segments.df)


def lags_of(n: int) -> int:
    """Return the usual number of lags of n periods."""
    return int(4 * (n / 100) ** (2 / 9))
