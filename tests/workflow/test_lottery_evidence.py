"""A plan that calls its comparison randomised must show the receipt, and everybody must stand where she was drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from evalkit.errors import LotteryDiffers
from evalkit.findings.evidence import EvidenceLevel, EvidenceVerdict
from evalkit.findings.reasons import LOWERED
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.lottery import Lottery
from evalkit.plan.project import Project
from evalkit.workflow.lottery import close_list, draw_batch
from evalkit.workflow.lottery_evidence import as_randomised, drawn_batches
from tests.support.frames import demo_plan, frame_of, person_table
from tests.support.sample_result import sample_result

N = 12
CAVEATS, RANDOMISED = EvidenceLevel.CAUSAL_WITH_CAVEATS, EvidenceLevel.RANDOMISED


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "params" / "interventions").mkdir(parents=True)
    lists = tmp_path / "data" / "raw" / "np-samverkan" / "lottning"
    lists.mkdir(parents=True)
    (lists / "lista.csv").write_text("nr\n" + "".join(f"{i}\n" for i in range(N)), "utf-8")
    return Project(tmp_path)


def plan_with_lottery() -> EvaluationPlan:
    lottery = Lottery.model_validate(
        {
            "files": "lista*.csv",
            "unit": "nr",
            "arms": [{"id": "a", "label": "A"}, {"id": "b", "label": "B"}],
            "draws": [{"name": "Lotto", "held_on": "2015-09-05", "rule": "tal"}],
        }
    )
    return demo_plan(comparison="randomised").model_copy(update={"lottery": lottery})


def result_at(level: EvidenceLevel, ceiling: EvidenceLevel = RANDOMISED):
    return replace(sample_result(), evidence=EvidenceVerdict(ceiling, level, (), False))


def drawn(project: Project) -> tuple[EvaluationPlan, list, list[bool]]:
    plan = plan_with_lottery()
    close_list(project, plan, None, date(2015, 9, 1))
    draw_batch(project, plan, "1 2 3", date(2015, 9, 5))
    units = [unit for batch in drawn_batches(project, plan) for unit in batch.units]
    return plan, units, [unit.drawn for unit in units]


def frame_with(units, treated):
    table = person_table([float(i) for i in range(N)], [float(i * i) for i in range(N)], treated)
    names = dict(zip(sorted(table["unit"].unique()), (unit.name for unit in units), strict=True))
    return frame_of(table.assign(unit=table["unit"].map(names)))


def test_a_lottery_that_everybody_followed_keeps_its_level(project: Project) -> None:
    plan, units, treated = drawn(project)
    kept = as_randomised(project, plan, frame_with(units, treated), result_at(RANDOMISED))
    assert (kept.evidence.level, kept.evidence.lowered_by) == (RANDOMISED, ())


@pytest.mark.parametrize("who", range(0, N, 5))
def test_one_who_got_what_she_was_not_drawn_to_lowers_it(project: Project, who: int) -> None:
    plan, units, treated = drawn(project)
    treated[who] = not treated[who]
    lowered = as_randomised(project, plan, frame_with(units, treated), result_at(RANDOMISED)).evidence
    assert (lowered.level, lowered.lowered_by) == (CAVEATS, ("lottery-not-followed",))
    assert set(lowered.lowered_by) <= set(LOWERED)


def test_without_a_receipt_nothing_is_randomised(project: Project) -> None:
    frame = frame_of(person_table([1.0, 2, 3, 4], [2.0, 3, 5, 9], [True, True, False, False]))
    for plan in (demo_plan(comparison="randomised"), plan_with_lottery()):
        lowered = as_randomised(project, plan, frame, result_at(RANDOMISED)).evidence
        assert (lowered.level, lowered.lowered_by) == (CAVEATS, ("no-lottery-receipt",))
    below = as_randomised(project, plan_with_lottery(), frame, result_at(EvidenceLevel.COMPARED)).evidence
    assert below.level is EvidenceLevel.COMPARED


def test_other_designs_are_left_as_they_are(project: Project) -> None:
    frame = frame_of(person_table([1.0, 2, 3, 4], [2.0, 3, 5, 9], [True, True, False, False]))
    result = result_at(CAVEATS, CAVEATS)
    assert as_randomised(project, demo_plan(), frame, result) is result


def test_a_changed_list_stops_the_run(project: Project) -> None:
    plan, units, treated = drawn(project)
    (project.raw(plan.id) / "lottning" / "lista.csv").write_text("nr\n1\n2\n3\n", "utf-8")
    with pytest.raises(LotteryDiffers):
        as_randomised(project, plan, frame_with(units, treated), result_at(RANDOMISED))
