"""Which test the effect of an offer may have: its own blocks, clusters and baseline simulated without any effect.

Registers the candidates of the design ``offer`` (`evalkit.methods.validity`). Reads the draw and what was measured before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from evalkit.findings.validity import ORDINARY_CLUSTER
from evalkit.methods.experiment.offer import ROUTES, OfferForms, offer_forms
from evalkit.methods.validity.designs import EFFECT
from evalkit.methods.validity.lumpy import YES, is_lumpy, levels
from evalkit.methods.validity.measure import ALPHA, Candidate, Design, Measurement, Rejects, measure, register_route
from evalkit.methods.validity.nuisances import INTRACLASS, Array, Nuisance, noise, of_two_groups
from evalkit.methods.validity.ordinary import small_sample

Bools = NDArray[np.bool_]
WIDE = 4.0
"""Variance of drawn clusters over the others' in the last declared cases."""
LEAST = 3
"""Fewest units drawn in each arm behind any standard error, as for every other comparison."""


@dataclass(frozen=True)
class Offer:
    """A draw and its regressors, as bytes, so that it can be the key of a cache.

    Attributes
    ----------
    columns : bytes
        Regressors, float64, shape (n, k), what is tested first.
    arm : bytes
        Whether each is in the first arm, shape (n,).
    cluster : tuple[int, ...]
        Code of what was drawn together.
    """

    n: int
    columns: bytes
    arm: bytes
    cluster: tuple[int, ...]
    kind: str = "offer"
    outcome: str = ""

    @classmethod
    def of(cls, columns: Array, drawn: Bools, cluster: NDArray[np.generic], outcome: str = "") -> Offer:
        """Return the design of regressors of shape (n, k), what is tested first, of labels of shape (n,) and the outcome's kind."""
        codes = np.unique(cluster, return_inverse=True)[1]
        arm = np.ascontiguousarray(drawn, dtype=np.bool_).tobytes()
        return cls(len(drawn), np.ascontiguousarray(columns).tobytes(), arm, tuple(int(c) for c in codes), outcome=outcome)

    @property
    def n_values(self) -> int:
        """Persons."""
        return self.n

    @property
    def clustered(self) -> bool:
        """Whether any were drawn together."""
        return len(set(self.cluster)) < self.n

    @property
    def ordinary_call(self) -> str:
        """What a statistics package does."""
        return ORDINARY_CLUSTER if self.clustered else "ols"

    @property
    def nuisances(self) -> tuple[Nuisance, ...]:
        """The declared cases; of clusters also the drawn with twice the standard deviation."""
        wide = tuple(Nuisance("normal", WIDE, share) for share in INTRACLASS) if self.clustered else ()
        cases = of_two_groups(clustered=self.clustered, persons=not self.clustered, kind=self.outcome)
        # A yes or no with the same mean in both arms has the same spread in both.
        return (*(case for case in cases if case.shape not in YES or case.variance_ratio == 1), *wide)

    @cached_property
    def matrix(self) -> Array:
        """Regressors, shape (n, k)."""
        return np.frombuffer(self.columns, dtype=np.float64).reshape(self.n, -1)

    @cached_property
    def drawn(self) -> Bools:
        """Whether each is in the first arm."""
        return np.frombuffer(self.arm, dtype=np.bool_)

    @cached_property
    def forms(self) -> OfferForms:
        """Estimate and scores as linear forms."""
        return offer_forms(self.matrix, self.drawn, np.array(self.cluster))

    @property
    def fewest(self) -> int:
        """Units drawn in the smaller arm."""
        return int(min(self.forms.arm.sum(), (~self.forms.arm).sum()))

    def draw(self, nuisance: Nuisance, samples: int, rng: np.random.Generator) -> Array:
        """Return outcomes without effect, shape (samples, n); blocks and baseline shift nothing, since both are regressed out."""
        share = nuisance.icc or 0.0
        lumps = is_lumpy(nuisance.shape)
        # What the baseline leaves of an outcome in lumps is taken for the outcome itself: the least smooth it can be.
        values = (levels if lumps else noise)(nuisance.shape, (samples, self.n), rng) * np.sqrt(1 - share)
        if share:
            codes = np.array(self.cluster)
            values += np.sqrt(share) * noise("normal" if lumps else nuisance.shape, (samples, int(codes.max()) + 1), rng)[:, codes]
        values[:, self.drawn] *= np.sqrt(nuisance.variance_ratio)
        return np.asarray(values)

    def with_effect(self, values: Array) -> Array:
        """Add 2.8 standard errors of independent values to the drawn."""
        return np.asarray(values + EFFECT * np.sqrt(float(self.forms.weights @ self.forms.weights)) * self.matrix[:, 0])

    def ordinary(self, values: Array) -> Bools:
        """Return OLS with one variance on t(n − k), or clustered errors on t(G − 1), as packages print them."""
        from scipy.special import stdtrit

        x = self.matrix
        residuals = values - values @ x @ np.linalg.inv(x.T @ x) @ x.T
        estimate, n, k = values @ self.forms.weights, self.n, x.shape[1]
        if not self.clustered:
            error = np.sqrt((residuals**2).sum(axis=1) / (n - k) * float(self.forms.weights @ self.forms.weights))
            return np.asarray(np.abs(estimate) >= stdtrit(n - k, 1 - ALPHA / 2) * error)
        codes = np.array(self.cluster)
        member = np.eye(int(codes.max()) + 1)[codes]
        scores, g = (residuals * self.forms.weights) @ member, member.shape[1]
        error = np.sqrt((scores**2).sum(axis=1) * small_sample(g, n, k))
        return np.asarray(np.abs(estimate) >= stdtrit(g - 1, 1 - ALPHA / 2) * error)


def measure_offer(design: Offer, seed: int) -> Measurement | None:
    """Return the simulated size of every candidate; None where an arm has fewer than three units drawn."""
    return measure(design, seed) if design.fewest >= LEAST else None


def _rejects(part: str) -> Rejects:
    def rejects(values: Array, design: Design) -> Bools:
        from scipy.special import stdtrit

        assert isinstance(design, Offer)
        found = design.forms.tests(values)
        variance, df = found.parts(design.forms.df)[part]
        return np.asarray(np.abs(found.estimate) >= stdtrit(df, 1 - ALPHA / 2) * np.sqrt(variance))

    return rejects


_PARTS = {part: _rejects(part) for part in ("cr2", "seen", "pooled", "few")}
for _name, _parts in ROUTES.items():
    register_route("offer", Candidate(_name, tuple(_PARTS[part] for part in _parts), lambda design: isinstance(design, Offer)))
