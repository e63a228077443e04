"""The assignment set: what else the same lottery could have given. Randomisation inference may use nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import factorial, prod

import numpy as np
from numpy.typing import NDArray

from evalkit.methods.assignment.draws import Rules, draw
from evalkit.methods.assignment.rerandomise import draw_within
from evalkit.methods.assignment.tickets import sha256_text, tickets_of
from evalkit.methods.assignment.units import Unit, balls, by_block

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def redraws(
    units: Sequence[Unit], rules: Rules, seed: str, draws: int, *, covariates: Floats | None = None, accept: float | None = None
) -> Bools:
    """Return whether each unit is in the first arm, in `draws` further draws of the very same lottery: shape (draws, n_units).

    Parameters
    ----------
    seed : str
        Of the inference, not of the lottery.
    covariates, accept
        Where the lottery was re-randomised: its covariates and its bound.
    """
    return np.asarray(redrawn_arms(units, rules, seed, draws, covariates=covariates, accept=accept) == 0)


def redrawn_arms(
    units: Sequence[Unit], rules: Rules, seed: str, draws: int, *, covariates: Floats | None = None, accept: float | None = None
) -> NDArray[np.int64]:
    """Return each unit's arm, as its place among the rules' arms, in further draws: shape (draws, n_units). As `redraws`."""
    place = {arm.id: number for number, arm in enumerate(rules.arms)}
    drawn = np.empty((draws, len(units)), dtype=np.int64)
    for number in range(draws):
        own = sha256_text(f"{seed}|*redraw|{number}")
        if covariates is not None and accept is not None:
            allocation = draw_within(units, rules, covariates, accept, own).allocation
        else:
            allocation = draw(units, rules, tickets_of(own))
        drawn[number] = [place.get(allocation[unit.name], -1) for unit in units]
    return drawn


def count_assignments(units: Sequence[Unit], rules: Rules) -> int | None:
    """Return how many different allocations the lottery can give; None where that is not counted.

    Notes
    -----
    Not counted: misfits or places drawn over several blocks, places for persons.
    Product over blocks of Σ n! / Π n_j!, summed over what the misfits' arms can be. Refuses what `balls` and `by_block` refuse.
    """
    drawn = balls(units)
    if rules.simple:
        return int(len(rules.arms) ** len(drawn))
    if rules.persons:
        return None
    blocks = [len(block) for block in by_block(drawn).values()]
    if any(arm.places is not None for arm in rules.arms):
        return _ways(_placed(rules, blocks[0])) if len(blocks) == 1 else None
    one_round = [position for position, arm in enumerate(rules.arms) for _ in range(arm.weight)]
    if rules.misfits != "block" and any(n % len(one_round) for n in blocks):
        return None
    ways = (_ways_with_misfits(n, one_round, len(rules.arms)) for n in blocks)
    return prod(ways)


def smallest_p(n_assignments: int, *, mirrored: bool) -> float:
    """Return the smallest two-sided p-value that so many equally likely assignments allow.

    Parameters
    ----------
    mirrored : bool
        Whether swapping the arms gives an assignment of the same set (two arms of the same size in every block).

    Examples
    --------
    >>> smallest_p(20, mirrored=True)
    0.1
    """
    return (2 if mirrored else 1) / n_assignments


def _placed(rules: Rules, n: int) -> tuple[int, ...]:
    places = [arm.places for arm in rules.arms if arm.places is not None]
    return (*places, n - sum(places))


def _ways(counts: Sequence[int]) -> int:
    return factorial(sum(counts)) // prod(factorial(count) for count in counts)


def _ways_with_misfits(n: int, one_round: Sequence[int], n_arms: int) -> int:
    rounds, left = divmod(n, len(one_round))
    whole = [rounds * one_round.count(arm) for arm in range(n_arms)]
    extras = {tuple(extra.count(arm) for arm in range(n_arms)) for extra in combinations(one_round, left)}
    return sum(_ways([a + b for a, b in zip(whole, extra, strict=True)]) for extra in extras)
