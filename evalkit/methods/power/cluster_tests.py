"""CR2 with Satterthwaite's degrees of freedom in closed form for many samples; treatment is decided by cluster, no covariates.

Equal to `evalkit.methods.inference.cluster_robust.cr2_test` on the rows of persons; a test holds the two together.
docs/METHODS.md#cr2-closed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evalkit.methods.inference.unit_tests import UnitTest

Array = NDArray[np.float64]


def cr2_persons(means: Array, treated: int, sizes: Array) -> UnitTest:
    """Return the difference of persons' means with CR2, each person weighing the same.

    Parameters
    ----------
    means : shape (samples, clusters), treated clusters first
    treated : int
        Treated clusters.
    sizes : shape (clusters,), persons

    Notes
    -----
    In an arm of N persons, cluster g of n_g has score n_g(ȳ_g − ȳ)/(N √(1 − n_g/N)): the hat matrix is constant, so the root of
    I − H, inverted, is a number. p_g'p_h = w_g w_h(δ_gh n_g − n_g n_h/N), w_g = 1/(N √(1 − n_g/N)), gives df = (tr)²/Σ(p_g'p_h)².
    """
    parts = [_arm(means[:, part], sizes[part]) for part in (slice(0, treated), slice(treated, None))]
    (mean_1, var_1, trace_1, square_1), (mean_0, var_0, trace_0, square_0) = parts
    df = (trace_1 + trace_0) ** 2 / (square_1 + square_0)
    return UnitTest(mean_1 - mean_0, np.sqrt(var_1 + var_0), np.full(len(means), df))


def _arm(means: Array, sizes: Array) -> tuple[Array, Array, float, float]:
    total = sizes.sum()
    mean = means @ sizes / total
    weight = 1 / (total * np.sqrt(1 - sizes / total))
    variance = ((means - mean[:, None]) ** 2) @ (weight * sizes) ** 2
    gram = np.diag(weight**2 * sizes) - np.outer(weight * sizes, weight * sizes) / total
    return mean, variance, float(np.trace(gram)), float(np.sum(gram**2))
