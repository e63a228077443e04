"""Where the numbers of a plan come from: estimated from the municipality's own earlier data, each with an interval.

Sources: Searle 1971 (intraclass correlation from the analysis of variance, exact interval with equal sizes); Fisher 1915
(correlation). docs/METHODS.md#power-assumptions. Arrays in; nothing here sees a name.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evalkit.methods.power.refusals import refuse

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimated:
    """An assumption estimated from data: value, interval at `level`, and persons (and groups) behind it."""

    value: float
    low: float
    high: float
    level: float
    n: int
    groups: int = 0


def estimate_icc(values: Array, cluster: NDArray[np.generic], *, level: float = 0.95) -> Estimated:
    """Return the intraclass correlation from a one-way analysis of variance, not below 0.

    Parameters
    ----------
    values : shape (n,), one a person
    cluster : shape (n,)

    Notes
    -----
    ρ = (MSB − MSW)/(MSB + (n₀ − 1)MSW), n₀ = (N − Σn²/N)/(J − 1). The interval is Searle's, exact for normal values in
    groups of equal size.
    """
    from scipy.special import fdtri

    _, codes, counts = np.unique(cluster, return_inverse=True, return_counts=True)
    n, j = len(values), len(counts)
    if j < 2 or n <= j:
        raise refuse("DATA", "minst två grupper och fler personer än grupper behövs för att skatta ICC")
    means = np.bincount(codes, values) / counts
    inside = float(np.sum((values - means[codes]) ** 2)) / (n - j)
    between = float(np.sum(counts * (means - values.mean()) ** 2)) / (j - 1)
    if inside <= 0:
        raise refuse("DATA", "alla i samma grupp har samma värde; kontrollera kolumnen innan ICC skattas")
    n0 = (n - float(np.sum(counts**2)) / n) / (j - 1)
    ratio, tail = between / inside, (1 - level) / 2
    borders = (ratio / float(fdtri(j - 1, n - j, 1 - tail)), ratio, ratio / float(fdtri(j - 1, n - j, tail)))
    low, value, high = (max(0.0, (f - 1) / (f + n0 - 1)) for f in borders)
    return Estimated(value, low, high, level, n, j)


def estimate_correlation(before: Array, after: Array, *, level: float = 0.95) -> Estimated:
    """Return the correlation between two measurements of the same persons, with Fisher's interval."""
    from scipy.special import ndtri

    if len(before) != len(after) or len(before) < 4:
        raise refuse("DATA", "minst fyra personer med båda mätningarna behövs för att skatta korrelationen")
    if np.ptp(before) == 0 or np.ptp(after) == 0:
        raise refuse("DATA", "alla har samma värde vid en av mätningarna; korrelationen finns inte")
    r = float(np.corrcoef(before, after)[0, 1])
    z, reach = math.atanh(min(max(r, -1 + 1e-12), 1 - 1e-12)), float(ndtri((1 + level) / 2)) / math.sqrt(len(before) - 3)
    return Estimated(r, math.tanh(z - reach), math.tanh(z + reach), level, len(before))


def estimate_autocorrelation(panel: Array, *, level: float = 0.95) -> Estimated:
    """Return the first-order autocorrelation of units' values around their own and the periods' means.

    Parameters
    ----------
    panel : shape (units, periods), periods in order, complete

    Notes
    -----
    Σ e_t e_(t−1) / Σ e²_(t−1) within units is pulled towards −1/(T − 1) by the means it is taken around (Nickell 1981); half of the
    panel at a time gives the bias (split-panel jackknife, Dhaene and Jochmans 2015). The interval resamples nothing: it is the
    estimate ± t times the spread over units.
    """
    from scipy.special import stdtrit

    units, periods = panel.shape
    if units < 3 or periods < 6:
        raise refuse(
            "DATA", "minst tre enheter och sex perioder behövs för att skatta autokorrelationen; anta ett värde och säg det"
        )
    half = periods // 2
    value = 2 * _lag(panel) - (_lag(panel[:, :half]) + _lag(panel[:, -half:])) / 2
    # Leave-one-unit-out gives the spread without a model of it.
    left = np.array([_lag(np.delete(panel, i, axis=0)) for i in range(units)])
    error = math.sqrt((units - 1) / units * float(np.sum((left - left.mean()) ** 2)))
    reach = float(stdtrit(units - 1, (1 + level) / 2)) * error
    found, low, high = (min(max(x, -0.99), 0.99) for x in (value, value - reach, value + reach))
    return Estimated(found, low, high, level, units * periods, units)


def _lag(panel: Array) -> float:
    own = panel - panel.mean(axis=1, keepdims=True)
    centred = own - own.mean(axis=0, keepdims=True)
    square = float(np.sum(centred[:, :-1] ** 2))
    if square <= 0:
        raise refuse("DATA", "serierna varierar inte kring sina medelvärden; autokorrelationen finns inte")
    return float(np.sum(centred[:, 1:] * centred[:, :-1])) / square


def estimate_r2(outcome: Array, covariates: Array) -> Estimated:
    """Return the adjusted R² of a regression on covariates, not below 0, with an interval from 2 · SE (Olkin and Finn 1995).

    Parameters
    ----------
    outcome : shape (n,)
    covariates : shape (n, k)
    """
    n, k = covariates.shape
    if n < k + 3:
        raise refuse("DATA", "för få personer för så många kovariater; ta bort några eller anta ett värde")
    design = np.column_stack([np.ones(n), covariates])
    beta = np.linalg.lstsq(design, outcome, rcond=None)[0]
    total = float(np.sum((outcome - outcome.mean()) ** 2))
    if total <= 0:
        raise refuse("DATA", "utfallet varierar inte; R² finns inte")
    raw = 1 - float(np.sum((outcome - design @ beta) ** 2)) / total
    value = max(0.0, 1 - (1 - raw) * (n - 1) / (n - k - 1))
    error = math.sqrt(4 * value * (1 - value) ** 2 * (n - k - 1) ** 2 / ((n**2 - 1) * (n + 3)))
    return Estimated(value, max(0.0, value - 1.96 * error), min(1.0, value + 1.96 * error), 0.95, n)
