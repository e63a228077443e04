"""Real Swedish municipal panels: the reference numbers of ../shared/data/README.md, clustered by municipality."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from evalkit.findings.evidence import EvidenceLevel
from evalkit.findings.result import EvaluationResult
from evalkit.methods.evaluate import evaluate
from tests.support.frames import EMPTY_REGISTER, PROVENANCE, frame_of, identity, panel_table, public_plan
from tests.support.shared import REASON, SHARED

pytestmark = pytest.mark.skipif(not SHARED.exists(), reason=REASON)


def wide(data: pd.DataFrame, unit: str, outcomes: list[str], treated: pd.Series) -> pd.DataFrame:
    """Balanced rows of units that are neither treated from the first year on nor stop being treated."""
    status = data.assign(status=treated.astype(int)).pivot_table(index=unit, columns="year", values="status")
    keep = status.index[(status.iloc[:, 0] == 0) & (status.diff(axis=1).fillna(0) >= 0).all(axis=1)]
    tables = []
    for outcome in outcomes:
        y = data.pivot_table(index=unit, columns="year", values=outcome).loc[keep]
        tables.append(panel_table(y.to_numpy(dtype=float), status.loc[keep].to_numpy(dtype=bool), outcome=outcome))
    return pd.concat(tables, ignore_index=True)


@pytest.fixture(scope="module")
def rkd() -> EvaluationResult:
    outcomes = ["pers_total", "costequalgrants", "pers_school", "pers_social"]
    data = pd.read_csv(SHARED / "data" / "rkd.csv")
    plan = public_plan(outcomes)
    frame = frame_of(wide(data, "code", outcomes, data["forcing"] > 0))
    return evaluate(frame, plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE)


@pytest.mark.parametrize(
    ("outcome", "estimate", "std_error"),
    [
        ("costequalgrants", 6.194, 0.714),
        ("pers_total", 1.780, 0.407),
        ("pers_school", 0.426, 0.136),
        ("pers_social", -0.006, 0.063),
    ],
)
def test_rkd_gives_the_reference_estimates(rkd: EvaluationResult, outcome: str, estimate: float, std_error: float):
    found = rkd.estimate(f"did.{outcome}")
    assert (round(found.value, 3), round(found.std_error, 3)) == (estimate, std_error)
    assert (found.n_units, found.n_treated_units, found.df) == (223, 111, 222.0)
    assert (found.estimator, found.inference, found.route_reason) == ("twfe", "cr1-t", "twfe-staggered-mixes-cohorts")


def test_rkd_leads_contradict_parallel_trends(rkd: EvaluationResult):
    test = next(t for t in rkd.tests if t.outcome == "pers_total")
    assert (round(test.statistic, 2), test.df, round(test.p_value, 4)) == (13.33, 4.0, 0.0098)
    assert test.state == "contradicted"
    leads = [round(p.value, 2) for p in rkd.effect_path if p.outcome == "pers_total" and p.event_time < 0]
    assert leads == [-2.14, -0.98, -0.86, -0.52]


def test_rkd_may_not_be_called_an_effect(rkd: EvaluationResult):
    assert rkd.evidence.ceiling is EvidenceLevel.CAUSAL_WITH_CAVEATS
    assert rkd.evidence.level is EvidenceLevel.COMPARED
    assert rkd.evidence.lowered_by == ("pre-trends-contradicted",)


def test_home_care_shows_nothing():
    data = pd.read_csv(SHARED / "data" / "panel_data_2014_2017.csv", encoding="cp1252")
    plan = public_plan(["cost", "hours"])
    frame = frame_of(wide(data, "municipality", ["cost", "hours"], data["public_providers"] < 100))
    result = evaluate(frame, plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE)
    cost, hours = result.estimate("did.cost"), result.estimate("did.hours")
    assert (round(cost.value), round(cost.std_error)) == (-11575, 9015)
    assert (round(hours.value, 2), round(hours.std_error, 2)) == (0.21, 1.16)
    # p in the reference comes from t with N − K degrees of freedom; here from t(G − 1) = t(156): the same to two digits.
    assert (round(cost.p_value, 2), round(hours.p_value, 2)) == (0.20, 0.86)
    assert (cost.n_units, cost.n_treated_units) == (157, 16)
    # six municipalities are seen two years before their start and one three: the joint test of two leads would print p = 5e-20
    assert {(t.state, t.reason) for t in result.tests} == {("cannot_be_tested", "too-few-clusters")}
    assert all(p.std_error is None for p in result.effect_path)
    assert result.evidence.lowered_by == ("pre-trends-cannot-be-tested",)


def test_second_engine_agrees_on_every_estimate(rkd: EvaluationResult):
    for found in rkd.estimates:
        assert found.second_engine is not None
        assert found.second_engine.name == "linearmodels PanelOLS"
        assert np.isclose(found.second_engine.std_error, found.std_error, rtol=1e-8)
