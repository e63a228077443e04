"""A seeded panel with one treated unit, and the plan that studies it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.single_unit import SingleUnit
from evalkit.records.stations import AnalysisFrame
from tests.support.frames import frame_of, panel_table, public_plan

REFEREES = Path(__file__).parents[1] / "referees"
BEFORE = 8


def referee_panel() -> np.ndarray:
    """Return 21 units of 12 periods, the first treated from the ninth."""
    return np.loadtxt(REFEREES / "single_unit.csv", delimiter=",", skiprows=1, usecols=range(1, 13))


def built(y: np.ndarray, start: int = BEFORE, treated: int = 1, **single: Any) -> tuple[AnalysisFrame, EvaluationPlan]:
    """Return a frame whose first units are treated from `start`, and a plan that declares one unit."""
    after = np.zeros(y.shape, dtype=bool)
    after[:treated, start:] = True
    plan = public_plan(["utfall"]).model_copy(update={"single_unit": SingleUnit(**single)})
    return frame_of(panel_table(y, after, outcome="utfall")), plan
