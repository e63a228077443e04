"""The routes that designs get, on what costs and yes-or-no answers look like: skewed with zeros, and two values."""

from __future__ import annotations

import numpy as np
import pytest
from evalkit.methods.validity.designs import COMPONENTS, OneGroup, TwoGroups
from evalkit.methods.validity.measure import Design, measure

SAMPLES = 4000
MOST = 0.055 + 3 * np.sqrt(0.05 * 0.95 / SAMPLES)


def costs(n: int) -> np.ndarray:
    """Return changes of costs: lognormal, half shared over time, 40 % zeros at each time."""
    rng = np.random.default_rng(1)
    shared, own = rng.normal(size=(SAMPLES, n)), rng.normal(size=(2, SAMPLES, n))
    both = np.exp(1.2 * (np.sqrt(0.5) * shared + np.sqrt(0.5) * own)) * (rng.random((2, SAMPLES, n)) < 0.6)
    return np.asarray(both[1] - both[0])


def answers(n: int) -> np.ndarray:
    """Return changes of a yes or no: 20 % yes before, nine of ten of them and one in seven others afterwards."""
    rng = np.random.default_rng(2)
    before = rng.random((SAMPLES, n)) < 0.2
    after = rng.random((SAMPLES, n)) < np.where(before, 0.9, 0.15)
    return after.astype(float) - before


def rejected(design: Design, n_treated: int, changes: np.ndarray) -> float:
    chosen = measure(design, 20150901, draws=4000).chosen
    assert chosen is not None
    # A sample in which nobody differs is refused before any test.
    varying = changes[(changes.std(axis=1) > 0)]
    varying = (
        varying[(varying[:, :n_treated].std(axis=1) + varying[:, n_treated:].std(axis=1)) > 0]
        if n_treated < design.n_values
        else varying
    )
    return float(np.all([test(varying, n_treated).rejects(0.05) for test in COMPONENTS[chosen.name]], axis=0).mean())


@pytest.mark.parametrize("sizes", [(15, 15), (30, 12), (20, 60), (54, 47)])
@pytest.mark.parametrize("changes", [costs, answers])
def test_the_difference_of_two_groups_keeps_its_error_rate(changes, sizes: tuple[int, int]) -> None:
    assert rejected(TwoGroups(*sizes), sizes[0], changes(sum(sizes))) <= MOST


@pytest.mark.parametrize("n", [20, 30, 54])
def test_the_change_of_costs_in_one_group_keeps_its_error_rate(n: int) -> None:
    assert rejected(OneGroup(n), n, costs(n)) <= MOST


def test_halls_correction_alone_would_not() -> None:
    # Why the router takes the more cautious of two: in symmetric changes with long tails Hall's bend sees skewness.
    alone = COMPONENTS["hall-t"][0](costs(30), 30).rejects(0.05).mean()
    assert alone > 0.08
