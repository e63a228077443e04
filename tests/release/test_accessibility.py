"""WCAG 2.1 A and AA and axe-core's best practices, in a real browser: no violation on any page that somebody is sent."""

from __future__ import annotations

import pytest
from evalkit.findings.safe import SafeResult
from evalkit.plan.form_names import DEPTHS, FULL, ONE_PAGE, SUMMARY, FormName
from evalkit.release.bundle import Label, make_bundle
from evalkit.release.disclosure import clear
from evalkit.release.forms.build import build
from evalkit.release.own_page import own_page
from tests.support.axe import MISSING, audit
from tests.support.sample_result import policy, public_result, sample_result

pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING or "both are here")


@pytest.fixture(scope="module")
def safe() -> SafeResult:
    return clear(sample_result(), policy())


def refused(page: str, width: int = 1280) -> list[object]:
    return list(audit(page, width)["violations"])


@pytest.mark.parametrize("depth", DEPTHS)
def test_the_report_in_every_depth(safe: SafeResult, depth: str) -> None:
    assert refused(build(safe, FormName("html", depth, "")).decode("utf-8")) == []


def test_the_report_in_english_and_on_a_telephone(safe: SafeResult) -> None:
    assert refused(build(safe, FormName("html", SUMMARY, "en")).decode("utf-8"), width=380) == []


def test_a_report_without_persons() -> None:
    assert refused(build(clear(public_result(), policy()), FormName("html", FULL, "")).decode("utf-8")) == []


def test_the_page_that_explains_how_to_verify(safe: SafeResult) -> None:
    import io
    import zipfile

    label = Label("prov", "Prov", "arbetsrapport", "2016-01-31-00000000", "skr", "SKR", 1, "0" * 64)
    bundle = make_bundle({"onepage.html": build(safe, FormName("html", ONE_PAGE, ""))}, label)
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        assert refused(archive.read("LÄS-MIG.html").decode("utf-8")) == []


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_pre_analysis_plan(language: str) -> None:
    from evalkit.findings.pap import Item, PreAnalysisPlan, Section
    from evalkit.findings.reasons import Words
    from evalkit.release.pap_page import pap_html

    question = Item(Words("Vilken fråga?", "Which question?"), ("A1",), ("Hjälper det?",))
    gap = Item(Words("Hur många?", "How many?"), ("A2",), None)
    section = Section("fraga", Words("Frågan", "The question"), (question, gap))
    pap = PreAnalysisPlan("prov", "Prov", "2016-01-31", "0" * 64, locked=False, sections=(section,))
    assert refused(pap_html(pap, language)) == []


def test_a_page_of_its_own_with_a_table_and_a_list() -> None:
    from evalkit.release.markup import Table, bullets, chapter, para

    table = Table("Så gick det till", ["Steg", "Tal"], [["Lottade", "40"]], frozenset({1})).html("Så gick det till")
    assert refused(own_page("Protokoll", "sv", para("Text", "stamp"), str(chapter("a", "Dragning", table, bullets(["ett"]))))) == []


def test_the_audit_itself_finds_what_is_wrong() -> None:
    wrong = '<!doctype html><html><head><title>x</title></head><body><p style="color:#bbb">Blekt</p><img src="x"></body></html>'
    assert {"html-has-lang", "color-contrast", "image-alt"} <= {str(rule[0]) for rule in audit(wrong)["violations"]}
