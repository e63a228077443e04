"""The report says how often the route, and the ordinary call, would have raised a false alarm."""

from __future__ import annotations

from dataclasses import replace

import pytest
from evalkit.findings.reasons import TESTS
from evalkit.findings.result import EvaluationResult, from_json, to_json
from evalkit.findings.safe import safe_from_json, safe_to_json
from evalkit.findings.validity import ORDINARY_CLUSTER, NuisanceRate, RouteValidity, TriedRoute
from evalkit.release.disclosure import clear
from evalkit.release.language import Language
from evalkit.release.reason_text import by_outcome, route_sentences
from evalkit.release.report import sensitivity
from evalkit.release.tables import estimate_name
from tests.support.sample_result import policy, sample_result


def measured(estimate_id: str, route: str, rate: float | None, ordinary: float) -> RouteValidity:
    case = NuisanceRate("normal", 1.0, 0.3, None, rate, None if rate is None else 1 - rate, 0.0016, ordinary)
    tried = (TriedRoute("welch", rate or 0.11, 0.7, holds=rate is not None),)
    return RouteValidity(
        estimate_id, route, (case,), tried, rate, None if rate is None else 1 - rate, ORDINARY_CLUSTER, ordinary, 0.0566, 20_000, 1
    )


def result(language: str = "sv") -> EvaluationResult:
    found = (measured("did.valbefinnande", "welch", 0.05415, 0.6537), measured("did.franvaro", "none", None, 0.2468))
    made = sample_result()
    return replace(made, plan=replace(made.plan, language=language), validity=found)


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("sv", ("falskt larm i högst 5 av 100", "hade gett falskt larm i 65 av 100 fall", "inget p-värde visas")),
        ("en", ("at most 5 cases of 100", "would have given a false alarm in 65 cases of 100", "no p-value is shown")),
    ],
)
def test_the_report_names_both_rates(language: str, sentences: tuple[str, ...]) -> None:
    text = str(sensitivity(clear(result(language), policy())))
    assert [s for s in sentences if s not in text] == []


def test_rates_leave_in_whole_hundredths_only() -> None:
    cleared = clear(result(), policy()).validity
    assert [(v.worst_rate, v.ordinary_worst) for v in cleared] == [(0.05, 0.65), (None, 0.25)]


def test_both_documents_read_back() -> None:
    made = result()
    assert from_json(to_json(made)) == made
    safe = clear(made, policy())
    assert safe_from_json(safe_to_json(safe)) == safe


def test_a_hidden_estimate_takes_its_rates_with_it() -> None:
    made = result()
    few = tuple(replace(e, n_units=4, n_treated_units=2) if e.id == "did.franvaro" else e for e in made.estimates)
    assert {v.estimate_id for v in clear(replace(made, estimates=few), policy()).validity} == {"did.valbefinnande"}


def test_without_a_simulated_design_nothing_is_said() -> None:
    assert "falskt larm" not in str(sensitivity(clear(sample_result(), policy())))


def test_outcomes_of_which_the_same_is_true_share_a_sentence() -> None:
    found = (measured("did.valbefinnande", "welch", 0.05, 0.65), measured("did.franvaro", "welch", 0.05, 0.65))
    safe = clear(replace(sample_result(), validity=found), policy())
    text = str(sensitivity(safe))
    assert text.count("falskt larm i högst 5 av 100") == 1
    assert f"{safe.outcome_label('valbefinnande')}; {safe.outcome_label('franvaro')}, " in text


def test_a_reason_names_the_outcomes_it_is_about_and_the_comparison_where_it_is_that_of_all() -> None:
    language = Language("sv")
    pairs = [("Mått A", "too-few-pre-periods"), ("Mått B", "too-few-pre-periods"), ("Mått C", "leads-reject")]
    first, second = by_outcome(pairs, TESTS, language)
    assert first.startswith("Mått A; Mått B: Färre än två mätningar")
    assert second.startswith("Mått C: Grupperna utvecklades olika")
    safe = clear(sample_result(), policy())
    said = route_sentences(safe, language)
    assert said
    assert all(any(one.startswith((estimate_name(e, language), e.label)) for e in safe.estimates) for one in said)
