"""A temporary project with the two demonstrations' plans and truths, and their worlds in memory."""

from __future__ import annotations

import shutil
from pathlib import Path

from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.loader import load_plan
from evalkit.plan.project import Project
from evalkit.records.synthetic.truth import SyntheticTruth, load_truth
from evalkit.records.synthetic.world import World, create_world

DEMOS = ("np-samverkan", "skolfam")
REAL = Project(Path(__file__).resolve().parents[2])
"""The project that these tests belong to."""


def demo_project(root: Path) -> Project:
    """Return a project at `root` with copies of params/ and nothing else."""
    shutil.copytree(REAL.root / "params", root / "params")
    return Project(root)


def plan_and_truth(demo: str) -> tuple[EvaluationPlan, SyntheticTruth]:
    """Return one demonstration's plan and truth."""
    plan = load_plan(REAL.plan_file(demo))
    return plan, load_truth(REAL.root / "params" / "synthetic" / f"{demo}.yaml", plan)


def world(demo: str, seed: int | None = None) -> World:
    """Return one demonstration's world; under another seed where one is given."""
    plan, truth = plan_and_truth(demo)
    return create_world(plan, truth, plan.seed if seed is None else seed)
