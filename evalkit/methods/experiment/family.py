"""Several contrasts of one lottery tested together: Holm's rule on the routes of each, simulated without any effect.

Each contrast keeps its own route, measured on its own two arms at 5 %. What holds there need not hold at 5 % over their number, so
the whole family is simulated once more, as it will be used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evalkit.methods.experiment.offer import ROUTES, OfferForms
from evalkit.methods.experiment.offer_route import Offer
from evalkit.methods.validity.measure import ALPHA
from evalkit.methods.validity.nuisances import Array, Nuisance, noise

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
CHUNK = 400_000


@dataclass(frozen=True, slots=True, eq=False)
class Contrast:
    """One contrast: its rows among all drawn, its design and the route that holds for it."""

    rows: Ints
    design: Offer
    route: str


def p_values(forms: OfferForms, outcomes: Array, route: str) -> Array:
    """Return the p-value of each sample, shape (samples,): the largest of the route's parts."""
    from scipy.special import stdtr

    found = forms.tests(outcomes)
    parts = found.parts(forms.df)
    each = [2 * stdtr(parts[name][1], -np.abs(found.estimate) / np.sqrt(parts[name][0])) for name in ROUTES[route]]
    return np.asarray(np.max(each, axis=0))


def holm_rejects(p: Array, alpha: float = ALPHA) -> Bools:
    """Return which of the hypotheses Holm's rule rejects, shape (samples, contrasts).

    Examples
    --------
    >>> holm_rejects(np.array([[0.01, 0.04, 0.03]])).tolist()
    [[True, False, False]]
    """
    m = p.shape[1]
    order = np.argsort(p, axis=1)
    ranked = np.take_along_axis(p, order, axis=1) <= alpha / np.arange(m, 0, -1)
    going = np.cumprod(ranked, axis=1).astype(bool)
    found = np.empty_like(going)
    np.put_along_axis(found, order, going, axis=1)
    return found


def family_rate(  # noqa: PLR0917 - the facts of one lottery
    contrasts: Sequence[Contrast], arm: Ints, cluster: Ints, control: int, draws: int, seed: int
) -> float:
    """Return the worst rate of at least one false alarm over the declared cases of the first contrast's design."""
    return max(
        simulate(contrasts, arm, cluster, control, nuisance, draws, np.random.SeedSequence([seed, 77, case]))
        for case, nuisance in enumerate(contrasts[0].design.nuisances)
    )


def simulate(  # noqa: PLR0917 - the facts of one simulated lottery
    contrasts: Sequence[Contrast],
    arm: Ints,
    cluster: Ints,
    control: int,
    nuisance: Nuisance,
    draws: int,
    seed: np.random.SeedSequence,
    effect: float = 0.0,
) -> float:
    """Return how often Holm's rule rejects a true null.

    Parameters
    ----------
    arm, cluster : shape (n,)
        Arm of each, as drawn, and code of what was drawn together.
    control : int
        The arm whose spread is 1; the others' is that of the nuisance.
    effect : float
        Of arm 0, in SD: its contrasts are then no true nulls and are not counted.
    """
    alarms = 0
    for values, true in _samples(contrasts, arm, cluster, control, nuisance, draws, seed, effect):
        p = np.column_stack([p_values(c.design.forms, values[:, c.rows], c.route) for c in contrasts])
        alarms += int(np.count_nonzero((holm_rejects(p) & true).any(axis=1)))
    return alarms / draws


def family_alarm(  # noqa: PLR0917 - as `simulate`
    contrasts: Sequence[Contrast],
    arm: Ints,
    cluster: Ints,
    control: int,
    nuisance: Nuisance,
    draws: int,
    seed: np.random.SeedSequence,
    effect: float = 0.0,
) -> float:
    """Return how often the ordinary call rejects some true null, each contrast by itself at 5 %."""
    alarms = 0
    for values, true in _samples(contrasts, arm, cluster, control, nuisance, draws, seed, effect):
        found = np.column_stack([c.design.ordinary(values[:, c.rows]) for c in contrasts])
        alarms += int(np.count_nonzero((found & true).any(axis=1)))
    return alarms / draws


def _samples(  # noqa: PLR0917 - as `simulate`
    contrasts: Sequence[Contrast],
    arm: Ints,
    cluster: Ints,
    control: int,
    nuisance: Nuisance,
    draws: int,
    seed: np.random.SeedSequence,
    effect: float,
) -> Iterator[tuple[Array, Bools]]:
    rng = np.random.Generator(np.random.PCG64(seed))
    true = np.array([not effect or not (arm[c.rows] == 0).any() for c in contrasts])
    size = max(1, CHUNK // len(arm))
    for start in range(0, draws, size):
        values = _values(arm, cluster, control, nuisance, min(size, draws - start), rng)
        values[:, arm == 0] += effect
        yield values, true


def _values(  # noqa: PLR0917 - the facts of one simulated lottery
    arm: Ints, cluster: Ints, control: int, nuisance: Nuisance, samples: int, rng: np.random.Generator
) -> Array:
    share = nuisance.icc or 0.0
    values = noise(nuisance.shape, (samples, len(arm)), rng) * np.sqrt(1 - share)
    if share:
        values += np.sqrt(share) * noise(nuisance.shape, (samples, int(cluster.max()) + 1), rng)[:, cluster]
    values[:, arm != control] *= np.sqrt(nuisance.variance_ratio)
    return np.asarray(values)
