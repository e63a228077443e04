"""A pre-analysis plan says what the plan says and nothing else: each gap is printed as a gap."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from evalkit.cli import main
from evalkit.methods.pap import preanalysis_plan
from evalkit.plan.loader import parse_plan
from evalkit.release.pap_page import pap_html
from tests.support.frames import demo_plan

ROOT = Path(__file__).parents[2]
REGISTRY = ("Titel", "Land", "Status", "Nyckelord", "Sammanfattning", "Primärt utfall", "Lottningens sätt", "Lottningsenhet")
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
    for never in ("Land", "Status", "Nyckelord", "Etikprövning", "Korrigering för flera test", "Undergrupper", "Antal kluster"):
        assert found[never].answer is None


def test_a_plan_without_lottery_has_no_answer_about_lotteries_and_one_with_it_answers():
    without = questions(pap_of(demo_plan()))
    assert all(without[q].answer is None for q in ("Lottningens sätt", "Lottningsenhet", "Grupper", "Offentlig dragning"))
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
