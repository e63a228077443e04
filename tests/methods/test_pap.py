"""A pre-analysis plan says what the plan says and nothing else: each gap is printed as a gap."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from evalkit.cli import main
from evalkit.findings.pap import DECIMAL
from evalkit.methods.pap import preanalysis_plan
from evalkit.plan.analysis import AnalysisRules
from evalkit.plan.evaluation import Comparison
from evalkit.plan.loader import load_plan, parse_plan
from evalkit.release.pap_page import answer_of, pap_docx, pap_html
from tests.support.frames import demo_plan

ROOT = Path(__file__).parents[2]
REGISTRY = ("Titel", "Land", "Status", "Nyckelord", "Sammanfattning", "Primärt utfall", "Lottningens sätt")
REGISTRY += ("Antal kluster", "Antal enheter", "Antal i varje grupp", "Minsta effekt som kan upptäckas", "Etikprövning")
LOTTERY = """lottery:
  files: lista*.csv
  unit: nr
  strata: [skola]
  arms: [{id: a, label: Plats nu, places: 30}, {id: b, label: Väntar}]
  draws: [{name: Lotto 1, held_on: 2015-09-05, rule: sju tal}]
"""


def pap_of(plan):
    return preanalysis_plan(plan, content_sha256="f" * 64, locked=False)


def questions(pap):
    return {item.question.sv: item for section in pap.sections for item in section.items}


def test_every_field_of_the_registry_is_asked_and_what_no_plan_can_say_is_missing():
    found = questions(pap_of(demo_plan()))
    assert set(REGISTRY) <= set(found)
    for never in ("Land", "Status", "Nyckelord", "Etikprövning", "Undergrupper"):
        assert found[never].answer is None


def test_a_plan_that_draws_nobody_says_so_and_one_that_promises_a_lottery_without_one_has_gaps():
    without = questions(pap_of(demo_plan()))
    assert answer_of(without["Lottningens sätt"], "sv") == "gäller inte: ingen lottas"
    assert not {"Lottningsenhet", "Grupper", "Offentlig dragning"} & set(without)
    randomised = demo_plan()
    randomised = randomised.model_copy(
        update={"design": randomised.design.model_copy(update={"comparison": Comparison.RANDOMISED})}
    )
    missing = questions(pap_of(randomised))
    assert all(missing[q].answer is None for q in ("Lottningens sätt", "Lottningsenhet", "Grupper", "Offentlig dragning"))
    text = (ROOT / "params" / "interventions" / "np-samverkan.yaml").read_text("utf-8").replace("waiting_list", "randomised")
    plan = parse_plan("np-samverkan.yaml", (text + LOTTERY).encode("utf-8"))
    answered = questions(pap_of(plan))
    assert answered["Antal i varje grupp"].answer == ("Plats nu: 30",)
    assert answered["Offentlig dragning"].answer == ("2015-09-05: Lotto 1 – sju tal",)


@pytest.mark.parametrize(("language", "missing"), [("sv", "[SAKNAS]"), ("en", "[MISSING]")])
def test_the_page_prints_every_gap_once_in_its_table_and_names_it_at_the_top(language, missing):
    pap = pap_of(demo_plan())
    page = pap_html(pap, language)
    assert page.count(missing) == len(pap.missing) > 5
    callout = re.search(r'<div class="callout">.*?</div>', page, re.DOTALL)
    assert callout is not None
    assert callout.group().count("<li>") == len(pap.missing)
    assert "<script" not in page
    assert "Välbefinnande (WHO-5)" in page


def test_what_stands_in_a_plan_is_text_and_never_markup():
    plan = demo_plan()
    page = pap_html(pap_of(plan.model_copy(update={"background": "<b>fet</b> & 1 < 2"})), "sv")
    assert "&lt;b&gt;fet&lt;/b&gt; &amp; 1 &lt; 2" in page


def test_the_command_writes_both_languages(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "params" / "interventions"
    folder.mkdir(parents=True)
    (folder / "np-samverkan.yaml").write_bytes((ROOT / "params" / "interventions" / "np-samverkan.yaml").read_bytes())
    monkeypatch.setenv("EVALKIT_PROJECT", str(tmp_path))
    assert main(["pap", "np-samverkan"]) == 0
    told = capsys.readouterr().out
    assert "analysplan-sv.html" in told
    page = (tmp_path / "reports" / "np-samverkan" / "plan" / "analysplan-en.html").read_text("utf-8")
    assert "is not locked" in page
    assert main(["lock", "np-samverkan"]) == 0
    assert main(["pap", "np-samverkan"]) == 0
    page = (tmp_path / "reports" / "np-samverkan" / "plan" / "analysplan-en.html").read_text("utf-8")
    assert "was locked before any result" in page


def test_the_example_of_a_lottery_answers_size_effect_subgroups_multiplicity_and_stopping():
    plan = load_plan(ROOT / "params" / "interventions" / "exempel-vantelista.yaml")
    found = questions(pap_of(plan))
    assert found["Antal enheter"].answer[0] == "160"
    assert found["Antal i varje grupp"].answer == ("Börjar på hösten: 80", "Väntar till våren: 80")
    assert "SD" in found["Minsta effekt som kan upptäckas"].answer[1]
    assert any("gissning" in line for line in found["Antaganden bakom"].answer)
    assert "ensamstående" in found["Undergrupper"].answer[0]
    for asked in ("Korrigering för flera test", "Regel för att avbryta", "Etikprövning", "De som inte följer lottningen", "Land"):
        assert found[asked].answer is not None
    assert len(pap_of(plan).missing) < 6


def test_declared_families_and_reports_answer_before_the_study_s_own_words():
    plan = demo_plan()
    rules = AnalysisRules.model_validate(
        {
            "families": [{"id": "sekundara", "label": "Sekundära", "kind": "confirmatory"}],
            "spending": "pocock",
            "reports": [
                {"label": "Delrapport", "day": "2016-06-01", "role": "interim", "information": 0.5},
                {"label": "Slutrapport", "day": "2017-06-01", "role": "confirmatory"},
            ],
        },
        strict=False,
    )
    found = questions(pap_of(plan.model_copy(update={"analysis": rules})))
    assert answer_of(found["Korrigering för flera test"], "sv") == "Sekundära: bekräftande, Holm"
    assert len(found["Regel för att avbryta"].answer) == 3


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_word_file_holds_the_same_gaps_and_the_same_bytes_each_time(language):
    pytest.importorskip("docx")
    pap = pap_of(demo_plan())
    first = pap_docx(pap, language)
    assert first == pap_docx(pap, language)
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        text = archive.read("word/document.xml").decode("utf-8")
    assert text.count("[SAKNAS]" if language == "sv" else "[MISSING]") == len(pap.missing)
    assert pap.content_sha256[:20] in text


def test_the_primary_outcome_stands_in_no_family_and_the_analysis_by_the_draw_is_named_first():
    plan = load_plan(ROOT / "params" / "interventions" / "exempel-vantelista.yaml")
    found = questions(pap_of(plan))
    primary = plan.outcome(plan.primary_outcome).label
    families = found["Familjer av hypoteser"].answer
    assert families
    assert all(primary not in line for line in families)
    assert primary in found["Primär hypotes"].answer[0]
    analyses = found["Analyser"].answer
    assert all(word in analyses[0] for word in ("ITT", "ANCOVA", "CR2"))
    assert all("efter vad de fick" in line for line in analyses[1:])
    without = questions(pap_of(demo_plan()))["Analyser"].answer
    assert all("ITT" not in line for line in without)


@pytest.mark.parametrize(
    ("plan_id", "decides", "asked"),
    [
        ("exempel-organdonation", "synthetic difference-in-differences", {"Enheter som får ingå i jämförelsen", "Teststatistika"}),
        ("exempel-nilen", "jump at the start from its own trend", {"Seriens skattning", "Regel för slutsats om serien"}),
        ("exempel-stegvis", "Callaway–Sant'Anna", {"Startgrupper jämförs med", "Minsta startgrupp som visas"}),
    ],
)
def test_a_design_of_its_own_says_what_decides_against_whom_and_by_which_rule(plan_id, decides, asked):
    found = questions(pap_of(load_plan(ROOT / "params" / "interventions" / f"{plan_id}.yaml")))
    assert decides in found["Analyser"].answer[0]
    assert all(found[question].answer for question in asked)
    rule = next(item for question, item in found.items() if question.startswith("Regel för slutsats"))
    assert "p ≤ 0,05" in answer_of(rule, "sv")
    assert found["Lottningens sätt"].answer is not None


@pytest.mark.parametrize(("comparison", "first"), [("matched", "mellan matchade personer"), ("waiting_list", "före–efter")])
def test_how_people_are_matched_is_written_before_anybody_is(comparison, first):
    rules = {"method": "propensity", "columns": ["sex", "age"], "neighbours": 2, "reuse": "true", "caliper": "0.2"}
    plan = demo_plan(economics=False, comparison=comparison, matching=rules)
    found = questions(pap_of(plan))
    assert first in found["Analyser"].answer[0]
    assert "nearest in propensity score" in found["Matchning"].answer[0]
    assert "sex, age" in found["Matchning"].answer[1]
    assert found["Jämförelsepersoner för var och en"].answer == ("2",)
    assert "ja" in found["Får samma person användas flera gånger"].answer[0]
    assert "0,2" in answer_of(found["Längsta avstånd"], "sv")
    assert "0.2" in answer_of(found["Längsta avstånd"], "en")


@pytest.mark.parametrize(("language", "label"), [("sv", "Tabell"), ("en", "Table")])
def test_tables_are_numbered_in_words_and_no_placeholder_is_left(language, label):
    page = pap_html(pap_of(demo_plan()), language)
    assert f'content: "{label} "' in page
    assert "{{" not in page


def test_values_are_in_the_page_s_language():
    plan = load_plan(ROOT / "params" / "interventions" / "exempel-vantelista.yaml")
    pap = pap_of(plan)
    found = questions(pap)
    assert answer_of(found["Valda för sitt utfall"], "sv") == "nej"
    assert answer_of(found["Konfidensnivå"], "sv").startswith("0,95")
    assert answer_of(found["Konfidensnivå"], "en").startswith("0.95")
    for item in found.values():
        assert DECIMAL not in answer_of(item, "sv") + answer_of(item, "en")
    assert re.search(r"\d,\d+ SD", answer_of(found["Minsta effekt som kan upptäckas"], "sv"))


@pytest.mark.parametrize("plan_id", ["exempel-vantelista", "exempel-organdonation", "exempel-nilen", "exempel-stegvis", "skolfam"])
def test_a_page_says_what_is_not_the_plans_own_words_in_its_own_language_only(plan_id):
    pap = pap_of(load_plan(ROOT / "params" / "interventions" / f"{plan_id}.yaml"))
    swedish, english = pap_html(pap, "sv"), pap_html(pap, "en")
    assert not re.search("[\ue000-\uf8ff\u2396]", swedish + english)
    for sv, en in (("tvåsidigt", "two-sided"), ("(gissning:", "(guess:"), ("avgör:", "decides:")):
        assert en not in swedish
        assert sv not in english
    assert "0,95, tvåsidigt" in swedish
    assert "0.95, two-sided" in english


def test_assumptions_and_shares_are_written_in_the_page_s_language():
    found = questions(pap_of(load_plan(ROOT / "params" / "interventions" / "exempel-vantelista.yaml")))
    behind, lost = found["Antaganden bakom"], found["Högsta bortfall"]
    assert "standardavvikelse: 14 (gissning: Antaget för exemplet)" in answer_of(behind, "sv")
    assert "standard deviation: 14 (guess: Antaget för exemplet)" in answer_of(behind, "en")
    assert (answer_of(lost, "sv"), answer_of(lost, "en")) == ("35\u00a0%", "35%")
