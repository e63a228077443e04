"""A published study through the same flow, to its published estimate."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from evalkit.errors import PlanError
from evalkit.findings.quality import GateReport
from evalkit.methods.evaluate import evaluate
from evalkit.plan.loader import load_plan
from evalkit.plan.project import Project
from evalkit.records import study
from evalkit.records.frame import build_frame
from evalkit.records.reading.file import read_source_file
from evalkit.records.scoring import score
from evalkit.records.stations import AnalysisFrame, GatedExtract
from tests.support.frames import EMPTY_REGISTER, PROVENANCE, identity

PLAN_ID = "exempel-organdonation"
PLAN = load_plan(Path(__file__).parents[2] / "params" / "interventions" / f"{PLAN_ID}.yaml")
installed = pytest.mark.skipif(
    importlib.util.find_spec("causaldata") is None, reason="tillvalet study (paketet causaldata) är inte installerat"
)


def through_the_flow(folder: Path) -> AnalysisFrame:
    (path,) = study.write_study(Project(folder), PLAN_ID)
    read = read_source_file(path, PLAN.sources[0], PLAN, None, evaluated_on=study.STUDIES[PLAN_ID].delivered)
    extract = GatedExtract({"delstater": read.table}, GateReport("prov", ()), {}, (), study.STUDIES[PLAN_ID].delivered, "")
    return build_frame(score(extract, PLAN, EMPTY_REGISTER), PLAN)


@installed
def test_the_published_panel_is_one_state_against_twenty_six(tmp_path: Path):
    frame = through_the_flow(tmp_path)
    assert [(arm.group, arm.n_delivered, arm.n_analysed) for arm in frame.flows[0].arms] == [
        ("treated", 1, 1),
        ("comparison", 26, 26),
    ]
    assert frame.table["period"].drop_duplicates().tolist() == ["2010K4", "2011K1", "2011K2", "2011K3", "2011K4", "2012K1"]
    assert frame.table.loc[frame.table["treated"], "is_after"].tolist() == [False] * 3 + [True] * 3


@installed
def test_the_published_estimate_is_reproduced(tmp_path: Path):
    # Huntington-Klein, The Effect, chapter 18: −0.022. Six digits from a public Stata log of the same model (reghdfe, states and
    # quarters absorbed, 162 rows, 27 clusters): −.022459.
    result = evaluate(through_the_flow(tmp_path), PLAN, EMPTY_REGISTER, None, identity(PLAN), PROVENANCE)
    found = result.estimate("did.rate")
    assert (round(found.value, 3), round(found.value, 6)) == (-0.022, -0.022459)
    assert (found.n_units, found.n_treated_clusters, found.p_value) == (27, 1, None)  # one treated state: no valid p-value


@installed
def test_the_one_state_is_ranked_among_the_other_twenty_six(tmp_path: Path):
    result = evaluate(through_the_flow(tmp_path), PLAN, EMPTY_REGISTER, None, identity(PLAN), PROVENANCE)
    (found,) = result.single_unit
    assert (found.unit, found.n_donors, found.n_before, found.n_after) == ("California", 26, 3, 3)
    estimate = result.estimate("sdid.rate")
    assert (round(estimate.value, 4), estimate.p_value, estimate.inference) == (-0.018, 5 / 27, "sdid-rank")
    assert estimate.false_positive_rate is not None
    assert estimate.false_positive_rate <= 0.06


@installed
def test_the_delivery_is_the_same_bytes_each_time(tmp_path: Path):
    (first,) = study.write_study(Project(tmp_path / "ett"), PLAN_ID)
    (second,) = study.write_study(Project(tmp_path / "två å"), PLAN_ID)
    assert first.read_bytes() == second.read_bytes()
    assert first.relative_to(tmp_path / "ett").as_posix() == "data/raw/exempel-organdonation/2014-08-01/organdonation.csv"
    assert first.read_text(encoding="utf-8").splitlines()[:2] == ["state,quarter,active_choice,rate", "Alaska,2010K4,0,0.75"]


def test_without_the_package_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    absent = study.Study("paket_som_saknas", "organ_donations", "x.csv", study.STUDIES[PLAN_ID].delivered, lambda table: table)
    monkeypatch.setitem(study.STUDIES, PLAN_ID, absent)
    with pytest.raises(PlanError, match='pip install "paket_som_saknas"'):
        study.write_study(Project(tmp_path), PLAN_ID)
    assert not (tmp_path / "data").exists()


def test_a_plan_without_a_study_is_refused(tmp_path: Path):
    with pytest.raises(PlanError, match="exempel-organdonation"):
        study.write_study(Project(tmp_path), "np-samverkan")
