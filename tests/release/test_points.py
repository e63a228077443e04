"""Yes-or-no outcomes are read in percentage points and persons."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from evalkit.findings.result import EvaluationResult
from evalkit.methods.evaluate import evaluate
from evalkit.plan.evaluation import EvaluationPlan, OutcomeKind
from evalkit.release.disclosure import clear
from evalkit.release.language import Language, verdict_sentence
from evalkit.release.points import in_points, person_parts
from evalkit.release.scan import scan_bytes
from evalkit.release.tables import rounded_note
from tests.support.frames import EMPTY_REGISTER, PROVENANCE, demo_plan, frame_of, identity, person_table
from tests.support.report_page import page
from tests.support.sample_result import policy


def binary_plan(**design: Any) -> EvaluationPlan:
    plan = demo_plan(economics=False, **design)
    outcome = plan.outcomes[0].model_copy(
        update={"kind": OutcomeKind.BINARY, "label": "Behörig till gymnasiet", "unit": "andel", "instruments": ()}
    )
    return plan.model_copy(update={"outcomes": (outcome,)})


def judged(n: int = 60, **design: Any) -> EvaluationResult:
    """Return a result in which 12 of 30 treated became eligible who were not, and 3 of 30 others."""
    treated = np.arange(n) < n // 2
    place = np.arange(n) % (n // 2)
    before = (place < 6).astype(float)
    after = np.where(treated, place < 18, place < 9).astype(float)
    plan = binary_plan(**design)
    return evaluate(frame_of(person_table(before, after, treated)), plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE)


def test_the_estimate_is_in_percentage_points_by_hand() -> None:
    result = judged()
    # 12/30 - 3/30 = 0.3
    assert result.estimate("did.valbefinnande").value == pytest.approx(0.3)
    safe = clear(result, policy())
    assert safe.primary is not None
    assert (safe.primary.value, safe.primary.unit, safe.primary.decimals) == (30.0, "procentenheter", 0)
    assert "30\u00a0procentenheter" in verdict_sentence(safe)


def test_persons_stand_beside_the_points() -> None:
    safe = clear(judged(), policy())
    text = "".join(person_parts(safe, Language("sv")))
    assert "ungefär 9 fler av 30" in text
    assert "I personer" in page(safe)


def test_fewer_nobody_and_an_interval_over_zero_have_their_words() -> None:
    safe = clear(judged(), policy())
    assert safe.primary is not None
    changed = replace(safe.primary, value=-2.0, interval=replace(safe.primary.interval, low=-14.0, high=10.0))  # type: ignore[type-var]
    text = "".join(person_parts(replace(safe, estimates=(changed,)), Language("sv")))
    assert "ungefär 1 färre av 30" in text
    assert "från 4 färre till 3 fler" in text


def test_means_are_whole_percent_made_of_rounded_counts() -> None:
    safe = clear(judged(), policy())
    means = {(m.group, m.order): m.mean for m in safe.means}
    # 6 of 30 are shown as 5 of 30, 18 as 20.
    assert means["treated", 0] == 17.0
    assert means["treated", 1] == 67.0
    assert {o.unit for o in safe.plan_text.outcomes} == {"procent"}


def test_shares_of_rounded_counts_say_that_they_differ_from_the_estimates() -> None:
    """Else 17 and 67 percent beside a change of 40 percentage points is a contradiction."""
    safe = clear(judged(), policy())
    assert "avrundade till närmaste 5-tal och kan vara flera procentenheter fel" in page(safe)
    assert not rounded_note(replace(safe, policy=replace(safe.policy, applied=False)), safe.plan.primary_outcome, Language("sv"))


def test_the_page_passes_the_scanner() -> None:
    found = scan_bytes("report.html", page(clear(judged(), policy())).encode("utf-8"))
    assert [f.code for f in found] == []


def test_a_result_without_yes_or_no_is_left_as_it_is() -> None:
    rng = np.random.default_rng(0)
    plan = demo_plan(economics=False)
    table = person_table(rng.normal(40, 5, 40), rng.normal(42, 5, 40), np.arange(40) < 20)
    result = evaluate(frame_of(table), plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE)
    assert in_points(result) is result


def test_robustness_follows_into_points() -> None:
    safe = clear(judged(), policy())
    assert safe.robustness is not None
    naive = {a.key: a for a in safe.robustness.alternatives}
    assert (naive["before-after"].value, naive["before-after"].unit) == (40.0, "procentenheter")
    assert naive["before-after"].explained_by == 10.0
    assert pd.notna(naive["two-way"].value)
