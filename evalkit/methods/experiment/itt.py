"""Intention to treat: what being drawn did, whoever took part. Blocks and clusters are the lottery's; at most one covariate."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evalkit.errors import EstimationError
from evalkit.methods.inference.cluster_robust import ClusterTest, cr2_test

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Labels = NDArray[np.generic]

LIN_SUPPORT = 20
"""Fewest units (or clusters) in each arm behind an interaction with the baseline."""


def itt(
    outcome: Floats,
    drawn: Bools,
    *,
    baseline: Floats | None = None,
    block: Labels | None = None,
    cluster: Labels | None = None,
    interacted: bool = False,
) -> ClusterTest:
    """Return the effect of being drawn on `outcome`, in its unit.

    Parameters
    ----------
    outcome : shape (n,)
    drawn : shape (n,), whether the lottery gave the first arm
    baseline : shape (n,), the outcome before the draw
    block, cluster : shape (n,), as drawn
    interacted : bool
        Lin's estimator: the centred baseline also times the arm.

    Raises
    ------
    EstimationError
        EST-ARMS: an arm has fewer than two units or clusters. EST-SUPPORT: an interaction with fewer than 20 in an arm.

    Notes
    -----
    y = α_block + τ·drawn + β·(x − x̄) [+ γ·drawn·(x − x̄)]; least squares, CR2 with Satterthwaite's degrees of freedom (HC2 and
    Bell–McCaffrey where each unit was drawn alone). With blocks of unequal shares τ weighs blocks by n·p·(1 − p).
    Sources: McKenzie 2012 (ANCOVA); Lin 2013; Bell & McCaffrey 2002. Referee: estimatr lm_robust, lm_lin.
    """
    columns = experiment_columns(drawn, baseline=baseline, block=block, interacted=interacted)
    unit = np.arange(len(outcome)) if cluster is None else cluster
    fewest = min(len(np.unique(unit[part])) for part in (drawn, ~drawn)) if drawn.any() and not drawn.all() else 0
    if fewest < 2:
        raise EstimationError(f"{fewest} enheter i den minsta gruppen: minst två behövs", code="EST-ARMS")
    if interacted and (baseline is None or fewest < LIN_SUPPORT):
        message = f"samspel med utgångsvärdet kräver {LIN_SUPPORT} i varje grupp; här {fewest}: använd en kovariat utan samspel"
        raise EstimationError(message, code="EST-SUPPORT")
    return cr2_test(columns, outcome, unit, np.eye(columns.shape[1])[0])


def experiment_columns(
    drawn: Bools, *, baseline: Floats | None = None, block: Labels | None = None, interacted: bool = False
) -> Floats:
    """Return the regressors, `drawn` first: shape (n, k)."""
    n = len(drawn)
    blocks = np.zeros(n, dtype=np.intp) if block is None else np.unique(block, return_inverse=True)[1]
    columns = [drawn.astype(np.float64), *(np.eye(int(blocks.max()) + 1)[blocks].T)]
    if baseline is not None:
        centred = baseline - baseline.mean()
        columns += [centred, *([centred * drawn] if interacted else [])]
    return np.column_stack(columns)
