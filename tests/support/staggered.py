"""A panel in which units start at different times, for tests and for the referees that were run on it."""

from __future__ import annotations

import numpy as np

FIRST_YEAR, YEARS = 2001, 8
STARTS = {0: 14, 2004: 6, 2005: 9, 2007: 5}
"""First treated year (0: never) -> units."""


def staggered_panel() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the outcome, shape (34, 8), first treated year (34,), 0 for never, and a covariate (34,)."""
    rng = np.random.default_rng(20261122)
    first = np.repeat(list(STARTS), list(STARTS.values()))
    x = rng.normal(0, 1, len(first)) + 0.4 * (first > 0)
    y = np.zeros((len(first), YEARS))
    for i in range(len(first)):
        level, shock = rng.normal(20, 3), 0.0
        for t in range(YEARS):
            shock = 0.6 * shock + rng.normal(0, 1)
            since = FIRST_YEAR + t - first[i]
            effect = 1.0 + 0.5 * since if first[i] and since >= 0 else 0.0
            y[i, t] = round(level + 0.3 * t + 0.2 * t * x[i] + shock + effect, 6)
    return y, first, np.round(x, 6)
