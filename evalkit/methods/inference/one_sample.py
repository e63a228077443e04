"""Tests of one mean that stand skewed changes: Student's t, Johnson's modified t and the bootstrap-t.

Sources: Johnson 1978; Efron & Tibshirani 1993 (bootstrap-t). docs/METHODS.md#one-mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evalkit.errors import EstimationError

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MeanTest:
    """A test that a mean is zero with its interval at `level`, in the unit of the values."""

    route: str
    mean: float
    std_error: float
    statistic: float
    df: float
    p_value: float
    low: float
    high: float
    level: float


def student_t(values: Array, *, level: float) -> MeanTest:
    """Return Student's one-sample t; `values` has shape (n,), n at least 2 and not constant."""
    from scipy import stats

    mean, error, df = _moments(values)
    statistic = mean / error
    reach = float(stats.t.ppf((1 + level) / 2, df)) * error
    return MeanTest(
        "student-t", mean, error, statistic, df, 2 * float(stats.t.sf(abs(statistic), df)), mean - reach, mean + reach, level
    )


def johnson_t(values: Array, *, level: float) -> MeanTest:
    """Return Johnson's t, corrected for skewness: (m + mu3/(6 s^2 n) + mu3 m^2/(3 s^4)) / (s/sqrt(n)).

    The interval is moved by the constant part of the correction.
    """
    from scipy import stats

    mean, error, df = _moments(values)
    n, variance = len(values), float(np.var(values, ddof=1))
    third = float(np.mean((values - mean) ** 3))
    shift = third / (6 * variance * n)
    statistic = (mean + shift + third / (3 * variance**2) * mean**2) / error
    reach = float(stats.t.ppf((1 + level) / 2, df)) * error
    p_value = 2 * float(stats.t.sf(abs(statistic), df))
    return MeanTest("johnson-t", mean, error, statistic, df, p_value, mean + shift - reach, mean + shift + reach, level)


def bootstrap_t(values: Array, *, level: float, draws: int = 9_999, rng: np.random.Generator) -> MeanTest:
    """Return the bootstrap-t: quantiles of (m* - m)/se* stand in for Student's. Two-sided p by the nearer tail, doubled.

    Raises
    ------
    EstimationError
        As `student_t`.
    """
    mean, error, df = _moments(values)
    n = len(values)
    sample = values[rng.integers(0, n, size=(draws, n))]
    errors = sample.std(axis=1, ddof=1) / np.sqrt(n)
    keep = errors > 0
    pivots = np.sort((sample.mean(axis=1)[keep] - mean) / errors[keep])
    statistic = mean / error
    below = int(np.searchsorted(pivots, statistic, side="right"))
    p_value = min(1.0, 2 * (min(below, len(pivots) - below) + 1) / (len(pivots) + 1))
    upper, lower = np.quantile(pivots, (1 + level) / 2), np.quantile(pivots, (1 - level) / 2)
    return MeanTest(
        "bootstrap-t", mean, error, statistic, df, p_value, mean - float(upper) * error, mean - float(lower) * error, level
    )


def skewness(values: Array) -> float:
    """Return the moment skewness of `values`, 0 where they do not vary."""
    spread = float(np.std(values))
    return float(np.mean((values - np.mean(values)) ** 3) / spread**3) if spread > 0 else 0.0


def _moments(values: Array) -> tuple[float, float, float]:
    if len(values) < 2:
        raise EstimationError("minst två personer behövs för ett medelfel", code="EST-SMALL")
    error = float(np.std(values, ddof=1) / np.sqrt(len(values)))
    if not error > 0:
        raise EstimationError("alla har samma förändring; något medelfel finns inte", code="EST-NOVAR")
    return float(np.mean(values)), error, float(len(values) - 1)
