"""A randomised study leaves the house without telling how a handful of persons did."""

from __future__ import annotations

import html
from dataclasses import fields, replace
from datetime import date

import pytest
from evalkit.findings.cell import DisclosureEvidence
from evalkit.findings.decisions import Look
from evalkit.findings.estimate import SecondEngine
from evalkit.findings.experiment import (
    ArmCounts,
    BalanceFinding,
    ExperimentFinding,
    LateFinding,
    LeeFinding,
    OtherEstimate,
    OutcomeExperiment,
    SubgroupFinding,
)
from evalkit.findings.safe import SafeTest
from evalkit.plan.disclosure import load_policy
from evalkit.release.chapters_end import next_parts
from evalkit.release.chapters_results import method, results
from evalkit.release.chapters_start import summary_sentences
from evalkit.release.decision_pages import decision_parts
from evalkit.release.disclosure import clear
from evalkit.release.figures import effect_figure
from evalkit.release.flow_figure import flow_figure
from evalkit.release.language import Language
from evalkit.release.language_experiment import EN_EXPERIMENT, SV_EXPERIMENT
from evalkit.release.staircase import staircase_parts
from evalkit.release.tables import estimate_name
from tests.support.sample_result import sample_result
from tests.support.small_run import HERE

MANY = DisclosureEvidence(n_persons=40)
POLICY = load_policy(HERE / "params" / "disclosure.yaml")
LEAST = POLICY.min_cell


def study(*, never: int = 20, always: int = 15, lost: tuple[int, int] = (12, 20), trimmed: float = 12.0, women: int = 30):
    engine = SecondEngine("linearmodels IV2SLS", 8.4, 2.0, 1e-6, agrees=True)
    late = LateFinding(8.412, 2.034, 4.47, 12.3, 0.95, False, 0.6512, 44.1, False, never, always, engine, MANY)
    arms = (ArmCounts("drawn", 80, 80 - never, lost[0], 80 - lost[0]), ArmCounts("other", 80, always, lost[1], 80 - lost[1]))
    result = sample_result()
    base = next(e for e in result.estimates if e.group == "all")
    offer = replace(base, id=f"itt.{base.outcome}", estimator="itt-ancova", estimand="ITT", n_units=128, n_treated_units=68)
    one = OutcomeExperiment(
        outcome=base.outcome,
        estimate_id=offer.id,
        arms=arms,
        attrition_difference=-0.1,
        attrition_p=0.218,
        randomisation_p=0.0004,
        n_redrawn=1999,
        holm_p=None,
        others=(OtherEstimate("plain", 7.46, 2.36, MANY),),
        late=late,
        late_note="",
        lee=LeeFinding(5.08, 10.63, 0.1012, trimmed, MANY),
        subgroups=(SubgroupFinding("s", "ensamma", 2.5, 3.4, 6.9, 0.95, 0.47, "cr2", 40, MANY),),
    )
    balance = (
        BalanceFinding("baseline", 54.29, 54.02, 0.0215, 0.9, None),
        BalanceFinding("women", 0.7, 0.69, 0.03, 0.8, women),
    )
    found = ExperimentFinding(161, 1, 1, ("ab" * 32,), ("Lotto",), False, (one,), balance, 0.54, 0)
    return replace(result, estimates=(*result.estimates, offer), experiment=found)


def cleared(**changes):
    safe = clear(study(**changes), POLICY)
    return safe, safe.experiment, safe.experiment.outcomes[0]


def test_counts_are_rounded_and_the_offer_is_the_primary_estimate():
    safe, found, one = cleared()
    assert (found.n_listed, found.n_excluded) == (160, None)
    assert [arm.n_lost for arm in one.arms] == [10, 20]
    assert safe.primary.id == one.estimate_id
    assert (one.late.value, one.late.first_stage) == (8.4, 0.65)
    assert (one.lee.low, one.lee.high) == (5.1, 10.6)
    assert one.randomisation_p_below


@pytest.mark.parametrize("changes", [{"never": 3}, {"always": 1}, {"always": LEAST - 1}])
def test_a_few_who_did_not_follow_the_draw_hide_what_would_tell_of_them(changes):
    _, _, one = cleared(**changes)
    assert one.late.hidden
    assert (one.late.value, one.late.first_stage, one.late.low) == (None, None, None)
    assert [arm.n_took_part for arm in one.arms] == [None, None]
    assert one.others[0].value is None


def test_nobody_who_crossed_is_no_secret():
    _, _, one = cleared(always=0)
    assert not one.late.hidden


@pytest.mark.parametrize("lost", [(3, 20), (12, LEAST - 1)])
def test_a_few_lost_hide_attrition_and_bounds(lost):
    _, _, one = cleared(lost=lost)
    assert (one.attrition_p, one.lee.low, one.lee.none_trimmed) == (None, None, False)
    assert None in [arm.n_lost for arm in one.arms]


def page_of(found, code="sv"):
    return str(results(clear(replace(found, plan=replace(found.plan, language=code)), POLICY)))


def test_attrition_is_told_by_its_exact_p_alone_and_never_by_a_difference_of_rounded_counts():
    assert "attrition_difference" not in {field.name for field in fields(type(cleared()[2]))}
    for code, said in (("sv", "Fishers exakta test: p 0,22"), ("en", "Fisher's exact test: p 0.22")):
        page = html.unescape(page_of(study(), code))
        assert said in page
        assert "större bland" not in page
        assert "larger" not in page.partition(said)[0][-200:]


def test_withheld_bounds_say_few_persons_and_only_equal_attrition_says_so():
    assert "skulle vila på för få personer" in page_of(study(trimmed=LEAST - 0.5))
    assert "Bortfallet skilde så lite" not in page_of(study(trimmed=LEAST - 0.5))
    assert "skulle vila på för få personer" in page_of(study(lost=(12, LEAST - 1), trimmed=0.0))
    assert "Bortfallet skilde så lite" in page_of(study(trimmed=0.0))
    assert "too few persons" in page_of(study(trimmed=LEAST - 0.5), "en")


def test_p_values_that_holm_adjusted_are_not_called_unadjusted():
    found = study()
    second = next(o.id for o in found.plan_text.outcomes if not o.primary)
    offers = [e for e in found.estimates if e.id.startswith("itt.")]
    offers.append(replace(offers[0], id=f"itt.{second}", outcome=second))
    other = replace(found.experiment.outcomes[0], outcome=second, estimate_id=f"itt.{second}", holm_p=0.03)
    for holm, warned in ((0.03, False), (None, True)):
        experiment = replace(found.experiment, outcomes=(*found.experiment.outcomes, replace(other, holm_p=holm)))
        safe = clear(replace(found, estimates=tuple(offers), effect_sizes=(), experiment=experiment), POLICY)
        assert ("".join(decision_parts(safe, Language("sv"))) != "") is warned


def test_where_the_draw_answers_what_people_got_is_a_description_without_interval_or_p():
    found = study()
    safe = clear(found, POLICY)
    assert safe.by_draw
    received = [e for e in safe.estimates if e.group == "all" and e.estimator != "itt-ancova"]
    assert received
    for one in received:
        assert (one.value is None, one.interval, one.p_value, one.significant) == (False, None, None, None)
    assert safe.primary.p_value is not None
    for code, row in (("sv", "efter vad de fick, inte efter lotten"), ("en", "by what they got, not by the lottery")):
        language = Language(code)
        assert all(estimate_name(e, language).endswith(row) for e in received)
        assert effect_figure(safe, language).alt.count(row) == len(received)
        told = summary_sentences(safe, language)[1]
        drawn = [arm.n_randomised for arm in safe.experiment.outcomes[0].arms]
        assert all(str(n) in told for n in drawn)
        assert {"sv": "lottades till insatsen", "en": "drawn to the intervention"}[code] in told
    without = clear(replace(found, estimates=found.estimates[:-1], experiment=None), POLICY)
    assert not without.by_draw
    assert any(e.p_value is not None for e in without.estimates if e.group == "all")
    assert "efter vad de fick" not in str(results(without))


def test_what_only_the_other_comparison_assumes_is_left_out_and_its_groups_are_named():
    language = Language("sv")
    safe = clear(study(), POLICY)
    without = clear(replace(study(), estimates=study().estimates[:-1], experiment=None), POLICY)
    assert language.text("a_did") not in html.unescape(str(method(safe)))
    assert language.text("a_did") in html.unescape(str(method(without)))
    lead = SafeTest(
        "leads", safe.plan.primary_outcome, "cannot_be_tested", None, None, None, None, False, 0, None, 0, "too-few-pre-periods"
    )
    assert language.text("next_pretrend") not in "".join(next_parts(replace(safe, tests=(lead,)), language))
    assert language.text("next_pretrend") in "".join(next_parts(replace(without, tests=(lead,)), language))
    captions = [flow_figure(safe, flow, language).caption for flow in safe.flows]
    assert captions
    assert all("efter vad de fick" in caption for caption in captions)
    assert "medelvärden" in page_of(study())
    assert "(efter vad de fick, inte efter lotten): medelvärden" in page_of(study())


def test_the_fourth_step_takes_the_comparison_by_the_draw():
    found = study()
    second = next(o.id for o in found.plan_text.outcomes if not o.primary)
    drawn = replace(next(e for e in found.estimates if e.id.startswith("itt.")), id=f"itt.{second}", outcome=second)
    received = replace(drawn, id=f"did.{second}", estimator="did", value=3.0)
    safe = clear(replace(found, estimates=(*found.estimates, received, drawn), effect_sizes=()), POLICY)
    step = "".join(staircase_parts(safe, Language("sv"), []))
    own = next(e for e in safe.estimates if e.id == drawn.id)
    assert Language("sv").interval(own.interval, own.decimals) in step.partition("Övriga mått")[2]


def test_bounds_that_trim_a_few_persons_would_tell_their_mean():
    assert cleared(trimmed=LEAST - 0.5)[2].lee.low is None
    assert cleared(trimmed=float(LEAST))[2].lee.low is not None


@pytest.mark.parametrize("women", [0, 1, LEAST - 1])
def test_a_share_with_a_small_cell_has_no_balance(women):
    row = cleared(women=women)[1].balance[1]
    assert (row.normalised, row.p_value) == (None, None)


def test_no_mean_of_a_covariate_leaves():
    names = {field.name for field in fields(type(cleared()[1].balance[0]))}
    assert not {name for name in names if "mean" in name}


def test_an_offer_that_is_hidden_hides_its_whole_study():
    found = study()
    thin = tuple(replace(e, n_treated_units=3) if e.id.startswith("itt.") else e for e in found.estimates)
    one = clear(replace(found, estimates=thin), POLICY).experiment.outcomes[0]
    assert (one.randomisation_p, one.others[0].value, one.lee.low, one.subgroups[0].value) == (None, None, None, None)
    assert one.late.hidden


def test_the_page_says_it_in_both_languages():
    assert SV_EXPERIMENT.keys() == EN_EXPERIMENT.keys()
    for code, word in (("sv", "Studien som den lottades"), ("en", "The study as it was drawn")):
        found = study()
        page = str(results(clear(replace(found, plan=replace(found.plan, language=code)), POLICY)))
        assert word in page
        assert "alt=" in page


def test_a_set_without_ends_is_said_in_words():
    found = study()
    one = found.experiment.outcomes[0]
    weak = replace(one, late=replace(one.late, low=None, weak=True, first_stage_f=3.2))
    page = str(results(clear(replace(found, experiment=replace(found.experiment, outcomes=(weak,))), POLICY)))
    assert "hur lågt som helst" in page
    assert "8,4 poäng" not in page.partition("Lotten fick för få")[2][:200]


def test_a_report_of_a_series_that_tests_nothing_has_no_p_value_of_the_lottery():
    look = Look("Delrapport", "descriptive", 1, 2, 1, None, "none", "Slutrapport", date(2030, 1, 1), False)
    found = study()
    one = clear(replace(found, look=look), POLICY).experiment.outcomes[0]
    assert (one.randomisation_p, one.holm_p, one.subgroups[0].p_value) == (None, None, None)
    assert one.subgroups[0].value is not None
