"""Small extracts by hand: a plan with one scale, one register and one activity, and the tables that go with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
import yaml
from evalkit.findings.quality import GateReport
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.instruments import Instrument, InstrumentRegister, Scale
from evalkit.records.stations import GatedExtract

EVALUATED_ON = date(2018, 1, 15)

_PLAN = """
plan_format: 1
id: prov
title: Påhittad plan för prov
municipality: Exempelkommunen
data_kind: persons
synthetic: true
seed: 1
versions: [{version: 2015-08-15, decided_by: Styrgruppen, reason: Första versionen}]
background: Påhittad.
target_group: {description: Unga, age_from: 15, age_to: 25}
theory_of_change: {why: Prov, who: Prov, what: Prov, how: Prov}
activities:
  - {id: samtal, label: Samtal, actor: A, what: W, when: N, unit: samtal, target_per_person: 4}
outcomes:
  - {id: halsa, label: Hälsa, unit: poäng, kind: score, direction: higher_better, instruments: [{instrument: who5}]}
  - {id: sprak, label: Språk, unit: poäng, kind: score, direction: higher_better}
  - {id: franvaro, label: Frånvaro, unit: procentenheter, kind: rate, direction: lower_better}
primary_outcome: halsa
decisive_occasion: ar1
occasions:
  - {id: start, label: Vid start, role: before, day_from: -60, target_day: 0, day_to: 14}
  - {id: halvar, label: Efter ett halvår, role: after, day_from: 120, target_day: 182, day_to: 260}
  - {id: ar1, label: Efter ett år, role: after, day_from: 300, target_day: 365, day_to: 430}
design: {analyses: [pre_post, did], comparison: waiting_list, assigned_at: person, starts: {into: term, least_cohort: 1}}
sources:
  - id: lista
    label: Lista
    owner: Samordnare
    row: person
    files: lista*.csv
    columns:
      - {name: pnr, role: person, kind: identity}
      - {name: grupp, role: group, kind: category, labels: {insats: treated, kö: comparison}}
      - {name: start, role: start, kind: date, required: false}
      - {name: index, role: index_date, kind: date, required: false}
      - {name: skola, role: cluster, kind: category, required: false}
      - {name: program, role: attribute, kind: category, required: false}
  - id: skattning
    label: Skattning
    owner: Samordnare
    row: measurement
    files: skattning*.csv
    columns:
      - {name: pnr, role: person, kind: identity}
      - {name: datum, role: date, kind: date}
      - {name: tillfälle, role: occasion, kind: category, required: false, labels: {ett: start, två: ar1}}
      - {name: instrument, role: instrument, kind: category, required: false}
      - {name: poang, role: value, kind: integer, outcome: halsa}
      - {name: sprakpoang, role: value, kind: integer, outcome: sprak, required: false}
  - id: skola
    label: Skola
    owner: Skola
    row: period
    files: franvaro*.csv
    coverage: {first: 2014-01-01, last: 2020-12-31, lag_days: 0, zero_inside: false}
    columns:
      - {name: pnr, role: person, kind: identity}
      - {name: månad, role: period, kind: period}
      - {name: procent, role: value, kind: decimal, outcome: franvaro}
  - id: logg
    label: Logg
    owner: Samordnare
    row: activity
    files: logg*.csv
    columns:
      - {name: pnr, role: person, kind: identity}
      - {name: datum, role: date, kind: date}
      - {name: antal, role: quantity, kind: integer}
"""


def plan_mapping() -> dict[str, Any]:
    """Return the plan as the mapping of texts that a YAML reader without guesses gives; change it, then `plan_of` it."""
    mapping: dict[str, Any] = yaml.load(_PLAN, Loader=yaml.BaseLoader)
    return mapping


def plan_of(mapping: Mapping[str, Any] | None = None, **changes: Any) -> EvaluationPlan:
    """Return the plan, with top-level keys replaced."""
    return EvaluationPlan.model_validate({**(mapping or plan_mapping()), **changes})


def register_of(*instruments: str) -> InstrumentRegister:
    """Return a register of made-up instruments, each with the alias ``<id> skala``."""
    scale = Scale(id="total", label="Total", minimum=0, maximum=100, direction="higher_better")
    made = [
        Instrument(
            id=name, label=name.upper(), aliases=(f"{name} skala",), respondent="self", source="p", status="draft", scales=(scale,)
        )
        for name in instruments or ("who5",)
    ]
    return InstrumentRegister(instruments=tuple(made))


def persons(*rows: tuple[str, str, str | None], **columns: list[Any]) -> pd.DataFrame:
    """Return a list of persons: (pseudonym, group, start or index date)."""
    table = pd.DataFrame(rows, columns=["person", "group", "day"])
    day = pd.to_datetime(table["day"])
    treated = table["group"] == "treated"
    return table.drop(columns="day").assign(start=day.where(treated), index_date=day.where(~treated), **columns)


def measured(*rows: tuple[str, str | None, float | None], **columns: Any) -> pd.DataFrame:
    """Return measurements of `halsa`: (pseudonym, date, value)."""
    table = pd.DataFrame(rows, columns=["person", "date", "halsa"])
    return table.assign(date=pd.to_datetime(table["date"]), halsa=table["halsa"].astype("float64"), **columns)


def months(*rows: tuple[str, str, float | None]) -> pd.DataFrame:
    """Return register rows of `franvaro`: (pseudonym, month, value)."""
    table = pd.DataFrame(rows, columns=["person", "period", "franvaro"])
    return table.assign(franvaro=table["franvaro"].astype("float64"))


def gated(
    evaluated_on: date = EVALUATED_ON, *, outside: dict[str, tuple[str, ...]] | None = None, **tables: pd.DataFrame
) -> GatedExtract:
    """Return an extract that passed the gate, source id -> table."""
    return GatedExtract(
        tables=tables, report=GateReport("prov", ()), outside=outside or {}, stamps=(), evaluated_on=evaluated_on, key_id="00000000"
    )
