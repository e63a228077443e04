"""Unit costs with source, year and status. None is built in."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from evalkit.plan.price_rows import PriceRow, check_price_rows, not_kronor, parse_kronor, read_price_table, unknown_columns
from evalkit.plan.problems import Problem, plan_error
from evalkit.plan.reading import translate
from evalkit.plan.strict import Name, Strict, Text
from evalkit.plan.strict_yaml import Document, Location


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

    def find(self, cost_id: str, price_year: int | None = None) -> UnitCost | None:
        """Return the price named `cost_id`, or None.

        A thing that is priced for several years is found only with its `price_year`: no price is carried to another year.
        """
        own = [cost for cost in self.costs if cost.id == cost_id]
        if len(own) > 1:
            own = [cost for cost in own if cost.price_year == str(price_year)]
        return own[0] if own else None


def load_unit_costs(path: Path) -> UnitCostTable:
    """Read a unit cost list: semicolon CSV with the columns of `UnitCost`.

    Raises
    ------
    PlanError
        That lists every fault with its line: PAR-* of a row, COST-NUM, COST-DUP, COST-UNIT.
    """
    header, rows = read_price_table(path)
    wrong = unknown_columns(path.name, header, list(UnitCost.model_fields))
    if wrong is not None:
        raise wrong
    costs: list[tuple[int, UnitCost]] = []
    problems: list[Problem] = []
    for line, row in rows:
        kronor = parse_kronor(row["kronor"])
        if kronor is None:
            problems.append(not_kronor(line, row["kronor"]))
        try:
            costs.append((line, UnitCost.model_validate(row | {"kronor": kronor or 1.0})))
        except ValidationError as exc:
            lines: dict[Location, int] = {(column,): line for column in row}
            problems += translate(Document(path.name, dict(row), lines, ()), UnitCost, exc)
    if problems:
        raise plan_error(path.name, problems, noun="prislistan")
    check_price_rows(path.name, [PriceRow(line, cost.id, cost.unit, cost.price_year, cost.kronor) for line, cost in costs])
    return UnitCostTable(id=path.stem, costs=tuple(cost for _, cost in costs))
