"""Where the draw answers, what compares people by what they got describes: no interval, no p-value and no verdict of its own."""

from __future__ import annotations

from dataclasses import replace

from evalkit.findings.estimate import Estimate
from evalkit.findings.result import EvaluationResult
from evalkit.findings.safe import SafeResult
from evalkit.release.language import Language

AS_RECEIVED = "as-received"
"""`Estimate.route_reason` of a comparison by what people got, in a report whose answer is by the draw."""


def without_second_answers(result: EvaluationResult, primary: str) -> EvaluationResult:
    """Return `result` with the differences by what people got as descriptions; unchanged where `primary` is not by the draw."""
    headline = next((e for e in result.estimates if e.id == primary), None)
    if headline is None or not _by_draw(headline):
        return result
    received = {e.id for e in result.estimates if e.group == "all" and not _by_draw(e)}
    return replace(
        result,
        estimates=tuple(
            replace(e, interval=None, p_value=None, route_reason=AS_RECEIVED) if e.id in received else e for e in result.estimates
        ),
        validity=tuple(v for v in result.validity if v.estimate_id not in received),
        decisions=tuple(d for d in result.decisions if d.estimate_id not in received),
    )


def by_what_they_got(safe: SafeResult, language: Language) -> str:
    """Return " (by what they got …)" for names of groups in a report whose answer is by the draw; else nothing."""
    return " " + language.text("x_received") if safe.by_draw else ""


def _by_draw(estimate: Estimate) -> bool:
    return estimate.estimator == "itt-ancova"
