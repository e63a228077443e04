"""Public units with background, from a plan to the report: held to the persons' function, to least squares and to refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from evalkit.findings.result import EvaluationResult, from_json, to_json
from evalkit.methods.cohorts.adjusted import METHODS, study_adjusted
from evalkit.methods.cohorts.doubly_robust import unit_weights
from evalkit.methods.evaluate import evaluate
from evalkit.methods.panel import make_panel
from evalkit.methods.validity.measure import measured_with
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.records.stations import AnalysisFrame
from evalkit.release.chapters_results import results, sensitivity
from evalkit.release.disclosure import clear
from tests.support.frames import (
    EMPTY_REGISTER,
    OUTCOME,
    PROVENANCE,
    demo_plan,
    frame_of,
    identity,
    panel_table,
    person_table,
    public_plan,
)
from tests.support.sample_result import policy

START, YEARS = 5, 10


def units(total: int = 40, treated: int = 16, start: int = START) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return values, treated cells and background of units whose change depends on a share of elderly; true effect 2."""
    rng = np.random.default_rng(7)
    mine = np.arange(total) < treated
    elderly = rng.normal(20, 3, total) + 2 * mine
    dense = rng.exponential(40, total)
    after = np.outer(mine, np.arange(YEARS) >= start)
    later = (np.arange(YEARS) >= start) * 1.0
    y = 100 + rng.normal(0, 5, (total, 1)) + rng.normal(0, 1.5, (total, YEARS)) + np.outer(0.8 * elderly, later) + 2.0 * after
    return y, after, np.column_stack([elderly, dense])


def frame(y: np.ndarray, after: np.ndarray, x: np.ndarray, **table: object) -> AnalysisFrame:
    made = frame_of(panel_table(y, after, outcome="y", **table))
    return replace(made, persons=made.persons.reset_index(drop=True).assign(elderly=x[:, 0], dense=x[:, 1]))


def plan_of(method: str = "doubly_robust", **design: object) -> EvaluationPlan:
    return public_plan(
        ["y"], adjustment={"covariates": ["elderly", "dense"], "method": method}, common_shocks_at="cluster", **design
    )


def run(plan: EvaluationPlan, made: AnalysisFrame) -> EvaluationResult:
    with measured_with(300):
        return evaluate(made, plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE)


def changes(y: np.ndarray, start: int = START) -> np.ndarray:
    return y[:, start:].mean(axis=1) - y[:, :start].mean(axis=1)


@pytest.fixture(scope="module")
def found() -> EvaluationResult:
    return run(plan_of(), frame(*units()))


def test_the_adjusted_difference_is_near_the_truth_where_the_plain_one_is_not(found: EvaluationResult) -> None:
    plain, adjusted = found.estimate("did.y"), found.estimate("did-adjusted.y")
    assert adjusted.interval is not None
    assert adjusted.interval.low < 2.0 < adjusted.interval.high
    assert abs(adjusted.value - 2.0) < abs(plain.value - 2.0)
    assert (adjusted.estimand, adjusted.route_reason, adjusted.n_units) == ("ATT-clusters", "adjusted-units", 40)
    assert adjusted.p_value is not None
    assert adjusted.second_engine is not None
    assert [v.estimate_id for v in found.validity] == ["did.y", "did-adjusted.y"]
    assert from_json(to_json(found)) == found


@pytest.mark.parametrize("method", sorted(METHODS))
def test_units_are_judged_as_persons_with_the_same_changes(method: str) -> None:
    """One change a unit is a person with two occasions: the same value, error, interval and p-value, to 1e-10."""
    y, after, x = units()
    own = run(plan_of(method), frame(y, after, x)).estimate("did-adjusted.y")
    persons = frame_of(person_table(np.zeros(len(y)), changes(y), after.any(axis=1)))
    persons = replace(persons, persons=persons.persons.reset_index(drop=True).assign(elderly=x[:, 0], dense=x[:, 1]))
    plan = demo_plan(
        economics=False,
        adjustment={"covariates": ["elderly", "dense"], "method": method},
        analyses=["did"],
        common_shocks_at="none",
        assigned_at="person",
    )
    with measured_with(300):
        theirs = study_adjusted(persons, make_panel(persons, plan, OUTCOME), plan).estimate
    assert (own.value, own.std_error, own.df) == pytest.approx((theirs.value, theirs.std_error, theirs.df), rel=1e-10)
    assert own.p_value == pytest.approx(theirs.p_value, rel=1e-10)
    assert own.inference == theirs.inference


def test_regression_is_least_squares_among_the_untreated() -> None:
    import statsmodels.api as sm

    y, after, x = units()
    mine, change = after.any(axis=1), changes(y)
    fit = sm.OLS(change[~mine], sm.add_constant(x[~mine])).fit()
    by_hand = (change[mine] - fit.predict(sm.add_constant(x[mine]))).mean()
    assert run(plan_of("regression"), frame(y, after, x)).estimate("did-adjusted.y").value == pytest.approx(by_hand, rel=1e-10)


@pytest.mark.parametrize("method", sorted(METHODS))
def test_a_level_that_the_units_keep_changes_nothing(method: str) -> None:
    y, after, x = units()
    plain = run(plan_of(method), frame(y, after, x)).estimate("did-adjusted.y").value
    raised = y + 1e4 * np.arange(len(y))[:, None] + 50 * np.arange(YEARS)
    assert run(plan_of(method), frame(raised, after, x)).estimate("did-adjusted.y").value == pytest.approx(plain, rel=1e-6)
    own = unit_weights(after.any(axis=1), x, METHODS[method], "y")
    assert plain == pytest.approx(float(own @ changes(y)), rel=1e-10)


def test_the_order_of_rows_and_units_changes_nothing(found: EvaluationResult) -> None:
    made = frame(*units())
    rng = np.random.default_rng(1)
    shuffled = replace(
        made,
        table=made.table.iloc[rng.permutation(len(made.table))].reset_index(drop=True),
        persons=made.persons.iloc[rng.permutation(len(made.persons))].reset_index(drop=True),
    )
    again = run(plan_of(), shuffled)
    assert again.estimate("did-adjusted.y") == found.estimate("did-adjusted.y")
    assert again.adjustments == found.adjustments


def test_balance_before_and_after_is_told_with_its_numbers(found: EvaluationResult) -> None:
    (finding,) = found.adjustments
    elderly = next(row for row in finding.rows if row.covariate == "elderly")
    assert elderly.before > 0.4
    assert abs(elderly.after) < abs(elderly.before)
    assert finding.effective < finding.n_comparison == 24
    page = str(results(clear(found, policy())))
    assert "Hänsyn till bakgrund" in page
    assert "elderly" in page


def test_a_unit_whose_background_is_unknown_stays_with_a_value_of_its_own() -> None:
    y, after, x = units()
    x[[1, 2, 20, 21, 22, 30], 0] = np.nan
    result = run(plan_of("regression"), frame(y, after, x))
    assert result.adjustments[0].n_without == 6
    assert ("elderly", "okänt") in [(row.covariate, row.level) for row in result.adjustments[0].rows]
    assert result.estimate("did-adjusted.y").n_units == 40


def refused(plan: EvaluationPlan, made: AnalysisFrame) -> list[tuple[str, str]]:
    """Return why the adjustment was refused; the plain comparison must stand all the same."""
    result = run(plan, made)
    assert result.estimate("did.y").value is not None
    assert not [e for e in result.estimates if e.estimator == "did-adjusted"]
    return [(r.analysis, r.code) for r in result.refusals]


def test_background_that_is_the_same_for_all_is_refused() -> None:
    y, after, x = units()
    x[:, 1] = 0.1 + 1e-17 * np.arange(len(x))
    assert refused(plan_of(), frame(y, after, x)) == [("adjustment", "EST-COVARIATES")]


def test_background_that_tells_the_groups_apart_is_refused() -> None:
    y, after, x = units()
    x[:, 0] = np.arange(len(x)) + 100.0 * after.any(axis=1)
    assert refused(plan_of(), frame(y, after, x)) == [("adjustment", "EST-OVERLAP")]


@pytest.mark.parametrize(("total", "treated"), [(20, 2), (20, 18), (20, 1)])
def test_too_few_units_are_refused(total: int, treated: int) -> None:
    assert refused(plan_of(), frame(*units(total, treated))) == [("adjustment", "EST-ADJUST-FEW")]


def test_three_to_compare_with_cannot_carry_two_covariates() -> None:
    assert refused(plan_of("regression"), frame(*units(20, 17))) == [("adjustment", "EST-COVARIATES")]


def test_starts_in_different_periods_are_refused_with_a_reason_in_the_report() -> None:
    y, after, x = units()
    after[:6, START] = False
    result = run(plan_of(), frame(y, after, x))
    assert [(r.analysis, r.code) for r in result.refusals] == [("adjustment", "EST-STARTS")]
    assert "jämförelse med hänsyn till bakgrund: enheterna startade i olika perioder" in str(sensitivity(clear(result, policy())))


def test_units_in_larger_clusters_get_a_value_and_no_p_value() -> None:
    y, after, x = units()
    made = frame(y, after, x, cluster=[f"{'A' if i < 16 else 'B'}{i // 2}" for i in range(40)])
    estimate = run(plan_of(), made).estimate("did-adjusted.y")
    assert (estimate.p_value, estimate.interval, estimate.route_reason) == (None, None, "adjusted-in-clusters")


def test_a_shared_event_leaves_an_interval_on_a_condition() -> None:
    plan = public_plan(["y"], adjustment={"covariates": ["elderly"]}, common_shocks_at="group")
    estimate = run(plan, frame(*units())).estimate("did-adjusted.y")
    assert estimate.p_value is None
    assert estimate.route_reason == "common-shocks-in-groups"


def test_background_is_no_other_programs_secret(found: EvaluationResult) -> None:
    told = next(t for t in found.translations if t.estimate_id == "did-adjusted.y")
    assert "bakgrundsvikter(w$insats" in " ".join(told.r)
    assert "drdid varde bakgrund1 bakgrund2" in " ".join(told.stata)
