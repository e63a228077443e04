"""Rules on scores of a known instrument. A stop closes the gate; a pair is left out, never the whole run.

Row rules stand here, rules on groups (correlations, means, shares) in `score_statistics`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from evalkit.errors import GateClosed
from evalkit.findings.quality import CheckOutcome, GateReport, Severity
from evalkit.findings.quality_text import gate_text
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.instruments import Instrument, InstrumentRegister, Scale
from evalkit.records.calendar import whole_years
from evalkit.records.conversion import converted_columns
from evalkit.records.item_blocks import ItemBlock
from evalkit.records.score_forms import form_checks
from evalkit.records.score_statistics import block_checks, outcome_checks, polarity_checks
from evalkit.records.sheets import Check, Fault, Sheet, counted, distance_outside, judge, number

GATE = "Kvalitetskontroll av poängen"
_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Used:
    """One instrument and scale with which the plan measures an outcome."""

    outcome: str
    instrument: Instrument
    scale: Scale


def judge_scores(
    measurements: pd.DataFrame,
    blocks: Sequence[ItemBlock],
    persons: pd.DataFrame,
    plan: EvaluationPlan,
    register: InstrumentRegister,
) -> tuple[pd.DataFrame, tuple[CheckOutcome, ...]]:
    """Judge scores and the items behind them.

    Parameters
    ----------
    measurements : pandas.DataFrame
        As in `ScoredRecords`.
    blocks : Sequence[ItemBlock]

    Returns
    -------
    pandas.DataFrame
        The measurements, with ``planned`` False for those outside the ages of their instrument: they leave with their pair.
    tuple[CheckOutcome, ...]
        Every rule and how it went.

    Raises
    ------
    GateClosed
        If a stopping rule fails; all findings are named.
    """
    checks, inside = score_checks(measurements, blocks, persons, plan, register)
    report = GateReport(GATE, judge(checks))
    if not report.is_open:
        codes = tuple(outcome.code for outcome in report.stops)
        raise GateClosed(gate_text(report), code=codes[0], findings=codes)
    return measurements.assign(planned=measurements["planned"] & inside), report.outcomes


def score_checks(
    measurements: pd.DataFrame,
    blocks: Sequence[ItemBlock],
    persons: pd.DataFrame,
    plan: EvaluationPlan,
    register: InstrumentRegister,
) -> tuple[list[Check], pd.Series]:
    """Return every check on the scores, not judged yet, and which measurements lie inside the ages of their instrument."""
    known = uses(plan, register)
    if not known:
        return [], pd.Series(True, index=measurements.index)
    aged = measurements.assign(age=_ages(measurements, persons))
    made = {(b.outcome, b.instrument.id) for b in blocks if np.isnan(b.delivered).all()}
    converted = {c.outcome for source in plan.sources for c, _ in converted_columns(source, plan, register)}
    checks: list[Check] = []
    inside = pd.Series(True, index=measurements.index)
    for use in known:
        rows = aged[(aged["outcome"] == use.outcome) & (aged["instrument"] == use.instrument.id) & aged["value"].notna()]
        if len(rows):
            stepped = use.outcome not in converted and (use.outcome, use.instrument.id) not in made
            own, outside = _row_checks(use, rows, stepped=stepped)
            checks += [*own, *outcome_checks(use.outcome, use.instrument, use.scale, rows)]
            inside &= ~measurements.index.isin(outside)
    for block in blocks:
        checks += [*_answer_checks(block), *block_checks(block)]
    checks += [*_part_checks(known, aged), *polarity_checks([(u.outcome, u.instrument, u.scale) for u in known], aged)]
    return checks, inside


def uses(plan: EvaluationPlan, register: InstrumentRegister) -> list[Used]:
    """Return every instrument and scale that the plan names and the register has."""
    found = []
    for outcome in plan.outcomes:
        for use in outcome.instruments:
            instrument = register.find(use.instrument)
            scale = None if instrument is None else instrument.scale(use.scale)
            if instrument is not None and scale is not None:
                found.append(Used(outcome.id, instrument, scale))
    return list(dict.fromkeys(found))


def _ages(measurements: pd.DataFrame, persons: pd.DataFrame) -> pd.Series:
    births = measurements["unit"].map(persons.set_index("unit")["birth_date"]).astype("datetime64[ns]")
    return whole_years(births, measurements["date"])


def _row_checks(use: Used, rows: pd.DataFrame, *, stepped: bool) -> tuple[list[Check], pd.Index]:
    """Return the checks of one outcome's scores with one instrument, and the rows outside its ages.

    A sum made up for blanks, or a converted score, may lie between two steps: the step is asked of scores as delivered.
    """
    scale, instrument = use.scale, use.instrument
    sheet = Sheet(f"poang.{use.outcome}.{instrument.id}", rows.reset_index(drop=True), unit="unit")
    values = sheet.table["value"]
    steps = (values - scale.minimum) / scale.step
    low, high = instrument.age_from, instrument.age_to
    ages = sheet.table["age"].astype("float64")
    outside = distance_outside(ages, -np.inf if low is None else low, np.inf if high is None else high)
    checks = [
        counted(sheet, "skala", _off_scale(scale), distance_outside(values, scale.minimum, scale.maximum), most=0.0),
        *([counted(sheet, "steg", _off_step(scale), (steps - steps.round()).abs(), most=_TOLERANCE)] if stepped else []),
        counted(sheet, "alder", _off_age(instrument), outside, most=0.0, shown="ålder"),
        *form_checks(instrument, sheet),
    ]
    return checks, rows.index[(outside > 0).to_numpy()]


def _answer_checks(block: ItemBlock) -> list[Check]:
    """Check single answers against the instrument's own values, and the delivered sum against the sum of items."""
    items = block.instrument.items
    if items is None:
        return []
    sheet = Sheet(f"svar.{block.source}.{block.outcome}.{block.instrument.id}", block.rows.reset_index(drop=True), unit="unit")
    checks = [counted(sheet, "tillatna", _NOT_ALLOWED, pd.Series(_not_allowed(block), dtype="float64"), most=0.0, shown="svar")]
    if not np.isnan(block.delivered).all():
        gap = pd.Series(np.abs(block.delivered - block.scores.value), dtype="float64")
        checks.append(counted(sheet, "summa", _OTHER_SUM, gap, most=_TOLERANCE, shown=block.outcome))
    return checks


def _not_allowed(block: ItemBlock) -> np.ndarray:
    """Return how many of each row's answers are none of the item's own values."""
    items = block.instrument.items
    if items is None:
        return np.zeros(len(block.rows))
    wrong = np.zeros(len(block.rows))
    own = {item: exception.allowed for exception in items.exceptions for item in exception.items}
    for number_, column in enumerate(block.answers.T, start=1):
        given = ~np.isnan(column)
        allowed = own.get(number_, items.allowed)
        if allowed:
            good = np.isclose(column[:, None], np.array(allowed)[None, :]).any(axis=1)
        else:
            steps = (column - items.minimum) / items.step
            good = (column >= items.minimum) & (column <= items.maximum) & (np.abs(steps - np.round(steps)) < _TOLERANCE)
        wrong += given & ~good
    return wrong


def _part_checks(known: Sequence[Used], rows: pd.DataFrame) -> list[Check]:
    """Check that a total is the sum of its parts, where the plan measures both with the same instrument."""
    checks = []
    for use in known:
        parts = {u.scale.id: u.outcome for u in known if u.instrument.id == use.instrument.id and u.scale.id in use.scale.sum_of}
        if not use.scale.sum_of or len(parts) < len(use.scale.sum_of):
            continue
        mine = rows[rows["instrument"] == use.instrument.id]
        wide = mine.pivot_table(index=["unit", "date"], columns="outcome", values="value", aggfunc="mean").reset_index()
        if not {use.outcome, *parts.values()} <= set(wide.columns):
            continue
        gap = (wide[use.outcome] - wide[list(parts.values())].sum(axis=1, skipna=False)).abs()
        sheet = Sheet(f"delar.{use.outcome}.{use.instrument.id}", wide[["unit"]].assign(rest=gap), unit="unit")
        checks.append(counted(sheet, "summa", _OTHER_TOTAL, gap, most=_TOLERANCE, shown=use.outcome))
    return checks


def _off_scale(scale: Scale) -> Fault:
    return Fault(
        "IN-RANGE",
        Severity.STOP,
        f"poängen ligger utanför skalan ({number(scale.minimum)}–{number(scale.maximum)})",
        "Kontrollera skala, instrument och koder för saknade svar (9, 99, 999) i källan",
    )


def _off_step(scale: Scale) -> Fault:
    return Fault(
        "IN-INTEGER",
        Severity.STOP,
        f"poängen ligger mellan två steg på skalan (steg {number(scale.step)})",
        "Kontrollera om fel skala använts eller två bedömare räknats ihop",
    )


def _off_age(instrument: Instrument) -> Fault:
    low = "" if instrument.age_from is None else f"från {instrument.age_from} "
    high = "" if instrument.age_to is None else f"till {instrument.age_to} "
    return Fault(
        "SC-AGE",
        Severity.WARN,
        f"mätt utanför instrumentets åldrar ({low}{high}år): mätningen och dess par räknas inte",
        "Planera ett instrument för den åldern i en ny version av planen; ett par mäts med samma instrument",
    )


_NOT_ALLOWED = Fault(
    "SC-ITEM",
    Severity.STOP,
    "ett svar är inget av frågans egna värden",
    "Rätta svaret; koder för saknat svar (9, 99, 999) anges under missing i planen",
)
_OTHER_SUM = Fault(
    "SC-SUM",
    Severity.STOP,
    "den levererade summan är en annan än summan av svaren enligt registrets regler",
    "Kontrollera vända frågor, saknade svar och värdemängd i källan; leverera svaren eller summan",
)
_OTHER_TOTAL = Fault(
    "SC-SUM",
    Severity.STOP,
    "totalen är en annan än summan av sina delskalor",
    "Kontrollera totalen och delskalorna i källan; den prosociala skalan ingår till exempel inte i SDQ:s total",
)
