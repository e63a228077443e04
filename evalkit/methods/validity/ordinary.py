"""The ordinary call that every route is held against where treatment lies in clusters.

It is what a statistics package prints for unit and period effects with errors clustered at the level of treatment: Stata's
``xtreg y d i.period, fe vce(cluster c)`` (and ``regress change d, vce(cluster c)``), R's ``fixest::feols(y ~ d | unit + period,
cluster = ~c)``. Unit effects are nested in the clusters and are not counted; the quantile is that of t with G − 1 degrees of
freedom. Other packages are laxer: statsmodels takes the normal quantile (`evalkit.methods.validity.calls` has both).
"""

from __future__ import annotations

import numpy as np

from evalkit.methods.validity.measure import ALPHA, Bools
from evalkit.methods.validity.nuisances import Array


def small_sample(clusters: int, rows: int, parameters: int) -> float:
    """Return G/(G − 1)·(N − 1)/(N − K), by which the sum of squared cluster scores is multiplied."""
    return clusters / (clusters - 1) * (rows - 1) / max(rows - parameters, 1)


def ordinary_variance(raw: Array | float, clusters: int, rows: int, periods: int) -> Array | float:
    """Return the call's variance of the treatment's coefficient from the one without any small-sample factor.

    Parameters
    ----------
    rows, periods : int
        Observations, and periods among them: counted are the treatment and one effect a period (a constant where there is one).
    """
    return raw * small_sample(clusters, rows, 1 + periods)


def ordinary_rejects(value: Array, raw: Array, clusters: int, rows: int, periods: int) -> Bools:
    """Return whether the call's p-value is at most 5 %, for each sample."""
    from scipy.special import stdtrit

    error = np.sqrt(ordinary_variance(raw, clusters, rows, periods))
    return np.asarray(np.abs(value) >= stdtrit(clusters - 1, 1 - ALPHA / 2) * error)
