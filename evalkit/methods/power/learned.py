"""What an evaluation under way teaches its planning: spread, correlation and likeness in clusters, and what is in reach so far.

Only spread is looked at, inside the groups: nothing here can tell whether the intervention works.
docs/METHODS.md#power-assumptions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evalkit.methods.panel import Panel
from evalkit.methods.power.assumptions import Estimated, estimate_correlation, estimate_icc
from evalkit.methods.power.designs import Individual
from evalkit.methods.power.refusals import refuse
from evalkit.methods.power.solve import mde

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Learned:
    """Assumptions estimated from a run, by quantity, and the detectable effect with those measured so far (outcome units)."""

    treated: int
    comparison: int
    rows: tuple[tuple[str, Estimated], ...]
    mde_so_far: float | None


def learn(panel: Panel, *, clustered: bool, alpha: float = 0.05, target: float = 0.8) -> Learned:
    """Return what a panel of persons says about the assumptions of its plan.

    Parameters
    ----------
    panel : Panel
        First and decisive measurement of each person.
    clustered : bool
        Whether clusters were assigned: then the ICC is estimated too, and no detectable effect of persons is promised.

    Raises
    ------
    PlanError
        DSN-DATA if fewer than four persons have both measurements.
    """
    before, after = _inside(panel.y[:, 0], panel.treated), _inside(panel.y[:, -1], panel.treated)
    if len(before) < 4:
        raise refuse("DATA", "färre än fyra personer har båda mätningarna ännu; vänta med att skatta antagandena")
    spread, correlation = _spread(before), estimate_correlation(before, after)
    rows = [("standard_deviation", spread), ("correlation", correlation)]
    if clustered:
        rows.append(("icc", estimate_icc(before, panel.cluster)))
    treated, comparison = int(panel.treated.sum()), int((~panel.treated).sum())
    reach = None
    if not clustered and min(treated, comparison) >= 2 and treated + comparison > 3:
        design = Individual.of_arms(treated, comparison, r2=correlation.value**2, covariates=1)
        reach = mde(design, alpha=alpha, target=target) * spread.value
    return Learned(treated, comparison, tuple(rows), reach)


def _inside(values: Array, treated: NDArray[np.bool_]) -> Array:
    """Return values with their own group's mean taken out."""
    centred = values.copy()
    for group in (treated, ~treated):
        if group.any():
            centred[group] -= values[group].mean()
    return centred


def _spread(centred: Array, level: float = 0.95) -> Estimated:
    from scipy.special import chdtri

    df = len(centred) - 2
    square = float(np.sum(centred**2))
    if square <= 0:
        raise refuse("DATA", "alla i en grupp har samma värde vid första mätningen; kontrollera kolumnen")
    tail = (1 - level) / 2
    low, high = (math.sqrt(square / float(chdtri(df, p))) for p in (tail, 1 - tail))
    return Estimated(math.sqrt(square / df), low, high, level, len(centred))
