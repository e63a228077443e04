"""A real randomised study: planned with what was knowable before, evaluated after, the published estimate reproduced."""

from __future__ import annotations

import html
import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest
from evalkit.findings.evidence import EvidenceLevel
from evalkit.findings.quality import GateReport
from evalkit.findings.reasons import LOWERED
from evalkit.methods.estimates import estimate_did
from evalkit.methods.experiment.stated import study_stated
from evalkit.methods.panel import make_panel
from evalkit.methods.power.portfolio import design_report
from evalkit.plan.disclosure import load_policy
from evalkit.plan.loader import load_plan
from evalkit.plan.project import Project
from evalkit.records import study
from evalkit.records.frame import build_frame
from evalkit.records.reading.file import read_source_file
from evalkit.records.scoring import score
from evalkit.records.stations import GatedExtract
from evalkit.release.chapters_end import limits
from evalkit.release.chapters_results import results, sensitivity
from evalkit.release.disclosure import clear
from evalkit.workflow.experiment import by_draw
from tests.support.frames import EMPTY_REGISTER
from tests.support.sample_result import public_result
from tests.support.small_run import HERE

PLAN_ID = "exempel-nsw"
PLAN = load_plan(HERE / "params" / "interventions" / f"{PLAN_ID}.yaml")
installed = pytest.mark.skipif(
    importlib.util.find_spec("causaldata") is None, reason="tillvalet study (paketet causaldata) är inte installerat"
)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Return study and finding of the delivered data, as a run makes them."""
    (path,) = study.write_study(Project(tmp_path_factory.mktemp("nsw")), PLAN_ID)
    day = study.STUDIES[PLAN_ID].delivered
    read = read_source_file(path, PLAN.sources[0], PLAN, None, evaluated_on=day)
    extract = GatedExtract({"inkomster": read.table}, GateReport("prov", ()), {}, (), day, "")
    frame = build_frame(score(extract, PLAN, EMPTY_REGISTER), PLAN)
    return frame, *study_stated(frame, PLAN)


@pytest.fixture(scope="module")
def result(found):
    """Return a result in which the difference-in-differences came first, as in a run, and the lottery answers."""
    frame, drawn, finding = found
    panel = make_panel(frame, PLAN, PLAN.primary_outcome)
    plain = replace(public_result(), plan=replace(public_result().plan, primary_outcome=PLAN.primary_outcome))
    return by_draw(PLAN, frame, replace(plain, estimates=estimate_did(panel, PLAN), decisions=(), look=None), drawn, finding)


@installed
def test_the_published_difference_and_its_standard_error_are_reproduced(found):
    # Dehejia and Wahba (1999), table 3: 1,794 (633); 185 drawn to the training, 260 to comparison.
    _, drawn, finding = found
    assert [arm.randomised for arm in drawn.outcomes[0].flow.arms] == [185, 260]
    one = finding.published
    assert (one.value, one.std_error) == (1794, 633)
    assert (round(one.own_value), round(one.own_std_error)) == (1794, 633)


@installed
def test_the_offer_is_the_answer_and_no_difference_in_differences_stands_beside_it(result):
    assert [e.id for e in result.estimates] == ["itt.inkomst"]
    (offer,) = result.estimates
    assert offer.value == pytest.approx(1750.15, abs=0.5)
    assert offer.inference == "cr2"
    assert offer.false_positive_rate < 0.06
    assert offer.interval.low > 0
    assert offer.second_engine.agrees
    assert (result.tests, result.effect_path, result.honest) == ((), (), ())
    # What a difference of changes would have said stands among the other regressions, without a p-value.
    others = {other.kind: other.value for other in result.experiment.outcomes[0].others}
    assert others["change"] == pytest.approx(1529.2, abs=0.5)
    assert others["plain"] == pytest.approx(1794.3, abs=0.5)


@installed
def test_a_lottery_that_is_only_stated_stands_one_step_lower_and_nothing_is_drawn_again(result):
    assert (result.evidence.ceiling, result.evidence.level) == (EvidenceLevel.RANDOMISED, EvidenceLevel.CAUSAL_WITH_CAVEATS)
    assert result.evidence.lowered_by == ("lottery-stated",)
    assert "lottery-stated" in LOWERED
    finding = result.experiment
    assert finding.stated
    assert finding.balance_p is None
    assert {row.p_value for row in finding.balance} == {None}
    assert (finding.outcomes[0].randomisation_p, finding.outcomes[0].late) == (None, None)
    assert {arm.n_took_part for arm in finding.outcomes[0].arms} == {None}


@installed
def test_balance_holds_what_was_known_before_the_lottery(result):
    rows = {row.covariate: row.normalised for row in result.experiment.balance}
    assert len(rows) == 8
    # Imbens (2014, IZA DP 8049): the largest is 0.30, for no degree.
    assert max(rows, key=lambda name: abs(rows[name])) == "utan_examen_från_gymnasiet"
    assert round(abs(rows["utan_examen_från_gymnasiet"]), 2) == 0.30


@installed
def test_the_planning_used_only_what_was_known_before_and_its_promise_can_be_held_against_what_came(result):
    from causaldata import nsw_mixtape

    table = nsw_mixtape.load_pandas().data
    known = {one.quantity: one.value for one in PLAN.planning}
    assert known["standard_deviation"] == round(float(table["re75"].std()))
    assert known["correlation"] == round(float(table[["re74", "re75"]].corr().iloc[0, 1]), 2)
    planned = result.experiment.planned
    assert planned.promised == pytest.approx(design_report(PLAN, draws=0).option("waiting_list").mde)
    assert planned.promised < 700
    assert planned.reached > 1_800
    assert planned.spread_seen > 2 * known["standard_deviation"]
    assert planned.correlation_seen < 0.2 < known["correlation"]


@installed
def test_the_report_says_that_the_lottery_is_stated_and_shows_what_was_published(result):
    policy = load_policy(HERE / "params" / "disclosure.yaml")
    for code, said in (("sv", "lottningen är uppgiven"), ("en", "lottery is stated")):
        safe = clear(replace(result, plan=replace(result.plan, language=code)), policy)
        page = html.unescape(str(results(safe)) + str(limits(safe)) + str(sensitivity(safe)))
        assert said in page.lower()
        assert "633" in page
        assert "kluster" not in page.lower().replace("klusterstorlekar", "").replace("inom kluster", "")
        assert "Parallell" not in page
        assert "1 529" not in page.partition("Studien")[0]


@installed
def test_the_delivery_is_the_same_bytes_each_time(tmp_path: Path):
    (first,) = study.write_study(Project(tmp_path / "a"), PLAN_ID)
    (again,) = study.write_study(Project(tmp_path / "b"), PLAN_ID)
    assert first.read_bytes() == again.read_bytes()
    assert len(first.read_text(encoding="utf-8").splitlines()) == 1 + 2 * 445
