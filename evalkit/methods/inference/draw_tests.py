"""Permutation, wild bootstrap and bootstrap-t of one value a unit, for many samples at once.

Every draw is a column of weights, the same for all samples, so that thousands of samples cost two matrix products. The same code
gives the printed p-value (one row) and the measured rate of false alarms. Sources: Chung & Romano 2013 (studentised permutation);
Cameron, Gelbach & Miller 2008 and Webb 2023 (wild bootstrap, null imposed); Efron & Tibshirani 1993 (bootstrap-t).
docs/METHODS.md#routes-beside.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations, product
from math import comb

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

ENUMERATED = 5_000
"""At most so many assignments or sign vectors are all looked at; beyond, so many are drawn as the caller says."""
WEBB_LIMIT = 12
"""Up to so many units sign vectors are few, and Webb's six weights are tried beside them."""
_TIE = 1e-9
_ROWS = 400_000
_TINY = 1e-300
_SEED = 20261122


def permutation_p(values: Array, n_treated: int, draws: int) -> Array:
    """Return two-sided p-values of the studentised permutation test, shape (samples,).

    Parameters
    ----------
    values : shape (samples, n), the treated first
    draws : int
        Assignments drawn where there are more than `ENUMERATED`.

    Notes
    -----
    With values centred around their mean, A the sum of a drawn group and Q its sum of squares, t² = A²(1/n₁ + 1/n₀)² / V and
    V = c₁(Q − A²/n₁) + c₀(T − Q − A²/n₀), c = 1/(n(n − 1)): t² ≥ t₀² is linear in A² and Q.
    """
    n = values.shape[1]
    n_others = n - n_treated
    member, exact = _memberships(n, n_treated, draws)
    centred = _centred(values)
    first, second = 1 / (n_treated * (n_treated - 1)), 1 / (n_others * (n_others - 1))
    observed = _welch(centred, n_treated) ** 2 * (1 - 2 * _TIE)
    per_square = (1 / n_treated + 1 / n_others) ** 2 + observed * (first / n_treated + second / n_others)
    least = observed * second * (centred**2).sum(axis=1)
    found = np.empty(len(values))
    for rows in _chunks(len(values), member.shape[1]):
        far = centred[rows] @ member
        far *= far
        far *= per_square[rows, None]
        if n_treated != n_others:
            far -= (centred[rows] ** 2 * (observed[rows] * (first - second))[:, None]) @ member
        found[rows] = np.count_nonzero(far >= least[rows, None], axis=1)
    return np.asarray(found / member.shape[1] if exact else (found + 1) / (member.shape[1] + 1))


def wild_p(values: Array, n_treated: int, draws: int, *, webb: bool) -> Array:
    """Return two-sided p-values of the wild bootstrap with the null imposed, one unit a cluster, by CR1's t; shape (samples,).

    Notes
    -----
    Under the null there is one mean, so a drawn value is the centred one times its weight; t² = D²/V with D the difference of means
    and V = Σ (q − a²/n)/n² over the groups, a and q sums of drawn values and of their squares.
    """
    n = values.shape[1]
    n_others = n - n_treated
    weights, squared, exact = wild_weights(n_treated, n_others, draws, webb=webb)
    centred = _centred(values)
    observed = _welch(centred, n_treated, raw=True) ** 2 * (1 - 2 * _TIE)
    found = np.empty(len(values))
    for rows in _chunks(len(values), weights.shape[1]):
        mine = centred[rows, :n_treated] @ weights[:n_treated] / n_treated
        others = centred[rows, n_treated:] @ weights[n_treated:] / n_others
        far = mine - others
        far *= far
        mine *= mine
        others *= others
        far += (observed[rows] / n_treated)[:, None] * mine
        far += (observed[rows] / n_others)[:, None] * others
        # A sign squared is one: the sums of squares are the sample's own in every draw.
        far -= observed[rows, None] * (centred[rows] ** 2 @ squared)
        found[rows] = np.count_nonzero(far >= 0, axis=1)
    return np.asarray(found / weights.shape[1] if exact else (found + 1) / (weights.shape[1] + 1))


def bootstrap_t_p(values: Array, n_treated: int, draws: int) -> Array:
    """Return two-sided p-values of the bootstrap-t, the nearer tail doubled; shape (samples,).

    With ``n_treated`` = n there is one group, and the test is of its mean.
    """
    n_others = values.shape[1] - n_treated
    level = values - values[:, :1]
    observed = _welch(level, n_treated) if n_others else values.mean(axis=1) / _error(level, n_treated)
    groups = [(level[:, :n_treated], counts(n_treated, draws, 1), 1.0)]
    groups += [(level[:, n_treated:], counts(n_others, draws, 2), -1.0)] if n_others else []
    found = np.empty(len(values))
    for rows in _chunks(len(values), draws):
        value, variance = 0.0, _TINY
        for group, drawn, sign in groups:
            n = group.shape[1]
            x = group[rows] - group[rows].mean(axis=1, keepdims=True)
            mean = x @ drawn / n
            variance = variance + np.maximum(x**2 @ drawn / n - mean**2, 0.0) / (n - 1)
            value = value + sign * mean
        below = np.count_nonzero(value <= observed[rows, None] * np.sqrt(variance), axis=1)
        found[rows] = np.minimum(below, draws - below)
    return np.minimum(1.0, 2 * (found + 1) / (draws + 1))


def smallest_p(n_treated: int, n_others: int, draws: int) -> tuple[float, bool]:
    """Return the smallest p-value that a permutation of so many units can give, and whether all assignments are looked at."""
    n = n_treated + n_others
    if comb(n, n_treated) > ENUMERATED:
        return 1 / (draws + 1), False
    return (2 if n_treated == n_others else 1) / comb(n, n_treated), True


@lru_cache(maxsize=16)
def wild_weights(n_treated: int, n_others: int, draws: int, *, webb: bool) -> tuple[Array, Array, bool]:
    """Return weights of shape (n, draws), what their squares add to the variance, and whether these are all there are.

    Rademacher's signs (all of them where they are few, one of each mirrored pair) or Webb's six weights. For signs the squares are
    the same in every draw: one column.
    """
    n = n_treated + n_others
    share = np.repeat([1 / n_treated**2, 1 / n_others**2], [n_treated, n_others])[:, None]
    if not webb and 2 ** (n - 1) <= ENUMERATED:
        return np.array([(1.0, *rest) for rest in product((1.0, -1.0), repeat=n - 1)]).T, share, True
    rng = np.random.default_rng([_SEED, n_treated, n_others, draws, int(webb)])
    steps = np.sqrt(np.array([0.5, 1.0, 1.5])) if webb else np.ones(1)
    drawn = rng.choice(np.concatenate([-steps, steps]), size=(n, draws))
    return drawn, drawn**2 * share if webb else share, False


@lru_cache(maxsize=16)
def counts(n: int, draws: int, stream: int) -> Array:
    """Return how often each of n units is drawn with replacement, shape (n, draws)."""
    rng = np.random.default_rng([_SEED, n, draws, stream])
    return np.asarray(rng.multinomial(n, np.full(n, 1 / n), size=draws).T, dtype=np.float64)


@lru_cache(maxsize=16)
def _memberships(n: int, n_treated: int, draws: int) -> tuple[Array, bool]:
    exact = comb(n, n_treated) <= ENUMERATED
    if exact:
        chosen = np.array(list(combinations(range(n), n_treated)), dtype=np.intp)
    else:
        rng = np.random.default_rng([_SEED, n, n_treated, draws])
        chosen = np.argsort(rng.random((draws, n)), axis=1)[:, :n_treated]
    member = np.zeros((n, len(chosen)))
    member[chosen.T, np.arange(len(chosen))] = 1.0
    return member, exact


def _centred(values: Array) -> Array:
    # A common level would cost digits, and with them the ties.
    level = values - values[:, :1]
    return np.asarray(level - level.mean(axis=1, keepdims=True))


def _welch(level: Array, n_treated: int, *, raw: bool = False) -> Array:
    """Return the difference of means over its error: Welch's, or CR1's without its constant factor."""
    mine, others = level[:, :n_treated], level[:, n_treated:]
    n = 0 if raw else 1
    variance = mine.var(axis=1, ddof=n) / n_treated + others.var(axis=1, ddof=n) / others.shape[1]
    return np.asarray((mine.mean(axis=1) - others.mean(axis=1)) / np.sqrt(np.maximum(variance, _TINY)))


def _error(level: Array, n: int) -> Array:
    return np.asarray(np.sqrt(np.maximum(level.var(axis=1, ddof=1), _TINY) / n))


def _chunks(n: int, draws: int) -> Iterator[slice]:
    size = max(1, _ROWS // draws)
    for start in range(0, n, size):
        yield slice(start, min(n, start + size))
