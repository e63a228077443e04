"""Headline, claims, staircase and every chapter call the main finding the same, whatever was found."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from evalkit.findings.estimate import Interval
from evalkit.findings.evidence import EvidenceLevel, EvidenceVerdict
from evalkit.release.disclosure import clear
from tests.release.test_clear_experiment import POLICY, study
from tests.support.agreement import NOT_FOUND, STRONG, UNTESTED, WEAK, contradictions, misplaced, told
from tests.support.sample_result import policy, public_result, sample_result

FINDINGS = {STRONG: 0.004, WEAK: 0.03, NOT_FOUND: 0.4, UNTESTED: None}
RESULTS = {"persons": sample_result, "public": public_result, "lottery": study}
CASES = list(itertools.product(RESULTS, EvidenceLevel, FINDINGS, (1, -1), ("sv", "en")))


def report_of(kind: str, level: EvidenceLevel, finding: str, sign: int, code: str):
    result = RESULTS[kind]()
    name = "itt." if kind == "lottery" else "did."
    main = next(e for e in result.estimates if e.id == f"{name}{result.plan.primary_outcome}")
    value, p = sign * abs(main.value), FINDINGS[finding]
    half = abs(main.value) * (0.8 if finding in {STRONG, WEAK} else 1.2)
    made = replace(main, value=value, better=sign > 0, p_value=p, interval=Interval(value - half, value + half, 0.95))
    if p is None:
        made = replace(made, interval=None, std_error=None, df=None, inference="none", route_reason="no-route-holds")
    ceiling = EvidenceLevel.RANDOMISED
    evidence = EvidenceVerdict(ceiling, level, () if level is ceiling else ("attrition",), below_minimum=False)
    estimates = tuple(made if e.id == main.id else e for e in result.estimates)
    plan = replace(result.plan, language=code)
    # What asks about earlier trends is not part of a lottery's result (`evalkit.workflow.experiment.by_draw`).
    bare = {"tests": (), "effect_path": (), "honest": ()} if kind == "lottery" else {}
    changed = replace(result, estimates=estimates, evidence=evidence, plan=plan, **bare)
    return clear(changed, POLICY if kind == "lottery" else policy())


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(str(getattr(part, "name", part)) for part in case))
def test_every_place_calls_the_finding_the_same(case):
    kind, level, finding, sign, code = case
    if kind == "lottery" and level < EvidenceLevel.CAUSAL_WITH_CAVEATS:
        return  # a lottery is never lowered that far
    safe = report_of(kind, level, finding, sign, code)
    expected = STRONG if finding == WEAK and level < EvidenceLevel.CAUSAL_WITH_CAVEATS else finding
    assert set(told(safe).values()) == {expected}
    assert contradictions(safe) == []


@pytest.mark.parametrize("kind", RESULTS)
def test_no_chapter_says_what_the_design_has_no_place_for(kind):
    assert misplaced(report_of(kind, EvidenceLevel.CAUSAL_WITH_CAVEATS, STRONG, 1, "sv")) == []
