"""The EQ-5D index by a declared value set. Two sets are two instruments: 55555 is 0.2433 in one Swedish set and -0.314 in another.

The coefficients stand in the register with their sources; the plan declares a set by naming its scale
(docs/METHODS.md#item-scoring).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evalkit.errors import PlanError
from evalkit.plan.instrument_parts import ValueSet
from evalkit.plan.instruments import Instrument

Floats = NDArray[np.float64]


def value_set(instrument: Instrument, scale: str) -> ValueSet | None:
    """Return the value set that gives `scale`; None where the scale is not an index.

    Raises
    ------
    PlanError
        If the instrument has value sets, and the scale is an index without one: a set is never chosen for the plan.
    """
    found = next((values for values in instrument.value_sets if values.scale == scale), None)
    known = instrument.scale(scale)
    if found is None and known is not None and known.score_type == "index":
        ready = ", ".join(sorted(values.scale for values in instrument.value_sets)) or "inga"
        raise PlanError(
            f"{instrument.id}: skalan {scale} har ingen värdemängd i registret; de som har det: {ready}. Ange en av dem som scale",
            code="PAR-INSTRUMENT",
        )
    return found


def eq5d_index(answers: Floats, values: ValueSet) -> Floats:
    """Return the index of each health state.

    Parameters
    ----------
    answers : shape (n_rows, n_dimensions)
        Levels 1, 2, … in the order of the set's dimensions; NaN where not answered.

    Returns
    -------
    NDArray
        Shape (n_rows,); NaN where any dimension is not answered or is no level of the set.

    Raises
    ------
    PlanError
        If there are not as many columns as dimensions.
    """
    if answers.shape[1] != len(values.dimensions):
        raise PlanError(
            f"{values.id} har {len(values.dimensions)} frågor, inte {answers.shape[1]}; kontrollera planens kolumner",
            code="PAR-INSTRUMENT",
        )
    worst = np.array([len(dimension.decrements) for dimension in values.dimensions])
    valid = ((answers >= 1) & (answers <= worst) & (answers == np.floor(answers))).all(axis=1)
    level = np.where(valid[:, None], answers, 1.0).astype(np.int64)
    index = np.full(len(answers), values.start)
    for column, dimension in enumerate(values.dimensions):
        index += np.array(dimension.decrements)[level[:, column] - 1]
    index += np.where((level == worst).any(axis=1), values.any_worst, 0.0)
    # Six decimals: sums of decimal fractions must not fall a hair outside the scale's own ends.
    return np.where(valid, np.round(index, 6), np.nan)
