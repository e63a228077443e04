"""What a significant result from a weak design is worth: wrong sign (type S) and exaggeration (type M).

Sources: Gelman and Carlin 2014; Lu, Qiu and Deng 2019 (closed form, known variance).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from evalkit.methods.power.noncentral import critical_t
from evalkit.methods.power.refusals import check_levels, refuse


@dataclass(frozen=True, slots=True)
class Retrodesign:
    """Power, probability of the wrong sign among significant results, and their mean size over the true one."""

    power: float
    type_s: float
    type_m: float


def retrodesign(effect: float, std_error: float, alpha: float = 0.05) -> Retrodesign:
    """Return what a two-sided z test would say of a true `effect` measured with `std_error`."""
    from scipy.special import ndtr

    check_levels(alpha)
    if effect == 0 or not std_error > 0:
        raise refuse("EFFECT", "ange en effekt skild från noll och ett medelfel större än noll")
    shift = abs(effect) / std_error
    border = critical_t(math.inf, alpha)
    upper, lower = float(ndtr(shift - border)), float(ndtr(-border - shift))
    found = upper + lower
    mean = _density(border - shift) + _density(border + shift) + shift * (upper - lower)
    return Retrodesign(found, lower / found, mean / (shift * found))


def _density(x: float) -> float:
    return math.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
