"""One fault at a time, planted in an otherwise clean extract: great-expectations itself must catch it, with code and place.

Every outcome of the gate is great-expectations' verdict (`evalkit.records.sheets.judge` refuses to go on where our own count says
otherwise), so a planted fault that is found here was found through it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from evalkit.errors import EvalkitError, GateClosed
from evalkit.findings.quality import CheckOutcome, GateReport, Severity
from evalkit.findings.quality_text import gate_text
from evalkit.records import sheets
from evalkit.records.codebook import open_case
from evalkit.records.gate import check, content_checks, inspect
from evalkit.records.sheets import Fault, Sheet, counted, judge
from evalkit.records.stations import RawExtract
from tests.support.small_extract import person, set_cell, small_extract, small_plan, small_register, with_table

STOP, WARN, NOTE = Severity.STOP, Severity.WARN, Severity.NOTE
FIRST = f"{person(1)} (personer.csv rad 2)"
Change = Callable[[pd.DataFrame], pd.DataFrame]


def report_of(extract: RawExtract, change: Callable[[dict[str, Any]], object] | None = None) -> GateReport:
    return inspect(extract, small_plan(change), small_register())[0]


def failed(report: GateReport) -> list[CheckOutcome]:
    return [outcome for outcome in report.outcomes if not outcome.passed]


def drop_rows(*rows: int) -> Change:
    return lambda table: table.drop(index=list(rows)).reset_index(drop=True)


def repeat_row(row: int, **changed: Any) -> Change:
    def change(table: pd.DataFrame) -> pd.DataFrame:
        return pd.concat([table, table.iloc[[row]].assign(_line=99, **changed)], ignore_index=True)

    return change


def with_column(column: str, values: Any) -> Change:
    return lambda table: table.assign(**{column: values})


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


def test_a_clean_extract_passes_without_a_remark() -> None:
    report, gated = inspect(small_extract(), small_plan(), small_register())
    assert [outcome.rule for outcome in failed(report)] == []
    assert gated is not None
    assert len(report.outcomes) > 80
    for source, table in gated.tables.items():
        pd.testing.assert_frame_equal(table, small_extract().tables[source])


ROW_FAULTS = {
    # name: (source, change, code, severity, rule, rows or persons that fail, first place)
    "tom grupp": ("personal", set_cell(0, "group", None), "MISS-REQUIRED", STOP, "personal.ifylld.group", 1, "personer.csv rad 2"),
    "okänd etikett": (
        "personal",
        set_cell(3, "group", "kanske"),
        "IN-LABEL",
        STOP,
        "personal.etikett.group",
        1,
        "personer.csv rad 5",
    ),
    "okänd skolform": (
        "personal",
        set_cell(4, "skolform", "x"),
        "IN-LABEL",
        STOP,
        "personal.etikett.skolform",
        1,
        "personer.csv rad 6",
    ),
    "tomt måttdatum": (
        "skattning",
        set_cell(2, "date", pd.NaT),
        "MISS-REQUIRED",
        STOP,
        "skattning.ifylld.date",
        1,
        "skattning.csv rad 4",
    ),
    "samma rad två gånger": ("skattning", repeat_row(0), "DUP-EXACT", STOP, "skattning.dubbletter", 2, "skattning.csv rad 2"),
    "samma samtal två gånger": ("logg", repeat_row(0), "DUP-EXACT", WARN, "logg.dubbletter", 2, "samtal.csv rad 2"),
    "två svar på en nyckel": (
        "skattning",
        repeat_row(0, maende=55.0),
        "DUP-CONFLICT",
        STOP,
        "skattning.nyckel",
        2,
        "skattning.csv rad 2",
    ),
    "två frånvarotal": ("skola", repeat_row(5, franvaro=33.25), "DUP-CONFLICT", STOP, "skola.nyckel", 2, "franvaro.csv rad 7"),
    "över kolumnens spann": (
        "skola",
        set_cell(7, "franvaro", 133.25),
        "IN-RANGE",
        STOP,
        "skola.spann.franvaro",
        1,
        "franvaro.csv rad 9",
    ),
    "under kolumnens spann": (
        "skola",
        set_cell(8, "franvaro", -3.25),
        "IN-RANGE",
        STOP,
        "skola.spann.franvaro",
        1,
        "franvaro.csv rad 10",
    ),
    "för många samtal": ("logg", set_cell(0, "quantity", 97.0), "IN-RANGE", STOP, "logg.spann.quantity", 1, "samtal.csv rad 2"),
    "utanför skalan": (
        "skattning",
        set_cell(6, "maende", 91.0),
        "IN-RANGE",
        STOP,
        "skattning.skala.maende",
        1,
        "skattning.csv rad 8",
    ),
    "halva poäng": (
        "skattning",
        set_cell(6, "maende", 41.5),
        "IN-INTEGER",
        STOP,
        "skattning.steg.maende",
        1,
        "skattning.csv rad 8",
    ),
    "halvt samtal": ("logg", set_cell(1, "quantity", 1.5), "IN-INTEGER", STOP, "logg.heltal.quantity", 1, "samtal.csv rad 3"),
    "okänt instrument": (
        "skattning",
        set_cell(1, "instrument", "Prof A"),
        "INSTR-UNKNOWN",
        STOP,
        "skattning.instrument",
        1,
        "skattning.csv rad 3",
    ),
    "mätt i framtiden": (
        "skattning",
        set_cell(1, "date", day("2017-07-19")),
        "DATE-RANGE",
        STOP,
        "skattning.framtid.date",
        1,
        "skattning.csv rad 3",
    ),
    "startar i framtiden": (
        "personal",
        set_cell(0, "start", day("2017-08-01")),
        "DATE-RANGE",
        WARN,
        "personal.framtid.start",
        1,
        "personer.csv rad 2",
    ),
    "mätt på 1990-talet": (
        "skattning",
        set_cell(0, "date", day("1999-09-09")),
        "DATE-RANGE",
        STOP,
        "skattning.tid.date",
        1,
        "skattning.csv rad 2",
    ),
    "start på 1900-talet": (
        "personal",
        set_cell(2, "start", day("1900-01-01")),
        "DATE-RANGE",
        STOP,
        "personal.tid.start",
        1,
        "personer.csv rad 4",
    ),
    "slutar före start": (
        "personal",
        set_cell(0, "end", day("2014-12-24")),
        "DATE-ORDER",
        STOP,
        "personal.ordning.start.end",
        1,
        "personer.csv rad 2",
    ),
    "född efter start": (
        "personal",
        set_cell(0, "birth_date", day("2016-01-01")),
        "DATE-ORDER",
        STOP,
        "personal.ordning.birth_date.start",
        1,
        "personer.csv rad 2",
    ),
    "mätt före födseln": (
        "personal",
        set_cell(1, "birth_date", day("2016-01-01")),
        "DATE-ORDER",
        STOP,
        "skattning.efter_fodelse",
        1,
        "skattning.csv rad 4",
    ),
    "framtida månad": (
        "skola",
        set_cell(0, "period", "2017-09"),
        "DATE-RANGE",
        STOP,
        "skola.framtid.period",
        1,
        "franvaro.csv rad 2",
    ),
    "månad före täckningen": (
        "skola",
        set_cell(0, "period", "2013-03"),
        "COVERAGE",
        WARN,
        "skola.tackning",
        1,
        "franvaro.csv rad 2",
    ),
    "månad i eftersläpningen": (
        "skola",
        set_cell(0, "period", "2017-06"),
        "COVERAGE",
        NOTE,
        "skola.efterslapning",
        1,
        "franvaro.csv rad 2",
    ),
    "personnummer i attribut": (
        "personal",
        set_cell(4, "skolform", "19900101-9802"),
        "PII-FREETEXT",
        STOP,
        "personal.personnummer",
        1,
        "personer.csv rad 6",
    ),
    "personnummer i instrument": (
        "skattning",
        set_cell(4, "instrument", "se 900101-9802"),
        "PII-FREETEXT",
        STOP,
        "skattning.personnummer",
        1,
        "skattning.csv rad 6",
    ),
    "i båda grupperna": ("personal", repeat_row(0, group="comparison"), "GRP-CONFLICT", STOP, "personer.en_grupp", 1, FIRST),
    "startdatum saknas": ("personal", set_cell(0, "start", pd.NaT), "START-MISSING", WARN, "personer.start_finns", 1, FIRST),
    "för ung": ("personal", set_cell(0, "birth_date", day("2004-01-01")), "ID-AGE", WARN, "personer.malgrupp", 1, FIRST),
    "för gammal": ("personal", set_cell(0, "birth_date", day("1980-01-01")), "ID-AGE", WARN, "personer.malgrupp", 1, FIRST),
    "orimligt gammal": (
        "personal",
        set_cell(0, "birth_date", day("1890-01-01")),
        "ID-AGE",
        STOP,
        "personer.rimlig_alder",
        1,
        FIRST,
    ),
    "samtal före start": ("logg", set_cell(0, "date", day("2015-01-02")), "TREATED-EARLY", WARN, "insats.fore_start", 1, FIRST),
    "omöjlig förändring": (
        "skattning",
        lambda t: set_cell(0, "maende", 2.0)(set_cell(1, "maende", 79.0)(t)),
        "CHANGE-IMPOSSIBLE",
        WARN,
        "forandring.storlek.maende",
        1,
        FIRST,
    ),
    "bytt instrument": (
        "skattning",
        set_cell(1, "instrument", "prov_b"),
        "INSTR-CHANGED",
        WARN,
        "forandring.instrument.maende",
        1,
        FIRST,
    ),
    "okänd person": (
        "skattning",
        set_cell(1, "person", "P99"),
        "KEY-UNMATCHED",
        WARN,
        "nycklar.skattning.i_listan",
        1,
        "P99 (skattning.csv rad 3)",
    ),
    "ingen rad i skolan": ("skola", drop_rows(0, 1, 2), "KEY-NO-ROWS", NOTE, "nycklar.skola.har_rad", 1, FIRST),
    "ingen uppföljning": ("skattning", drop_rows(1), "ATTRITION", NOTE, "bortfall.maende.efter.personer", 1, FIRST),
    "ingen mätning vid start": (
        "skattning",
        drop_rows(2),
        "ATTRITION",
        NOTE,
        "bortfall.maende.start.personer",
        1,
        f"{person(2)} (personer.csv rad 3)",
    ),
    "svaret saknas": (
        "skattning",
        set_cell(1, "maende", float("nan")),
        "ATTRITION",
        NOTE,
        "bortfall.maende.efter.personer",
        1,
        FIRST,
    ),
    "person saknas": ("skola", set_cell(0, "person", None), "MISS-REQUIRED", STOP, "skola.ifylld.person", 1, "franvaro.csv rad 2"),
    "grupp saknas": ("personal", set_cell(0, "group", None), "GRP-MISSING", STOP, "personer.grupp_finns", 1, FIRST),
    "född i framtiden": (
        "personal",
        set_cell(0, "birth_date", day("2018-01-01")),
        "DATE-RANGE",
        STOP,
        "personal.framtid.birth_date",
        1,
        "personer.csv rad 2",
    ),
    "index i framtiden": (
        "personal",
        set_cell(1, "index_date", day("2018-01-01")),
        "DATE-RANGE",
        WARN,
        "personal.framtid.index_date",
        1,
        "personer.csv rad 3",
    ),
    "index på 1900-talet": (
        "personal",
        set_cell(1, "index_date", day("1901-01-01")),
        "DATE-RANGE",
        STOP,
        "personal.tid.index_date",
        1,
        "personer.csv rad 3",
    ),
    "slutar före index": (
        "personal",
        set_cell(1, "end", day("2014-12-24")),
        "DATE-ORDER",
        STOP,
        "personal.ordning.index_date.end",
        1,
        "personer.csv rad 3",
    ),
    "två rader för en person": (
        "personal",
        repeat_row(0, skolform="komvux"),
        "DUP-CONFLICT",
        STOP,
        "personal.nyckel",
        2,
        "personer.csv rad 2",
    ),
    "över kolumnens spann i skattningen": (
        "skattning",
        set_cell(0, "maende", 101.0),
        "IN-RANGE",
        STOP,
        "skattning.spann.maende",
        1,
        "skattning.csv rad 2",
    ),
    "samma värde i alla rader": ("skattning", with_column("maende", 40.0), "EST-NOVAR", STOP, "matt.variation.maende", 1, None),
    "samma frånvaro i alla rader": ("skola", with_column("franvaro", 4.0), "EST-NOVAR", WARN, "matt.variation.franvaro", 1, None),
}


@pytest.mark.parametrize("name", ROW_FAULTS)
def test_a_planted_fault_is_caught_where_it_stands(name: str) -> None:
    source, change, code, severity, rule, n_failed, place = ROW_FAULTS[name]
    case = open_case(with_table(small_extract(), source, change), small_plan(), small_register())
    # Only what fails by our own count goes to great-expectations here: ten times as fast. Tests below run the gate whole.
    suspects = [one for one in content_checks(case) if not one.holds or one.rule.name == rule]
    found = {outcome.rule: outcome for outcome in judge(suspects)}
    outcome = found[rule]
    assert not outcome.passed
    assert (outcome.code, outcome.severity, outcome.n_failed) == (code, severity, n_failed)
    assert outcome.places[:1] == (() if place is None else (place,))
    assert outcome.message
    assert outcome.remedy


def kind_of(rule: str) -> str:
    """Return what a rule does, without the source, column, outcome or occasion that it does it to."""
    first, *parts = rule.split(".")
    if first in {"personal", "skattning", "skola", "logg"}:
        return parts[0]
    if first == "bortfall":
        return f"bortfall.{parts[2]}"
    return f"{first}.{parts[1] if first == 'nycklar' else parts[0]}"


IN_OTHER_TESTS = {
    *(
        "kolumner",
        "rader",
        "slag.kolumner",
        "lagstod.finns",
        "lagstod.beslutat",
        "grupper.finns",
        "grupper.storlek",
        "forandring.ordning",
    ),
    *("samtycke.motsägelse", "samtycke.mätt_utan", "samtycke.mätt_efter_återkallelse"),
    *("samtycke.okänt", "samtycke.återkallat", "samtycke.nej"),
    *("bortfall.andel", "bortfall.skillnad"),
}
"""Rules that this file, test_gate_consent and test_gate_attrition plant faults for by other names."""


def test_every_rule_of_the_gate_has_a_fault_that_is_planted_for_it() -> None:
    made = {kind_of(outcome.rule) for outcome in report_of(small_extract()).outcomes}
    planted = {kind_of(fault[4]) for fault in ROW_FAULTS.values()}
    assert made - planted - IN_OTHER_TESTS == set()
    assert made >= IN_OTHER_TESTS


def test_a_labelled_follow_up_that_is_dated_before_the_start_measurement_stops() -> None:
    def labelled(plan: dict[str, Any]) -> None:
        plan["sources"][1]["columns"].append(
            {"name": "tillfälle", "role": "occasion", "kind": "category", "labels": {"före": "start", "efter": "efter"}}
        )

    extract = with_table(small_extract(), "skattning", lambda t: t.assign(occasion=["start", "efter"] * 24))
    assert failed(report_of(extract, labelled)) == []
    turned = with_table(extract, "skattning", set_cell(1, "date", day("2015-01-05")))
    assert [(o.code, o.rule, o.places) for o in report_of(turned, labelled).stops] == [
        ("DATE-ORDER", "forandring.ordning.maende", (FIRST,))
    ]
    unknown = with_table(extract, "skattning", set_cell(1, "occasion", "senare"))
    assert [(o.code, o.rule) for o in report_of(unknown, labelled).stops] == [("IN-LABEL", "skattning.etikett.occasion")]


def test_every_value_that_is_planted_stays_inside() -> None:
    planted = {
        ("personal", 3, "group"): "kanskesen",
        ("personal", 5, "skolform"): "Ekskolan 7713",
        ("personal", 7, "birth_date"): day("1871-03-27"),
        ("personal", 9, "end"): day("1988-11-23"),
        ("skattning", 1, "instrument"): "Prof Alfa",
        ("skattning", 4, "instrument"): "ring 900101-9802",
        ("skattning", 6, "maende"): 7719.25,
        ("skattning", 8, "date"): day("1999-09-09"),
        ("skattning", 10, "date"): day("2061-04-18"),
        ("skola", 7, "franvaro"): -8823.75,
        ("skola", 9, "period"): "2043-07",
        ("logg", 0, "quantity"): 6641.5,
    }
    extract = small_extract()
    for (source, row, column), value in planted.items():
        extract = with_table(extract, source, set_cell(row, column, value))
    extract = with_table(extract, "skola", repeat_row(5, franvaro=55.4321))
    secrets = ["kanskesen", "7713", "1871", "1988", "Alfa", "9802", "7719", "1999", "2061", "8823", "2043", "6641", "4321"]
    with pytest.raises(GateClosed) as closed:
        check(extract, small_plan(), small_register())
    text = str(closed.value)
    assert closed.value.__cause__ is None
    assert [secret for secret in secrets if secret in text] == []
    expected = {
        "IN-LABEL",
        "IN-RANGE",
        "IN-INTEGER",
        "INSTR-UNKNOWN",
        "DATE-RANGE",
        "DATE-ORDER",
        "PII-FREETEXT",
        "DUP-CONFLICT",
        "ID-AGE",
    }
    assert set(closed.value.findings) >= expected
    assert closed.value.code == closed.value.findings[0]


def test_an_unknown_instrument_is_answered_with_the_nearest_of_the_register() -> None:
    report = report_of(with_table(small_extract(), "skattning", set_cell(1, "instrument", "Prof A")))
    assert any("menades Prov A?" in outcome.message for outcome in report.stops)


def test_an_instrument_that_the_plan_does_not_use_for_the_outcome_stops() -> None:
    def only_a(plan: dict[str, Any]) -> None:
        plan["outcomes"][0]["instruments"] = [{"instrument": "prov_a"}]

    extract = with_table(small_extract(), "skattning", set_cell(1, "instrument", "prov_b"))
    report = report_of(extract, only_a)
    assert [(o.code, o.rule, o.places) for o in report.stops] == [
        ("INSTR-UNKNOWN", "skattning.instrument.maende", ("skattning.csv rad 3",))
    ]


def test_a_missing_column_closes_the_gate_at_once_and_names_the_column() -> None:
    report = report_of(with_table(small_extract(), "skattning", lambda t: t.drop(columns="maende")))
    assert [(o.code, o.column, o.n_failed) for o in report.stops] == [("IN-COL-MISSING", "poang", 1)]


def test_a_source_without_rows_closes_the_gate() -> None:
    report = report_of(with_table(small_extract(), "logg", lambda t: t.iloc[:0]))
    assert [(o.code, o.source) for o in report.stops] == [("IN-EMPTY", "logg")]


def test_a_number_that_was_read_as_text_closes_the_gate() -> None:
    report = report_of(with_table(small_extract(), "skola", lambda t: t.assign(franvaro=t["franvaro"].astype("str"))))
    assert [(o.code, o.places) for o in report.stops] == [("IN-TYPE", ("skola.procent",))]


def test_missing_values_warn_above_the_limit_and_pass_on_it() -> None:
    def at(share: float) -> RawExtract:
        return with_table(
            small_extract(), "personal", lambda t: t.assign(skolform=t["skolform"].where(t.index >= share * len(t), None))
        )

    def quarter(plan: dict[str, Any]) -> None:
        plan["quality"] = {"max_missing": "0.25"}

    assert report_of(at(6 / 24), quarter).warnings == ()
    warned = report_of(at(7 / 24), quarter).warnings
    assert [(o.code, o.rule, o.n_failed, o.n_checked) for o in warned] == [("MISS-SHARE", "personal.ifylld.skolform", 7, 24)]


def test_items_are_judged_together_and_placed_by_row() -> None:
    def with_items(plan: dict[str, Any]) -> None:
        plan["sources"][1]["columns"] += [
            {
                "name": f"fraga{i}",
                "role": "item",
                "kind": "integer",
                "outcome": "maende",
                "item": str(i),
                "minimum": "0",
                "maximum": "3",
            }
            for i in (1, 2)
        ]

    extract = with_table(small_extract(), "skattning", lambda t: t.assign(fraga1=1.0, fraga2=2.0))
    assert failed(report_of(extract, with_items)) == []
    report = report_of(
        with_table(extract, "skattning", lambda t: set_cell(3, "fraga2", 7.0)(set_cell(5, "fraga1", 1.5)(t))), with_items
    )
    assert [(o.code, o.places) for o in report.stops] == [
        ("IN-RANGE", ("skattning.csv rad 5",)),
        ("IN-INTEGER", ("skattning.csv rad 7",)),
    ]


def test_legal_ground_must_be_there_and_older_than_the_delivery() -> None:
    def none(plan: dict[str, Any]) -> None:
        del plan["sources"][2]["legal_ground"]

    def late(plan: dict[str, Any]) -> None:
        plan["sources"][2]["legal_ground"] = {**plan["sources"][2]["legal_ground"], "decided": "2017-07-01"}

    def same_day(plan: dict[str, Any]) -> None:
        plan["sources"][2]["legal_ground"] = {**plan["sources"][2]["legal_ground"], "decided": "2017-06-30"}

    assert [(o.code, o.places) for o in report_of(small_extract(), none).stops] == [("LEGAL-MISSING", ("skola",))]
    assert [(o.code, o.places) for o in report_of(small_extract(), late).stops] == [("LEGAL-LATE", ("skola",))]
    assert report_of(small_extract(), same_day).stops == ()


def test_a_group_must_be_there_and_a_small_one_warns() -> None:
    only_treated = with_table(small_extract(), "personal", lambda t: t[t["group"] == "treated"].reset_index(drop=True))
    assert [o.code for o in report_of(only_treated).stops] == ["GRP-EMPTY"]
    few = with_table(small_extract(), "personal", lambda t: t[(t["group"] == "treated") | (t.index < 8)].reset_index(drop=True))
    assert "GRP-SMALL" in {o.code for o in report_of(few).warnings}


def test_persons_of_no_list_are_left_out_of_every_table() -> None:
    _, gated = inspect(with_table(small_extract(), "skattning", set_cell(1, "person", "P99")), small_plan(), small_register())
    assert gated is not None
    assert "P99" not in set(gated.tables["skattning"]["person"])
    assert len(gated.tables["skattning"]) == 47


def test_ten_places_are_enough() -> None:
    report = report_of(with_table(small_extract(), "skola", lambda t: t.assign(franvaro=t["franvaro"] + 200)))
    stop = report.stops[0]
    assert (len(stop.places), stop.n_failed) == (10, 72)
    assert "med flera" in gate_text(report)


def test_findings_of_reading_come_first() -> None:
    note = CheckOutcome(
        "läsning", "IN-ENC-GUESSED", NOTE, False, "skola", "", 1, 1, (), "teckenkodningen gissades", "Ange den i planen"
    )
    report = report_of(replace(small_extract(), findings=(note,)))
    assert report.outcomes[0] is note
    assert report.notes == (note,)


def test_a_rule_on_which_the_two_verdicts_differ_breaks_the_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = Sheet("prov", pd.DataFrame({"x": [1.0, 2.0]}))
    made = counted(sheet, "x", Fault("X", STOP, "", ""), sheet.table["x"], most=1.0)
    assert judge([made])[0].passed is False
    with pytest.raises(EvalkitError, match=r"prov\.x: great-expectations underkänner den, men"):
        judge([replace(made, holds=True)])
    monkeypatch.setattr(sheets, "validate_tables", lambda batches: ())
    with pytest.raises(KeyError):
        judge([made])
