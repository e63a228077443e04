"""Synthetic control and synthetic difference-in-differences of one treated unit.

Outcome paths alone, no predictors: a search over predictor weights is not reproducible between programs. Sources: Abadie, Diamond &
Hainmueller 2010; Arkhangelsky, Athey, Hirshberg, Imbens & Wager 2021. docs/METHODS.md#one-treated-unit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from evalkit.methods.fits import Floats
from evalkit.methods.single_unit.weights import simplex_weights, support_weights

RIDGE = 1e-3
"""Pull to zero of weights without regularisation of their own, as a share of the noise: makes them the only ones."""
LEAST_SCALE = 0.1
"""A fit closer than this share of the unit's own changes from period to period is taken for that close: with few periods it is
luck, and a difference must not be divided by luck."""
PERFECT = 1e9
"""Statistic of a difference after no misfit at all."""
LEAST_BEFORE = 3
"""Fewest periods before the start."""


@dataclass(frozen=True, slots=True, eq=False)
class Synthetic:
    """One unit beside its synthetic twin.

    Attributes
    ----------
    value : float
        Mean difference after the start; for the difference-in-differences minus the weighted difference before it.
    scale : float
        How far the two are apart before the start: what `value` is divided by to compare units.
    misfit : float
        Root mean square difference before the start (synthetic control: RMSPE); around its mean for the difference-in-differences.
    ratio : float
        Root mean square difference after the start over that before it, levels kept.
    weights : shape (J,)
    time_weights : shape (T0,) or None
    twin : shape (T,)
        Path of the synthetic twin, moved to the unit's weighted level before the start for the difference-in-differences.
    again : float
        `value` from the second computation of the weights.
    gap : float
        Largest relative duality gap of the weights.
    """

    value: float
    scale: float
    misfit: float
    ratio: float
    weights: Floats
    time_weights: Floats | None
    twin: Floats
    again: float = float("nan")
    gap: float = float("nan")

    @property
    def statistic(self) -> float:
        """The difference in units of the misfit before the start; a perfect fit of a constant counts as farther out than others."""
        return abs(self.value) / self.scale if self.scale > 0 else (PERFECT if self.value else 0.0)


Method = Callable[[Floats, Floats, int], Synthetic]


def synthetic_control(own: Floats, donors: Floats, before: int) -> Synthetic:
    """Return a unit beside the weighted mean of donors that is nearest to it before the start.

    Parameters
    ----------
    own : shape (T,)
    donors : shape (J, T)
    before : int
        Periods before the start.
    """
    weights = simplex_weights(donors[:, :before].T, own[:before], RIDGE * donor_noise(donors, before))
    return _control(own, donors, before, weights)


def synthetic_did(own: Floats, donors: Floats, before: int) -> Synthetic:
    """Return a unit beside donors weighted to move as it did, and periods before weighted to stand for those after.

    Notes
    -----
    τ = Σ_t∈post (y₁ₜ − Σωⱼyⱼₜ)/T₁ − Σ_t∈pre λₜ(y₁ₜ − Σωⱼyⱼₜ). ω: intercept, ridge ζ = T₁^¼·σ; λ: intercept, ridge `RIDGE`·σ; σ the
    SD of donors' changes from period to period before the start. Both problems are solved to their optimum; R's synthdid stops its
    iterations before it (Prop 99: −15.6038 there, −15.6054 here).
    """
    after = own.shape[0] - before
    noise = donor_noise(donors, before)
    weights = simplex_weights(*_centred(donors[:, :before].T, own[:before]), after**0.25 * noise)
    times = simplex_weights(*_centred(donors[:, :before], donors[:, before:].mean(axis=1)), RIDGE * noise)
    return _did(own, donors, before, weights, times)


def checked(method: Method, own: Floats, donors: Floats, before: int) -> Synthetic:
    """Return the same with the value computed a second time from linear systems on the supports of the weights."""
    first = method(own, donors, before)
    noise = donor_noise(donors, before)
    if first.time_weights is None:
        weights, gap = support_weights(donors[:, :before].T, own[:before], RIDGE * noise, first.weights)
        second = _control(own, donors, before, weights)
    else:
        ridge = (own.shape[0] - before) ** 0.25 * noise
        weights, gap = support_weights(*_centred(donors[:, :before].T, own[:before]), ridge, first.weights)
        after = donors[:, before:].mean(axis=1)
        times, other = support_weights(*_centred(donors[:, :before], after), RIDGE * noise, first.time_weights)
        second, gap = _did(own, donors, before, weights, times), max(gap, other)
    return Synthetic(
        first.value,
        first.scale,
        first.misfit,
        first.ratio,
        first.weights,
        first.time_weights,
        first.twin,
        second.value,
        gap,
    )


METHODS: dict[str, Method] = {"synthetic_did": synthetic_did, "synthetic_control": synthetic_control}


def _control(own: Floats, donors: Floats, before: int, weights: Floats) -> Synthetic:
    twin = np.einsum("j,jt->t", weights, donors)
    gap = own - twin
    misfit = float(np.sqrt((gap[:before] ** 2).mean()))
    scale = max(misfit, LEAST_SCALE * _own_noise(own, before))
    return Synthetic(float(gap[before:].mean()), scale, misfit, _ratio(gap, before), weights, None, twin)


def _did(own: Floats, donors: Floats, before: int, weights: Floats, times: Floats) -> Synthetic:
    twin = np.einsum("j,jt->t", weights, donors)
    gap = own - twin
    level = float(times @ gap[:before])
    around = gap[:before] - gap[:before].mean()
    misfit = float(np.sqrt((around**2).sum() / (before - 1)))
    scale = max(misfit, LEAST_SCALE * _own_noise(own, before))
    return Synthetic(float(gap[before:].mean()) - level, scale, misfit, _ratio(gap, before), weights, times, twin + level)


def _ratio(gap: Floats, before: int) -> float:
    first, last = np.sqrt((gap[:before] ** 2).mean()), np.sqrt((gap[before:] ** 2).mean())
    return float(last / first) if first > 0 else np.inf


def donor_noise(donors: Floats, before: int) -> float:
    """Return the standard deviation of donors' changes from period to period before the start."""
    return float(np.diff(donors[:, :before], axis=1).std(ddof=1))


def _own_noise(own: Floats, before: int) -> float:
    return float(np.sqrt((np.diff(own[:before]) ** 2).mean()))


def _centred(columns: Floats, target: Floats) -> tuple[Floats, Floats]:
    return columns - columns.mean(axis=0), target - target.mean()
