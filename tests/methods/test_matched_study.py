"""The matched comparison from a plan to the report: estimate, log, balance, refusals, and what may not be said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from evalkit.errors import EstimationError
from evalkit.findings.adjustment import FEW
from evalkit.findings.result import EvaluationResult, from_json, to_json
from evalkit.findings.safe import safe_from_json, safe_to_json
from evalkit.methods.evaluate import evaluate
from evalkit.methods.panel import make_panel
from evalkit.methods.placebo import placebo_pass
from evalkit.methods.validity.measure import measured_with
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.release.chapters_results import results
from evalkit.release.disclosure import clear
from tests.support.frames import EMPTY_REGISTER, OUTCOME, PROVENANCE, demo_plan, frame_of, identity, person_table
from tests.support.sample_result import policy

TRUTH = 2.0


def people(seed: int = 5, treated: int = 40, others: int = 120) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return table and background: need decides who is treated and how much one changes, so that the plain comparison is wrong."""
    rng = np.random.default_rng(seed)
    need = np.concatenate([rng.normal(1.0, 1, treated), rng.normal(0, 1.3, others)])
    mine = np.arange(treated + others) < treated
    school = rng.choice(["gymnasium", "ingen"], len(mine))
    before = 50 - 2 * need + rng.normal(0, 3, len(mine))
    change = TRUTH * mine - 3 * need + rng.normal(0, 2, len(mine))
    sets = np.where(mine, np.arange(len(mine)), np.arange(len(mine)) - treated).astype(str)
    background = pd.DataFrame({"behov": need.round(3), "skolform": school, "par": np.where(sets.astype(int) < treated, sets, "")})
    return person_table(before, before + change, mine), background


def plan_of(comparison: str = "matched", common: str = "none", **matching: object) -> EvaluationPlan:
    rules = {"method": "mahalanobis", "columns": ["behov"], "exact": ["skolform"]} | matching
    rules = {key: value for key, value in rules.items() if value is not None}
    return demo_plan(economics=False, matching=rules, analyses=["did"], comparison=comparison, common_shocks_at=common)


def run(plan: EvaluationPlan, table: pd.DataFrame, background: pd.DataFrame) -> EvaluationResult:
    frame = frame_of(table)
    known = frame.persons.reset_index(drop=True)
    frame = replace(
        frame, persons=known.assign(**{c: background[c].to_numpy() for c in background}, birth_date=pd.Timestamp("2000-03-01"))
    )
    with measured_with(1_000):
        return evaluate(frame, plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE)


@pytest.fixture(scope="module")
def found() -> EvaluationResult:
    return run(plan_of(), *people())


def test_the_matched_difference_is_near_the_truth_where_the_plain_one_is_not(found: EvaluationResult) -> None:
    matched, plain = found.estimate(f"did.{OUTCOME}"), found.estimate(f"did-unmatched.{OUTCOME}")
    assert matched.interval is not None
    assert matched.interval.low < TRUTH < matched.interval.high
    assert abs(plain.value - TRUTH) > 1.5 > abs(matched.value - TRUTH)
    assert (matched.estimand, matched.estimator) == ("ATT-matched", "did-matched")
    assert matched.second_engine is not None
    assert matched.n_treated_units == found.matchings[0].n_matched
    assert (plain.p_value, plain.interval, plain.route_reason) == (None, None, "before-matching")


def test_matching_is_the_answer_only_where_the_plan_says_so() -> None:
    result = run(plan_of("waiting_list"), *people())
    beside = result.estimate(f"did-matched.{OUTCOME}")
    assert result.estimate(f"did.{OUTCOME}").estimator == "did-2x2"
    assert beside.value == pytest.approx(run(plan_of(), *people()).estimate(f"did.{OUTCOME}").value, rel=1e-12)
    assert not result.matchings[0].decides
    assert result.evidence.below_minimum


def test_balance_and_log_say_who_was_matched(found: EvaluationResult) -> None:
    (finding,) = found.matchings
    assert finding.n_matched + sum(row.n for row in finding.left_out) == finding.n_treated == 40
    assert finding.n_used == finding.n_matched
    assert finding.largest_after < 0.5 * finding.largest_before
    rows = {(row.covariate, row.level): row for row in finding.rows}
    assert rows["skolform", "ingen"].after == pytest.approx(0, abs=1e-9)
    assert from_json(to_json(found)) == found
    assert not found.evidence.below_minimum


@pytest.mark.parametrize("way", ["pairs", "sets"])
def test_pairs_without_regression_are_the_mean_of_the_pairs_differences(way: str) -> None:
    table, background = people()
    chosen = {"method": "sets", "set_column": "par", "columns": None, "exact": None} if way == "sets" else {"remaining": "none"}
    result = run(plan_of(**chosen), table, background)
    wide = table.pivot_table(index="unit", columns="order", values="value")
    change = (wide[1] - wide[0]).to_numpy()
    if way == "sets":
        apart = change[:40] - change[40:80]
        assert result.estimate(f"did.{OUTCOME}").value == pytest.approx(apart.mean(), rel=1e-10)
        assert result.estimate(f"did.{OUTCOME}").std_error == pytest.approx(apart.std(ddof=1) / np.sqrt(40), rel=1e-8)
    assert result.estimate(f"did.{OUTCOME}").inference.startswith("sets")


@pytest.mark.parametrize(
    "matching",
    [
        {"method": "propensity", "exact": None, "caliper": "0.2"},
        {"neighbours": "2", "reuse": "true"},
        {"neighbours": "2"},
        {"reuse": "true", "remaining": "none"},
        {"method": "exact", "columns": None},
        {"on_start_value": "true", "columns": ["behov", "age"]},
    ],
)
def test_every_way_of_matching_reaches_the_report(matching: dict[str, object]) -> None:
    table, background = people()
    result = run(plan_of(**matching), table, background)
    assert result.estimate(f"did.{OUTCOME}").second_engine is not None
    safe = clear(result, policy())
    page = str(results(safe))
    assert "Matchning" in page
    assert "före matchning" in page
    assert safe_from_json(safe_to_json(safe)) == safe
    assert ("regression mot medelvärdet" in page) is ("on_start_value" in matching)


def test_row_order_changes_nothing() -> None:
    table, background = people()
    shuffled = table.sample(frac=1.0, random_state=1)
    assert to_json(run(plan_of(), shuffled, background)) == to_json(run(plan_of(), table, background))


def test_the_outcome_after_the_start_has_no_part_in_the_matching() -> None:
    table, background = people()
    other = table.assign(value=np.where(table["order"] == 1, table["value"] * 3 + 7, table["value"]))
    first, second = (run(plan_of(on_start_value="true"), t, background).matchings for t in (table, other))
    assert first == second


def test_few_left_out_are_hidden_and_so_is_what_would_give_them_back() -> None:
    table, background = people()
    background.loc[background.index[:2], "skolform"] = "komvux"
    result = run(plan_of(), table, background)
    assert [(row.reason, row.n) for row in result.matchings[0].left_out] == [("nobody-alike", 2)]
    safe = clear(result, policy())
    assert [(row.reason, row.n) for row in safe.matchings[0].left_out] == [("other", None)]
    # Nor is the value named: the only one at a school could be known by it.
    assert [(row.before, row.after) for row in safe.matchings[0].rows if row.level == FEW] == [(None, None)]
    assert "komvux" not in str(safe.matchings)


def test_the_number_of_few_matched_is_not_told_by_their_pairs() -> None:
    """Fifteen analysed in pairs are seven or eight matched, fewer than may be told."""
    result = run(plan_of(), *people())
    few = tuple(replace(e, n_units=15, n_treated_units=7) if e.estimator == "did-matched" else e for e in result.estimates)
    shown = next(e for e in clear(replace(result, estimates=few), policy()).estimates if e.estimator == "did-matched")
    assert (shown.value, shown.n_units, shown.n_treated_units) == (None, None, None)


def test_nobody_alike_is_refused_with_a_remedy() -> None:
    table, background = people()
    background["skolform"] = np.where(np.arange(len(background)) < 40, "gymnasium", "ingen")
    with pytest.raises(EstimationError, match="ta bort bakgrund ur exact") as caught:
        run(plan_of(), table, background)
    assert caught.value.code == "EST-MATCHED"
    beside = run(plan_of("waiting_list"), table, background)
    assert [(r.analysis, r.code) for r in beside.refusals] == [("matching", "EST-MATCHED")]


def test_a_whole_group_that_something_happened_to_gets_an_interval_on_a_condition_and_no_p_value() -> None:
    result = run(plan_of(common="group"), *people()).estimate(f"did.{OUTCOME}")
    assert (result.p_value, result.route_reason) == (None, "common-shocks-in-groups")
    assert result.interval is not None


def test_trends_before_are_tested_on_the_matched_or_not_at_all() -> None:
    table, background = people()
    weighted = run(plan_of(reuse="true"), table, background)
    assert [t.reason for t in weighted.tests] == ["matched-weighted"]
    assert weighted.effect_path == ()


def test_fake_groups_of_a_matched_comparison_are_refused() -> None:
    table, _ = people()
    plan = plan_of()
    with pytest.raises(EstimationError, match="selftest") as caught:
        placebo_pass(make_panel(frame_of(table), plan, OUTCOME), plan, 10, lambda: None)
    assert caught.value.code == "EST-PLACEBO"
