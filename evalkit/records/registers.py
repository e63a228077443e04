"""Register outcomes around each person's own start: the same number of whole periods for everybody, zero only where known.

The rules:

* An occasion's window is turned into k whole periods (months, quarters, terms or years, as delivered), k being the window's
  length rounded to whole periods, at least one. Everybody gets exactly k: equal follow-up.
* They are the k periods nearest the middle of the window. Before a start only periods that had ended by then count, after it
  only periods that began on or after it: no period mixes before and after. The window of a `before` occasion therefore ends
  the day before the start.
* A period is settled when it ended `lag_days` (the slowest source's) before the evaluation date, and covered where a source's
  coverage holds it wholly. One period not settled: the person is not yet due. All settled, one not covered: outside coverage.
* A source that says whom it covers (`residence`) covers nobody after the day on which they moved out: missing, never 0.
* A covered period without row is 0 where the source says so (`zero_inside`), otherwise missing. A row without value is missing.
* Several rows in one period add up for kronor and counts and are averaged otherwise. The periods of a window are then averaged or
  added as the outcome says: a mean needs at least half of its periods, a sum all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from evalkit.errors import GateClosed
from evalkit.plan.evaluation import EvaluationPlan, Occasion, Outcome, OutcomeKind
from evalkit.plan.sources import Coverage, RowMeaning
from evalkit.records.calendar import first_day, last_day, ordinals
from evalkit.records.occasions import MEASURED, MISSING, MOVED_OUT, NOT_DUE, OUTSIDE_COVERAGE, PARTIAL, STATES

_DAYS = {1: 30.4375, 3: 91.3125, 6: 182.625, 12: 365.25}
QUARTERS = range(-4, 4)
"""Quarters (91 days) around the start that the raw trend of a register shows; 0 is the first after the start."""


@dataclass(frozen=True, slots=True)
class Register:
    """The rows of one outcome by unit and grid period, and what its sources cover.

    Attributes
    ----------
    values : pandas.Series
        Index (unit, ordinal); NaN where a row has no value.
    """

    outcome: Outcome
    step: int
    values: pd.Series
    coverage: tuple[Coverage, ...]


def register_outcomes(plan: EvaluationPlan) -> frozenset[str]:
    """Return the outcomes that come in periods rather than as dated measurements."""
    return frozenset(c.outcome for s in plan.sources if s.row is RowMeaning.PERIOD for c in s.columns if c.outcome)


def open_register(periods: pd.DataFrame, plan: EvaluationPlan, outcome: Outcome) -> Register:
    """Return the register behind one outcome.

    Raises
    ------
    GateClosed
        If its rows mix months with terms or years.
    """
    rows = periods[periods["outcome"] == outcome.id]
    length = (rows["last"] - rows["first"]).dt.days + 1
    steps = sorted({1 if days <= 31 else 3 if days <= 92 else 6 if days <= 184 else 12 for days in length.unique()}) or [1]
    if len(steps) > 1:
        raise GateClosed(f"{outcome.id}: registret blandar perioder av olika längd; leverera en sort", code="IN-PERIOD")
    ordinal = pd.Series(ordinals(rows["first"].to_numpy().astype("datetime64[D]"), steps[0]), index=rows.index)
    grouped = rows.assign(ordinal=ordinal).sort_values(["unit", "ordinal", "value"]).groupby(["unit", "ordinal"])["value"]
    adds = outcome.kind in (OutcomeKind.MONEY, OutcomeKind.COUNT)
    values = grouped.sum(min_count=1) if adds else grouped.mean()
    return Register(outcome, steps[0], values, _coverage(rows, plan, outcome.id))


def states_of_register(
    register: Register, persons: pd.DataFrame, occasions: Sequence[Occasion], evaluated_on: date
) -> pd.DataFrame:
    """Return where every person stands at every occasion of one register outcome (`evalkit.records.occasions.STATES`)."""
    known_start = persons[persons["start"].notna()]
    parts = [_at_occasion(register, known_start, occasion, evaluated_on) for occasion in occasions]
    without = persons.loc[persons["start"].isna(), ["unit"]].merge(
        pd.DataFrame({"occasion": [o.id for o in occasions]}), how="cross"
    )
    parts.append(without.assign(state=MISSING, value=np.nan))
    table = pd.concat([part for part in parts if len(part)], ignore_index=True) if any(map(len, parts)) else without
    return table.assign(outcome=register.outcome.id, instrument=None).reindex(columns=STATES)


def quarters() -> tuple[Occasion, ...]:
    """Return the quarters around the start as windows, for the raw trend."""
    return tuple(
        Occasion(
            id=f"q{quarter - QUARTERS.start}",
            label=f"kvartal {quarter + 1}" if quarter >= 0 else f"kvartal −{-quarter}",
            role="after" if quarter >= 0 else "before",
            day_from=91 * quarter,
            target_day=91 * quarter + 45,
            day_to=91 * quarter + 90,
        )
        for quarter in QUARTERS
    )


def chosen_periods(start: np.ndarray, occasion: Occasion, step: int) -> np.ndarray:
    """Return the ordinals of the k whole periods of an occasion for each start; shape (n, k), in time order."""
    before = occasion.role == "before"
    day_to = min(occasion.day_to, -1) if before else occasion.day_to
    day_from = occasion.day_from if before else max(occasion.day_from, 0)
    wanted = max(1, int((day_to - day_from + 1) / _DAYS[step] + 0.5))
    middle = start.astype("int64") + (day_from + day_to) / 2
    centre = ordinals(np.floor(middle).astype("int64").astype("datetime64[D]"), step)
    candidates = centre[:, None] + np.arange(-2 * wanted - 2, 2 * wanted + 3)[None, :]
    first, last = (edge(candidates, step).astype("int64") for edge in (first_day, last_day))
    allowed = last < start.astype("int64")[:, None] if before else first >= start.astype("int64")[:, None]
    distance = np.where(allowed, np.abs((first + last) / 2 - middle[:, None]), np.inf)
    nearest = np.argsort(distance, axis=1, kind="stable")[:, :wanted]
    return np.sort(np.take_along_axis(candidates, nearest, axis=1), axis=1)


def values_in(register: Register, persons: pd.DataFrame, chosen: np.ndarray, evaluated_on: date) -> tuple[np.ndarray, bool]:
    """Return the value of each chosen period for each person, and whether a source covers all of them and they are settled.

    Parameters
    ----------
    chosen : shape (n_persons, k)
        Ordinals of grid periods, the same for everybody.

    Returns
    -------
    tuple[numpy.ndarray, bool]
        Shape (n_persons, k); NaN where nothing is known.
    """
    moved = persons["moved_out"] if "moved_out" in persons.columns else pd.Series(pd.NaT, index=persons.index)
    reached, settled, _ = _cover(register, chosen, evaluated_on)
    covered, _, zero = _cover(register, chosen, evaluated_on, moved.to_numpy().astype("datetime64[D]"))
    values, rows = _look_up(register, persons["unit"], chosen)
    values = np.where(~rows & zero, 0.0, values)
    return np.where(covered, values, np.nan), bool((reached & settled).all())


def _at_occasion(register: Register, persons: pd.DataFrame, occasion: Occasion, evaluated_on: date) -> pd.DataFrame:
    start = persons["start"].to_numpy().astype("datetime64[D]")
    chosen = chosen_periods(start, occasion, register.step)
    moved = persons["moved_out"] if "moved_out" in persons.columns else pd.Series(pd.NaT, index=persons.index)
    reached, _, _ = _cover(register, chosen, evaluated_on)
    covered, settled, zero = _cover(register, chosen, evaluated_on, moved.to_numpy().astype("datetime64[D]"))
    values, rows = _look_up(register, persons["unit"], chosen)
    values = np.where(~rows & zero, 0.0, values)
    answered = np.isfinite(values).sum(axis=1)
    enough = answered * 2 >= chosen.shape[1] if register.outcome.aggregate == "mean" else answered == chosen.shape[1]
    total = np.where(np.isfinite(values), values, 0.0).sum(axis=1)
    value = total / np.maximum(answered, 1) if register.outcome.aggregate == "mean" else total
    state = np.select(
        [~settled.all(axis=1), ~reached.all(axis=1), ~covered.all(axis=1), enough, rows.any(axis=1)],
        [NOT_DUE, OUTSIDE_COVERAGE, MOVED_OUT, MEASURED, PARTIAL],
        default=MISSING,
    )
    return pd.DataFrame(
        {
            "unit": persons["unit"].to_numpy(),
            "occasion": occasion.id,
            "state": state,
            "value": np.where(state == MEASURED, value, np.nan),
        }
    )


def _cover(
    register: Register, chosen: np.ndarray, evaluated_on: date, moved: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return, for each chosen period: covered by a source, settled at the evaluation date, zero where there is no row.

    `moved` is the day on which each person left what a source with `residence` covers; NaT never.
    """
    first, last = first_day(chosen, register.step), last_day(chosen, register.step)
    covered, zero = (np.zeros(chosen.shape, dtype=bool) for _ in range(2))
    slowest = max((coverage.lag_days for coverage in register.coverage), default=0)
    settled = last <= np.datetime64(evaluated_on) - np.timedelta64(slowest, "D")
    for coverage in register.coverage:
        inside = (first >= np.datetime64(coverage.first)) & (last <= np.datetime64(coverage.last))
        if moved is not None and coverage.residence is not None:
            inside &= ~(last >= moved[:, None])
        covered |= inside
        zero |= inside & settled & coverage.zero_inside
    return covered, settled, zero


def _look_up(register: Register, units: pd.Series, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the value of each chosen period and whether a row was delivered for it; both shaped as `chosen`."""
    index = pd.MultiIndex.from_arrays([np.repeat(units.to_numpy(), chosen.shape[1]), chosen.ravel()])
    values = register.values.reindex(index).to_numpy(dtype="float64")
    return values.reshape(chosen.shape), index.isin(register.values.index).reshape(chosen.shape)


def _coverage(rows: pd.DataFrame, plan: EvaluationPlan, outcome: str) -> tuple[Coverage, ...]:
    """Return what the sources declare; one that declares nothing covers from the first to the last row, without zeros."""
    sources = [s for s in plan.sources if s.row is RowMeaning.PERIOD and any(c.outcome == outcome for c in s.columns)]
    declared = tuple(s.coverage for s in sources if s.coverage is not None)
    if len(declared) == len(sources) or rows.empty:
        return declared
    return (*declared, Coverage(first=rows["first"].min().date(), last=rows["last"].max().date()))
