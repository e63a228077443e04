"""The effect on those whom the draw moved (CACE, LATE), with an interval that holds whether or not the draw moved many."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evalkit.errors import EstimationError
from evalkit.methods.experiment.itt import Bools, Floats, Labels, experiment_columns, itt
from evalkit.methods.inference.cluster_robust import ClusterTest, cluster_rows

STRONG = 10.0
"""First-stage F below which the point estimate and its standard error are not to be leaned on."""


@dataclass(frozen=True, slots=True)
class Late:
    """A local average treatment effect.

    Attributes
    ----------
    estimate, std_error : float
        Two-stage least squares; the standard error is HC1, or CR1 where clusters were drawn, for comparison with other programs.
    low, high : float
        The Anderson–Rubin (Fieller) set at `level`: infinite ends where the draw moved too few to bound it.
    disjoint : bool
        The set is everything outside (low, high).
    first_stage : ClusterTest
        Effect of being drawn on taking part (a share); its squared t is F.
    """

    estimate: float
    std_error: float
    low: float
    high: float
    disjoint: bool
    level: float
    first_stage: ClusterTest

    @property
    def first_stage_f(self) -> float:
        """The squared robust t of the first stage."""
        return self.first_stage.statistic**2

    @property
    def weak(self) -> bool:
        """Whether only the Anderson–Rubin set may be read."""
        return self.first_stage_f < STRONG


def late(
    outcome: Floats,
    took_part: Bools,
    drawn: Bools,
    *,
    baseline: Floats | None = None,
    block: Labels | None = None,
    cluster: Labels | None = None,
    level: float = 0.95,
) -> Late:
    """Return the effect of taking part on those who took part because they were drawn.

    Parameters
    ----------
    took_part, drawn : shape (n,)

    Raises
    ------
    EstimationError
        EST-FIRST: the draw moved nobody, or moved them the wrong way; EST-COMPLIANCE: everybody followed it, so that the
        intention-to-treat effect is the effect. What `itt` refuses.

    Notes
    -----
    β = τ_y / τ_d. The set {b : |τ_y − b·τ_d| ≤ t·√(V_y − 2b·C + b²·V_d)}, V by CR2 and t by its degrees of freedom, which do not
    depend on the outcome. Assumes that the draw works only through taking part, and that nobody does the opposite of it.
    Sources: Angrist, Imbens & Rubin 1996; Fieller 1954. Referees: linearmodels IV2SLS (small-sample factor put in: the library has
    none by default), estimatr iv_robust.
    """
    if bool(np.all(took_part == drawn)):
        raise EstimationError("alla följde lotten: effekten av att delta är effekten av att lottas", code="EST-COMPLIANCE")
    kept = {"baseline": baseline, "block": block, "cluster": cluster}
    part = took_part.astype(np.float64)
    first = itt(part, drawn, **kept)  # type: ignore[arg-type]
    if first.estimate <= 1e-12:
        raise EstimationError("lotten fick inte fler att delta: någon effekt av att delta går inte att skatta", code="EST-FIRST")
    reduced = itt(outcome, drawn, **kept)  # type: ignore[arg-type]
    both = itt(outcome + part, drawn, **kept)  # type: ignore[arg-type]
    joint = (both.std_error**2 - reduced.std_error**2 - first.std_error**2) / 2
    ends = fieller(reduced.estimate, first.estimate, reduced.std_error**2, joint, first.std_error**2, _reach(first.df, level))
    estimate = reduced.estimate / first.estimate
    columns = experiment_columns(drawn, baseline=baseline, block=block)
    error = _two_stage_error(outcome, part, columns, estimate, cluster)
    return Late(estimate, error, *ends, level, first)


def fieller(  # noqa: PLR0917 - the six numbers of one quadratic
    top: float, bottom: float, var_top: float, covariance: float, var_bottom: float, reach: float
) -> tuple[float, float, bool]:
    """Return (low, high, disjoint) of all b with (top − b·bottom)² ≤ reach²·(V_t − 2b·C + b²·V_b).

    Examples
    --------
    >>> fieller(4.0, 2.0, 1.0, 0.0, 0.0, 2.0)
    (1.0, 3.0, False)
    """
    a = bottom**2 - reach**2 * var_bottom
    b = -2 * (top * bottom - reach**2 * covariance)
    c = top**2 - reach**2 * var_top
    root = b**2 - 4 * a * c
    if abs(a) <= 1e-14 * bottom**2 or (a < 0 and root <= 0):
        return -math.inf, math.inf, False
    ends = sorted(((-b - math.sqrt(max(root, 0.0))) / (2 * a), (-b + math.sqrt(max(root, 0.0))) / (2 * a)))
    return ends[0], ends[1], a < 0


def _reach(df: float, level: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(df, 0.5 + level / 2))


def _two_stage_error(outcome: Floats, part: Floats, columns: Floats, estimate: float, cluster: NDArray[np.generic] | None) -> float:
    """Return the standard error of two-stage least squares: HC1, or CR1 by cluster."""
    exogenous = columns[:, 1:]
    basis = np.linalg.qr(exogenous)[0]

    def within(values: Floats) -> Floats:
        return np.asarray(values - basis @ (basis.T @ values))

    instrument = within(columns[:, 0])
    scores = instrument * within(outcome - estimate * part)
    n, k = columns.shape
    factor = n / (n - k)
    if cluster is not None:
        rows = cluster_rows(cluster)
        scores = np.array([scores[r].sum() for r in rows])
        factor = len(rows) / (len(rows) - 1) * (n - 1) / (n - k)
    return float(np.sqrt(factor * scores @ scores) / abs(instrument @ part))
