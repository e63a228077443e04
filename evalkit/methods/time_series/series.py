"""From an analysis frame to one series: the mean of all treated, period by period, always the same units."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evalkit.findings.cell import DisclosureEvidence
from evalkit.methods.disclosure_facts import SUMS, evidence_of_mean
from evalkit.methods.fits import Floats
from evalkit.methods.panel import refusal
from evalkit.methods.time_series.segments import Segments

if TYPE_CHECKING:
    import pandas as pd

    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.records.stations import AnalysisFrame

LEAST_BEFORE, LEAST_AFTER = 8, 4
LEAST_DF = 6
"""Periods that must be left over when trend, jump, slope and season are taken out."""
_PARTS = (
    (re.compile(r"^\d{4}-(\d{2})$"), 12),
    (re.compile(r"^\d{4}K([1-4])$"), 4),
    (re.compile(r"^(VT|HT) \d{4}$"), 2),
)
_YEAR = re.compile(r"^\d{4}$")


@dataclass(frozen=True, slots=True, repr=False)
class Series:
    """One outcome's mean over the treated, in time order.

    Attributes
    ----------
    values : shape (n,)
        Less `level`, so that a large common level costs no digits.
    """

    outcome: str
    values: Floats
    level: float
    periods: tuple[str, ...]
    segments: Segments
    n_units: int
    evidence: DisclosureEvidence


def treated_series(frame: AnalysisFrame, plan: EvaluationPlan, outcome: str) -> Series:
    """Return the series of an outcome.

    Public units: their periods, where all treated ones started in the same one. Persons: quarters around each one's own start,
    those who have every quarter.

    Raises
    ------
    EstimationError
        If nobody is treated, starts differ, the series has a hole, a season is asked for that the periods do not have, or there
        are too few periods.
    """
    assert plan.time_series is not None
    public = plan.data_kind.value == "public"
    rows = _public_rows(frame, outcome) if public else _quarter_rows(frame, outcome)
    missing = int((~np.isfinite(rows["value"].to_numpy(dtype=np.float64))).sum())
    if missing:
        raise refusal(outcome, "EST-MISSING", f"{missing} värden saknas eller är inte tal i serien; komplettera leveransen")
    wide = rows.sort_values(["unit", "order"], kind="stable").pivot_table(index="unit", columns="order", values="value", sort=True)
    values = wide.to_numpy(dtype=np.float64)
    if not len(values):
        raise refusal(
            outcome,
            "EST-NONE-TREATED",
            "ingen som fått insatsen har alla perioder; komplettera leveransen eller kontrollera kolumnen för grupp",
        )
    if not np.isfinite(values).all():
        raise refusal(outcome, "EST-RAGGED", "alla perioder finns inte för de enheter som fått insatsen; komplettera leveransen")
    orders = [int(o) for o in wide.columns]
    names = rows.drop_duplicates("order").set_index("order")["period"]
    periods = tuple(str(names[o]) for o in orders)
    _refuse_holes(orders, periods, outcome)
    first = int(rows.loc[rows["is_after"].astype(bool), "order"].min()) if rows["is_after"].any() else orders[-1] + 1
    before = sum(o < first for o in orders)
    segments = Segments(before, len(orders) - before, _season(plan.time_series.season, periods, outcome))
    _refuse_short(segments, outcome)
    change = values[:, before:].mean(axis=1) - values[:, :before].mean(axis=1)
    is_sum = plan.outcome(outcome).kind.value in SUMS
    level = float(values[0, 0])
    means = (values - level).mean(axis=0)
    if not np.ptp(means[:before]):
        raise refusal(outcome, "EST-CONSTANT", "serien varierar inte före start; kontrollera kolumnen")
    evidence = evidence_of_mean(change, public=public, is_sum=is_sum)
    return Series(outcome, means, level, periods, segments, len(values), evidence)


def has_quarters(frame: AnalysisFrame, outcome: str) -> bool:
    """Return whether an outcome is seen by quarter around each person's own start."""
    seen = frame.observed
    return seen is not None and bool(((seen["outcome"] == outcome) & (seen["axis"] == "quarter")).any())


def _public_rows(frame: AnalysisFrame, outcome: str) -> pd.DataFrame:
    rows = frame.table[(frame.table["outcome"] == outcome) & frame.table["treated"].astype(bool)]
    starts = rows.loc[rows["is_after"].astype(bool)].groupby("unit")["order"].min()
    if len(set(starts)) > 1:
        raise refusal(
            outcome,
            "EST-STARTS",
            f"enheterna startade i {len(set(starts))} olika perioder; en tidsserie behöver en gemensam start, använd did",
        )
    return rows


def _quarter_rows(frame: AnalysisFrame, outcome: str) -> pd.DataFrame:
    if frame.observed is None:
        raise refusal(outcome, "EST-FEW-PERIODS", "måttet har inga kvartal före och efter start; bara register ger tidsserier")
    seen, table = frame.observed, frame.table[frame.table["outcome"] == outcome]
    inside = seen["unit"].isin(table.loc[table["treated"].astype(bool), "unit"])
    rows = seen[(seen["outcome"] == outcome) & (seen["axis"] == "quarter") & inside]
    complete = rows.groupby("unit")["order"].transform("nunique") == rows["order"].nunique()
    rows = rows[complete]
    return rows.assign(is_after=rows["order"] >= 0)


def _season(wanted: str, periods: tuple[str, ...], outcome: str) -> tuple[int, ...]:
    """Return each period's season; none for years, and for quarters counted from a start of one's own."""
    for form, per_year in _PARTS:
        found = [form.match(p) for p in periods]
        if wanted != "none" and all(found):
            parts = [("VT", "HT").index(m[1]) if per_year == 2 else int(m[1]) - 1 for m in found if m]
            return tuple(p // (per_year // 2) for p in parts) if wanted == "term" else tuple(parts)
    if wanted == "term":
        raise refusal(outcome, "EST-FEW-PERIODS", "perioderna har inga terminer; skriv season: none i planens time_series")
    return ()


def _refuse_holes(orders: list[int], periods: tuple[str, ...], outcome: str) -> None:
    """Refuse a series in which a period is lacking for everybody: the trend would be read over a step that is not there."""
    numbers = [_number(p) for p in periods]
    places = orders if None in numbers else [n for n in numbers if n is not None]
    lacking = places[-1] - places[0] + 1 - len(places)
    if lacking:
        after = next(p for p, one, two in zip(periods, places, places[1:], strict=False) if two - one != 1)
        raise refusal(
            outcome,
            "EST-RAGGED",
            f"antal perioder som saknas helt i serien: {lacking}, den första efter {after}; komplettera leveransen, eller börja "
            "serien senare",
        )


def _number(period: str) -> int | None:
    """Return a period's place on a calendar of its own kind; None for a label that is no calendar period."""
    if _YEAR.match(period):
        return int(period)
    for form, per_year in _PARTS:
        if found := form.match(period):
            if per_year == 2:
                return int(period[-4:]) * 2 + ("VT", "HT").index(found[1])
            return int(period[:4]) * per_year + int(found[1]) - 1
    return None


def is_long_enough(segments: Segments) -> bool:
    """Return whether there are periods enough on both sides of the start, and over."""
    return segments.before >= LEAST_BEFORE and segments.after >= LEAST_AFTER and segments.df >= LEAST_DF


def knows_its_seasons(segments: Segments) -> bool:
    """Return whether every season is seen at least twice before the start."""
    return all(segments.season[: segments.before].count(code) >= 2 for code in set(segments.season))


def _refuse_short(segments: Segments, outcome: str) -> None:
    if not is_long_enough(segments):
        raise refusal(
            outcome,
            "EST-FEW-PERIODS",
            f"{segments.before} perioder före och {segments.after} efter start; minst {LEAST_BEFORE} och {LEAST_AFTER} behövs, och "
            f"{LEAST_DF} fler än det som skattas. Vänta in fler, eller skriv season: none i planens time_series",
        )
    if not knows_its_seasons(segments):
        raise refusal(
            outcome,
            "EST-FEW-PERIODS",
            "varje årstid behöver minst två perioder före start; leverera tidigare perioder, eller skriv season: term eller none",
        )
