"""The EQ-5D index by a declared Swedish value set. Two sets are two instruments: 55555 is 0.2433 in one and -0.314 in another.

Coefficients: Burström et al. 2014, doi 10.1007/s11136-013-0496-4 (3L); Burström et al. 2020, doi 10.1007/s40273-020-00905-7, and
Sun et al. 2022, doi 10.1186/s12955-022-02083-w (5L); read in the MIT-licensed package fragla/eq5d, commit bfdc7ca, data-raw/TTO.csv
and data-raw/VT.csv. docs/METHODS.md#item-scoring.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evalkit.errors import PlanError

Floats = NDArray[np.float64]
_DIMENSIONS = 5


@dataclass(frozen=True, slots=True)
class ValueSet:
    """One value set.

    Attributes
    ----------
    full_health : float
        Index of 11111, which need not be 1.
    decrements : tuple[tuple[float, ...], ...]
        For mobility, self-care, usual activities, pain, anxiety: what each level from 1 adds.
    worst_anywhere : float
        What is added once where any dimension is at its worst level.
    source : str
    """

    full_health: float
    decrements: tuple[tuple[float, ...], ...]
    worst_anywhere: float
    source: str

    @property
    def levels(self) -> int:
        """Levels of each dimension: 3 or 5."""
        return len(self.decrements[0])


VALUE_SETS: dict[tuple[str, str], ValueSet] = {
    ("eq5d3l", "index_se_tto_2014"): ValueSet(
        full_health=0.9694,
        decrements=(
            (0, -0.0666, -0.1247),
            (0, -0.0276, -0.0276),
            (0, -0.1012, -0.1355),
            (0, -0.0345, -0.0904),
            (0, -0.0552, -0.2077),
        ),
        worst_anywhere=-0.0433,
        source="Burström m.fl. 2014, doi 10.1007/s11136-013-0496-4",
    ),
    ("eq5d5l", "index_se_2020"): ValueSet(
        full_health=0.9755,
        decrements=(
            (0, -0.0287, -0.0346, -0.0523, -0.0523),
            (0, -0.0254, -0.0817, -0.0824, -0.0824),
            (0, -0.0549, -0.1143, -0.1639, -0.1639),
            (0, -0.0108, -0.0428, -0.1024, -0.1974),
            (0, -0.0325, -0.0868, -0.2002, -0.2339),
        ),
        worst_anywhere=-0.0023,
        source="Burström m.fl. 2020, doi 10.1007/s40273-020-00905-7",
    ),
    ("eq5d5l", "index_se_2022"): ValueSet(
        full_health=1.0,
        decrements=(
            (0, -0.022, -0.026, -0.087, -0.132),
            (0, -0.019, -0.056, -0.113, -0.159),
            (0, -0.022, -0.048, -0.131, -0.187),
            (0, -0.010, -0.047, -0.319, -0.442),
            (0, -0.031, -0.122, -0.277, -0.394),
        ),
        worst_anywhere=0.0,
        source="Sun m.fl. 2022, doi 10.1186/s12955-022-02083-w",
    ),
}
"""Instrument and scale -> value set. The plan declares the set by naming the scale."""


def value_set(instrument: str, scale: str) -> ValueSet:
    """Return the declared value set.

    Raises
    ------
    PlanError
        If the scale names none: a set is never chosen for the plan.
    """
    found = VALUE_SETS.get((instrument, scale))
    if found is None:
        known = ", ".join(sorted(name for owner, name in VALUE_SETS if owner == instrument)) or "inga"
        raise PlanError(
            f"{instrument}: skalan {scale} har ingen värdemängd; ange en av {known} som scale i planen", code="PAR-INSTRUMENT"
        )
    return found


def eq5d_index(answers: Floats, values: ValueSet) -> Floats:
    """Return the index of each health state.

    Parameters
    ----------
    answers : shape (n_rows, 5)
        Levels 1, 2, … of mobility, self-care, usual activities, pain/discomfort, anxiety/depression; NaN where not answered.

    Returns
    -------
    NDArray
        Shape (n_rows,); NaN where any dimension is not answered or is no level of the set.
    """
    if answers.shape[1] != _DIMENSIONS:
        raise PlanError(
            f"EQ-5D har {_DIMENSIONS} frågor, inte {answers.shape[1]}; kontrollera planens kolumner", code="PAR-INSTRUMENT"
        )
    valid = ((answers >= 1) & (answers <= values.levels) & (answers == np.floor(answers))).all(axis=1)
    level = np.where(valid[:, None], answers, 1.0).astype(np.int64)
    index = np.full(len(answers), values.full_health)
    for dimension, decrements in enumerate(values.decrements):
        index += np.array(decrements)[level[:, dimension] - 1]
    index += np.where((level == values.levels).any(axis=1), values.worst_anywhere, 0.0)
    return np.where(valid, index, np.nan)
