"""Ways to test one value a unit that are shown beside the route taken, and their place among the measured candidates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from evalkit.methods.inference.draw_tests import WEBB_LIMIT, bootstrap_t_p, permutation_p, smallest_p, wild_p
from evalkit.methods.inference.unit_tests import cr3, johnson
from evalkit.methods.validity.designs import OneGroup, TwoGroups
from evalkit.methods.validity.measure import ALPHA, Bools, Candidate, Design, Measurement, draws_asked, measure, register_route
from evalkit.methods.validity.nuisances import Array, Nuisance

SAMPLES = 2_000
"""Simulated samples in each declared case: a Monte Carlo error of half a percentage point at 5 %."""
FEWER_SAMPLES, MANY_UNITS = 1_000, 400
MEASURED, PRINTED = 199, 9_999
"""Draws of weights behind a simulated and a printed p-value; a test by draws has the same size with any of them."""

PValues = Callable[[Array, int, int], Array]
"""Samples of shape (samples, units), treated first; number of treated; draws -> p-values."""

TWO_GROUPS: dict[str, PValues] = {
    "cr3-t": lambda values, n_treated, _: cr3(values, n_treated).p_values(),
    "permutation": permutation_p,
    "wild-rademacher": lambda values, n_treated, draws: wild_p(values, n_treated, draws, webb=False),
    "wild-webb": lambda values, n_treated, draws: wild_p(values, n_treated, draws, webb=True),
    "bootstrap-t": bootstrap_t_p,
}
ONE_GROUP: dict[str, PValues] = {
    "johnson-t": lambda values, n_treated, _: johnson(values, n_treated),
    "bootstrap-t": bootstrap_t_p,
}
TESTS = {"two-groups": TWO_GROUPS, "one-group": ONE_GROUP}


@dataclass(frozen=True)
class Beside:
    """A design whose other routes are measured: the same samples, candidates of their own."""

    main: TwoGroups | OneGroup

    @property
    def kind(self) -> str:
        """Key of the table of candidates."""
        return f"{self.main.kind}-beside"

    @property
    def n_values(self) -> int:
        """Units."""
        return self.main.n_values

    @property
    def nuisances(self) -> tuple[Nuisance, ...]:
        """The declared cases of the design."""
        return self.main.nuisances

    @property
    def ordinary_call(self) -> str:
        """The design's ordinary call."""
        return self.main.ordinary_call

    def draw(self, nuisance: Nuisance, samples: int, rng: np.random.Generator) -> Array:
        """Return the design's samples."""
        return self.main.draw(nuisance, samples, rng)

    def with_effect(self, values: Array) -> Array:
        """Add the design's effect."""
        return self.main.with_effect(values)

    def ordinary(self, values: Array) -> Bools:
        """Return what the ordinary call says."""
        return self.main.ordinary(values)


def measure_beside(design: TwoGroups | OneGroup, seed: int) -> Measurement:
    """Return rates and power of the routes beside on a design, in the cases that its own routes are measured in."""
    most = FEWER_SAMPLES if design.n_values > MANY_UNITS else SAMPLES
    return measure(Beside(design), seed, min(most, draws_asked() or most))


def n_treated(design: Design) -> int:
    """Return the units in the first group."""
    main = design.main if isinstance(design, Beside) else design
    return main.n_treated if isinstance(main, TwoGroups) else main.n_values


def attainable(design: TwoGroups | OneGroup, route: str) -> tuple[float, bool] | None:
    """Return the smallest p-value of a permutation of the design's units and whether it is exact; None for other routes."""
    if route != "permutation" or not isinstance(design, TwoGroups):
        return None
    return smallest_p(design.n_treated, design.n_comparison, PRINTED)


def _candidate(name: str, test: PValues) -> Candidate:
    def rejects(values: Array, design: Design) -> Bools:
        return np.asarray(test(values, n_treated(design), MEASURED) <= ALPHA)

    def applies(design: Design) -> bool:
        groups = (n_treated(design), design.n_values - n_treated(design))
        least = min(n for n in groups if n)
        return least >= 2 and (name != "wild-webb" or design.n_values <= WEBB_LIMIT)

    return Candidate(name, (rejects,), applies)


for _kind, _tests in TESTS.items():
    for _name, _test in _tests.items():
        register_route(f"{_kind}-beside", _candidate(_name, _test))
