"""Several arms: every contrast is a study of its own two arms, adjusted together, tested by the lottery's own redraws."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import numpy as np
import pytest
from evalkit.errors import EstimationError, PlanError
from evalkit.findings.decisions import Look
from evalkit.findings.pap import said as spoken
from evalkit.methods.assignment.draws import Rules
from evalkit.methods.assignment.redraws import redrawn_arms, redraws
from evalkit.methods.assignment.units import Arm, Unit
from evalkit.methods.experiment.arms import compared_arms, redraw_p, study_arms
from evalkit.methods.experiment.arms_findings import arm_decisions, arms_finding
from evalkit.methods.experiment.family import holm_rejects
from evalkit.methods.experiment.itt import itt
from evalkit.methods.experiment.sample import DrawnUnit, analysed_sample
from evalkit.methods.multiplicity import holm
from evalkit.methods.pap_rules import analysis_lines
from evalkit.methods.validity.arms_grid import ArmsCell, arm_cells, judge_arms
from evalkit.plan.analysis import AnalysisRules
from evalkit.plan.loader import parse_plan
from evalkit.plan.lottery import Lottery
from evalkit.plan.strict_yaml import read_document
from evalkit.plan.writing import to_yaml
from tests.plan.test_special_designs import FOLDER, parsed
from tests.support.frames import OUTCOME, demo_plan, frame_of, person_table

N = 60
LOTTERY = {
    "files": "lista*.csv",
    "unit": "nr",
    "arms": [{"id": "a", "label": "A"}, {"id": "b", "label": "B"}, {"id": "k", "label": "Kö"}],
    "draws": [{"name": "Lotto", "held_on": "2015-09-05", "rule": "tal"}],
}


def plan_of(**arms):
    plan = demo_plan(comparison="randomised").model_copy(update={"lottery": Lottery.model_validate(LOTTERY)})
    return plan.model_copy(update={"analysis": AnalysisRules.model_validate({"arms": arms})}) if arms else plan


def built(effects=(6.0, 0.0, 0.0), lost: int = 3):
    """Return frame, units and redraws of sixty drawn to three arms, some of the second lost."""
    rng = np.random.default_rng(4)
    rules = Rules((Arm("a"), Arm("b"), Arm("k")))
    listed = [Unit(f"p{i:05d}", block=str(i // 30)) for i in range(N)]
    again = redrawn_arms(listed, rules, "tre", 300)
    arm, again = again[0], again[1:]
    before = rng.normal(50, 8, N)
    after = 20 + 0.6 * before + np.array(effects)[arm] + rng.normal(0, 4, N)
    table = person_table(before, after, arm < 2)
    gone = {f"p{i:05d}" for i in np.flatnonzero(arm == 1)[:lost]}
    units = [DrawnUnit(u.name, u.block, u.name, bool(arm[i] == 0), "abk"[arm[i]]) for i, u in enumerate(listed)]
    return frame_of(table[~table["unit"].isin(gone)]), units, again, (before, after, arm)


def test_the_control_comes_last_and_what_decides_first():
    assert compared_arms(plan_of()).pairs == (("a", "k"), ("b", "k"))
    found = compared_arms(plan_of(control="a", decides="k", contrasts=["b:k"]))
    assert (found.control, found.pairs) == ("a", (("k", "a"), ("b", "a"), ("b", "k")))
    assert found.named(("b", "k")).labels == ("B", "Kö")


def test_a_contrast_is_the_study_of_its_two_arms_and_holm_ties_them_together():
    frame, units, again, (before, after, arm) = built(lost=0)
    study = study_arms(frame, plan_of(contrasts=["a:b"]), units, again, 0)
    block = np.arange(N) // 30
    for contrast, (one, other) in zip(study.contrasts, ((0, 2), (1, 2), (0, 1)), strict=True):
        part = (arm == one) | (arm == other)
        own = itt(after[part], arm[part] == one, baseline=before[part], block=block[part])
        assert contrast.estimate.value == pytest.approx(own.estimate, rel=1e-10)
        assert contrast.estimate.std_error == pytest.approx(own.std_error, rel=1e-10)
        assert contrast.estimate.second_engine.agrees
        assert contrast.estimate.second_engine.std_error == pytest.approx(own.std_error, rel=1e-8)
    p = [c.estimate.p_value for c in study.contrasts]
    assert [c.adjusted_p for c in study.contrasts] == pytest.approx(list(holm(p)))
    assert [c.estimate.id for c in study.contrasts] == [f"itt.{OUTCOME}.{pair}" for pair in ("a.k", "b.k", "a.b")]
    assert study.family_rate < 0.06


def test_findings_close_in_every_arm_and_decisions_follow_the_adjusted_p():
    frame, units, again, _ = built()
    plan = plan_of()
    study = study_arms(frame, plan, units, again, 2)
    finding = arms_finding(study, frame, plan, units, again, ["ab" * 32])
    arms = finding.outcomes[0].arms
    assert [(a.arm, a.n_randomised, a.n_lost) for a in arms] == [("a", 20, 0), ("b", 20, 3), ("k", 20, 0)]
    assert (finding.n_listed, finding.n_excluded, finding.many.tests_together) == (N + 2, 2, 2)
    assert {row.arm for row in finding.balance} == {"a", "b"}
    first, second = arm_decisions(plan, study, None)
    assert (first.role, first.rejected, first.adjusted_p) == ("primary", True, study.contrasts[0].adjusted_p)
    assert (second.role, second.rejected) == ("confirmatory", False)
    waits = Look("Del", "descriptive", 1, 2, 1, None, "none", "Slut", date(2030, 1, 1), False)
    assert {d.rejected for d in arm_decisions(plan, study, waits)} == {None}


def test_redraws_over_a_whole_assignment_set_give_the_exact_p_by_hand():
    # Six persons, two an arm: 90 allocations. Values without blocks or baseline to take out.
    value = np.array([9.0, 8.0, 5.0, 4.0, 1.0, 0.0])
    sets = sorted(set(permutations([0, 0, 1, 1, 2, 2])))
    assert len(sets) == 90
    actual = (0, 0, 1, 1, 2, 2)
    others = np.array([s for s in sets if s != actual])
    table = person_table([1.0, 2.5, 1.2, 2.0, 0.4, 1.1], value, [True] * 4 + [False] * 2)
    units = [DrawnUnit(f"p{i:05d}", "", f"p{i:05d}", i < 2, "aabbkk"[i]) for i in range(6)]
    plan = plan_of()
    sample = analysed_sample(frame_of(table), plan, OUTCOME, units)
    p, joint = redraw_p(sample, units, others, compared_arms(plan))
    before = sample.before - sample.before.mean()
    left = value - value.mean() - before * float(before @ value / (before @ before))

    def size(s, one, other):
        parts = [left[np.array(s) == k] for k in (one, other)]
        error = np.sqrt(sum(x.var(ddof=1) / 2 for x in parts))
        return abs(parts[0].mean() - parts[1].mean()) / error if error > 1e-12 else 0.0

    for number, (one, other) in enumerate(((0, 2), (1, 2))):
        own = size(actual, one, other)
        assert p[number] == pytest.approx(sum(size(s, one, other) >= own * (1 - 1e-9) for s in sets) / 90)
    largest = max(size(actual, 0, 2), size(actual, 1, 2))
    assert joint == pytest.approx(sum(max(size(s, 0, 2), size(s, 1, 2)) >= largest * (1 - 1e-9) for s in sets) / 90)


def test_two_arms_are_redrawn_as_before():
    rules = Rules((Arm("a"), Arm("b")))
    units = [Unit(f"u{i}", block=str(i % 2)) for i in range(12)]
    assert np.array_equal(redraws(units, rules, "x", 20), redrawn_arms(units, rules, "x", 20) == 0)


def test_the_rule_on_many_samples_is_holm_s():
    p = np.random.default_rng(1).random((200, 4)) ** 3
    own = np.array([[q <= 0.05 for q in holm(row.tolist())] for row in p])
    assert np.array_equal(holm_rejects(p), own)


def test_an_arm_of_one_is_refused():
    frame, units, again, _ = built()
    thin = [u for u in units if u.arm != "b"] + [u for u in units if u.arm == "b"][-1:]
    order = [units.index(u) for u in thin]
    with pytest.raises(EstimationError):
        study_arms(frame, plan_of(), thin, again[:, order], 0)


def test_several_arms_keep_their_rate_where_each_by_itself_does_not():
    cell = next(c for c in arm_cells() if c.label == "20 + 20 + 20 personer, alla par, normal")
    found = judge_arms(cell, 2_000, 7)
    assert found.holds
    assert found.rate < 0.065 < found.ordinary
    assert judge_arms(ArmsCell("2 + 2 + 9 personer", (2, 2, 9)), 200, 7).rate is None


THREE = LOTTERY["arms"]


@pytest.mark.parametrize(
    ("arms", "analysis", "said"),
    [
        (THREE[:2], {"control": "a"}, "minst tre grupper"),
        (THREE, {"control": "c"}, "lottens grupp"),
        (THREE, {"decides": "k"}, "kan inte vara den"),
        (THREE, {"contrasts": ["a:x"]}, "två olika"),
        (THREE, {"contrasts": ["a:k"]}, "finns redan"),
        (THREE, {"kontroll": "a"}, "control"),
    ],
)
def test_what_does_not_agree_in_a_plan_is_named(arms, analysis, said):
    plan = read_document(FOLDER / "exempel-vantelista.yaml").data
    plan["lottery"]["arms"] = arms
    plan["analysis"] = {"arms": analysis}
    with pytest.raises(PlanError, match=said):
        parse_plan("exempel-vantelista.yaml", to_yaml(plan).encode("utf-8"))


def test_a_published_estimate_belongs_to_a_lottery_on_public_data():
    text = {"value": "1", "std_error": "1", "reference": "x", "checked": "x"}
    with pytest.raises(PlanError, match="gäller bara en lottad studie"):
        parsed("np-samverkan", "published", text)


def test_the_pre_analysis_plan_names_every_comparison_and_the_rule():
    told = analysis_lines(plan_of(contrasts=["a:b"]))
    assert "A mot Kö; B mot Kö; A mot B" in spoken(told[1], "sv")
    assert "A against Kö; B against Kö; A against B" in spoken(told[1], "en")
    assert "Holm" in told[1]
