"""Time relative to the person: which measurement answers which occasion, and in what state each person stands at each.

The rules, for measurements with a date:

* Day 0 is the person's own start (index date for comparison persons). A measurement belongs to at most one occasion: of the
  windows that hold its day the one whose target day is nearest, and the earlier one where two are as near.
* A delivered occasion label wins; its date is then only compared with the window, and what lies outside is counted.
* Of several measurements at one occasion an answered one goes before an empty one, a label before a date, the plan's instrument
  before another, then the nearest to the target day, then the earlier. What is still equal (same day) is averaged.
* A person is due when the whole window has passed at the evaluation date, or when measured before that. Somebody who is not yet
  due is no attrition.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from evalkit.findings.quality import CheckOutcome
from evalkit.plan.evaluation import Occasion
from evalkit.records.scoring_notes import warn

MEASURED = "measured"
NOT_DUE = "not_due"
PARTIAL = "partial"
MISSING = "missing"
OTHER_INSTRUMENT = "other_instrument"
OTHER_RECALL = "other_recall"
OTHER_MODE = "other_mode"
OUTSIDE_COVERAGE = "outside_coverage"
MOVED_OUT = "moved_out"

STATES = ["unit", "outcome", "occasion", "state", "instrument", "recall", "mode", "value"]
"""One row per person, outcome and occasion. `value` is missing unless something was measured, be it not as planned."""

_KEPT = ("instrument", "planned", "recall", "mode", "deviates")
"""What a measurement brings to its occasion besides its value."""


def in_time_order(occasions: Sequence[Occasion]) -> tuple[Occasion, ...]:
    """Return the occasions by target day; the earlier comes first where two windows are as near."""
    return tuple(sorted(occasions, key=lambda o: (o.target_day, o.day_from, o.id)))


def place(measurements: pd.DataFrame, persons: pd.DataFrame, occasions: Sequence[Occasion]) -> tuple[pd.DataFrame, CheckOutcome]:
    """Assign each measurement to at most one occasion and keep one per person, outcome and occasion.

    Parameters
    ----------
    measurements : pandas.DataFrame
        As in `ScoredRecords`; without ``recall``, ``mode`` and ``deviates`` nothing is known of the form.
    persons : pandas.DataFrame
        ``unit`` and ``start``; measurements of others are left out.
    occasions : Sequence[Occasion]

    Returns
    -------
    pandas.DataFrame
        ``unit``, ``outcome``, ``occasion``, ``instrument``, ``planned``, ``recall``, ``mode``, ``deviates``, ``value``; unique on
        the first three.
    CheckOutcome
        How many labelled measurements lie outside the window of their label.
    """
    unknown = {name: None for name in ("recall", "mode", "deviates") if name not in measurements.columns}
    rows = measurements.assign(**unknown).merge(persons[["unit", "start"]], on="unit", how="inner", validate="many_to_one")
    ordered = in_time_order(occasions)
    day = (rows["date"] - rows["start"]).dt.days.to_numpy(dtype="float64", na_value=np.nan)
    by_date = _nearest(day, ordered)
    names = np.array([o.id for o in ordered] + [None], dtype=object)
    labelled = rows["occasion"].isin([o.id for o in ordered]).to_numpy()
    number = {o.id: index for index, o in enumerate(ordered)}
    chosen = np.where(labelled, rows["occasion"].map(number).fillna(-1).to_numpy(dtype="int64"), by_date)
    windows = np.array([(o.day_from, o.target_day, o.day_to) for o in ordered] or [(0, 0, 0)], dtype="float64")[chosen]
    outside = labelled & ~np.isnan(day) & ((day < windows[:, 0]) | (day > windows[:, 2]))
    rows = rows.assign(occasion=names[chosen], labelled=labelled, distance=np.abs(day - windows[:, 1]))
    check = warn(
        "label-outside-window",
        "SC-WINDOW",
        len(rows),
        int(outside.sum()),
        "mätningar har ett datum utanför sitt tillfälles fönster",
    )
    return _one_each(rows[chosen >= 0]), check


def _nearest(day: np.ndarray, ordered: Sequence[Occasion]) -> np.ndarray:
    """Return the index of the occasion nearest to each day among the windows that hold it; -1 where none does."""
    if not ordered:
        return np.full(len(day), -1)
    distance = np.stack([np.where((day >= o.day_from) & (day <= o.day_to), np.abs(day - o.target_day), np.inf) for o in ordered])
    return np.where(np.isfinite(distance.min(axis=0)), distance.argmin(axis=0), -1)


def _one_each(rows: pd.DataFrame) -> pd.DataFrame:
    slot = ["unit", "outcome", "occasion"]
    instrument = rows["instrument"].astype("object").where(rows["instrument"].notna(), "")
    rank = {
        "empty": rows["value"].isna(),
        "dated": ~rows["labelled"],
        "unplanned": ~rows["planned"] | rows["deviates"].notna(),
        "far": rows["distance"].fillna(np.inf),
        "day": (rows["date"] - pd.Timestamp(0)).dt.days.astype("float64").fillna(np.inf),
        "name": pd.factorize(instrument, sort=True)[0],
    }
    ranks = [f"#{name}" for name in rank]
    ordered = rows.assign(**{f"#{name}": np.asarray(values, dtype="float64") for name, values in rank.items()})
    ordered = ordered.sort_values([*slot, *ranks, "value"], kind="stable", ignore_index=True)
    is_first = ~ordered.duplicated(slot).to_numpy()
    numbers = ordered[ranks].to_numpy()
    as_good = (numbers == numbers[is_first][is_first.cumsum() - 1]).all(axis=1)
    kept = ordered[as_good].groupby(slot, sort=True)
    made: pd.DataFrame = kept.agg(**{name: (name, "first") for name in _KEPT}, value=("value", "mean")).reset_index()
    return made


def states_of_measurements(
    placed: pd.DataFrame, persons: pd.DataFrame, outcome: str, occasions: Sequence[Occasion], evaluated_on: date
) -> pd.DataFrame:
    """Return where every person stands at every occasion of one measured outcome (`STATES`).

    `PARTIAL` is a person who was met at the occasion, but whose answer on this outcome is missing (partiellt bortfall);
    `MISSING` one of whom nothing was measured then (objektsbortfall).
    """
    mine = placed[placed["outcome"] == outcome]
    met = placed[["unit", "occasion"]].drop_duplicates().assign(met=True)
    grid = persons[["unit", "start"]].merge(pd.DataFrame({"occasion": [o.id for o in occasions]}), how="cross")
    grid = grid.merge(mine.drop(columns="outcome"), on=["unit", "occasion"], how="left", validate="one_to_one")
    grid = grid.merge(met, on=["unit", "occasion"], how="left", validate="one_to_one")
    last_day = grid["occasion"].map({o.id: o.day_to for o in occasions})
    due = (grid["start"] + pd.to_timedelta(last_day, unit="D") <= pd.Timestamp(evaluated_on)) | grid["start"].isna()
    answered = grid["value"].notna()
    planned = grid["planned"].astype("boolean").fillna(False).astype(bool)
    state = np.select(
        [
            answered & ~planned,
            answered & (grid["deviates"] == "recall"),
            answered & (grid["deviates"] == "mode"),
            answered,
            ~due,
            grid["met"].notna(),
        ],
        [OTHER_INSTRUMENT, OTHER_RECALL, OTHER_MODE, MEASURED, NOT_DUE, PARTIAL],
        default=MISSING,
    )
    return grid.assign(outcome=outcome, state=state)[STATES]
