"""Which outcome, instrument and activity a delivered value belongs to."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from evalkit.errors import PlanError
from evalkit.records.scoring import score
from evalkit.records.stations import ScoredRecords
from tests.support.people import gated, measured, persons, plan_mapping, plan_of, register_of

LISTED = persons(("a", "treated", "2016-09-01"), ("b", "comparison", "2016-10-01"), birth_date=pd.to_datetime(["2000-01-01"] * 2))
BY_AGE = [
    {"instrument": "wisc", "age_from": "6", "age_to": "16"},
    {"instrument": "wais", "age_from": "17", "age_to": "25"},
]


def scored_with(table: pd.DataFrame, mapping: dict[str, Any] | None = None) -> ScoredRecords:
    return score(gated(lista=LISTED, skattning=table), plan_of(mapping), register_of("who5", "wisc", "wais", "sdq"))


def long_plan(*outcomes: dict[str, Any]) -> dict[str, Any]:
    mapping = plan_mapping()
    mapping["outcomes"] = list(outcomes)
    mapping["primary_outcome"] = outcomes[0]["id"]
    mapping["sources"] = mapping["sources"][:2]
    del mapping["sources"][1]["columns"][4:]
    mapping["sources"][1]["columns"].append({"name": "poang", "role": "value", "kind": "integer"})
    return mapping


def outcome(name: str, instruments: list[dict[str, str]]) -> dict[str, Any]:
    return {"id": name, "label": name, "unit": "p", "kind": "score", "direction": "higher_better", "instruments": instruments}


def test_a_label_or_alias_becomes_the_id_of_its_instrument():
    rows = scored_with(measured(("a", "2016-09-01", 1.0), ("b", "2016-09-01", 2.0), instrument=["WHO5", "who5 skala"])).measurements
    assert rows["instrument"].tolist() == ["who5", "who5"]
    assert rows["planned"].all()


def test_without_an_instrument_column_the_only_planned_one_is_meant():
    assert scored_with(measured(("a", "2016-09-01", 1.0))).measurements["instrument"].tolist() == ["who5"]


def test_another_instrument_than_the_plans_is_kept_but_not_planned():
    rows = scored_with(measured(("a", "2016-09-01", 1.0), ("b", "2016-09-01", 2.0), instrument=["sdq", "okänd"])).measurements
    assert rows["planned"].tolist() == [False, False]


def test_the_instrument_follows_the_age_at_measurement():
    mapping = plan_mapping()
    mapping["outcomes"][0]["instruments"] = BY_AGE
    rows = scored_with(measured(("a", "2016-12-31", 1.0), ("a", "2017-01-01", 2.0)), mapping).measurements
    assert rows["instrument"].tolist() == ["wisc", "wais"]  # sixteen, then seventeen


def test_beyond_all_ages_of_the_plan_the_nearest_instrument_is_meant():
    mapping = plan_mapping()
    mapping["outcomes"][0]["instruments"] = BY_AGE
    rows = scored_with(measured(("a", "2026-06-01", 1.0), instrument="wais"), mapping).measurements
    assert rows["planned"].tolist() == [True]  # twenty-six at the follow-up


def test_in_a_long_table_the_instrument_says_which_outcome_a_row_holds():
    mapping = long_plan(outcome("halsa", [{"instrument": "who5"}]), outcome("begavning", BY_AGE))
    table = measured(("a", "2016-09-01", 1.0), ("a", "2016-09-02", 2.0), ("a", "2016-09-03", 3.0)).rename(
        columns={"halsa": "value"}
    )
    scored = scored_with(table.assign(instrument=["who5", "wisc", "sdq"]), mapping)
    assert scored.measurements[["outcome", "value"]].to_numpy().tolist() == [["begavning", 2.0], ["halsa", 1.0]]
    unused = next(o for o in scored.report.outcomes if o.code == "SC-INSTRUMENT")
    assert (unused.n_checked, unused.n_failed) == (3, 1)


def test_a_long_table_whose_instrument_measures_two_outcomes_is_a_fault_of_the_plan():
    mapping = long_plan(outcome("halsa", [{"instrument": "who5"}]), outcome("glädje".replace("ä", "a"), [{"instrument": "who5"}]))
    table = measured(("a", "2016-09-01", 1.0), instrument="who5").rename(columns={"halsa": "value"})
    with pytest.raises(PlanError, match="instrumentet who5 mäter flera effektmått"):
        scored_with(table, mapping)


def test_constants_stand_in_for_a_column():
    mapping = plan_mapping()
    mapping["sources"][1]["constants"] = {"occasion": "start", "instrument": "who5"}
    rows = scored_with(measured(("a", None, 5.0)), mapping).measurements
    assert rows[["occasion", "instrument"]].to_numpy().tolist() == [["start", "who5"]]


def test_values_in_a_list_of_persons_are_measurements_too():
    mapping = plan_mapping()
    mapping["sources"][0]["columns"].append({"name": "fore", "role": "value", "kind": "integer", "outcome": "sprak"})
    mapping["sources"][0]["constants"] = {"occasion": "start"}
    rows = score(gated(lista=LISTED.assign(sprak=[3.0, 4.0])), plan_of(mapping), register_of()).measurements
    assert rows[["unit", "outcome", "occasion", "value"]].to_numpy().tolist() == [
        ["a", "sprak", "start", 3.0],
        ["b", "sprak", "start", 4.0],
    ]


def test_activities_without_quantity_count_as_one_and_the_only_activity_needs_no_column():
    log = pd.DataFrame({"person": ["a", "a"], "date": pd.to_datetime(["2016-09-10", "2016-10-10"])})
    rows = score(gated(lista=LISTED, logg=log), plan_of(), register_of()).activities
    assert rows[["activity", "quantity"]].to_numpy().tolist() == [["samtal", 1.0], ["samtal", 1.0]]
    assert rows["fidelity"].isna().all()


def test_empty_tables_give_empty_tables_with_their_columns():
    scored = score(gated(lista=LISTED), plan_of(), register_of())
    assert scored.measurements.columns.tolist() == [
        "unit", "outcome", "date", "occasion", "instrument", "planned", "recall", "mode", "deviates", "value",
    ]  # fmt: skip
    assert (len(scored.measurements), len(scored.periods), len(scored.activities)) == (0, 0, 0)
    assert repr(scored) == "ScoredRecords(2 enheter, 0 mätningar, 0 registerrader)"
