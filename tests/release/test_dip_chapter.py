"""The dip before the start in the report: what is cleared, what is said in each state, and the words of a lowered verdict."""

from __future__ import annotations

from dataclasses import replace

import pytest
from evalkit.findings.dip import DESCRIBED, DIP, FOUND, NOT_FOUND, UNTESTED, DipFinding
from evalkit.findings.estimate import Interval
from evalkit.findings.evidence import EvidenceLevel, EvidenceVerdict
from evalkit.findings.safe import safe_from_json, safe_to_json
from evalkit.release.chapter_dip import dip_parts
from evalkit.release.disclosure import clear
from evalkit.release.language import Language, verdict_sentence
from tests.support.sample_result import policy, sample_result, seen

FINDING = DipFinding(
    outcome="valbefinnande",
    unit="poäng",
    state=FOUND,
    by_quarter=True,
    periods_last=1,
    periods_earlier=3,
    periods_after=4,
    value=-6.1234,
    interval=Interval(-9.9, -2.3, 0.95),
    worse=True,
    from_last=11.7,
    from_earlier=5.6,
    earlier_interval=Interval(1.1, 10.1, 0.95),
    inference="welch",
    false_positive_rate=0.053,
    n_units=94,
    n_treated_units=48,
    evidence=seen(46),
)


def result(finding: DipFinding = FINDING):
    return replace(sample_result(), dips=(finding,))


def page(made, code: str = "sv") -> str:
    return "".join(str(part) for part in dip_parts(clear(made, policy()), Language(code)))


def test_what_is_cleared_is_read_back_and_rounded():
    safe = clear(result(), policy())
    assert safe_from_json(safe_to_json(safe)) == safe
    assert (safe.dips[0].value, safe.dips[0].from_last, safe.dips[0].from_earlier) == (-6.1, 11.7, 5.6)


@pytest.mark.parametrize(("code", "word"), [("sv", "en svacka syns"), ("en", "a dip is seen")])
def test_a_dip_is_said_with_the_difference_counted_from_either(code: str, word: str):
    found = page(result(), code)
    assert word in found
    assert Language(code).quantity(5.6, 1, "poäng") in found
    assert Language(code).quantity(11.7, 1, "poäng") in found


def test_a_peak_understates():
    assert "underdriver" in page(result(replace(FINDING, value=6.1, interval=Interval(2.3, 9.9, 0.95), worse=False)))


@pytest.mark.parametrize(
    ("state", "words"), [(NOT_FOUND, "ingen svacka eller topp kunde påvisas"), (DESCRIBED, "osäkerheten går inte att räkna")]
)
def test_what_is_not_found_or_only_described_claims_nothing(state: str, words: str):
    found = page(result(replace(FINDING, state=state)))
    assert words in found
    assert "överdriver" not in found


def test_occasions_without_periods_cannot_be_tested():
    empty = dict.fromkeys(("value", "interval", "worse", "from_last", "from_earlier", "earlier_interval"))
    found = page(result(replace(FINDING, state=UNTESTED, inference="none", **empty)))
    assert "kan inte prövas" in found
    assert "<table" not in found


def test_few_persons_hide_the_numbers_and_not_the_question():
    for few in (replace(FINDING, n_treated_units=3), replace(FINDING, evidence=seen(3)), replace(FINDING, n_units=51)):
        safe = clear(result(few), policy())
        assert (safe.dips[0].value, safe.dips[0].interval, safe.dips[0].from_earlier) == (None, None, None)
        assert "talen visas inte" in page(result(few))
        assert "svacka syns" not in page(result(few))


def test_a_plan_without_comparison_says_nothing():
    assert dip_parts(clear(sample_result(), policy()), Language("sv")) == []


def test_a_dip_lowers_the_verdict_as_contradicted_trends_do():
    lowered = EvidenceVerdict(EvidenceLevel.CAUSAL_WITH_CAVEATS, EvidenceLevel.COMPARED, (DIP,), below_minimum=False)
    contradicted = replace(lowered, lowered_by=("pre-trends-contradicted",))
    said = [verdict_sentence(clear(replace(result(), evidence=e), policy())) for e in (lowered, contradicted)]
    assert said[0] == said[1]
    assert "kan inte tolkas som en effekt" in said[0]
