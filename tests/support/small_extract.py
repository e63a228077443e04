"""A small clean extract with every kind of source, built in code: the ground on which tests of the gate plant one fault each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import yaml
from evalkit.findings.provenance import FileStamp
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.instruments import Instrument, InstrumentRegister, Scale
from evalkit.records.stations import FILE, LINE, RawExtract

EVALUATED_ON = date(2017, 6, 30)

_PLAN = """
plan_format: 1
id: liten
title: Liten påhittad satsning
municipality: Exempelkommunen
data_kind: persons
synthetic: true
seed: 1
versions: [{version: 2015-01-10, decided_by: Styrgruppen, reason: Första versionen}]
background: Påhittad.
target_group: {description: Unga 15–25 år, age_from: 15, age_to: 25}
theory_of_change: {why: Prov, who: Prov, what: Prov, how: Prov}
activities:
  - {id: samtal, label: Samtal, actor: Samordnare, what: Samtal, when: Varje månad, unit: samtal, target_per_person: 4}
outcomes:
  - id: maende
    label: Mående
    unit: poäng
    kind: score
    direction: higher_better
    impossible_change: 60
    instruments: [{instrument: prov_a}, {instrument: prov_b}]
  - {id: franvaro, label: Frånvaro, unit: procentenheter, kind: rate, direction: lower_better, minimum: 0, maximum: 100}
primary_outcome: maende
decisive_occasion: efter
occasions:
  - {id: start, label: Vid start, role: before, day_from: -60, target_day: 0, day_to: 14}
  - {id: efter, label: Efter ett år, role: after, day_from: 300, target_day: 365, day_to: 430}
design:
  analyses: [pre_post, did]
  comparison: waiting_list
  assigned_at: person
sources:
  - id: personal
    label: Personlista
    owner: Samordnare
    row: person
    files: personer*.csv
    legal_ground: &stod {ground: Samtycke, reference: Blankett 1, decided: 2015-01-05, decided_by: Kommunjurist}
    columns:
      - {name: personnummer, role: person, kind: identity}
      - {name: grupp, role: group, kind: category, labels: {insats: treated, kö: comparison}}
      - {name: startdatum, role: start, kind: date, required: false}
      - {name: ködatum, role: index_date, kind: date, required: false}
      - {name: avslut, role: end, kind: date, required: false}
      - {name: kön, role: sex, kind: category, labels: {kvinna: woman, man: man}}
      - {name: samtycke, role: consent, kind: category, required: false, labels: {ja: "yes", nej: "no", återkallat: withdrawn}}
      - {name: återkallat, role: withdrawn, kind: date, required: false}
      - {name: skolform, role: attribute, kind: category, labels: {gymnasium: gymnasium, komvux: komvux}}
  - id: skattning
    label: Skattning
    owner: Samordnare
    row: measurement
    files: skattning*.csv
    legal_ground: *stod
    columns:
      - {name: personnummer, role: person, kind: identity}
      - {name: matdatum, role: date, kind: date}
      - {name: instrument, role: instrument, kind: category}
      - {name: poang, role: value, kind: integer, outcome: maende, minimum: 0, maximum: 100}
  - id: skola
    label: Frånvaro
    owner: Skolan
    row: period
    files: franvaro*.csv
    legal_ground: *stod
    coverage: {first: 2014-08-01, last: 2017-06-30, lag_days: 30}
    columns:
      - {name: personnummer, role: person, kind: identity}
      - {name: månad, role: period, kind: period}
      - {name: procent, role: value, kind: decimal, outcome: franvaro, minimum: 0, maximum: 100}
  - id: logg
    label: Samtal
    owner: Samordnare
    row: activity
    files: samtal*.csv
    legal_ground: *stod
    columns:
      - {name: personnummer, role: person, kind: identity}
      - {name: datum, role: date, kind: date}
      - {name: aktivitet, role: activity, kind: category, labels: {samtal: samtal}}
      - {name: antal, role: quantity, kind: integer, minimum: 0, maximum: 20}
"""


def small_mapping() -> dict[str, Any]:
    """Return the plan as a strict YAML reader hands it over."""
    plan: dict[str, Any] = yaml.load(_PLAN, Loader=yaml.BaseLoader)
    return plan


def small_plan(change: Callable[[dict[str, Any]], object] | None = None) -> EvaluationPlan:
    """Return the plan; `change` may alter its mapping first."""
    mapping = small_mapping()
    if change is not None:
        change(mapping)
    return EvaluationPlan.model_validate(mapping)


def small_register() -> InstrumentRegister:
    """Return a register of two invented instruments."""
    scales = (Scale(id="total", label="Total", minimum=0, maximum=80, direction="higher_better"),)
    return InstrumentRegister(
        instruments=tuple(
            Instrument(
                id=name, label=name.replace("_", " ").title(), respondent="self", source="Påhittad", status="draft", scales=scales
            )
            for name in ("prov_a", "prov_b")
        )
    )


def person(number: int) -> str:
    """Return the pseudonym of one of the twenty-four persons; odd numbers had the intervention."""
    return f"P{number:02d}"


def _persons() -> pd.DataFrame:
    rows = []
    for i in range(1, 25):
        treated = i % 2 == 1
        start = pd.Timestamp(2015, 2 + i % 4, 1 + i)
        rows.append(
            {
                "person": person(i),
                "group": "treated" if treated else "comparison",
                "start": start if treated else pd.NaT,
                "index_date": pd.NaT if treated else start,
                "end": start + pd.Timedelta(days=360) if treated else pd.NaT,
                "sex": "woman" if i % 4 < 2 else "man",
                "birth_date": pd.Timestamp(1997, 1 + i % 12, 1 + i),
                "consent": "yes",
                "withdrawn": pd.NaT,
                "skolform": "gymnasium" if i % 3 else "komvux",
            }
        )
    return _placed(pd.DataFrame(rows), "personer.csv")


def _starts(persons: pd.DataFrame) -> pd.Series:
    return persons["start"].fillna(persons["index_date"])


def _measurements(persons: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for i, (unit, start) in enumerate(zip(persons["person"], _starts(persons), strict=True), start=1):
        gain = 8.0 if i % 2 else 2.0
        rows += [
            {"person": unit, "date": start - pd.Timedelta(days=3), "instrument": "prov_a", "maende": 30.0 + i % 7},
            {
                "person": unit,
                "date": start + pd.Timedelta(days=360 + i),
                "instrument": "prov_a",
                "maende": 30.0 + i % 7 + gain + i % 3,
            },
        ]
    return _placed(pd.DataFrame(rows), "skattning.csv")


def _periods(persons: pd.DataFrame) -> pd.DataFrame:
    rows = [
        {"person": unit, "period": f"{year}-{month:02d}", "franvaro": 10.0 + (i + month) % 9 + 0.5}
        for i, unit in enumerate(persons["person"])
        for year, month in ((2015, 1), (2015, 10), (2016, 4))
    ]
    return _placed(pd.DataFrame(rows), "franvaro.csv")


def _activities(persons: pd.DataFrame) -> pd.DataFrame:
    treated = persons[persons["group"] == "treated"]
    rows = [
        {"person": unit, "date": start + pd.Timedelta(days=30 * k), "activity": "samtal", "quantity": 1.0}
        for unit, start in zip(treated["person"], treated["start"], strict=True)
        for k in (1, 2, 3)
    ]
    return _placed(pd.DataFrame(rows), "samtal.csv")


def _placed(table: pd.DataFrame, file: str) -> pd.DataFrame:
    return table.assign(**{FILE: file, LINE: range(2, len(table) + 2)})


def small_extract() -> RawExtract:
    """Return twelve treated and twelve waiting persons, all measured twice, with a register and an activity log: no fault."""
    persons = _persons()
    tables = {"personal": persons, "skattning": _measurements(persons), "skola": _periods(persons), "logg": _activities(persons)}
    names = ("personer.csv", "skattning.csv", "franvaro.csv", "samtal.csv")
    stamps = tuple(FileStamp(f"data/raw/liten/2017-06-30/{name}", "0" * 64, 1) for name in names)
    return RawExtract(tables=tables, findings=(), stamps=stamps, evaluated_on=EVALUATED_ON, key_id="00000000")


def with_table(extract: RawExtract, source: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> RawExtract:
    """Return the extract with one table changed; `change` gets a copy."""
    return replace(extract, tables={**extract.tables, source: change(extract.tables[source].copy())})


def set_cell(row: int, column: str, value: object) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Return a change that puts `value` into one cell; `row` counts from 0."""

    def change(table: pd.DataFrame) -> pd.DataFrame:
        table.loc[row, column] = value
        return table

    return change
