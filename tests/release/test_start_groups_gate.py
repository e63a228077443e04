"""Where start groups are estimated one by one, test, bounds and path rest on them and say how, in both languages."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from evalkit.findings.estimate import Interval
from evalkit.findings.safe import SafeResult
from evalkit.findings.staggered import TwoWays
from evalkit.methods.evaluate import evaluate
from evalkit.methods.validity.measure import measured_with
from evalkit.release.chapters_results import results, sensitivity
from evalkit.release.disclosure import clear
from evalkit.release.language import Language
from tests.support.frames import EMPTY_REGISTER, PROVENANCE, frame_of, identity, panel_table, public_plan
from tests.support.sample_result import policy

WORDS = ("path_groups", "honest_groups")


@cache
def cleared(*, by_groups: bool, ahead: int = 0) -> SafeResult:
    rng = np.random.default_rng(4)
    after = np.zeros((80, 9), dtype=bool)
    after[:20, 5:] = True
    after[20:40, 6:] = True
    frame = frame_of(panel_table(rng.normal(size=after.shape) + 2 * after, after, outcome="tal"))
    rules = {"compare_with": "never_treated", "anticipation": str(ahead)}
    plan = public_plan(["tal"], staggered=rules) if by_groups else public_plan(["tal"])
    with measured_with(500):
        return clear(evaluate(frame, plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE), policy())


def page_of(safe: SafeResult, language: str) -> str:
    safe = replace(safe, plan=replace(safe.plan, language=language))
    return (str(results(safe)) + str(sensitivity(safe))).replace("&#39;", "'").replace("&#x27;", "'")


@pytest.mark.parametrize("language", ["sv", "en"])
def test_test_bounds_and_path_name_the_start_groups_only_where_there_are_any(language: str) -> None:
    for by_groups in (True, False):
        safe = cleared(by_groups=by_groups)
        assert safe.honest
        assert safe.effect_path
        page = page_of(safe, language)
        rate = safe.tests[0].false_positive_rate
        assert (rate is not None) == by_groups
        said = [Language(language).text(key) for key in WORDS]
        said += [Language(language).text("trend_groups", rate=Language(language).number(100 * (rate or 0), 1))]
        assert [words in page for words in said] == [by_groups] * 3


def test_what_is_the_same_of_two_outcomes_is_said_once() -> None:
    safe = cleared(by_groups=True)
    page = page_of(replace(safe, tests=safe.tests * 2), "sv")
    assert page.count("Prövningen bygger på startgruppernas egna vägar") == 1


def test_an_outcome_has_one_event_figure() -> None:
    page = page_of(cleared(by_groups=True), "sv")
    assert page.count("Händelsestudie för tal") == 1
    assert page.count("per period räknat från start") == 1


def test_the_figure_compares_with_the_last_period_in_which_nothing_is_felt() -> None:
    safe = cleared(by_groups=True, ahead=1)
    assert -2 not in {p.event_time for p in safe.effect_path}
    assert -1 in {p.event_time for p in safe.effect_path}
    assert safe.honest
    assert safe.tests[0].n_leads >= 1


@pytest.mark.parametrize(
    ("interval", "key"),
    [
        (Interval(0.2, 0.8, 0.95), "sg_two_ways_beyond"),
        (Interval(-0.2, 0.8, 0.95), "sg_two_ways_within"),
        (None, "sg_two_ways_unknown"),
    ],
)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_two_ways_that_differ_are_explained(interval: Interval | None, key: str, language: str) -> None:
    safe = cleared(by_groups=True)
    (found,) = safe.staggered
    two = replace(found.two_ways, imputed=2.3, difference=0.5, interval=interval, decimals=1)
    page = page_of(replace(safe, staggered=(replace(found, two_ways=two),)), language)
    assert Language(language).text("sg_more") in page
    assert Language(language).text(key, low="", high="", level="")[:30] in page
    same = page_of(replace(safe, staggered=(replace(found, two_ways=None),)), language)
    assert "imputation)" not in same


def test_two_ways_are_rounded_to_what_their_uncertainty_carries() -> None:
    from evalkit.release.clear_staggered import _two_ways

    two = _two_ways(TwoWays(2.04891, 0.71812, Interval(0.2612, 1.1751, 0.95)))
    assert (two.imputed, two.difference, two.interval.low, two.interval.high) == (2.05, 0.72, 0.26, 1.18)
