"""Weights on a simplex: the least-squares problem behind synthetic control and synthetic difference-in-differences.

The convex problem has one solution, since every weight is drawn to zero a little; it is found exactly by an active set, so that
neither a starting value nor a stopping rule reaches a number.
"""

from __future__ import annotations

import numpy as np

from evalkit.methods.fits import Floats

CARRIED = 1e-9
"""A weight below this is none."""


def simplex_weights(columns: Floats, target: Floats, ridge: float) -> Floats:
    """Return w ≥ 0 with sum 1 that minimises ‖columns·w − target‖² + ridge²·T·‖w‖².

    Parameters
    ----------
    columns : shape (T, J)
    target : shape (T,)
    ridge : float
        In the unit of the values; above 0 unless all columns are the target.

    Notes
    -----
    With 1'w = 1 the residual is B·w, B = columns − target·1'. For v ≥ 0 the minimum of ‖Bv‖² + (1'v − 1)² lies at v = s·w with
    the wanted w and s = 1/(1 + ‖Bw‖²): the simplex problem is one of non-negative least squares, solved by Lawson and Hanson (1974)
    as scipy has it.
    """
    from scipy.optimize import nnls

    periods, units = columns.shape
    apart = columns - target[:, np.newaxis]
    size = float(np.sqrt((apart**2).sum() / units))
    if size == 0:
        return np.full(units, 1.0 / units)
    rows = np.vstack([apart / size, np.eye(units) * (ridge * np.sqrt(periods) / size), np.ones((1, units))])
    wanted = np.zeros(len(rows))
    wanted[-1] = 1.0
    found: Floats = nnls(rows, wanted)[0]
    return np.asarray(found / found.sum())


def support_weights(columns: Floats, target: Floats, ridge: float, weights: Floats) -> tuple[Floats, float]:
    """Return the weights a second time, from the linear system on their support, and how far they are from the best ones.

    Notes
    -----
    On the support S the minimum satisfies (B'B + ridge²·T·I)_SS·w_S = μ·1, 1'w_S = 1. It is the minimum over the whole simplex
    if and only if w_S ≥ 0 and no gradient outside S lies below those inside (Karush, Kuhn and Tucker); the second number is that
    duality gap, relative to the scale of the problem.
    """
    periods, units = columns.shape
    apart = columns - target[:, np.newaxis]
    gram = np.einsum("tj,tk->jk", apart, apart) + ridge**2 * periods * np.eye(units)
    inside = weights > CARRIED
    part = np.linalg.solve(gram[np.ix_(inside, inside)], np.ones(int(inside.sum())))
    again = np.zeros(units)
    again[inside] = part / part.sum()
    gradient = gram @ again
    gap = float(gradient @ again - gradient.min())
    return again, gap / max(float(np.trace(gram)) / units, np.finfo(float).tiny)
