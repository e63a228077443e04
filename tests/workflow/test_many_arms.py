"""A lottery with three arms through the whole house: list, receipt, delivery, run, report."""

from __future__ import annotations

import html
import re
import shutil
from dataclasses import replace

import numpy as np
import pytest
from evalkit.findings.result import from_json
from evalkit.findings.safe import safe_from_json
from evalkit.plan.loader import load_plan
from evalkit.plan.project import Project
from evalkit.release.language import Language
from evalkit.release.many_arms_pages import family_failed, many_parts
from evalkit.release.scan import Scan, scan_bytes
from evalkit.workflow import lottery_demo
from evalkit.workflow.experiment import evaluate_lottery
from evalkit.workflow.lottery_demo import PLAN, write_lottery_demo
from evalkit.workflow.run import run
from tests.support.agreement import contradictions, misplaced
from tests.support.small_run import HERE

ARMS = """    - {id: host, label: Hela stödet}
    - {id: kort, label: Korta stödet}
    - {id: vantar, label: Väntelistan}
"""
PLANTED = 20.0
"""Points that the whole support adds here: fifty families an arm see no less than that for certain."""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return the project of a three-armed lottery and its run: the first arm gains, the second does not."""
    root = tmp_path_factory.mktemp("tre") / "projekt"
    for name in ("params", "notebooks"):
        shutil.copytree(HERE / name, root / name, ignore=shutil.ignore_patterns(".*"))
    shutil.rmtree(root / "params" / "lotteries", ignore_errors=True)
    shutil.copy(HERE / "requirements.lock", root)
    (root / "data" / "raw").mkdir(parents=True)
    project = Project(root)
    path = project.plan_file(PLAN)
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"    - \{id: host.*?\n    - \{id: vantar.*?\n", ARMS, text)
    text = text.replace("analysis: {", "analysis: {arms: {contrasts: ['host:kort']}, ")
    path.write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lottery_demo, "PLANTED", PLANTED)
        write_lottery_demo(project)
    return project, run(project, PLAN)


@pytest.fixture(scope="module")
def result(made):
    return from_json((made[1].folder / "internal" / "result.json").read_text(encoding="utf-8"))


def test_every_arm_is_held_against_the_control_and_declared_pairs_against_each_other(result):
    many = result.experiment.many
    assert [name for name, _ in many.labels] == ["host", "kort", "vantar"]
    pairs = [(c.arm, c.against) for c in many.contrasts if c.outcome == "trygghet"]
    assert pairs == [("host", "vantar"), ("kort", "vantar"), ("host", "kort")]
    assert len(many.contrasts) == 6
    ids = {e.id for e in result.estimates if e.estimator == "itt-ancova"}
    assert ids == {c.estimate_id for c in many.contrasts}
    assert all(e.second_engine.agrees for e in result.estimates if e.id in ids)


def test_what_was_planted_is_found_after_holm_and_what_was_not_is_not(result):
    named = {c.estimate_id: c for c in result.experiment.many.contrasts}
    full, short = named["itt.trygghet.host.vantar"], named["itt.trygghet.kort.vantar"]
    assert full.adjusted_p < 0.05 < short.adjusted_p
    assert full.adjusted_p >= result.estimate(full.estimate_id).p_value
    assert (full.randomisation_p < 0.05, short.randomisation_p > 0.05) == (True, True)
    assert result.experiment.many.joint_p < 0.05
    assert result.experiment.many.family_rate < 0.06
    decided = {d.estimate_id: d for d in result.decisions}
    assert (decided[full.estimate_id].role, decided[full.estimate_id].rejected) == ("primary", True)
    assert (decided[short.estimate_id].role, decided[short.estimate_id].rejected) == ("confirmatory", False)
    assert decided[full.estimate_id].tests_together == 3
    # Another outcome follows its adjusted p too, and confirms nothing.
    others = [d for d in result.decisions if d.outcome == "stress"]
    assert {d.role for d in others} == {"secondary"}
    assert all(d.rejected is (d.adjusted_p <= 0.05) for d in others)


def test_counts_close_in_every_arm_and_balance_is_told_for_each(result):
    study = result.experiment
    for found in study.outcomes:
        assert all(arm.n_randomised == arm.n_lost + arm.n_analysed for arm in found.arms)
        assert sum(arm.n_randomised for arm in found.arms) + study.n_excluded == study.n_listed == 160
    assert {row.arm for row in study.balance} == {"host", "kort"}
    assert 0 < study.balance_p <= 1
    assert 0 < study.outcomes[0].attrition_p <= 1


def test_the_report_tells_every_contrast_and_no_chapter_contradicts_another(made):
    folder = made[1].folder / "share"
    safe = safe_from_json((folder / "safe_result.json").read_text(encoding="utf-8"))
    assert contradictions(safe) == []
    assert misplaced(safe) == []
    page = html.unescape(re.sub(r"<[^>]+>", " ", (folder / "report.html").read_text(encoding="utf-8")))
    for words in (
        "Hela stödet mot Väntelistan",
        "Korta stödet mot Väntelistan",
        "Hela stödet mot Korta stödet",
        "prövas tillsammans",
    ):
        assert words in page
    assert "Trygghet som förälder, Hela stödet mot Väntelistan: resultatet tyder på" in page
    for name in ("safe_result.json", "report.html"):
        assert scan_bytes(name, (folder / name).read_bytes(), Scan(min_cell=safe.policy.min_cell)) == ()
    assert safe.refusals == ()


def test_the_study_on_its_own_says_the_same_numbers(made, result):
    text, _ = evaluate_lottery(made[0], load_plan(made[0].plan_file(PLAN)))
    value = f"{result.estimate('itt.trygghet.host.vantar').value:.2f}".replace(".", ",")
    assert f"Hela stödet mot Väntelistan: {value}" in text
    assert np.count_nonzero([line.startswith("  lottade till") and "bortfall" in line for line in text.splitlines()]) == 6


def test_comparisons_that_fail_together_are_said_to_conclude_nothing(made):
    folder = made[1].folder / "share"
    safe = safe_from_json((folder / "safe_result.json").read_text(encoding="utf-8"))
    study, many = safe.experiment, safe.experiment.many
    assert not family_failed(safe)
    none = tuple(replace(c, adjusted_p=None, adjusted_below=False) for c in many.contrasts)
    failed = replace(safe, experiment=replace(study, many=replace(many, contrasts=none, family_rate=0.07)))
    assert family_failed(failed)
    for code, words in (("sv", "dras ingen slutsats"), ("en", "nothing is concluded")):
        assert words in " ".join(map(str, many_parts(failed, failed.experiment, Language(code))))
        assert words not in " ".join(map(str, many_parts(safe, study, Language(code))))
