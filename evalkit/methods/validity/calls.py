"""What different packages' calls give on the same samples: they differ in the dummies they count and in the quantile they take."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evalkit.methods.validity.cell import Cell
from evalkit.methods.validity.designs import TwoGroups, Z
from evalkit.methods.validity.grid import fresh
from evalkit.methods.validity.nuisances import Array
from evalkit.methods.validity.ordinary import small_sample


@dataclass(frozen=True, slots=True)
class Call:
    """A call as packages ship it.

    Attributes
    ----------
    counts_units : bool
        Whether one dummy a cluster is counted in the small-sample factor.
    normal : bool
        Whether p comes from the normal distribution instead of t with G − 1 degrees of freedom.
    """

    words: str
    counts_units: bool
    normal: bool


CALLS = (
    Call("Stata `xtreg …, fe vce(cluster)`, R `fixest`: det vanliga anropet i tabellerna", counts_units=False, normal=False),
    Call("Stata `areg` eller `regress` med alla dummyvariabler, `vce(cluster)`", counts_units=True, normal=False),
    Call('statsmodels `ols` med alla dummyvariabler, `cov_type="cluster"`', counts_units=True, normal=True),
)


def call_rates(cell: Cell, draws: int, seed: int) -> tuple[float, ...]:
    """Return each call's share of false alarms on the samples of the cell's own row: clusters of one size, one start."""
    from scipy.special import stdtrit

    design = cell.design
    assert isinstance(design, TwoGroups)
    clusters, periods = design.n_values, design.periods
    rows = (sum(design.sizes) or clusters) * periods
    hits = np.zeros(len(CALLS))
    for values in fresh(cell, draws, seed)[1]:
        value, raw = _fits(values, design.n_treated)
        for i, call in enumerate(CALLS):
            counted = 1 + periods + (clusters - 1) * call.counts_units
            error = np.sqrt(raw * small_sample(clusters, rows, counted))
            hits[i] += np.count_nonzero(np.abs(value) >= (Z if call.normal else stdtrit(clusters - 1, 0.975)) * error)
    return tuple(float(h) / draws for h in hits)


def _fits(change: Array, n_treated: int) -> tuple[Array, Array]:
    """Return the difference of mean changes and its clustered variance without factor, for each sample."""
    parts = (change[:, :n_treated], change[:, n_treated:])
    raw = sum((((p - p.mean(axis=1, keepdims=True)) / p.shape[1]) ** 2).sum(axis=1) for p in parts)
    return parts[0].mean(axis=1) - parts[1].mean(axis=1), np.asarray(raw)
