"""Windows around each person's own start."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from evalkit.plan.evaluation import Occasion
from evalkit.records.occasions import place, states_of_measurements
from tests.support.people import EVALUATED_ON, plan_of

PLAN = plan_of()
START = "2016-09-01"
FORMS = {"recall": None, "mode": None, "deviates": None}


def rows(*given: tuple[str, str | None, float | None], **columns: object) -> pd.DataFrame:
    table = pd.DataFrame(given, columns=["unit", "date", "value"])
    table = table.assign(date=pd.to_datetime(table["date"]), value=table["value"].astype("float64"))
    return table.assign(**{"outcome": "halsa", "occasion": None, "instrument": "who5", "planned": True, **FORMS, **columns})


def people(*units: str, start: str | None = START) -> pd.DataFrame:
    return pd.DataFrame({"unit": list(units), "start": pd.to_datetime([start] * len(units))})


def placed(table: pd.DataFrame) -> dict[str, float]:
    found, _ = place(table, people("a"), PLAN.occasions)
    return dict(zip(found["occasion"], found["value"], strict=True))


@pytest.mark.parametrize(
    ("day", "occasion"),
    [
        ("2016-07-02", None),  # day −61
        ("2016-07-03", "start"),  # day −60
        ("2016-09-15", "start"),  # day 14
        ("2016-09-16", None),  # day 15
        ("2016-12-30", "halvar"),  # day 120
        ("2017-05-19", "halvar"),  # day 260
        ("2017-05-20", None),
        ("2017-06-28", "ar1"),  # day 300
        ("2017-11-05", "ar1"),  # day 430
        ("2017-11-06", None),
    ],
)
def test_both_ends_of_a_window_belong_to_it(day: str, occasion: str | None):
    assert placed(rows(("a", day, 7.0))) == ({occasion: 7.0} if occasion else {})


def test_of_several_measurements_the_nearest_to_the_target_day_counts():
    assert placed(rows(("a", "2016-08-10", 1.0), ("a", "2016-09-02", 2.0), ("a", "2016-08-20", 3.0))) == {"start": 2.0}


def test_of_two_as_near_the_earlier_counts():
    assert placed(rows(("a", "2016-09-03", 2.0), ("a", "2016-08-30", 1.0))) == {"start": 1.0}


def test_of_two_windows_as_near_the_earlier_occasion_gets_the_measurement():
    near = [
        Occasion(id="ett", label="1", role="after", day_from=0, target_day=10, day_to=30),
        Occasion(id="tva", label="2", role="after", day_from=10, target_day=30, day_to=40),
    ]
    found, _ = place(rows(("a", "2016-09-21", 1.0), ("a", "2016-09-22", 2.0)), people("a"), near)
    assert found[["occasion", "value"]].to_numpy().tolist() == [["ett", 1.0], ["tva", 2.0]]  # day 20 and day 21


def test_values_of_the_same_day_are_averaged():
    assert placed(rows(("a", START, 10.0), ("a", START, 20.0))) == {"start": 15.0}


def test_an_answered_measurement_goes_before_a_nearer_empty_one():
    assert placed(rows(("a", START, None), ("a", "2016-08-01", 5.0))) == {"start": 5.0}


def test_the_plans_instrument_goes_before_a_nearer_other_one():
    found, _ = place(rows(("a", START, 1.0), ("a", "2016-08-20", 2.0), planned=[False, True]), people("a"), PLAN.occasions)
    assert found[["planned", "value"]].to_numpy().tolist() == [[True, 2.0]]


def test_a_label_wins_over_the_date_and_the_stray_date_is_counted():
    found, check = place(rows(("a", "2017-01-10", 4.0), occasion="ar1"), people("a"), PLAN.occasions)
    assert found["occasion"].tolist() == ["ar1"]
    assert (check.code, check.passed, check.n_failed) == ("SC-WINDOW", False, 1)


def test_a_label_needs_neither_date_nor_start():
    found, check = place(rows(("a", None, 4.0), occasion="ar1"), people("a", start=None), PLAN.occasions)
    assert (found["occasion"].tolist(), check.passed) == (["ar1"], True)


def test_row_order_does_not_matter():
    table = rows(("a", "2016-08-20", 3.0), ("b", START, None), ("a", START, 1.0), ("b", "2016-09-05", 2.0), ("a", START, 5.0))
    straight, _ = place(table, people("a", "b"), PLAN.occasions)
    turned, _ = place(table.iloc[::-1], people("b", "a"), PLAN.occasions)
    pd.testing.assert_frame_equal(straight, turned)


def states(table: pd.DataFrame, persons: pd.DataFrame, evaluated_on: date = EVALUATED_ON, outcome: str = "halsa") -> dict[str, str]:
    found, _ = place(table, persons, PLAN.occasions)
    known = states_of_measurements(found, persons, outcome, PLAN.occasions, evaluated_on)
    return dict(zip(known["occasion"], known["state"], strict=True))


@pytest.mark.parametrize(("evaluated_on", "state"), [(date(2017, 11, 4), "not_due"), (date(2017, 11, 5), "missing")])
def test_somebody_is_due_when_the_whole_window_has_passed(evaluated_on: date, state: str):
    assert states(rows(("a", START, 1.0)), people("a"), evaluated_on)["ar1"] == state


def test_somebody_measured_before_the_window_closes_counts_as_measured():
    known = states(rows(("a", START, 1.0), ("a", "2017-09-01", 2.0)), people("a"), date(2017, 9, 2))
    assert known == {"start": "measured", "halvar": "missing", "ar1": "measured"}


def test_an_empty_answer_is_partial_but_absence_is_missing():
    table = pd.concat([rows(("a", START, None)), rows(("a", START, 3.0), outcome="sprak")], ignore_index=True)
    assert states(table, people("a"))["start"] == "partial"
    assert states(table[table["outcome"] == "sprak"], people("a"))["start"] == "partial"
    assert states(table.iloc[:0], people("a"))["start"] == "missing"


def test_a_value_with_an_unplanned_instrument_is_not_measured():
    assert states(rows(("a", START, 1.0), planned=False), people("a"))["start"] == "other_instrument"
