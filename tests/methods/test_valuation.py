"""Kronor: divisions by hand, and prices of other years never mixed in silence."""

from __future__ import annotations

import pytest
from evalkit.errors import EstimationError, PlanError
from evalkit.findings.reasons import PRICE_NOTES
from evalkit.methods.valuation import price_note, value_plan
from evalkit.plan.unit_costs import UnitCostTable
from tests.support.frames import demo_plan


@pytest.mark.parametrize(
    ("price_year", "note"),
    [
        ("2015", ""),
        (" 2015 ", ""),
        ("2013", "price-year-differs"),
        ("ej angivet (listan är från 2015)", "price-year-unclear"),
        ("2013–2015", "price-year-unclear"),
    ],
)
def test_price_years_are_compared_in_the_open(price_year: str, note: str):
    assert price_note(price_year, 2015) == note
    assert note == "" or note in PRICE_NOTES


def test_no_budget_no_valuation():
    assert value_plan(demo_plan(economics=False), None, 10) is None


def test_a_benefit_without_price_is_a_fault_of_the_plan():
    with pytest.raises(PlanError, match="utredning_bbic finns inte i planens lista"):
        value_plan(demo_plan(), UnitCostTable(id="tom", costs=()), 10)


def test_nobody_took_part():
    with pytest.raises(EstimationError, match="ingen deltagare"):
        value_plan(demo_plan(), None, 0)
