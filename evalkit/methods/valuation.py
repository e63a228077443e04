"""Kronor: what a participant cost, and how many units of a benefit would have to be avoided to recover the budget."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from evalkit.errors import EstimationError, PlanError
from evalkit.findings.valuation import BreakEven, PriceReference, Valuation

if TYPE_CHECKING:
    from evalkit.plan.evaluation import Benefit, EvaluationPlan
    from evalkit.plan.unit_costs import UnitCost, UnitCostTable


def value_plan(plan: EvaluationPlan, unit_costs: UnitCostTable | None, n_participants: int) -> Valuation | None:
    """Return the cost side of an evaluation; None where the plan has no budget.

    Parameters
    ----------
    n_participants : int
        Treated persons delivered who may be counted.

    Notes
    -----
    Cost per participant = budget / participants. Break-even number = budget / unit cost. No price is moved between years: where
    the price's year is another than the budget's, or unclear, the break-even number says so.

    Raises
    ------
    PlanError
        If a benefit names a unit cost that is not in the list.
    EstimationError
        If nobody took part.
    """
    money = plan.economics
    if money is None:
        return None
    if n_participants < 1:
        raise EstimationError(
            "ingen deltagare i leveransen, så kostnad per deltagare går inte att räkna; kontrollera kolumnen för "
            "grupp och samtyckena",
            code="EST-EMPTY",
        )
    return Valuation(
        budget=money.budget_kronor,
        price_year=money.price_year,
        budget_source=money.source,
        n_participants=n_participants,
        cost_per_participant=money.budget_kronor / n_participants,
        break_even=tuple(_break_even(plan, benefit, unit_costs, n_participants) for benefit in money.benefits),
    )


def price_note(price_year: str, budget_year: int) -> str:
    """Return the note on two price years: empty only where the price's text is the budget's year and nothing else."""
    text = price_year.strip()
    if text == str(budget_year):
        return ""
    return "price-year-differs" if re.fullmatch(r"\d{4}", text) else "price-year-unclear"


def _break_even(plan: EvaluationPlan, benefit: Benefit, unit_costs: UnitCostTable | None, n: int) -> BreakEven:
    year = plan.economics.price_year if plan.economics is not None else None
    cost = unit_costs.find(benefit.unit_cost, year) if unit_costs is not None else None
    if cost is None or plan.economics is None:
        raise PlanError(
            f"{plan.id}.yaml: economics.benefits: enhetskostnaden {benefit.unit_cost} finns inte i planens lista "
            "(economics.unit_costs); lägg till raden i params/unit_costs/ eller rätta namnet",
            code="PAR-UNIT-COST",
        )
    number = plan.economics.budget_kronor / cost.kronor
    note = price_note(cost.price_year, plan.economics.price_year)
    return BreakEven(benefit.party, benefit.description, _price(cost), number, number / n, note)


def _price(cost: UnitCost) -> PriceReference:
    return PriceReference(cost.id, cost.label, cost.kronor, cost.unit, cost.price_year, cost.source, cost.status)
