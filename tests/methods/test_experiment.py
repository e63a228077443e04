"""A randomised study: paper arithmetic, R's estimatr, properties, and what is refused."""

from __future__ import annotations

import json
import math
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from evalkit.errors import EstimationError
from evalkit.methods.assignment.draws import Rules
from evalkit.methods.assignment.redraws import redraws
from evalkit.methods.assignment.units import Arm, Unit
from evalkit.methods.experiment.attrition import ArmFlow, Consort, differential_attrition, holm, lee_bounds
from evalkit.methods.experiment.balance import balance_table, normalised_difference
from evalkit.methods.experiment.itt import itt
from evalkit.methods.experiment.late import fieller, late
from evalkit.methods.experiment.randomisation import randomisation_interval, randomisation_test

REFEREES = Path(__file__).parents[1] / "referees"
R = json.loads((REFEREES / "experiment.json").read_text("utf-8"))
DATA = pd.read_csv(REFEREES / "experiment.csv")
SAME = {"rel": 1e-8}  # the same closed forms in double precision
RULES = Rules((Arm("a"), Arm("b")))

y, x = DATA["y"].to_numpy(float), DATA["x"].to_numpy(float)
z, d = DATA["z"].to_numpy(bool), DATA["d"].to_numpy(bool)
block, cluster = DATA["block"].to_numpy(), DATA["cluster"].to_numpy()
cy, cz, cd = DATA["cy"].to_numpy(float), DATA["cz"].to_numpy(bool), DATA["cd"].to_numpy(bool)


def of(test):
    return {"estimate": test.estimate, "se": test.std_error, "df": test.df, "p": test.p_value}


@pytest.mark.parametrize(
    ("name", "test"),
    [
        ("plain", lambda: itt(y, z)),
        ("blocked", lambda: itt(y, z, block=block)),
        ("ancova", lambda: itt(y, z, baseline=x, block=block)),
        ("lin", lambda: itt(y, z, baseline=x, interacted=True)),
        ("clustered", lambda: itt(cy, cz, baseline=x, cluster=cluster)),
    ],
)
def test_intention_to_treat_is_estimatrs(name, test):
    assert of(test()) == pytest.approx(R[name], **SAME)


def test_hc2_is_what_single_units_give():
    assert itt(y, z, baseline=x, block=block).std_error == pytest.approx(R["hc2_se"], **SAME)


def test_two_stage_least_squares_is_estimatrs_and_the_librarys_with_its_missing_factor():
    from linearmodels.iv import IV2SLS

    own = late(y, d, z, baseline=x, block=block)
    assert (own.estimate, own.std_error) == pytest.approx((R["iv_hc1"]["estimate"], R["iv_hc1"]["se"]), **SAME)
    clustered = late(cy, cd, cz, baseline=x, cluster=cluster)
    assert (clustered.estimate, clustered.std_error) == pytest.approx((R["iv_cluster"]["estimate"], R["iv_cluster"]["se"]), **SAME)
    exogenous = np.column_stack([np.eye(6)[block], x])
    model = IV2SLS(y, exogenous, d.astype(float), z.astype(float))
    n, k = len(y), exogenous.shape[1] + 1
    assert own.std_error == pytest.approx(float(model.fit(cov_type="robust").std_errors.iloc[-1]) * math.sqrt(n / (n - k)), **SAME)
    assert own.std_error == pytest.approx(float(model.fit(cov_type="robust", debiased=True).std_errors.iloc[-1]), **SAME)


def test_the_anderson_rubin_set_holds_exactly_the_effects_that_the_reduced_form_does_not_reject():
    found = late(y, d, z, baseline=x, block=block)
    assert found.low < found.estimate < found.high
    assert not found.disjoint
    for end in (found.low, found.high):
        assert itt(y - end * d, z, baseline=x, block=block).p_value == pytest.approx(0.05, abs=1e-8)
    assert itt(y - found.estimate * d, z, baseline=x, block=block).p_value == pytest.approx(1.0)


def test_a_weak_draw_gives_no_bounded_interval():
    rng = np.random.default_rng(3)
    part = (rng.random(60) < 0.4 + 0.06 * z).astype(bool)
    part[np.flatnonzero(z)[:2]] = True
    found = late(y, part, z)
    assert found.weak
    assert found.disjoint or math.isinf(found.high)
    assert fieller(1.0, 0.5, 1.0, 0.0, 1.0, 2.0) == (-math.inf, math.inf, False)


def test_the_effect_of_taking_part_is_the_paper_ratio():
    # half of the drawn take part, none of the others: ITT 2 -> 4
    outcome = np.array([5.0, 1, 5, 1, 1, 1, 1, 1]) + np.array([0, 0.5, 0.5, 0, 0.5, 0, 0, 0.5])
    drawn = np.arange(8) < 4
    part = np.array([True, False, True, False] + [False] * 4)
    assert late(outcome, part, drawn).estimate == pytest.approx(itt(outcome, drawn).estimate / 0.5)
    assert itt(outcome, drawn).estimate == pytest.approx(2.0)


def test_randomisation_inference_is_gerber_and_greens_table():
    # Gerber & Green table 2.2 (planning number 42): 21 assignments, ATE 6.5, two-sided 8/21, upper 5/21
    values = np.array([15.0, 15, 20, 20, 10, 15, 30])
    drawn = np.array([1, 0, 0, 0, 0, 0, 1], dtype=bool)
    every = np.array([[i in pair for i in range(7)] for pair in combinations(range(7), 2)])
    test = randomisation_test(values, drawn, every, studentised=False, exact=True)
    assert (test.statistic, test.p_value, test.upper) == pytest.approx((6.5, 8 / 21, 5 / 21))


def test_randomisation_inference_by_redraws_comes_near_the_whole_set_and_blocks_are_kept():
    values = np.array([3.0, 5, 4, 9, 8, 12, 1, 2])
    units = [Unit(f"u{i}", block=str(i // 4)) for i in range(8)]
    drawn = np.array([0, 1, 0, 1, 0, 1, 0, 1], dtype=bool)
    blocks = np.repeat([0, 1], 4)
    halves = [[i in pair for i in range(4)] for pair in combinations(range(4), 2)]
    every = np.array([[*a, *b] for a in halves for b in halves])
    exact = randomisation_test(values, drawn, every, block=blocks, exact=True)
    drawn_again = redraws(units, RULES, "ri", 4000)
    assert (drawn_again.reshape(-1, 2, 4).sum(axis=2) == 2).all()
    near = randomisation_test(values, drawn, drawn_again, block=blocks)
    assert near.p_value == pytest.approx(exact.p_value, abs=4 * math.sqrt(0.25 / 4000))


def test_the_inverted_interval_holds_the_effect_and_shifts_with_it():
    units = [Unit(f"u{i:02d}", block=str(b)) for i, b in enumerate(block)]
    again = redraws(units, RULES, "ri", 999)
    low, high = randomisation_interval(y, z, again, 0.95, block=block)
    assert low < itt(y, z, block=block).estimate < high
    shifted = randomisation_interval(y + 7 * z, z, again, 0.95, block=block)
    assert shifted == pytest.approx((low + 7, high + 7), abs=1e-6)
    for end, out in ((low, -1e-6), (high, 1e-6)):
        assert randomisation_test(y - (end + out) * z, z, again, block=block).p_value <= 0.05


def test_randomisation_inference_rejects_a_true_null_at_its_rate():
    rng = np.random.default_rng(7)
    units = [Unit(f"u{i:02d}", block=str(i // 5)) for i in range(20)]
    again = redraws(units, Rules(RULES.arms, misfits="global"), "set", 400)
    blocks = np.repeat(np.arange(4), 5)
    values = rng.exponential(size=20)
    p_values = [
        randomisation_test(values, actual, np.delete(again, i, axis=0), block=blocks).p_value for i, actual in enumerate(again)
    ]
    # Every draw of the set in turn is the actual one: at most 5 % of them may be called unusual.
    assert np.mean(np.array(p_values) <= 0.05) <= 0.05


def test_balance_is_paper_arithmetic_and_its_joint_test_sees_what_is_planted():
    assert normalised_difference(np.array([1.0, 3.0]), np.array([0.0, 2.0])) == pytest.approx(1 / math.sqrt(2))
    units = [Unit(f"u{i:02d}") for i in range(24)]
    again = redraws(units, RULES, "balans", 999)
    rng = np.random.default_rng(5)
    drawn = again[0]
    fair = balance_table(["a", "b"], rng.normal(size=(24, 2)), drawn, again[1:])
    planted = balance_table(["a", "b"], np.column_stack([drawn + rng.normal(size=24) / 4, rng.normal(size=24)]), drawn, again[1:])
    assert fair.joint_p > 0.05
    assert planted.joint_p <= 0.002
    assert planted.rows[0].p_value <= 0.002
    assert planted.rows[0].normalised > 2
    assert (fair.n_drawn, fair.n_other) == (12, 12)


def test_lee_bounds_are_the_reference_numbers():
    # planning numbers 45 and 46
    found = lee_bounds(range(2, 20, 2), 10, [3, 5, 6, 8, 9, 11], 10)
    assert (found.naive, found.low, found.high, found.trimmed) == pytest.approx((3.0, 0.0, 6.0, 1 / 3))
    assert lee_bounds([1.0] * 840, 1000, [1.0] * 756, 1000).trimmed == pytest.approx(0.1)
    mirrored = lee_bounds([3, 5, 6, 8, 9, 11], 10, range(2, 20, 2), 10)
    assert (mirrored.low, mirrored.high) == pytest.approx((-6.0, 0.0))


def test_holm_is_the_reference():
    # planning number 44 (R p.adjust)
    p = [0.001, 0.008, 0.012, 0.03, 0.04, 0.2, 0.35, 0.5, 0.61, 0.9]
    assert holm(p)[:5] == pytest.approx((0.01, 0.072, 0.096, 0.21, 0.24))
    assert holm(p[::-1])[::-1] == pytest.approx(holm(p))


def test_a_flow_that_does_not_close_cannot_be_made():
    good = ArmFlow("a", 10, 8, 2, 8), ArmFlow("b", 10, 0, 5, 5)
    assert Consort(21, 1, good).excluded == 1
    with pytest.raises(EstimationError, match="går inte ihop"):
        ArmFlow("a", 10, 8, 1, 8)
    with pytest.raises(EstimationError, match="går inte ihop"):
        Consort(22, 1, good)
    # Fisher: 2 of 10 against 5 of 10, two-sided 0.3498 (R fisher.test)
    test = differential_attrition(*good)
    assert (test.difference, test.p_value) == pytest.approx((-0.3, 0.3498452), abs=5e-5)


@pytest.mark.parametrize(
    ("work", "code"),
    [
        (lambda: itt(y, np.zeros(60, dtype=bool)), "EST-ARMS"),
        (lambda: itt(y, np.arange(60) < 1), "EST-ARMS"),
        (lambda: itt(y[:30], z[:30], baseline=x[:30], interacted=True), "EST-SUPPORT"),
        (lambda: late(y, z, z), "EST-COMPLIANCE"),
        (lambda: late(y, ~d, z), "EST-FIRST"),
        (lambda: randomisation_test(y, z, np.zeros((5, 60), dtype=bool)), "EST-SEED"),
        (lambda: randomisation_test(np.ones(60), z, np.zeros((200, 60), dtype=bool)), "EST-NOVAR"),
        (lambda: lee_bounds([], 5, [1.0], 5), "EST-ARMS"),
    ],
)
def test_what_cannot_be_answered_is_refused(work, code):
    with pytest.raises(EstimationError) as refused:
        work()
    assert refused.value.code == code
