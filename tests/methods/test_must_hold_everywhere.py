"""What must hold for every way of estimating: neither row order, level, hash seed nor threads reach a number."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from evalkit.findings.result import to_json
from evalkit.methods.assignment.draws import Rules
from evalkit.methods.assignment.redraws import redrawn_arms
from evalkit.methods.assignment.units import Arm, Unit
from evalkit.methods.evaluate import evaluate
from evalkit.methods.experiment.arms import study_arms
from evalkit.methods.experiment.sample import DrawnUnit
from evalkit.methods.experiment.study import study_experiment
from evalkit.methods.single_unit import design as single_design
from evalkit.methods.time_series import design as series_design
from evalkit.methods.validity.measure import measured_with
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.lottery import Lottery
from evalkit.records.stations import AnalysisFrame
from tests.support.every_design import EVERY, Case
from tests.support.frames import EMPTY_REGISTER, PROVENANCE, demo_plan, frame_of, identity, person_table

LEVEL = 1e8
N = 60
LOTTERY = {
    "files": "lista*.csv",
    "unit": "nr",
    "arms": [{"id": "a", "label": "A"}, {"id": "b", "label": "B"}, {"id": "k", "label": "Kö"}],
    "draws": [{"name": "Lotto", "held_on": "2015-09-05", "rule": "tal"}],
}


@pytest.fixture(autouse=True)
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    for room in (single_design, series_design):
        monkeypatch.setattr(room, "DRAWS", 100)


def found(frame: AnalysisFrame, plan: EvaluationPlan) -> str:
    with measured_with(200):
        return to_json(evaluate(frame, plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE))


def drawn(arms: str, offset: float = 0.0, *, mixed: bool = False) -> object:
    """Return the study of a lottery with two or three arms."""
    rng = np.random.default_rng(4)
    listed = [Unit(f"p{i:05d}", block=str(i // 30)) for i in range(N)]
    again = redrawn_arms(listed, Rules(tuple(Arm(a) for a in arms)), "prov", 120)
    arm, again = again[0], again[1:]
    before = rng.normal(50, 8, N).round(2)
    after = (0.6 * before + 20 + 3 * (arm == 0) + rng.normal(0, 4, N)).round(2) + offset
    frame = frame_of(person_table(before + offset, after, arm < len(arms) - 1))
    if mixed:
        frame = shuffled(frame)
    units = [DrawnUnit(u.name, u.block, u.name, bool(arm[i] == 0), arms[arm[i]]) for i, u in enumerate(listed)]
    plan = demo_plan(comparison="randomised")
    if len(arms) == 2:
        return asdict(study_experiment(frame, plan, units, again == 0, excluded=0))
    return asdict(study_arms(frame, plan.model_copy(update={"lottery": Lottery.model_validate(LOTTERY)}), units, again, 0))


def shuffled(frame: AnalysisFrame) -> AnalysisFrame:
    def mix(table):
        return None if table is None else table.sample(frac=1.0, random_state=4).reset_index(drop=True)

    return replace(frame, **{name: mix(getattr(frame, name)) for name in ("table", "persons", "terms", "observed")})


def moved(one: object, other: object, where: str = "") -> Iterator[str]:
    """Yield what differs beyond rounding, a level that moved by `LEVEL` apart."""
    if isinstance(one, dict) and isinstance(other, dict):
        assert one.keys() == other.keys()
        for key in one:
            yield from moved(one[key], other[key], f"{where}.{key}")
    elif isinstance(one, (list, tuple, np.ndarray)):
        assert len(one) == len(other), where
        for i, pair in enumerate(zip(one, other, strict=True)):
            yield from moved(*pair, f"{where}[{i}]")
    elif isinstance(one, float) and isinstance(other, float):
        if other - one != pytest.approx(LEVEL, abs=1e-4) and other != pytest.approx(one, rel=1e-5, abs=1e-6):
            yield f"{where}: {one} {other}"
    elif one != other:
        yield f"{where}: {one} {other}"


@pytest.mark.parametrize("case", EVERY, ids=lambda case: case.__name__)
def test_the_order_of_rows_changes_no_byte(case: Callable[..., Case]) -> None:
    frame, plan = case()
    assert found(shuffled(frame), plan) == found(frame, plan)


@pytest.mark.parametrize("arms", ["ab", "abk"])
def test_the_order_of_rows_changes_nothing_in_a_lottery(arms: str) -> None:
    assert repr(drawn(arms, mixed=True)) == repr(drawn(arms))


@pytest.mark.parametrize("case", EVERY, ids=lambda case: case.__name__)
def test_a_level_of_a_hundred_million_moves_levels_and_nothing_else(case: Callable[..., Case]) -> None:
    low, high = (json.loads(found(*case(offset))) for offset in (0.0, LEVEL))
    assert low["estimates"]
    assert list(moved(low, high)) == []


@pytest.mark.parametrize("arms", ["ab", "abk"])
def test_a_level_of_a_hundred_million_changes_nothing_in_a_lottery(arms: str) -> None:
    assert list(moved(drawn(arms), drawn(arms, LEVEL))) == []


def digests() -> str:
    """Return one digest a design: what the processes below print."""
    made = [found(*case()) for case in EVERY] + [repr(drawn(arms)) for arms in ("ab", "abk")]
    return " ".join(hashlib.sha256(text.encode("utf-8")).hexdigest() for text in made)


@pytest.mark.slow
def test_hash_seed_and_threads_change_no_byte() -> None:
    script = "from tests.methods import test_must_hold_everywhere as t; "
    script += "t.single_design.DRAWS = t.series_design.DRAWS = 100; print(t.digests())"
    said = []
    for seed, threads in (("0", "1"), ("77", "4")):
        settings = {"PYTHONHASHSEED": seed, "OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads}
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=Path(__file__).parents[2],
            env=os.environ | settings,
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        said.append(done.stdout)
    assert len(said[0].split()) == len(EVERY) + 2
    assert said[0] == said[1]
