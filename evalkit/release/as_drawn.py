"""Where the draw answers, what compares people by what they got describes: no interval, no p-value and no verdict of its own."""

from __future__ import annotations

from dataclasses import replace

from evalkit.findings.estimate import Estimate
from evalkit.findings.result import EvaluationResult
from evalkit.findings.safe import SafeEstimate, SafeResult
from evalkit.release.language import Language

AS_RECEIVED = "as-received"
"""`Estimate.route_reason` of a comparison by what people got, in a report whose answer is by the draw."""

DESCRIBED = "described-beside-draw"
"""The same of one group's change from before to after."""


def without_second_answers(result: EvaluationResult, primary: str) -> EvaluationResult:
    """Return `result` with everything that is not by the draw as descriptions; unchanged where `primary` is not by the draw."""
    headline = next((e for e in result.estimates if e.id == primary), None)
    if headline is None or not _by_draw(headline):
        return result
    received = {e.id for e in result.estimates if not _by_draw(e)}
    return replace(
        result,
        estimates=tuple(_described(e) if e.id in received else e for e in result.estimates),
        effect_sizes=(),
        validity=tuple(v for v in result.validity if v.estimate_id not in received),
        decisions=tuple(d for d in result.decisions if d.estimate_id not in received),
    )


def by_what_they_got(safe: SafeResult, language: Language) -> str:
    """Return " (by what they got …)" for names of groups in a report whose answer is by the draw; else nothing."""
    return " " + language.text("x_received") if safe.received_apart else ""


def _described(estimate: Estimate) -> Estimate:
    """Return an estimate as a value: a change of one group keeps its own reason, a difference is called what it is."""
    reason = AS_RECEIVED if estimate.group == "all" else DESCRIBED
    return replace(estimate, interval=None, p_value=None, df=None, inference="none", route_reason=reason)


def without_errors(estimates: tuple[SafeEstimate, ...]) -> tuple[SafeEstimate, ...]:
    """Return cleared estimates; what only describes keeps the decimals that its error gave it, and no error."""
    bare = {AS_RECEIVED, DESCRIBED}
    return tuple(replace(e, std_error=None, second_engine=None) if e.route_reason in bare else e for e in estimates)


def _by_draw(estimate: Estimate) -> bool:
    return estimate.estimator == "itt-ancova"
