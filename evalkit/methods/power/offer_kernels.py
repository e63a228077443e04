"""The test of an offer for thousands of normal outcomes of one lottery: the numbers of `evalkit.methods.experiment.offer`, faster.

Persons: with Q an orthonormal basis of the regressors, Σ wᵢ²(yᵢ − qᵢ'c)² = Σ wᵢ²yᵢ² − 2c'Q'W²y + c'Q'W²Qc, c = Q'y: no matrix of
n × n. Clusters: estimate and scores are jointly normal, so they are drawn themselves, one number a cluster. Tests hold both to
the rows. docs/METHODS.md#diagnosis.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from evalkit.methods.experiment.offer import OfferForms, OfferTests, offer_forms, tests_of_sums
from evalkit.methods.inference.cluster_robust import least_squares

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
_RANK = 1e-10


@dataclass(frozen=True, eq=False)
class DrawnOffer:
    """Regressors of one lottery, shape (n, k), arms and what was drawn together, shape (n,)."""

    columns: Array
    arm: Bools
    group: NDArray[np.intp]

    @property
    def forms(self) -> OfferForms:
        """The test as linear forms of the outcome."""
        return offer_forms(self.columns, self.arm, self.group)


class Kernel(Protocol):
    """From noise to tests, on one lottery."""

    @property
    def arm(self) -> Bools:
        """Persons in the first arm, shape (n,)."""
        ...

    @property
    def df(self) -> float:
        """Satterthwaite's degrees of freedom."""
        ...

    def noise(self, samples: int, rng: np.random.Generator, inside: float) -> Array:
        """Return what is drawn, first axis `samples`; `inside` is the SD of what is a person's own."""
        ...

    def with_effect(self, noise: Array, effects: Array) -> Array:
        """Return the noise with effects of persons, shape (samples, n), added."""
        ...

    def tests(self, noise: Array) -> OfferTests:
        """Return every test."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class PersonKernel:
    """Each person drawn alone. `forms` stacks Q, W₁²Q, W₀²Q and the estimate's weights, shape (n, 3k + 1)."""

    arm: Bools
    forms: Array
    squares: Array
    inner: tuple[Array, Array]
    df: float

    @classmethod
    def of(cls, drawn: DrawnOffer, icc: float, r2_between: float) -> PersonKernel:
        """Return the kernel; persons who were drawn alone are no more alike in a place than elsewhere."""
        del icc, r2_between
        contrast = np.eye(drawn.columns.shape[1])[0]
        weights = drawn.columns @ (least_squares(drawn.columns, np.zeros(len(drawn.arm))).bread @ contrast)
        basis = np.linalg.qr(drawn.columns)[0]
        leverage = np.einsum("ij,ij->i", basis, basis)
        free = 1 - leverage
        # Whoever is alone in a block is fitted exactly and left out, as the general form leaves her out.
        square = np.where(free > _RANK, weights**2 / np.where(free > _RANK, free, 1.0), 0.0)
        sides = np.stack([square * drawn.arm, square * ~drawn.arm], axis=1)
        weighed = [side[:, None] * basis for side in sides.T]
        whole = basis.T @ (square[:, None] * basis)
        trace = float(square @ free)
        below = float((square * free) @ (square * free) + np.sum(whole**2) - (square * leverage) @ (square * leverage))
        inner = (basis.T @ weighed[0], basis.T @ weighed[1])
        return cls(drawn.arm, np.column_stack([basis, *weighed, weights]), sides, inner, trace**2 / below)

    def noise(self, samples: int, rng: np.random.Generator, inside: float) -> Array:
        """Return persons' own values."""
        values = rng.standard_normal((samples, len(self.arm)))
        values *= inside
        return values

    def with_effect(self, noise: Array, effects: Array) -> Array:
        """Return the sum."""
        return noise + effects

    def tests(self, noise: Array) -> OfferTests:
        """Return every test of values of shape (samples, n)."""
        k = self.inner[0].shape[0]
        found, squares = noise @ self.forms, noise**2 @ self.squares
        fitted = found[:, :k]
        sums = [
            squares[:, side]
            - 2 * np.einsum("ij,ij->i", found[:, (1 + side) * k : (2 + side) * k], fitted)
            + np.einsum("ij,ij->i", fitted @ self.inner[side], fitted)
            for side in (0, 1)
        ]
        one, other = (np.maximum(total, 0.0) for total in sums)
        units = (int(self.arm.sum()), int((~self.arm).sum()))
        return tests_of_sums(found[:, -1], one, other, units=units, df=self.df)


@dataclass(frozen=True, slots=True, eq=False)
class ClusterKernel:
    """Whole clusters drawn. `loadings` stacks the clusters' scores and the estimate, shape (clusters + 1, n)."""

    arm: Bools
    first: Bools
    loadings: Array
    between: Array
    df: float

    @classmethod
    def of(cls, drawn: DrawnOffer, icc: float, r2_between: float) -> ClusterKernel:
        """Return the kernel of clusters whose persons are alike by `icc`, less what is explained between them."""
        forms, codes = drawn.forms, np.unique(drawn.group, return_inverse=True)[1]
        loadings = np.vstack([forms.loadings, forms.weights])
        between = np.sqrt(icc * (1 - r2_between)) * (loadings @ np.eye(int(codes.max()) + 1)[codes])
        return cls(drawn.arm, forms.arm, loadings, between, forms.df)

    def noise(self, samples: int, rng: np.random.Generator, inside: float) -> Array:
        """Return scores and estimate, shape (samples, clusters + 1), by the square root of their covariance."""
        values, vectors = np.linalg.eigh(inside**2 * self.loadings @ self.loadings.T + self.between @ self.between.T)
        # The symmetric root: the same whatever signs a machine gives its eigenvectors.
        root = (vectors * np.sqrt(np.clip(values, 0.0, None))) @ vectors.T
        return np.asarray(rng.standard_normal((samples, len(root))) @ root)

    def with_effect(self, noise: Array, effects: Array) -> Array:
        """Return the sum in scores and estimate."""
        return np.asarray(noise + effects @ self.loadings.T)

    def tests(self, noise: Array) -> OfferTests:
        """Return every test of scores and estimates."""
        squares = noise[:, :-1] ** 2
        one, other = squares[:, self.first].sum(axis=1), squares[:, ~self.first].sum(axis=1)
        return tests_of_sums(noise[:, -1], one, other, units=(int(self.first.sum()), int((~self.first).sum())), df=self.df)
