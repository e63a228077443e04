"""Frames of five designs whose estimates R computes again: persons, skewed, clusters, public units with one start and several.

Run from the project: python -m tests.referees.rosetta. It writes each frame as a run does, calls Rscript (haven, sandwich,
clubSandwich) and stores what R printed in rosetta.json.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from evalkit.findings.result import EvaluationResult
from evalkit.methods.evaluate import evaluate
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.records.stations import AnalysisFrame
from evalkit.workflow.rosetta_files import R, write_rosetta
from tests.support.frames import EMPTY_REGISTER, PROVENANCE, demo_plan, frame_of, identity, panel_table, person_table, public_plan

STORED = Path(__file__).with_suffix(".json")


def designs() -> Iterator[tuple[str, AnalysisFrame, EvaluationPlan]]:
    """Yield name, frame and plan of each design."""
    rng = np.random.default_rng(20261122)
    plan = demo_plan(economics=False)
    for name, treated, skewed in (("persons", np.arange(60) < 30, False), ("skewed", np.arange(48) < 14, True)):
        n = len(treated)
        before = rng.normal(40, 10, n)
        change = (rng.exponential(12, n) if skewed else rng.normal(0, 10, n)) + 4 * treated
        yield name, frame_of(person_table(before, before + change, treated)), plan
    treated = np.arange(210) < 90
    cluster = [f"s{i // 10:02d}" for i in range(210)]
    shock = np.repeat(rng.normal(0, 4, 21), 10)
    before = rng.normal(40, 10, 210)
    table = person_table(before, before + shock + rng.normal(0, 6, 210) + 3 * treated, treated, cluster=cluster)
    yield "clusters", frame_of(table), demo_plan(economics=False, assigned_at="cluster")
    y = rng.normal(20, 3, (60, 6))
    public = public_plan(["tal"], analyses=["pre_post", "did"])
    one, several = np.zeros((60, 6), dtype=bool), np.zeros((60, 6), dtype=bool)
    one[:25, 3:], several[:15, 3:], several[15:30, 2:] = True, True, True
    yield "one-start", frame_of(panel_table(y + one, one, outcome="tal")), public
    yield "several-starts", frame_of(panel_table(y + several, several, outcome="tal")), public


def results() -> Iterator[tuple[str, AnalysisFrame, EvaluationPlan, EvaluationResult]]:
    """Yield each design with its result."""
    for name, frame, plan in designs():
        yield name, frame, plan, evaluate(frame, plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE)


def by_r(folder: Path, frame: AnalysisFrame, plan: EvaluationPlan, result: EvaluationResult) -> dict[str, list[str]]:
    """Return what R makes of a run's files: estimate, standard error, p and whether R calls them the same numbers."""
    write_rosetta(folder, frame, plan, result)
    done = subprocess.run(["Rscript", R], cwd=folder, capture_output=True, text=True, encoding="utf-8", check=True)
    rows = [line.split("\t") for line in done.stdout.splitlines()[1:]]
    return {row[0]: row[1:] for row in rows}


if __name__ == "__main__":
    found = {}
    for name, *run in results():
        with tempfile.TemporaryDirectory() as folder:
            found[name] = by_r(Path(folder), *run)
    STORED.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
