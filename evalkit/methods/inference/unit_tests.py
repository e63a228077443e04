"""t tests of one value a unit (a person's change, a cluster's mean change), for many samples at once.

The same code gives the printed p-value (one row) and the measured error rate (thousands of rows), so that what is measured is what
is printed. Sources: Student; Welch 1947; Bell & McCaffrey 2002 (CR2 with Satterthwaite's degrees of freedom: with one value a unit
and two groups it has a closed form); Hall 1992 (removal of skewness by a monotone cubic). docs/METHODS.md#tests-of-units.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_CLOSE = 1e-6
"""Relative distance to a quantile within which the distribution itself decides."""


@dataclass(frozen=True, slots=True, eq=False)
class UnitTest:
    """A test of "the value is zero" in each of n samples.

    Attributes
    ----------
    value, std_error, df : shape (samples,)
        In the outcome's unit; degrees of freedom.
    skew : shape (samples,) or None
        Hall's γ/√n, where the statistic is bent to take out skewness.
    """

    value: Array
    std_error: Array
    df: Array
    skew: Array | None = None

    def p_values(self) -> Array:
        """Return the two-sided p-values, shape (samples,)."""
        from scipy.special import stdtr

        return np.asarray(2.0 * stdtr(self.df, -np.abs(self._statistics())))

    def rejects(self, alpha: float) -> NDArray[np.bool_]:
        """Return whether each p-value is at most `alpha`: the t distribution is computed only where it is close."""
        from scipy.special import stdtr, stdtrit

        # Where nothing varies there is no test, whatever the difference: not a number is above no quantile.
        statistics = np.where(self.std_error > 0, np.abs(self._statistics()), np.nan)
        known = self.df[np.isfinite(self.df)]
        if not len(known):
            return np.zeros(len(statistics), dtype=np.bool_)
        lowest, highest = (float(stdtrit(df, 1 - alpha / 2)) for df in (known.max(), known.min()))
        sure = statistics > highest * (1 + _CLOSE)
        close = ~sure & (statistics >= lowest * (1 - _CLOSE))
        sure[close] = 2.0 * stdtr(self.df[close], -statistics[close]) <= alpha
        return np.asarray(sure)

    def _statistics(self) -> Array:
        # A sample without any spread is refused before it is tested: it rejects nothing.
        t = _over(self.value, self.std_error)
        if self.skew is None:
            return t
        c = self.skew / 3
        return np.asarray(t + c * t**2 + c**2 * t**3 / 3 + self.skew / 6)

    def interval(self, level: float) -> tuple[float, float]:
        """Return the first sample's interval: the values that the test does not reject at 1 − level."""
        from scipy.special import stdtrit

        reach = float(stdtrit(self.df[0], 0.5 + level / 2.0))
        ends = (-reach, reach) if self.skew is None else (_unbend(-reach, float(self.skew[0])), _unbend(reach, float(self.skew[0])))
        low, high = (float(self.value[0] - end * self.std_error[0]) for end in (ends[1], ends[0]))
        return low, high


def student(values: Array, n_treated: int) -> UnitTest:
    """Return Student's one-sample t; `values` of shape (samples, n), `n_treated` is not used."""
    value, variance, n = _moments(values)
    return UnitTest(value, np.sqrt(variance / n), np.full(len(value), n - 1.0))


def hall(values: Array, n_treated: int) -> UnitTest:
    """Return the one-sample t with Hall's cubic: g(t) = t + γt²/(3√n) + γ²t³/(27n) + γ/(6√n), γ the sample skewness."""
    plain = student(values, n_treated)
    centred = values - values.mean(axis=1, keepdims=True)
    n = values.shape[1]
    gamma = _over(cubes(centred).mean(axis=1), (plain.std_error * np.sqrt(n)) ** 3)
    return UnitTest(plain.value, plain.std_error, plain.df, gamma / np.sqrt(n))


def johnson(values: Array, n_treated: int) -> Array:
    """Return p-values of Johnson's modified t of a mean, (m + μ₃/(6s²n) + μ₃m²/(3s⁴))/(s/√n); `n_treated` is not used."""
    from scipy.special import stdtr

    plain, n = student(values, n_treated), values.shape[1]
    variance = plain.std_error**2 * n
    third = cubes(values - values.mean(axis=1, keepdims=True)).mean(axis=1)
    # Values that do not vary have no t: not a number, which no border is above.
    with np.errstate(invalid="ignore", divide="ignore"):
        moved = plain.value + third / (6 * variance * n) + third / (3 * variance**2) * plain.value**2
        return np.asarray(2.0 * stdtr(n - 1.0, -np.abs(moved / plain.std_error)))


def pooled(values: Array, n_treated: int) -> UnitTest:
    """Return Student's two-sample t with a common variance; the first `n_treated` columns are the treated."""
    (m1, v1, n1), (m0, v0, n0) = _groups(values, n_treated)
    variance = ((n1 - 1) * v1 + (n0 - 1) * v0) / (n1 + n0 - 2)
    return UnitTest(m1 - m0, np.sqrt(variance * (1 / n1 + 1 / n0)), np.full(len(m1), n1 + n0 - 2.0))


def welch(values: Array, n_treated: int) -> UnitTest:
    """Return Welch's t: variances of their own, Satterthwaite's degrees of freedom from the sample."""
    (m1, v1, n1), (m0, v0, n0) = _groups(values, n_treated)
    a, b = v1 / n1, v0 / n0
    with np.errstate(invalid="ignore", divide="ignore"):
        df = (a + b) ** 2 / (a**2 / (n1 - 1) + b**2 / (n0 - 1))
    # Where neither group varies there are no degrees of freedom to speak of; one such sample must not spoil a batch.
    return UnitTest(m1 - m0, np.sqrt(a + b), np.where(a + b > 0, df, 1.0))


def bell_mccaffrey(values: Array, n_treated: int) -> UnitTest:
    """Return CR2 (= HC2 here) with Bell and McCaffrey's degrees of freedom, which only the numbers of units decide."""
    base = welch(values, n_treated)
    n1, n0 = n_treated, values.shape[1] - n_treated
    df = (n1 + n0) ** 2 * (n1 - 1) * (n0 - 1) / (n1**2 * (n1 - 1) + n0**2 * (n0 - 1))
    return UnitTest(base.value, base.std_error, np.full(len(base.value), df))


def cr3(values: Array, n_treated: int) -> UnitTest:
    """Return CR3 (= HC3 here, the jackknife without further factor) on t(n − 1): s₁²/(n₁ − 1) + s₀²/(n₀ − 1)."""
    (m1, v1, n1), (m0, v0, n0) = _groups(values, n_treated)
    return UnitTest(m1 - m0, np.sqrt(v1 / (n1 - 1) + v0 / (n0 - 1)), np.full(len(m1), n1 + n0 - 1.0))


def welch_hall(values: Array, n_treated: int) -> UnitTest:
    """Return Welch's t with Hall's cubic: γ/√n is the skewness of the difference, (m₁/n₁² − m₀/n₀²)/SE³, m the third moments."""
    base = welch(values, n_treated)
    groups = (values[:, :n_treated], values[:, n_treated:])
    third, other = (cubes(g - g.mean(axis=1, keepdims=True)).mean(axis=1) / g.shape[1] ** 2 for g in groups)
    return UnitTest(base.value, base.std_error, base.df, _over(third - other, base.std_error**3))


def cubes(values: Array) -> Array:
    """Return each value to the third power; two products take a tenth of the time of numpy's power."""
    found = values * values
    found *= values
    return found


def _over(above: Array, below: Array) -> Array:
    """Return the quotient, and 0 where there is no spread to divide by."""
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)


def _moments(values: Array) -> tuple[Array, Array, int]:
    first = values[:, :1]
    shifted = values - first
    mean = shifted.mean(axis=1)
    n = values.shape[1]
    # One value has no variance of its own: it adds nothing to a pooled one.
    variance = ((shifted - mean[:, None]) ** 2).sum(axis=1) / max(n - 1, 1)
    return mean + first[:, 0], variance, n


def _groups(values: Array, n_treated: int) -> tuple[tuple[Array, Array, int], tuple[Array, Array, int]]:
    # A common level would cost digits in a difference of two means.
    level = values - values[:, :1]
    return _moments(level[:, :n_treated]), _moments(level[:, n_treated:])


def _unbend(x: float, skew: float) -> float:
    """Return the t at which Hall's cubic is `x`."""
    c = skew / 3
    if abs(c) < 1e-9:
        return x - skew / 6
    return float((np.cbrt(1 + 3 * c * (x - skew / 6)) - 1) / c)
