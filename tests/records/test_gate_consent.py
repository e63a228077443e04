"""Who comes in: unknown waits, withdrawn leaves, and only what people must mend closes the gate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
from evalkit.findings.quality import GateReport, Severity
from evalkit.records.codebook import open_case
from evalkit.records.consent import Admission, admit
from evalkit.records.gate import inspect
from evalkit.records.stations import COMPARISON, TREATED, RawExtract
from tests.support.small_extract import person, set_cell, small_extract, small_plan, small_register, with_table


def admitted(extract: RawExtract, change: Callable[[dict[str, Any]], object] | None = None) -> Admission:
    return admit(open_case(extract, small_plan(change), small_register()))


def found(admission: Admission) -> list[tuple[str, Severity, int, tuple[str, ...]]]:
    return [(o.code, o.severity, o.n_failed, o.places) for o in admission.outcomes if not o.passed]


def with_cells(**cells: Any) -> RawExtract:
    extract = small_extract()
    for column, value in cells.items():
        extract = with_table(extract, "personal", set_cell(0, column, value))
    return extract


def without_consent_columns(plan: dict[str, Any]) -> None:
    plan["sources"][0]["columns"] = [c for c in plan["sources"][0]["columns"] if c["role"] not in {"consent", "withdrawn"}]


WHERE = (f"{person(1)} (personer.csv rad 2)",)


def test_everybody_who_said_yes_is_in() -> None:
    admission = admitted(small_extract())
    assert found(admission) == []
    assert admission.outside == {}


def test_an_empty_answer_waits_outside_and_closes_nothing() -> None:
    admission = admitted(with_cells(consent=None))
    assert found(admission) == [("CONSENT-UNKNOWN", Severity.NOTE, 1, WHERE)]
    assert admission.outside == {"consent_unknown": (person(1),)}
    assert admission.outside_groups == {person(1): TREATED}
    assert all(person(1) not in set(table["person"]) for table in admission.tables.values())


def test_everybody_unknown_leaves_nobody_and_the_gate_says_so_without_breaking() -> None:
    report, gated = inspect(
        with_table(small_extract(), "personal", lambda t: t.assign(consent=None)), small_plan(), small_register()
    )
    assert gated is None
    assert {o.code for o in report.stops} == {"GRP-EMPTY"}
    assert [(o.code, o.n_failed) for o in report.notes if o.code.startswith("CONSENT")] == [("CONSENT-UNKNOWN", 24)]


def test_a_withdrawal_after_the_first_measurement_drops_the_person_everywhere() -> None:
    extract = with_cells(withdrawn=pd.Timestamp("2016-03-01"))
    report, gated = inspect(extract, small_plan(), small_register())
    assert gated is not None
    assert gated.outside == {"consent_withdrawn": (person(1),)}
    assert gated.outside_groups == {person(1): TREATED}
    assert {source: len(extract.tables[source]) - len(table) for source, table in gated.tables.items()} == {
        "personal": 1,
        "skattning": 2,
        "skola": 3,
        "logg": 3,
    }
    assert [(o.code, o.n_failed) for o in report.notes] == [("CONSENT-WITHDRAWN", 1)]
    assert report.warnings == ()


def test_the_word_withdrawn_without_a_date_is_a_withdrawal() -> None:
    admission = admitted(with_cells(consent="withdrawn"))
    assert found(admission) == [("CONSENT-WITHDRAWN", Severity.NOTE, 1, WHERE)]


def test_a_withdrawal_before_the_first_measurement_stops() -> None:
    admission = admitted(with_cells(withdrawn=pd.Timestamp("2015-01-01")))
    assert found(admission) == [("CONSENT-NO", Severity.STOP, 1, WHERE)]


def test_a_measured_no_stops_and_an_unmeasured_no_only_stays_outside() -> None:
    assert found(admitted(with_cells(consent="no"))) == [("CONSENT-NO", Severity.STOP, 1, WHERE)]
    unmeasured = with_table(with_cells(consent="no"), "skattning", lambda t: t[t["person"] != person(1)].reset_index(drop=True))
    admission = admitted(unmeasured)
    assert found(admission) == [("CONSENT-DECLINED", Severity.NOTE, 1, WHERE)]
    assert admission.outside == {"consent_no": (person(1),)}


def test_yes_in_one_row_and_no_in_another_stops() -> None:
    def again(table: pd.DataFrame) -> pd.DataFrame:
        return pd.concat([table, table.iloc[[0]].assign(consent="no", _line=99)], ignore_index=True)

    admission = admitted(with_table(small_extract(), "personal", again))
    assert ("CONSENT-CONFLICT", Severity.STOP, 1, WHERE) in found(admission)


def test_an_empty_cell_beside_a_yes_is_no_contradiction() -> None:
    def again(table: pd.DataFrame) -> pd.DataFrame:
        return pd.concat([table, table.iloc[[0]].assign(consent=None, _line=99)], ignore_index=True)

    assert found(admitted(with_table(small_extract(), "personal", again))) == []


def test_a_person_of_no_list_is_not_counted_among_those_who_wait() -> None:
    admission = admitted(with_table(small_extract(), "skattning", set_cell(1, "person", "P99")))
    assert admission.outside == {}


def test_without_a_consent_column_everybody_is_in_and_a_ground_of_consent_is_noted() -> None:
    def other_ground(plan: dict[str, Any]) -> None:
        without_consent_columns(plan)
        for source in plan["sources"]:
            source["legal_ground"] = {**source["legal_ground"], "ground": "Uppgift av allmänt intresse"}

    noted = admitted(small_extract(), without_consent_columns)
    assert [(code, n) for code, _, n, _ in found(noted)] == [("CONSENT-COLUMN", 4)]
    assert noted.outside == {}
    quiet = admitted(small_extract(), other_ground)
    assert found(quiet) == []
    assert quiet.outside == {}


def test_a_comparison_person_keeps_the_group_outside() -> None:
    extract = with_table(small_extract(), "personal", set_cell(1, "consent", None))
    assert admitted(extract).outside_groups == {person(2): COMPARISON}


def test_later_rules_see_only_those_who_are_in() -> None:
    extract = with_table(with_cells(consent=None), "skattning", set_cell(0, "maende", 7719.0))
    report: GateReport = inspect(extract, small_plan(), small_register())[0]
    assert report.stops == ()


def test_a_withdrawal_of_any_date_counts_even_one_that_is_mistyped_into_the_future() -> None:
    admission = admitted(with_cells(withdrawn=pd.Timestamp("2061-01-01")))
    assert admission.outside == {"consent_withdrawn": (person(1),)}
