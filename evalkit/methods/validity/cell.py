"""One row of the validity grid."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.methods.validity.measure import Design
from evalkit.methods.validity.truths import Truth


@dataclass(frozen=True, slots=True)
class Cell:
    """One design and one truth without effect.

    Attributes
    ----------
    refused : str
        Why the router refuses before measuring anything; empty where it measures.
    conditional : str
        Why the interval of the chosen route holds only on a condition, and no p-value is printed; empty where it is.
    counted : bool
        Whether the cell belongs to those that must be answered: three treated clusters or fifteen persons a group.
    """

    table: str
    label: str
    design: Design
    truth: Truth
    refused: str = ""
    counted: bool = True
    conditional: str = ""
