"""Items in a delivery become scores by the register's rules, and scores are judged before anything is estimated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from evalkit.errors import GateClosed, PlanError
from evalkit.plan.register import load_register
from evalkit.records.items import score_items
from evalkit.records.scoring import score
from evalkit.records.stations import ScoredRecords
from tests.support.people import gated, persons, plan_mapping, plan_of

REGISTER = load_register(Path(__file__).parents[2] / "params" / "instruments")
N = 30
LISTED = persons(
    *[(f"p{i:02d}", "treated" if i % 2 else "comparison", "2016-09-01") for i in range(N)],
    birth_date=pd.to_datetime(["2000-01-01"] * N),
)


def plan_with_items(instrument: str, scale: str, numbers: range) -> dict[str, Any]:
    mapping = plan_mapping()
    mapping["outcomes"] = [mapping["outcomes"][0] | {"instruments": [{"instrument": instrument, "scale": scale}]}]
    mapping["sources"] = mapping["sources"][:2]
    columns = mapping["sources"][1]["columns"][:2]
    items = [{"name": f"f{n}", "role": "item", "kind": "integer", "outcome": "halsa", "item": str(n)} for n in numbers]
    mapping["sources"][1]["columns"] = [*columns, *items]
    return mapping


def scored(answers: np.ndarray, instrument: str, scale: str, *, born: str = "2000-01-01", **columns: Any) -> ScoredRecords:
    """Score one form a person; `answers` of shape (persons, items)."""
    n_items = answers.shape[1]
    table = pd.DataFrame(answers, columns=[f"f{n}" for n in range(1, n_items + 1)])
    table = table.assign(person=[f"p{i:02d}" for i in range(len(answers))], date=pd.Timestamp("2016-09-01"), **columns)
    mapping = plan_with_items(instrument, scale, range(1, n_items + 1))
    if "halsa" in columns:
        mapping["sources"][1]["columns"].append({"name": "summa", "role": "value", "kind": "integer", "outcome": "halsa"})
    listed = LISTED.assign(birth_date=pd.Timestamp(born))
    return score(gated(lista=listed, skattning=table), plan_of(mapping), REGISTER)


def random_answers(n_items: int, top: int, n: int = N) -> np.ndarray:
    """Return answers that hang together: one trait a person, and noise."""
    rng = np.random.default_rng(3)
    trait = rng.normal(size=(n, 1))
    return np.clip(np.round(top / 2 + top / 4 * (trait + rng.normal(size=(n, n_items)))), 0, top)


def outcome_of(records: ScoredRecords, code: str) -> list[Any]:
    return [o for o in records.report.outcomes if o.code == code and not o.passed]


def test_sdq_is_reversed_summed_and_made_up_by_its_own_rule():
    answers = np.zeros((2, 25))
    # Reversed items 7, 11, 14, 21, 25 count 2 each at 0: conduct 2, peer 4, hyperactivity 4 -> 10.
    answers[1, [2, 7]] = np.nan  # two of five emotional answers are blank: made up from the other three
    answers[1, [12, 15, 23]] = [2, 1, 1]  # 4 on 3 items -> 6.67 -> 7
    found = score_items(answers, REGISTER.find("sdq_self"), "total")
    assert found.value.tolist() == [10.0, 17.0]
    assert found.complete.tolist() == [True, False]


def test_a_partial_sum_is_missing_and_never_smaller():
    answers = random_answers(5, 5)
    answers[0, 0] = np.nan
    rows = scored(answers, "who5", "percent").measurements.set_index("unit")["value"]
    assert np.isnan(rows["p00"])
    assert rows["p01"] == 4 * answers[1].sum()


def test_forms_with_too_few_answers_are_counted():
    answers = random_answers(5, 5)
    answers[0, 0] = np.nan
    few = outcome_of(scored(answers, "who5", "percent"), "SC-ITEMS")
    assert [(o.n_failed, o.n_checked) for o in few] == [(1, N)]


def test_the_plan_declares_the_value_set_by_its_scale():
    answers = np.array([[1, 2, 3, 4, 5.0]] * N)
    answers[1:, 0] = 2
    first = scored(answers, "eq5d5l", "index_se_2020").measurements["value"].iloc[0]
    other = scored(answers, "eq5d5l", "index_se_2022").measurements["value"].iloc[0]
    assert (first, other) == (pytest.approx(0.4972), pytest.approx(0.2200))


def test_audit_skip_rules_come_from_the_register():
    answers = np.array([[0] + [np.nan] * 7 + [2, 0], [1, 0, 0] + [np.nan] * 5 + [0, 4], [2, 1, 1] + [np.nan] * 5 + [0, 0]])
    found = score_items(answers, REGISTER.find("audit"), "total")
    assert found.value[:2].tolist() == [2, 5]
    assert np.isnan(found.value[2])


def test_merit_value_counts_languages_from_the_admission_of_2014():
    grades = np.array([[15.0] * 10 + [12.5] * 4 + [10.0] * 2 + [15.0]] * 2)
    found = score_items(grades, REGISTER.find("meritvarde"), "total", years=np.array([2013.0, 2016.0]))
    assert found.value.tolist() == [220.0, 235.0]


def test_an_answer_that_the_item_does_not_have_stops():
    answers = random_answers(10, 4)
    answers[:, 8:] = 2 * np.round(answers[:, 8:] / 2)
    answers[3, 8] = 3  # AUDIT item 9 has 0, 2 and 4
    with pytest.raises(GateClosed, match="inget av frågans egna värden") as closed:
        scored(answers, "audit", "total")
    assert "SC-ITEM" in closed.value.findings


def test_a_code_for_no_answer_stops_instead_of_being_added():
    answers = random_answers(9, 3)
    answers[4, 4] = 9
    with pytest.raises(GateClosed) as closed:
        scored(answers, "phq9", "total", born="1990-01-01")
    assert "SC-ITEM" in closed.value.findings


def test_a_delivered_sum_must_be_the_sum_of_the_answers():
    answers = random_answers(9, 3)
    total = answers.sum(axis=1)
    assert scored(answers, "phq9", "total", born="1990-01-01", halsa=total).measurements["value"].tolist() == total.tolist()
    total[2] += 1
    with pytest.raises(GateClosed) as closed:
        scored(answers, "phq9", "total", born="1990-01-01", halsa=total)
    assert "SC-SUM" in closed.value.findings


def test_who_is_outside_the_ages_of_the_instrument_leaves_and_is_counted():
    records = scored(random_answers(9, 3), "phq9", "total")  # sixteen years old; PHQ-9 is from eighteen
    assert not records.measurements["planned"].any()
    assert [(o.n_failed, o.n_checked) for o in outcome_of(records, "SC-AGE")] == [(N, N)]


def test_an_item_answered_in_the_wrong_direction_warns_below_a_hundred():
    answers = random_answers(9, 3)
    answers[:, 4] = 3 - answers[:, 4]
    records = scored(answers, "phq9", "total", born="1990-01-01")
    assert [o.severity.value for o in outcome_of(records, "SC-REVERSED")] == ["warn"]


def test_items_of_a_commercial_test_are_refused():
    with pytest.raises(PlanError) as refused:
        scored(random_answers(7, 3), "hads", "anxiety", born="1990-01-01")
    assert refused.value.code == "INSTR-ITEMS"


def test_an_item_number_beyond_the_instrument_is_refused():
    with pytest.raises(PlanError, match="5 frågor; planen har fråga 6"):
        scored(random_answers(6, 5), "who5", "percent")
