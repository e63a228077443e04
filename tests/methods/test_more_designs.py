"""Designs that a plan asks for by assuming something about them: each is its own formula, reached from the plan."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from evalkit.errors import PlanError
from evalkit.methods.experiment.offer import ROUTES
from evalkit.methods.power.behaviour import Expected
from evalkit.methods.power.binary import fisher_power
from evalkit.methods.power.clusters import Cluster, SteppedWedge
from evalkit.methods.power.costs import optimal_cluster_size, optimal_share
from evalkit.methods.power.designs import Arm, Individual, Pairs
from evalkit.methods.power.facts import plan_facts
from evalkit.methods.power.pace import forecast
from evalkit.methods.power.portfolio import design_report
from evalkit.methods.power.repeated import RepeatedMeasures
from evalkit.methods.power.solve import mde
from evalkit.plan.evaluation import OutcomeKind
from evalkit.plan.loader import load_plan
from evalkit.plan.lottery import Lottery
from evalkit.plan.planning import PlanningAssumption
from evalkit.release import design_words, design_words_en
from evalkit.release.design_page import curve, headline, options, screen
from scipy.optimize import brentq
from scipy.stats import poisson
from tests.support.small_run import HERE

PERSONS = load_plan(HERE / "params" / "interventions" / "np-samverkan.yaml")
CLUSTERS = load_plan(HERE / "params" / "interventions" / "skolfam.yaml")


def assuming(plan, **values):
    kept = [row for row in plan.planning if row.quantity not in {*values, "places", "attrition"}]
    new = [
        PlanningAssumption.model_validate({"quantity": q, "value": v, "source": "pilot", "reference": "provet"})
        for q, v in values.items()
    ]
    return plan.model_copy(update={"planning": (*kept, *new)})


def option(plan, name):
    return design_report(plan, draws=0).option(name)


def test_blocks_arms_and_repeated_measures_are_their_formulas():
    assert option(assuming(PERSONS, blocks=8, r2=0.4), "blocked").mde_sd == pytest.approx(mde(Individual(80, 0.5, 0.4, 1, 8)))
    arms = option(assuming(PERSONS, arms=3), "arms")
    assert arms.mde_sd == pytest.approx(mde(Arm(20, 3, pool=True), alpha=0.05 / 3))
    assert arms.treated == 60
    repeated = assuming(PERSONS, measurements_before=2, measurements_after=3)
    assert option(repeated, "repeated").mde_sd == pytest.approx(mde(RepeatedMeasures(80, 0.5, 2, 3)))
    serial = option(assuming(repeated, autocorrelation=0.8), "repeated")
    assert serial.mde_sd == pytest.approx(mde(RepeatedMeasures(80, 0.8, 1, 1, serial=True)), rel=0.5)


def test_pairs_come_from_the_lottery_and_encouragement_from_the_take_up():
    lottery = Lottery.model_validate(
        {
            "files": "lista*.csv",
            "unit": "nr",
            "pair": "par",
            "arms": [{"id": "a", "label": "A"}, {"id": "b", "label": "B"}],
            "draws": [{"name": "Lotto", "held_on": "2015-09-05", "rule": "tal"}],
        }
    )
    assert option(assuming(PERSONS).model_copy(update={"lottery": lottery}), "pairs").mde_sd == pytest.approx(mde(Pairs(40, 0.5)))
    invited = option(assuming(PERSONS, take_up=0.5, take_up_comparison=0.1), "encouragement")
    assert invited.mde_sd == pytest.approx(mde(RepeatedMeasures(80, 0.5)) / 0.4)
    assert invited.mde_sd == pytest.approx(mde(Expected(RepeatedMeasures(80, 0.5), take_up=0.5, take_up_comparison=0.1)))


def test_clusters_with_unequal_sizes_covariates_between_and_a_stepped_wedge():
    plan = assuming(CLUSTERS, clusters=12, size_spread=0.6, r2_between=0.5)
    wanted = Cluster(12, 54 / 12, 0.05, cv=0.6, r2_within=0.49, r2_between=0.5, covariates=1)
    assert option(plan, "clusters").mde_sd == pytest.approx(mde(wanted))
    wedge = option(assuming(CLUSTERS, clusters=12, steps=3), "stepped_wedge")
    assert wedge.mde_sd == pytest.approx(mde(SteppedWedge(12, 54 / 12 / 4, 4, 0.05)))


def test_yes_or_no_is_fishers_test_at_the_border_of_its_power():
    outcome = PERSONS.outcome(PERSONS.primary_outcome).model_copy(update={"kind": OutcomeKind.BINARY, "expected_effect": 0.3})
    plan = assuming(PERSONS, baseline_share=0.2).model_copy(update={"outcomes": (outcome, *PERSONS.outcomes[1:])})
    found = option(plan, "binary_exact")
    assert found.power == pytest.approx(fisher_power(40, 40, 0.5, 0.2))
    assert fisher_power(40, 40, 0.2 + found.mde, 0.2) >= 0.8 > fisher_power(40, 40, 0.2 + found.mde - 0.001, 0.2)
    assert found.needed > 80 or found.power >= 0.8


def test_prices_give_the_cheapest_cluster_size_and_share():
    plan = assuming(CLUSTERS, clusters=12, price_cluster=20_000, price_measurement=500, price_comparison=1_000)
    best, facts = design_report(plan, draws=0).best, plan_facts(plan)
    assert best.cluster_size == pytest.approx(optimal_cluster_size(0.05, 20_000, 500 * facts.measurements))
    assert best.treated_share == pytest.approx(
        optimal_share(facts.price + 500 * facts.measurements, 1_000 + 500 * facts.measurements)
    )
    assert "Mest säkerhet för pengarna" in screen(design_report(plan, draws=0))


def test_whole_groups_are_simulated_with_cr2_and_agree_with_the_formula():
    report = design_report(assuming(CLUSTERS, clusters=12), draws=4_000)
    found = report.simulated_clusters
    assert found.route in ROUTES
    assert abs(found.false_rejection[0] - 0.05) <= 3.3 * found.false_rejection[1] + 0.005


def test_every_design_has_a_curve_that_falls_and_the_picture_tells_it():
    report = design_report(assuming(PERSONS, blocks=8, arms=2), draws=0)
    assert {one.id for one in report.curves} >= {"waiting_list", "comparison", "blocked", "arms"}
    for one in report.curves:
        effects = [point.mde_sd for point in one.points]
        assert effects == sorted(effects, reverse=True)
    page = str(curve(report))
    assert 'alt="Väntelista med lottad turordning: ' in page
    first = next(one for one in report.curves if one.id == report.recommended).points[0]
    assert f"{first.persons} deltagare {first.mde:.1f}".replace(".", ",") in page


def test_the_english_page_has_every_word_of_the_swedish_one():
    # Rows to paste into a plan are Swedish, as plans' references are.
    words = {name for name in vars(design_words) if name.isupper()} - {"LEARNED", "LEARNED_FROM", "REACH"}
    assert {name for name in vars(design_words_en) if name.isupper()} == words
    for name in ("NAME", "MAY_SAY", "QUANTITY", "ABSENT", "SOURCE", "ROUTE"):
        assert getattr(design_words, name).keys() == getattr(design_words_en, name).keys()
    report = design_report(PERSONS, draws=0, language="en")
    assert headline(report).startswith("With 80 participants")
    assert "Waiting list in drawn order" in str(options(report))


@pytest.mark.parametrize(
    ("quantity", "value"),
    [
        ("arms", 0.5),
        ("blocks", 0),
        ("r2", 1.2),
        ("r2", 1),
        ("blocks", 60),
        ("clusters", 81),
        ("take_up", 0),
        ("attrition", 0.99),
        ("price_cluster", -1),
    ],
)
def test_impossible_assumptions_are_refused(quantity, value):
    with pytest.raises(PlanError):
        plan_facts(assuming(PERSONS, **{quantity: value}))


def test_too_few_clusters_for_a_wedge_are_refused_in_their_own_row():
    assert option(assuming(CLUSTERS, clusters=2, steps=3), "stepped_wedge").refusal


def test_the_pace_so_far_counts_those_due_and_those_coming():
    today = date(2020, 1, 1)
    starts = [today - timedelta(days=30 * month) for month in range(1, 13) for _ in range(4)]
    found = forecast(starts, today, follow_up_days=180, kept=0.9, share=0.5, r2=0.25, months=(0, 6, 12, 24))
    assert found.a_month == pytest.approx(48 / (360 / 30.4375))
    assert found.rows[0].persons == pytest.approx(0.9 * 4 * 7)
    assert found.rows[2].persons == pytest.approx(0.9 * (48 + found.a_month * (366 - 181) / 30.4375), rel=0.02)
    reach = [row.mde_sd for row in found.rows]
    assert reach == sorted(reach, reverse=True)
    assert found.rows[0].mde_sd == pytest.approx(mde(Individual(25.2, 0.5, 0.25, 1)))
    capped = forecast(starts, today, follow_up_days=180, kept=1.0, share=0.5, r2=0.0, most=50, months=(0, 24))
    assert max(row.persons for row in capped.rows) == 50
    with pytest.raises(PlanError):
        forecast(starts[:1], today, follow_up_days=180, kept=1.0, share=0.5, r2=0.0)


def test_the_range_of_the_pace_is_the_exact_interval_of_a_count_and_opens_with_time():
    today = date(2020, 1, 1)
    starts = [today - timedelta(days=30 * month) for month in range(1, 13) for _ in range(4)]
    found = forecast(starts, today, follow_up_days=90, kept=0.9, share=0.5, r2=0.25)
    months = 360 / 30.4375
    low, high = (float(poisson_border(48, tail)) / months for tail in (0.975, 0.025))
    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-6)
    assert found.recent == pytest.approx(24 / 6)
    widths = [row.most - row.fewest for row in found.rows]
    assert len(found.rows) == 13
    assert widths[0] == 0
    assert widths[4:] == sorted(widths[4:])
    last = found.rows[-1]
    assert last.fewest < last.persons < last.most
    assert last.best < last.mde_sd < last.worst


def poisson_border(count, tail):
    """Return the mean at which `count` or fewer (or as many or more) have the probability 2.5 %: found by bisection."""

    def gap(mean):
        return poisson.cdf(count, mean) - 0.025 if tail == 0.025 else poisson.sf(count - 1, mean) - 0.025

    return brentq(gap, 1, 200)


def test_the_range_covers_as_often_as_it_says():
    rng, today, hits = np.random.default_rng(4), date(2020, 1, 1), 0
    for _ in range(200):
        days = np.flatnonzero(rng.random(360) < 0.1)
        starts = [today - timedelta(days=360 - int(day)) for day in days]
        found = forecast(starts, today, follow_up_days=0, kept=1.0, share=0.5, r2=0.0, months=(12,)).rows[0]
        hits += found.fewest <= len(starts) + int((rng.random(365) < 0.1).sum()) <= found.most
    # The pace's interval and the count's are laid end to end: cautious, never too narrow.
    assert hits >= 185
