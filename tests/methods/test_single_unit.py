"""One treated unit: twins worked by hand and held to R, ranks and intervals that agree, refusals, and the way from a plan."""

from __future__ import annotations

import json

import numpy as np
import pytest
from evalkit.errors import EstimationError
from evalkit.findings.result import from_json, to_json
from evalkit.findings.validity import ORDINARY_CLUSTER
from evalkit.methods.evaluate import evaluate
from evalkit.methods.panel import make_panel
from evalkit.methods.single_unit import design
from evalkit.methods.single_unit.design import design_of, measured
from evalkit.methods.single_unit.ranking import allowed, rank, rejects
from evalkit.methods.single_unit.study import study_single_unit
from evalkit.methods.single_unit.synthetic import METHODS, checked, synthetic_control, synthetic_did
from evalkit.methods.single_unit.weights import simplex_weights, support_weights
from evalkit.methods.validity.measure import Measured, Measurement, limit
from evalkit.plan.single_unit import DonorLeftOut
from tests.support.frames import EMPTY_REGISTER, PROVENANCE, identity
from tests.support.single_unit import BEFORE, REFEREES, built, referee_panel


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    monkeypatch.setattr(design, "DRAWS", 40)


def studied(y, start=BEFORE, **single):
    frame, plan = built(y, start, **single)
    return study_single_unit(frame, plan, make_panel(frame, plan, "utfall"))


# --- worked by hand -----------------------------------------------------------------------------------------------------------


def test_a_unit_inside_its_donors_is_their_mixture_and_the_rest_is_the_difference():
    donors = np.array([[0.0, 4.0, 8.0, 4.0, 4.0], [8.0, 0.0, 4.0, 8.0, 0.0], [4.0, 4.0, 0.0, 0.0, 8.0]])
    own = 0.25 * donors[0] + 0.75 * donors[1] + np.array([0, 0, 0, 5, 5])
    found = synthetic_control(own, donors, 3)
    np.testing.assert_allclose(found.weights, [0.25, 0.75, 0.0], atol=1e-5)
    assert found.value == pytest.approx(5, abs=1e-4)
    # 0.25·4 + 0.75·8 = 7 and 0.25·4 + 0.75·0 = 1
    np.testing.assert_allclose(found.twin[3:], [7.0, 1.0], atol=1e-4)


def test_a_constant_level_apart_is_no_difference_for_the_difference_in_differences():
    donors = np.array([[1.0, 2.0, 4.0, 3.0, 5.0], [2.0, 3.0, 5.0, 4.0, 6.0]])
    found = synthetic_did(donors[0] + 100 + np.array([0, 0, 0, 7, 7]), donors, 3)
    assert found.value == pytest.approx(7, abs=1e-9)
    assert found.misfit == pytest.approx(0, abs=1e-9)
    assert synthetic_control(donors[0] + 100, donors, 3).misfit == pytest.approx(99, abs=1e-6)


def test_an_interval_reaches_as_far_as_the_largest_placebo_in_units_of_misfit():
    y = referee_panel()
    ranking = rank(synthetic_did, y[0], y[1:], BEFORE)
    reach = max(p.statistic for p in ranking.placebos) * ranking.treated.scale
    interval = ranking.interval(0.95)
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((ranking.treated.value - reach, ranking.treated.value + reach))


# --- referees -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "stored"), [("synthetic_control", "control"), ("synthetic_did", "did")])
def test_twins_and_placebos_agree_with_quadprog(name, stored):
    referee = json.loads((REFEREES / "single_unit.json").read_text(encoding="utf-8"))[stored]
    y = referee_panel()
    ranking = rank(METHODS[name], y[0], y[1:], BEFORE)
    # quadprog squares the condition of the problem: 1e-6 of the spread, where the ridge is a thousandth of the noise.
    np.testing.assert_allclose(ranking.treated.value, referee["value"], atol=1e-6)
    np.testing.assert_allclose(ranking.treated.weights, referee["weights"], atol=1e-5)
    np.testing.assert_allclose([p.value for p in ranking.placebos], referee["placebos"], atol=1e-5)
    np.testing.assert_allclose([p.misfit for p in ranking.placebos], referee["misfits"], atol=1e-5)
    assert name == "synthetic_did" or referee["ratio_place"] == ranking.ratio_place


def test_synthdid_stops_close_to_the_optimum_found_here():
    referee = json.loads((REFEREES / "single_unit.json").read_text(encoding="utf-8"))["synthdid_py"]
    y = referee_panel()
    assert synthetic_did(y[0], y[1:], BEFORE).value == pytest.approx(referee["did"], abs=0.005)
    assert synthetic_control(y[0], y[1:], BEFORE).value == pytest.approx(referee["control"], abs=0.1)


@pytest.mark.parametrize("name", METHODS)
def test_the_linear_system_on_the_support_gives_the_same_number(name):
    y = np.random.default_rng(5).normal(size=(30, 9)).cumsum(axis=1)
    found = checked(METHODS[name], y[0], y[1:], 5)
    assert found.again == pytest.approx(found.value, abs=1e-8)
    assert found.gap < 1e-9


def test_weights_that_are_not_best_have_a_gap():
    rng = np.random.default_rng(6)
    columns, target = rng.normal(size=(8, 5)), rng.normal(size=8)
    best = simplex_weights(columns, target, 0.1)
    assert support_weights(columns, target, 0.1, best)[1] < 1e-12
    other = np.zeros(5)
    other[int(best.argmin())] = 1.0
    assert support_weights(columns, target, 0.1, other)[1] > 1e-3


# --- properties ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", METHODS)
def test_order_level_and_scale_of_the_data_do_not_matter(name):
    y = referee_panel()
    found = rank(METHODS[name], y[0], y[1:], BEFORE)
    shuffled = np.random.default_rng(1).permutation(np.arange(1, 21))
    other = rank(METHODS[name], y[0], y[shuffled], BEFORE)
    assert other.treated.value == pytest.approx(found.treated.value, abs=1e-9)
    assert other.place == found.place
    tripled = rank(METHODS[name], 3 * y[0], 3 * y[1:], BEFORE)
    assert tripled.treated.value == pytest.approx(3 * found.treated.value, abs=1e-8)
    assert tripled.place == found.place


def test_a_common_level_of_a_hundred_million_changes_nothing():
    y = referee_panel()
    near, far = (studied(values).finding.methods for values in (y, y + 1e8))
    for one, other in zip(near, far, strict=True):
        assert other.value == pytest.approx(one.value, abs=1e-6)
        assert [w.unit for w in other.weights] == [w.unit for w in one.weights]


@pytest.mark.parametrize("name", METHODS)
def test_the_interval_excludes_zero_exactly_where_the_rank_rejects(name):
    rng = np.random.default_rng(3)
    seen = set()
    for effect in (0.0, 0.0, 2.0, 4.0, 8.0):
        y = rng.normal(size=(21, 10))
        y[0, 6:] += effect
        ranking = rank(METHODS[name], y[0], y[1:], 6)
        interval = ranking.interval(0.95)
        rejected = ranking.p_value <= 0.05
        assert interval is not None
        assert rejected == (not interval.low <= 0 <= interval.high)
        assert rejects(METHODS[name], y[0], y[1:], 6, 0.05) == rejected
        seen.add(rejected)
    assert seen == {True, False}


def test_eighteen_donors_allow_no_place_at_five_percent():
    assert [allowed(n, 0.05) for n in (19, 20, 39, 40, 290)] == [0, 1, 1, 2, 14]


def test_no_more_false_alarms_than_promised_where_the_treated_unit_varies_twice_as_much(monkeypatch):
    monkeypatch.setattr(design, "DRAWS", 400)
    found = measured(20, 6, 4, "synthetic_did", seed=7)
    assert found.chosen is not None
    assert found.chosen.worst <= limit(400)
    assert max(found.ordinary) > 0.5
    assert design_of(200, 6, 4, "synthetic_did").n_donors == 39


# --- from a plan --------------------------------------------------------------------------------------------------------------


def test_the_plan_decides_and_the_result_holds_twins_placebos_and_the_log():
    y = referee_panel()
    left_out = ({"unit": "u0003", "reason": "egen reform 2005"},)
    frame, plan = built(np.vstack([y, y[5:8] + 1]), left_out=tuple(DonorLeftOut(**one) for one in left_out))
    result = evaluate(frame, plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE)
    (found,) = result.single_unit
    twin = found.methods[0]
    assert [(m.method, m.decides) for m in found.methods] == [("synthetic_did", True), ("synthetic_control", False)]
    assert (found.unit, found.n_donors, found.n_before, found.n_after) == ("u0000", 22, 8, 4)
    assert [(one.unit, one.code) for one in found.left_out] == [("u0003", "declared")]
    assert "u0003" not in {p.unit for p in twin.placebos}
    assert sum(w.weight for w in twin.weights) == pytest.approx(1, abs=0.02)
    estimate = result.estimate("sdid.utfall")
    assert (estimate.value, estimate.p_value, estimate.inference) == (twin.value, twin.place / 23, "sdid-rank")
    assert found.methods[1].p_value is None
    assert twin.smallest_p == 1 / 23
    assert [one.changed for one in twin.placebo_starts] == ["2003", "2004", "2005", "2006", "2007"]
    assert result.validity[0].worst_rate == estimate.false_positive_rate
    assert from_json(to_json(result)) == result


def test_with_eighteen_donors_there_is_a_place_but_no_p_value():
    study = studied(referee_panel()[:19])
    twin = study.finding.methods[0]
    assert (twin.p_value, twin.interval, study.estimate.p_value, twin.n_ranked) == (None, None, None, 19)
    assert study.estimate.route_reason == "one-unit-few-donors"


def test_named_donors_are_the_only_ones():
    named = tuple(f"u{i:04d}" for i in range(1, 20))
    found = studied(referee_panel(), donors=named).finding
    assert {p.unit for p in found.methods[0].placebos} == set(named)
    assert [(one.unit, one.code) for one in found.left_out] == [("u0020", "not_named")]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"donors": ("Örebro",)}, "EST-DONOR-NAME"),
        ({"left_out": (DonorLeftOut(unit="u9999", reason="x"),)}, "EST-DONOR-NAME"),
        ({"donors": ("u0001",)}, "EST-ONE-UNIT"),
        ({"start": 2}, "EST-FEW-PERIODS"),
        ({"treated": 2}, "EST-NOT-ONE-UNIT"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_a_remedy(change, code):
    frame, plan = built(referee_panel(), **change)
    with pytest.raises(EstimationError) as caught:
        study_single_unit(frame, plan, make_panel(frame, plan, "utfall"))
    assert caught.value.code == code


def test_donors_that_never_vary_before_are_refused():
    y = referee_panel()
    y[1:, :BEFORE] = 50.0
    frame, plan = built(y)
    with pytest.raises(EstimationError) as caught:
        study_single_unit(frame, plan, make_panel(frame, plan, "utfall"))
    assert caught.value.code == "EST-CONSTANT"


def test_a_ranking_that_is_over_the_limit_by_chance_is_measured_again(monkeypatch):
    seen = []

    def fake(made, seed, draws):
        seen.append(draws)
        return Measurement((), (Measured("sdid-rank", (0.07,), 0.5),), (0.6,), ORDINARY_CLUSTER, None, draws, seed)

    monkeypatch.setattr(design, "measure", fake)
    assert measured(50, 8, 8, "synthetic_did", seed=1).draws == design.DRAWS_IF_NEAR
    assert seen == [design.DRAWS_OF_MANY, design.DRAWS_IF_NEAR]


@pytest.mark.parametrize("decides", ["synthetic_did", "synthetic_control"])
def test_donors_that_all_move_alike_are_refused_with_a_remedy(decides: str):
    y = np.arange(12.0)[None] + np.arange(26.0)[:, None]
    y[0, BEFORE:] += 2
    frame, plan = built(y, decides=decides)
    with pytest.raises(EstimationError, match="förändras exakt lika mycket") as stopped:
        evaluate(frame, plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE)
    assert stopped.value.code == "EST-CONSTANT"
