"""A whole project that runs in seconds: twelve invented municipalities, one outcome, no persons; and how to look at its runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from evalkit.plan.project import Project

HERE = Path(__file__).resolve().parents[2]
ID = "liten"
DELIVERED = "2020-01-31"

PLAN = """\
plan_format: 1
id: liten
title: Liten prövning (påhittade kommuner)
municipality: Påhittade kommuner
data_kind: public
synthetic: true
language: sv
seed: 1
versions:
  - {version: 2019-01-01, decided_by: Prövningen, reason: Första versionen}
background: Tolv påhittade kommuner. Säger ingenting om någon verklig kommun.
target_group: {description: Kommuner som gick över till egen regi}
theory_of_change: {why: Prövning, who: Påhittade kommuner, what: Ingenting, how: Inte alls}
outcomes:
  - {id: tal, label: Ett tal, unit: enheter, kind: rate, direction: higher_better, family: primar}
primary_outcome: tal
design:
  analyses: [did]
  comparison: never_treated_units
  comparison_description: Påhittade kommuner som aldrig gick över
  assigned_at: cluster
  assigned_by: Varje kommun beslutar för sig
  cluster_label: Kommun
  estimand: ATT
  starts: {into: year, least_cohort: 1}
  treatment: {when: above, threshold: 0.5}
  selected_on_outcome: unknown
sources:
  - id: kommuner
    label: Påhittade kommuner
    owner: Prövningen
    row: panel
    files: kommuner*.csv
    citation: Påhittat
    licence: Fri
    format: {encoding: utf-8, separator: semicolon, decimal: comma}
    columns:
      - {name: kommun, role: unit, kind: category}
      - {name: år, role: period, kind: integer}
      - {name: egen_regi, role: treatment, kind: integer, minimum: 0, maximum: 1}
      - {name: tal, role: value, kind: decimal, outcome: tal}
responsible:
  - {role: Nationalekonom, task: Utvärdering}
"""


def rows(shift: float = 0.0) -> str:
    """Return the delivery: twelve units in six years, five of them treated from the fourth year on."""
    lines = ["kommun;år;egen_regi;tal"]
    for unit in range(12):
        for year in range(6):
            treated = int(unit < 5 and year >= 3)
            value = 20 + 0.7 * unit + 0.4 * year + 2.0 * treated + ((unit * 7 + year * 5) % 11) / 10 + shift * treated
            lines.append(f"Kommun {unit:02};{2010 + year};{treated};{value:.2f}".replace(".", ","))
    return "\n".join(lines) + "\n"


def small_project(root: Path) -> Project:
    """Return a project at `root` with the small plan, its delivery and the shipped registers, notebooks and lock."""
    root.mkdir(parents=True, exist_ok=True)
    for name in ("instruments", "unit_costs"):
        shutil.copytree(HERE / "params" / name, root / "params" / name)
    shutil.copy(HERE / "params" / "disclosure.yaml", root / "params")
    shutil.copytree(HERE / "notebooks", root / "notebooks", ignore=shutil.ignore_patterns(".*"))
    shutil.copy(HERE / "requirements.lock", root)
    project = Project(root)
    project.plans.mkdir()
    project.plan_file(ID).write_text(PLAN, encoding="utf-8")
    deliver(project)
    return project


def deliver(project: Project, delivered: str = DELIVERED, shift: float = 0.0) -> Path:
    """Write one delivery of the small plan and return its file."""
    folder = project.raw(ID) / delivered
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "kommuner.csv"
    file.write_text(rows(shift), encoding="utf-8", newline="\n")
    return file


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file under `folder` by its relative path; the lock and hidden leftovers are not results."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in {".lock", ".lock.json"})
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def evalkit(project: Project, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Call the command line in a process of its own, standing in the project."""
    own = {"PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(HERE), **environment}
    return subprocess.run(
        [sys.executable, "-m", "evalkit", *words],
        cwd=project.root,
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
