"""The matched comparison a second time: statsmodels' weighted least squares, and sums written out person by person."""

from __future__ import annotations

import numpy as np

from evalkit.methods.engines import Engine
from evalkit.methods.fits import Floats, Ints
from evalkit.methods.validity.matched_designs import MatchedDesign


def engine_of(route: str, design: MatchedDesign, change: Floats) -> Engine:
    """Return name, estimate and standard error of a route's plain test.

    Parameters
    ----------
    change : shape (design.n,)
    """
    if route.startswith("abadie-imbens"):
        return "summor person för person", *_reused(design, change)
    mine = design.in_sets
    groups = design.set_codes if route.startswith("sets") else np.arange(len(mine))
    return "statsmodels WLS", *_weighted(design, change[mine], groups)


def _weighted(design: MatchedDesign, y: Floats, groups: Ints) -> tuple[float, float]:
    from statsmodels.regression.linear_model import WLS

    mine = design.in_sets
    x = np.column_stack([np.ones(len(mine)), design.is_treated[mine].astype(float)])
    if design.background:
        extra = np.frombuffer(design.background).reshape(design.n, -1)[mine]
        extra = extra[:, extra.std(axis=0) > 0]
        x = np.column_stack([x, (extra - extra.mean(axis=0)) / extra.std(axis=0)])
    fit = WLS(y - y[0], x, weights=design.weights[mine]).fit()
    pushed = fit.model.pinv_wexog * np.sqrt(design.weights[mine])
    own, total = pushed[1], 0.0
    for code in np.unique(groups):
        inside = groups == code
        row = -np.einsum("q,qn->n", own[inside] @ x[inside], pushed)
        row[inside] += own[inside]
        score = float((own[inside] * fit.resid[inside]).sum())
        total += score**2 * float((own[inside] ** 2).sum()) / float((row**2).sum())
    return float(fit.params[1]), float(np.sqrt(total))


def _reused(design: MatchedDesign, change: Floats) -> tuple[float, float]:
    reused, y = design.reused, change - change.mean()
    apart = []
    for person in np.unique(reused.treated):
        links = reused.treated == person
        apart.append(float(y[person]) - float(np.average(y[reused.control[links]], weights=reused.share[links])))
    n, value = len(apart), float(np.mean(apart))
    total = n * float(np.var(apart, ddof=1))
    for row, person in enumerate(reused.used):
        links = reused.control == person
        around = y[reused.near[row] > 0]
        total += (float(reused.share[links].sum()) ** 2 - float((reused.share[links] ** 2).sum())) * float(np.var(around, ddof=1))
    return value, float(np.sqrt(total)) / n
