"""What a plan could find, before anybody is measured: designs side by side. Numbers of a plan, none of a person."""

from __future__ import annotations

import math
from dataclasses import dataclass


def shown_decimals(size: float) -> int:
    """Return the decimals that leave a size at least two digits: 6.4 has one, 0.083 three, 45,000 none."""
    if size == 0 or not math.isfinite(size):
        return 1
    least = 0 if abs(size) >= 1_000 else 1
    return min(6, max(least, 1 - math.floor(math.log10(abs(size)))))


@dataclass(frozen=True, slots=True)
class Assumed:
    """One assumption with its source (``pilot``, ``register``, ``literature``, ``guess`` or ``plan``)."""

    quantity: str
    value: float
    source: str
    reference: str


@dataclass(frozen=True, slots=True)
class DesignOption:
    """One design for the same intervention.

    Attributes
    ----------
    id : str
        Key of the page's words: ``before_after``, ``comparison``, ``waiting_list``, ``phase_in``, ``clusters`` or
        ``within_clusters``.
    persons, treated, clusters : int
        As drawn; `treated` has the intervention at the follow-up, `clusters` is 0 where persons are assigned.
    mde_sd : float | None
        Effect that is found with the report's power, in SD; None where the design is refused.
    mde : float | None
        The same in the outcome's unit; None without a standard deviation.
    power : float | None
        Probability of finding the plan's expected effect.
    needed : int | None
        Persons needed to find it with the report's power; None where nobody said what is expected, or no number is enough.
    price, price_per_point : float | None
        Kronor, and kronor more for finding an effect that is one unit smaller; None where the plan names no price, or where no
        smaller effect of one unit is left.
    months : int | None
        From the first start to the last follow-up.
    lottery : bool
        Whether a lottery decides who is first.
    warning : str
        Key of the page's words; empty for none.
    refusal, refusal_code : str
        Why it is refused, in Swedish, and the code; a refused design has no numbers.
    needed_price : float | None
        Kronor for as many as are needed.
    needed_clusters : int
        In how many clusters, as large as the plan's; 0 where persons are assigned.
    """

    id: str
    persons: int
    treated: int
    clusters: int
    mde_sd: float | None = None
    mde: float | None = None
    power: float | None = None
    needed: int | None = None
    price: float | None = None
    price_per_point: float | None = None
    months: int | None = None
    lottery: bool = False
    warning: str = ""
    refusal: str = ""
    refusal_code: str = ""
    needed_price: float | None = None
    needed_clusters: int = 0


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Detectable effect at another number of participants, of the design that the report recommends."""

    persons: int
    clusters: int
    mde_sd: float
    mde: float | None


@dataclass(frozen=True, slots=True)
class Simulated:
    """The recommended design made `draws` times with the evaluation's own route: values and Monte Carlo errors, effects in SD."""

    route: str
    draws: int
    seed: int
    effect_sd: float
    power: tuple[float, float]
    false_rejection: tuple[float, float]
    coverage: tuple[float, float]
    bias: tuple[float, float]
    rmse: tuple[float, float]
    type_s: tuple[float, float] | None
    type_m: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Curve:
    """Detectable effect at other numbers of participants, of one design."""

    id: str
    points: tuple[CurvePoint, ...]


@dataclass(frozen=True, slots=True)
class BestSizes:
    """What prices say: persons a cluster, and treated share, with the most precision for the money; None where prices are missing.

    Attributes
    ----------
    own_size : float | None
        Persons a cluster in the plan.
    """

    cluster_size: float | None
    treated_share: float | None
    own_size: float | None


@dataclass(frozen=True, slots=True)
class DesignReport:
    """All of it, for one plan and its primary outcome.

    Attributes
    ----------
    alpha, target : float
        Level of the test and power asked for.
    effect : float | None
        The plan's expected effect, in the outcome's unit.
    missing : tuple[str, ...]
        Quantities that nobody has assumed: printed as missing.
    recommended : str
        Id of the design of the curve and the simulation.
    """

    plan_id: str
    title: str
    version: str
    outcome: str
    unit: str
    synthetic: bool
    persons: int
    places: int | None
    alpha: float
    target: float
    effect: float | None
    assumptions: tuple[Assumed, ...]
    missing: tuple[str, ...]
    recommended: str
    options: tuple[DesignOption, ...]
    curve: tuple[CurvePoint, ...]
    simulated: Simulated | None
    curves: tuple[Curve, ...] = ()
    best: BestSizes | None = None
    simulated_clusters: Simulated | None = None
    language: str = "sv"

    def option(self, option_id: str) -> DesignOption:
        """Return one of the designs; KeyError if it is not there."""
        for option in self.options:
            if option.id == option_id:
                return option
        raise KeyError(option_id)
