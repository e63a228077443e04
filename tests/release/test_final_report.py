"""Two kinds of report: the working one marks what is not secured, the final one leaves it out and names it."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from evalkit.errors import DisclosureRefused
from evalkit.findings.norms import InstrumentFinding
from evalkit.findings.safe import FINAL_REPORT, WORKING_REPORT, safe_from_json, safe_to_json
from evalkit.release.disclosure import clear
from evalkit.release.language import TABLES, Language
from evalkit.release.report import front, results
from tests.support.instrument_result import CITATION, page, result_with
from tests.support.sample_result import policy, public_result

COUNTS = ((14, 13, 15, 12), (12, 11, 12, 12))
SV = TABLES["sv"]


def shown(finding: InstrumentFinding, kind: str, **plan: object) -> str:
    """Return the front page and chapter 5 as text with alternative texts."""
    result = result_with(finding)
    safe = clear(replace(result, plan=replace(result.plan, **plan)), policy(), kind)  # type: ignore[arg-type]
    source = str(front(safe)) + str(results(safe))
    alts = " ".join(re.findall(r'alt="([^"]*)"', source))
    return html.unescape(re.sub(r"<[^>]+>", " ", source) + " " + alts)


def secured(finding: InstrumentFinding) -> InstrumentFinding:
    return replace(
        finding,
        norms=tuple(replace(norm, status="secured") for norm in finding.norms),
        band_status="secured",
        classes=tuple(replace(one, reliability_status="secured") for one in finding.classes),
        regression=tuple(replace(one, status="secured") for one in finding.regression),
        relevant_change=None,
    )


def test_the_working_report_is_the_default_and_marks_what_is_not_secured() -> None:
    assert clear(result_with(page(*COUNTS)), policy()).kind == WORKING_REPORT
    text = shown(page(*COUNTS), WORKING_REPORT)
    for mark in ("Arbetsrapport", "Ej säkerställd norm", "Ej säkerställda gränser", "Ej säkerställd reliabilitet", "61,4 (18,9)"):
        assert mark in text
    assert "Utelämnat" not in text


def test_the_final_report_leaves_out_and_names_what_is_not_secured() -> None:
    text = shown(page(*COUNTS), FINAL_REPORT)
    for gone in ("Ej säkerställd", "61,4", "18,9", "normens medel", "Gott", "återhämtade", "17,6", "Regression mot"):
        assert gone not in text
    for named in ("Slutrapport", "gruppen mot normen", "SE-x.who5", "andel i varje band", "WHO-50", "x/reliability/total/retest"):
        assert named in text
    assert SV["final_note"] in text
    assert "ARBETSRAPPORT" not in text


def test_the_final_result_holds_no_number_that_rests_on_an_unsecured_norm() -> None:
    safe = clear(result_with(page(*COUNTS)), policy(), FINAL_REPORT)
    text = safe_to_json(safe)
    for number in ("61.37", "18.91", "17.64", "70.0", "0.84"):
        assert number not in text
    (instrument,) = safe_from_json(text).instruments
    assert [one.part for one in instrument.left_out] == ["norm", "bands", "classes", "regression", "relevant"]
    assert instrument.relevant_change is None
    assert (instrument.norms, instrument.comparisons, instrument.shares, instrument.classes) == ((), (), (), ())
    assert (instrument.bands, instrument.regression, instrument.excess) == ((), (), None)


def test_the_final_report_shows_all_that_is_secured() -> None:
    text = shown(secured(page(*COUNTS)), FINAL_REPORT)
    for there in ("61,4 (18,9)", "säkerställd", "WHO-50", "återhämtade", "17,6", CITATION, "Regression mot", SV["final_note_full"]):
        assert there in text
    assert "Ej säkerställd" not in text
    assert "Utelämnat" not in text


@pytest.mark.parametrize(
    ("change", "gone"),
    [
        (lambda f: replace(f, band_status="reviewed"), ["bands"]),
        (lambda f: replace(f, classes=tuple(replace(c, reliability_status="reviewed") for c in f.classes)), ["classes"]),
        (lambda f: replace(f, classes=tuple(replace(c, reliability_status="plan") for c in f.classes)), ["classes"]),
        (lambda f: replace(f, classes=tuple(replace(c, clinical_secured=False) for c in f.classes)), ["classes"]),
        (lambda f: replace(f, regression=tuple(replace(r, status="plan", target="plan") for r in f.regression)), ["regression"]),
        (lambda f: replace(f, norms=tuple(replace(n, status="reviewed") for n in f.norms)), ["norm", "classes", "regression"]),
        (lambda f: replace(f, norms=tuple(replace(n, status="metric") for n in f.norms)), []),
    ],
    ids=[
        "one check of bands",
        "one check of a retest",
        "a retest of the plan",
        "clinical",
        "referred",
        "one check of a norm",
        "metric",
    ],
)
def test_each_section_goes_with_its_own_norm_and_with_no_other(change, gone: list[str]) -> None:
    (instrument,) = clear(result_with(change(secured(page(*COUNTS)))), policy(), FINAL_REPORT).instruments
    assert [one.part for one in instrument.left_out] == gone


def test_classes_by_the_groups_own_spread_do_not_need_the_norm() -> None:
    finding = secured(page(*COUNTS))
    own = tuple(replace(one, sd_basis="baseline", criterion="", cut=None) for one in finding.classes)
    finding = replace(finding, classes=own, norms=tuple(replace(n, status="draft") for n in finding.norms))
    (instrument,) = clear(result_with(finding), policy(), FINAL_REPORT).instruments
    assert [one.part for one in instrument.left_out] == ["norm", "regression"]


def test_a_sentence_of_why_nobody_is_judged_stays_in_a_final_report() -> None:
    finding = page(*COUNTS)
    finding = replace(finding, classes=tuple(replace(one, reason="reliability-low") for one in finding.classes), excess=None)
    assert "reliabilitet är under 0,80" in shown(finding, FINAL_REPORT)


def test_a_final_report_says_that_the_plan_was_changed_after_its_lock() -> None:
    assert SV["final_deviates"] in shown(page(*COUNTS), FINAL_REPORT, deviations=("primary_outcome",))
    assert SV["final_deviates"] not in shown(page(*COUNTS), FINAL_REPORT)


def test_a_report_without_instruments_compares_with_no_norm() -> None:
    safe = clear(public_result(), policy(), FINAL_REPORT)
    assert TABLES[safe.plan.language]["final_note_none"] in html.unescape(str(front(safe)))


def test_another_kind_of_report_is_refused() -> None:
    with pytest.raises(DisclosureRefused):
        clear(result_with(page(*COUNTS)), policy(), "utkast")


def test_a_caption_names_no_norm_where_none_is_drawn() -> None:
    bare = replace(page(*COUNTS), norms=(), no_norm="none", comparisons=(), bands=(), band_system="", band_status="", shares=())
    text = shown(bare, WORKING_REPORT)
    caption = text[text.index("WHO-5: skalan.") :].split("   ", 1)[0]
    assert "norm" not in caption.lower()
    assert "gräns" not in caption.lower()
    assert SV["f_instrument_groups"] in caption
    full = shown(page(*COUNTS), WORKING_REPORT)
    for key in ("f_instrument_norm", "f_instrument_groups"):
        assert SV[key] in full
    assert SV["f_instrument_bands"].format(system="WHO-50") in full


def test_the_norm_table_tells_year_sex_and_age_of_the_row_used() -> None:
    text = shown(page(*COUNTS), WORKING_REPORT)
    row = text[text.index(SV["t_norms"]) :]
    for cell in ("2012", "alla, 15–25", "400", CITATION, SV["norm_draft_status"]):
        assert cell in row


def test_change_beyond_error_reads_like_a_sentence_in_both_languages() -> None:
    for language, words in (("sv", "procentenheter"), ("en", "percentage points")):
        text = shown(page(*COUNTS), WORKING_REPORT, language=language)
        assert words in text
        assert Language(language).text("class_least_plain", least=Language(language).number(17.6, 1)) in text
