"""What a plan says about the register of instruments: that it is there, and can be measured and converted as the plan says."""

from __future__ import annotations

from collections.abc import Iterator

from evalkit.plan.evaluation import EvaluationPlan, Outcome
from evalkit.plan.instrument_parts import RECALL_DAYS
from evalkit.plan.instrument_use import InstrumentUse
from evalkit.plan.instruments import Instrument, InstrumentRegister, Scale
from evalkit.plan.problems import quote, suggestion
from evalkit.plan.sources import Column, Role, Source
from evalkit.plan.strict_yaml import Location

Place = tuple[str, Location, str, str]
"""Code, place in the document, key in words, what is wrong."""

METRICS = ("T", "standard_100_15", "scaled_10_3", "stanine")
"""Metrics of a scale into which another standardised score can be converted."""


def instrument_places(plan: EvaluationPlan, register: InstrumentRegister) -> list[Place]:
    """Return what a plan says of instruments, forms and metrics that the register does not bear out."""
    found: list[Place] = []
    for position, outcome in enumerate(plan.outcomes):
        for number, use in enumerate(outcome.instruments):
            for part, text in _about_use(outcome, use, register):
                found.append(
                    ("PAR-INSTR", ("outcomes", position, "instruments", number, part), f"outcomes → {outcome.id} → {part}", text)
                )
    for position, source in enumerate(plan.sources):
        said = [*_named(source, register), *_forms(source, plan, register), *_metrics(source, plan, register)]
        found += [("PAR-INSTR", ("sources", position, *place), f"sources → {source.id}", text) for place, text in said]
    return found


def _named(source: Source, register: InstrumentRegister) -> Iterator[tuple[Location, str]]:
    known = [instrument.id for instrument in register.instruments]
    for place, word in _written(source, Role.INSTRUMENT):
        if register.find(word) is None:
            yield place, f"instrumentet {quote(word)} finns inte i registret; {suggestion(word, known)}"


def _forms(source: Source, plan: EvaluationPlan, register: InstrumentRegister) -> Iterator[tuple[Location, str]]:
    """Judge that a delivered form is one of an instrument of the plan, or a length of time."""
    used = {use.instrument for outcome in plan.outcomes for use in outcome.instruments}
    forms = {recall.form for one in register.instruments if one.id in used for recall in one.recalls}
    known = sorted(forms | RECALL_DAYS.keys())
    for place, word in _written(source, Role.RECALL):
        if word not in known:
            yield place, f"{quote(word)} är varken ett formulär eller en tid i registret; {suggestion(word, known, listed=20)}"


def _written(source: Source, role: Role) -> Iterator[tuple[Location, str]]:
    """Yield each meaning that a source gives a role, with its place."""
    yield from ((("constants", name), word) for name, word in source.constants.items() if name == role.value)
    for number, column in enumerate(source.columns):
        if column.role is role:
            yield from ((("columns", number, "labels", label), word) for label, word in column.labels.items())


def _metrics(source: Source, plan: EvaluationPlan, register: InstrumentRegister) -> Iterator[tuple[Location, str]]:
    for number, column in enumerate(source.columns):
        fault = "" if column.metric is None else _no_conversion(column, plan, register)
        if fault:
            yield ("columns", number, "metric"), fault


def _no_conversion(column: Column, plan: EvaluationPlan, register: InstrumentRegister) -> str:
    """Return why a declared metric cannot become the metric of the outcome's scales; empty where it can."""
    if column.role is not Role.VALUE or column.outcome is None:
        return "metric hör till en kolumn med role: value och outcome: den säger i vilken metrik färdiga poäng står"
    scales = [scale for use in plan.outcome(column.outcome).instruments for scale in [_scale(use, register)] if scale is not None]
    metrics = sorted({scale.score_type for scale in scales})
    if len(metrics) != 1 or metrics[0] not in METRICS:
        there = ", ".join(metrics) or "inget instrument"
        return (
            f"{column.outcome} har {there} i registret; omräkning finns bara till en skala vars metrik är given av "
            f"sin konstruktion ({', '.join(METRICS)}), inte till råpoäng"
        )
    if column.metric == "stanine" and metrics[0] != "stanine":
        return f"stanine är avrundad till nio steg och kan inte bli {metrics[0]}; begär poängen före avrundningen"
    return ""


def _scale(use: InstrumentUse, register: InstrumentRegister) -> Scale | None:
    instrument = register.find(use.instrument)
    return None if instrument is None else instrument.scale(use.scale)


def _about_use(outcome: Outcome, use: InstrumentUse, register: InstrumentRegister) -> list[tuple[str, str]]:
    instrument = next((known for known in register.instruments if known.id == use.instrument), None)
    if instrument is None:
        ids = [known.id for known in register.instruments]
        return [("instrument", f"instrumentet {quote(use.instrument)} finns inte i registret; {suggestion(use.instrument, ids)}")]
    scale = next((known for known in instrument.scales if known.id == use.scale), None)
    if scale is None:
        ids = [known.id for known in instrument.scales]
        return [("scale", f"{instrument.id} har ingen skala {quote(use.scale)}; {suggestion(use.scale, ids)}")]
    if scale.direction not in ("neutral", outcome.direction.value):
        return [("scale", f"planen säger {outcome.direction.value} men registret {scale.direction} för {instrument.id}/{scale.id}")]
    if scale.score_type == "percentile":
        return [("scale", "percentiler kan inte medelvärdesbildas; mät på en standardiserad skala och ange metric på kolumnen")]
    return _about_form(use, instrument)


def _about_form(use: InstrumentUse, instrument: Instrument) -> list[tuple[str, str]]:
    if use.recall is None:
        return []
    known = sorted({word for recall in instrument.recalls for word in (recall.form, recall.period)})
    if use.recall in known:
        return []
    return [("recall", f"{instrument.id} har inget formulär och ingen tid {quote(use.recall)}; {suggestion(use.recall, known)}")]
