"""What a report may claim, over every kind of finding: words follow the evidence, numbers the estimate; nothing is added."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

import pytest
from evalkit.findings.evidence import EvidenceLevel, EvidenceVerdict
from evalkit.findings.safe import SafeResult
from evalkit.release.chapters_end import conclusion, limits
from evalkit.release.chapters_start import summary_sentences
from evalkit.release.disclosure import clear
from evalkit.release.language import MINUS, NBSP, Language, verdict_sentence
from evalkit.release.markup import esc
from evalkit.release.staircase import GREEN, NONE, RED, YELLOW, assessment, staircase_parts
from tests.support.sample_result import policy, sample_result

SAFE = clear(sample_result(), policy())
LOWERED = ("pre-trends-cannot-be-tested", "pre-trends-contradicted", "attrition", "no-comparison-group")
CASES = list(itertools.product(EvidenceLevel, ("all", "treated"), (True, False, None), (True, False, None), LOWERED, ("sv", "en")))

EFFECT = {"sv": r"\beffekt", "en": r"\beffect"}
DENIED = {"sv": "kan inte tolkas som en effekt", "en": "cannot be read as an effect"}
CAUSE = {
    "sv": r"(?<!utan )\binsatsen (?:hade|gav|ledde|påverkade|minskade|ökade)\b",
    "en": r"\bthe intervention (?:had|gave|led|caused|reduced)\b",
}
NEVER = {
    "sv": r"ingen effekt|ingen skillnad finns|bevisa[rdt]|signifikant|p\.p\.|sparade|lönsam|framgång|tyvärr|dessvärre",
    "en": r"no effect|proves|proved|significant|p\.p\.|saved money|profitable|success|unfortunately",
}
NOT_SHOWN = {"sv": "kunde inte påvisas", "en": "could not be established"}
HEDGED = {"sv": "tyder på", "en": "suggests|indicates|points to"}
CHANCE = re.compile(r"; (?:slumpen ensam|chance alone).*$")
DIRECTION = {"sv": ("i önskad riktning", "i oönskad riktning"), "en": ("in the desired direction", "in the undesired direction")}


def finding(level: EvidenceLevel, group: str, significant: bool | None, better: bool | None, lowered: str, code: str) -> SafeResult:
    """Return a report whose main estimate is such a finding."""
    primary = SAFE.primary
    assert primary is not None
    told = replace(primary, group=group, significant=significant, better=better, p_value=0.004)
    if significant is None:
        told = replace(told, interval=None, p_value=None, std_error=None)
    estimates = tuple(told if e.id == primary.id else e for e in SAFE.estimates)
    evidence = EvidenceVerdict(
        EvidenceLevel.RANDOMISED, level, (lowered,) if level < EvidenceLevel.RANDOMISED else (), below_minimum=False
    )
    return replace(SAFE, estimates=estimates, evidence=evidence, plan=replace(SAFE.plan, language=code))


def reached(safe: SafeResult) -> EvidenceLevel:
    """Return the level whose words may be used: a change of one group is a development whatever the design."""
    assert safe.primary is not None
    return safe.evidence.level if safe.primary.group == "all" else EvidenceLevel.DEVELOPMENT


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(str(getattr(part, "name", part)) for part in case))
def test_the_words_of_a_claim_follow_the_evidence(case: tuple[EvidenceLevel, str, bool | None, bool | None, str, str]) -> None:
    safe, code = finding(*case), case[-1]
    level, primary = reached(safe), safe.primary
    assert primary is not None
    sentence = verdict_sentence(safe)
    claims = "\n".join([*summary_sentences(safe, Language(code)), sentence])
    assert not re.search(NEVER[code], claims, re.IGNORECASE)
    if level < EvidenceLevel.CAUSAL_WITH_CAVEATS:
        assert not re.search(EFFECT[code], sentence.replace(DENIED[code], ""), re.IGNORECASE)
    if level < EvidenceLevel.RANDOMISED:
        assert not re.search(CAUSE[code], sentence, re.IGNORECASE)
    if level is EvidenceLevel.CAUSAL_WITH_CAVEATS and primary.significant:
        assert re.search(HEDGED[code], sentence)
        assert re.search(r"\bom\b|\bif\b", sentence), "the assumption is said in the same breath"
    shown_not = re.search(NOT_SHOWN[code], sentence)
    assert bool(shown_not) is (primary.significant is False)


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(str(getattr(part, "name", part)) for part in case))
def test_every_number_and_direction_of_a_claim_is_that_of_the_finding(
    case: tuple[EvidenceLevel, str, bool | None, bool | None, str, str],
) -> None:
    safe, code = finding(*case), case[-1]
    primary = safe.primary
    assert primary is not None
    language = Language(code)
    sentence = CHANCE.sub("", verdict_sentence(safe).removeprefix(primary.label))
    own = [(primary.value, primary.decimals), (primary.n_units, 0), (95.0, 0)]
    own += [(v, primary.decimals) for v in (primary.interval.low, primary.interval.high)] if primary.interval else []
    allowed = {language.number(value, decimals) for value, decimals in own}
    mark = re.escape("," if code == "sv" else ".")
    assert set(re.findall(rf"{MINUS}?\d+(?:{NBSP}\d+)*(?:{mark}\d+)?", sentence)) <= allowed
    assert language.number(primary.value, primary.decimals) in sentence
    better, worse = DIRECTION[code]
    if primary.significant is False:
        assert better not in sentence
        assert worse not in sentence
    else:
        assert (better in sentence) is (primary.better is True)
        assert (worse in sentence) is (primary.better is False)


@pytest.mark.parametrize("level", EvidenceLevel)
def test_what_may_not_be_said_always_names_what_this_level_cannot_carry(level: EvidenceLevel) -> None:
    page = str(limits(finding(level, "all", True, True, LOWERED[0], "sv")))
    forbidden = page.split("Det här får man inte säga")[1]
    named = ("Att insatsen är orsaken", "Att skillnaden beror på insatsen", "Att påverkan är bevisad", "lika stor för alla")
    assert named[level - 1] in forbidden
    assert "Att skillnad saknas" in forbidden


def test_the_conclusion_says_the_same_sentence_as_the_summary() -> None:
    for case in CASES[::7]:
        safe = finding(*case)
        assert verdict_sentence(safe) in summary_sentences(safe, Language(safe.plan.language))
        assert esc(verdict_sentence(safe)) in str(conclusion(safe))


@pytest.mark.parametrize(
    ("level", "significant", "better", "colour"),
    [
        (EvidenceLevel.RANDOMISED, True, True, GREEN),
        (EvidenceLevel.CAUSAL_WITH_CAVEATS, True, True, GREEN),
        (EvidenceLevel.COMPARED, True, True, YELLOW),
        (EvidenceLevel.DEVELOPMENT, True, True, YELLOW),
        (EvidenceLevel.RANDOMISED, False, True, YELLOW),
        (EvidenceLevel.RANDOMISED, None, True, YELLOW),
        (EvidenceLevel.RANDOMISED, True, None, YELLOW),
        (EvidenceLevel.COMPARED, True, False, RED),
    ],
)
def test_the_proposed_colour_follows_test_direction_and_design(
    level: EvidenceLevel, significant: bool | None, better: bool | None, colour: str
) -> None:
    safe = finding(level, "all", significant, better, LOWERED[0], "sv")
    assert assessment(safe)[0] == colour
    shown = "".join(staircase_parts(safe, Language("sv"), []))
    assert Language("sv").text(f"st_{colour}") in shown


def test_without_an_estimate_there_is_no_colour_and_the_step_says_why() -> None:
    bare = replace(SAFE, primary_estimate="")
    assert assessment(bare) == (NONE, "st_why_hidden")
    assert "Kan inte bedömas" in "".join(staircase_parts(bare, Language("sv"), []))


def test_a_weak_result_is_never_green() -> None:
    safe = finding(EvidenceLevel.RANDOMISED, "all", True, True, LOWERED[0], "sv")
    weak = tuple(replace(e, p_value=0.03) if e.id == safe.primary_estimate else e for e in safe.estimates)
    assert assessment(replace(safe, estimates=weak)) == (YELLOW, "st_why_weak")


def test_a_change_of_one_group_is_never_green() -> None:
    assert assessment(finding(EvidenceLevel.RANDOMISED, "treated", True, True, LOWERED[0], "sv"))[0] == YELLOW


@pytest.mark.parametrize("code", ["sv", "en"])
def test_the_staircase_has_nine_steps_each_with_a_question_to_the_team(code: str) -> None:
    language = Language(code)
    shown = "".join(staircase_parts(replace(SAFE, plan=replace(SAFE.plan, language=code)), language, ["Något att göra."]))
    for step in range(1, 10):
        assert language.text(f"st_{step}") in shown
        assert language.text(f"st_{step}_q") in shown
    assert shown.count('scope="row"') == 9
    assert language.text("st_open") in shown, "the ninth step is the team's own"


def test_every_outcome_stands_among_the_patterns_also_those_without_a_finding() -> None:
    shown = "".join(staircase_parts(SAFE, Language("sv"), []))
    patterns = shown.split("4 Mönster")[1].split("5 Påverkan")[0]
    assert all(outcome.label in patterns for outcome in SAFE.plan_text.outcomes)


@pytest.mark.parametrize("code", ["sv", "en"])
def test_no_word_of_the_staircase_claims_more_than_the_lowest_level(code: str) -> None:
    safe = finding(EvidenceLevel.DEVELOPMENT, "treated", True, True, LOWERED[3], code)
    plain = re.sub(r"<[^>]+>", " ", "".join(staircase_parts(safe, Language(code), [])))
    assert not re.search(EFFECT[code], re.sub("(?i)bieffekter|side effects", "", plain), re.IGNORECASE)
    assert not re.search(NEVER[code], plain, re.IGNORECASE)
