"""Public panels: gaps, reversals, units that were always treated, and that both kinds of unit are there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pytest
import yaml
from evalkit.findings.quality import GateReport, Severity
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.instruments import InstrumentRegister
from evalkit.records.gate import inspect
from evalkit.records.stations import FILE, LINE, RawExtract

_PLAN = """
plan_format: 1
id: panel
title: Påhittad panel
municipality: Exempelkommunen
data_kind: public
seed: 1
versions: [{version: 2015-01-10, decided_by: Styrgruppen, reason: Första versionen}]
background: Påhittad.
target_group: {description: Kommuner}
theory_of_change: {why: Prov, who: Prov, what: Prov, how: Prov}
outcomes: [{id: andel, label: Andel, unit: procent, kind: share, direction: higher_better, minimum: 0, maximum: 100}]
primary_outcome: andel
design:
  analyses: [did]
  comparison: never_treated_units
  assigned_at: cluster
  treatment: {when: above, threshold: 0.5}
sources:
  - id: kommuner
    label: Kommuner
    owner: Myndighet
    row: panel
    files: "*.csv"
    columns:
      - {name: kommun, role: unit, kind: category}
      - {name: år, role: period, kind: period}
      - {name: insats, role: treatment, kind: decimal}
      - {name: andel, role: value, kind: decimal, outcome: andel}
"""
REGISTER = InstrumentRegister(instruments=())


def panel(change: Callable[[pd.DataFrame], pd.DataFrame] = lambda table: table) -> RawExtract:
    rows = [
        {
            "unit": f"{number:04d}",
            "period": str(year),
            "treatment": float(number <= 3 and year >= 2013),
            "andel": 40.0 + number + year % 4,
        }
        for number in range(1, 9)
        for year in range(2011, 2016)
    ]
    table = change(pd.DataFrame(rows)).reset_index(drop=True)
    table = table.assign(**{FILE: "panel.csv", LINE: range(2, len(table) + 2)})
    return RawExtract({"kommuner": table}, (), (), date(2016, 5, 1), "")


def report_of(extract: RawExtract, change: Callable[[dict[str, Any]], object] | None = None) -> GateReport:
    mapping = yaml.load(_PLAN, Loader=yaml.BaseLoader)
    if change is not None:
        change(mapping)
    return inspect(extract, EvaluationPlan.model_validate(mapping), REGISTER)[0]


def set_where(unit: str, year: str, column: str, value: Any) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda t: t.assign(**{column: t[column].where(~((t["unit"] == unit) & (t["period"] == year)), value)})


def drop_where(unit: str, year: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda t: t[~((t["unit"] == unit) & (t["period"] == year))]


def test_a_clean_panel_passes_without_a_remark() -> None:
    report = report_of(panel())
    assert [o.rule for o in report.outcomes if not o.passed] == []
    assert not any(o.code.startswith(("CONSENT", "PII", "LEGAL")) for o in report.outcomes)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (drop_where("0005", "2013"), {("PANEL-GAP", "0005"), ("PANEL-UNBALANCED", "0005")}),
        (drop_where("0005", "2011"), {("PANEL-UNBALANCED", "0005")}),
        (set_where("0002", "2015", "treatment", 0.0), {("PANEL-REVERSAL", "0002")}),
        (lambda t: t.assign(treatment=t["treatment"].where(t["unit"] != "0004", 1.0)), {("PANEL-ALWAYS-TREATED", "0004")}),
    ],
)
def test_a_unit_that_leaves_the_pattern_is_named_and_only_warns(
    change: Callable[[pd.DataFrame], pd.DataFrame], expected: set[tuple[str, str]]
) -> None:
    report = report_of(panel(change))
    assert report.stops == ()
    assert {(o.code, o.places[0]) for o in report.warnings} == expected


def test_two_rows_of_a_unit_and_year_stop() -> None:
    report = report_of(panel(lambda t: pd.concat([t, t.iloc[[0]].assign(andel=77.0)])))
    assert [(o.code, o.places) for o in report.stops] == [("DUP-CONFLICT", ("panel.csv rad 2", "panel.csv rad 42"))]


def test_a_panel_without_treated_or_without_untreated_units_stops() -> None:
    nobody = report_of(panel(lambda t: t.assign(treatment=0.0)))
    everybody = report_of(panel(lambda t: t.assign(treatment=(t["period"] >= "2013").astype("float64"))))
    assert [(o.code, o.rule) for o in nobody.stops] == [("GRP-EMPTY", "kommuner.panel.grupper.insats")]
    assert [(o.code, o.rule) for o in everybody.stops] == [("GRP-EMPTY", "kommuner.panel.grupper.jamforelse")]


def test_treated_below_a_threshold_is_read_the_other_way() -> None:
    def below(plan: dict[str, Any]) -> None:
        plan["design"]["treatment"] = {"when": "below", "threshold": "0.5"}

    report = report_of(panel(), below)
    assert {o.code for o in report.warnings} == {"PANEL-ALWAYS-TREATED", "PANEL-REVERSAL"}


def test_a_value_out_of_range_and_a_future_year_stop() -> None:
    report = report_of(panel(lambda t: set_where("0003", "2012", "andel", 140.0)(set_where("0004", "2015", "period", "2031")(t))))
    assert {(o.code, o.places[0]) for o in report.stops} == {("IN-RANGE", "panel.csv rad 13"), ("DATE-RANGE", "panel.csv rad 21")}
    assert report.stops[0].severity is Severity.STOP
