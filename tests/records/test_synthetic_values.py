"""What is planted is what is there: means, effects, spreads and likenesses, within their Monte Carlo error."""

from statistics import fmean, stdev

import numpy as np
import pytest
from evalkit.records.synthetic.outcomes import draw_measurements, draw_months, path
from evalkit.records.synthetic.persons import draw_persons
from evalkit.records.synthetic.truth import OutcomeTruth
from tests.support.demo import plan_and_truth

FOUR_ERRORS = 4
"""A true effect lies farther than this from the mean over seeds once in 16 000 tests."""


def difference_of_changes(plan, truth, outcome, occasion, seed):
    persons = draw_persons(plan, truth, seed)
    draw = draw_measurements if plan.outcome(outcome).instruments else draw_months
    seen = {}
    for value in draw(plan, truth.outcome(outcome), persons, seed):
        seen.setdefault((value.person, value.occasion), []).append(value.value)
    first = plan.occasions[0].id
    change = {True: [], False: []}
    for number, person in enumerate(persons):
        if (number, first) in seen and (number, occasion) in seen:
            change[person.treated].append(fmean(seen[number, occasion]) - fmean(seen[number, first]))
    return fmean(change[True]) - fmean(change[False])


@pytest.mark.parametrize(
    ("demo", "outcome", "occasion", "seeds"),
    [
        ("np-samverkan", "valbefinnande", "uppf6", 60),
        ("np-samverkan", "valbefinnande", "uppf12", 60),
        ("np-samverkan", "franvaro", "uppf12", 20),
        ("skolfam", "begavning", "kart2", 60),
        ("skolfam", "psykisk_halsa", "kart2", 60),
    ],
)
def test_the_planted_effect_is_recovered_on_average(demo, outcome, occasion, seeds):
    plan, truth = plan_and_truth(demo)
    found = [difference_of_changes(plan, truth, outcome, occasion, seed) for seed in range(seeds)]
    planted = truth.outcome(outcome).effect[occasion]
    assert abs(fmean(found) - planted) < FOUR_ERRORS * stdev(found) / seeds**0.5


def test_another_planted_effect_would_be_noticed():
    plan, truth = plan_and_truth("np-samverkan")
    found = [difference_of_changes(plan, truth, "valbefinnande", "uppf12", seed) for seed in range(60)]
    assert abs(fmean(found) - 7) > FOUR_ERRORS * stdev(found) / 60**0.5


def many_persons(demo):
    plan, truth = plan_and_truth(demo)
    crowd = truth.intake[0].model_copy(update={"treated": 0, "comparison": 4000})
    return plan, truth.model_copy(update={"intake": (crowd,)})


def test_spread_and_retest_correlation_are_the_declared():
    plan, truth = many_persons("np-samverkan")
    declared = truth.outcome("valbefinnande").model_copy(update={"mean": 50.0, "sd": 10.0, "step": 0.1})
    persons = draw_persons(plan, truth, 1)
    values = draw_measurements(plan, declared, persons, 1)
    by_occasion = {o.id: {v.person: v.value for v in values if v.occasion == o.id} for o in plan.occasions}
    both = sorted(by_occasion["start"].keys() & by_occasion["uppf12"].keys())
    before, after = (np.array([by_occasion[name][n] for n in both]) for name in ("start", "uppf12"))
    # Standard errors with 3 500 persons: 0.12 for the spread, 0.011 for the correlation.
    assert before.std() == pytest.approx(10, abs=0.5)
    assert np.corrcoef(before, after)[0, 1] == pytest.approx(0.6, abs=0.045)


def test_a_month_is_zero_as_often_as_declared_and_the_mean_is_kept():
    plan, truth = many_persons("np-samverkan")
    small = truth.intake[0].model_copy(update={"comparison": 300})
    truth = truth.model_copy(update={"intake": (small,)})
    persons = draw_persons(plan, truth, 1)
    before = [v.value for v in draw_months(plan, truth.outcome("insatskostnad"), persons, 1) if v.day < persons[0].start]
    # 3 000 months of 300 persons: standard error 0.009 for the share, about 150 kronor for the mean.
    assert before.count(0.0) / len(before) == pytest.approx(0.5, abs=0.04)
    assert fmean(before) == pytest.approx(4200, abs=600)


def test_scores_are_multiples_of_the_step_and_inside_the_range():
    plan, truth = plan_and_truth("np-samverkan")
    persons = draw_persons(plan, truth, plan.seed)
    values = [v.value for v in draw_measurements(plan, truth.outcome("valbefinnande"), persons, plan.seed)]
    assert all(value % 4 == 0 and 0 <= value <= 100 for value in values)


def test_persons_of_one_cluster_are_as_alike_as_declared():
    plan, truth = plan_and_truth("skolfam")
    crowd = truth.intake[0].model_copy(update={"treated": 0, "comparison": 6000})
    names = tuple(f"Kommun {number}" for number in range(300))
    clusters = truth.clusters.model_copy(update={"comparison": names})
    truth = truth.model_copy(update={"intake": (crowd,), "clusters": clusters})
    declared = truth.outcome("begavning").model_copy(update={"icc": 0.3, "icc_change": 0.0, "step": 0.01, "sd": 10.0})
    persons = draw_persons(plan, truth, 1)
    groups = {}
    for value in draw_measurements(plan, declared, persons, 1):
        if value.occasion == "kart1":
            groups.setdefault(persons[value.person].cluster, []).append(value.value)
    within = fmean(float(np.var(values, ddof=1)) for values in groups.values())
    between = float(np.var([fmean(values) for values in groups.values()], ddof=1)) - within / fmean(map(len, groups.values()))
    # Standard error about 0.02 with 300 clusters of 20.
    assert between / (between + within) == pytest.approx(0.3, abs=0.08)


def test_an_effect_is_flat_inside_a_window_and_straight_between():
    plan, _ = plan_and_truth("np-samverkan")
    planted = {"uppf6": 5.0, "uppf12": 10.0}
    assert [path(plan.occasions, planted, day) for day in (-30, 0, 14)] == [0, 0, 0]
    assert [path(plan.occasions, planted, day) for day in (120, 182, 260)] == [5, 5, 5]
    assert path(plan.occasions, planted, 280) == pytest.approx(7.5)
    assert [path(plan.occasions, planted, day) for day in (300, 430, 700)] == [10, 10, 10]


@pytest.mark.parametrize("fault", [{"icc": 0.7}, {"icc_change": 0.5}, {"shape": "positive", "mean": -1.0}])
def test_variances_that_cannot_be_are_refused(fault):
    with pytest.raises(ValueError, match=r"får inte överstiga|kräver"):
        OutcomeTruth.model_validate({"id": "x", "mean": 10.0, "sd": 5.0, "retest": 0.6} | fault)
