"""Before and after: the mean change of the same persons, and its size in standard deviations. Development, never an effect."""

from __future__ import annotations

import math

import numpy as np

from evalkit.findings.estimate import EffectSize
from evalkit.methods.fits import Fit, Floats, Ints, hedges_j, is_negligible, mean, variance
from evalkit.methods.panel import Panel, refusal
from evalkit.methods.validity.designs import COMPONENTS


def fit_change(change: Floats, outcome: str, route: str = "paired-t") -> Fit:
    """Return the mean of n changes with SE = s/√n and n − 1 degrees of freedom.

    Parameters
    ----------
    change : shape (n,), after minus before in the outcome's unit
    route : str
        ``paired-t``, ``hall-t`` (its statistic bent to take out skewness, so that the interval is not symmetric) or
        ``paired-and-hall``.

    Raises
    ------
    EstimationError
        If there are fewer than two changes or all are equal.
    """
    n = len(change)
    if n < 2:
        raise refusal(outcome, "EST-ONE-UNIT", f"{n} förändringar; minst två behövs, vänta in fler uppföljningar")
    spread = variance(change)
    if is_negligible(spread, change):
        raise refusal(
            outcome, "EST-CONSTANT", "alla förändras exakt lika mycket, så osäkerheten går inte att skatta; kontrollera kolumnen"
        )
    tests = () if route == "paired-t" else tuple(test(change[np.newaxis], n) for test in COMPONENTS[route])
    return Fit(mean(change), math.sqrt(spread / n), float(n - 1), tests)


def cluster_means(values: Floats, cluster: Ints) -> Floats:
    """Return the mean of each cluster, in the order of the codes: shape (n_clusters,)."""
    codes, index = np.unique(cluster, return_inverse=True)
    shifted = values - values[0]
    return np.asarray(values[0] + np.bincount(index, shifted, len(codes)) / np.bincount(index, minlength=len(codes)))


def effect_sizes(estimate_id: str, value: float, before: Floats, after: Floats) -> tuple[EffectSize, ...]:
    """Return dz, gz, dav and gav of paired measurements.

    Parameters
    ----------
    value : float
        The estimated mean change: the mean over persons, or over clusters where the intervention was assigned to clusters.
    before, after : shape (n,), same persons in the same order

    Notes
    -----
    dz divides the change by the SD of changes; dav by the root mean square of the two SDs, √((s₁² + s₂²)/2). gz and gav carry
    Hedges' exact correction with n − 1 degrees of freedom. Source: Lakens 2013; Cumming 2012. Sizes with a standardiser of zero
    are left out, and corrected ones of two persons, where the correction does not exist.
    """
    n = len(before)
    if n < 2:
        return ()
    standardisers = {"z": math.sqrt(variance(after - before)), "av": math.sqrt((variance(before) + variance(after)) / 2)}
    sizes: list[EffectSize] = []
    for name, sd in standardisers.items():
        if sd > 0:
            sizes.append(EffectSize(estimate_id, f"d{name}", value / sd, sd, corrected=False))
            if n > 2:
                sizes.append(EffectSize(estimate_id, f"g{name}", value / sd * hedges_j(n - 1), sd, corrected=True))
    return tuple(sizes)


def before_and_after(panel: Panel, decisive: str | None) -> tuple[int, int]:
    """Return the columns compared: the last period before the start, and the decisive occasion (else the last after).

    Parameters
    ----------
    decisive : str | None
        Label of the occasion that decides.

    Raises
    ------
    EstimationError
        If there is none before or none after.
    """
    after = panel.after.any(axis=0)
    before = np.flatnonzero(~after)
    if not len(before) or not after.any():
        raise refusal(panel.outcome, "EST-NO-PERIODS", "mätning före eller efter start saknas; kontrollera planens occasions")
    labelled = [i for i in np.flatnonzero(after) if panel.periods[i] == decisive]
    return int(before[-1]), int(labelled[0] if labelled else np.flatnonzero(after)[-1])


def own_means(panel: Panel) -> tuple[Floats, Floats]:
    """Return each treated unit's mean before and after its own start: two arrays of shape (n_treated,)."""
    y, after = panel.y[panel.treated], panel.after[panel.treated]
    shifted = y - y[0, 0]
    before = (shifted * ~after).sum(axis=1) / (~after).sum(axis=1)
    later = (shifted * after).sum(axis=1) / after.sum(axis=1)
    return before + y[0, 0], later + y[0, 0]
