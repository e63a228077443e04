"""The same comparison counted in other ways: each with the rate of false alarms that was measured on the plan's own design."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.findings.estimate import Interval
from evalkit.findings.words import Words

SHOWN, RATE, ATTAINABLE, NO_ANSWER = "", "rate", "attainable", "no-answer"
"""Why a route's p-value and interval are not shown: it cries wolf too often, it cannot reach 5 %, the report itself gives none."""

ROUTES_BESIDE: dict[str, tuple[str, str]] = {
    "cr3-t": ("klustrade medelfel av jackknife-slag (CR3)", "jackknife clustered standard errors (CR3)"),
    "permutation": (
        "placebotest: insatsgruppen mot alla lika stora grupper (studentiserad permutation)",
        "placebo test: the treated against all groups of the same size (studentised permutation)",
    ),
    "wild-rademacher": ("wild bootstrap med slumpade tecken", "wild bootstrap with random signs"),
    "wild-webb": ("wild bootstrap med Webbs sex vikter", "wild bootstrap with Webb's six weights"),
    "bootstrap-t": ("bootstrap-t", "bootstrap-t"),
    "johnson-t": ("Johnsons t-test för skeva förändringar", "Johnson's t test for skewed changes"),
}
"""Routes that are never the answer themselves -> name in Swedish and English."""

WORDS_BESIDE = {key: Words(*both) for key, both in ROUTES_BESIDE.items()}


@dataclass(frozen=True, slots=True)
class RouteBeside:
    """One way to count.

    Attributes
    ----------
    route : str
        Key of `evalkit.findings.reasons.INFERENCES` or `ROUTES_BESIDE`.
    worst_rate, mcse : float
        Share of simulated samples without effect in which it rejected at 5 %, worst declared case, and its Monte Carlo error.
    power : float
        At an effect of 2.8 standard errors, mildest case.
    n_draws : int
        Samples in each case.
    why_not : str
        `SHOWN`, or why `p_value` and `interval` are None.
    smallest_p : float | None
        Of a permutation: the smallest p-value that it can give; `exact` where all assignments were looked at.
    """

    route: str
    worst_rate: float
    mcse: float
    power: float
    n_draws: int
    why_not: str
    p_value: float | None
    interval: Interval | None
    smallest_p: float | None = None
    exact: bool = False


@dataclass(frozen=True, slots=True)
class RoutesBeside:
    """All ways for one estimate, that of the report first where it has one.

    Attributes
    ----------
    chosen : str
        The report's own route; ``none`` where no p-value is printed.
    limit : float
        The largest rate that is let through for the routes beside.
    """

    estimate_id: str
    outcome: str
    chosen: str
    routes: tuple[RouteBeside, ...]
    limit: float
    seed: int


@dataclass(frozen=True, slots=True)
class SafeRoute:
    """Cleared: where a unit is a person, rates in whole hundredths and no smallest p-value that tells how many there are."""

    route: str
    worst_rate: float
    why_not: str
    p_value: float | None
    p_below: bool
    interval: Interval | None
    smallest_p: float | None
    exact: bool


@dataclass(frozen=True, slots=True)
class SafeRoutes:
    """The cleared twin of `RoutesBeside`.

    Attributes
    ----------
    mcse : float
        The largest Monte Carlo error of a route that holds.
    rate_decimals : int
        Decimals of rates in percent: none where a unit is a person.
    """

    estimate_id: str
    outcome: str
    chosen: str
    routes: tuple[SafeRoute, ...]
    mcse: float
    rate_decimals: int
