"""One series before and after: worked by hand, held to R, a p-value that agrees with its interval, refusals, from a plan."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from evalkit.errors import EstimationError
from evalkit.findings.result import from_json, to_json
from evalkit.findings.safe import safe_from_json, safe_to_json
from evalkit.methods.evaluate import evaluate
from evalkit.methods.time_series import design
from evalkit.methods.time_series.design import critical_value, measured, simulated_p_value
from evalkit.methods.time_series.segments import Segments, fit_series, newey_west
from evalkit.methods.time_series.series import treated_series
from evalkit.methods.time_series.study import study_series
from evalkit.methods.validity.measure import limit
from evalkit.plan.disclosure import DisclosurePolicy
from evalkit.plan.time_series import TimeSeries
from evalkit.release.disclosure import clear
from evalkit.release.language import Language, verdict_sentence
from evalkit.release.series_chapter import series_parts
from tests.support.frames import (
    EMPTY_REGISTER,
    OUTCOME,
    PROVENANCE,
    demo_plan,
    frame_of,
    identity,
    panel_table,
    person_table,
    public_plan,
)

REFEREES = Path(__file__).parents[1] / "referees"
SEGMENTS = Segments(16, 8, tuple(t % 4 for t in range(24)))
POLICY = DisclosurePolicy.model_validate({"set_by": "prov", "decided": "2026-01-01", "min_cell": "5", "round_counts_to": "5"})


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    monkeypatch.setattr(design, "DRAWS", 400)


def referee_series():
    return np.loadtxt(REFEREES / "time_series.csv", delimiter=",", skiprows=1, usecols=2)


def quarters(y, start=16, units=1, **series):
    """Return a frame of public units, all with the same series plus their own level, by calendar quarter."""
    after = np.tile(np.arange(len(y)) >= start, (units, 1))
    table = panel_table(np.stack([y + i for i in range(units)]), after, outcome="utfall")
    table["period"] = [f"{2000 + order // 4}K{order % 4 + 1}" for order in table["order"]]
    plan = public_plan(["utfall"], analyses=["pre_post"], comparison="none")
    return frame_of(table), plan.model_copy(update={"time_series": TimeSeries(**series)})


# --- worked by hand, and referees ---------------------------------------------------------------------------------------------


def test_a_series_without_noise_gives_back_what_it_was_made_of():
    # 10 + 2 per period; from the start 5 higher and 1 steeper, so 5 + 1·(4 − 1)/2 = 6.5 on average over four periods.
    time = np.arange(12) - 8.0
    y = 10 + 2 * time + (time >= 0) * (5 + time)
    fits = fit_series(y[np.newaxis], Segments(8, 4), "mean_after")
    np.testing.assert_allclose(fits.coefficients[0], [10, 2, 5, 1], atol=1e-9)
    assert fits.value[0] == pytest.approx(6.5)
    assert fit_series(y[np.newaxis], Segments(8, 4), "level").value[0] == pytest.approx(5)


def test_coefficients_errors_and_memory_agree_with_nlme_and_newey_west_with_sandwich():
    referee = json.loads((REFEREES / "time_series.json").read_text(encoding="utf-8"))
    fits = fit_series(referee_series()[np.newaxis], SEGMENTS, "mean_after")
    assert fits.memory[0] == pytest.approx(referee["memory"])
    np.testing.assert_allclose(fits.coefficients[0], referee["coefficients"], rtol=1e-7)
    np.testing.assert_allclose([fits.value[0], fits.std_error[0]], [referee["value"], referee["se"]], rtol=1e-7)
    value, error = newey_west(referee_series()[np.newaxis], SEGMENTS, "mean_after")
    np.testing.assert_allclose(error[0], referee["newey_west"], rtol=1e-8)
    assert value.shape == (1,)


def test_the_second_engine_gives_the_same_number():
    frame, plan = quarters(referee_series())
    estimate = study_series(frame, plan, "utfall").estimate
    assert estimate.second_engine is not None
    assert estimate.second_engine.agrees
    assert estimate.second_engine.estimate == pytest.approx(estimate.value, rel=1e-8)


# --- properties ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("decides", ["mean_after", "level"])
def test_the_interval_excludes_zero_exactly_where_p_is_at_most_five_percent(decides):
    rng, seen = np.random.default_rng(4), set()
    for effect in (0.0, 1.0, 3.0, 6.0):
        y = rng.normal(size=24) + effect * (np.arange(24) >= 16)
        frame, plan = quarters(y, decides=decides, season="none")
        estimate = study_series(frame, plan, "utfall").estimate
        if estimate.p_value is not None and estimate.interval is not None:
            rejected = estimate.p_value <= 0.05
            assert rejected == (not estimate.interval.low <= 0 <= estimate.interval.high)
            seen.add(rejected)
    assert seen == {True, False}


def test_the_simulated_value_is_larger_than_student_and_its_p_value_is_five_percent():
    critical = critical_value(SEGMENTS, "mean_after", 0.95)
    assert critical > 2.11  # t(17)
    assert simulated_p_value(critical, SEGMENTS, "mean_after") == pytest.approx(0.05, abs=2e-4)
    assert simulated_p_value(critical * 1.001, SEGMENTS, "mean_after") <= 0.05


def test_false_alarms_are_kept_where_the_ordinary_error_gives_a_third():
    found = measured(SEGMENTS, "mean_after", seed=11)
    assert found.chosen is not None
    assert found.chosen.worst <= limit(400)
    assert max(found.ordinary) > 0.2


def test_a_level_a_trend_or_a_season_of_the_whole_series_changes_no_deviation():
    y = referee_series()
    other = y + 1e6 + 3 * np.arange(24) + np.tile([0, 5, 1, 2], 6)
    one, two = (fit_series((v - v[0])[np.newaxis], SEGMENTS, "mean_after") for v in (y, other))
    np.testing.assert_allclose([two.value[0], two.std_error[0]], [one.value[0], one.std_error[0]], rtol=1e-6)


# --- from a plan --------------------------------------------------------------------------------------------------------------


def test_a_public_plan_gives_a_series_its_verdict_and_its_figure():
    frame, plan = quarters(referee_series(), units=3)
    result = evaluate(frame, plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE)
    (found,) = result.time_series
    assert (found.n_units, found.n_before, found.n_after, found.season, found.start) == (3, 16, 8, "calendar", "2004K1")
    assert [e.id for e in result.estimates] == ["its.utfall"]
    assert result.estimates[0].false_positive_rate == result.validity[0].worst_rate
    assert from_json(to_json(result)) == result
    safe = clear(result, POLICY)
    assert safe_from_json(safe_to_json(safe)) == safe
    assert "utvecklingen efter start" in verdict_sentence(safe) or "avvikelse från den egna trenden" in verdict_sentence(safe)
    jump = replace(safe, time_series=(replace(safe.time_series[0], decides="level"),))
    assert "hopp" in verdict_sentence(jump)
    assert "jump at the start" in verdict_sentence(jump, "en")
    for code in ("sv", "en"):
        html = "".join(series_parts(safe, Language(code)))
        assert html.count("<img") == 1
        assert Language(code).number(found.points[0].seen, safe.time_series[0].decimals) in html


def test_where_errors_remember_too_much_there_is_a_value_and_no_p_value():
    walk = np.random.default_rng(3).normal(size=120).cumsum()
    frame, plan = quarters(walk, start=80, season="none")
    study = study_series(frame, plan, "utfall")
    assert study.finding.memory > 0.6
    assert (study.estimate.p_value, study.estimate.interval, study.estimate.std_error) == (None, None, None)
    assert study.estimate.route_reason == "series-remembers"


def persons(n, quarters_before=8, quarters_after=4):
    rng = np.random.default_rng(9)
    table = person_table(rng.normal(50, 5, n), rng.normal(52, 5, n), [True] * n)
    rows = [
        (f"p{i:05d}", OUTCOME, "quarter", q, f"kvartal {q}", True, float(rng.normal(10, 2)))
        for i in range(n)
        for q in range(-quarters_before, quarters_after)
    ]
    observed = pd.DataFrame(rows, columns=["unit", "outcome", "axis", "order", "period", "treated", "value"])
    plan = demo_plan(analyses=["pre_post"], comparison="none", economics=False)
    return frame_of(table, observed=observed), plan.model_copy(update={"time_series": TimeSeries()})


def test_persons_have_a_series_of_quarters_around_their_own_start():
    frame, plan = persons(30)
    result = evaluate(frame, plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE)
    assert [(s.n_units, s.n_before, s.n_after, s.season) for s in result.time_series] == [(30, 8, 4, "none")]
    assert result.time_series[0].evidence.n_persons == 30
    safe = clear(result, POLICY)
    assert safe.primary_estimate.startswith("change.")
    assert len(safe.time_series[0].points) == 12


def test_a_series_of_few_persons_is_not_shown():
    frame, plan = persons(4)
    result = evaluate(frame, plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE)
    (hidden,) = clear(result, POLICY).time_series
    assert (hidden.points, hidden.mean_after, hidden.level, hidden.memory) == ((), None, None, None)


def test_too_few_quarters_of_persons_are_named_and_stop_nothing():
    frame, plan = persons(30, quarters_before=4)
    result = evaluate(frame, plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE)
    assert [(r.analysis, r.code) for r in result.refusals] == [("time_series", "EST-FEW-PERIODS")]


@pytest.mark.parametrize(("start", "n", "season"), [(7, 24, "none"), (21, 24, "none"), (8, 12, "calendar")], ids=str)
def test_too_few_periods_are_refused_with_a_remedy(start, n, season):
    frame, plan = quarters(np.random.default_rng(1).normal(size=n), start=start, season=season)
    with pytest.raises(EstimationError) as caught:
        study_series(frame, plan, "utfall")
    assert caught.value.code == "EST-FEW-PERIODS"


def test_units_that_started_at_different_times_are_refused():
    after = np.array([np.arange(24) >= 16, np.arange(24) >= 12])
    frame = frame_of(panel_table(np.random.default_rng(1).normal(size=(2, 24)), after, outcome="utfall"))
    _, plan = quarters(referee_series())
    with pytest.raises(EstimationError) as caught:
        treated_series(frame, plan, "utfall")
    assert caught.value.code == "EST-STARTS"


def test_terms_put_two_quarters_together_and_years_have_none():
    frame, plan = quarters(referee_series(), season="term")
    assert treated_series(frame, plan, "utfall").segments.season == (0, 0, 1, 1) * 6
    yearly = frame_of(panel_table(referee_series()[np.newaxis], np.arange(24)[np.newaxis] >= 16, outcome="utfall"))
    assert treated_series(yearly, quarters(referee_series())[1], "utfall").segments.season == ()
    with pytest.raises(EstimationError, match="season: none"):
        treated_series(yearly, plan, "utfall")
