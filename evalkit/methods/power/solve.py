"""One question, three forms: power, detectable effect, size. Each gives the missing one of the three."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Generic, TypeVar

from evalkit.methods.power.designs import PlannedDesign
from evalkit.methods.power.noncentral import Sides, bloom_multiplier, power_of, required_ncp
from evalkit.methods.power.refusals import check_levels, refuse

D = TypeVar("D", bound=PlannedDesign)

LARGEST = 1e7


@dataclass(frozen=True, slots=True)
class Size(Generic[D]):
    """How large a design has to be.

    Attributes
    ----------
    exact : float
        Where the power is met as if size were continuous (what textbooks print).
    whole : int
        Persons, pairs or clusters to recruit: the next whole number, an even one where the arms are equal.
    design : PlannedDesign
        The design with the whole number.
    """

    exact: float
    whole: int
    design: D


def power(design: PlannedDesign, effect: float, *, alpha: float = 0.05, sides: Sides = 2) -> float:
    """Return the probability that the design finds an effect of this size (in SD) at level `alpha`."""
    check_levels(alpha)
    return power_of(effect / math.sqrt(design.variance), design.df, alpha, sides)


def mde(design: PlannedDesign, *, alpha: float = 0.05, target: float = 0.8, sides: Sides = 2) -> float:
    """Return the minimum detectable effect, in SD: the effect that is found with probability `target`."""
    return required_ncp(design.df, alpha, target, sides) * math.sqrt(design.variance)


def bloom_mde(design: PlannedDesign, *, alpha: float = 0.05, target: float = 0.8, sides: Sides = 2) -> float:
    """Return the same by Bloom's multiplier: what PowerUp! and most textbooks print. `mde` is exact."""
    return bloom_multiplier(design.df, alpha, target, sides) * math.sqrt(design.variance)


def half_width(design: PlannedDesign, *, level: float = 0.95) -> float:
    """Return half the width of the confidence interval, in SD, where the spread is as assumed."""
    from evalkit.methods.power.noncentral import critical_t

    return critical_t(design.df, 1 - level) * math.sqrt(design.variance)


def sample_size(design: D, effect: float, *, alpha: float = 0.05, target: float = 0.8, sides: Sides = 2) -> Size[D]:
    """Return how large `design` has to be to find `effect` (in SD) with probability `target`; its own size is not used.

    Raises
    ------
    PlanError
        DSN-EFFECT for an effect of nothing, DSN-LARGE if more than ten million would be needed, or no size is enough.
    """
    from scipy.optimize import brentq

    check_levels(alpha, target)
    if effect == 0 or not math.isfinite(effect):
        raise refuse("EFFECT", "ange den minsta effekt som spelar roll; ingen storlek räcker för att påvisa effekten noll")

    def missing(size: float) -> float:
        return power(design.with_size(size), effect, alpha=alpha, sides=sides) - target

    low = design.least_size
    high = max(2 * low, 8.0)
    while missing(high) < 0:
        high *= 2
        if high > LARGEST:
            raise refuse(
                "LARGE", "fler än tio miljoner behövs: effekten är för liten för att utvärderas så här; välj ett närmare mått"
            )
    exact = low if missing(low) >= 0 else float(brentq(missing, low, high, xtol=1e-9))
    whole = _whole(design, exact)
    return Size(exact, whole, design.with_size(float(whole)))


def _whole(design: PlannedDesign, exact: float) -> int:
    """Return the next whole number that leaves no half person in an arm of an equally shared design."""
    drawn = getattr(design, "drawn", design)
    whole = math.ceil(exact - 1e-9)
    return whole + whole % 2 if getattr(drawn, "share", None) == 0.5 else whole


def curve(design: D, sizes: tuple[float, ...], *, alpha: float = 0.05, target: float = 0.8) -> tuple[tuple[float, float], ...]:
    """Return (size, detectable effect in SD) for each size that allows a test."""
    return tuple((size, mde(design.with_size(size), alpha=alpha, target=target)) for size in sizes if size >= design.least_size)
