"""What must hold whatever a table looks like: neither row order nor level matters, and what cannot be estimated is told."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from evalkit.errors import EstimationError
from evalkit.findings.result import EvaluationResult, to_json
from evalkit.methods.evaluate import evaluate
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.records.stations import AnalysisFrame
from tests.support.frames import (
    EMPTY_REGISTER,
    PROVENANCE,
    demo_plan,
    frame_of,
    identity,
    panel_table,
    person_table,
    public_plan,
)

RNG = np.random.default_rng(11)
BEFORE = np.round(RNG.normal(50, 8, 80), 2)
AFTER = np.round(BEFORE + RNG.normal(2, 5, 80), 2)
TREATED = np.arange(80) < 40
SCHOOLS = [f"s{i % 10:02d}" if t else f"t{i % 9:02d}" for i, t in enumerate(TREATED)]
STARTS = np.where(np.arange(120) % 2 == 0, 3 + np.arange(120) // 2 % 3, 9)
YEARS = np.round(RNG.normal(100, 9, (120, 7)), 2)
SINCE = np.arange(7) >= STARTS[:, None]


def persons(offset: float = 0.0) -> tuple[EvaluationPlan, pd.DataFrame]:
    return demo_plan(economics=False), person_table(BEFORE + offset, AFTER + offset, TREATED)


def schools(offset: float = 0.0) -> tuple[EvaluationPlan, pd.DataFrame]:
    plan = demo_plan(economics=False, assigned_at="cluster")
    return plan, person_table(BEFORE + offset, AFTER + offset, TREATED, cluster=SCHOOLS)


def municipalities(offset: float = 0.0) -> tuple[EvaluationPlan, pd.DataFrame]:
    return public_plan(["cost"]), panel_table(YEARS + offset, SINCE, outcome="cost")


CASES = [persons, schools, municipalities]


def found(plan: EvaluationPlan, frame: AnalysisFrame) -> EvaluationResult:
    return evaluate(frame, plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_the_order_of_rows_changes_no_byte(case: Callable[..., tuple[EvaluationPlan, pd.DataFrame]]) -> None:
    plan, table = case()
    frame = frame_of(table)
    shuffled = frame.table.sample(frac=1.0, random_state=4).reset_index(drop=True)
    mixed = replace(frame, table=shuffled, persons=frame.persons.sample(frac=1.0, random_state=5).reset_index(drop=True))
    assert to_json(found(plan, mixed)) == to_json(found(plan, frame))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_a_level_of_a_hundred_million_changes_no_estimate_beyond_the_storage_of_the_values(
    case: Callable[..., tuple[EvaluationPlan, pd.DataFrame]],
) -> None:
    low, high = (found(plan, frame_of(table)) for plan, table in (case(), case(1e8)))
    assert len(low.estimates) > 0
    for near, far in zip(low.estimates, high.estimates, strict=True):
        assert far.value == pytest.approx(near.value, abs=1e-7)  # values near 1e8 are stored to 1.5e-8
        for name in ("std_error", "df", "p_value"):
            one, other = getattr(near, name), getattr(far, name)
            assert (one is None) == (other is None)
            assert one is None or other == pytest.approx(one, rel=1e-6)
        assert near.inference == far.inference


def person_case(
    before: list[float], after: list[float], treated: list[bool], **design: object
) -> tuple[EvaluationPlan, pd.DataFrame]:
    return demo_plan(economics=False, **design), person_table(before, after, treated)


def without(rows: int) -> tuple[EvaluationPlan, pd.DataFrame]:
    plan, table = persons()
    return plan, table.iloc[rows:]


def unit_case(y: np.ndarray, after: np.ndarray) -> tuple[EvaluationPlan, pd.DataFrame]:
    return public_plan(["cost"]), panel_table(y, after, outcome="cost")


BACK = np.array([[False, True, False]] * 3 + [[False] * 3] * 5)
ALWAYS = np.array([[True] * 3] * 3 + [[False] * 3] * 5)
SOME = RNG.normal(0, 1, (8, 3))
AWKWARD = {
    "empty": lambda: without(10_000),
    "one person": lambda: person_case([1.0], [2.0], [True]),
    "one person a group": lambda: person_case([1.0, 2.0], [2.0, 5.0], [True, False]),
    "constant": lambda: person_case([3.0] * 40, [3.0] * 40, [True, False] * 20),
    "perfectly separated": lambda: person_case([0.0] * 40, [1.0, 0.0] * 20, [True, False] * 20),
    "all treated": lambda: person_case(list(BEFORE), list(AFTER), [True] * 80, analyses=["did"]),
    "nobody treated": lambda: person_case(list(BEFORE), list(AFTER), [False] * 80),
    "missing": lambda: person_case([math.nan, *BEFORE[1:]], list(AFTER), list(TREATED)),
    "infinite": lambda: person_case([math.inf, *BEFORE[1:]], list(AFTER), list(TREATED)),
    "ragged": lambda: without(1),
    "reversed": lambda: unit_case(SOME, BACK),
    "treated from the first": lambda: unit_case(SOME, ALWAYS),
    "one period": lambda: unit_case(SOME[:, :1], BACK[:, :1]),
    "singular": lambda: unit_case(SOME[:3], np.array([[False, False, True]] * 3)),
}
MACHINE = re.compile(r"singular matrix|\bnan\b|linalg|dtype|\barray\b|traceback|\bshape\b|\bindex\b", re.IGNORECASE)


@pytest.mark.parametrize("name", AWKWARD)
def test_an_awkward_table_gets_a_sentence_with_the_remedy(name: str) -> None:
    plan, table = AWKWARD[name]()
    with pytest.raises(EstimationError) as stopped:
        found(plan, frame_of(table))
    said = str(stopped.value)
    assert (stopped.value.code or "").startswith("EST-")
    assert not MACHINE.search(said), said
    assert len(said) > 40
    assert ";" in said or "behövs" in said, said
