"""How a route behaves on the plan's own design when nothing is true: simulated, so no person stands behind any number here."""

from __future__ import annotations

from dataclasses import dataclass

ORDINARY_CLUSTER = "ordinary-cluster"
"""`RouteValidity.ordinary` where treatment lies in clusters (`evalkit.methods.validity.ordinary`)."""


@dataclass(frozen=True, slots=True)
class NuisanceRate:
    """One declared case and the share of simulated samples without effect in which the route cried wolf.

    Attributes
    ----------
    shape : str
        ``normal``, ``exponential``, ``relapse`` or ``heavy``.
    variance_ratio : float
        Variance of the treated over that of the others.
    icc, autocorrelation : float | None
    rate : float | None
        Share rejected at 5 %; None where no route is used. The interval covers the truth in 1 − rate of the samples, since it holds
        exactly the values that the test does not reject.
    coverage : float | None
    mcse : float | None
        Monte Carlo standard error of both.
    ordinary_rate : float
        What the ordinary call gave on the same samples.
    """

    shape: str
    variance_ratio: float
    icc: float | None
    autocorrelation: float | None
    rate: float | None
    coverage: float | None
    mcse: float | None
    ordinary_rate: float


@dataclass(frozen=True, slots=True)
class TriedRoute:
    """A candidate and its worst rate; `power` at an effect of 2.8 standard errors in the mildest case."""

    route: str
    worst_rate: float
    power: float
    holds: bool


@dataclass(frozen=True, slots=True)
class RouteValidity:
    """The measurement behind one estimate's route.

    Attributes
    ----------
    route : str
        The route taken; ``none`` where no p-value is printed.
    ordinary : str
        The ordinary call it is compared with: ``ols``, ``paired-t``, `ORDINARY_CLUSTER` ….
    worst_rate : float | None
        In the worst declared case.
    limit : float
        The largest rate that would have been let through.
    n_draws : int
        Samples in each case.
    """

    estimate_id: str
    route: str
    rates: tuple[NuisanceRate, ...]
    tried: tuple[TriedRoute, ...]
    worst_rate: float | None
    worst_coverage: float | None
    ordinary: str
    ordinary_worst: float
    limit: float
    n_draws: int
    seed: int


@dataclass(frozen=True, slots=True)
class SafeValidity:
    """The cleared measurement, in whole hundredths: sharper ones would tell the exact number of units that was simulated.

    Attributes
    ----------
    worst_rate : float | None
        Of the route taken; None where none is.
    ordinary_worst : float
        Of the ordinary call, in its worst declared case.
    """

    estimate_id: str
    route: str
    worst_rate: float | None
    ordinary: str
    ordinary_worst: float
