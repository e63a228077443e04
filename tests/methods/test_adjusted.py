"""Adjustment for background, from a plan to the report: held to a simulation, to another engine and to what may not be said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from evalkit.errors import EstimationError
from evalkit.findings.adjustment import FEW
from evalkit.findings.result import EvaluationResult, from_json, to_json
from evalkit.methods.cohorts.covariates import covariates_of
from evalkit.methods.evaluate import evaluate
from evalkit.methods.validity.measure import measured_with
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.loader import load_plan
from evalkit.release.chapters_results import results
from evalkit.release.disclosure import clear
from tests.support.frames import EMPTY_REGISTER, OUTCOME, PROJECT, PROVENANCE, demo_plan, frame_of, identity, person_table
from tests.support.sample_result import policy


def persons(n: int = 120, gap: float = 1.2) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return table and background of persons whose change depends on schooling, which the groups have unlike; true effect 2."""
    rng = np.random.default_rng(11)
    school = rng.choice(["gymnasium", "ingen"], n)
    treated = rng.random(n) < np.where(school == "ingen", 0.65, 0.3)
    before = rng.normal(50, 5, n)
    change = 2.0 * treated - 3.0 * gap * (school == "ingen") + rng.normal(0, 3, n)
    return person_table(before, before + change, treated), pd.DataFrame({"skolform": school})


def plan_of(**design: object) -> EvaluationPlan:
    chosen = {"adjustment": {"covariates": ["skolform"]}, "analyses": ["did"], "common_shocks_at": "none"} | design
    return demo_plan(economics=False, **chosen)


def run(plan: EvaluationPlan, table: pd.DataFrame, background: pd.DataFrame) -> EvaluationResult:
    frame = frame_of(table)
    known = frame.persons.reset_index(drop=True)
    own = {c: background[c].to_numpy() for c in background}
    frame = replace(frame, persons=known.assign(**own, birth_date=pd.Timestamp("2000-03-01")))
    with measured_with(1_000):
        return evaluate(frame, plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE)


@pytest.fixture(scope="module")
def found() -> EvaluationResult:
    return run(plan_of(), *persons())


def test_the_adjusted_difference_is_near_the_truth_where_the_plain_one_is_not(found: EvaluationResult) -> None:
    plain, adjusted = found.estimate(f"did.{OUTCOME}"), found.estimate(f"did-adjusted.{OUTCOME}")
    assert adjusted.interval is not None
    assert adjusted.interval.low < 2.0 < adjusted.interval.high
    assert abs(adjusted.value - 2.0) < abs(plain.value - 2.0)
    assert adjusted.inference in {"scores-t", "scores-and-hall", "scores-few"}
    assert adjusted.second_engine is not None
    assert adjusted.second_engine.name == "statsmodels Logit, OLS"


@pytest.mark.parametrize("method", ["doubly_robust", "regression", "weighting"])
def test_a_category_gives_the_mean_of_its_groups_differences(method: str) -> None:
    """With one category every method is the difference within each value, weighted by the treated (by hand)."""
    table, background = persons(80)
    result = run(plan_of(adjustment={"covariates": ["skolform"], "method": method}), table, background)
    wide = table.pivot_table(index="unit", columns="order", values="value")
    change = (wide[1] - wide[0]).to_numpy()
    treated = table.drop_duplicates("unit")["treated"].to_numpy(dtype=bool)
    school = background["skolform"].to_numpy()
    parts = [
        (change[treated & (school == s)].mean() - change[~treated & (school == s)].mean(), (treated & (school == s)).sum())
        for s in ("gymnasium", "ingen")
    ]
    by_hand = sum(gap * n for gap, n in parts) / treated.sum()
    assert result.estimate(f"did-adjusted.{OUTCOME}").value == pytest.approx(by_hand, rel=1e-9)


def test_balance_before_and_after_is_told(found: EvaluationResult) -> None:
    (finding,) = found.adjustments
    rows = {(r.covariate, r.level): r for r in finding.rows}
    assert abs(rows["skolform", "ingen"].before) > 0.4
    assert rows["skolform", "ingen"].after == pytest.approx(0, abs=1e-9)
    assert finding.effective < finding.n_comparison
    assert from_json(to_json(found)) == found


def test_the_report_shows_balance_and_hides_values_of_few(found: EvaluationResult) -> None:
    page = str(results(clear(found, policy())))
    assert "Hänsyn till bakgrund" in page
    assert "skolform: ingen" in page
    table, background = persons()
    background.loc[background.index[:3], "skolform"] = "komvux"
    safe = clear(run(plan_of(), table, background), policy())
    # Nor is the value named: the only one at a school could be known by it.
    assert [(r.before, r.after) for r in safe.adjustments[0].rows if r.level == FEW] == [(None, None)]
    assert "komvux" not in str(safe.adjustments)


def test_unknown_background_keeps_its_person_with_a_value_of_its_own() -> None:
    table, background = persons()
    background.loc[background.index[:20], "skolform"] = None
    result = run(plan_of(), table, background)
    assert result.adjustments[0].n_without == 20
    assert result.estimate(f"did-adjusted.{OUTCOME}").n_units == 120


def test_clusters_and_shared_events_get_no_p_value() -> None:
    table, background = persons()
    whole = table.assign(cluster=np.where(table["treated"], "A", "B") + (table.index % 8).astype(str))
    whole["cluster"] = whole.groupby("unit")["cluster"].transform("first")
    result = run(plan_of(assigned_at="cluster"), whole, background).estimate(f"did-adjusted.{OUTCOME}")
    assert (result.p_value, result.interval, result.route_reason) == (None, None, "adjusted-in-clusters")
    shared = run(plan_of(common_shocks_at="group"), table, background).estimate(f"did-adjusted.{OUTCOME}")
    assert shared.p_value is None


def test_background_that_decides_who_is_treated_is_refused() -> None:
    table, _ = persons(60)
    treated = table.drop_duplicates("unit")["treated"].to_numpy(dtype=bool)
    with pytest.raises(EstimationError) as caught:
        run(plan_of(), table, pd.DataFrame({"skolform": np.where(treated, "ja", "nej")}))
    assert caught.value.code in {"EST-OVERLAP", "EST-COVARIATES"}


def test_age_and_numbers_become_columns() -> None:
    rows = pd.DataFrame(
        {
            "unit": ["a", "b", "c"],
            "start": pd.to_datetime(["2020-01-01"] * 3),
            "birth_date": pd.to_datetime(["2000-01-01", "1990-01-01", None]),
            "poäng": [1.0, 2.0, 6.0],
        }
    )
    made = covariates_of(rows, ["c", "a", "b"], ["age", "poäng"])
    assert made.names == (("age", ""), ("age", "okänt"), ("poäng", ""))
    assert made.x[:, 0] == pytest.approx([25, 20, 30], abs=0.02)
    assert made.x[:, 2].tolist() == [6, 1, 2]
    assert made.n_without == 1


def test_a_plan_that_names_no_such_column_is_told_so(tmp_path) -> None:
    text = (PROJECT / "params" / "interventions" / "np-samverkan.yaml").read_text(encoding="utf-8")
    own = "  adjustment: {covariates: [skolfrom]}\n"
    text = text.replace("  selected_on_outcome: unknown", f"{own}  selected_on_outcome: unknown", 1)
    (tmp_path / "np-samverkan.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Exception, match="skolform"):
        load_plan(tmp_path / "np-samverkan.yaml")
