"""Which cell of the Excel form holds which key: derived from the models, so that a new key cannot be forgotten."""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from evalkit.plan.analysis import Family, ReportingOccasion
from evalkit.plan.evaluation import (
    ActivityMeasure,
    Benefit,
    EvaluationPlan,
    Indicator,
    Occasion,
    Outcome,
    PlanVersion,
    ResponsibleRole,
)
from evalkit.plan.form_words import COLUMNS, PARTS, PLAN, WORDS
from evalkit.plan.instrument_use import InstrumentUse
from evalkit.plan.lottery import LotteryArm, PublicDraw
from evalkit.plan.planning import PlanningAssumption
from evalkit.plan.preanalysis import Subgroup
from evalkit.plan.single_unit import DonorLeftOut
from evalkit.plan.sources import Column, Source

YES, NO = "ja", "nej"
BETWEEN = " – "
"""Between a key's value and its Swedish word in a drop-down: ``waiting_list – väntelista``."""

MODELS: dict[str, type[BaseModel]] = {
    "Plan": EvaluationPlan,
    "Versioner": PlanVersion,
    "Aktiviteter": ActivityMeasure,
    "Effektmått": Outcome,
    "Instrument": InstrumentUse,
    "Mättillfällen": Occasion,
    "Indikatorer": Indicator,
    "Källor": Source,
    "Kodbok": Column,
    "Nyttor": Benefit,
    "Lottens grupper": LotteryArm,
    "Lottens dragningar": PublicDraw,
    "Antaganden": PlanningAssumption,
    "Måttfamiljer": Family,
    "Rapporter": ReportingOccasion,
    "Undergrupper": Subgroup,
    "Ansvariga": ResponsibleRole,
    "Utelämnade enheter": DonorLeftOut,
}
OWN_SHEETS = {
    "versions",
    "questions",
    "side_effects",
    "activities",
    "outcomes",
    "instruments",
    "occasions",
    "indicators",
    "sources",
    "columns",
    "labels",
    "missing",
    "constants",
    "benefits",
    "arms",
    "draws",
    "planning",
    "families",
    "reports",
    "left_out",
    "subgroups",
    "responsible",
}
"""Keys that are lists with a sheet of their own."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a row (or one row of the sheet Plan): a key and how its value is written.

    Attributes
    ----------
    path : str
        Key, or dotted keys, inside the row's model.
    form : str
        text, integer, number, date, bool or list.
    options : tuple[str, ...]
        Allowed values where there are few.
    required : bool
        Whether the key must be filled in where its part of the plan is used.
    """

    path: str
    heading: str
    help: str
    form: str
    options: tuple[str, ...] = ()
    required: bool = False

    @property
    def choices(self) -> tuple[str, ...]:
        """What the drop-down shows."""
        if self.form == "bool":
            return (YES, NO)
        return tuple(f"{value}{BETWEEN}{WORDS[value]}" if value in WORDS else value for value in self.options)


def cells(sheet: str) -> tuple[Cell, ...]:
    """Return the cells of a sheet's row, in the order of its words."""
    words = PLAN if sheet == "Plan" else COLUMNS[sheet]
    known = dict(_keys(MODELS[sheet], "")) if sheet in MODELS else {}
    return tuple(_cell(path, heading, text, known.get(path)) for path, (heading, text) in words.items())


def _cell(path: str, heading: str, text: str, field: FieldInfo | None) -> Cell:
    if field is None:  # a pointer to another sheet, or a line of text: no key of its own
        options = tuple(PARTS) if path == "part" else ()
        return Cell(path, heading, text, "text", options, required=path not in ("column", "written", "means"))
    form, options = _form(field.annotation)
    return Cell(path, heading, text, form, options, required=field.is_required())


def _keys(model: type[BaseModel], above: str) -> Iterator[tuple[str, FieldInfo]]:
    for name, field in model.model_fields.items():
        inner = _model(field.annotation)
        if name in OWN_SHEETS and above != "legal_ground.":
            continue
        if inner is None:
            yield above + name, field
        else:
            yield from _keys(inner, f"{above}{name}.")


def keys_of(sheet: str) -> set[str]:
    """Return the keys that a sheet must have a place for."""
    return {path for path, _ in _keys(MODELS[sheet], "")}


def _model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and get_origin(annotation) is None and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (Union, types.UnionType, Annotated):
        return next((found for inner in get_args(annotation) if (found := _model(inner))), None)
    return None


def _form(annotation: Any) -> tuple[str, tuple[str, ...]]:
    if get_origin(annotation) in (Union, types.UnionType, Annotated):
        inner = [part for part in get_args(annotation) if part is not type(None)]
        return _form(inner[0])
    if get_origin(annotation) is tuple:
        return "list", _form(get_args(annotation)[0])[1]
    if get_origin(annotation) is Literal:
        return "text", tuple(str(value) for value in get_args(annotation))
    if isinstance(annotation, type):
        if issubclass(annotation, Enum):
            return "text", tuple(str(member.value) for member in annotation)
        for kind, form in ((bool, "bool"), (int, "integer"), (float, "number"), (date, "date")):
            if issubclass(annotation, kind):
                return form, ()
    return "text", ()
