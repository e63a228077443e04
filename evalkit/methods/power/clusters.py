"""Designs where whole groups (schools, municipalities) are assigned: design effects, parallel groups, stepped wedge.

Sources: Bloom 2006 and PowerUp! (parallel groups); Eldridge, Ashby and Kerry 2006 (unequal sizes); Hussey and Hughes 2007 (stepped
wedge). docs/METHODS.md#power-clusters.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from evalkit.methods.power.designs import check_arms
from evalkit.methods.power.refusals import check_count, check_df, check_icc, check_share, refuse


def design_effect(mean_size: float, icc: float, cv: float = 0.0) -> float:
    """Return 1 + ((1 + CV²)m − 1)ρ: how many times more persons than one by one, each person weighing the same."""
    return 1 + ((1 + cv**2) * mean_size - 1) * check_icc(icc)


def size_spread(sizes: Sequence[float]) -> tuple[float, float]:
    """Return the mean of cluster sizes and their coefficient of variation (population form); DSN-SMALL if one is below 1."""
    check_count("klusterstorlek", min(sizes, default=0), 1)
    mean = sum(sizes) / len(sizes)
    return mean, math.sqrt(sum((size - mean) ** 2 for size in sizes) / len(sizes)) / mean


def design_effect_weighted(sizes: Sequence[float], icc: float) -> float:
    """Return the design effect of the best weights, Σn / Σ n/(1 + (n − 1)ρ): what a mixed model could reach."""
    check_icc(icc)
    size_spread(sizes)
    return sum(sizes) / sum(size / (1 + (size - 1) * icc) for size in sizes)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Clusters in two arms.

    Attributes
    ----------
    j : float
        Clusters in both arms.
    m : float
        Persons a cluster, in the mean.
    cv : float
        Coefficient of variation of the sizes. Variance [ρ(1 − R²₂)(1 + CV²) + (1 − ρ)(1 − R²₁)/m]/(P(1 − P)J); degrees of freedom
        J − 2 − cluster covariates. With unequal sizes the t of that many degrees of freedom is too optimistic: see `diagnosis`.
    r2_within, r2_between : float
        What covariates explain of the variance inside and between clusters.
    """

    j: float
    m: float
    icc: float
    share: float = 0.5
    cv: float = 0.0
    r2_within: float = 0.0
    r2_between: float = 0.0
    covariates: int = 0

    def __post_init__(self) -> None:
        check_arms(self.share)
        check_icc(self.icc)
        check_share("R² inom kluster", self.r2_within)
        check_share("R² mellan kluster", self.r2_between)
        check_count("personer i ett kluster", self.m, 1)
        check_count("spridning i klusterstorlek", self.cv, 0)
        check_df(self.df, "kluster")
        if self.variance <= 0:
            raise refuse("SHARE", "R² kan inte förklara allt både inom och mellan kluster")

    @classmethod
    def of_sizes(cls, sizes: Sequence[float], icc: float, *, share: float = 0.5) -> Cluster:
        """Return the design of these clusters, both arms having the same mixture of sizes."""
        mean, cv = size_spread(sizes)
        return cls(len(sizes), mean, icc, share, cv)

    @property
    def size(self) -> float:
        """Clusters."""
        return self.j

    @property
    def persons(self) -> float:
        """Persons."""
        return self.j * self.m

    @property
    def clusters(self) -> float:
        """Clusters."""
        return self.j

    @property
    def variance(self) -> float:
        """In squared SD."""
        between = self.icc * (1 - self.r2_between) * (1 + self.cv**2)
        within = (1 - self.icc) * (1 - self.r2_within) / self.m
        return (between + within) / (self.share * (1 - self.share) * self.j)

    @property
    def df(self) -> float:
        """Clusters less two, less covariates of clusters."""
        return self.j - 2 - self.covariates

    @property
    def least_size(self) -> float:
        """One degree of freedom."""
        return 3.0 + self.covariates

    def after_loss(self, kept: float) -> Self:
        """Return the same clusters with a share `kept` of their persons, at least one in each."""
        return replace(self, m=max(1.0, self.m * kept))

    def with_size(self, size: float) -> Self:
        """Return the design with `size` clusters."""
        return replace(self, j=size)


@dataclass(frozen=True, slots=True)
class SteppedWedge:
    """Clusters that change over in a drawn order, measured in every period, new persons each time.

    Attributes
    ----------
    j : float
        Clusters, the same number at each of the `periods` − 1 steps.
    m : float
        Persons a cluster and period.
    icc : float
        The cluster effect is constant over time (no decay): a hopeful assumption where the roll-out is long.

    Notes
    -----
    Hussey and Hughes' variance. They use normal quantiles; here the t with J − 2 degrees of freedom, as where clusters are
    compared.
    """

    j: float
    m: float
    periods: int
    icc: float

    def __post_init__(self) -> None:
        check_icc(self.icc)
        check_count("perioder", self.periods, 3)
        check_count("personer i ett kluster och en period", self.m, 1)
        check_df(self.df, "kluster")
        if self.icc >= 1:
            raise refuse("ICC", "med ICC 1 är alla i ett kluster lika; räkna med kluster som enheter i stället")

    @property
    def size(self) -> float:
        """Clusters."""
        return self.j

    @property
    def persons(self) -> float:
        """Measured persons in all periods."""
        return self.j * self.m * self.periods

    @property
    def clusters(self) -> float:
        """Clusters."""
        return self.j

    @property
    def variance(self) -> float:
        """In squared SD."""
        return hussey_hughes(self.j, self.periods, (1 - self.icc) / self.m, self.icc)

    @property
    def df(self) -> float:
        """Clusters less two."""
        return self.j - 2

    @property
    def least_size(self) -> float:
        """One cluster a step."""
        return max(3.0, self.periods - 1.0)

    def after_loss(self, kept: float) -> Self:
        """Return the same clusters with a share `kept` of their persons, at least one in each."""
        return replace(self, m=max(1.0, self.m * kept))

    def with_size(self, size: float) -> Self:
        """Return the design with `size` clusters."""
        return replace(self, j=size)


def hussey_hughes(clusters: float, periods: int, error: float, between: float) -> float:
    """Return the variance of the effect in a complete stepped wedge with equal steps.

    Parameters
    ----------
    error : float
        Variance of a cluster's mean in one period, given the cluster.
    between : float
        Variance between clusters.

    Notes
    -----
    I σ²(σ² + Tτ²)/((IU − W)σ² + (U² + ITU − TW − IV)τ²), with U = ΣX, W = Σ_t(Σ_i X)², V = Σ_i(Σ_t X)².
    """
    i, t = clusters, periods
    steps = [i / (t - 1) * step for step in range(t)]
    u, w = sum(steps), sum(value**2 for value in steps)
    v = sum(i / (t - 1) * (t - step) ** 2 for step in range(1, t))
    top = i * error * (error + t * between)
    return top / ((i * u - w) * error + (u**2 + i * t * u - t * w - i * v) * between)
