"""A gate report as text that staff can act on: which rule, how many, where, what to do."""

from __future__ import annotations

from evalkit.findings.quality import CheckOutcome, GateReport, Severity

_HEADS = {Severity.STOP: "STOPP", Severity.WARN: "varning", Severity.NOTE: "notis"}


def gate_text(report: GateReport) -> str:
    """Return every failed check of `report`, stops first, in Swedish.

    Each finding is three lines: what and how many, where, and what to do. Places are lines of files or pseudonyms, never values;
    the text stays in the house.
    """
    found = [*report.stops, *report.warnings, *report.notes]
    passed = sum(outcome.passed for outcome in report.outcomes)
    counts = f"{len(report.stops)} stopp, {len(report.warnings)} varningar, {len(report.notes)} notiser"
    head = f"{report.gate}: {len(report.outcomes)} kontroller, {passed} utan anmärkning, {counts}."
    verdict = "Uppgifterna kan utvärderas." if report.is_open else "Uppgifterna kan inte utvärderas förrän stoppen är åtgärdade."
    return "\n".join([head, verdict, *(finding_text(outcome) for outcome in found)])


def finding_text(outcome: CheckOutcome) -> str:
    """Return one failed check as lines."""
    where = ".".join(part for part in (outcome.source, outcome.column) if part)
    lines = [f"[{_HEADS[outcome.severity]}] {outcome.code} {where}".rstrip() + f": {outcome.message}"]
    if outcome.n_checked > 1:
        lines.append(f"    Antal: {outcome.n_failed} av {outcome.n_checked}. Regel: {outcome.rule}")
    else:
        lines.append(f"    Regel: {outcome.rule}")
    if outcome.places:
        more = " med flera" if outcome.n_failed > len(outcome.places) else ""
        lines.append(f"    Var: {places_text(outcome.places)}{more}")
    lines.append(f"    Gör så här: {outcome.remedy}")
    return "\n".join(lines)


def places_text(places: tuple[str, ...]) -> str:
    """Return places in their order, rows of one file after its name: ``a.csv rad 2, 3; b.csv rad 7``."""
    parts: list[list[str]] = []
    for place in places:
        name, row, number = place.rpartition(" rad ")
        if row and number.isdigit() and parts and parts[-1][0].startswith(f"{name} rad "):
            parts[-1].append(number)
        else:
            parts.append([place])
    return "; ".join(", ".join(part) for part in parts)
