"""A real randomised study: planned with what was knowable before, evaluated after, the published estimate reproduced."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from evalkit.findings.quality import GateReport
from evalkit.methods.power.portfolio import design_report
from evalkit.plan.loader import load_plan
from evalkit.plan.project import Project
from evalkit.records import study
from evalkit.records.frame import build_frame
from evalkit.records.reading.file import read_source_file
from evalkit.records.scoring import score
from evalkit.records.stations import GatedExtract
from evalkit.workflow.published_trial import evaluate_trial
from tests.support.frames import EMPTY_REGISTER
from tests.support.small_run import HERE

PLAN_ID = "exempel-nsw"
PLAN = load_plan(HERE / "params" / "interventions" / f"{PLAN_ID}.yaml")
installed = pytest.mark.skipif(
    importlib.util.find_spec("causaldata") is None, reason="tillvalet study (paketet causaldata) är inte installerat"
)


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    (path,) = study.write_study(Project(tmp_path_factory.mktemp("nsw")), PLAN_ID)
    day = study.STUDIES[PLAN_ID].delivered
    read = read_source_file(path, PLAN.sources[0], PLAN, None, evaluated_on=day)
    extract = GatedExtract({"inkomster": read.table}, GateReport("prov", ()), {}, (), day, "")
    return evaluate_trial(build_frame(score(extract, PLAN, EMPTY_REGISTER), PLAN), PLAN)


@installed
def test_the_published_difference_and_its_standard_error_are_reproduced(trial):
    # Dehejia and Wahba (1999): 1,794 (633); 185 drawn to the training, 260 to comparison.
    assert (trial.n_drawn, trial.n_other) == (185, 260)
    assert (round(trial.plain.estimate), round(trial.pooled_error)) == (1794, 633)


@installed
def test_the_offer_has_a_route_that_was_measured_on_this_very_draw(trial):
    assert trial.offer.inference == "cr2"
    assert trial.offer.false_positive_rate < 0.06
    assert trial.offer.interval.low > 0
    assert trial.offer.second_engine.agrees


@installed
def test_the_planning_used_only_what_was_known_before_and_its_promise_can_be_held_against_what_came(trial):
    from causaldata import nsw_mixtape

    table = nsw_mixtape.load_pandas().data
    known = {one.quantity: one.value for one in PLAN.planning}
    assert known["standard_deviation"] == round(float(table["re75"].std()))
    assert known["correlation"] == round(float(table[["re74", "re75"]].corr().iloc[0, 1]), 2)
    promised = design_report(PLAN, draws=0).option("waiting_list")
    reached = 2.8 * trial.offer.std_error
    assert promised.mde < 700
    assert reached > 1_800
    assert trial.spread > 2 * known["standard_deviation"]
    assert trial.correlation < 0.2 < known["correlation"]


@installed
def test_the_delivery_is_the_same_bytes_each_time(tmp_path: Path):
    (first,) = study.write_study(Project(tmp_path / "a"), PLAN_ID)
    (again,) = study.write_study(Project(tmp_path / "b"), PLAN_ID)
    assert first.read_bytes() == again.read_bytes()
    assert len(first.read_text(encoding="utf-8").splitlines()) == 1 + 2 * 445
