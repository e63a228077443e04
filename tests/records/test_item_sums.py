"""Item sums against the worked examples, by hand, by property and by refusal."""

import json
from pathlib import Path

import numpy as np
import pytest
from evalkit.errors import PlanError
from evalkit.plan.register import load_register
from evalkit.records.eq5d import eq5d_index, value_set
from evalkit.records.item_sums import (
    half_up,
    merit_value,
    prorated_sum,
    reversed_answers,
    sum_of_scales,
    with_skips,
)
from hypothesis import given
from hypothesis import strategies as st
from tests.support.shared import SHARED

FOUR_DECIMALS = {"abs": 5e-5}
NONE = np.nan
STATES = {
    ("eq5d3l", "index_se_tto_2014"): {
        "11111": 0.9694, "11121": 0.9349, "12321": 0.7285, "12313": 0.5553,
        "22223": 0.4885, "32323": 0.3961, "33233": 0.3745, "33333": 0.3402,
    },
    ("eq5d5l", "index_se_2020"): {"11111": 0.9755, "12345": 0.4972, "22335": 0.5281, "34543": 0.5031, "55555": 0.2433},
    ("eq5d5l", "index_se_2022"): {
        "11111": 1.0, "22222": 0.8960, "33333": 0.7010, "44444": 0.0730, "12345": 0.2200, "55555": -0.3140,
    },
}  # fmt: skip


REGISTER = load_register(Path(__file__).parents[2] / "params" / "instruments")


def values_of(instrument, scale):
    """Return the value set as the register has it."""
    known = REGISTER.find(instrument)
    if known is None:
        pytest.skip(f"{instrument} is not in the register")
    found = value_set(known, scale)
    assert found is not None
    return found


def states(*texts):
    return np.array([[float(digit) for digit in text] for text in texts])


@pytest.mark.parametrize("key", STATES)
def test_index_matches_the_published_states_of_each_value_set(key):
    """Referee: the tests of the R package eq5d (MIT), commit bfdc7ca of 2026-04-30."""
    index = eq5d_index(states(*STATES[key]), values_of(*key))
    assert index == pytest.approx(list(STATES[key].values()), **FOUR_DECIMALS)


@pytest.mark.skipif(not SHARED.exists(), reason="the worked examples lie beside the project")
def test_states_of_the_worked_examples():
    vectors = json.loads((SHARED / "instruments" / "worked-examples.json").read_text(encoding="utf-8"))
    sets = {"EQ3L SE TTO ": ("eq5d3l", "index_se_tto_2014"), "EQ5L SE2020 TTO ": ("eq5d5l", "index_se_2020")}
    seen = 0
    for name, expected in vectors.items():
        for prefix, key in sets.items():
            if name.startswith(prefix):
                seen += 1
                assert eq5d_index(states(name.removeprefix(prefix)), values_of(*key))[0] == pytest.approx(expected, **FOUR_DECIMALS)
    assert seen == 13


def test_index_is_missing_where_a_dimension_is():
    answers = np.array([[1, 1, 1, 1, NONE], [1, 1, 1, 1, 9.0], [1, 1, 1, 1, 0.0], [1, 1, 1, 1, 1.5]])
    assert np.isnan(eq5d_index(answers, values_of("eq5d5l", "index_se_2020"))).all()


def test_index_of_too_few_dimensions_is_refused():
    with pytest.raises(PlanError, match="5 frågor, inte 4"):
        eq5d_index(np.ones((1, 4)), values_of("eq5d5l", "index_se_2022"))


@given(st.lists(st.integers(1, 5), min_size=5, max_size=5), st.integers(0, 4))
def test_a_worse_level_never_gives_a_better_index(state, dimension):
    worse = list(state)
    worse[dimension] = min(5, worse[dimension] + 1)
    for scale in ("index_se_2020", "index_se_2022"):
        index = eq5d_index(np.array([state, worse], dtype=float), values_of("eq5d5l", scale))
        assert index[1] <= index[0] + 1e-12


def test_subscale_of_sdq_is_made_up_from_three_answers_and_rounded_half_up():
    # 4 on 3 items: 4 * 5 / 3 = 6.67 -> 7; 2 on 4: 2.5 -> 3; two answers are too few.
    answers = np.array([[2, 2, 0, NONE, NONE], [2, 0, 0, 0, NONE], [2, 2, NONE, NONE, NONE], [2, 2, 2, 2, 2]])
    sums, answered = prorated_sum(answers, least_answered=3, rounded=True)
    assert sums[:2].tolist() == [7.0, 3.0]
    assert np.isnan(sums[2])
    assert sums[3] == 10.0
    assert answered.tolist() == [3, 4, 2, 5]


def test_core10_is_made_up_without_rounding():
    answers = np.array([[4, 4, 4, 1, 0, 0, 0, 0, 0, NONE]])
    assert prorated_sum(answers, least_answered=1, rounded=False)[0][0] == pytest.approx(14.4444, **FOUR_DECIMALS)


def test_half_up_is_not_pythons_rounding():
    assert (round(2.5), half_up(np.array([2.5]))[0]) == (2, 3.0)


def test_total_is_missing_where_a_part_is():
    assert np.isnan(sum_of_scales(np.array([[3.0, 2, NONE, 1]]))[0])
    assert sum_of_scales(np.array([[3.0, 2, 4, 1]]))[0] == 10


def test_audit_lets_only_those_who_do_not_drink_leave_blanks():
    blank = [NONE] * 5
    rows = np.array(
        [
            [0, NONE, NONE, *blank, 2, 0],  # never drinks: 9 and 10 are answered
            [1, 0, 0, *blank, 0, 4],  # drinks little
            [2, 1, 1, *blank, 0, 0],  # drinks: blanks make the sum missing
            [0, NONE, NONE, *blank, NONE, 0],  # item 9 is always required
            [4, 4, 4, 4, 4, 4, 4, 4, 4, 4],
        ]
    )
    total = with_skips(rows, (((0,), (1, 2, 3, 4, 5, 6, 7)), ((1, 2), (3, 4, 5, 6, 7)))).sum(axis=1)
    assert total[[0, 1, 4]].tolist() == [2, 5, 40]
    assert np.isnan(total[[2, 3]]).all()


def test_audit_c_of_who_never_drinks_is_nought():
    total = with_skips(np.array([[0, NONE, NONE], [1, NONE, 2], [4, 4, 4]]), [((0,), (1, 2))]).sum(axis=1)
    assert total[[0, 2]].tolist() == [0, 12]
    assert np.isnan(total[1])


def test_merit_value_matches_the_worked_examples():
    all_e = np.full((1, 16), 10.0)
    mixed = np.array([[15.0] * 10 + [12.5] * 4 + [10.0] * 2])
    assert merit_value(all_e, np.array([10.0]), language_counts=True)[0] == 170
    assert merit_value(mixed, np.array([15.0]), language_counts=True)[0] == 235
    assert merit_value(mixed, np.array([15.0]), language_counts=False)[0] == 220


def test_merit_value_takes_the_sixteen_best_and_is_missing_without_grades():
    many = np.array([[20.0] * 16 + [10.0] * 3])
    assert merit_value(many, np.array([NONE]), language_counts=True)[0] == 320
    assert np.isnan(merit_value(np.full((1, 16), NONE), np.array([NONE]), language_counts=True)[0])
    few = np.array([[20.0] * 5 + [NONE] * 11])
    assert merit_value(few, np.array([20.0]), language_counts=True)[0] == 120


@given(st.lists(st.one_of(st.none(), st.integers(0, 2)), min_size=5, max_size=5))
def test_reversing_twice_changes_nothing_and_a_sum_stays_in_range(row):
    answers = np.array([[NONE if value is None else float(value) for value in row]])
    turned = reversed_answers(answers, (1, 3), minimum=0, maximum=2)
    assert np.array_equal(reversed_answers(turned, (1, 3), minimum=0, maximum=2), answers, equal_nan=True)
    sums, answered = prorated_sum(turned, least_answered=3, rounded=True)
    assert np.isnan(sums[0]) if answered[0] < 3 else 0 <= sums[0] <= 10
