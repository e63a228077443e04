"""Register outcomes term by term: only terms that are whole and settled, and starts where they really were."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from evalkit.records.frame import build_frame
from evalkit.records.scoring import score
from tests.support.people import gated, months, persons, plan_mapping, plan_of, register_of


def terms(listed: pd.DataFrame, rows: pd.DataFrame, *, staggered: bool = True, evaluated_on: date = date(2018, 3, 1)) -> Any:
    mapping = plan_mapping()
    if staggered:
        mapping["design"]["staggered"] = {"compare_with": "not_yet_treated"}
    mapping["sources"][2]["coverage"] |= {"first": "2016-01-01", "last": "2018-06-30"}
    plan = plan_of(mapping)
    return build_frame(score(gated(evaluated_on, lista=listed, skola=rows), plan, register_of()), plan).terms


def every_month(*units: str, without: tuple[str, ...] = ()) -> pd.DataFrame:
    rows = [(unit, f"{year}-{month:02d}", 10.0 * year + month) for unit in units for year in (2016, 2017) for month in range(1, 13)]
    return months(*(row for row in rows if row[1] not in without))


def test_a_plan_that_asks_for_no_start_groups_has_no_terms() -> None:
    assert terms(persons(("a", "treated", "2016-09-01")), every_month("a"), staggered=False) is None


def test_only_whole_settled_terms_count_and_a_start_lies_in_its_term() -> None:
    found = terms(persons(("a", "treated", "2017-02-01"), ("b", "comparison", "2016-03-01")), every_month("a", "b"))
    own = found[found["unit"] == "a"]
    assert own["period"].tolist() == ["VT 2016", "HT 2016", "VT 2017", "HT 2017"]  # VT 2018 had not ended
    assert own["is_after"].tolist() == [False, False, True, True]
    assert own["value"].iloc[0] == np.mean([20160.0 + month for month in range(1, 7)])
    assert not found.loc[found["unit"] == "b", "treated"].any()


def test_who_waited_and_started_later_counts_from_then_on() -> None:
    listed = persons(("a", "treated", "2016-09-01"), ("b", "comparison", "2016-03-01"))
    listed.loc[1, "start"] = pd.Timestamp("2017-08-20")
    found = terms(listed, every_month("a", "b"))
    assert found.loc[found["unit"] == "b", "is_after"].tolist() == [False, False, False, True]


def test_a_mean_needs_half_of_the_terms_months() -> None:
    few = tuple(f"2016-{month:02d}" for month in range(1, 5))
    found = terms(persons(("a", "treated", "2017-02-01")), every_month("a", without=few))
    assert np.isnan(found["value"].iloc[0])
    assert found["value"].iloc[1:].notna().all()
