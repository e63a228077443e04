"""Power by the noncentral t, never by normal quantiles; the distributions of planning live here.

With 3 + 3 clusters a normal quantile promises 80 % and gives 56 % (planning table of docs/METHODS.md#power). Sources: Bloom 1995
(the multiplier); power = 1 − F(t_crit) + F(−t_crit) with F the noncentral t of the design's own degrees of freedom.
"""

from __future__ import annotations

import math
from typing import Literal

from evalkit.methods.power.refusals import check_levels

Sides = Literal[1, 2]

FAR_TAIL = 7.0
"""scipy 1.18 returns NaN for the noncentral t's far lower tail, from a shift of 7.6; P(T < 0) ≤ Φ(−7) ≈ 1e-12 is set to 0."""


def critical_t(df: float, alpha: float, sides: Sides = 2) -> float:
    """Return the critical value of a t test; `df` may be infinite."""
    from scipy.special import ndtri, stdtrit

    level = 1 - alpha / sides
    return float(ndtri(level) if math.isinf(df) else stdtrit(df, level))


def power_of(ncp: float, df: float, alpha: float = 0.05, sides: Sides = 2) -> float:
    """Return the probability that a t test rejects.

    Parameters
    ----------
    ncp : float
        Effect over its standard error; its sign matters only to a one-sided test, whose alternative is a positive effect.
    df : float
        Degrees of freedom; infinite means known variance.
    """
    from scipy.special import ndtr

    check_levels(alpha)
    shift = abs(ncp) if sides == 2 else ncp
    border = critical_t(df, alpha, sides)
    if math.isinf(df):
        upper, lower = float(ndtr(shift - border)), float(ndtr(-border - shift))
    else:
        upper, lower = 1.0 - _below(border, df, shift), _below(-border, df, shift)
    return min(1.0, upper + (lower if sides == 2 else 0.0))


def _below(x: float, df: float, shift: float) -> float:
    """Return the noncentral t's distribution function; its far lower tail is nothing, never NaN."""
    from scipy.special import nctdtr

    if x < 0 and shift > FAR_TAIL:
        return 0.0
    value = float(nctdtr(df, shift, x))
    # What is left of NaN lies where the shift is tens of standard errors beyond x.
    return 0.0 if math.isnan(value) else value


def required_ncp(df: float, alpha: float = 0.05, power: float = 0.8, sides: Sides = 2) -> float:
    """Return the effect over its standard error at which the test has `power`."""
    from scipy.optimize import brentq

    check_levels(alpha, power)
    high = critical_t(df, alpha, sides) + 2.0
    while power_of(high, df, alpha, sides) < power:
        high *= 1.5
    return float(brentq(lambda ncp: power_of(ncp, df, alpha, sides) - power, 0.0, high, xtol=1e-12, rtol=1e-12))


def bloom_multiplier(df: float, alpha: float = 0.05, power: float = 0.8, sides: Sides = 2) -> float:
    """Return Bloom's approximation t₁₋α + t_power, the usual textbook form; `required_ncp` is exact."""
    check_levels(alpha, power)
    return critical_t(df, alpha, sides) + critical_t(df, 1 - power, 1)


def anova_power(groups: int, per_group: float, effect_f: float, alpha: float = 0.05) -> float:
    """Return the power of the F test of equal means; `effect_f` is Cohen's f, the means' spread in SD."""
    from scipy.special import fdtri, ncfdtr

    check_levels(alpha)
    df_between, df_within = groups - 1, groups * (per_group - 1)
    border = fdtri(df_between, df_within, 1 - alpha)
    return 1.0 - float(ncfdtr(df_between, df_within, groups * per_group * effect_f**2, border))


def dunnett_critical(contrasts: int, df: float, alpha: float = 0.05) -> float:
    """Return Dunnett's two-sided critical value for `contrasts` arms against one comparison arm of the same size.

    Notes
    -----
    P(max |T_i| ≤ c) = ∫ f(s) ∫ φ(z) [Φ(√2·c·s + z) − Φ(z − √2·c·s)]^k dz ds, s² ~ χ²(df)/df. Source: Dunnett 1955.
    """
    from scipy.optimize import brentq

    check_levels(alpha)
    return float(brentq(lambda c: _dunnett_coverage(c, contrasts, df) - (1 - alpha), 1.0, 10.0, xtol=1e-9))


def _dunnett_coverage(border: float, contrasts: int, df: float) -> float:
    import numpy as np
    from scipy.special import gammaln, ndtr

    z, weight_z = np.polynomial.hermite_e.hermegauss(80)
    spread = 6.0 / math.sqrt(2.0 * df)
    nodes, weight = np.polynomial.legendre.leggauss(80)
    low, high = max(1e-9, 1.0 - spread), 1.0 + spread
    s = (high - low) / 2 * nodes + (high + low) / 2
    log_density = math.log(2) + df / 2 * math.log(df / 2) - gammaln(df / 2) + (df - 1) * np.log(s) - df * s**2 / 2
    reach = math.sqrt(2.0) * border * s[:, None]
    inner = ((ndtr(z + reach) - ndtr(z - reach)) ** contrasts) @ weight_z / math.sqrt(2 * math.pi)
    return float((high - low) / 2 * np.sum(weight * np.exp(log_density) * inner))


def dunnett_power(n: float, contrasts: int, effect: float, alpha: float = 0.05) -> float:
    """Return the power of each of `contrasts` comparisons by Dunnett's test, all arms of `n` persons, `effect` in SD."""
    df = (contrasts + 1) * (n - 1)
    ncp, border = abs(effect) * math.sqrt(n / 2), dunnett_critical(contrasts, df, alpha)
    return 1.0 - _below(border, df, ncp) + _below(-border, df, ncp)
