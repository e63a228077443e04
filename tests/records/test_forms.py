"""Recall and mode: the same time in the questions and the same way of answering before and after, or the pair is left out."""

from __future__ import annotations

from typing import Any

import pytest
from evalkit.findings.sample import REASONS
from evalkit.plan.instrument_parts import Recall
from evalkit.plan.instruments import InstrumentRegister
from evalkit.records.forms import period_of
from evalkit.records.frame import build_frame
from evalkit.records.scoring import score
from evalkit.records.stations import ScoredRecords
from tests.support.people import gated, measured, persons, plan_mapping, plan_of, register_of

BEFORE, AFTER = "2016-09-01", "2017-09-01"
LIST = persons(("a", "treated", BEFORE), ("b", "treated", BEFORE), ("c", "comparison", BEFORE))
ROWS = [(unit, day, value) for unit in "abc" for day, value in ((BEFORE, 10.0), (AFTER, 20.0))]
SDQ = (("standard", "six_months"), ("follow_up", "month"))


def register(*forms: tuple[str, str]) -> InstrumentRegister:
    made = register_of("who5")
    recalls = tuple(Recall(form=form, period=period, sources=("s",), confidence="verified") for form, period in forms)
    return made.model_copy(update={"instruments": tuple(one.model_copy(update={"recalls": recalls}) for one in made.instruments)})


def scored(columns: dict[str, Any], *forms: tuple[str, str], **declared: str) -> ScoredRecords:
    mapping = plan_mapping()
    mapping["outcomes"][0]["instruments"] = [{"instrument": "who5", **declared}]
    plan = plan_of(mapping)
    return score(gated(lista=LIST, skattning=measured(*ROWS, **columns)), plan, register(*forms))


def left(columns: dict[str, Any], *forms: tuple[str, str], **declared: str) -> list[tuple[str, str, str, int]]:
    mapping = plan_mapping()
    mapping["outcomes"][0]["instruments"] = [{"instrument": "who5", **declared}]
    frame = build_frame(scored(columns, *forms, **declared), plan_of(mapping))
    return [(e.group, e.occasion, e.reason, e.n) for e in frame.flows[0].exclusions]


def warned(records: ScoredRecords) -> dict[str, int]:
    found = (o for o in records.report.outcomes if o.code in ("SC-FORM", "SC-MODE", "SC-RECALL") and not o.passed)
    return {o.rule.rsplit(".", 1)[1]: o.n_failed for o in found}


def test_a_pair_answered_in_two_ways_is_left_out_and_counted_and_the_others_stay():
    modes = {"mode": ["paper", "web", "web", "web", "paper", "paper"]}
    assert left(modes) == [("treated", "ar1", "other_mode", 1)]
    assert warned(scored(modes)) == {"samma_satt": 1}


def test_a_pair_with_questions_about_different_lengths_of_time_is_left_out_and_counted():
    forms = {"recall": ["standard", "follow_up", "standard", "standard", "month", "month"]}
    assert left(forms, *SDQ) == [("treated", "ar1", "other_recall", 1)]
    assert warned(scored(forms, *SDQ)) == {"samma_tid": 1}


def test_a_form_and_its_length_of_time_are_the_same():
    forms = {"recall": ["follow_up", "month"] * 3}
    assert left(forms, *SDQ) == []
    assert scored(forms, *SDQ).measurements["recall"].tolist() == ["month"] * 6


def test_what_nobody_says_throws_nobody_out_but_is_told_where_the_instrument_has_several_forms():
    half = {"mode": ["paper", None, None, "web", None, None]}
    assert left(half) == []
    assert left({}, *SDQ) == []
    assert warned(scored({}, *SDQ)) == {"okand_tid": 6}


def test_the_plan_says_it_for_every_row_and_a_row_that_says_otherwise_leaves():
    rows = {"mode": ["web", "web", "paper", "paper", None, None]}
    assert left(rows, mode="paper") == [("treated", "start", "other_mode", 1)]
    assert warned(scored(rows, mode="paper")) == {"planens_satt": 2}
    forms = {"recall": ["month", "month", None, None, "standard", "standard"]}
    assert left(forms, *SDQ, recall="standard") == [("treated", "start", "other_recall", 1)]


def test_an_instrument_with_one_form_is_about_that_time_and_no_other():
    assert scored({}, ("standard", "two_weeks")).measurements["recall"].tolist() == ["two_weeks"] * 6
    assert left({"recall": ["week", "week", *([None] * 4)]}, ("standard", "two_weeks")) == [("treated", "start", "other_recall", 1)]


def test_a_form_that_another_instrument_of_the_file_has_says_nothing_of_this_one():
    assert period_of("follow_up", register(("standard", "two_weeks")).instruments[0]) is None
    assert left({"recall": ["standard", "follow_up"] * 3}, ("standard", "two_weeks")) == []


def test_a_row_measured_as_planned_goes_before_a_nearer_one_that_was_not():
    rows = [*ROWS, ("a", "2017-08-30", 30.0)]
    mapping = plan_mapping()
    mapping["outcomes"][0]["instruments"] = [{"instrument": "who5", "mode": "paper"}]
    table = measured(*rows, mode=["paper", "web", *(["paper"] * 5)])
    frame = build_frame(score(gated(lista=LIST, skattning=table), plan_of(mapping), register()), plan_of(mapping))
    mine = frame.table[(frame.table["outcome"] == "halsa") & (frame.table["unit"] == "a")]
    assert mine["value"].tolist() == [10.0, 30.0]


def test_the_overlap_is_judged_by_the_form_that_was_used():
    """A follow-up form asks about a month: a measurement after a year does not look back past the baseline, a year's form does."""
    assert "overlapp" not in warned(scored({"recall": ["year", "month"] * 3}, ("long", "year"), ("short", "month")))
    near = [(unit, day, value) for unit in "abc" for day, value in ((BEFORE, 10.0), ("2017-07-01", 20.0))]
    table = measured(*near, recall=["month", "year"] * 3)
    records = score(gated(lista=LIST, skattning=table), plan_of(), register(("long", "year"), ("short", "month")))
    assert warned(records)["overlapp"] == 3


@pytest.mark.parametrize("role", ["recall", "mode"])
def test_a_constant_of_the_source_is_a_form_too(role):
    mapping = plan_mapping()
    mapping["sources"][1]["constants"] = {role: {"recall": "month", "mode": "web"}[role]}
    records = score(gated(lista=LIST, skattning=measured(*ROWS)), plan_of(mapping), register(*SDQ))
    assert records.measurements[role].nunique() == 1


def test_the_reasons_have_words():
    assert {"other_recall", "other_mode"} <= REASONS.keys()
