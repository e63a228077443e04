"""The chapter on one treated unit: numbers in every alternative text, both languages, and nothing in a plan about persons."""

from __future__ import annotations

from dataclasses import replace

import pytest
from evalkit.errors import DisclosureRefused
from evalkit.findings.safe import safe_from_json, safe_to_json
from evalkit.methods.evaluate import evaluate
from evalkit.methods.single_unit import design
from evalkit.plan.disclosure import DisclosurePolicy
from evalkit.plan.single_unit import DonorLeftOut
from evalkit.release.disclosure import clear
from evalkit.release.language import Language
from evalkit.release.single_unit_chapter import single_unit_parts
from tests.support.frames import EMPTY_REGISTER, PROVENANCE, identity
from tests.support.single_unit import built, referee_panel

POLICY = DisclosurePolicy.model_validate({"set_by": "prov", "decided": "2026-01-01", "min_cell": "5", "round_counts_to": "5"})


@pytest.fixture(scope="module")
def result():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(design, "DRAWS", 40)
        frame, plan = built(referee_panel(), left_out=(DonorLeftOut(unit="u0007", reason="egen reform <2005>"),))
        return evaluate(frame, plan, EMPTY_REGISTER, None, identity(plan), PROVENANCE)


def test_what_is_cleared_is_read_back_and_rounded(result):
    safe = clear(result, POLICY)
    assert safe_from_json(safe_to_json(safe)) == safe
    twin, exact = safe.single_unit[0].methods[0], result.single_unit[0].methods[0]
    assert twin.value == round(exact.value, twin.decimals)
    assert twin.place == exact.place
    assert safe.primary_estimate == "sdid.utfall"


@pytest.mark.parametrize(("code", "word"), [("sv", "syntetisk tvilling"), ("en", "synthetic twin")])
def test_the_chapter_says_place_smallest_p_and_who_was_left_out(result, code, word):
    safe = clear(result, POLICY)
    html = "".join(single_unit_parts(safe, Language(code)))
    twin = safe.single_unit[0].methods[0]
    assert html.count("<img") == html.count("alt=") == 3
    assert word in html.casefold()
    assert "egen reform &lt;2005&gt;" in html
    assert Language(code).p_value(twin.smallest_p) in html
    assert Language(code).quantity(twin.value, twin.decimals, "enheter") in html


def test_a_plan_without_one_unit_has_no_chapter(result):
    assert single_unit_parts(replace(clear(result, POLICY), single_unit=()), Language("sv")) == []


def test_units_are_never_named_in_a_plan_about_persons(result):
    persons = replace(result, plan=replace(result.plan, data_kind="persons"), estimates=(), means=(), flows=())
    with pytest.raises(DisclosureRefused, match="personer"):
        clear(persons, POLICY)
