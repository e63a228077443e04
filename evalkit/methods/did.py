"""Difference-in-differences: the treated's change beside the change that others had anyway."""

from __future__ import annotations

import math

import numpy as np

from evalkit.methods.fits import Bools, Fit, Floats, Ints, is_negligible, mean, variance
from evalkit.methods.panel import Panel, refusal
from evalkit.methods.pre_post import cluster_means
from evalkit.methods.two_way import fit_two_way


def fit_welch(change: Floats, treated: Bools, outcome: str) -> Fit:
    """Return the difference of mean changes with groups of unlike spread.

    Parameters
    ----------
    change : shape (n,), after minus before in the outcome's unit
    treated : shape (n,)

    Notes
    -----
    SE² = s₁²/n₁ + s₀²/n₀, which is HC2 of the regression on the treatment indicator, and Satterthwaite's degrees of freedom.
    Source: Welch 1947; planning table 5.5.

    Raises
    ------
    EstimationError
        If a group has fewer than two units, or neither varies.
    """
    groups = (change[treated], change[~treated])
    _check_groups(groups, outcome, "personer")
    parts = [variance(g) / len(g) for g in groups]
    total = sum(parts)
    if is_negligible(total, change):
        raise _no_spread(outcome)
    df = total**2 / sum(p**2 / (len(g) - 1) for p, g in zip(parts, groups, strict=True))
    return Fit(mean(groups[0]) - mean(groups[1]), math.sqrt(total), df)


def fit_collapsed(change: Floats, treated: Bools, cluster: Ints, outcome: str) -> Fit:
    """Return the difference between the mean changes of treated and comparison clusters, each cluster weighing the same.

    Parameters
    ----------
    change : shape (n,), after minus before in the outcome's unit
    treated, cluster : shape (n,); treatment is constant within clusters

    Notes
    -----
    One change per cluster, then Student's t test with pooled variance and G − 2 degrees of freedom. Source: Donald and Lang 2007;
    planning table 5.1. It assumes that treated clusters vary as much as the others.

    Raises
    ------
    EstimationError
        If a group has no cluster, there are fewer than three clusters, or clusters do not vary.
    """
    groups = tuple(cluster_means(change[part], cluster[part]) for part in (treated, ~treated))
    sizes = [len(g) for g in groups]
    if min(sizes) == 0 or sum(sizes) < 3:
        raise refusal(
            outcome, "EST-ONE-UNIT", f"{sizes[0]} och {sizes[1]} kluster; minst ett i varje grupp och tre sammanlagt behövs"
        )
    df = sum(sizes) - 2
    pooled = sum(float(np.sum((g - mean(g)) ** 2)) for g in groups) / df
    if is_negligible(pooled, change):
        raise _no_spread(outcome)
    return Fit(mean(groups[0]) - mean(groups[1]), math.sqrt(pooled * (1 / sizes[0] + 1 / sizes[1])), float(df))


def fit_twfe(panel: Panel) -> Fit:
    """Return the coefficient of "treated in this period" with unit and period effects, clustered by unit, on t(G − 1).

    Notes
    -----
    y_it = α_i + λ_t + β·D_it + ε_it; see `evalkit.methods.two_way.fit_two_way` for the covariance. With staggered adoption β is a
    weighted mean in which late starters are partly compared with early ones (Goodman-Bacon 2021).

    Raises
    ------
    EstimationError
        If treatment cannot be told from the effects, or the fit is perfect.
    """
    fit = fit_two_way(panel.y, panel.after[np.newaxis].astype(np.float64), panel.cluster, panel.outcome)
    std_error = math.sqrt(float(fit.covariance[0, 0]))
    if is_negligible(std_error**2, panel.y - panel.y[0, 0]):
        raise _no_spread(panel.outcome)
    return Fit(float(fit.coefficients[0]), std_error, float(fit.n_clusters - 1))


def difference(change: Floats, treated: Bools) -> Fit:
    """Return the difference of mean changes alone: each person weighs the same, no standard error."""
    return Fit(mean(change[treated]) - mean(change[~treated]), None, None)


def _check_groups(groups: tuple[Floats, Floats], outcome: str, what: str) -> None:
    if min(len(g) for g in groups) < 2:
        raise refusal(
            outcome,
            "EST-ONE-UNIT",
            f"{len(groups[0])} med insats och {len(groups[1])} {what} att jämföra med; minst två i varje grupp behövs",
        )


def _no_spread(outcome: str) -> Exception:
    return refusal(
        outcome,
        "EST-CONSTANT",
        "alla i samma grupp förändras exakt lika mycket, så osäkerheten går inte att skatta; kontrollera kolumnen",
    )
