"""Rules about values: ranges and steps of columns, outcomes and instrument scales, known instruments, and that outcomes vary."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd

from evalkit.findings.quality import Severity
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.instruments import Instrument, InstrumentRegister, Scale
from evalkit.plan.sources import Column, Kind, Role, Source
from evalkit.records.codebook import Case, is_number, kept_columns, shown_name
from evalkit.records.conversion import RANGES
from evalkit.records.sheets import Check, Fault, Sheet, between, counted, distance_outside, number, whole

_STEP_TOLERANCE = 1e-6
"""Decimal text read as binary floating point misses a step by far less than this."""


def value_checks(case: Case, sheets: dict[str, Sheet]) -> list[Check]:
    """Return the checks of each source's numbers and instruments."""
    checks = []
    for source, table in case.sources():
        sheet = sheets[source.id]
        for column, name in kept_columns(source, table):
            if is_number(column) and column.role is not Role.ITEM:
                checks += _range(case.plan, sheet, column, name) + _whole_numbers(sheet, column, name)
        checks += _items(source, sheet) + _instruments(case, source, sheet) + _scales(case, source, sheet)
    return checks


def variation_checks(case: Case, measured: pd.DataFrame) -> list[Check]:
    """Return the checks that each outcome takes at least two values; the primary outcome must, another warns.

    Parameters
    ----------
    measured : pandas.DataFrame
        ``outcome`` and ``value`` of everything delivered on every outcome.
    """
    by_outcome = {outcome.id: measured.loc[measured["outcome"] == outcome.id, "value"].dropna() for outcome in case.plan.outcomes}
    judged = {name: values.reset_index(drop=True) for name, values in by_outcome.items() if len(values) >= 2}
    sheet = Sheet("matt", pd.DataFrame(judged))
    checks = []
    for outcome in case.plan.outcomes:
        if outcome.id not in judged:
            continue
        severity = Severity.STOP if outcome.id == case.plan.primary_outcome else Severity.WARN
        fault = Fault(
            "EST-NOVAR",
            severity,
            f"måttet {outcome.id} har samma värde i alla rader",
            "Kontrollera att rätt kolumn levererades; ett mått som inte varierar går inte att utvärdera",
        )
        made = whole(
            sheet,
            f"variation.{outcome.id}",
            fault,
            expectation="expect_column_unique_value_count_to_be_between",
            column=outcome.id,
            holds=judged[outcome.id].nunique() >= 2,
            shown=outcome.id,
            checked=len(judged[outcome.id]),
            min_value=2,
        )
        checks.append(made)
    return checks


def _range(plan: EvaluationPlan, sheet: Sheet, column: Column, name: str) -> list[Check]:
    outcome = plan.outcome(column.outcome) if column.outcome and column.metric is None else None
    own = RANGES[column.metric] if column.metric else (None, None)
    lows = [low for low in (column.minimum, own[0], outcome.minimum if outcome else None) if low is not None]
    highs = [high for high in (column.maximum, own[1], outcome.maximum if outcome else None) if high is not None]
    if not lows and not highs:
        return []
    low, high = max(lows, default=None), min(highs, default=None)
    return [between(sheet, f"spann.{name}", _outside(low, high), name, least=low, most=high, shown=column.name)]


def _outside(low: float | None, high: float | None) -> Fault:
    if low is not None and high is not None:
        words = f"{number(low)}–{number(high)}"
    else:
        words = f"minst {number(low)}" if low is not None else f"högst {number(high)}" if high is not None else ""
    return Fault(
        "IN-RANGE",
        Severity.STOP,
        f"värdet ligger utanför det tillåtna ({words})",
        "Rätta värdet i källan, eller ange koden för saknat värde under missing i planen",
    )


def _whole_numbers(sheet: Sheet, column: Column, name: str) -> list[Check]:
    if column.kind is not Kind.INTEGER:
        return []
    return [
        counted(sheet, f"heltal.{name}", _FRACTION, _off_step(sheet.table[name], 0.0, 1.0), most=_STEP_TOLERANCE, shown=column.name)
    ]


def _off_step(values: pd.Series, origin: pd.Series | float, step: pd.Series | float) -> pd.Series:
    """Return how far each value lies from the nearest step, in steps."""
    steps = (values - origin) / step
    return (steps - steps.round()).abs()


def _items(source: Source, sheet: Sheet) -> list[Check]:
    """Judge all items of an instrument together: the furthest of a row's answers outside its own range."""
    items = [c for c in source.with_role(Role.ITEM) if is_number(c) and c.name in sheet.table.columns]
    if not items:
        return []
    outside = pd.DataFrame({c.name: distance_outside(sheet.table[c.name], *_borders(c)) for c in items})
    fractions = pd.DataFrame({c.name: _off_step(sheet.table[c.name], 0.0, 1.0) for c in items if c.kind is Kind.INTEGER})
    shown = ", ".join(c.name for c in items)
    checks = [counted(sheet, "spann.frågor", _ITEM_OUTSIDE, outside.max(axis=1), most=0.0, shown=shown)]
    if len(fractions.columns):
        checks.append(counted(sheet, "heltal.frågor", _FRACTION, fractions.max(axis=1), most=_STEP_TOLERANCE, shown=shown))
    return checks


def _borders(column: Column) -> tuple[float, float]:
    low = -np.inf if column.minimum is None else column.minimum
    return low, np.inf if column.maximum is None else column.maximum


def _instruments(case: Case, source: Source, sheet: Sheet) -> list[Check]:
    """Check that every instrument is in the register, and is one that the plan measures the row's outcome with."""
    if "instrument" not in sheet.table.columns:
        return []
    labels = sheet.table["instrument"]
    known = {label: case.register.find(str(label)) for label in labels.dropna().unique()}
    unknown = labels.map({label: float(found is None) for label, found in known.items()})
    shown = shown_name(source, Role.INSTRUMENT)
    checks = [counted(sheet, "instrument", _unknown(case.register, known), unknown, most=0.0, shown=shown)]
    for column in source.with_role(Role.VALUE):
        uses = case.plan.outcome(column.outcome).instruments if column.outcome else ()
        if not uses:
            continue
        foreseen = {use.instrument for use in uses}
        stranger = labels.map({label: float(found is not None and found.id not in foreseen) for label, found in known.items()})
        answered = sheet.table[str(column.outcome)].notna()
        fault = Fault(
            "INSTR-UNKNOWN",
            Severity.STOP,
            f"instrumentet är inte ett som planen mäter {column.outcome} med ({', '.join(sorted(foreseen))})",
            "Rätta instrumentet i källan, eller lägg till det under outcomes.instruments i en ny version av planen",
        )
        checks.append(counted(sheet, f"instrument.{column.outcome}", fault, stranger.where(answered), most=0.0, shown=shown))
    return checks


def _unknown(register: InstrumentRegister, known: Mapping[Any, Instrument | None]) -> Fault:
    """Name the nearest entry of the register, never what the cell says."""
    names = {name.casefold(): name for one in register.instruments for name in (one.id, one.label, *one.aliases)}
    near = {
        names[match]
        for label, found in known.items()
        if found is None
        for match in get_close_matches(str(label).strip().casefold(), sorted(names), n=1, cutoff=0.5)
    }
    hint = f"; menades {' eller '.join(sorted(near))}?" if near else ""
    return Fault(
        "INSTR-UNKNOWN",
        Severity.STOP,
        f"instrumentet finns inte i registret{hint}",
        "Rätta namnet i källan, eller lägg in instrumentet i params/instruments med källa; evalkit instruments visar registret",
    )


def _scales(case: Case, source: Source, sheet: Sheet) -> list[Check]:
    """Hold each value against the scale of its own row's instrument: its range and its step."""
    checks = []
    for column in source.with_role(Role.VALUE):
        if column.outcome is None or column.outcome not in sheet.table.columns or column.metric is not None:
            continue
        scales = _scales_of(case, column.outcome)
        rows = _scale_of_rows(case.register, sheet.table, scales)
        if rows.notna().any():
            checks += _on_scale(sheet, column, rows, scales)
    return checks


def _scales_of(case: Case, outcome: str) -> dict[str, Scale]:
    """Return the scale on which each instrument measures the outcome."""
    found = {}
    for use in case.plan.outcome(outcome).instruments:
        instrument = case.register.find(use.instrument)
        for scale in instrument.scales if instrument else ():
            if scale.id == use.scale:
                found[use.instrument] = scale
    return found


def _scale_of_rows(register: InstrumentRegister, table: pd.DataFrame, scales: dict[str, Scale]) -> pd.Series:
    """Return the id of the instrument that decides each row's scale; the only one, where rows do not say."""
    if "instrument" in table.columns:
        known = {label: register.find(str(label)) for label in table["instrument"].dropna().unique()}
        ids = {label: found.id for label, found in known.items() if found is not None and found.id in scales}
        return table["instrument"].map(ids)
    only = next(iter(scales)) if len(scales) == 1 else None
    return pd.Series([only] * len(table), index=table.index, dtype="object")


def _on_scale(sheet: Sheet, column: Column, rows: pd.Series, scales: dict[str, Scale]) -> list[Check]:
    outcome = str(column.outcome)
    low, high, step = (rows.map({key: getattr(scale, name) for key, scale in scales.items()}).astype("float64") for name in _SCALE)
    values = sheet.table[outcome].where(rows.notna())
    words = "; ".join(f"{key} {number(scale.minimum)}–{number(scale.maximum)}" for key, scale in sorted(scales.items()))
    outside = distance_outside(values, low, high)
    return [
        counted(sheet, f"skala.{outcome}", _outside_scale(words), outside, most=0.0, shown=column.name),
        counted(sheet, f"steg.{outcome}", _FRACTION, _off_step(values, low, step), most=_STEP_TOLERANCE, shown=column.name),
    ]


_SCALE = ("minimum", "maximum", "step")
_FRACTION = Fault(
    "IN-INTEGER",
    Severity.STOP,
    "värdet ligger mellan två steg på skalan",
    "Kontrollera om två bedömare räknats ihop eller fel skala använts; leverera värdet som det sattes",
)
_ITEM_OUTSIDE = Fault(
    "IN-RANGE",
    Severity.STOP,
    "ett svar ligger utanför frågans tillåtna värden",
    "Rätta svaret i källan, eller ange koden för saknat svar under missing i planen",
)


def _outside_scale(words: str) -> Fault:
    return Fault(
        "IN-RANGE",
        Severity.STOP,
        f"värdet ligger utanför instrumentets skala ({words})",
        "Rätta värdet i källan; stämmer det, är det ett annat instrument eller en annan skala än raden säger",
    )
