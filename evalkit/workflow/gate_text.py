"""The gate report as staff read it: which rule, how many, where, what to do."""

from __future__ import annotations

from evalkit.findings.quality import CheckOutcome, GateReport

_WORDS = {"stop": "STOPP", "warn": "VARNING", "note": "notering"}


def gate_text(report: GateReport) -> str:
    """Return a gate report as Swedish text: a line of counts, then every finding with place and remedy."""
    counts = f"{len(report.warnings)} varningar, {len(report.notes)} noteringar, {len(report.stops)} stopp"
    lines = [f"Kvalitetsgranskning: {len(report.outcomes)} kontroller, {counts}"]
    for outcome in (*report.stops, *report.warnings, *report.notes):
        lines += _lines(outcome)
    return "\n".join(lines) + "\n"


def _lines(outcome: CheckOutcome) -> list[str]:
    where = " ".join(part for part in (outcome.source, outcome.column) if part)
    head = f"{_WORDS[outcome.severity.value]} [{outcome.code}] {where}: {outcome.message}"
    counted = f"  {outcome.n_failed} av {outcome.n_checked}"
    places = f": {', '.join(outcome.places)}" if outcome.places else ""
    return [head, counted + places, *([f"  Gör så här: {outcome.remedy}"] if outcome.remedy else [])]
