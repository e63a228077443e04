"""From rows to cells: which rows a delivery holds, and how staff and systems write numbers, labels and missing codes."""

from __future__ import annotations

from datetime import date

import numpy as np

from evalkit.plan.sources import Column, Mode, Role, RowMeaning, Source
from evalkit.records.synthetic.files import cell_text
from evalkit.records.synthetic.persons import stream
from evalkit.records.synthetic.rows import NOT_ANSWERED, Cell, Row, person_rows, source_rows
from evalkit.records.synthetic.truth import FileTruth
from evalkit.records.synthetic.world import World

_FORMS = ("long_dash", "long", "short_dash")


def delivered_tables(world: World, source: Source) -> list[list[list[Cell]]]:
    """Return one table of cells for each delivery of a source, in the order of the source's columns."""
    if source.row is RowMeaning.PERSON:
        return [_cells(world, source, person_rows(world, day), nth) for nth, day in enumerate(world.truth.deliveries)]
    rows = source_rows(world, source)
    return [_cells(world, source, _in_delivery(rows, source, nth), nth) for nth in range(len(world.truth.deliveries))]


def number_text(number: str, form: str) -> str:
    """Return a twelve-digit number in one of the forms that people write."""
    if form == "long":
        return number
    if form == "short_dash":
        return f"{number[2:8]}-{number[8:]}"
    return f"{number[:8]}-{number[8:]}"


def _in_delivery(rows: list[Row], source: Source, nth: int) -> list[Row]:
    """Return the rows of one delivery: the new ones, those that correct the last one, and in a full extract all earlier."""
    chosen = []
    for row in rows:
        if row.first == nth and row.wrong_first:
            chosen.append(Row(row.number, row.day, row.first, row.facts | row.wrong_first, {}))
        elif row.first == nth or (row.first == nth - 1 and row.wrong_first) or (source.mode is Mode.REPLACE and row.first < nth):
            chosen.append(row)
    return chosen


def _cells(world: World, source: Source, rows: list[Row], nth: int) -> list[list[Cell]]:
    look = world.truth.file(source.id)
    rng = stream(world.seed, "cells", source.id, str(nth))
    return [[_cell(world, column, row, look, rng) for column in source.columns] for row in rows]


def _cell(world: World, column: Column, row: Row, look: FileTruth, rng: np.random.Generator) -> Cell:
    untidy = float(rng.random())
    if column.role is Role.PERSON:
        other = untidy < world.truth.dirt.other_number_forms
        return number_text(row.number, _FORMS[int(rng.integers(len(_FORMS)))] if other else look.number_form)
    canonical = row.facts.get(_key(column))
    if canonical == NOT_ANSWERED:
        return next(iter(column.missing), None)
    return cell_text(column, canonical, _label(column, canonical, untidy < world.truth.dirt.untidy_labels))


def _key(column: Column) -> str:
    if column.role in {Role.VALUE, Role.ITEM}:
        return column.outcome or "value"
    return column.name if column.role is Role.ATTRIBUTE else column.role.value


def _label(column: Column, canonical: Cell, untidy: bool) -> str | None:
    """Return the delivered label of a canonical value; an untidy one is another spelling, in capitals or with a blank."""
    labels = [label for label, meaning in column.labels.items() if meaning == canonical]
    if not labels or isinstance(canonical, date):
        return None
    if not untidy:
        return labels[0]
    return labels[1] if len(labels) > 1 else f"{labels[0].upper()} "
