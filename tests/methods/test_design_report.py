"""A plan's designs side by side: what is refused, what costs, and that nothing is filled in silently."""

from __future__ import annotations

from pathlib import Path

import pytest
from evalkit.errors import PlanError
from evalkit.findings.design import shown_decimals
from evalkit.methods.power.clusters import Cluster
from evalkit.methods.power.portfolio import design_report
from evalkit.methods.power.repeated import RepeatedMeasures
from evalkit.methods.power.solve import mde, power
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.loader import load_plan
from evalkit.release.design_page import screen, simulation

PLANS = Path(__file__).parents[2] / "params" / "interventions"
PERSONS = load_plan(PLANS / "np-samverkan.yaml")
CLUSTERS = load_plan(PLANS / "skolfam.yaml")


def assuming(plan: EvaluationPlan, **values: float | None) -> EvaluationPlan:
    kept = [row for row in plan.planning if row.quantity not in values]
    new = [
        type(plan.planning[0]).model_validate({"quantity": q, "value": v, "source": "pilot", "reference": "provet"})
        for q, v in values.items()
        if v is not None
    ]
    return plan.model_copy(update={"planning": (*kept, *new)})


def test_the_recommended_lottery_is_the_formula_with_the_plans_loss() -> None:
    report = design_report(assuming(PERSONS, places=None), draws=0)
    option = report.option("waiting_list")
    left = RepeatedMeasures(80 * 0.8, 0.5)
    assert option.mde == pytest.approx(20 * mde(left))
    assert option.power == pytest.approx(power(left, 0.5))
    assert option.treated == 40
    assert option.price == 40 * 60_000 + 80 * 3 * 500


def test_few_places_leave_most_waiting_and_rounds_even_it_out() -> None:
    report = design_report(PERSONS, draws=0)
    waiting, phased = report.option("waiting_list"), report.option("phase_in")
    assert (waiting.treated, phased.treated) == (20, 40)
    assert waiting.mde > phased.mde
    assert phased.months == 2 * waiting.months


def test_the_designs_of_clusters_count_clusters_and_refuse_three_against_three() -> None:
    report = design_report(CLUSTERS, draws=0)
    assert report.option("comparison").mde_sd == pytest.approx(mde(Cluster(6, 9 * 0.85, 0.05, r2_within=0.49)))
    assert "mindre än 0,1. " in report.option("clusters").refusal
    assert report.option("clusters").mde is None
    enough = design_report(assuming(CLUSTERS, clusters=12), draws=0)
    assert enough.option("clusters").refusal == ""
    assert enough.option("clusters").mde < report.option("comparison").mde


def test_simulation_and_formula_agree_where_the_groups_are_alike() -> None:
    report = design_report(assuming(PERSONS, places=None).model_copy(update={"seed": 7}))
    value, error = report.simulated.power
    # What first measurements differ by chance costs one in n - 4 of the variance: the formula does not know of it.
    promised = report.option("waiting_list").power
    assert promised - 0.015 - 3.3 * error <= value <= promised + 3.3 * error
    assert abs(report.simulated.false_rejection[0] - 0.05) <= 3.3 * report.simulated.false_rejection[1] + 0.005


def test_a_route_that_costs_power_is_seen_in_the_simulation_and_said_on_the_page() -> None:
    report = design_report(PERSONS)
    assert "pooled" in report.simulated.route
    assert report.option("waiting_list").power - report.simulated.power[0] > 0.02
    assert "lita på simuleringen" in screen(report)


def test_what_nobody_has_assumed_is_named_and_not_filled_in() -> None:
    report = design_report(PERSONS.model_copy(update={"planning": ()}), draws=200)
    assert report.missing == ("standard_deviation", "correlation", "attrition")
    assert {option.mde for option in report.options} == {None}
    assert {option.power for option in report.options} == {None}
    assert all(option.mde_sd for option in report.options)
    assert report.simulated is None


def test_an_assumption_about_the_outcome_goes_before_one_about_all() -> None:
    row = PERSONS.planning[0]
    general = row.model_copy(update={"outcome": None, "value": 99.0})
    for order in ((row, general), (general, row)):
        report = design_report(PERSONS.model_copy(update={"planning": order}), draws=0)
        assert [one.value for one in report.assumptions if one.quantity == "standard_deviation"] == [20.0]


@pytest.mark.parametrize(
    ("quantity", "value", "code"),
    [
        ("icc", 1.5, "DSN-ICC"),
        ("attrition", 20.0, "DSN-SHARE"),
        ("correlation", 1.0, "DSN-CORR"),
        ("standard_deviation", 0.0, "DSN-SMALL"),
        ("places", -1.0, "DSN-SMALL"),
        ("price_measurement", -5.0, "DSN-PRICE"),
    ],
)
def test_an_impossible_assumption_is_refused(quantity: str, value: float, code: str) -> None:
    with pytest.raises(PlanError) as caught:
        design_report(assuming(PERSONS, **{quantity: value}), draws=0)
    assert caught.value.code == code


def test_a_plan_without_a_number_of_persons_says_where_to_write_it() -> None:
    group = PERSONS.target_group.model_copy(update={"expected_number": None})
    plan = PERSONS.model_copy(update={"target_group": group})
    with pytest.raises(PlanError, match="expected_number"):
        design_report(plan, draws=0)
    assert design_report(plan, 24, draws=0).persons == 24


def test_so_few_that_nothing_can_be_tested_are_told_why_and_nothing_untrue() -> None:
    said = screen(design_report(CLUSTERS, 7))
    assert said.startswith("Med 7 deltagare kan det här upplägget inte pröva någon effekt alls.")
    assert "slå samman block" in said.splitlines()[1]
    assert "säger inte vilken effekt" not in said


def test_more_participants_see_smaller_effects_all_along_the_curve() -> None:
    report = design_report(PERSONS, draws=0)
    sizes = [point.mde for point in report.curve]
    assert sizes == sorted(sizes, reverse=True)
    assert report.persons in {point.persons for point in report.curve}


def test_as_many_as_are_needed_stand_in_as_many_groups_as_that_takes_and_cost_what_those_cost() -> None:
    plan = assuming(PERSONS, icc=0.05, clusters=16, attrition=None, price_cluster=15_000, price_comparison=2_000)
    option = design_report(plan, draws=0).option("clusters")
    assert option.needed_clusters > option.clusters
    large = assuming(plan, clusters=option.needed_clusters)
    again = design_report(large, option.needed, draws=0).option("clusters")
    # The size is a whole and even number of groups: a little above what was asked for.
    assert 0.8 <= again.power < 0.84
    assert option.needed_price == pytest.approx(again.price)
    assert f"behövs {option.needed} deltagare i {option.needed_clusters} grupper" in screen(design_report(plan, draws=0))


def test_a_point_less_costs_what_the_larger_study_costs_more() -> None:
    plan = assuming(PERSONS, places=None)
    option = design_report(plan, draws=0).option("waiting_list")
    finer = plan.model_copy(
        update={"outcomes": tuple(o.model_copy(update={"expected_effect": option.mde - 1}) for o in plan.outcomes)}
    )
    if plan.outcome(plan.primary_outcome).direction.value == "lower_better":
        finer = plan.model_copy(
            update={"outcomes": tuple(o.model_copy(update={"expected_effect": 1 - option.mde}) for o in plan.outcomes)}
        )
    larger = design_report(finer, draws=0).option("waiting_list")
    assert option.price_per_point == pytest.approx(larger.needed_price - option.price)


def test_a_small_unit_keeps_its_digits() -> None:
    assert [shown_decimals(size) for size in (45_000, 26.9, 6.4, 0.39, 0.083, 0.0)] == [0, 1, 1, 2, 3, 1]
    small = PERSONS.model_copy(
        update={"outcomes": tuple(o.model_copy(update={"expected_effect": 0.05, "unit": "andel"}) for o in PERSONS.outcomes)}
    )
    shown = screen(design_report(assuming(small, standard_deviation=0.2), draws=0))
    assert "Planen väntar sig 0,050 andel" in shown
    assert " 0,1 andel" not in shown


def test_figures_for_those_who_take_part_say_so() -> None:
    shown = screen(design_report(assuming(PERSONS, take_up=0.6, take_up_comparison=0.1), draws=0))
    assert "60 % av de erbjudna och 10 % av de andra" in shown.replace("\u00a0", " ")
    assert "0,50 gånger så stor" in shown
    assert "dem som tar del" not in screen(design_report(assuming(PERSONS, take_up=None, take_up_comparison=None), draws=0))


def test_a_lottery_of_few_groups_says_that_the_simulation_is_to_be_believed() -> None:
    report = design_report(assuming(PERSONS, places=None, icc=0.05, clusters=12, attrition=None))
    page = str(simulation(report))
    assert abs(report.option("clusters").power - report.simulated_clusters.power[0]) > 0.01
    assert page.index("hela grupper") < page.index("lita på simuleringen", page.index("hela grupper"))


def test_a_lottery_with_three_arms_is_planned_with_three_and_the_page_says_that_two_are_not_it() -> None:
    example = load_plan(PLANS / "exempel-vantelista.yaml")
    arms = example.lottery.arms
    third = arms[1].model_copy(update={"id": "mellan", "label": "Kort stöd"})
    plan = example.model_copy(update={"lottery": example.lottery.model_copy(update={"arms": (arms[0], third, arms[1])})})
    report = design_report(plan, draws=0)
    assert report.option("arms").mde > report.option("waiting_list").mde
    assert [one.value for one in report.assumptions if one.quantity == "arms"] == [2.0]
    assert "se upplägget med flera grupper" in screen(report)
    assert "se upplägget med flera grupper" not in screen(design_report(example, draws=0))
