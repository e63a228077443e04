"""A large design near the limit is measured with more samples, so that an arbitrary seed does not decide about a p-value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from evalkit.methods.validity import measure as room
from evalkit.methods.validity.measure import FEW_DRAWS, IF_NEAR, Candidate, limit, measure, measured_with, register_route
from evalkit.methods.validity.nuisances import Nuisance

KIND = "coins"
CALM = 0.02


@dataclass(frozen=True)
class Coins:
    """A design whose one test raises a false alarm at a known rate: nearly never in the first case, `rate` in the second."""

    rate: float
    n_values: int = 500
    kind: str = KIND
    ordinary_call: str = "ols"

    @property
    def nuisances(self) -> tuple[Nuisance, ...]:
        return (Nuisance(), Nuisance("exponential"))

    def draw(self, nuisance: Nuisance, samples: int, rng: np.random.Generator) -> np.ndarray:
        rate = self.rate if nuisance.shape == "exponential" else CALM
        return (rng.random((samples, 1)) < rate).astype(float)

    def with_effect(self, values: np.ndarray) -> np.ndarray:
        return values

    def ordinary(self, values: np.ndarray) -> np.ndarray:
        return values[:, 0] > 0


@pytest.fixture(autouse=True)
def one_candidate() -> Iterator[None]:
    register_route(KIND, Candidate("flip", (lambda values, design: values[:, 0] > 0,), lambda design: True))
    yield
    room._CANDIDATES.pop(KIND)
    room.forget()


def test_only_the_case_that_is_near_the_limit_gets_more_samples() -> None:
    found = [measure(Coins(0.058), seed) for seed in range(20)]
    again = [m for m in found if m.drawn]
    assert len(again) > 10
    assert all(m.drawn == (FEW_DRAWS, IF_NEAR) for m in again)
    assert all(m.limit == limit(IF_NEAR) for m in again)
    assert all(m.mcse(0.05, 1) < m.mcse(0.05, 0) for m in again)


@pytest.mark.parametrize("rate", [0.03, 0.09])
def test_what_is_clear_is_measured_once(rate: float) -> None:
    found = measure(Coins(rate), 1)
    assert (found.drawn, found.limit) == ((), limit(FEW_DRAWS))
    assert (found.chosen is not None) == (rate < limit(FEW_DRAWS))


def test_a_rate_under_the_bound_gets_its_p_value_more_often_than_from_one_measurement() -> None:
    seeds = range(300)
    once = [measure(Coins(0.052), s, FEW_DRAWS).chosen is None for s in seeds]
    again = [measure(Coins(0.052), s).chosen is None for s in seeds]
    assert np.mean(once) > 0.03
    assert np.mean(again) < np.mean(once) / 2


def test_a_rate_over_the_bound_is_let_through_no_more_often() -> None:
    seeds = range(300)
    once = [measure(Coins(0.062), s, FEW_DRAWS).chosen is not None for s in seeds]
    again = [measure(Coins(0.062), s).chosen is not None for s in seeds]
    assert np.mean(again) < np.mean(once)


def test_twins_and_small_designs_are_measured_once() -> None:
    with measured_with(FEW_DRAWS):
        assert not any(measure(Coins(0.058), seed).drawn for seed in range(5))
    assert not any(measure(Coins(0.058, n_values=100), seed).drawn for seed in range(5))
