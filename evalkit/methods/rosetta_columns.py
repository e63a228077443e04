"""What the analysis file holds beyond periods and values: starts, donors, background, and how the lottery fell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from evalkit.errors import EstimationError
from evalkit.methods.cohorts.covariates import covariates_of
from evalkit.methods.panel import make_panel
from evalkit.methods.rosetta_matched import LABELS as MATCHED
from evalkit.methods.rosetta_matched import matched_columns
from evalkit.methods.single_unit.donors import donor_pool

if TYPE_CHECKING:
    from evalkit.methods.experiment.sample import DrawnUnit
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.records.stations import AnalysisFrame

LABELS = {
    "start": "Första perioden med insatsen (ordning); 0 för den som aldrig får den",
    "givare": "Får vägas in i jämförelsen med den enda behandlade enheten",
    "lottad": "Lotten gav insatsen (planens första grupp)",
    "block": "Lottningens block (löpnummer)",
    "lottgrupp": "Lottades tillsammans (löpnummer); personen själv där var och en lottades",
    **MATCHED,
}
"""Labels of the columns; those of background are made with them."""


def design_columns(
    frame: AnalysisFrame, plan: EvaluationPlan, rows: pd.DataFrame, outcome: str, drawn: Sequence[DrawnUnit]
) -> dict[str, np.ndarray]:
    """Return the columns that the plan's own design needs, in the order of `rows` (one outcome); empty for the ordinary ones."""
    found: dict[str, np.ndarray] = {}
    if plan.data_kind.value == "public":
        own = rows.loc[rows["is_after"].astype(bool)].groupby("unit")["order"].min()
        found["start"] = rows["unit"].map(own).fillna(0).to_numpy(dtype=np.int32)
    if plan.single_unit is not None:
        found["givare"] = rows["unit"].astype(str).isin(_donors(frame, plan, outcome)).to_numpy(dtype=np.int8)
    if plan.design.adjustment is not None:
        found |= _background(frame, plan, rows)
    found |= matched_columns(frame, plan, rows, outcome)
    if drawn:
        found |= _as_drawn(rows, drawn)
    return found


def background_names(frame: AnalysisFrame, plan: EvaluationPlan, outcome: str) -> tuple[str, ...]:
    """Return the names of the background columns of an outcome."""
    if plan.design.adjustment is None:
        return ()
    return tuple(_background(frame, plan, frame.table[frame.table["outcome"] == outcome]))


def _donors(frame: AnalysisFrame, plan: EvaluationPlan, outcome: str) -> tuple[str, ...]:
    try:
        return donor_pool(frame, plan, make_panel(frame, plan, outcome)).names
    except EstimationError:  # refused: there is no estimate to do again
        return ()


def _background(frame: AnalysisFrame, plan: EvaluationPlan, rows: pd.DataFrame) -> dict[str, np.ndarray]:
    assert plan.design.adjustment is not None
    units = sorted(rows["unit"].unique())
    x = covariates_of(frame.persons, units, plan.design.adjustment.covariates).x
    place = rows["unit"].map({unit: i for i, unit in enumerate(units)}).to_numpy()
    return {f"bakgrund{k + 1}": x[place, k] for k in range(x.shape[1])}


def _as_drawn(rows: pd.DataFrame, drawn: Sequence[DrawnUnit]) -> dict[str, np.ndarray]:
    known = {unit.name: unit for unit in drawn}
    blocks, groups = ({n: i + 1.0 for i, n in enumerate(sorted({getattr(u, part) for u in drawn}))} for part in ("block", "group"))
    mine = [known.get(str(unit)) for unit in rows["unit"]]
    return {
        "lottad": np.array([np.nan if u is None else float(u.drawn) for u in mine]),
        "block": np.array([np.nan if u is None else blocks[u.block] for u in mine]),
        "lottgrupp": np.array([np.nan if u is None else groups[u.group] for u in mine]),
    }
