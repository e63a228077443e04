"""The test of an offer as linear forms of the outcome: what is estimated once on the data can be simulated many times.

With regressors fixed, the estimate and each cluster's CR2 score are linear in the outcome: two matrices, made once. Nothing here
reads an outcome but `offer_test`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evalkit.errors import EstimationError
from evalkit.methods.inference.cluster_robust import cluster_rows, cr2_loadings, least_squares

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Labels = NDArray[np.generic]


@dataclass(frozen=True, slots=True, eq=False)
class OfferForms:
    """What turns outcomes into tests.

    Attributes
    ----------
    weights : shape (n,)
        Estimate = weights · y.
    loadings : shape (clusters, n)
        Score of a cluster = its row · y; the variance is the sum of squared scores.
    arm : shape (clusters,), whether the cluster is in the first arm
    df : float
        Satterthwaite's under an identity working model.
    """

    weights: Floats
    loadings: Floats
    arm: Bools
    df: float

    def tests(self, outcomes: Floats) -> OfferTests:
        """Return every test of outcomes of shape (samples, n).

        Notes
        -----
        Seen df = (v₁ + v₀)²/(v₁²/(g₁ − 1) + v₀²/(g₀ − 1)) with v the arms' shares of the CR2 variance and g their units: Welch's,
        where Satterthwaite's identity model takes both arms for equally spread. Pooled variance: v·g of each arm averaged by g − 1,
        times 1/g₁ + 1/g₀, on g₁ + g₀ − 2 degrees of freedom: Student's, which does not follow chance differences in spread.
        """
        squares = (outcomes @ self.loadings.T) ** 2
        one, other = squares[:, self.arm].sum(axis=1), squares[:, ~self.arm].sum(axis=1)
        return tests_of_sums(outcomes @ self.weights, one, other, units=(int(self.arm.sum()), int((~self.arm).sum())), df=self.df)


@dataclass(frozen=True, slots=True, eq=False)
class OfferTests:
    """Estimates, CR2 variances with the fewer degrees of freedom, pooled variances with theirs; `few_df` is the smaller arm's."""

    estimate: Floats
    variance: Floats
    df: Floats
    pooled: Floats
    pooled_df: float
    few_df: float

    def parts(self, df: float) -> dict[str, tuple[Floats, Floats]]:
        """Return variance and degrees of freedom of every part of a route, each of shape (samples,); `df` is Satterthwaite's."""
        alike = np.ones(len(self.estimate))
        return {
            "cr2": (self.variance, df * alike),
            "seen": (self.variance, self.df),
            "pooled": (self.pooled, self.pooled_df * alike),
            "few": (self.variance, min(self.few_df, df) * alike),
        }


def tests_of_sums(estimate: Floats, one: Floats, other: Floats, *, units: tuple[int, int], df: float) -> OfferTests:
    """Return the tests from estimates and the sums of squared scores of each arm, each of shape (samples,).

    Parameters
    ----------
    units : tuple[int, int]
        Drawn units of the first arm and of the others.
    df : float
        Satterthwaite's.
    """
    total, (g_one, g_other) = one + other, units
    below = one**2 / max(g_one - 1, 1) + other**2 / max(g_other - 1, 1)
    seen = np.where(below > 0, total**2 / np.where(below > 0, below, 1.0), df)
    left = max(g_one + g_other - 2, 1)
    pooled = ((g_one - 1) * g_one * one + (g_other - 1) * g_other * other) / left * (1 / g_one + 1 / g_other)
    few = float(max(min(g_one, g_other) - 1, 1))
    return OfferTests(estimate, total, np.minimum(seen, df), pooled, float(left), few)


def offer_forms(columns: Floats, drawn: Bools, cluster: Labels) -> OfferForms:
    """Return the forms of the first column's coefficient.

    Parameters
    ----------
    columns : shape (n, k), the arm first
    drawn, cluster : shape (n,)

    Raises
    ------
    EstimationError
        EST-SINGULAR; few-treated-clusters where a side rests on one cluster; EST-UNIT where a cluster stands in both arms.
    """
    rows = cluster_rows(cluster)
    arm = np.array([bool(drawn[r[0]]) for r in rows])
    if any(bool(drawn[r].any()) != bool(drawn[r].all()) for r in rows):
        raise EstimationError("något som lottades tillsammans står i båda grupperna; kör --verify", code="EST-UNIT")
    contrast = np.eye(columns.shape[1])[0]
    bread = least_squares(columns, np.zeros(len(drawn))).bread
    loadings, df = cr2_loadings(columns, cluster, contrast)
    return OfferForms(columns @ (bread @ contrast), loadings, arm, df)


@dataclass(frozen=True, slots=True)
class OfferResult:
    """One test by one route: half the width of the interval and the p-value; `df` is that of the CR2 part."""

    half_width: float
    df: float
    p_value: float


def offer_test(forms: OfferForms, outcome: Floats, route: str, level: float) -> OfferResult:
    """Return the test of `outcome`, shape (n,), by a route of `ROUTES`: of several parts the largest p and the widest interval."""
    from scipy.special import stdtr, stdtrit

    found = forms.tests(outcome[None, :])
    parts = {name: (float(variance[0]), float(df[0])) for name, (variance, df) in found.parts(forms.df).items()}
    used = [parts[name] for name in ROUTES[route]]
    estimate = abs(float(found.estimate[0]))
    p_values = [2 * float(stdtr(df, -estimate / np.sqrt(variance))) for variance, df in used]
    widths = [float(stdtrit(df, 0.5 + level / 2) * np.sqrt(variance)) for variance, df in used]
    return OfferResult(max(widths), float(used[0][1]), max(p_values))


ROUTES: dict[str, tuple[str, ...]] = {
    "cr2": ("cr2",),
    "cr2-cautious": ("seen",),
    "cr2-and-pooled": ("seen", "pooled"),
    "cr2-few": ("few",),
    "cr2-few-and-pooled": ("few", "pooled"),
}
"""Route -> its parts, all of which must reject."""
