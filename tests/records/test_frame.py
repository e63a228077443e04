"""The analysis frame of persons: a balanced panel per outcome, and one reason for everybody who is not in it."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from evalkit.errors import EvalkitError
from evalkit.findings.sample import SampleFlow
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.records.flow import sample_flow
from evalkit.records.frame import build_frame, needed_occasions
from evalkit.records.scoring import score
from evalkit.records.stations import AnalysisFrame, GatedExtract
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.people import EVALUATED_ON, gated, measured, months, persons, plan_mapping, plan_of, register_of

START = "2016-09-01"
ON_TIME = {"start": "2016-09-01", "halvar": "2017-03-01", "ar1": "2017-09-01"}


def frame_of(extract: GatedExtract, plan: EvaluationPlan | None = None) -> AnalysisFrame:
    plan = plan or plan_of()
    return build_frame(score(extract, plan, register_of("who5", "sdq")), plan)


def answers(unit: str, *occasions: str) -> list[tuple[str, str, float]]:
    """Rows of one person, worth 10, 20 and 30 at the three occasions."""
    return [(unit, ON_TIME[name], 10.0 * (1 + list(ON_TIME).index(name))) for name in occasions]


def flow_of(frame: AnalysisFrame, outcome: str = "halsa") -> SampleFlow:
    return next(flow for flow in frame.flows if flow.outcome == outcome)


def reasons(frame: AnalysisFrame, outcome: str = "halsa") -> list[tuple[str, str, str, int]]:
    return [(e.group, e.occasion, e.reason, e.n) for e in flow_of(frame, outcome).exclusions]


TWO = persons(("a", "treated", START), ("b", "comparison", START))
COMPLETE = [*answers("a", "start", "halvar", "ar1"), *answers("b", "start", "ar1")]


def test_the_panel_holds_the_baseline_and_the_decisive_occasion():
    frame = frame_of(gated(lista=TWO, skattning=measured(*COMPLETE)))
    table = frame.table[frame.table["outcome"] == "halsa"]
    assert table.columns.tolist() == [
        "unit", "outcome", "order", "period", "is_after", "treated", "treated_order", "cluster", "cohort", "sex", "value",
        "instrument",
    ]  # fmt: skip
    assert table[["unit", "order", "period", "is_after", "value"]].to_numpy().tolist() == [
        ["a", 0, "Vid start", False, 10.0],
        ["a", 1, "Efter ett år", True, 30.0],
        ["b", 0, "Vid start", False, 10.0],
        ["b", 1, "Efter ett år", True, 30.0],
    ]
    assert table.groupby("unit")["treated"].first().to_dict() == {"a": True, "b": False}
    assert table.groupby("unit")["treated_order"].first().fillna(-1).to_dict() == {"a": 1.0, "b": -1.0}


def test_a_missing_occasion_in_between_throws_nobody_out_but_is_counted():
    frame = frame_of(gated(lista=TWO, skattning=measured(*COMPLETE)))
    assert [(arm.n_delivered, arm.n_analysed) for arm in flow_of(frame).arms] == [(1, 1), (1, 1)]
    counts = {(o.occasion, o.group): (o.n_expected, o.n_measured, o.n_not_due) for o in frame.occasions if o.outcome == "halsa"}
    assert counts["halvar", "treated"] == (1, 1, 0)
    assert counts["halvar", "comparison"] == (1, 0, 0)


def test_what_was_measured_in_between_is_observed():
    seen = frame_of(gated(lista=TWO, skattning=measured(*COMPLETE))).observed
    halsa = seen[(seen["outcome"] == "halsa") & (seen["unit"] == "a")]
    assert halsa[["axis", "order", "period", "value"]].to_numpy().tolist() == [
        ["occasion", 0, "Vid start", 10.0],
        ["occasion", 1, "Efter ett halvår", 20.0],
        ["occasion", 2, "Efter ett år", 30.0],
    ]


def test_everybody_leaves_for_the_first_obstacle_in_time_and_only_once():
    listed = persons(
        *((unit, "treated", START) for unit in "abcd"),
        ("e", "treated", "2017-06-01"),
        ("f", "treated", None),
        ("g", "comparison", START),
    )
    rows = [*answers("a", "start", "ar1"), *answers("b", "ar1"), *answers("c", "start"), ("e", "2017-06-01", 5.0)]
    table = measured(*rows, ("d", START, None), ("d", "2017-09-01", 9.0), *answers("g", "start", "ar1"))
    frame = frame_of(gated(lista=listed, skattning=table))
    assert reasons(frame) == [
        ("treated", "", "no_start_date", 1),
        ("treated", "start", "no_baseline", 1),
        ("treated", "start", "partial", 1),
        ("treated", "ar1", "not_due", 1),
        ("treated", "ar1", "no_follow_up", 1),
    ]
    assert {arm.group: (arm.n_delivered, arm.n_analysed) for arm in flow_of(frame).arms} == {
        "treated": (6, 1),
        "comparison": (1, 1),
    }


def test_not_yet_followed_up_is_no_attrition():
    frame = frame_of(gated(date(2017, 1, 1), lista=TWO, skattning=measured(*answers("a", "start"), *answers("b", "start"))))
    assert reasons(frame) == [("treated", "ar1", "not_due", 1), ("comparison", "ar1", "not_due", 1)]
    decisive = [o for o in frame.occasions if o.outcome == "halsa" and o.occasion == "ar1"]
    assert [(o.n_expected, o.n_measured, o.n_not_due) for o in decisive] == [(0, 0, 1), (0, 0, 1)]


def test_a_pair_that_crosses_instruments_leaves_at_the_later_occasion():
    mapping = plan_mapping()
    mapping["outcomes"][0]["instruments"] = [{"instrument": "who5"}, {"instrument": "sdq"}]
    table = measured(*answers("a", "start", "ar1"), *answers("b", "start", "ar1"), instrument=["who5", "sdq", "sdq", "sdq"])
    assert reasons(frame_of(gated(lista=TWO, skattning=table), plan_of(mapping))) == [("treated", "ar1", "other_instrument", 1)]


def test_an_instrument_that_the_plan_does_not_know_leaves_at_the_baseline():
    table = measured(*answers("a", "start", "ar1"), *answers("b", "start", "ar1"), instrument=["sdq", "sdq", "who5", "who5"])
    assert reasons(frame_of(gated(lista=TWO, skattning=table))) == [("treated", "start", "other_instrument", 1)]


def test_outcomes_have_their_own_flow():
    frame = frame_of(gated(lista=TWO, skattning=measured(*COMPLETE)))
    assert [flow.outcome for flow in frame.flows] == ["halsa", "sprak", "franvaro"]
    assert reasons(frame, "sprak") == [("treated", "start", "partial", 1), ("comparison", "start", "partial", 1)]
    assert reasons(frame, "franvaro") == [("treated", "start", "no_baseline", 1), ("comparison", "start", "no_baseline", 1)]


def test_persons_kept_outside_stand_in_the_flow_of_every_outcome():
    extract = gated(lista=TWO, skattning=measured(*COMPLETE), outside={"consent_unknown": ("x",)})
    outside = GatedExtract(extract.tables, extract.report, extract.outside, (), extract.evaluated_on, "", {"x": "treated"})
    frame = frame_of(outside)
    assert all(("treated", "", "consent_unknown", 1) in reasons(frame, name) for name in ("halsa", "sprak", "franvaro"))
    assert "x" not in set(frame.table["unit"]) | set(frame.observed["unit"])


def test_register_outcomes_are_means_around_each_start_and_show_their_quarters():
    rows = [(unit, f"{2014 + n // 12}-{n % 12 + 1:02d}", float(n)) for unit in "ab" for n in range(20, 48)]
    frame = frame_of(gated(lista=TWO, skola=months(*rows)))
    table = frame.table[frame.table["outcome"] == "franvaro"]
    # Start 1 September 2016 = month 32: before it July and August (30, 31); after a year July to October 2017 (42 to 45).
    assert table[table["unit"] == "a"]["value"].tolist() == [30.5, 43.5]
    quarters = frame.observed[(frame.observed["axis"] == "quarter") & (frame.observed["unit"] == "a")]
    assert quarters["order"].tolist() == list(range(-4, 4))
    # Quarter −4 is days −364 to −274: September to November 2015, months 20 to 22; quarter −1 June to August, months 29 to 31.
    assert quarters.set_index("order")["value"].loc[[-4, -1, 0]].tolist() == [21.0, 30.0, 33.0]


def test_two_baselines_make_two_periods_before():
    mapping = plan_mapping()
    early = {"id": "tidig", "label": "Ett år före", "role": "before", "day_from": "-430", "target_day": "-365", "day_to": "-300"}
    mapping["occasions"].insert(0, early)
    plan = plan_of(mapping)
    assert [o.id for o in needed_occasions(plan)] == ["tidig", "start", "ar1"]
    rows = [("a", "2015-09-01", 5.0), *answers("a", "start", "ar1"), *answers("b", "start", "ar1")]
    frame = frame_of(gated(lista=TWO, skattning=measured(*rows)), plan)
    assert frame.table["value"].tolist() == [5.0, 10.0, 30.0]
    assert frame.table["treated_order"].tolist() == [2.0, 2.0, 2.0]
    assert reasons(frame) == [("comparison", "tidig", "no_baseline", 1)]


def test_without_a_decisive_occasion_the_last_one_decides():
    assert [o.id for o in needed_occasions(plan_of(decisive_occasion=None))] == ["start", "ar1"]


def test_the_cluster_is_the_person_unless_something_is_shared():
    listed = TWO.assign(cluster=["Skolan", None])
    rows = measured(*COMPLETE)
    assert set(frame_of(gated(lista=listed, skattning=rows)).table["cluster"]) == {"a", "b"}
    design = {**plan_mapping()["design"], "assigned_at": "cluster"}
    frame = frame_of(gated(lista=listed, skattning=rows), plan_of(design=design))
    assert set(frame.table["cluster"]) == {"Skolan"}


@pytest.mark.parametrize("key", ["assigned_at", "common_shocks_at"])
def test_who_has_no_cluster_leaves_and_is_counted_and_no_cluster_is_invented(key):
    listed = TWO.assign(cluster=["Skolan", None])
    design = {**plan_mapping()["design"], key: "cluster"}
    assert reasons(frame_of(gated(lista=listed, skattning=measured(*COMPLETE)), plan_of(design=design))) == [
        ("comparison", "", "no_cluster", 1)
    ]


def test_where_nobody_has_a_cluster_nobody_leaves_and_the_estimate_is_refused():
    design = {**plan_mapping()["design"], "common_shocks_at": "cluster"}
    frame = frame_of(gated(lista=TWO, skattning=measured(*COMPLETE)), plan_of(design=design))
    assert reasons(frame) == []
    assert set(frame.table["cluster"]) == {""}  # `methods.panel` refuses: EST-CLUSTER


def test_activities_are_those_of_the_treated_counted_from_their_start():
    log = pd.DataFrame({"person": ["a", "a", "b"], "date": pd.to_datetime(["2016-08-30", "2016-09-11", START]), "quantity": 1.0})
    found = frame_of(gated(lista=TWO, logg=log)).activities
    assert found[["unit", "day", "quantity"]].to_numpy().tolist() == [["a", -2.0, 1.0], ["a", 10.0, 1.0]]


def starts(*days: str, into: str = "term", least: int = 1) -> tuple[list[str], tuple[str, ...]]:
    listed = persons(*((f"p{n}", "treated", day) for n, day in enumerate(days)), ("z", "comparison", "2016-02-01"))
    design = {**plan_mapping()["design"], "starts": {"into": into, "least_cohort": str(least)}}
    frame = frame_of(gated(lista=listed), plan_of(design=design))
    return frame.persons["cohort"].tolist(), frame.notes


def test_starts_are_pooled_into_terms_or_years():
    days = ("2015-12-31", "2016-01-01", "2016-06-30", "2016-07-01")
    assert starts(*days)[0] == ["HT 2015", "VT 2016", "VT 2016", "HT 2016", "VT 2016"]
    assert starts(*days, into="year")[0] == ["2015", "2016", "2016", "2016", "2016"]
    assert starts(*days, into="none")[0] == ["alla"] * 5


def test_a_small_cohort_joins_its_neighbour_and_nobody_leaves():
    # One in HT 2015 waits for the two of VT 2016; the one of HT 2016 is too few and joins those before.
    cohorts, notes = starts("2015-12-31", "2016-01-01", "2016-06-30", "2016-07-01", least=2)
    assert cohorts == ["HT 2015–HT 2016"] * 5
    assert notes == ("2 startperioder slogs ihop, eftersom en startgrupp ska ha minst 2 deltagare",)
    cohorts, _ = starts("2015-12-31", "2016-01-01", "2016-07-01", "2016-07-02", least=2)
    assert cohorts == ["HT 2015–VT 2016"] * 2 + ["HT 2016"] * 2 + ["HT 2015–VT 2016"]


def test_the_flow_cannot_be_built_with_somebody_missing():
    left = pd.DataFrame({"unit": ["a", "b"], "group": "treated", "reason": [None, "moved"], "occasion": ""})
    with pytest.raises(EvalkitError, match="okända skäl"):
        sample_flow("halsa", left.assign(reason=[None, "no_baseline"]).replace("no_baseline", "moved"), ["treated"])


@settings(max_examples=12, deadline=None)
@given(st.data())
def test_no_person_vanishes_and_row_order_does_not_matter(data: st.DataObject):
    units = [f"p{n}" for n in range(data.draw(st.integers(1, 6)))]
    days = st.one_of(st.none(), st.dates(date(2015, 1, 1), date(2018, 1, 1)).map(str))
    listed = persons(*((u, data.draw(st.sampled_from(["treated", "comparison"])), data.draw(days)) for u in units))
    row = st.tuples(
        st.sampled_from(units), st.dates(date(2014, 12, 1), EVALUATED_ON).map(str), st.one_of(st.none(), st.integers(0, 100))
    )
    table = measured(*data.draw(st.lists(row, max_size=20)))
    month = st.tuples(
        st.sampled_from(units), st.dates(date(2014, 1, 1), EVALUATED_ON).map(lambda d: f"{d:%Y-%m}"), st.integers(0, 9)
    )
    register = months(*data.draw(st.lists(month, max_size=20)))
    straight = frame_of(gated(lista=listed, skattning=table, skola=register))
    turned = frame_of(gated(**{name: t.iloc[::-1] for name, t in {"lista": listed, "skattning": table, "skola": register}.items()}))
    pd.testing.assert_frame_equal(straight.table, turned.table)
    pd.testing.assert_frame_equal(straight.observed, turned.observed)
    assert straight.flows == turned.flows
    for flow in straight.flows:
        assert sum(arm.n_delivered for arm in flow.arms) == len(units)
        stays = straight.table.loc[straight.table["outcome"] == flow.outcome, "unit"].nunique()
        assert sum(arm.n_analysed for arm in flow.arms) == stays
    assert not straight.table["value"].isna().any()
    assert not straight.table.duplicated(["outcome", "unit", "order"]).any()
    check_counts(straight)


def check_counts(frame: AnalysisFrame) -> None:
    people = frame.persons[frame.persons["outside"].isna()]
    inside = {"treated": int(people["treated"].sum()), "comparison": int((~people["treated"]).sum())}
    for count in frame.occasions:
        assert 0 <= count.n_measured <= count.n_expected
        assert count.n_expected + count.n_not_due <= inside[count.group]


def shifted(days: int) -> dict[str, Any]:
    by = np.timedelta64(days, "D")
    return {
        "lista": TWO.assign(start=TWO["start"] + by, index_date=TWO["index_date"] + by),
        "skattning": measured(*COMPLETE).assign(date=lambda t: t["date"] + by),
    }


@pytest.mark.parametrize("days", [-200, -1, 1, 31])
def test_only_days_since_start_matter(days: int):
    table = frame_of(gated(**shifted(days))).table.drop(columns="cohort")
    pd.testing.assert_frame_equal(table, frame_of(gated(**shifted(0))).table.drop(columns="cohort"))


def test_a_plan_without_comparison_needs_no_group_and_has_one_arm():
    mapping = plan_mapping()
    mapping["design"] = {"analyses": ["pre_post"], "comparison": "none", "assigned_at": "person"}
    del mapping["sources"][0]["columns"][1]
    listed = TWO.drop(columns=["group", "index_date"]).assign(start=pd.Timestamp(START))
    frame = frame_of(gated(lista=listed, skattning=measured(*COMPLETE)), plan_of(mapping))
    assert [(arm.group, arm.n_delivered, arm.n_analysed) for arm in flow_of(frame).arms] == [("treated", 2, 2)]
    assert {count.group for count in frame.occasions} == {"treated"}


@pytest.mark.parametrize(("residence", "left"), [("Folkbokförda i kommunen", [("treated", "ar1", "moved_out", 1)]), (None, [])])
def test_who_moved_out_has_no_value_and_never_a_zero(residence, left):
    """A register of residents says nothing of who left: no row is no zero. One that covers everybody says zero."""
    mapping = plan_mapping()
    mapping["sources"][2]["coverage"] |= {"zero_inside": "true"} | ({"residence": residence} if residence else {})
    mapping["sources"][0]["columns"].append({"name": "flyttade", "role": "moved_out", "kind": "date", "required": "false"})
    listed = TWO.assign(moved_out=pd.to_datetime(["2017-05-01", None]))
    frame = frame_of(gated(lista=listed, skola=months(("a", "2016-05", 5.0), ("b", "2016-05", 5.0))), plan_of(mapping))
    assert reasons(frame, "franvaro") == left
    zeros = frame.table[(frame.table["outcome"] == "franvaro") & frame.table["is_after"]]
    assert zeros.set_index("unit")["value"].to_dict() == ({"b": 0.0} if left else {"a": 0.0, "b": 0.0})
