"""The demonstration of a lottery through the whole house: list, receipt, delivery, run, report."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest
from evalkit.errors import LotteryDiffers
from evalkit.findings.evidence import EvidenceLevel
from evalkit.findings.result import from_json
from evalkit.plan.loader import load_plan
from evalkit.plan.project import Project
from evalkit.workflow.experiment import evaluate_lottery, lowered, with_experiment
from evalkit.workflow.lottery_demo import LOST, LOST_WAITING, NEVER, PLAN, write_lottery_demo
from evalkit.workflow.run import run
from tests.support.small_run import HERE


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return the project in which the demonstration was written and run, and the run."""
    root = tmp_path_factory.mktemp("lott") / "projekt"
    for name in ("params", "notebooks"):
        shutil.copytree(HERE / name, root / name, ignore=shutil.ignore_patterns(".*"))
    shutil.rmtree(root / "params" / "lotteries", ignore_errors=True)
    shutil.copy(HERE / "requirements.lock", root)
    (root / "data" / "raw").mkdir(parents=True)
    project = Project(root)
    write_lottery_demo(project)
    return project, run(project, PLAN)


@pytest.fixture(scope="module")
def result(made):
    return from_json((made[1].folder / "internal" / "result.json").read_text(encoding="utf-8"))


def test_the_study_stands_in_the_result_with_counts_that_close(result):
    study = result.experiment
    assert (study.n_listed, study.n_excluded, study.batches) == (160, 0, 1)
    drawn, other = study.outcomes[0].arms
    assert (drawn.n_randomised, drawn.n_took_part, drawn.n_lost) == (80, 80 - NEVER, LOST)
    assert (other.n_randomised, other.n_took_part, other.n_lost) == (80, 0, LOST_WAITING)
    assert all(arm.n_randomised == arm.n_lost + arm.n_analysed for arm in (drawn, other))


def test_what_was_planted_is_found_and_what_was_not_is_not(result):
    safety, strain = (result.estimate(found.estimate_id) for found in result.experiment.outcomes)
    assert safety.p_value < 0.001
    assert safety.interval.low < 8.0 * 67 / 80 < safety.interval.high
    assert strain.p_value > 0.05
    late = result.experiment.outcomes[0].late
    assert late.low < 8.0 < late.high
    assert late.second_engine.agrees
    assert safety.second_engine.name == "statsmodels OLS, HC2"
    assert {v.estimate_id for v in result.validity} >= {safety.id, strain.id}


def test_who_did_not_take_part_lowers_the_level_and_the_offer_is_the_main_answer(made, result):
    assert result.evidence.ceiling is EvidenceLevel.RANDOMISED
    assert (result.evidence.level, result.evidence.lowered_by) == (EvidenceLevel.CAUSAL_WITH_CAVEATS, ("offer-not-followed",))
    safe = json.loads((made[1].folder / "share" / "safe_result.json").read_text(encoding="utf-8"))
    assert safe["primary_estimate"] == "itt.trygghet"
    assert "erbjudandet" in made[1].verdict


def test_everybody_followed_and_answered_keeps_the_highest_level(made, result):
    plan = load_plan(made[0].plan_file(PLAN))
    study = result.experiment
    one = study.outcomes[0]
    arms = (replace(one.arms[0], n_took_part=80), replace(one.arms[1], n_took_part=0))
    full = replace(study, outcomes=(replace(one, arms=arms), *study.outcomes[1:]))
    reached = lowered(plan, result.evidence, full, result.estimates)
    assert (reached.level, reached.lowered_by) == (EvidenceLevel.CAUSAL_WITH_CAVEATS, ("offer-not-followed",))
    fresh = replace(result.evidence, lowered_by=())
    assert lowered(plan, fresh, full, result.estimates).level is EvidenceLevel.RANDOMISED
    lost = (replace(arms[0], n_lost=60, n_analysed=20), arms[1])
    worse = replace(study, outcomes=(replace(one, arms=lost), *study.outcomes[1:]))
    assert "attrition" in lowered(plan, fresh, worse, result.estimates).lowered_by


@pytest.mark.parametrize("reason", ["attrition", "attrition-difference", "pre-trends-contradicted", "no-comparison-group"])
def test_a_reason_about_what_people_got_does_not_lower_what_the_draw_says(made, result, reason):
    plan = load_plan(made[0].plan_file(PLAN))
    received = replace(result.evidence, lowered_by=(reason,))
    assert lowered(plan, received, result.experiment, result.estimates).lowered_by == ("offer-not-followed",)


def test_the_command_prints_the_same_study(made, result):
    text, path = evaluate_lottery(made[0], load_plan(made[0].plan_file(PLAN)))
    assert path.read_text(encoding="utf-8") == text
    assert "lottade till insatsen: 80, deltog 67, bortfall 11, analyserade 69" in text
    assert f"{result.experiment.outcomes[0].late.value:.2f}".replace(".", ",") in text


def test_the_notebook_of_the_study_is_among_the_run_s(made):
    page = (made[1].folder / "internal" / "notebooks" / "32_lottad.ipynb").read_text(encoding="utf-8")
    assert "effekt av att lottas" in page


def test_the_same_demonstration_is_made_again_without_a_second_draw(made):
    before = sorted((made[0].root / "params" / "lotteries" / PLAN).iterdir())
    stamps = [path.read_bytes() for path in before]
    write_lottery_demo(made[0])
    assert [path.read_bytes() for path in before] == stamps


def test_a_list_that_was_changed_stops_the_run(made):
    project, outcome = made
    path = project.raw(PLAN) / "lottning" / "lista.csv"
    kept = path.read_bytes()
    path.write_bytes(kept.replace(b"Norr", b"Nord", 1))
    try:
        with pytest.raises(LotteryDiffers):
            evaluate_lottery(project, load_plan(project.plan_file(PLAN)))
    finally:
        path.write_bytes(kept)
    assert outcome.computed


def test_a_plan_without_a_lottery_is_left_as_it_is(made, result):
    plan = load_plan(made[0].plan_file("np-samverkan"))
    other = replace(result, evidence=replace(result.evidence, ceiling=EvidenceLevel.CAUSAL_WITH_CAVEATS))
    assert with_experiment(made[0], plan, None, other) is other


def test_the_receipts_in_the_project_are_those_that_the_demonstration_draws(made):
    for name in ("omgang-01-stangd.json", "omgang-01-dragen.json"):
        stored = HERE / "params" / "lotteries" / PLAN / name
        assert (made[0].root / "params" / "lotteries" / PLAN / name).read_bytes() == stored.read_bytes()
