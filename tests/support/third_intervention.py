"""An intervention that evalkit has never seen: its plan as text and its own Excel files, made without evalkit's writers.

The person list holds the first answer in the same row, groups and sexes are figures, the columns have the staff's names, and
the follow-up and the monthly register are workbooks too. Use::

    files = write_files(tmp_path / "från verksamheten")     # what the staff send
    plan_file.write_text(PLAN, encoding="utf-8")            # params/interventions/laxhjalp.yaml
    import_files(project, plan, files, DELIVERED)
"""

from __future__ import annotations

import random
import shutil
from datetime import date, timedelta
from pathlib import Path

from evalkit.plan.project import Project
from evalkit.records.synthetic.persons import reserved_number
from openpyxl import Workbook

ID = "laxhjalp"
DELIVERED = date(2022, 9, 30)
N_TREATED, N_COMPARISON = 48, 44
PLANTED = 1.5
"""What the help adds to the wellbeing score (0-10) at the decisive occasion, before rounding and the ends of the scale."""

PLAN = """\
plan_format: 1
id: laxhjalp
title: Läxhjälp på fritidsgården (påhittad satsning)
municipality: Exempelkommunen
data_kind: persons
synthetic: true
language: sv
seed: 20210816
versions:
  - {version: 2021-06-01, decided_by: Kultur- och fritidsnämnden, reason: Första versionen}
background: Elever i årskurs 7–9 får hjälp med läxor på fritidsgården två eftermiddagar i veckan. Allt är påhittat.
target_group: {description: Elever i årskurs 7–9, age_from: 13, age_to: 15, expected_number: 48}
theory_of_change:
  why: Elever utan studiero hemma halkar efter
  who: Elever i årskurs 7–9
  what: Läxhjälp två eftermiddagar i veckan under ett läsår
  how: Den som hänger med trivs bättre och är mer i skolan
managers_informed: true
legal_assessment: {done: 2021-05-20, by: Kommunjurist, conclusion: Samtycke från vårdnadshavare räcker}
outcomes:
  - {id: trivsel, label: Trivsel i skolan, unit: poäng, kind: score, direction: higher_better, minimum: 0, maximum: 10}
  - {id: narvaro, label: Närvaro, unit: procentenheter, kind: rate, direction: higher_better, minimum: 0, maximum: 100}
primary_outcome: trivsel
decisive_occasion: slut
occasions:
  - {id: borjan, label: När stödet började, role: before, day_from: -100, target_day: 0, day_to: 20}
  - {id: slut, label: När läsåret slutade, role: after, day_from: 220, target_day: 270, day_to: 320}
design:
  analyses: [pre_post, did]
  comparison: other_persons
  comparison_description: Elever på samma skolor som tackade ja men inte fick plats; indexdatum är dagen för beskedet
  assigned_at: person
  assigned_by: Fritidsgården ger plats i turordning
  common_shocks_at: none
  starts: {into: year, least_cohort: 5}
sources:
  - id: elevlista
    label: Fritidsgårdens lista med första enkäten
    owner: Fritidsgården
    row: person
    files: lista*.xlsx
    legal_ground: &grund {ground: Samtycke, reference: Blankett 7, decided: 2021-05-20, decided_by: Kommunjurist}
    format: {sheet: Elever, header_row: 2}
    constants: {occasion: borjan}
    columns:
      - {name: elevens_nummer, role: person, kind: identity}
      - {name: plats, role: group, kind: integer, labels: {"1": treated, "0": comparison}}
      - {name: första_gången, role: start, kind: date, required: false}
      - {name: besked, role: index_date, kind: date, required: false}
      - {name: k, role: sex, kind: integer, labels: {"1": man, "2": woman}}
      - {name: vårdnadshavare_ok, role: consent, kind: category, required: false, labels: {x: "yes", nej: "no"}}
      - {name: skola, role: attribute, kind: category}
      - {name: trivs, role: value, kind: integer, outcome: trivsel, maximum: 10, required: false, missing: {"99": ej svar}}
  - id: slutenkat
    label: Enkäten i slutet av läsåret
    owner: Fritidsgården
    row: measurement
    files: enkät*.xlsx
    legal_ground: *grund
    format: {sheet: Svar}
    columns:
      - {name: nummer, role: person, kind: identity}
      - {name: ifylld, role: date, kind: date}
      - {name: trivs_nu, role: value, kind: integer, outcome: trivsel, minimum: 0, maximum: 10, missing: {"99": ej svar}}
  - id: skolregister
    label: Närvaro per månad
    owner: Grundskoleförvaltningen
    row: period
    files: närvaro*.xlsx
    mode: append
    legal_ground: *grund
    coverage: {first: 2021-01-01, last: 2022-08-31, lag_days: 20, residence: Elever i kommunens skolor}
    columns:
      - {name: personnr, role: person, kind: identity}
      - {name: manad, role: period, kind: period}
      - {name: procent_narvaro, role: value, kind: decimal, outcome: narvaro, missing: {lov: inga lektioner}}
economics:
  budget_kronor: 900000
  price_year: 2021
  source: Påhittad budget för provet
  funded_by: Kultur- och fritidsnämnden
responsible:
  - {role: Nationalekonom, task: Utvärdering}
"""

_NOTE = "PÅHITTADE ELEVER – inga verkliga personer"


def write_files(folder: Path) -> tuple[Path, ...]:
    """Write the three workbooks that the staff and the school send, and return them."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(7)
    pupils = [_pupil(n, rng) for n in range(N_TREATED + N_COMPARISON)]
    files = {
        "lista hösten 2021.xlsx": ("Elever", _list_rows(pupils)),
        "enkät våren 2022.xlsx": ("Svar", _survey_rows(pupils, rng)),
        "närvaro läsåret.xlsx": ("Uttag", _register_rows(pupils, rng)),
    }
    for name, (sheet, rows) in files.items():
        book = Workbook()
        book.active.title = sheet
        for row in rows:
            book.active.append(row)
        book.save(folder / name)
    return tuple(folder / name for name in files)


def _pupil(number: int, rng: random.Random) -> dict:
    birth_date = date(2006, 9, 1) + timedelta(days=number * 7 + rng.randrange(7))
    man = number % 2 == 1
    digits = reserved_number(birth_date, 980 + rng.randrange(10) * 2 + man)
    start = date(2021, 8, 23) + timedelta(days=rng.randrange(40))
    own = rng.gauss(5.2, 1.4)
    return {
        "number": f"{digits[:8]}-{digits[8:]}",
        "treated": number % 23 < 12,
        "start": start,
        "man": man,
        "own": own,
        "first": _score(own + rng.gauss(0, 1.1)),
        "school": rng.choice(["Norrskolan", "Söderskolan"]),
    }


def _list_rows(pupils: list[dict]) -> list[list]:
    header = ["Elevens nummer", "Plats", "Första gången", "Besked", "K", "Vårdnadshavare OK", "Skola", "Trivs"]
    rows = [[_NOTE], header]
    for n, pupil in enumerate(pupils):
        start, told = (pupil["start"], None) if pupil["treated"] else (None, pupil["start"])
        consent = None if n in (5, 61) else "x"
        first = 99 if n in (9, 40) else pupil["first"]
        rows.append(
            [pupil["number"], int(pupil["treated"]), start, told, 1 if pupil["man"] else 2, consent, pupil["school"], first]
        )
    return rows


def _survey_rows(pupils: list[dict], rng: random.Random) -> list[list]:
    rows = [["Nummer", "Ifylld", "Trivs nu"]]
    for n, pupil in enumerate(pupils):
        answer = _score(pupil["own"] + 0.2 + PLANTED * pupil["treated"] + rng.gauss(0, 1.1))
        if n % 17 != 3:
            rows.append([pupil["number"], pupil["start"] + timedelta(days=rng.randrange(250, 300)), 99 if n == 20 else answer])
    return rows


def _register_rows(pupils: list[dict], rng: random.Random) -> list[list]:
    rows = [["Personnr", "Manad", "Procent narvaro"]]
    months = [f"2021-{m:02}" for m in range(1, 13)] + [f"2022-{m:02}" for m in range(1, 9)]
    for pupil in pupils:
        for month in months:
            gain = 2.0 if pupil["treated"] and month >= "2022-01" else 0.0
            share = round(min(100.0, max(0.0, 88 + pupil["own"] + gain + rng.gauss(0, 4))), 1)
            rows.append([pupil["number"].replace("-", ""), month, "lov" if month.endswith("-07") else share])
    return rows


def _score(value: float) -> int:
    return max(0, min(10, round(value)))


def project_with_files(root: Path) -> Project:
    """Return a project at `root` where the intervention's plan and one delivery lie, beside the real register and prices."""
    here = Path(__file__).resolve().parents[2]
    for name in ("instruments", "unit_costs"):
        shutil.copytree(here / "params" / name, root / "params" / name)
    shutil.copy(here / "params" / "disclosure.yaml", root / "params" / "disclosure.yaml")
    project = Project(root)
    project.plans.mkdir()
    project.plan_file(ID).write_text(PLAN, encoding="utf-8")
    folder = project.raw(ID) / DELIVERED.isoformat()
    folder.mkdir(parents=True)
    for path in write_files(root / "från verksamheten"):
        shutil.copy(path, folder / path.name)
    return project
