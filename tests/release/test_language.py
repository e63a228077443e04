from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from evalkit.findings import reasons
from evalkit.findings.evidence import EvidenceLevel, EvidenceVerdict
from evalkit.findings.result import EvaluationResult
from evalkit.findings.safe import OTHER_REASONS
from evalkit.findings.sample import REASONS
from evalkit.plan.evaluation import Comparison
from evalkit.release.disclosure import CHECK_KINDS, clear
from evalkit.release.language import _TOPICS, TABLES, Language, verdict_sentence
from tests.support.sample_result import policy, public_result, sample_result

SV, EN = Language("sv"), Language("en")
RELEASE = Path(__file__).parents[2] / "evalkit" / "release"
CLAIM = re.compile(r"\beffekt(?!ivt?\b|utvärdering|mått|storlek)", re.IGNORECASE)


def at(level: EvidenceLevel, *lowered: str, result: EvaluationResult | None = None, **changes: object) -> str:
    result = result or sample_result()
    estimates = tuple(replace(e, **changes) if e.id == "did.valbefinnande" else e for e in result.estimates)  # type: ignore[arg-type]
    verdict = EvidenceVerdict(EvidenceLevel.CAUSAL_WITH_CAVEATS, level, lowered, below_minimum=True)
    return verdict_sentence(clear(replace(result, evidence=verdict, estimates=estimates), policy()))


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_both_languages_have_the_same_keys_and_placeholders() -> None:
    assert TABLES["sv"].keys() == TABLES["en"].keys()
    assert {k for k in TABLES["sv"] if placeholders(TABLES["sv"][k]) != placeholders(TABLES["en"][k])} == set()


def test_no_text_is_empty_and_no_english_text_is_swedish() -> None:
    assert all(text for table in TABLES.values() for text in table.values())
    swedish = {k: v for k, v in TABLES["en"].items() if re.search("[åäöÅÄÖ]", v)}
    same = {k for k, v in TABLES["sv"].items() if v == TABLES["en"][k] and re.search("[a-z]{4}", re.sub(r"{\w+}", "", v))}
    assert swedish == {}
    # Words that the two languages share: instrument, version, program, plan, period, Python.
    assert same == {"alt_path_point", "c_instrument", "c_version", "p_plan", "p_python", "p_version"}


@pytest.mark.parametrize("code", ["sv", "en"])
def test_every_code_that_a_finding_can_hold_has_its_words(code: str) -> None:
    wanted = {f"r_{reason}" for reason in (*REASONS, OTHER_REASONS)} | {f"code_{kind}" for kind in CHECK_KINDS}
    wanted |= {f"cmp_{comparison.value}" for comparison in Comparison} | {f"selected_{word}" for word in ("yes", "no", "unknown")}
    wanted |= {f"k_{kind}" for kind in ("dz", "gz", "dav", "gav", "glass")} | {
        f"s_{reason}" for reason in ("few", "merged", "policy")
    }
    wanted |= {f"{part}_{level}{letter}" for part in ("may", "not") for level in range(1, 5) for letter in "ab"}
    wanted |= {f"level{level}" for level in range(1, 5)} | {
        f"v{level}_{found}" for level in range(1, 5) for found in ("sig", "ns", "na")
    }
    wanted |= {f"v2_{found}_contradicted" for found in ("sig", "ns", "na")} | {
        f"status_{word}" for word in ("draft", "reviewed", "secured")
    }
    assert wanted <= TABLES[code].keys()


def test_every_requirement_of_the_guide_has_its_words() -> None:
    source = (RELEASE.parent / "methods" / "requirements.py").read_text(encoding="utf-8")
    names = re.findall(r'^    \("(\w+)", _\w+\),$', source, re.MULTILINE)
    assert len(names) == 8
    assert {f"req_{name}" for name in names} <= TABLES["sv"].keys()


def test_every_key_that_the_report_asks_for_exists() -> None:
    asked = set()
    for path in sorted(RELEASE.glob("*.py")):
        asked |= set(re.findall(r'\b(?:t|text)\(\s*"(\w+)"[,)]', path.read_text(encoding="utf-8")))
    assert len(asked) > 80
    assert asked - TABLES["sv"].keys() == set()


@pytest.mark.parametrize(
    ("value", "decimals", "swedish", "english"),
    [
        (-1234567.25, 1, "−1\u00a0234\u00a0567,2", "−1,234,567.2"),
        (0.0, 2, "0,00", "0.00"),
        (7.4, 1, "7,4", "7.4"),
        (-11600.0, -2, "−11\u00a0600", "−11,600"),
        (None, 1, "visas ej", "not shown"),
    ],
)
def test_numbers_have_decimal_comma_true_minus_and_no_break_thousands(
    value: float | None, decimals: int, swedish: str, english: str
) -> None:
    assert (SV.number(value, decimals), EN.number(value, decimals)) == (swedish, english)


def test_shares_money_and_p_values_are_written_as_people_write_them() -> None:
    assert (SV.percent(0.36), EN.percent(0.36), SV.kronor(56000), EN.kronor(56000)) == (
        "36\u00a0%",
        "36%",
        "56\u00a0000\u00a0kronor",
        "SEK\u00a056,000",
    )
    assert [SV.p_value(0.001, below=True), SV.p_value(0.022), SV.p_value(0.0098), SV.p_value(0.2), SV.p_value(None)] == [
        "<0,001",
        "0,022",
        "0,0098",
        "0,20",
        "–",
    ]


def test_values_are_never_read_as_templates() -> None:
    assert SV.text("cmp_who", text="{level} {0}") == "Jämförelsegrupp: {level} {0}."


def test_before_and_after_says_development_and_never_effect() -> None:
    result = replace(sample_result(), estimates=tuple(e for e in sample_result().estimates if e.group == "treated"))
    verdict = EvidenceVerdict(EvidenceLevel.DEVELOPMENT, EvidenceLevel.DEVELOPMENT, ("no-comparison-group",), below_minimum=True)
    sentence = verdict_sentence(clear(replace(result, evidence=verdict), policy()))
    assert "utvecklades" in sentence
    assert "utan jämförelsegrupp" in sentence
    assert not CLAIM.search(sentence)


def test_each_level_has_its_own_words() -> None:
    compared = at(EvidenceLevel.COMPARED, "pre-trends-cannot-be-tested")
    assert "skillnad i utveckling" in compared
    assert not CLAIM.search(compared)
    assert "tyder på en effekt" in at(EvidenceLevel.CAUSAL_WITH_CAVEATS, p_value=0.01)
    assert "hade en effekt" in at(EvidenceLevel.RANDOMISED, p_value=0.01)


def test_contradicted_trends_withdraw_the_causal_words() -> None:
    sentence = verdict_sentence(clear(public_result(), policy()))
    assert "kan inte tolkas som en effekt" in sentence
    assert "1,78" in sentence
    assert "tyder på" not in sentence


@pytest.mark.parametrize("level", list(EvidenceLevel))
def test_not_significant_is_could_not_be_established_with_interval_and_n_and_never_no_effect(level: EvidenceLevel) -> None:
    from evalkit.findings.estimate import Interval

    sentence = at(level, value=1.2, interval=Interval(-5.2, 7.6, 0.95), p_value=0.71)
    assert "kunde inte påvisas" in sentence
    assert "−5,2 till 7,6" in sentence
    assert "100 analyserade" in sentence
    assert "ingen effekt" not in sentence


def test_without_a_valid_test_the_sentence_claims_none() -> None:
    sentence = at(EvidenceLevel.COMPARED, "few-clusters", p_value=None, interval=None, std_error=None, df=None)
    assert "inte har kunnat prövas statistiskt" in sentence
    assert "()" not in sentence


@pytest.mark.parametrize("code", ["sv", "en"])
def test_every_verdict_can_be_said_with_the_words_at_hand(code: str) -> None:
    words = dict.fromkeys(("label", "value", "direction", "ci", "n", "who", "whose"), "x")
    for key in (k for k in TABLES[code] if re.match(r"v\d", k)):
        assert Language(code).text(key, **words)


def test_a_hidden_result_says_that_it_is_hidden() -> None:
    from evalkit.findings.cell import DisclosureEvidence

    assert "visas inte" in at(EvidenceLevel.COMPARED, evidence=DisclosureEvidence(n_persons=4))


def test_reasons_are_said_in_both_languages() -> None:
    for table in (reasons.ROUTES, reasons.LOWERED, reasons.TESTS, reasons.REFUSALS, reasons.PRICE_NOTES):
        for key in table:
            assert SV.says(table, key) != EN.says(table, key)


def test_no_two_topics_write_the_same_key_with_other_words() -> None:
    texts: dict[str, set[str]] = {}
    for swedish, _ in _TOPICS:
        for key, text in swedish.items():
            texts.setdefault(key, set()).add(text)
    assert {key: words for key, words in texts.items() if len(words) > 1} == {}
