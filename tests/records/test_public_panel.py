"""Public aggregates: treatment by threshold, who leaves and why, and the real panels to their reference numbers."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from evalkit.errors import GateClosed, PlanError
from evalkit.findings.quality import GateReport
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.instruments import InstrumentRegister
from evalkit.plan.loader import load_plan
from evalkit.records.frame import build_frame
from evalkit.records.reading.file import read_source_file
from evalkit.records.scoring import score
from evalkit.records.stations import AnalysisFrame, GatedExtract
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.shared import REASON, SHARED

PLANS = Path(__file__).parents[2] / "params" / "interventions"
REGISTER = InstrumentRegister(instruments=())


def hemtjanst(**rule: Any) -> EvaluationPlan:
    raw = yaml.load((PLANS / "exempel-hemtjanst.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    raw["design"]["treatment"] |= rule
    return EvaluationPlan.model_validate(raw)


def frame_of(table: pd.DataFrame, plan: EvaluationPlan) -> AnalysisFrame:
    extract = GatedExtract({plan.sources[0].id: table}, GateReport("prov", ()), {}, (), date(2018, 1, 1), "")
    return build_frame(score(extract, plan, REGISTER), plan)


def panel(paths: dict[str, Sequence[float | None]], **values: float) -> pd.DataFrame:
    """Four years from 2014; a unit's path is its share in own production, None where it has no row."""
    rows = [
        {"unit": unit, "period": float(2014 + year), "treatment": share, "cost": 100.0 + year, "hours": 10.0 + year, **values}
        for unit, path in paths.items()
        for year, share in enumerate(path)
        if share is not None
    ]
    return pd.DataFrame(rows)


PATHS = {
    "Aby": (100, 100, 100, 100),
    "Bro": (100, 80, 70, 60),
    "Dal": (100, 100, 100, 90),
    "Ed": (90, 80, 70, 60),
    "Flen": (100, 80, 80, 100),
    "Gagn": (100, 100, 80, None),
}


def flow(frame: AnalysisFrame, outcome: str) -> tuple[dict[str, tuple[int, int]], dict[tuple[str, str], int]]:
    found = next(f for f in frame.flows if f.outcome == outcome)
    arms = {arm.group: (arm.n_delivered, arm.n_analysed) for arm in found.arms}
    return arms, {(e.reason, e.group): e.n for e in found.exclusions}


def test_each_unit_leaves_for_one_reason():
    arms, left = flow(frame_of(panel(PATHS), hemtjanst()), "cost")
    assert arms == {"treated": (5, 2), "comparison": (1, 1)}
    assert left == {("always_treated", "treated"): 1, ("reversal", "treated"): 1, ("unbalanced", "treated"): 1}


def test_treatment_starts_in_the_first_year_beyond_the_threshold():
    table = frame_of(panel(PATHS), hemtjanst()).table
    cost = table[table["outcome"] == "cost"].set_index(["unit", "order"])
    assert cost["is_after"].to_dict() == {
        **{("Aby", n): False for n in range(4)},
        **{("Bro", n): n >= 1 for n in range(4)},
        **{("Dal", n): n >= 3 for n in range(4)},
    }
    first = cost.groupby("unit")[["treated_order", "cohort", "treated"]].first()
    assert first.loc["Bro"].tolist() == [1.0, "2015", True]
    assert np.isnan(first.loc["Aby", "treated_order"])
    assert first.loc["Aby", ["cohort", "treated"]].tolist() == ["aldrig", False]
    assert cost["period"].unique().tolist() == ["2014", "2015", "2016", "2017"]
    assert (cost["cluster"] == cost.index.get_level_values("unit")).all()


def test_always_treated_and_reversals_stay_where_the_plan_keeps_them():
    frame = frame_of(panel(PATHS), hemtjanst(exclude_always_treated="false", exclude_reversals="false"))
    arms, left = flow(frame, "cost")
    assert (arms["treated"], left) == ((5, 4), {("unbalanced", "treated"): 1})
    flen = frame.table[(frame.table["unit"] == "Flen") & (frame.table["outcome"] == "cost")]
    assert flen["is_after"].tolist() == [False, True, True, False]


def test_above_means_strictly_above():
    table = panel({"Aby": (0, 0, 0, 0), "Bro": (0, 0, 1, 1)})
    frame = frame_of(table, hemtjanst(when="above", threshold="0"))
    assert frame.persons["treated"].tolist() == [False, True]
    assert frame.persons["treated_from"].tolist()[1] == 2016.0


def test_a_unit_whose_treatment_is_unknown_in_a_year_is_unbalanced():
    table = panel({"Aby": (100, 100, 100, 100), "Bro": (100, 80, 80, 80)})
    table.loc[1, "treatment"] = np.nan
    assert flow(frame_of(table, hemtjanst()), "cost")[1] == {("unbalanced", "comparison"): 1}


def test_a_missing_value_takes_the_unit_out_of_that_outcome_only():
    table = panel({"Aby": (100, 100, 100, 100), "Bro": (100, 80, 80, 80)})
    table.loc[0, "hours"] = np.nan
    frame = frame_of(table, hemtjanst())
    assert flow(frame, "hours")[1] == {("partial", "comparison"): 1}
    assert flow(frame, "cost")[1] == {}
    assert len(frame.observed[frame.observed["outcome"] == "hours"]) == 7


def test_blanks_around_names_and_decimals_of_codes_make_no_new_units():
    table = panel({" Aby": (100, 100, 100, 100), "Bro ": (100, 80, 80, 80)})
    frame = frame_of(table, hemtjanst())
    assert frame.persons["unit"].tolist() == ["Aby", "Bro"]
    assert next(o for o in frame.report.outcomes if o.code == "SC-BLANK").n_failed == 8
    coded = table.assign(unit=table["unit"].map({" Aby": 180.0, "Bro ": 1880.0}))
    assert frame_of(coded, hemtjanst()).persons["unit"].tolist() == ["180", "1880"]


def test_two_rows_of_a_unit_in_a_year_close_the_gate():
    table = panel(PATHS)
    with pytest.raises(GateClosed, match="kommuner: 1 enheter har flera rader för samma period"):
        frame_of(pd.concat([table, table.iloc[:1]]), hemtjanst())


def test_public_data_without_a_treatment_rule_is_a_fault_of_the_plan():
    plan = hemtjanst()
    without = plan.model_copy(update={"design": plan.design.model_copy(update={"treatment": None})})
    with pytest.raises(PlanError, match=r"kräver design\.treatment"):
        frame_of(panel(PATHS), without)


def test_quarters_are_in_time_order_and_named():
    table = panel({"Aby": (100, 100, 100, 100), "Bro": (100, 80, 80, 80)})
    table["period"] = table["period"].map({2014.0: "2011K4", 2015.0: "2012K1", 2016.0: "2012K2", 2017.0: "2012K3"})
    frame = frame_of(table, hemtjanst())
    cost = frame.table[(frame.table["outcome"] == "cost") & (frame.table["unit"] == "Bro")]
    assert cost["period"].tolist() == ["2011K4", "2012K1", "2012K2", "2012K3"]
    assert frame.persons["treated_from"].tolist()[1] == 2012.0


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_no_unit_vanishes_and_row_order_does_not_matter(data: st.DataObject):
    share = st.one_of(st.none(), st.sampled_from([100.0, 100.0, 90.0, np.nan]))
    paths = {f"u{n}": data.draw(st.tuples(share, share, share)) for n in range(data.draw(st.integers(1, 6)))}
    table = panel(paths)
    if table.empty:
        return
    plan = hemtjanst()
    frame = frame_of(table, plan)
    turned = frame_of(table.iloc[::-1].reset_index(drop=True), plan)
    pd.testing.assert_frame_equal(frame.table, turned.table)
    assert sum(arm.n_delivered for arm in frame.flows[0].arms) == table["unit"].nunique()
    assert sum(arm.n_analysed for arm in frame.flows[0].arms) == frame.table["unit"].nunique()
    sizes = frame.table.groupby(["outcome", "unit"]).size()
    assert (sizes == sizes.max()).all()


@pytest.mark.skipif(not SHARED.exists(), reason=REASON)
class TestRealPanels:
    """The files as delivered, through the shipped plans. The estimates themselves are tested in tests/methods."""

    def read(self, name: str, plan: EvaluationPlan) -> AnalysisFrame:
        read = read_source_file(SHARED / "data" / name, plan.sources[0], plan, None, evaluated_on=date(2018, 1, 1))
        return frame_of(read.table, plan)

    def test_rkd_keeps_the_monotone_units_that_were_not_always_treated(self):
        frame = self.read("rkd.csv", load_plan(PLANS / "exempel-rkd.yaml"))
        arms, left = flow(frame, "pers_total")
        assert arms == {"treated": (167, 111), "comparison": (112, 112)}
        assert left == {("always_treated", "treated"): 55, ("reversal", "treated"): 1}
        assert frame.table.groupby("outcome").size().to_dict() == dict.fromkeys(
            ["costequalgrants", "pers_school", "pers_social", "pers_total"], 2007
        )
        means = two_way_means(frame.table)
        assert {name: round(value, 3) for name, value in means.items()} == {
            "costequalgrants": 6.194,
            "pers_school": 0.426,
            "pers_social": -0.006,
            "pers_total": 1.780,
        }

    def test_home_care_keeps_sixteen_that_opened_and_141_that_never_did(self):
        frame = self.read("panel_data_2014_2017.csv", load_plan(PLANS / "exempel-hemtjanst.yaml"))
        arms, left = flow(frame, "cost")
        assert arms == {"treated": (135, 16), "comparison": (141, 141)}
        assert left == {("always_treated", "treated"): 103, ("reversal", "treated"): 16}
        assert frame.table.groupby("outcome").size().to_dict() == {"cost": 628, "hours": 628}
        orebro = frame.persons.set_index("unit").loc["Örebro"]
        assert (orebro["treated_from"], orebro["outside"], orebro["cohort"]) == (2015.0, None, "2015")
        means = two_way_means(frame.table)
        assert (round(means["cost"]), round(means["hours"], 2)) == (-11575, 0.21)


def two_way_means(table: pd.DataFrame) -> dict[str, float]:
    """Two-way fixed-effects estimate by double demeaning, which is exact in a balanced panel."""
    found = {}
    for outcome, rows in table.groupby("outcome"):
        y = rows.pivot_table(index="unit", columns="order", values="value").to_numpy()
        d = rows.assign(d=rows["is_after"].astype(float)).pivot_table(index="unit", columns="order", values="d").to_numpy()
        y, d = (m - m.mean(axis=1, keepdims=True) - m.mean(axis=0, keepdims=True) + m.mean() for m in (y, d))
        found[str(outcome)] = float((d * y).sum() / (d**2).sum())
    return found


def test_a_frame_says_how_much_it_holds_and_no_name():
    frame = frame_of(panel(PATHS), hemtjanst())
    assert repr(frame) == "AnalysisFrame(3 enheter, 2 mått)"
    assert dataclasses.is_dataclass(frame)
