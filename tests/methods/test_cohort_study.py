"""Units that started at different times, from a plan to findings and to the report's words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from evalkit.errors import DisclosureRefused, EstimationError
from evalkit.findings.result import EvaluationResult, from_json, to_json
from evalkit.methods.cohorts.details import joined_cohorts
from evalkit.methods.cohorts.group_time import Rules, Starts, group_times, overall
from evalkit.methods.evaluate import evaluate
from evalkit.methods.panel import make_panel
from evalkit.methods.placebo import placebo_pass
from evalkit.methods.validity.measure import measured_with
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.release.chapters_results import results
from evalkit.release.disclosure import clear
from tests.support.frames import EMPTY_REGISTER, PROVENANCE, frame_of, identity, panel_table, public_plan
from tests.support.sample_result import policy
from tests.support.staggered import FIRST_YEAR, staggered_panel


def plan_of(compare_with: str = "never_treated", **design: object) -> EvaluationPlan:
    return public_plan(["y"], staggered={"compare_with": compare_with}, **design)


def table_of(y: np.ndarray, first: np.ndarray) -> pd.DataFrame:
    years = FIRST_YEAR + np.arange(y.shape[1])
    return panel_table(y, (first[:, None] > 0) & (years[None, :] >= first[:, None]), outcome="y")


def run(plan: EvaluationPlan, table: pd.DataFrame, observed: pd.DataFrame | None = None) -> EvaluationResult:
    with measured_with(1_000):
        return evaluate(frame_of(table, observed=observed), plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE)


@pytest.fixture(scope="module")
def found() -> EvaluationResult:
    y, first, _ = staggered_panel()
    return run(plan_of(starts={"into": "year", "least_cohort": 6}), table_of(y, first))


def test_the_main_estimate_is_the_mean_over_start_groups(found: EvaluationResult) -> None:
    main, imputed, ordinary = (found.estimate(name) for name in ("did.y", "did-imputation.y", "did-twfe.y"))
    assert main.value == pytest.approx(1.0843402378571427, rel=1e-9)
    assert (main.estimator, main.estimand, main.n_units, main.n_treated_units) == ("callaway-santanna", "ATT-clusters", 34, 20)
    assert main.inference in {"scores-t", "scores-and-hall"}
    assert main.second_engine is not None
    assert main.interval is not None
    assert main.interval.low < main.value < main.interval.high
    assert imputed.p_value is not None
    assert ordinary.value == pytest.approx(1.2599325700218815, rel=1e-9)
    assert (ordinary.p_value, ordinary.interval, ordinary.route_reason) == (None, None, "twfe-beside")


def test_the_measured_rate_stands_beside_each_p_value(found: EvaluationResult) -> None:
    assert [v.estimate_id for v in found.validity] == ["did.y", "did-imputation.y"]
    for each in found.validity:
        assert each.worst_rate is not None
        assert each.worst_rate <= each.limit
        assert each.ordinary == "influence-z"


def test_groups_paths_and_times_are_there_and_small_groups_are_joined(found: EvaluationResult) -> None:
    (study,) = found.staggered
    assert [(c.cohort, c.n_units) for c in study.cohorts] == [("2003", 6), ("2004–2006", 14)]
    assert study.joined == 1
    assert {p.cohort for p in study.paths} == {"", "2003", "2004–2006"}
    assert len(study.paths) == 3 * 8
    assert [e.event_time for e in found.effect_path] == [-5, -4, -3, -2, 0, 1, 2, 3, 4]
    assert study.band_route in {"sup-t", "sup-t-wide"}
    assert all(e.interval is not None for e in found.effect_path)
    assert study.diagnosis is not None
    assert study.diagnosis.forbidden_weight == pytest.approx(0.105, abs=0.001)


def test_the_result_survives_its_own_text(found: EvaluationResult) -> None:
    assert from_json(to_json(found)) == found


def test_the_report_says_it_in_words_figures_and_a_table(found: EvaluationResult) -> None:
    page = str(results(clear(found, policy())))
    assert "Startgrupper: insatsen började vid olika tidpunkter" in page
    assert "Av den vilar 11" in page
    assert page.count("Medelvärde per startgrupp för y") == 1
    assert "2004–2006" in page


def test_start_groups_of_persons_are_never_released(found: EvaluationResult) -> None:
    persons = replace(found, plan=replace(found.plan, data_kind="persons"), estimates=(), means=())
    with pytest.raises(DisclosureRefused):
        clear(persons, policy())


def test_without_never_treated_units_the_last_starters_are_compared_with_until_they_start() -> None:
    y, first, _ = staggered_panel()
    use = first > 0
    plan = plan_of("not_yet_treated")
    result = run(plan, table_of(y[use], first[use]))
    assert result.estimate("did.y").n_treated_units == 15
    assert result.staggered[0].paths[-1].period == "2005"
    with pytest.raises(EstimationError) as caught:
        run(plan_of(), table_of(y[use], first[use]))
    assert caught.value.code == "EST-ALL-TREATED"


def test_two_treated_units_get_a_value_and_no_p_value() -> None:
    y, first, _ = staggered_panel()
    use = np.append(np.flatnonzero(first == 0), [14, 20])
    result = run(plan_of(), table_of(y[use], first[use]))
    main = result.estimate("did.y")
    assert (main.p_value, main.interval, main.route_reason) == (None, None, "few-treated-clusters")
    assert all(c.interval is None for c in result.staggered[0].cohorts)
    assert result.validity[0].ordinary_worst > 0.2


def test_units_that_lack_a_period_are_counted_and_both_numbers_are_shown() -> None:
    y, first, _ = staggered_panel()
    whole = table_of(y, first)
    seen = whole.assign(axis="period")[["unit", "outcome", "axis", "order", "period", "treated", "value"]]
    seen = seen[~((seen["unit"] == "u0015") & (seen["order"] == 7)) & ~((seen["unit"] == "u0003") & (seen["order"] < 2))]
    complete = whole[~whole["unit"].isin(["u0015", "u0003"])]
    frame = frame_of(whole, observed=seen)
    frame = replace(frame, table=complete, persons=frame.persons.assign(cohort=_cohorts(first)))
    with measured_with(500):
        result = evaluate(frame, plan_of(), EMPTY_REGISTER, None, identity(plan_of()), PROVENANCE)
    balance = result.staggered[0].balance
    assert balance is not None
    assert (balance.n_complete, balance.n_any) == (32, 34)
    assert balance.complete == result.estimate("did-imputation.y").value
    assert balance.with_any != balance.complete


def _cohorts(first: np.ndarray) -> list[str]:
    return [str(2000 + int(f) - FIRST_YEAR) if f else "aldrig" for f in first]


def test_a_group_joins_the_next_until_it_is_large_enough() -> None:
    starts = Starts(np.array([1, 1, 2, 3, 3, 3, 4, np.inf], dtype=float), 6)
    assert [g.label for g in joined_cohorts(starts, 3)] == [(1, 2), (3, 4)]
    assert [g.label for g in joined_cohorts(starts, 1)] == [(1, 1), (2, 2), (3, 3), (4, 4)]


def test_the_order_of_rows_changes_no_byte() -> None:
    y, first, _ = staggered_panel()
    table = table_of(y, first)
    assert to_json(run(plan_of(), table)) == to_json(run(plan_of(), table.sample(frac=1, random_state=1)))


def test_leaving_one_unit_out_asks_the_same_estimate(found: EvaluationResult) -> None:
    assert found.robustness is not None
    left = found.robustness.leave_one_out
    assert left is not None
    assert left.value == found.estimate("did.y").value
    assert left.low < left.value < left.high
    y, first, _ = staggered_panel()
    kept = np.arange(len(y)) != 33
    starts = Starts(np.where(first == 0, np.inf, first - FIRST_YEAR).astype(float)[kept], y.shape[1])
    without = float((overall(group_times(starts, Rules()), starts) * y[kept]).sum())
    assert left.low - 1e-9 <= without <= left.high + 1e-9


def test_placebos_of_start_groups_use_the_start_groups_estimate() -> None:
    y, first, _ = staggered_panel()
    plan = plan_of()
    rng = np.random.default_rng(4)
    more = np.vstack([y, y[first == 0] + rng.normal(0, 1, (14, 8))])
    panel = make_panel(frame_of(table_of(more, np.append(first, np.zeros(14, dtype=int)))), plan, "y")
    with measured_with(500):
        made = placebo_pass(panel, plan, 5, lambda: None)
    assert made.n_distinct == 5
    assert made.route in {"scores-t", "scores-and-hall", "scores-few", "none"}
    assert made.as_extreme is not None
