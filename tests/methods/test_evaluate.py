"""The whole of room 4 on a frame made by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from evalkit.errors import EstimationError
from evalkit.findings import reasons
from evalkit.findings.evidence import EvidenceLevel
from evalkit.findings.result import EvaluationResult, from_json, to_json
from evalkit.findings.sample import Exclusion, FlowArm, SampleFlow
from evalkit.methods.evaluate import evaluate
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.unit_costs import UnitCost, UnitCostTable
from evalkit.records.stations import AnalysisFrame
from tests.support.frames import (
    AFTER,
    BEFORE,
    EMPTY_REGISTER,
    OUTCOME,
    PROVENANCE,
    demo_plan,
    frame_of,
    identity,
    person_table,
)

PRICES = UnitCostTable(
    id="skl-2015",
    costs=tuple(
        UnitCost(id=i, label=i, kronor=k, unit="styck", price_year=y, source="påhittad", status="draft", overhead_included="no")
        for i, k, y in (("utredning_bbic", 30_000.0, "2015"), ("psykologutredning", 12_000.0, "ej angivet (listan är från 2015)"))
    ),
)


def table() -> pd.DataFrame:
    """Treated change by 8, 10, 12, 14 (mean 11); comparison by 1, 2, 3, 6 (mean 3): difference 8."""
    before = [40, 42, 44, 46, 41, 43, 45, 47]
    change = [8, 10, 12, 14, 1, 2, 3, 6]
    return person_table(before, [b + c for b, c in zip(before, change, strict=True)], [True] * 4 + [False] * 4)


def talks() -> pd.DataFrame:
    """Sixteen talks for p0, eight for p1, none for p2 and p3; one of p1's lies after the year."""
    rows = [("p00000", f"2015-{m:02d}-15", 8.0, f) for m, f in ((10, 1.0), (11, 0.0))]
    rows += [("p00001", "2015-10-20", 8.0, 1.0), ("p00001", "2016-12-01", 9.0, np.nan), ("p00004", "2015-10-20", 5.0, 1.0)]
    made = pd.DataFrame(rows, columns=["unit", "date", "quantity", "fidelity"]).assign(activity="samordningssamtal")
    made["date"] = pd.to_datetime(made["date"])
    made["day"] = (made["date"] - pd.Timestamp(2015, 9, 1)).dt.days
    return made


def run(plan: EvaluationPlan | None = None, frame: AnalysisFrame | None = None) -> EvaluationResult:
    plan = plan or demo_plan()
    return evaluate(frame or frame_of(table(), activities=talks()), plan, EMPTY_REGISTER, PRICES, identity(plan), PROVENANCE)


def test_the_difference_of_mean_changes_by_hand():
    found = run().estimate(f"did.{OUTCOME}")
    # s1² = (9+1+1+9)/3 = 20/3, s0² = (4+1+0+9)/3 = 14/3; SE² = (20/3 + 14/3)/4 = 17/6
    assert found.value == pytest.approx(8.0, rel=1e-12)
    assert found.std_error == pytest.approx((17 / 6) ** 0.5, rel=1e-12)
    # df = (17/6)² / ((5/3)²/3 + (7/6)²/3) = 8.027777… / 1.379629… = 5.8187919…
    assert found.df == pytest.approx((17 / 6) ** 2 / (((5 / 3) ** 2 + (7 / 6) ** 2) / 3), rel=1e-12)
    assert found.interval.level == 0.95
    assert found.better is True
    assert (found.inference, found.route_reason, found.occasions) == ("welch", "assigned-to-persons", (BEFORE, AFTER))
    assert (found.n_units, found.n_treated_units, found.evidence.n_persons) == (8, 4, 4)
    assert found.second_engine.agrees


def test_each_group_has_its_own_change():
    result = run()
    treated, comparison = result.estimate(f"change.treated.{OUTCOME}"), result.estimate(f"change.comparison.{OUTCOME}")
    assert (treated.value, comparison.value) == (pytest.approx(11.0), pytest.approx(3.0))
    # four persons: a few who become much worse would make any interval too short, so there is none
    assert (treated.std_error, treated.interval, treated.route_reason) == (None, None, "too-few-for-skewed-changes")
    assert treated.n_units == 4
    assert {s.kind for s in result.effect_sizes if s.estimate_id == treated.id} == {"dz", "gz", "dav", "gav"}


def test_dose_and_fidelity_count_everyone_due_and_only_their_days():
    found = run().activities[0]
    # 16, 8, 0, 0 within 365 days: mean 6, one of four reaches 16; fidelity 1, 0, 1
    assert (found.n_persons, found.mean_quantity, found.share_reaching_target) == (4, 6.0, 0.25)
    assert found.fidelity == pytest.approx(2 / 3)
    assert found.evidence.top_two_share == 1.0
    months = {m.month: (m.quantity, m.evidence.n_persons) for m in run().activity_months}
    assert months == {"2015-10": (16.0, 2), "2015-11": (8.0, 1), "2016-12": (9.0, 1)}


def test_nobody_is_due_before_the_days_have_passed():
    frame = frame_of(table(), activities=talks(), evaluated_on=date(2016, 8, 30))
    assert run(frame=frame).activities == ()


def test_kronor_per_participant_and_break_even():
    found = run().valuation
    assert (found.n_participants, found.cost_per_participant) == (4, 1_200_000.0)
    first, second = found.break_even
    assert (first.number_needed, first.per_participant, first.note) == (160.0, 40.0, "")
    assert (second.number_needed, second.note) == (400.0, "price-year-unclear")


def test_a_person_kept_outside_is_no_participant():
    frame = frame_of(table(), activities=talks())
    frame.persons.loc[frame.persons["unit"] == "p00000", "outside"] = "consent_withdrawn"
    result = run(frame=frame)
    assert result.valuation.n_participants == 3
    assert result.activities[0].mean_quantity == pytest.approx(8 / 3)


def test_result_survives_the_journey_through_json():
    result = run()
    assert from_json(to_json(result)) == result


def test_row_order_changes_no_byte():
    shuffled = frame_of(table(), activities=talks())
    mixed = replace(shuffled, table=shuffled.table.sample(frac=1, random_state=7), persons=shuffled.persons.iloc[::-1])
    assert to_json(run(frame=mixed)) == to_json(run())


def test_secondary_outcome_that_cannot_be_estimated_is_named_and_the_rest_goes_on():
    rows = table()
    flat = rows.assign(outcome="franvaro", value=5.0)
    result = run(demo_plan(outcomes=(OUTCOME, "franvaro")), frame_of(pd.concat([rows, flat])))
    assert [(r.outcome, r.analysis, r.code) for r in result.refusals] == [
        ("franvaro", "pre_post", "EST-CONSTANT"),
        ("franvaro", "did", "EST-CONSTANT"),
    ]
    assert result.estimate(f"did.{OUTCOME}").value == pytest.approx(8.0)


def test_primary_outcome_that_cannot_be_estimated_stops_the_run():
    with pytest.raises(EstimationError, match="alla värden är lika"):
        run(frame=frame_of(table().assign(value=5.0)))


def test_before_and_after_alone_is_development():
    result = run(demo_plan(analyses=["pre_post"], comparison="none"))
    assert result.evidence.level is EvidenceLevel.DEVELOPMENT
    assert result.tests == ()
    assert not [e for e in result.estimates if e.id.startswith("did")]


def test_untested_trends_lower_a_comparison_but_not_a_lottery():
    assert run().evidence.level is EvidenceLevel.COMPARED
    assert run().evidence.lowered_by == ("pre-trends-cannot-be-tested",)
    assert run().evidence.below_minimum
    lottery = run(demo_plan(comparison="randomised")).evidence
    assert (lottery.level, lottery.lowered_by, lottery.below_minimum) == (EvidenceLevel.RANDOMISED, (), False)


def test_unequal_attrition_lowers_a_lottery():
    gone = (Exclusion("no_follow_up", "treated", "uppf12", 3), Exclusion("not_due", "comparison", "uppf12", 50))
    arms = tuple(
        FlowArm(g, 4 + sum(e.n for e in gone if e.group == g), 4, frame_of(table()).flows[0].arm(g).evidence)
        for g in ("treated", "comparison")
    )
    frame = replace(frame_of(table()), flows=(SampleFlow(OUTCOME, arms, gone),))
    found = run(demo_plan(comparison="randomised"), frame).evidence
    # 3 of 7 treated are lost (43 % > 35 %), none of the comparison: those not yet due are no attrition
    assert found.lowered_by == ("attrition", "attrition-difference")
    assert found.level is EvidenceLevel.CAUSAL_WITH_CAVEATS


def test_two_large_amounts_show_in_the_evidence_of_a_cost_and_not_of_a_score():
    rows = table()
    costs = rows.assign(outcome="insatskostnad", value=[0.0, 900.0, 0, 80, 0, 10, 0, 10, 5, 5, 0, 10, 0, 10, 0, 10])
    result = run(demo_plan(outcomes=(OUTCOME, "insatskostnad")), frame_of(pd.concat([rows, costs])))
    # treated changes 900, 80, 10, 10: (900 + 80)/1000; comparison 0, 10, 10, 10: 2/3
    assert result.estimate("change.treated.insatskostnad").evidence.top_two_share == pytest.approx(0.98)
    assert result.estimate("did.insatskostnad").evidence.top_two_share == pytest.approx(0.98)
    assert result.estimate(f"did.{OUTCOME}").evidence.top_two_share is None


def test_a_group_in_which_everybody_changes_alike_is_marked():
    rows = person_table([40, 42, 44, 10, 20, 30], [41, 47, 46, 15, 25, 35], [True] * 3 + [False] * 3)
    plan = demo_plan(analyses=["did"])
    found = run(plan, frame_of(rows)).estimate(f"did.{OUTCOME}")
    assert found.evidence.all_equal


def walk(value: Any) -> Iterator[Any]:
    yield value
    if is_dataclass(value):
        for f in fields(value):
            yield from walk(getattr(value, f.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from walk(item)


def test_no_pseudonym_and_no_list_as_long_as_the_persons_leaves():
    many = [float(v) for v in np.random.default_rng(1).integers(20, 60, 74)]
    frame = frame_of(person_table(many, many[::-1], [i % 2 == 0 for i in range(74)]))
    result = run(frame=frame)
    assert "p000" not in to_json(result)
    assert max(len(v) for v in walk(result) if isinstance(v, tuple)) < 37


def test_every_code_in_a_result_has_words():
    for comparison in ("waiting_list", "randomised", "none"):
        result = run(demo_plan(comparison=comparison, analyses=["pre_post"] if comparison == "none" else ["pre_post", "did"]))
        assert {e.route_reason for e in result.estimates} <= reasons.ROUTES.keys()
        assert {e.estimand for e in result.estimates} <= reasons.ESTIMANDS.keys()
        assert {t.reason for t in result.tests} <= reasons.TESTS.keys()
        assert set(result.evidence.lowered_by) <= reasons.LOWERED.keys()
        assert {b.note for b in result.valuation.break_even} <= {"", *reasons.PRICE_NOTES}


def test_trend_points_hold_the_estimates_own_persons_only():
    rows = table()
    extra = [
        ("p99999", OUTCOME, "occasion", 0, BEFORE, True, 90.0),
        ("p00000", OUTCOME, "occasion", 1, "Efter 6 månader", True, 44.0),
    ]
    columns = ["unit", "outcome", "axis", "order", "period", "treated", "value"]
    observed = pd.concat([rows.assign(axis="occasion", order=rows["order"] * 2)[columns], pd.DataFrame(extra, columns=columns)])
    points = run(frame=frame_of(rows, observed=observed)).means
    assert [(p.group, p.order, p.n) for p in points] == [
        ("treated", 0, 4),
        ("comparison", 0, 4),
        ("treated", 1, 1),
        ("treated", 2, 4),
        ("comparison", 2, 4),
    ]
    assert points[3].mean - points[0].mean == pytest.approx(11.0)
