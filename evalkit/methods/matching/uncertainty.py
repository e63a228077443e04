"""Uncertainty of a matched difference of changes: by set, by person, and with comparison persons who stand for several.

The estimate is Σ v_i·Δ_i with weights that no outcome has touched. Matching on background and using somebody twice makes the
ordinary standard error wrong; the three here are counted on the plan's own sets before one is printed
(`evalkit.methods.validity.matched_designs`). Sources: Abadie & Imbens 2006; Abadie & Spiess 2022; Bell & McCaffrey 2002.
docs/METHODS.md#matching.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evalkit.methods.fits import Floats, Ints
from evalkit.methods.inference.unit_tests import UnitTest, cubes
from evalkit.methods.panel import refusal

LEAST_SETS = 3
LEAST_OWN_VARIATION = 1e-9
RANK = 1e-10
DIGITS = 12


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Sums:
    """A weighted least squares of changes on a constant, treatment and background, by its map from changes to coefficients.

    Attributes
    ----------
    x : shape (n, q)
    pushed : shape (q, n)
        Changes -> coefficients; the second row is the estimate's weights v.
    """

    x: Floats
    pushed: Floats

    @property
    def own(self) -> Floats:
        """The estimate's weights v, shape (n,)."""
        return np.asarray(self.pushed[1])

    def scores(self, values: Floats) -> tuple[Floats, Floats]:
        """Return estimates, shape (samples,), and each unit's v_i times its residual, shape (samples, n)."""
        level = values - values[:, :1]
        fitted = np.einsum("sq,nq->sn", np.einsum("sn,qn->sq", level, self.pushed), self.x)
        return np.einsum("sn,n->s", level, self.own), np.asarray((level - fitted) * self.own)


def sums_of(treated: Floats, weights: Floats, background: Floats | None, outcome: str) -> Sums:
    """Return the matched comparison as weights on changes.

    Parameters
    ----------
    treated : shape (n,), 1 for the treated
    weights : shape (n,)
        Of `Links.weights`: all positive.
    background : shape (n, k) or None
        What still differs after matching and is taken out by regression.

    Raises
    ------
    EstimationError
        If background cannot be told apart from treatment in the matched sample.
    """
    extra = np.empty((len(treated), 0)) if background is None else background - background.mean(axis=0)
    spread = extra.std(axis=0)
    extra = extra[:, spread > 0] / spread[spread > 0]
    x = np.column_stack([np.ones(len(treated)), treated, extra])
    normal = np.einsum("n,na,nb->ab", weights, x, x)
    values = np.linalg.eigvalsh(normal)
    if len(treated) <= x.shape[1] + 1 or values[0] <= RANK * values[-1]:
        raise refusal(
            outcome,
            "EST-COVARIATES",
            f"{extra.shape[1]} bakgrundsmått kan inte räknas bort bland {len(treated)} matchade; ta bort bakgrundsmått som följer "
            "varandra, eller ange remaining: none i design.matching",
        )
    return Sums(x, np.linalg.solve(normal, x.T * weights))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Grouped:
    """Scores added up by group, with the corrections of Bell and McCaffrey's kind.

    Attributes
    ----------
    order : shape (n,)
        Units sorted by group; `starts` is where each group begins.
    correction : shape (groups,)
    df : float
        Satterthwaite's, under errors of one variance; 0 where no standard error exists.
    """

    order: Ints
    starts: Ints
    correction: Floats
    df: float


def grouped(sums: Sums, codes: Ints) -> Grouped:
    """Return what the standard error by group needs; `codes` of shape (n,) count from zero.

    Notes
    -----
    The score of group g is B_g(I − XP)ε, B_g the weights of its units. With Ω their covariance for errors of variance one:
    c_g = |B_g|²/Ω_gg and df = (Σ|B_g|²)² / Σ_gh c_g c_h Ω_gh². For pairs this is the paired t.
    """
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    own, x, pushed = sums.own[order], sums.x[order], sums.pushed[:, order]
    alone = np.add.reduceat(own**2, starts)
    loads = np.add.reduceat(own[:, None] * x, starts, axis=0)
    mapped = np.add.reduceat(own * pushed, starts, axis=1)
    cross = np.einsum("gq,qh->gh", loads, mapped)
    square = np.einsum("qn,rn->qr", pushed, pushed)
    omega = np.einsum("gq,qr,hr->gh", loads, square, loads) - cross - cross.T
    omega[np.diag_indices(len(alone))] += alone
    diagonal = np.diagonal(omega)
    if (diagonal <= LEAST_OWN_VARIATION * alone).any():
        return Grouped(order, starts, np.zeros(len(alone)), 0.0)
    correction = alone / diagonal
    df = alone.sum() ** 2 / (omega**2 * np.outer(correction, correction)).sum()
    return Grouped(order, starts, correction, float(f"{df:.{DIGITS}g}"))


def group_tests(sums: Sums, by: Grouped, values: Floats) -> tuple[UnitTest, UnitTest]:
    """Return the t test by group, and the same bent by Hall's cubic (skewness Σ s_g³ / SE³), for values (samples, n)."""
    found, scores = sums.scores(values)
    scores = np.add.reduceat(scores[:, by.order], by.starts, axis=1)
    error = np.sqrt(np.einsum("sg,sg,g->s", scores, scores, by.correction))
    return _two(found, error, by.df, cubes(scores).sum(axis=1))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Reused:
    """What Abadie and Imbens' variance needs: who stands for whom, and who is nearest within the comparison group.

    Attributes
    ----------
    treated, control, share : shape (n_links,)
        As in `evalkit.methods.matching.links.Links`, sorted by treated.
    extra : shape (n_used,)
        K² − K' of each comparison person used: the square of the shares' sum less the sum of their squares.
    used : shape (n_used,)
    near : shape (n_used, n)
        Weights of the person and the nearest in the own group; rows sum to one.
    factor : shape (n_used,)
        (J + 1)/J, J the number of nearest.
    effective : float
        How many equally used comparison persons those used are worth.
    """

    treated: Ints
    control: Ints
    share: Floats
    extra: Floats
    used: Ints
    near: Floats
    factor: Floats
    effective: float


def reuse_tests(reused: Reused, sums: Sums, values: Floats) -> tuple[UnitTest, UnitTest]:
    """Return Abadie and Imbens' test of the effect for the treated, and the same bent by Hall's cubic.

    Notes
    -----
    V = N₁⁻²·[N₁/(N₁ − 1)·Σ (D_i − τ)² + Σ_j (K_j² − K'_j)·σ̂_j²], D_i the change of a treated person less that of the comparison,
    σ̂_j² the variance of j and the J nearest in the own group. As Stata's teffects nnmatch and R's Matching but for N₁/(N₁ − 1),
    which makes it the paired t where nobody is used twice; t on min(N₁, effective comparison persons) − 1 degrees of freedom
    instead of the normal distribution.
    """
    level = values - values[:, :1]
    starts = np.flatnonzero(np.diff(reused.treated, prepend=-1))
    n = len(starts)
    others = np.add.reduceat(level[:, reused.control] * reused.share, starts, axis=1)
    apart = level[:, reused.treated[starts]] - others
    value = apart.mean(axis=1)
    around = np.einsum("sn,jn->sj", level**2, reused.near) - np.einsum("sn,jn->sj", level, reused.near) ** 2
    spread = np.maximum(around, 0.0) * reused.factor
    total = ((apart - value[:, None]) ** 2).sum(axis=1) * n / (n - 1) + np.einsum("sj,j->s", spread, reused.extra)
    error = np.sqrt(total) / n
    return _two(value, error, min(n, reused.effective) - 1.0, cubes(sums.scores(values)[1]).sum(axis=1))


def _two(found: Floats, error: Floats, df: float, third: Floats) -> tuple[UnitTest, UnitTest]:
    freedom = np.full(len(found), df)
    with np.errstate(invalid="ignore", divide="ignore"):
        skew = third / error**3
    return UnitTest(found, error, freedom), UnitTest(found, error, freedom, skew)
