"""Several measurements of the same persons or units: after only, change, ANCOVA, difference-in-differences with serial correlation.

Sources: Frison and Pocock 1992; McKenzie 2012; Burlig, Preonas and Woerman 2020. docs/METHODS.md#power-repeated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from evalkit.methods.power.designs import Estimator, check_arms
from evalkit.methods.power.refusals import check_count, check_df, refuse


def frison_pocock(correlation: float, before: int, after: int, estimator: Estimator) -> float:
    """Return the variance factor of one person's contrast in SD², all pairs of measurements correlated alike.

    Notes
    -----
    post (1 + (p − 1)r)/p; change post + (1 + (m − 1)r)/m − 2r; ANCOVA post − m r²/(1 + (m − 1)r).
    """
    m, p, r = before, after, correlation
    post = (1 + (p - 1) * r) / p
    if estimator == "post":
        return post
    baseline = (1 + (m - 1) * r) / m
    return post + baseline - 2 * r if estimator == "change" else post - r**2 / baseline


def serial_factor(phi: float, before: int, after: int, estimator: Estimator = "change") -> float:
    """Return the same factor where measurements at distance d correlate phi^d (AR(1)): c'Σc.

    For ``change`` it is Burlig's formula; the formula for independent errors, 1/m + 1/p, is far too small where phi is large.
    """
    sigma = ar1(phi, before + after)
    first, last = _mean_weights(before, after)
    post, base, cross = float(last @ sigma @ last), float(first @ sigma @ first), float(first @ sigma @ last)
    if estimator == "post":
        return post
    return post + base - 2 * cross if estimator == "change" else post - cross**2 / base


def ar1(phi: float, periods: int) -> NDArray[np.float64]:
    """Return the correlation matrix phi^|i − j|, shape (periods, periods)."""
    distance = np.abs(np.subtract.outer(np.arange(periods), np.arange(periods)))
    return np.asarray(np.power(float(phi), distance))


def _mean_weights(before: int, after: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    early = np.arange(before + after) < before
    return early / before, ~early / after


@dataclass(frozen=True, slots=True)
class RepeatedMeasures:
    """Two arms of persons (or units) measured `before` times before and `after` times after.

    Attributes
    ----------
    n : float
        Persons (units) in both arms.
    correlation : float
        Between two measurements of a person; between neighbours in time where `serial`.
    estimator : str
        ``post``, ``change`` (difference-in-differences) or ``ancova``; df n − 2, ANCOVA n − 3.
    serial : bool
        Correlation falls with distance in time (AR(1)) instead of being the same for every pair.
    """

    n: float
    correlation: float
    before: int = 1
    after: int = 1
    estimator: Estimator = "ancova"
    share: float = 0.5
    serial: bool = False

    def __post_init__(self) -> None:
        check_arms(self.share)
        if not -1 < self.correlation < 1:
            raise refuse("CORR", "korrelationen ska ligga mellan −1 och 1, utan ändarna")
        check_count("mätningar före", self.before, 0 if self.estimator == "post" else 1)
        check_count("mätningar efter", self.after, 1)
        check_df(self.df, "personer")
        if self.factor <= 0:
            raise refuse("CORR", "så många mätningar kan inte ha en så negativ korrelation; skatta den ur egna data")

    @property
    def factor(self) -> float:
        """Variance of one person's contrast, in SD²."""
        form = serial_factor if self.serial else frison_pocock
        return form(self.correlation, self.before, self.after, self.estimator)

    @property
    def size(self) -> float:
        """Persons."""
        return self.n

    @property
    def persons(self) -> float:
        """Persons."""
        return self.n

    @property
    def clusters(self) -> float:
        """None."""
        return 0.0

    @property
    def variance(self) -> float:
        """Factor/(P(1 − P)n)."""
        return self.factor / (self.share * (1 - self.share) * self.n)

    @property
    def df(self) -> float:
        """Persons less two, less three with a baseline covariate."""
        return self.n - (3 if self.estimator == "ancova" else 2)

    @property
    def least_size(self) -> float:
        """One degree of freedom."""
        return 4.0 if self.estimator == "ancova" else 3.0

    def after_loss(self, kept: float) -> Self:
        """Return what is left when a share `kept` is measured at the end."""
        return replace(self, n=self.n * kept)

    def with_size(self, size: float) -> Self:
        """Return the design with `size` persons."""
        return replace(self, n=size)
