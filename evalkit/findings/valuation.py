"""Kronor: cost per participant, break-even numbers, and where each price comes from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PriceReference:
    """A unit cost with its provenance."""

    id: str
    label: str
    kronor: float
    unit: str
    price_year: str
    source: str
    status: str


@dataclass(frozen=True, slots=True)
class BreakEven:
    """How many units of a benefit must be avoided for the budget to be recovered; no price is converted to another year.

    Attributes
    ----------
    note : str
        Key of `evalkit.findings.reasons.PRICE_NOTES`; empty where budget and price are of the same year.
    """

    party: str
    description: str
    price: PriceReference
    number_needed: float
    per_participant: float | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Valuation:
    """The cost side of one evaluation. All amounts in kronor of `price_year`."""

    budget: float
    price_year: int
    budget_source: str
    n_participants: int
    cost_per_participant: float
    break_even: tuple[BreakEven, ...]
