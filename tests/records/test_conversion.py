"""Ready scores: converted between metrics by construction only, refused where the metric is a guess."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from evalkit.errors import GateClosed, PlanError
from evalkit.methods import norm_comparison
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.references import check_references
from evalkit.plan.register import load_register
from evalkit.records.conversion import METRICS, RANGES, converted
from evalkit.records.gate import inspect
from evalkit.records.scoring import score
from evalkit.records.stations import RawExtract, ScoredRecords
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.people import EVALUATED_ON, gated, persons, plan_mapping, plan_of
from tests.support.shared import SHARED

REGISTER = load_register(Path(__file__).parents[2] / "params" / "instruments")
N = 40
UNITS = [f"p{i:02d}" for i in range(N)]
LISTED = persons(*[(unit, "treated", "2016-09-01") for unit in UNITS], birth_date=pd.to_datetime(["2006-03-01"] * N))


def plan_with(instrument: str, scale: str, metric: str | None = None, **changes: Any) -> EvaluationPlan:
    mapping = plan_mapping()
    mapping["outcomes"] = [mapping["outcomes"][0] | {"instruments": [{"instrument": instrument, "scale": scale}]} | changes]
    mapping["sources"] = mapping["sources"][:2]
    column = {"name": "poang", "role": "value", "kind": "decimal", "outcome": "halsa"} | ({"metric": metric} if metric else {})
    mapping["sources"][1]["columns"] = [*mapping["sources"][1]["columns"][:2], column]
    return plan_of(mapping)


def ready(values: Any, plan: EvaluationPlan, day: str = "2016-09-01") -> ScoredRecords:
    table = pd.DataFrame({"person": UNITS[: len(values)], "date": pd.Timestamp(day), "halsa": np.asarray(values, dtype=float)})
    return score(gated(lista=LISTED, skattning=table), plan, REGISTER)


def refused(plan: EvaluationPlan) -> str:
    with pytest.raises(PlanError) as caught:
        check_references(plan, REGISTER, None, None)
    return str(caught.value)


def noticed(records: ScoredRecords, code: str) -> list[Any]:
    return [o for o in records.report.outcomes if o.code == code and not o.passed]


@pytest.mark.parametrize(
    ("metric", "key"), [("T", "T"), ("standard_100_15", "SS 100/15"), ("scaled_10_3", "scaled 10/3"), ("stanine", "stanine z=1.4")]
)
@pytest.mark.skipif(not SHARED.exists(), reason="the research texts are not here")
def test_conversions_match_the_worked_examples(metric, key):
    vectors = json.loads((SHARED / "instruments" / "worked-examples.json").read_text(encoding="utf-8"))
    assert converted(np.array([vectors["z"]]), "z", metric) == pytest.approx(vectors[key], abs=5e-5)
    given = converted(np.array([vectors["percentile Phi(z)*100"]]), "percentile", metric)
    assert given == pytest.approx(vectors[key], abs=5e-5)


@pytest.mark.parametrize(("z", "expected"), [(1.4, 8), (-0.3, 4), (0.25, 6), (-2.4, 1), (5.0, 9)])
def test_a_stanine_is_half_a_standard_deviation_wide(z, expected):
    assert converted(np.array([z]), "z", "stanine").tolist() == [expected]


@settings(deadline=None, max_examples=50)
@given(st.floats(-3, 3))
def test_the_two_engines_agree(z):
    """`methods.norm_comparison` has the same formulas one number at a time."""
    one = np.array([z])
    assert converted(one, "z", "T")[0] == pytest.approx(norm_comparison.t_score(z), rel=1e-12)
    assert converted(one, "z", "standard_100_15")[0] == pytest.approx(norm_comparison.standard_score(z), rel=1e-12)
    assert converted(one, "z", "stanine")[0] == norm_comparison.stanine(z)
    percentile = norm_comparison.percentile_if_normal(z)
    assert converted(np.array([percentile]), "percentile", "z")[0] == pytest.approx(z, abs=1e-6)


def test_there_and_back_again_changes_nothing_and_missing_stays_missing():
    values = np.array([35.0, 50.0, np.nan, 71.0])
    for other in ("z", "standard_100_15", "scaled_10_3"):
        np.testing.assert_allclose(converted(converted(values, "T", other), other, "T"), values)
    assert np.isnan(converted(np.array([0.0, 100.0, np.nan]), "percentile", "T")).all()
    assert METRICS.keys() == RANGES.keys() - {"percentile"}


def test_t_scores_become_standard_scores_and_the_gate_says_so():
    plan = plan_with("wisc5", "full_scale", "T")
    check_references(plan, REGISTER, None, None)
    records = ready([64, 50, 43], plan)
    assert sorted(records.measurements["value"]) == pytest.approx([89.5, 100.0, 121.0])
    (said,) = noticed(records, "SC-CONVERTED")
    assert (said.n_failed, said.severity.value) == (3, "note")
    assert not noticed(records, "IN-INTEGER")


def test_percentiles_are_averaged_as_z_and_never_raw():
    """The mean of the percentiles 2 and 98 is the middle; that of 50 and 99 is not 74,5."""
    records = ready([50, 99], plan_with("wisc5", "full_scale", "percentile"))
    assert records.measurements["value"].mean() == pytest.approx(100 + 15 * 2.3263478740408408 / 2)
    (said,) = noticed(records, "SC-CONVERTED")
    assert said.severity.value == "warn"
    assert "normalfördelad" in said.message


def test_a_percentile_of_nought_or_a_hundred_closes_the_gate():
    plan = plan_with("wisc5", "full_scale", "percentile")
    table = pd.DataFrame({"person": UNITS, "date": pd.Timestamp("2016-09-01"), "halsa": np.linspace(0, 100, N)})
    marked = {name: frame.assign(_file="f.csv", _line=range(2, len(frame) + 2)) for name, frame in
              {"lista": LISTED, "skattning": table}.items()}  # fmt: skip
    report, passed = inspect(RawExtract(marked, (), (), EVALUATED_ON, ""), plan, REGISTER)
    assert passed is None
    assert [o.n_failed for o in report.stops if o.code == "IN-RANGE"] == [2]


def test_a_raw_scale_or_a_finer_scale_than_the_delivered_is_refused():
    assert "inte till råpoäng" in refused(plan_with("phq9", "total", "T", direction="lower_better"))
    assert "inte till råpoäng" in refused(plan_with("who5", "percent", "percentile"))
    assert "avrundad" in refused(plan_with("wisc5", "full_scale", "stanine"))


def test_a_metric_without_outcome_is_refused():
    mapping = plan_with("wisc5", "full_scale").model_dump(mode="python")
    mapping["sources"][1]["columns"][1]["metric"] = "T"
    assert "metric hör till" in refused(EvaluationPlan.model_validate(mapping))


def test_t_scores_given_as_raw_leave_a_short_scale_and_are_told_on_a_long_one():
    t = converted((np.arange(N) + 0.5) / N * 100, "percentile", "T").round()
    with pytest.raises(GateClosed, match="IN-RANGE"):
        ready(t, plan_with("sdq_self", "total", direction="lower_better"))
    (said,) = noticed(ready(t, plan_with("kasam13", "total")), "SC-METRIC")
    assert "T-poäng kan ha levererats" in said.message


def test_an_index_needs_a_declared_value_set_of_the_register():
    """No set is guessed: the plan names it by its scale, and a set that the register does not have is refused."""
    check_references(plan_with("eq5d5l", "index_se_2020"), REGISTER, None, None)
    assert "index_se_2020" in refused(plan_with("eq5d5l", "total"))
    assert "index_uk_2018" in refused(plan_with("eq5d5l", "index_uk_2018"))
    assert not noticed(ready([0.2433, 0.9755], plan_with("eq5d5l", "index_se_2020")), "IN-RANGE")
    with pytest.raises(GateClosed, match="IN-RANGE"):
        ready([-0.314, 0.9], plan_with("eq5d5l", "index_se_2020"))


@pytest.mark.parametrize(("value", "day", "stops"), [
    (340.0, "2016-06-15", False), (342.5, "2016-06-15", True), (301.0, "2016-06-15", True),
    (322.5, "2013-06-15", True), (320.0, "2013-06-15", False), (-2.5, "2016-06-15", True),
])  # fmt: skip
def test_ready_merit_values_keep_the_limits_of_their_year(value, day, stops):
    plan = plan_with("meritvarde", "total")
    if stops:
        with pytest.raises(GateClosed, match=r"IN-RANGE|IN-INTEGER"):
            ready([value, 200.0], plan, day)
    else:
        assert ready([value, 200.0], plan, day).measurements["value"].max() == value


def test_a_pair_on_both_sides_of_a_break_is_told():
    table = pd.DataFrame({"person": ["p00", "p00"], "date": pd.to_datetime(["2013-06-15", "2014-06-15"]), "halsa": [200.0, 230.0]})
    records = score(gated(lista=LISTED, skattning=table), plan_with("meritvarde", "total"), REGISTER)
    assert [o.n_failed for o in noticed(records, "SC-BREAK")] == [1]
