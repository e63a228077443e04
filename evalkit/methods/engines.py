"""Two engines, one number: every headline estimate and its standard error is computed a second time by a library.

The first number is the closed form in this package; the second comes from statsmodels or linearmodels. Where they differ,
nothing is reported.
"""

from __future__ import annotations

import numpy as np

from evalkit.errors import EstimationError
from evalkit.findings.estimate import SecondEngine
from evalkit.methods.fits import Bools, Fit, Floats, Ints
from evalkit.methods.panel import Panel
from evalkit.methods.pre_post import cluster_means

Engine = tuple[str, float, float]
"""Name, estimate, standard error."""

TOLERANCE = 1e-8
"""Relative. Both engines compute the same closed form in double precision; only the order of operations differs."""


def compare(estimate_id: str, fit: Fit, engine: Engine) -> SecondEngine:
    """Return the second engine's number beside the first.

    Parameters
    ----------
    fit : Fit
        The first engine's estimate; with a standard error.
    engine : tuple[str, float, float]
        The second engine's name, estimate and standard error.

    Notes
    -----
    A difference in the estimate is judged against the larger of estimate and standard error, so that an estimate near zero is not
    held to more digits than the data have. The stored numbers are rounded to nine significant digits: the libraries' last digits
    depend on the number of threads.

    Raises
    ------
    EstimationError
        If estimate or standard error differ by more than `TOLERANCE`.
    """
    own = fit.std_error if fit.std_error is not None else float("nan")
    return compare_numbers(estimate_id, (fit.value, own), engine, TOLERANCE)


def compare_numbers(
    estimate_id: str, own: tuple[float, float], engine: tuple[str, float, float | None], tolerance: float
) -> SecondEngine:
    """Return the second engine's number beside our own estimate and standard error, as `compare` judges them.

    Parameters
    ----------
    engine : tuple[str, float, float | None]
        Name, estimate, standard error; None where the library has no such standard error.
    """
    (estimate, error), (name, value, std_error) = own, engine
    near = abs(estimate - value) <= tolerance * max(abs(estimate), error)
    if not near or (std_error is not None and not abs(error - std_error) <= tolerance * error):
        raise EstimationError(
            f"{estimate_id}: två beräkningar av samma tal stämmer inte överens ({name}); rapporten stoppas, anmäl felet med "
            "planens namn och evalkits version",
            code="EST-ENGINES",
        )
    return SecondEngine(name, _nine_digits(value), None if std_error is None else _nine_digits(std_error), tolerance, agrees=True)


def mean_by_statsmodels(change: Floats) -> Engine:
    """Regress changes on a constant with ordinary least squares: engine, mean and its standard error."""
    return ("statsmodels OLS", *_ols(change, np.ones((len(change), 1)), "nonrobust"))


def units_by_statsmodels(change: Floats, treated: Bools, fit: Fit) -> Engine:
    """Regress one change a unit on the treatment indicator, with HC2 or with one variance, as the fit's standard error has it."""
    if fit.df == len(change) - 2:
        return ("statsmodels OLS", *_ols(change, _design(treated), "nonrobust"))
    return welch_by_statsmodels(change, treated)


def welch_by_statsmodels(change: Floats, treated: Bools) -> Engine:
    """Regress changes on the treatment indicator with HC2: engine, coefficient and its standard error."""
    return ("statsmodels OLS, HC2", *_ols(change, _design(treated), "HC2"))


def collapsed_by_statsmodels(change: Floats, treated: Bools, cluster: Ints) -> Engine:
    """Regress cluster means on the treatment indicator: engine, coefficient and its standard error."""
    means = [cluster_means(change[part], cluster[part]) for part in (treated, ~treated)]
    of_treated = np.repeat([True, False], [len(m) for m in means])
    return ("statsmodels OLS on cluster means", *_ols(np.concatenate(means), _design(of_treated), "nonrobust"))


def twfe_by_linearmodels(panel: Panel) -> Engine:
    """Fit the two-way fixed effects with PanelOLS: engine, coefficient and its standard error."""
    beta, covariance = panel_ols(panel, panel.after[np.newaxis].astype(np.float64))
    return "linearmodels PanelOLS", float(beta[0]), float(np.sqrt(covariance[0, 0]))


def panel_ols(panel: Panel, regressors: Floats) -> tuple[Floats, Floats]:
    """Fit regressors of shape (q, n_units, n_periods) with PanelOLS: coefficients (q,) and clustered covariance (q, q).

    With clusters coarser than units PanelOLS counts the unit effects as lost and overstates the standard error by √(T/(T − 1))
    unless told otherwise; with clusters equal to units its default is the convention of this package.
    """
    import pandas as pd
    from linearmodels.panel import PanelOLS

    n_units, n_periods = panel.y.shape
    index = pd.MultiIndex.from_product([range(n_units), range(n_periods)], names=["unit", "period"])
    y = pd.Series((panel.y - panel.y.mean()).ravel(), index=index, name="y")
    x = pd.DataFrame({f"x{i}": r.ravel() for i, r in enumerate(regressors)}, index=index)
    clusters = pd.DataFrame({"cluster": np.repeat(panel.cluster, n_periods)}, index=index)
    coarser = int(panel.cluster.max()) + 1 < n_units
    counting = {"auto_df": False, "count_effects": False, "group_debias": True} if coarser else {}
    fit = PanelOLS(y, x, entity_effects=True, time_effects=True).fit(cov_type="clustered", clusters=clusters, **counting)
    return fit.params.to_numpy(), fit.cov.to_numpy()


def _design(treated: Bools) -> Floats:
    return np.column_stack([np.ones(len(treated)), treated.astype(np.float64)])


def _ols(y: Floats, x: Floats, covariance: str) -> tuple[float, float]:
    from statsmodels.regression.linear_model import OLS

    fit = OLS(y, x).fit(cov_type=covariance)
    return float(fit.params[-1]), float(fit.bse[-1])


def _nine_digits(number: float) -> float:
    return float(f"{number:.9g}")
