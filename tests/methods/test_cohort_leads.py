"""Whether start groups developed alike before their start: by hand, against Welch's test, by simulation, and what follows."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from evalkit.findings.evidence import EvidenceLevel
from evalkit.findings.reasons import TESTS
from evalkit.findings.result import EvaluationResult
from evalkit.methods.cohorts.bands import band_p_value, band_tail
from evalkit.methods.cohorts.group_time import Rules, Starts, group_times
from evalkit.methods.cohorts.leads import choose_leads, judge_leads, lead_designs, leads_of
from evalkit.methods.evaluate import evaluate
from evalkit.methods.panel import Panel, make_panel
from evalkit.methods.validity.lead_designs import WIDTHS, reach
from evalkit.methods.validity.measure import TOLERATED, measured_with
from evalkit.methods.validity.weighted_designs import leaves_band
from evalkit.plan.evaluation import EvaluationPlan
from scipy import stats
from tests.support.frames import EMPTY_REGISTER, PROVENANCE, frame_of, identity, panel_table, public_plan

NAMES = "never_treated"


def plan_of(**design: object) -> EvaluationPlan:
    return public_plan(["y"], staggered={"compare_with": NAMES}, **design)


def panel_of(y: np.ndarray, first: np.ndarray) -> Panel:
    after = np.arange(y.shape[1])[None, :] >= first[:, None]
    return make_panel(frame_of(panel_table(y, after, outcome="y")), plan_of(), "y")


def judged(y: np.ndarray, first: np.ndarray, **design: object):
    starts = Starts(first.astype(float), y.shape[1])
    return judge_leads(panel_of(y, first), plan_of(**design), starts, group_times(starts, Rules(NAMES)))


def spread(groups: dict[int, int], never: int) -> np.ndarray:
    return np.append(np.repeat(list(groups), list(groups.values())), np.full(never, np.inf))


MANY = spread({4: 10, 5: 10, 6: 10}, 30)


def test_one_lead_of_one_start_is_welchs_test_of_the_change_before() -> None:
    rng = np.random.default_rng(5)
    first, y = spread({2: 15}, 20), rng.normal(size=(35, 4))
    found = judged(y, first)
    change = y[:, 0] - y[:, 1]
    by_hand = stats.ttest_ind(change[:15], change[15:], equal_var=False)
    assert found.statistic == pytest.approx(abs(by_hand.statistic), rel=1e-10)
    assert found.n_leads == 1
    pointwise = 2 * stats.t.sf(found.statistic, found.df)
    assert found.p_value == pytest.approx(pointwise, abs=0.01)


def test_the_p_value_turns_the_band_round() -> None:
    covariance = np.array([[1.0, 0.5, 0.3], [0.5, 1.0, 0.5], [0.3, 0.5, 1.0]])
    for alpha in (0.05, 0.2):
        assert band_p_value(covariance, band_tail(covariance, alpha)) == pytest.approx(alpha, abs=1e-4)
    assert band_p_value(np.eye(1), 0.3) == pytest.approx(0.3, abs=0.005)


def test_groups_that_part_before_the_start_are_told_and_a_trend_common_to_all_is_not() -> None:
    rng = np.random.default_rng(8)
    noise = rng.normal(size=(60, 9))
    common = 3.0 * np.arange(9)
    apart = 1.0 * np.arange(9) * np.isfinite(MANY)[:, None]
    calm, shaken = judged(noise + common, MANY), judged(noise + common + apart, MANY)
    assert (calm.state, shaken.state) == ("not_contradicted", "contradicted")
    assert calm.minimum_detectable == pytest.approx(shaken.minimum_detectable, rel=0.1)
    assert calm.false_positive_rate is not None
    assert calm.false_positive_rate <= TOLERATED + 0.0073


def test_a_level_and_the_unit_of_measurement_change_no_verdict() -> None:
    y = np.random.default_rng(9).normal(size=(60, 9))
    plain, moved, scaled = judged(y, MANY), judged(y + 1e8, MANY), judged(y * 1000, MANY)
    assert moved.p_value == pytest.approx(plain.p_value, abs=1e-4)
    assert scaled.p_value == plain.p_value
    assert scaled.minimum_detectable == pytest.approx(1000 * plain.minimum_detectable, rel=1e-9)


def test_the_stated_reach_is_seen_in_four_cases_of_five_and_nothing_in_one_of_twenty() -> None:
    starts = Starts(MANY, 9)
    cells = tuple(c for c in group_times(starts, Rules(NAMES)) if c.event_time < -1)
    design, route = choose_leads(lead_designs(starts, 0, leads_of(starts, cells)), 1)
    slope = reach(design, route.name, design.sums.working_covariance(0.0))
    noise = np.random.default_rng(10).normal(size=(1_500, 60, 9))
    trend = slope * np.arange(9) * np.isfinite(MANY)[:, None]
    alarms, seen = (leaves_band(values, design, WIDTHS[route.name]).mean() for values in (noise, noise + trend))
    assert alarms <= 0.055 + 3 * 0.006
    assert seen == pytest.approx(0.80, abs=0.03)


@pytest.mark.parametrize(
    ("first", "periods", "design", "reason"),
    [
        (spread({1: 10}, 20), 4, {}, "too-few-pre-periods"),
        (spread({3: 5}, 1), 6, {}, "leads-too-thin"),
        (spread({3: 2, 2: 2}, 20), 6, {}, "too-few-clusters"),
        (MANY, 9, {"common_shocks_at": "group"}, "leads-shared-shocks"),
    ],
)
def test_what_cannot_be_tested_says_why(first: np.ndarray, periods: int, design: dict[str, str], reason: str) -> None:
    y = np.random.default_rng(1).normal(size=(len(first), periods))
    found = judged(y, first, **design)
    assert (found.state, found.reason, found.p_value, found.minimum_detectable) == ("cannot_be_tested", reason, None, None)
    assert TESTS[reason].sv


def test_units_in_larger_clusters_are_not_tested() -> None:
    y = np.random.default_rng(1).normal(size=(60, 9))
    panel = replace(panel_of(y, MANY), cluster=np.arange(60) // 2)
    starts = Starts(MANY, 9)
    assert judge_leads(panel, plan_of(), starts, group_times(starts, Rules(NAMES))).reason == "leads-in-clusters"


def test_development_without_any_noise_is_not_tested() -> None:
    y = np.outer(np.arange(60.0), np.ones(9)) + np.arange(9) + 2.0 * (np.arange(9) >= MANY[:, None])
    assert judged(y, MANY).reason == "leads-singular"


@cache
def evaluated(trend: float) -> EvaluationResult:
    rng = np.random.default_rng(12)
    after = np.arange(9)[None, :] >= MANY[:, None]
    y = rng.normal(size=after.shape) + 2.0 * after + trend * np.arange(9) * np.isfinite(MANY)[:, None]
    plan = plan_of()
    frame = frame_of(panel_table(y, after, outcome="y"))
    with measured_with(1_000):
        return evaluate(frame, plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE)


def test_the_evidence_level_follows_the_start_groups() -> None:
    calm, shaken = evaluated(0.0), evaluated(1.0)
    assert calm.evidence.level is EvidenceLevel.CAUSAL_WITH_CAVEATS
    assert shaken.evidence.level is EvidenceLevel.COMPARED
    assert shaken.evidence.lowered_by == ("pre-trends-contradicted",)
    assert {t.name for t in calm.tests} == {"joint-leads-cohorts"}


def test_path_and_test_show_the_same_leads() -> None:
    result = evaluated(0.0)
    leads = {p.event_time: p.value for p in result.effect_path if p.event_time < 0}
    assert list(leads) == [-5, -4, -3, -2]
    starts = Starts(MANY, 9)
    cells = tuple(c for c in group_times(starts, Rules(NAMES)) if c.event_time < -1)
    (test,) = result.tests
    assert test.n_leads <= len(leads)
    assert [lead.event_time for lead in leads_of(starts, cells)] == list(leads)


def test_two_ways_are_held_against_each_other() -> None:
    calm, shaken = (evaluated(trend).staggered[0].two_ways for trend in (0.0, 1.0))
    for result, two in ((evaluated(0.0), calm), (evaluated(1.0), shaken)):
        apart = result.estimate("did-imputation.y").value - result.estimate("did.y").value
        assert two.difference == pytest.approx(apart, abs=1e-9)
    assert calm.interval.low < 0 < calm.interval.high
    assert shaken.interval.low > 0
