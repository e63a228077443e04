"""Register outcomes: the same number of whole periods around each start, zero only where known."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from evalkit.errors import GateClosed
from evalkit.plan.evaluation import EvaluationPlan, Occasion
from evalkit.records.calendar import first_day, last_day
from evalkit.records.registers import chosen_periods, open_register, quarters, states_of_register
from evalkit.records.scoring import score
from hypothesis import given
from hypothesis import strategies as st
from tests.support.people import EVALUATED_ON, gated, months, persons, plan_mapping, plan_of, register_of

PLAN = plan_of()


def shown(start: str, occasion: Occasion, step: int = 1) -> list[str]:
    chosen = chosen_periods(np.array([start], dtype="datetime64[D]"), occasion, step)[0]
    return [str(day)[:7] for day in first_day(chosen, step)]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2016-09-01", ["2016-07", "2016-08"]),
        ("2016-08-31", ["2016-06", "2016-07"]),  # August had not ended: it would mix before and after
        ("2016-09-15", ["2016-07", "2016-08"]),
        ("2016-01-20", ["2015-11", "2015-12"]),
    ],
)
def test_before_a_start_the_window_becomes_whole_months_that_had_ended(start: str, expected: list[str]):
    assert shown(start, PLAN.occasion("start")) == expected  # 60 days before the start: two months


def test_after_a_start_the_window_becomes_the_months_nearest_its_middle():
    # Days 300 to 430 after 1 September 2016: 28 June to 5 November 2017; 131 days are four months, the middle is 1 September.
    assert shown("2016-09-01", PLAN.occasion("ar1")) == ["2017-07", "2017-08", "2017-09", "2017-10"]


def test_a_window_shorter_than_the_registers_period_still_gets_one():
    assert shown("2016-09-01", PLAN.occasion("start"), step=12) == ["2015-01"]
    assert shown("2016-09-01", PLAN.occasion("start"), step=6) == ["2016-01"]


@given(st.dates(date(2005, 1, 1), date(2030, 12, 31)), st.sampled_from([1, 3, 6, 12]), st.sampled_from(["start", "halvar", "ar1"]))
def test_everybody_gets_the_same_number_of_consecutive_periods_on_one_side_of_the_start(start: date, step: int, name: str):
    occasion = PLAN.occasion(name)
    day = np.array([start], dtype="datetime64[D]")
    chosen = chosen_periods(day, occasion, step)[0]
    assert len(chosen) == len(chosen_periods(np.array(["2016-09-01"], dtype="datetime64[D]"), occasion, step)[0])
    assert (np.diff(chosen) == 1).all()
    if occasion.role == "before":
        assert (last_day(chosen, step) < day).all()
    else:
        assert (first_day(chosen, step) >= day).all()


def plan_with(coverage: dict[str, str] | None = None, **outcome: str) -> EvaluationPlan:
    mapping: dict[str, Any] = plan_mapping()
    mapping["outcomes"][2].update(outcome)
    mapping["sources"][2]["coverage"].update(coverage or {})
    return plan_of(mapping)


def at(
    occasion: str, rows: pd.DataFrame, plan: EvaluationPlan = PLAN, evaluated_on: date = EVALUATED_ON, start: str = "2016-09-01"
) -> tuple[str, float]:
    scored = score(gated(evaluated_on, lista=persons(("a", "treated", start)), skola=rows), plan, register_of())
    register = open_register(scored.periods, plan, plan.outcome("franvaro"))
    found = states_of_register(register, scored.persons, plan.occasions, evaluated_on).set_index("occasion").loc[occasion]
    return found["state"], found["value"]


def test_a_mean_is_over_the_known_months_and_needs_half_of_them():
    assert at("start", months(("a", "2016-07", 10.0), ("a", "2016-08", 20.0), ("a", "2016-09", 99.0))) == ("measured", 15.0)
    assert at("start", months(("a", "2016-07", None), ("a", "2016-08", 20.0))) == ("measured", 20.0)
    assert at("ar1", months(("a", "2017-07", 8.0)))[0] == "partial"


def test_a_sum_needs_every_month():
    plan = plan_with(aggregate="sum")
    assert at("start", months(("a", "2016-07", 10.0), ("a", "2016-08", 20.0)), plan) == ("measured", 30.0)
    assert at("start", months(("a", "2016-08", 20.0)), plan)[0] == "partial"


def test_a_month_without_row_is_zero_only_where_the_source_says_so():
    assert at("start", months(("a", "2017-01", 1.0)))[0] == "missing"
    assert at("start", months(("a", "2017-01", 1.0)), plan_with({"zero_inside": "true"})) == ("measured", 0.0)


def test_a_row_without_value_is_never_a_zero():
    rows = months(("a", "2016-07", None), ("a", "2016-08", None))
    assert at("start", rows, plan_with({"zero_inside": "true"}))[0] == "partial"


def test_zero_needs_coverage():
    plan = plan_with({"zero_inside": "true", "first": "2016-08-01"})
    assert at("start", months(("a", "2017-01", 1.0)), plan)[0] == "outside_coverage"


def test_months_within_the_lag_are_not_yet_due():
    rows = months(*(("a", f"2017-{month:02d}", 5.0) for month in range(7, 11)))
    assert at("ar1", rows, evaluated_on=date(2017, 10, 31)) == ("measured", 5.0)
    assert at("ar1", rows, evaluated_on=date(2017, 10, 30))[0] == "not_due"
    late = plan_with({"lag_days": "30"})
    assert at("ar1", rows, late, date(2017, 11, 29))[0] == "not_due"
    assert at("ar1", rows, late, date(2017, 11, 30))[0] == "measured"


def test_a_register_that_ended_before_the_window_does_not_cover_it():
    assert at("ar1", months(("a", "2016-08", 1.0)), plan_with({"last": "2017-09-30"}))[0] == "outside_coverage"


@pytest.mark.parametrize(("kind", "value"), [("money", 15.0), ("count", 15.0), ("rate", 7.5)])
def test_rows_of_one_month_add_up_for_kronor_and_are_averaged_for_rates(kind: str, value: float):
    rows = months(("a", "2016-08", 10.0), ("a", "2016-08", 20.0), ("a", "2016-07", 0.0))
    assert at("start", rows, plan_with(kind=kind)) == ("measured", value)


def test_terms_and_years_are_read_on_their_own_grid():
    assert at("ar1", months(("a", "HT2017", 4.0), ("a", "VT2017", 2.0))) == ("measured", 4.0)
    assert at("ar1", months(("a", "2017", 6.0))) == ("measured", 6.0)


def test_months_mixed_with_terms_close_the_gate():
    with pytest.raises(GateClosed, match="franvaro: registret blandar perioder av olika längd"):
        at("start", months(("a", "HT2016", 4.0), ("a", "2016-08", 2.0)))


def test_a_source_without_coverage_covers_from_its_first_to_its_last_row():
    mapping = plan_mapping()
    del mapping["sources"][2]["coverage"]
    plan = plan_of(mapping)
    rows = months(("a", "2016-07", 1.0), ("a", "2016-08", 3.0))
    assert at("start", rows, plan) == ("measured", 2.0)
    assert at("ar1", rows, plan)[0] == "outside_coverage"


def test_quarters_around_the_start_are_numbered_without_a_zero():
    assert [(q.label, q.role, q.day_from, q.day_to) for q in quarters()] == [
        ("kvartal −4", "before", -364, -274),
        ("kvartal −3", "before", -273, -183),
        ("kvartal −2", "before", -182, -92),
        ("kvartal −1", "before", -91, -1),
        ("kvartal 1", "after", 0, 90),
        ("kvartal 2", "after", 91, 181),
        ("kvartal 3", "after", 182, 272),
        ("kvartal 4", "after", 273, 363),
    ]
