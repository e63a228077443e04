"""Rolling starts of persons: each start group against those who had not started in the same term."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from evalkit.errors import EstimationError
from evalkit.findings.result import EvaluationResult, from_json, to_json
from evalkit.methods.cohorts.risk_sets import study_risk_sets
from evalkit.methods.evaluate import evaluate
from evalkit.methods.validity.measure import measured_with
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.records.stations import AnalysisFrame
from evalkit.release.chapters_results import results
from evalkit.release.disclosure import clear
from tests.support.frames import EMPTY_REGISTER, OUTCOME, PROVENANCE, demo_plan, frame_of, identity, person_table
from tests.support.sample_result import policy

STARTS = (2, 3, 4)
TERMS = 6
TRUTH = -4.0


def plan_of(compare_with: str = "not_yet_treated", **design: object) -> EvaluationPlan:
    return demo_plan(economics=False, analyses=["did"], staggered={"compare_with": compare_with}, **design)


def values(each: int = 10, waiting: int = 20, seed: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Return values (persons, terms) and the term in which each starts (infinite: never); the truth is the same for all."""
    rng = np.random.default_rng(seed)
    first = np.concatenate([np.repeat(np.array(STARTS, dtype=float), each), np.full(waiting, np.inf)])
    y = rng.normal(20, 3, (len(first), 1)) + np.arange(TERMS) * 1.5 + rng.normal(0, 2, (len(first), TERMS))
    return y + TRUTH * (np.arange(TERMS) >= first[:, None]), first


def frame_with(y: np.ndarray, first: np.ndarray) -> AnalysisFrame:
    n = len(first)
    treated = np.isfinite(first)
    rng = np.random.default_rng(1)
    frame = frame_of(person_table(rng.normal(50, 5, n), rng.normal(50, 5, n), treated))
    unit = np.repeat([f"p{i:05d}" for i in range(n)], TERMS)
    order = np.tile(np.arange(TERMS), n)
    terms = pd.DataFrame(
        {
            "unit": unit,
            "outcome": OUTCOME,
            "order": order,
            "period": [f"T{t}" for t in order],
            "is_after": order >= np.repeat(first, TERMS),
            "treated": np.repeat(treated, TERMS),
            "treated_order": np.nan,
            "cluster": "",
            "cohort": "",
            "sex": "woman",
            "value": y.ravel(),
        }
    )
    return replace(frame, terms=terms)


def run(frame: AnalysisFrame, plan: EvaluationPlan) -> EvaluationResult:
    with measured_with(500):
        return evaluate(frame, plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE)


@pytest.fixture(scope="module")
def found() -> EvaluationResult:
    return run(frame_with(*values()), plan_of())


def by_hand(y: np.ndarray, first: np.ndarray, *, later: bool) -> float:
    total = 0.0
    for start in STARTS:
        effects = []
        for term in range(start, TERMS):
            mine = first == start
            others = first > term if later else ~np.isfinite(first)
            change = y[:, term] - y[:, start - 1]
            effects.append(change[mine].mean() - change[others].mean())
        total += float(np.mean(effects)) * (first == start).sum()
    return total / np.isfinite(first).sum()


@pytest.mark.parametrize("later", [True, False])
def test_the_mean_over_start_groups_is_that_by_hand(later: bool) -> None:
    y, first = values()
    with measured_with(500):
        study = study_risk_sets(frame_with(y, first), plan_of("not_yet_treated" if later else "never_treated"), OUTCOME)
    assert study.estimate.value == pytest.approx(by_hand(y, first, later=later), rel=1e-10)
    assert study.estimate.second_engine is not None


def test_the_estimate_stands_beside_with_its_risk_sets(found: EvaluationResult) -> None:
    estimate = found.estimate(f"did-cohorts.{OUTCOME}")
    assert estimate.interval is not None
    assert estimate.interval.low < TRUTH < estimate.interval.high
    assert found.estimate(f"did.{OUTCOME}").estimator == "did-2x2"
    (finding,) = found.risk_sets
    assert [(c.n_units, c.n_comparison) for c in finding.cohorts] == [(10, 20), (10, 20), (10, 20)]
    assert (finding.first, finding.last, finding.n_left) == ("T0", "T5", 0)
    assert from_json(to_json(found)) == found


def test_the_report_shows_start_groups_and_hides_a_single_small_one_with_another(found: EvaluationResult) -> None:
    page = str(results(clear(found, policy())))
    assert "Startgrupper, termin för termin" in page
    y, first = values()
    first[:8] = 3.0
    small = run(frame_with(y, first), plan_of(starts={"into": "none", "least_cohort": 1}))
    cohorts = clear(small, policy()).risk_sets[0].cohorts
    assert [c.value is None for c in cohorts].count(True) == 2


def test_start_groups_of_a_yes_or_no_are_in_percentage_points_like_their_estimate(found: EvaluationResult) -> None:
    outcomes = tuple(replace(o, kind="binary") if o.id == OUTCOME else o for o in found.plan_text.outcomes)
    safe = clear(replace(found, plan_text=replace(found.plan_text, outcomes=outcomes)), policy())
    for shown, raw in zip(safe.risk_sets[0].cohorts, found.risk_sets[0].cohorts, strict=True):
        assert shown.value == pytest.approx(100 * raw.value, abs=10)
    assert "−4 procent" not in str(results(safe))


def test_a_counted_outcome_says_that_terms_are_not_the_window(found: EvaluationResult) -> None:
    outcomes = tuple(replace(o, kind="count") if o.id == OUTCOME else o for o in found.plan_text.outcomes)
    counted = replace(found, plan_text=replace(found.plan_text, outcomes=outcomes))
    assert "en termin i taget, inte hela" in str(results(clear(counted, policy())))
    assert "en termin i taget, inte hela" not in str(results(clear(found, policy())))


def test_persons_without_a_term_or_in_the_first_one_are_left_and_counted() -> None:
    y, first = values()
    y[0, 3] = np.nan
    first[1] = 0.0
    with measured_with(500):
        study = study_risk_sets(frame_with(y, first), plan_of(), OUTCOME)
    assert (study.finding.n_persons, study.finding.n_left) == (48, 2)


def test_everybody_started_is_compared_until_the_last_ones_start() -> None:
    y, first = values(waiting=0)
    with measured_with(500):
        study = study_risk_sets(frame_with(y, first), plan_of(), OUTCOME)
    assert study.finding.last == "T3"
    with pytest.raises(EstimationError):
        study_risk_sets(frame_with(y, first), plan_of("never_treated"), OUTCOME)


def test_row_order_changes_nothing_and_clusters_get_no_p_value() -> None:
    frame = frame_with(*values())
    assert frame.terms is not None
    shuffled = replace(frame, terms=frame.terms.sample(frac=1.0, random_state=3))
    with measured_with(500):
        one, other = (study_risk_sets(f, plan_of(), OUTCOME) for f in (frame, shuffled))
        shared = study_risk_sets(frame, plan_of(common_shocks_at="cluster"), OUTCOME).estimate
    assert one == other
    assert (shared.p_value, shared.interval, shared.route_reason) == (None, None, "common-shocks-in-clusters")


def test_a_plan_without_start_groups_is_as_before() -> None:
    frame = frame_with(*values())
    plain = demo_plan(economics=False, analyses=["did"])
    assert to_json(run(frame, plain)) == to_json(run(replace(frame, terms=None), plain))
