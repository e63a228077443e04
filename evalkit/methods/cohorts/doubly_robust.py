"""Comparison of two groups' changes, adjusted for covariates: doubly robust, regression or weighting, as weights on the changes.

Given group and covariates every one of them is a weighted sum of the changes, Σ v_i·Δy_i: weights that no outcome has touched.
"""

from __future__ import annotations

import numpy as np

from evalkit.methods.fits import Bools, Floats
from evalkit.methods.panel import refusal

IMPROVED, DR, REGRESSION, WEIGHTING = "dr_improved", "dr", "regression", "ipw"
METHODS = (DR, IMPROVED, REGRESSION, WEIGHTING)
HIGHEST_SCORE = 0.995
"""A propensity score above it means that somebody with insats has nobody alike to be compared with."""
ROUNDS = 100
CLOSE = 1e-12
RANK = 1e-10


def unit_weights(treated: Bools, covariates: Floats | None, method: str, outcome: str) -> Floats:
    """Return v of shape (n,), so that the adjusted difference of changes is Σ v_i·Δy_i.

    Parameters
    ----------
    treated : shape (n,)
    covariates : shape (n, k) or None
        Constant in time, without the constant; None gives the difference of means.
    method : str
        ``dr``: logit by maximum likelihood, least squares among the comparison units (Sant'Anna & Zhao 2020, τ^dr with normalised
        weights). ``dr_improved``: inverse probability tilting, weighted least squares (their τ^dr,imp). ``regression``: outcome
        regression. ``ipw``: normalised weighting (Abadie 2005).

    Raises
    ------
    EstimationError
        If covariates are collinear among comparison units, or tell the groups apart (no overlap).
    """
    mean_treated = treated / treated.sum()
    if covariates is None or covariates.shape[1] == 0:
        return np.asarray(mean_treated - ~treated / (~treated).sum())
    x = _design(covariates, treated, outcome)
    odds = np.zeros(len(treated)) if method == REGRESSION else _odds(x, treated, method, outcome)
    alike = np.where(treated, 0.0, odds)
    total = alike.sum()
    balanced = alike / total if total > 0 else alike
    if method == WEIGHTING:
        return np.asarray(mean_treated - balanced)
    spread = alike if method == IMPROVED else (~treated).astype(np.float64)
    gap = np.einsum("i,ia->a", mean_treated - balanced, x)
    bread = np.einsum("i,ia,ib->ab", spread, x, x)
    predicted = np.einsum("a,ia,i->i", np.linalg.solve(bread, gap), x, spread)
    return np.asarray(mean_treated - balanced - predicted)


def _design(covariates: Floats, treated: Bools, outcome: str) -> Floats:
    """Return a constant and the covariates, on a common scale, which changes no result."""
    others = covariates[~treated]
    spread = covariates.std(axis=0)
    x = np.column_stack([np.ones(len(treated)), (covariates - covariates.mean(axis=0)) / np.where(spread > 0, spread, 1.0)])
    values = np.linalg.eigvalsh(np.einsum("ia,ib->ab", x[~treated], x[~treated]) / max(len(others), 1))
    if len(others) <= x.shape[1] or values[0] <= RANK * values[-1]:
        raise refusal(
            outcome,
            "EST-COVARIATES",
            f"{covariates.shape[1]} bakgrundsmått kan inte skiljas åt bland {len(others)} enheter att jämföra med; ta bort "
            "bakgrundsmått som följer varandra eller inte varierar",
        )
    return x


def log_odds(treated: Bools, covariates: Floats, outcome: str) -> Floats:
    """Return ln p/(1 − p) of each unit, by a logit of maximum likelihood; parameters and errors as in `unit_weights`."""
    return _index(_design(covariates, treated, outcome), treated, WEIGHTING, outcome)


def _odds(x: Floats, treated: Bools, method: str, outcome: str) -> Floats:
    odds = np.exp(_index(x, treated, method, outcome))
    if (odds[~treated] > HIGHEST_SCORE / (1 - HIGHEST_SCORE)).any():
        raise _no_overlap(outcome)
    return np.asarray(odds)


def _index(x: Floats, treated: Bools, method: str, outcome: str) -> Floats:
    """Return the log odds, by maximum likelihood or by tilting; Newton's method, the constant started at the share of treated."""
    d = treated.astype(np.float64)
    beta = np.zeros(x.shape[1])
    beta[0] = np.log(d.mean() / (1 - d.mean()))
    for _ in range(ROUNDS):
        index = np.clip(np.einsum("ia,a->i", x, beta), -30, 30)
        tilted = np.exp(index)
        if method == IMPROVED:
            gradient, curve = d - (1 - d) * tilted, (1 - d) * tilted
        else:
            p = tilted / (1 + tilted)
            gradient, curve = d - p, p * (1 - p)
        hessian = np.einsum("i,ia,ib->ab", curve, x, x)
        if np.linalg.eigvalsh(hessian)[0] <= RANK * RANK * len(d):
            raise _no_overlap(outcome)
        step = np.linalg.solve(hessian, np.einsum("i,ia->a", gradient, x))
        beta = beta + step * min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-300))
        if float(np.abs(step).max()) < CLOSE * max(1.0, float(np.abs(beta).max())):
            break
    else:
        raise _no_overlap(outcome)
    return np.asarray(np.einsum("ia,a->i", x, beta))


def _no_overlap(outcome: str) -> Exception:
    return refusal(
        outcome,
        "EST-OVERLAP",
        "bakgrundsmåtten skiljer grupperna helt åt, så det finns ingen jämförbar att väga upp; ta bort det bakgrundsmått som avgör "
        "vem som får insatsen, eller avgränsa jämförelsegruppen",
    )
