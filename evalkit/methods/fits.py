"""From a value and its standard error to an interval and a p-value; the t and chi-squared distributions live here."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evalkit.findings.estimate import Interval
from evalkit.methods.inference.unit_tests import UnitTest

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


ROUNDING = 1e-12
"""Relative size below which a standard deviation is taken for rounding: some thousand times the double's own."""


@dataclass(frozen=True, slots=True)
class Fit:
    """One estimated number, in the outcome's unit. `std_error` and `df` are None where no valid ones exist.

    Attributes
    ----------
    tests : tuple[UnitTest, ...]
        Where a route is made of more than Student's t: the tests that must all reject. The p-value is their largest, the interval
        covers all of theirs; `std_error` and `df` are those of the widest.
    """

    value: float
    std_error: float | None
    df: float | None
    tests: tuple[UnitTest, ...] = ()


def t_p_value(fit: Fit) -> float | None:
    """Return the two-sided p-value of "the value is zero", on t(df) or by its own tests; None without a standard error."""
    from scipy.special import stdtr

    if fit.std_error is None or fit.df is None:
        return None
    if fit.tests:
        return max(float(test.p_values()[0]) for test in fit.tests)
    return float(2.0 * stdtr(fit.df, -abs(fit.value) / fit.std_error))


def t_interval(fit: Fit, level: float) -> Interval | None:
    """Return the interval ``value ± t(df) · SE``, or its own tests', at `level` (0.95 = 95 %); None without a standard error."""
    from scipy.special import stdtrit

    if fit.std_error is None or fit.df is None:
        return None
    if fit.tests:
        lows, highs = zip(*(test.interval(level) for test in fit.tests), strict=True)
        return Interval(low=min(lows), high=max(highs), level=level)
    reach = float(stdtrit(fit.df, 0.5 + level / 2.0)) * fit.std_error
    return Interval(low=fit.value - reach, high=fit.value + reach, level=level)


def chi2_p_value(statistic: float, df: int) -> float:
    """Return the upper tail of the chi-squared distribution."""
    from scipy.special import chdtrc

    return float(chdtrc(df, statistic))


def chi2_noncentrality(df: int, alpha: float, power: float) -> float:
    """Return the noncentrality at which a chi-squared test of size `alpha` has `power`."""
    from scipy.special import chdtri, chndtrinc

    return float(chndtrinc(float(chdtri(df, alpha)), df, 1.0 - power))


def hedges_j(df: float) -> float:
    """Return Hedges' exact small-sample correction, Γ(df/2) / (√(df/2) · Γ((df−1)/2)).

    Source: Hedges 1981; J(11) = 0.9300.
    """
    return math.exp(math.lgamma(df / 2.0) - math.lgamma((df - 1.0) / 2.0)) / math.sqrt(df / 2.0)


def mean(values: Floats) -> float:
    """Return the mean, shifted by the first value so that a large common level costs no digits."""
    first = float(values[0])
    return first + float(np.sum(values - first)) / len(values)


def variance(values: Floats) -> float:
    """Return the sample variance (n − 1), computed around the mean."""
    centred = values - mean(values)
    return float(np.sum(centred * centred)) / (len(values) - 1)


def is_negligible(spread: float, values: Floats) -> bool:
    """Return whether a variance is nothing but rounding beside the size of the values it was computed from."""
    return spread <= (ROUNDING * float(np.abs(values).max())) ** 2
