"""Uncertainty of an estimator that is a weighted sum of the outcome: one score a unit, corrected for few units.

θ = Σ_i Σ_t w_it·y_it with weights that depend on starts and covariates alone, never on an outcome. Group-time effects and their
sums,
imputation, doubly robust and two-way effects are all of this kind, so that one small piece of code judges them all, and the same
code that prints is the code whose error rate is simulated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evalkit.methods.cohorts.levels import Levels
from evalkit.methods.fits import Bools, Floats
from evalkit.methods.inference.unit_tests import UnitTest, cubes

LEAST_CARRYING = 3
"""Fewest treated units behind a standard error."""
LEAST_OWN_VARIATION = 1e-9
"""A unit whose score is zero by construction (alone in what is estimated) has this share of its variance left, or less."""
DIGITS = 12


@dataclass(frozen=True, slots=True, eq=False)
class Weighted:
    """Some weighted sums of one panel, and what their uncertainty needs.

    Attributes
    ----------
    weights : shape (k, n_units, n_periods)
        Sum to zero over each unit's periods.
    own : shape (k, n_units)
        Sum of each unit's weights on the cells that are estimated: its share of the estimate.
    spread : shape (k, n_units, n_periods · q)
        Weights times covariates: what a unit's score loses by the levels.
    levels : Levels
        Of the model whose residuals are the scores.
    correction : shape (k, n_units)
        Factor of each squared score that makes its expectation right under the working model.
    df : shape (k,)
        Satterthwaite's degrees of freedom under the working model; 0 where no standard error exists.
    n_carrying : shape (k,)
        Units with a share in the estimate.
    """

    weights: Floats
    own: Floats
    spread: Floats
    levels: Levels
    correction: Floats
    df: Floats
    n_carrying: Floats

    def judge(self, values: NDArray[np.float64]) -> tuple[Floats, Floats]:
        """Return estimates, shape (samples, k), and scores, shape (samples, k, n_units), of values (samples, n_units, n_periods).

        A score is a unit's weighted residual, the estimate taken out in proportion to `own`.
        """
        level = values - values[:, :, :1]
        parts = np.einsum("sut,kut->sku", level, self.weights)
        found = parts.sum(axis=2)
        fitted = np.einsum("sa,kua->sku", self.levels.fit(level), self.spread)
        return found, np.asarray(parts - fitted - found[:, :, None] * self.own)

    def working_covariance(self, rho: float) -> Floats:
        """Return the covariance of the estimates, shape (k, k), for errors of variance one that follow AR(1) within units."""
        apart = np.abs(np.subtract.outer(*[np.arange(self.weights.shape[2])] * 2))
        spread = np.einsum("aut,ts->aus", self.weights, float(rho) ** apart)
        return np.asarray(np.einsum("aus,bus->ab", spread, self.weights))

    def variance(self, scores: NDArray[np.float64]) -> Floats:
        """Return the variances of the estimates, shape (samples, k)."""
        return np.asarray((scores**2 * self.correction).sum(axis=2), dtype=np.float64)


def score_tests(sums: Weighted, values: NDArray[np.float64]) -> tuple[UnitTest, UnitTest]:
    """Return the t test of the first estimate on Satterthwaite's degrees of freedom, and the same bent by Hall's cubic.

    The skewness of the estimate is Σ s_i³ / SE³.
    """
    found, scores = sums.judge(values)
    return score_tests_from(sums, found[:, 0], scores[:, 0])


def score_tests_from(sums: Weighted, found: NDArray[np.float64], scores: NDArray[np.float64]) -> tuple[UnitTest, UnitTest]:
    """Return the same from estimates (samples,) and scores (samples, n_units) that are already there."""
    error = np.sqrt((scores**2 * sums.correction[0]).sum(axis=1))
    df = np.full(len(found), sums.df[0])
    with np.errstate(invalid="ignore", divide="ignore"):
        skew = cubes(scores).sum(axis=1) / error**3
    return UnitTest(found, error, df), UnitTest(found, error, df, skew)


def weighted(weights: NDArray[np.float64], cells: Bools, levels: Levels) -> Weighted:
    """Return weighted sums with the corrections of Bell and McCaffrey's kind.

    Parameters
    ----------
    weights : shape (k, n_units, n_periods)
    cells : shape (n_units, n_periods) or (k, n_units, n_periods)
        The cells that are estimated: treated ones, or those at one distance from the start.

    Notes
    -----
    Working model: independent errors of one variance. The score of unit i is A_i ε, A_i = w_i − (w_i⊗z_i)'L − own_i·w, L the map
    from errors to
    period levels. With Ω = AA': correction c_i = |w_i|²/Ω_ii, so that E[Σ c_i s_i²] = Var θ, and df = (Σ c_i Ω_ii)² / Σ_ij c_i
    c_j Ω_ij².
    For the mean change of two groups this is Bell and McCaffrey's test. Source: Bell & McCaffrey 2002; Pustejovsky & Tipton 2018.
    """
    own = (weights * cells).sum(axis=2)
    spread = np.einsum("kut,uq->kutq", weights, levels.z).reshape(*own.shape, -1)
    made = [_correct(*each, levels) for each in zip(weights, own, spread, strict=True)]
    return Weighted(
        weights=np.asarray(weights, dtype=np.float64),
        own=own,
        spread=spread,
        levels=levels,
        correction=np.stack([c for c, _ in made]),
        df=np.array([df for _, df in made]),
        n_carrying=np.count_nonzero(np.abs(own) > 0, axis=1).astype(np.float64),
    )


def _correct(w: Floats, own: Floats, spread: Floats, levels: Levels) -> tuple[Floats, float]:
    omega, alone = _working_covariance(w, own, spread, levels)
    diagonal = np.diagonal(omega)
    lost = (diagonal <= LEAST_OWN_VARIATION * alone) & (alone > 0)
    if lost.any() or not (alone > 0).any():
        return np.zeros(len(w)), 0.0
    correction = np.where(alone > 0, alone / np.where(diagonal > 0, diagonal, 1.0), 0.0)
    scaled = omega * np.sqrt(np.outer(correction, correction))
    df = alone.sum() ** 2 / (scaled**2).sum()
    return correction, float(f"{df:.{DIGITS}g}")


def _working_covariance(w: Floats, own: Floats, spread: Floats, levels: Levels) -> tuple[Floats, Floats]:
    """Return Ω, shape (n_units, n_units), and |w_i|²: everything through vectors as long as periods times covariates."""
    alone = (w**2).sum(axis=1)
    loads = np.einsum("ut,uq->utq", levels.centred(w[None])[0], levels.z).reshape(len(w), -1)
    mapped = np.einsum("ua,ab->ub", loads, levels.inverse)
    cross = np.einsum("ia,ja->ij", spread, mapped)
    # Levels are least squares: the covariance of λ is the inverse of their normal equations.
    common = np.einsum("ia,ab,jb->ij", spread, levels.inverse, spread)
    total = np.einsum("ia,a->i", spread, mapped.sum(axis=0))
    omega = common - cross - cross.T
    omega += np.outer(total - alone, own) + np.outer(own, total - alone) + np.outer(own, own) * alone.sum()
    omega[np.diag_indices(len(w))] += alone
    return omega, alone
