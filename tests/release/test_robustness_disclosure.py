"""The same question asked twice of nearly the same persons: where the few between them would show, neither road is shown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from evalkit.findings.result import EvaluationResult
from evalkit.findings.robustness import Robustness, SafeAlternative
from evalkit.methods.evaluate import evaluate
from evalkit.plan.analysis import AnalysisRules
from evalkit.records.pseudonym import PseudonymKey
from evalkit.records.release_groups import groups_of
from evalkit.records.stations import AnalysisFrame
from evalkit.release.disclosure import clear
from tests.support.frames import EMPTY_REGISTER, PROVENANCE, demo_plan, frame_of, identity, person_table
from tests.support.sample_result import policy


def frame(n: int = 60, few_women: int = 30) -> AnalysisFrame:
    rng = np.random.default_rng(5)
    treated = np.arange(n) < n // 2
    before = rng.normal(40, 10, n)
    table = person_table(before, before + rng.normal(2, 8, n) + 4 * treated, treated)
    women = {f"p{i:05d}" for i in range(0, 2 * few_women, 2)}
    return frame_of(table.assign(sex=["woman" if unit in women else "man" for unit in table["unit"]]))


def judged(rows: AnalysisFrame, **rules: object) -> EvaluationResult:
    plan = demo_plan(economics=False).model_copy(update={"analysis": AnalysisRules.model_validate(rules)})
    return evaluate(rows, plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE)


def shown(result: EvaluationResult, key: str) -> SafeAlternative:
    safe = clear(result, policy()).robustness
    assert safe is not None
    return next(a for a in safe.alternatives if a.key == key)


@pytest.mark.parametrize(("more", "is_shown"), [(0, True), (1, False), (9, False), (10, True)])
def test_a_road_over_a_few_persons_more_is_hidden(more: int, is_shown: bool) -> None:
    result = judged(frame(), specifications=["baseline"])
    assert result.robustness is not None
    moved = [
        replace(a, n_units=a.n_units + more, n_treated_units=a.n_treated_units + more) if a.key == "baseline" else a
        for a in result.robustness.alternatives
    ]
    safe = shown(replace(result, robustness=Robustness(alternatives=tuple(moved))), "baseline")
    assert (safe.value is not None) is is_shown
    assert (safe.n_units is not None) is is_shown


@pytest.mark.parametrize(("women", "is_shown"), [(9, False), (10, True)])
def test_a_dummy_is_as_safe_as_its_smallest_level(women: int, is_shown: bool) -> None:
    assert (shown(judged(frame(few_women=women), specifications=["sex"]), "sex").value is not None) is is_shown


@pytest.mark.parametrize(("n", "is_shown"), [(60, False), (120, True)])
def test_tails_of_a_few_persons_are_not_pulled_in_for_all_to_see(n: int, is_shown: bool) -> None:
    assert (shown(judged(frame(n), specifications=["winsorised"]), "winsorised").value is not None) is is_shown


def test_the_ledger_knows_the_parts_that_a_declared_subgroup_is_made_of() -> None:
    rows = frame(few_women=12)
    persons = rows.table.drop_duplicates("unit")[["unit", "treated", "sex"]]
    rows = replace(rows, persons=persons, observed=None, activities=rows.activities.iloc[:0])
    key = PseudonymKey(b"a key for a test of thirty-two bytes", "00000000")
    whole, split = groups_of(rows, key), groups_of(rows, key, ("sex",))
    parts = {name: members for name, members in split.items() if name.startswith("subgroup:")}
    assert set(split) - set(whole) == set(parts)
    assert sum(len(members) for members in parts.values()) == 60
    assert len(parts["subgroup:valbefinnande/sex/woman:treated"]) == 12
