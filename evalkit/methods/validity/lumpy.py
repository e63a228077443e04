"""Values that come in lumps: yes or no, counts with many zeros, costs that few have. Mean 0 and variance 1 where nothing is true.

A change is the difference of two draws of the same person, whose need is the same both times; a level is one draw. Whoever keeps
her answer changes less often than drawn here, which makes every test more careful, not less.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

YES = {"yes-05": 0.05, "yes-10": 0.1, "yes-20": 0.2, "yes-50": 0.5}
"""Shape -> share that says yes."""
DAYS, COSTS = "days", "costs"
KINDS: dict[str, tuple[str, ...]] = {"binary": tuple(YES), "count": (DAYS,), "money": (COSTS,)}
"""Kind of an outcome in a plan -> the shapes that are declared for it beside the smooth ones."""
COUNTED = 0.5
"""Share of persons who can have a count above zero; theirs is negative binomial with mean `MEAN` and dispersion `DISPERSION`."""
MEAN, DISPERSION = 4.0, 1.0
USERS, SIGMA = 0.6, 1.2
"""Share of persons who have a cost; theirs is lognormal with this sigma (skewness 11)."""
GAMMA = 0.25
"""Shape of the gamma that stands for costs summed over the persons of a cluster (skewness 4 a person)."""


def shapes_of(kind: str) -> tuple[str, ...]:
    """Return the shapes of a kind of outcome; none for a score, a share or a rate."""
    return KINDS.get(kind, ())


def is_lumpy(shape: str) -> bool:
    """Return whether a shape is one of these."""
    return shape in YES or shape in {DAYS, COSTS}


def changes(shape: str, size: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Return changes of persons."""
    who = _who(shape, size, rng)
    return np.asarray((_drawn(shape, who, rng) - _drawn(shape, who, rng)) / np.sqrt(_variances(shape)[0]))


def levels(shape: str, size: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Return single measurements of persons."""
    mean, variance = _level(shape)
    return np.asarray((_drawn(shape, _who(shape, size, rng), rng) - mean) / np.sqrt(variance))


def mean_changes(shape: str, sizes: Array, size: tuple[int, int], rng: np.random.Generator) -> Array:
    """Return mean changes of clusters: variance 1 over the cluster's number of persons, `sizes` of shape (units,)."""
    n = np.broadcast_to(sizes, size)
    if shape in YES:
        persons = n.astype(np.int64)
        moved = rng.binomial(persons, YES[shape]) - rng.binomial(persons, YES[shape])
        return np.asarray(moved / n / np.sqrt(_variances(shape)[0]))
    share = COUNTED if shape == DAYS else USERS
    who = rng.binomial(n.astype(np.int64), share)
    if shape == DAYS:
        one, other = (rng.poisson(rng.standard_gamma(who * DISPERSION) * MEAN / DISPERSION) for _ in range(2))
        return np.asarray((one - other) / n / np.sqrt(_variances(shape)[0]))
    one_cost, other_cost = (rng.standard_gamma(who * GAMMA) for _ in range(2))
    return np.asarray((one_cost - other_cost) / n / np.sqrt(2 * USERS * GAMMA))


def _who(shape: str, size: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Return who can have anything, 0 or 1; everybody can say yes."""
    return np.ones(size) if shape in YES else (rng.random(size) < (COUNTED if shape == DAYS else USERS)).astype(np.float64)


def _drawn(shape: str, who: Array, rng: np.random.Generator) -> Array:
    if shape in YES:
        return (rng.random(who.shape) < YES[shape]).astype(np.float64)
    if shape == DAYS:
        return np.asarray(rng.poisson(rng.standard_gamma(who * DISPERSION) * MEAN / DISPERSION), dtype=np.float64)
    return np.asarray(who * np.exp(SIGMA * rng.standard_normal(who.shape)))


def _variances(shape: str) -> tuple[float, float]:
    """Return the variance of a change and the mean of a level among those who can have anything."""
    if shape in YES:
        return 2 * YES[shape] * (1 - YES[shape]), YES[shape]
    if shape == DAYS:
        return 2 * COUNTED * (MEAN + MEAN**2 / DISPERSION), MEAN
    spread = float((np.exp(SIGMA**2) - 1) * np.exp(SIGMA**2))
    return 2 * USERS * spread, float(np.exp(SIGMA**2 / 2))


def _level(shape: str) -> tuple[float, float]:
    """Return mean and variance of a level over everybody."""
    half, mean = _variances(shape)[0] / 2, _variances(shape)[1]
    share = 1.0 if shape in YES else COUNTED if shape == DAYS else USERS
    return share * mean, half + share * (1 - share) * mean**2
