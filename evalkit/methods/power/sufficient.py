"""The tests of two groups from means and variances alone: exact for normal outcomes, and independent of how many persons there are.

Mean ~ N(μ, σ²/n) and (n − 1)s²/σ² ~ χ²(n − 1), independent, are all that these tests use of normal values, so a study of a thousand
persons costs four random numbers. Equal to `evalkit.methods.inference.unit_tests` on rows; a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evalkit.methods.inference.unit_tests import UnitTest

Array = NDArray[np.float64]

SUMMARISED: dict[str, tuple[str, ...]] = {
    "welch": ("welch",),
    "pooled-t": ("pooled",),
    "bell-mccaffrey": ("bell-mccaffrey",),
    "pooled-and-welch": ("pooled", "welch"),
}
"""Route -> its tests; routes that need a third moment are not here."""


@dataclass(frozen=True, slots=True, eq=False)
class Arm:
    """Means and variances of one arm of `n` persons in many samples, each of shape (samples,)."""

    mean: Array
    variance: Array
    n: int


def draw_arm(n: int, centre: float, spread: float, samples: int, rng: np.random.Generator) -> Arm:
    """Return the means and variances of samples of `n` normal values."""
    mean = centre + spread / np.sqrt(n) * rng.standard_normal(samples)
    return Arm(mean, spread**2 * rng.chisquare(n - 1, samples) / (n - 1), n)


def route_tests(route: str, treated: Arm, comparison: Arm) -> tuple[UnitTest, ...]:
    """Return the tests of a route."""
    return tuple(_TESTS[name](treated, comparison) for name in SUMMARISED[route])


def _pooled(one: Arm, other: Arm) -> UnitTest:
    df = one.n + other.n - 2
    variance = ((one.n - 1) * one.variance + (other.n - 1) * other.variance) / df
    return UnitTest(one.mean - other.mean, np.sqrt(variance * (1 / one.n + 1 / other.n)), np.full(len(one.mean), float(df)))


def _welch(one: Arm, other: Arm) -> UnitTest:
    a, b = one.variance / one.n, other.variance / other.n
    return UnitTest(one.mean - other.mean, np.sqrt(a + b), (a + b) ** 2 / (a**2 / (one.n - 1) + b**2 / (other.n - 1)))


def _bell_mccaffrey(one: Arm, other: Arm) -> UnitTest:
    a, b = one.n, other.n
    df = (a + b) ** 2 * (a - 1) * (b - 1) / (a**2 * (a - 1) + b**2 * (b - 1))
    return UnitTest(one.mean - other.mean, np.sqrt(one.variance / a + other.variance / b), np.full(len(one.mean), df))


_TESTS = {"pooled": _pooled, "welch": _welch, "bell-mccaffrey": _bell_mccaffrey}
