"""The design of one treated unit, so that its ranking is measured on the plan's own numbers of donors and periods."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from evalkit.findings.validity import ORDINARY_CLUSTER
from evalkit.methods.single_unit.ranking import LEAST_DONORS, rejects
from evalkit.methods.single_unit.synthetic import METHODS
from evalkit.methods.validity.designs import EFFECT, TwoGroups
from evalkit.methods.validity.measure import ALPHA, Bools, Candidate, Design, Measurement, measure, register_route
from evalkit.methods.validity.nuisances import Array, Nuisance, autocorrelated

FEW_DONORS = 30
DRAWS, DRAWS_OF_MANY = 1_000, 600
"""Samples in each declared case, up to `FEW_DONORS` and beyond: every sample ranks a unit among its donors, within seconds."""
NEARLY, DRAWS_IF_NEAR = 0.08, 2_500
"""A worst rate below the first is measured again with so many samples: a plan is not refused by bad luck."""
MOST_DONORS = 39
"""A larger pool is measured with so many: with 39 the ranking spends its 5 % exactly."""
INFERENCE = {"synthetic_did": "sdid-rank", "synthetic_control": "sc-rank"}
"""Method -> name of its route."""


@dataclass(frozen=True)
class OneTreated:
    """One treated unit and donors over periods.

    The treated unit may vary twice as much as the donors; units may share two random walks with loadings of their own, of the
    share that the nuisance calls `icc`. Where units are alike the ranking is right by symmetry, but for one more donor of the
    treated unit.
    """

    n_donors: int
    before: int
    after: int
    method: str
    ordinary_call: str = ORDINARY_CLUSTER

    @property
    def kind(self) -> str:
        """One table of candidates a method."""
        return f"one-treated-{self.method}"

    @property
    def n_values(self) -> int:
        """Units times periods."""
        return (self.n_donors + 1) * (self.before + self.after)

    @property
    def nuisances(self) -> tuple[Nuisance, ...]:
        """The declared cases."""
        return (
            Nuisance("normal", 1.0, 0.0, 0.0),
            Nuisance("normal", 2.0, 0.0, 0.0),
            Nuisance("normal", 2.0, 0.5, 0.8),
            Nuisance("exponential", 2.0, 0.0, 0.8),
            Nuisance("exponential", 2.0, 0.5, 0.0),
        )

    def draw(self, nuisance: Nuisance, samples: int, rng: np.random.Generator) -> Array:
        """Return samples of shape (samples, units, periods), the treated unit first."""
        shape = (samples, self.n_donors + 1, self.before + self.after)
        share = nuisance.icc or 0.0
        values = np.sqrt(1 - share) * autocorrelated(nuisance, shape, rng)
        if share:
            walks = rng.standard_normal((samples, 2, shape[2])).cumsum(axis=2) / np.sqrt(shape[2])
            values += np.sqrt(share) * np.einsum("suf,sft->sut", rng.standard_normal((*shape[:2], 2)), walks)
        values += rng.standard_normal((*shape[:2], 1))
        values[:, 0] *= np.sqrt(nuisance.variance_ratio)
        return np.asarray(values)

    def with_effect(self, values: Array) -> Array:
        """Add the effect to the treated unit's periods after the start, in standard errors of a simple difference of means."""
        error = np.sqrt((1 / self.before + 1 / self.after) * (1 + 1 / self.n_donors))
        moved = values.copy()
        moved[:, 0, self.before :] += EFFECT * error
        return np.asarray(moved)

    def ordinary(self, values: Array) -> Bools:
        """Return two-way effects with clustered errors, as packages print them."""
        change = values[:, :, self.before :].mean(axis=2) - values[:, :, : self.before].mean(axis=2)
        return TwoGroups(1, self.n_donors, (), ORDINARY_CLUSTER, self.before + self.after).ordinary(change)


def measured(n_donors: int, before: int, after: int, method: str, seed: int) -> Measurement:
    """Return how often the ranking raises a false alarm with so many donors and periods.

    A rate that is over the limit by no more than chance allows is measured again with more samples, and that measurement stands.
    """
    design = design_of(n_donors, before, after, method)
    found = measure(design, seed, DRAWS if design.n_donors <= FEW_DONORS else DRAWS_OF_MANY)
    near = found.chosen is None and found.measured and min(m.worst for m in found.measured) < NEARLY
    return measure(design, seed, DRAWS_IF_NEAR) if near else found


def design_of(n_donors: int, before: int, after: int, method: str) -> OneTreated:
    """Return the design that is measured for so many donors and periods."""
    return OneTreated(min(n_donors, MOST_DONORS), before, after, method)


def _rejects(method: str, values: Array, design: Design) -> Bools:
    assert isinstance(design, OneTreated)
    return np.array([rejects(METHODS[method], y[0], y[1:], design.before, ALPHA) for y in values])


def _applies(design: Design) -> bool:
    return isinstance(design, OneTreated) and design.n_donors >= LEAST_DONORS


for _method, _name in INFERENCE.items():
    register_route(f"one-treated-{_method}", Candidate(_name, (partial(_rejects, _method),), _applies))
