"""The same numbers a second time: levels by statsmodels, effects by group means, corrections by plain matrices."""

from __future__ import annotations

import numpy as np

from evalkit.methods.cohorts.group_time import GroupTime, Starts
from evalkit.methods.cohorts.levels import Levels
from evalkit.methods.engines import Engine
from evalkit.methods.fits import Bools, Floats


def imputation_by_statsmodels(y: Floats, cells: Bools, levels: Levels, w: Floats) -> Engine:
    """Impute treated cells from a least squares of statsmodels: engine, mean over treated units of their mean effect, its error."""
    level = y - y[:, :1]
    fitted, mapping = _fit(level, levels)
    rest = level - fitted
    inside = levels.untreated
    own_level = np.array([row[use].mean() for row, use in zip(rest, inside, strict=True)])
    effects = [float((row[use] - a).mean()) for row, use, a in zip(rest, cells, own_level, strict=True) if use.any()]
    return "statsmodels OLS", float(np.mean(effects)), _error(level, fitted, mapping, levels, w, cells)


def cohorts_by_means(  # noqa: PLR0917 - a panel, its effects and their weights
    y: Floats, starts: Starts, found: tuple[GroupTime, ...], anticipation: int, levels: Levels, w: Floats
) -> Engine:
    """Compare group means cell by cell: engine, mean over treated units of their mean effect, its error. No covariates."""
    level = y - y[:, :1]
    effects: dict[int, list[float]] = {}
    for cell in found:
        if cell.event_time >= 0:
            change = level[:, cell.period] - level[:, cell.cohort - 1 - anticipation]
            mine = starts.first == cell.cohort
            others = (cell.weights[:, cell.period] != 0) & ~mine
            effects.setdefault(cell.cohort, []).append(float(change[mine].mean() - change[others].mean()))
    sizes = np.array([starts.size(g) for g in effects])
    means = np.array([np.mean(each) for each in effects.values()])
    fitted, mapping = _fit(level, levels)
    cells = starts.cells()
    return (
        "statsmodels OLS, gruppmedelvärden",
        float((means * sizes).sum() / sizes.sum()),
        _error(level, fitted, mapping, levels, w, cells),
    )


def _fit(level: Floats, levels: Levels) -> tuple[Floats, Floats]:
    """Return what period levels predict for every cell, and the map from all cells to their coefficients.

    Unit means of the untreated cells are taken out of both sides (Frisch–Waugh–Lovell), the first period is the reference.
    """
    from statsmodels.regression.linear_model import OLS

    n_units, n_periods = level.shape
    columns = [(t, q) for t in range(1, n_periods) for q in range(levels.z.shape[1])]
    design = np.zeros((n_units, n_periods, len(columns)))
    for place, (t, q) in enumerate(columns):
        design[:, t, place] = levels.z[:, q]
    use = levels.untreated
    demeaned = np.where(use[..., None], design - _means(design, use)[:, None, :], 0.0)[use]
    outcome = np.where(use, level - _means(level[..., None], use), 0.0)[use]
    fit = OLS(outcome, demeaned).fit()
    mapping = np.zeros((len(columns), n_units, n_periods))
    mapping[:, use] = fit.model.pinv_wexog
    return np.einsum("utc,c->ut", design, fit.params), mapping


def _means(values: Floats, use: Bools) -> Floats:
    return np.asarray((values * use[..., None]).sum(axis=1) / use.sum(axis=1)[:, None])


def _error(level: Floats, fitted: Floats, mapping: Floats, levels: Levels, w: Floats, cells: Bools) -> float:  # noqa: PLR0917
    """Return the standard error from scores and their variances, each from its own row of the matrix of errors to scores."""
    n_units, n_periods = level.shape
    own = np.array([row[use].sum() for row, use in zip(w, cells, strict=True)])
    value = float((w * level).sum())
    total = 0.0
    columns = [(t, q) for t in range(1, n_periods) for q in range(levels.z.shape[1])]
    for unit in range(n_units):
        if not np.any(w[unit]):
            continue
        loads = np.array([w[unit, t] * levels.z[unit, q] for t, q in columns])
        row = -np.einsum("c,cut->ut", loads, mapping) - own[unit] * w
        row[unit] += w[unit]
        score = float((w[unit] * (level[unit] - fitted[unit])).sum()) - own[unit] * value
        total += score**2 * float((w[unit] ** 2).sum()) / float((row**2).sum())
    return float(np.sqrt(total))


def adjusted_by_statsmodels(y: Floats, treated: Bools, x: Floats, method: str, levels: Levels) -> Engine:
    """Adjust two groups' changes with statsmodels' logit and least squares: engine, difference, its error."""
    from statsmodels.discrete.discrete_model import Logit

    design = np.column_stack([np.ones(len(treated)), (x - x.mean(axis=0)) / x.std(axis=0)])
    mine, others = treated / treated.sum(), ~treated
    if method == "regression":
        odds = np.zeros(len(treated))
    else:
        score = Logit(treated.astype(float), design).fit(disp=0, method="newton", maxiter=200, tol=1e-14).predict()
        odds = np.where(others, score / (1 - score), 0.0)
    alike = odds / odds.sum() if odds.any() else odds
    weights = mine - alike
    if method != "ipw":
        pushed = np.linalg.pinv(design[others])
        weights[others] -= (weights @ design) @ pushed
    w = np.column_stack([-weights, weights])
    level = y - y[:, :1]
    fitted, mapping = _fit(level, levels)
    cells = np.column_stack([np.zeros(len(treated), dtype=bool), treated])
    return "statsmodels Logit, OLS", float((w * level).sum()), _error(level, fitted, mapping, levels, w, cells)
