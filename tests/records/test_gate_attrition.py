"""Loss by group and by sex; who is not yet due is no loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
from evalkit.findings.quality import CheckOutcome, Severity
from evalkit.records.answers import MEASURED_ROWS, gather_answers
from evalkit.records.codebook import open_case, roster
from evalkit.records.rules_attrition import attrition_checks
from evalkit.records.sheets import judge
from evalkit.records.stations import RawExtract
from tests.support.small_extract import person, small_extract, small_plan, small_register, with_table


def attrition(extract: RawExtract, change: Callable[[dict[str, Any]], object] | None = None) -> tuple[CheckOutcome, ...]:
    case = open_case(extract, small_plan(change), small_register())
    return judge(attrition_checks(case, roster(case), gather_answers(case, *MEASURED_ROWS)))


def failed(outcomes: tuple[CheckOutcome, ...]) -> dict[str, CheckOutcome]:
    return {outcome.rule.removeprefix("bortfall.maende."): outcome for outcome in outcomes if not outcome.passed}


def without_follow_up(*numbers: int) -> RawExtract:
    gone = {person(number) for number in numbers}

    def drop(table: pd.DataFrame) -> pd.DataFrame:
        second = table.groupby("person").cumcount() == 1
        return table[~(second & table["person"].isin(gone))].reset_index(drop=True)

    return with_table(small_extract(), "skattning", drop)


def test_nobody_lost_says_nothing() -> None:
    assert failed(attrition(small_extract())) == {}


def test_loss_that_differs_beyond_the_limit_stops_at_the_decisive_occasion() -> None:
    found = failed(attrition(without_follow_up(1, 3, 5)))  # 3 of 12 treated, 0 of 12 waiting: 25 points
    assert (found["efter.personer"].severity, found["efter.personer"].n_failed, found["efter.personer"].n_checked) == (
        Severity.NOTE,
        3,
        24,
    )
    assert (found["efter.skillnad.group"].code, found["efter.skillnad.group"].severity) == ("ATTRITION-DIFF", Severity.STOP)


def test_loss_that_differs_by_no_more_than_the_limit_passes() -> None:
    assert "efter.skillnad.group" not in failed(attrition(without_follow_up(1, 3)))  # 17 points
    on_the_limit = lambda plan: plan.update(quality={"max_attrition_difference": "0.25"})  # noqa: E731
    assert "efter.skillnad.group" not in failed(attrition(without_follow_up(1, 3, 5), on_the_limit))


def test_a_reason_in_the_plan_turns_the_stop_into_a_warning_that_quotes_it() -> None:
    def override(plan: dict[str, Any]) -> None:
        plan["quality"] = {"attrition_override": "Samordnaren var sjuk hösten 2016"}

    outcome = failed(attrition(without_follow_up(1, 3, 5), override))["efter.skillnad.group"]
    assert outcome.severity is Severity.WARN
    assert "Samordnaren var sjuk hösten 2016" in outcome.message


def test_another_occasion_than_the_decisive_one_only_warns() -> None:
    def six_months_decide(plan: dict[str, Any]) -> None:
        plan["occasions"].append(
            {"id": "senare", "label": "Senare", "role": "after", "day_from": "431", "target_day": "450", "day_to": "500"}
        )
        plan["decisive_occasion"] = "senare"

    outcome = failed(attrition(without_follow_up(1, 3, 5), six_months_decide))["efter.skillnad.group"]
    assert outcome.severity is Severity.WARN


def test_too_few_followed_up_only_warn() -> None:
    few = with_table(without_follow_up(1, 3), "personal", lambda t: t[t.index < 8].reset_index(drop=True))
    outcome = failed(attrition(few))["efter.skillnad.group"]  # 2 of 4 against 0 of 4
    assert outcome.severity is Severity.WARN
    assert "för få uppföljda" in outcome.message


def test_large_loss_in_a_group_warns() -> None:
    found = failed(attrition(without_follow_up(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)))  # 5 of 12 in each
    assert found["efter.andel.treated"].severity is Severity.WARN
    assert found["efter.andel.comparison"].severity is Severity.WARN
    assert "efter.skillnad.group" not in found


def test_loss_that_differs_between_women_and_men_warns() -> None:
    women = [number for number in range(1, 25) if number % 4 < 2]
    found = failed(attrition(without_follow_up(*women[:4])))  # two treated, two waiting, all women
    assert found["efter.skillnad.sex"].severity is Severity.WARN
    assert found["efter.skillnad.sex"].code == "ATTRITION-DIFF"
    assert "efter.skillnad.group" not in found


def test_who_started_late_is_not_yet_due_and_no_loss() -> None:
    def late(table: pd.DataFrame) -> pd.DataFrame:
        table.loc[0, ["start", "end"]] = [pd.Timestamp("2016-09-01"), pd.NaT]
        return table

    def measured_once(table: pd.DataFrame) -> pd.DataFrame:
        rows = table[(table["person"] != person(1)) | (table.groupby("person").cumcount() == 0)].reset_index(drop=True)
        rows.loc[0, "date"] = pd.Timestamp("2016-08-28")
        return rows

    extract = with_table(with_table(small_extract(), "personal", late), "skattning", measured_once)
    outcomes = attrition(extract)
    assert failed(outcomes) == {}
    persons = {o.rule: o.n_checked for o in outcomes if o.rule.endswith("personer")}
    assert persons == {"bortfall.maende.start.personer": 24, "bortfall.maende.efter.personer": 23}


def test_a_missing_start_is_a_missing_pair_at_follow_up() -> None:
    extract = with_table(small_extract(), "skattning", lambda t: t.drop(index=2).reset_index(drop=True))
    found = failed(attrition(extract))
    assert found["start.personer"].places == found["efter.personer"].places == (f"{person(2)} (personer.csv rad 3)",)


def test_an_override_or_limit_never_hides_the_count() -> None:
    lax = lambda plan: plan.update(quality={"max_attrition": "1", "max_attrition_difference": "1"})  # noqa: E731
    assert set(failed(attrition(without_follow_up(1, 3, 5), lax))) == {"efter.personer"}
