"""Unit costs with source, year and status. None is built in."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from evalkit.plan.strict import Name, Strict, Text


class UnitCost(Strict):
    """One price: what, per what, in which price year, from where, how certain."""

    id: Name
    label: Text
    kronor: float = Field(gt=0)
    unit: Literal["styck", "timme", "dygn", "månad", "år"]
    price_year: Text
    source: Text
    status: Literal["draft", "reviewed", "secured"]
    overhead_included: Literal["yes", "no", "unknown"]
    comment: str = ""


class UnitCostTable(Strict):
    """A unit cost list, `params/unit_costs/<slug>.csv`."""

    id: str
    costs: tuple[UnitCost, ...]

    def find(self, cost_id: str) -> UnitCost | None:
        """Return the price named `cost_id`, or None."""
        for cost in self.costs:
            if cost.id == cost_id:
                return cost
        return None
