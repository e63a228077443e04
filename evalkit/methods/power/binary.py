"""Yes or no: persons in two arms (Fisher's exact test by enumeration) and clusters. Proportions, not SD.

docs/METHODS.md#power-binary. The two approximations are there to be compared with textbooks; `fisher_power` is for
planning.
"""

from __future__ import annotations

import math

from evalkit.methods.power.clusters import design_effect
from evalkit.methods.power.noncentral import critical_t, power_of
from evalkit.methods.power.refusals import check_count, check_df, check_levels, check_share, refuse

LARGEST_EXACT = 400
"""Persons in an arm up to which every table is enumerated."""


def fisher_power(treated: int, comparison: int, p_treated: float, p_comparison: float, alpha: float = 0.05) -> float:
    """Return the exact power of Fisher's two-sided test: the probability of every table that it rejects."""
    import numpy as np
    from scipy.stats import binom, hypergeom

    _check(p_treated, p_comparison, alpha)
    check_count("personer i en arm", min(treated, comparison), 2)
    if max(treated, comparison) > LARGEST_EXACT:
        raise refuse("LARGE", f"uppräkning görs till {LARGEST_EXACT} personer i en arm; använd den sammanvägda approximationen")
    likely_1 = binom.pmf(np.arange(treated + 1), treated, p_treated)
    likely_0 = binom.pmf(np.arange(comparison + 1), comparison, p_comparison)
    total = 0.0
    for cases in range(treated + comparison + 1):
        low, high = max(0, cases - comparison), min(cases, treated)
        tables = np.arange(low, high + 1)
        chance = hypergeom.pmf(tables, treated + comparison, cases, treated)
        # As extreme: no more likely than the table itself, with R's tolerance for ties.
        p_values = np.array([chance[chance <= one * (1 + 1e-7)].sum() for one in chance])
        rejected = tables[p_values <= alpha]
        total += float(np.sum(likely_1[rejected] * likely_0[cases - rejected]))
    return total


def pooled_power(n: float, p_treated: float, p_comparison: float, alpha: float = 0.05) -> float:
    """Return the power of the pooled z test with `n` persons in each arm (R's power.prop.test)."""
    from scipy.special import ndtr

    _check(p_treated, p_comparison, alpha)
    middle = (p_treated + p_comparison) / 2
    border = critical_t(math.inf, alpha) * math.sqrt(2 * middle * (1 - middle))
    spread = math.sqrt(p_treated * (1 - p_treated) + p_comparison * (1 - p_comparison))
    return float(ndtr((math.sqrt(n) * abs(p_treated - p_comparison) - border) / spread))


def arcsine_power(n: float, p_treated: float, p_comparison: float, alpha: float = 0.05) -> float:
    """Return the power by Cohen's h with `n` persons in each arm."""
    _check(p_treated, p_comparison, alpha)
    h = 2 * math.asin(math.sqrt(p_treated)) - 2 * math.asin(math.sqrt(p_comparison))
    return power_of(h * math.sqrt(n / 2), math.inf, alpha)


def pooled_size(p_treated: float, p_comparison: float, alpha: float = 0.05, power: float = 0.8) -> float:
    """Return persons in each arm at which `pooled_power` is `power`."""
    from scipy.optimize import brentq

    check_levels(alpha, power)
    _check(p_treated, p_comparison, alpha)
    high = 4.0
    while pooled_power(high, p_treated, p_comparison, alpha) < power:
        high *= 2
    return float(brentq(lambda n: pooled_power(n, p_treated, p_comparison, alpha) - power, 1e-6, high, xtol=1e-10))


def fisher_size(p_treated: float, p_comparison: float, alpha: float = 0.05, power: float = 0.8) -> int:
    """Return the fewest persons in each arm from which Fisher's exact test has `power`, also with one, two … five more.

    The exact test's power falls at some numbers when one person is added; the answer is where it stays above for five in a row.
    """
    start = max(2, int(pooled_size(p_treated, p_comparison, alpha, power)) - 2)
    held = 0
    for n in range(start, LARGEST_EXACT + 1):
        held = held + 1 if fisher_power(n, n, p_treated, p_comparison, alpha) >= power else 0
        if held == 5:
            return n - 4
    raise refuse("LARGE", f"mer än {LARGEST_EXACT} personer i varje arm behövs; använd den sammanvägda approximationen")


def cluster_power(
    clusters: float, size: float, icc: float, *, p_treated: float, p_comparison: float, alpha: float = 0.05, cv: float = 0.0
) -> float:
    """Return the power with half of the clusters treated: unpooled variance times the design effect, t with J − 2."""
    _check(p_treated, p_comparison, alpha)
    df = check_df(clusters - 2, "kluster")
    persons = clusters * size / 2
    variance = (p_treated * (1 - p_treated) + p_comparison * (1 - p_comparison)) / persons * design_effect(size, icc, cv)
    return power_of((p_treated - p_comparison) / math.sqrt(variance), df, alpha)


def _check(p_treated: float, p_comparison: float, alpha: float) -> None:
    check_levels(alpha)
    check_share("andelen med insats", p_treated, open_ends=True)
    check_share("andelen utan insats", p_comparison, open_ends=True)
    if p_treated == p_comparison:
        raise refuse("EFFECT", "andelarna är lika: ange den minsta skillnad som spelar roll")
