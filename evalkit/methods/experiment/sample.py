"""The analysed units of one outcome, put together from receipts and frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from evalkit.errors import EstimationError
from evalkit.methods.panel import make_panel
from evalkit.methods.pre_post import before_and_after

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.records.stations import AnalysisFrame

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def steady(number: float) -> float:
    """Return a number with twelve significant digits: the last ones of a matrix product depend on the number of threads."""
    return float(f"{number:.12g}")


@dataclass(frozen=True, slots=True)
class DrawnUnit:
    """One unit of the receipts: block (batch included), group drawn together (itself where alone), whether in the first arm.

    `arm` is the arm's id where the receipts tell it.
    """

    name: str
    block: str
    group: str
    drawn: bool
    arm: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Sample:
    """The analysed units of one outcome, in the order of names; `column` points into the receipts, `occasions` are compared."""

    names: tuple[str, ...]
    after: Floats
    before: Floats
    drawn: Bools
    took_part: Bools
    block: NDArray[np.intp]
    group: NDArray[np.intp]
    column: NDArray[np.intp]
    occasions: tuple[str, str]

    @property
    def shifted(self) -> Floats:
        """The values after, less the first one: a large common level must cost no digits where only differences count."""
        return np.asarray(self.after - self.after[0])


def analysed_sample(frame: AnalysisFrame, plan: EvaluationPlan, outcome: str, units: Sequence[DrawnUnit]) -> Sample:
    """Return those who were drawn and have both measurements of an outcome.

    Raises
    ------
    EstimationError
        EST-EMPTY: nobody; what `make_panel` refuses.
    """
    panel = make_panel(frame, plan, outcome)
    decisive = None if plan.decisive_occasion is None else plan.occasion(plan.decisive_occasion).label
    before, after = before_and_after(panel, decisive)
    names = sorted(frame.table.loc[frame.table["outcome"] == outcome, "unit"].unique())
    place = {unit.name: number for number, unit in enumerate(units)}
    rows = np.array([i for i, name in enumerate(names) if name in place], dtype=np.intp)
    if not len(rows):
        raise EstimationError(f"{outcome}: ingen av de lottade har mätningar; stämmer löpnumren?", code="EST-EMPTY")
    column = np.array([place[names[i]] for i in rows], dtype=np.intp)
    blocks, groups = ([getattr(units[c], part) for c in column] for part in ("block", "group"))
    return Sample(
        names=tuple(str(names[i]) for i in rows),
        after=panel.y[rows, after],
        before=panel.y[rows, before],
        drawn=np.array([units[c].drawn for c in column]),
        took_part=panel.treated[rows],
        block=np.unique(blocks, return_inverse=True)[1],
        group=np.unique(groups, return_inverse=True)[1],
        column=column,
        occasions=(panel.periods[before], panel.periods[after]),
    )
