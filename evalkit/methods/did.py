"""Difference-in-differences: the treated's change beside the change that others had anyway."""

from __future__ import annotations

import math

import numpy as np

from evalkit.methods.fits import Bools, Fit, Floats, Ints, is_negligible, mean
from evalkit.methods.inference.unit_tests import pooled
from evalkit.methods.panel import Panel, refusal
from evalkit.methods.pre_post import cluster_means
from evalkit.methods.two_way import fit_two_way
from evalkit.methods.validity.designs import COMPONENTS


def fit_units(change: Floats, treated: Bools, route: str, outcome: str) -> Fit:
    """Return the difference of mean changes of two groups of units, on one of the routes of `evalkit.methods.validity.designs`.

    Parameters
    ----------
    change : shape (n,), after minus before in the outcome's unit, one a unit
    treated : shape (n,)
    route : str
        ``welch``, ``pooled-t``, ``bell-mccaffrey`` or ``pooled-and-welch``.

    Raises
    ------
    EstimationError
        If a group has too few units, or neither varies.
    """
    tests = COMPONENTS[route]
    _check_groups(change, treated, outcome, least=1 if tests == (pooled,) else 2)
    values = np.concatenate([change[treated], change[~treated]])[np.newaxis]
    fits = tuple(test(values, int(treated.sum())) for test in tests)
    widest = max(fits, key=lambda fit: fit.interval(0.95)[1])
    if is_negligible(float(widest.std_error[0]) ** 2, change):
        raise _no_spread(outcome)
    return Fit(float(widest.value[0]), float(widest.std_error[0]), float(widest.df[0]), fits if len(fits) > 1 else ())


def fit_welch(change: Floats, treated: Bools, outcome: str) -> Fit:
    """Return the difference of mean changes with groups of unlike spread.

    Notes
    -----
    SE² = s₁²/n₁ + s₀²/n₀, which is HC2 of the regression on the treatment indicator, and Satterthwaite's degrees of freedom.
    Source: Welch 1947; planning table 5.5.
    """
    return fit_units(change, treated, "welch", outcome)


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
    """
    return fit_units(*collapse(change, treated, cluster), "pooled-t", outcome)


def collapse(change: Floats, treated: Bools, cluster: Ints) -> tuple[Floats, Bools]:
    """Return one change per cluster, and whether the cluster is treated; treated clusters first."""
    parts = [cluster_means(change[part], cluster[part]) for part in (treated, ~treated)]
    return np.concatenate(parts), np.repeat(np.array([True, False]), [len(p) for p in parts])


def fit_twfe(panel: Panel, route: str = "cr1-t") -> Fit:
    """Return the coefficient of "treated in this period" with unit and period effects, clustered by unit.

    Parameters
    ----------
    route : str
        ``cr1-t``: on t(G − 1). ``cr1-t-few``: on t(the smaller group's clusters − 1).

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
    fewest = min(panel.treated_clusters, panel.comparison_clusters)
    return Fit(float(fit.coefficients[0]), std_error, float((fewest if route == "cr1-t-few" else fit.n_clusters) - 1))


def difference(change: Floats, treated: Bools) -> Fit:
    """Return the difference of mean changes alone: each person weighs the same, no standard error."""
    return Fit(mean(change[treated]) - mean(change[~treated]), None, None)


def _check_groups(change: Floats, treated: Bools, outcome: str, *, least: int) -> None:
    n_treated, n_comparison = int(treated.sum()), int((~treated).sum())
    if min(n_treated, n_comparison) < least or len(change) < 3:
        raise refusal(
            outcome,
            "EST-ONE-UNIT",
            f"{n_treated} enheter (personer eller kluster) med insats och {n_comparison} att jämföra med; minst {least} i varje "
            "grupp och tre sammanlagt behövs",
        )


def _no_spread(outcome: str) -> Exception:
    return refusal(
        outcome,
        "EST-CONSTANT",
        "alla i samma grupp förändras exakt lika mycket, så osäkerheten går inte att skatta; kontrollera kolumnen",
    )
