"""The evaluation plan that the corpus of bad input files was written for: one long table with nine columns."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.instruments import Instrument, InstrumentRegister, Scale
from evalkit.plan.project import Project

DELIVERED = date(2016, 9, 15)
"""Date of the delivery's folder, and so of the evaluation."""

PLAN_ID = "felkorpus"
SOURCE = "matning"

_PLAN = """
plan_format: 1
id: felkorpus
title: Prov med en lång tabell
municipality: Exempelkommunen
data_kind: persons
synthetic: true
seed: 7
versions:
  - {version: 2015-08-15, decided_by: Styrgruppen, reason: Första versionen}
background: Påhittad satsning för att pröva inläsning och kontroll.
target_group: {description: Unga 15–25 år, age_from: 15, age_to: 25}
theory_of_change: {why: Prov, who: Prov, what: Prov, how: Prov}
outcomes:
  - id: funktion
    label: Funktionsnivå
    unit: poäng
    kind: score
    direction: higher_better
    minimum: 1
    maximum: 100
    instruments: [{instrument: cgas, scale: total, age_from: 15, age_to: 26}]
  - {id: kostnad, label: Kostnad, unit: kronor, kind: money, direction: lower_better, minimum: 0}
primary_outcome: funktion
decisive_occasion: efter
occasions:
  - {id: fore, label: Före, role: before, day_from: -60, target_day: 0, day_to: 60}
  - {id: efter, label: Efter, role: after, day_from: 300, target_day: 365, day_to: 430}
design:
  analyses: [pre_post, did]
  comparison: other_persons
  comparison_description: Unga i samma skolor
  assigned_at: person
sources:
  - id: matning
    label: Mätning
    owner: Samordnare
    row: measurement
    files: "*"
    mode: replace
    legal_ground: {ground: Uppgift av allmänt intresse, reference: Påhittat beslut 1, decided: 2015-06-10, decided_by: Kommunjurist}
    columns:
      - {name: personnummer, role: person, kind: identity}
      - {name: grupp, role: group, kind: category, labels: {behandlad: treated, jämförelse: comparison}}
      - {name: tidpunkt, role: occasion, kind: category, labels: {före: fore, efter: efter}}
      - {name: matdatum, role: date, kind: date}
      - {name: instrument, role: instrument, kind: category}
      - {name: poang, role: value, kind: integer, outcome: funktion, minimum: 1, maximum: 100}
      - {name: kostnad, role: value, kind: decimal, outcome: kostnad, minimum: 0, unit: kr}
      - name: enhet
        role: cluster
        kind: category
        labels: {Vivallaskolan: Vivallaskolan, Västra skolan: Västra skolan, Östra gymnasiet: Östra gymnasiet}
      - {name: kommentar, role: text, kind: text}
"""

_CONSENT = """
- {name: samtycke, role: consent, kind: category, required: false, labels: {ja: "yes", nej: "no", återkallat: withdrawn}}
- {name: samtycke_aterkallat, role: withdrawn, kind: date, required: false}
"""


def corpus_mapping(*, consent: bool = False) -> dict[str, Any]:
    """Return the plan as the mapping of texts that a strict YAML reader gives; `consent` adds the columns of the f files."""
    plan: dict[str, Any] = yaml.load(_PLAN, Loader=yaml.BaseLoader)
    if consent:
        plan["sources"][0]["columns"] += yaml.load(_CONSENT, Loader=yaml.BaseLoader)
        plan["sources"][0]["legal_ground"]["ground"] = "Samtycke"
    return plan


def corpus_plan(*, consent: bool = False) -> EvaluationPlan:
    """Return the corpus plan."""
    return EvaluationPlan.model_validate(corpus_mapping(consent=consent))


def corpus_register() -> InstrumentRegister:
    """Return a register with the only instrument of the corpus."""
    scale = Scale(id="total", label="Total", minimum=1, maximum=100, direction="higher_better")
    cgas = Instrument(
        id="cgas", label="CGAS", respondent="clinician", source="Påhittad post för prov", status="draft", scales=(scale,)
    )
    return InstrumentRegister(instruments=(cgas,))


def make_project(root: Path) -> Project:
    """Return an empty project at `root`."""
    (root / "params" / "interventions").mkdir(parents=True, exist_ok=True)
    return Project(root)


def deliver(project: Project, file: Path | bytes, name: str | None = None, *, delivered: date = DELIVERED) -> Path:
    """Put one file (or its bytes, under `name`) into the corpus intervention's delivery and return where it lies."""
    folder = project.raw(PLAN_ID) / delivered.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / (name or (file.name if isinstance(file, Path) else "leverans.csv"))
    if isinstance(file, Path):
        shutil.copyfile(file, target)
    else:
        target.write_bytes(file)
    return target
