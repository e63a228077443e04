"""Verdicts over several outcomes and reports: which report a run is, what it may test, and the words that follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from evalkit.findings.estimate import Interval
from evalkit.findings.result import EvaluationResult
from evalkit.findings.robustness import SubgroupDifference
from evalkit.findings.safe import SafeResult
from evalkit.methods.decisions import decide, look_of
from evalkit.methods.evaluate import evaluate
from evalkit.plan.analysis import AnalysisRules
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.release.disclosure import clear
from evalkit.release.language import Language, verdict_sentence
from evalkit.workflow import views
from evalkit.workflow.told import told, told_estimates, why_no_p
from tests.support.frames import EMPTY_REGISTER, PROVENANCE, demo_plan, frame_of, identity, person_table
from tests.support.report_page import page
from tests.support.sample_result import policy

REPORTS = [
    {"label": "Delrapporten", "day": "2017-01-01", "role": "interim", "information": "0.5"},
    {"label": "Slutrapporten", "day": "2018-01-01", "role": "confirmatory"},
]
FAMILY = [{"id": "sekundara", "label": "Övriga mått", "kind": "confirmatory"}]
OUTCOMES = ("valbefinnande", "franvaro", "insatskostnad")


def planned(**rules: Any) -> EvaluationPlan:
    plan = demo_plan(outcomes=OUTCOMES, economics=False)
    return plan.model_copy(update={"analysis": AnalysisRules.model_validate(rules)})


def result(
    plan: EvaluationPlan, day: date = date(2017, 6, 30), *, effect: float = 6.0, delivered: tuple[date, ...] = ()
) -> EvaluationResult:
    rng = np.random.default_rng(7)
    treated = np.repeat([True, False], 40)
    tables = []
    for outcome, size in zip(OUTCOMES, (effect, 2.0, 0.0), strict=True):
        before = rng.normal(40, 10, 80)
        after = before + rng.normal(0, 10, 80) + size * treated
        tables.append(person_table(before, after, treated, outcome=outcome))
    provenance = replace(PROVENANCE, evaluated_on=day, delivered=delivered)
    return evaluate(frame_of(pd.concat(tables)), plan, EMPTY_REGISTER, None, identity(plan), provenance)


def cleared(found: EvaluationResult) -> SafeResult:
    return clear(found, policy())


def test_a_plan_without_rules_makes_no_decisions_and_its_report_warns_that_p_values_are_many() -> None:
    found = result(planned())
    assert (found.look, found.decisions) == (None, ())
    assert Language("sv").text("dec_many") in page(cleared(found))


def test_a_family_is_adjusted_by_holm_and_the_primary_outcome_stands_alone() -> None:
    found = {d.outcome: d for d in result(planned(families=FAMILY)).decisions}
    assert (found["valbefinnande"].role, found["valbefinnande"].tests_together) == ("primary", 1)
    assert found["valbefinnande"].adjusted_p == found["valbefinnande"].p_value
    low, high = sorted((found["franvaro"], found["insatskostnad"]), key=lambda d: d.p_value or 1)
    assert low.adjusted_p == pytest.approx(min(2 * low.p_value, 1))
    assert high.adjusted_p == pytest.approx(max(high.p_value, low.adjusted_p))


def test_the_words_follow_the_adjusted_verdict() -> None:
    # The primary outcome shares its family with two others: p = 0.03 alone, 0.09 together.
    plan = planned(families=[{"id": "primar", "label": "Huvudfamiljen", "kind": "confirmatory"}])
    outcomes = tuple(o.model_copy(update={"family": "primar"}) for o in plan.outcomes)
    plan = plan.model_copy(update={"outcomes": outcomes})
    found = result(plan)
    primary = replace(found.estimate("did.valbefinnande"), p_value=0.03)
    others = tuple(replace(e, p_value=0.5) if e.id.startswith("did.") else e for e in found.estimates if e.id != primary.id)
    estimates = (primary, *others)
    alone = cleared(replace(found, estimates=estimates, decisions=(), look=None))
    decisions = decide(None, plan, estimates, None)  # type: ignore[arg-type] - no series, so the frame is not asked
    safe = cleared(replace(found, estimates=estimates, decisions=decisions))
    assert alone.primary is not None
    assert alone.primary.significant
    assert safe.primary is not None
    assert safe.primary.significant is False
    assert "kunde inte påvisas" in verdict_sentence(safe)
    assert "justerad för att 3 mått prövas" in verdict_sentence(safe)
    assert "0,09" in page(safe)


def test_an_exploratory_family_has_q_values_and_no_verdict() -> None:
    found = result(planned(families=[{"id": "sekundara", "label": "Övriga mått", "kind": "exploratory"}]))
    rows = [d for d in found.decisions if d.role == "exploratory"]
    assert len(rows) == 2
    assert all(d.q_value is not None and d.adjusted_p is None and d.rejected is None for d in rows)
    assert "utforskande" in page(cleared(found))


@pytest.mark.parametrize(
    ("day", "delivered", "role", "number"),
    [
        (date(2016, 6, 30), (), "before", 0),
        (date(2017, 2, 1), (), "interim", 1),
        (date(2017, 6, 30), (date(2017, 2, 1),), "between", 1),
        (date(2018, 1, 1), (date(2017, 2, 1),), "confirmatory", 2),
        (date(2018, 9, 1), (date(2018, 1, 1),), "between", 2),
    ],
)
def test_a_run_knows_which_report_it_is(day: date, delivered: tuple[date, ...], role: str, number: int) -> None:
    plan = planned(spending="obrien_fleming", reports=REPORTS)
    look = look_of(plan, replace(PROVENANCE, evaluated_on=day, delivered=delivered))
    assert look is not None
    assert (look.role, look.number) == (role, number)
    assert (look.level is not None) == (role in ("interim", "confirmatory"))
    assert look.decided == (day == date(2018, 9, 1))


def test_a_report_that_only_describes_prints_no_p_value_and_promises_the_answer() -> None:
    reports = [{"label": "Delrapporten", "day": "2017-01-01", "role": "descriptive"}, REPORTS[1]]
    safe = cleared(result(planned(reports=reports), effect=20.0))
    assert all(e.p_value is None and e.significant is None for e in safe.estimates)
    said = verdict_sentence(safe)
    assert "prövar ingenting" in said
    assert "Slutrapporten" in said
    assert "effekt" not in said
    assert "påvisa" not in said


def test_an_interim_report_tests_only_the_primary_outcome_at_its_own_limit() -> None:
    safe = cleared(result(planned(spending="obrien_fleming", reports=REPORTS, families=FAMILY), effect=4.0))
    primary = next(d for d in safe.decisions if d.role == "primary")
    assert primary.level == 0.0031
    assert primary.p_value is not None
    assert 0.0031 < primary.p_value < 0.05
    assert primary.rejected is False
    assert [d.p_value for d in safe.decisions if d.role != "primary"] == [None, None]
    assert "kunde inte påvisas" in verdict_sentence(safe)
    assert "0,0031" in verdict_sentence(safe)
    assert primary.interval is not None
    assert primary.interval.low <= 0 <= primary.interval.high
    assert "99,7" in verdict_sentence(safe)


def test_the_interval_at_the_level_of_the_report_agrees_with_the_verdict() -> None:
    for effect in (0.0, 3.0, 6.0, 9.0, 12.0):
        for spending in ("obrien_fleming", "pocock"):
            found = result(planned(spending=spending, reports=REPORTS), effect=effect).decisions[0]
            assert found.interval is not None
            assert found.rejected == (not found.interval.low <= 0 <= found.interval.high)


def test_hidden_estimates_take_their_decisions_with_them() -> None:
    found = result(planned(families=FAMILY))
    safe = clear(found, policy(min_cell=50))
    assert all((d.p_value, d.adjusted_p, d.rejected, d.interval) == (None, None, None, None) for d in safe.decisions)


def test_the_notebooks_show_no_p_value_where_the_report_shows_none() -> None:
    plan = planned(reports=REPORTS, spending="obrien_fleming", families=FAMILY)
    before, interim, final = (result(plan, day) for day in (date(2016, 6, 1), date(2017, 6, 30), date(2018, 6, 30)))
    assert any(e.p_value is not None for e in before.estimates)
    for found in (before, interim, final):
        shown = {e.id for e in clear(found, policy()).estimates if e.p_value is not None}
        inside = told(found)
        assert {e.id for e in inside.estimates if e.p_value is not None} == shown
        assert {r.estimate_id for r in inside.routes for one in r.routes if one.p_value is not None} <= shown
    assert told(final) is final
    assert not why_no_p(final)
    assert "Inga p-värden visas" in why_no_p(before)[0]
    assert "Bara huvudmåttets" in why_no_p(interim)[0]
    assert ", p " not in views.sentence(told_estimates(before, before.estimates)[0])


def test_the_difference_between_women_and_men_has_no_p_value_in_a_report_that_tests_nothing() -> None:
    plan = planned(reports=REPORTS, spending="obrien_fleming", families=FAMILY)
    found = result(plan, date(2016, 6, 1))
    assert found.robustness is not None
    evidence = found.estimate("did.valbefinnande").evidence
    ends = Interval(0.1, 3.9, 0.95)
    sexes = SubgroupDifference("valbefinnande", "poäng", 2.0, 1.0, ends, 60.0, 0.04, "welch-four", 0.05, 40, 40, 20, evidence)
    found = replace(found, robustness=replace(found.robustness, subgroup=sexes))
    assert told(found).robustness.subgroup.p_value is None  # type: ignore[union-attr]
    safe = clear(found, policy())
    assert safe.robustness is not None
    assert safe.robustness.subgroup is not None
    assert safe.robustness.subgroup.p_value is None
    assert "Den här rapporten prövar ingenting" in page(safe)
