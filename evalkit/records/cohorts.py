"""Rolling starts pooled into terms or years. A cohort below the plan's least size joins its neighbour; nobody leaves for it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from evalkit.plan.evaluation import StartPooling
from evalkit.records.calendar import first_day, label, ordinals

EVERYBODY = "alla"


def pool_starts(persons: pd.DataFrame, pooling: StartPooling) -> tuple[pd.Series, tuple[str, ...]]:
    """Return each person's cohort label and notes on what was pooled.

    Sizes are counted over the treated who are not outside. From the first period on, periods are joined until they hold
    `least_cohort` treated; a rest too small joins the cohort before it. Comparison persons get the cohort whose periods hold
    their index date, those before the first or after the last the first or last. Without start: an empty label.

    Parameters
    ----------
    persons : pandas.DataFrame
        ``unit``, ``treated``, ``start``, ``outside``.
    """
    dated = persons["start"].notna()
    if pooling.into == "none":
        return pd.Series(np.where(dated, EVERYBODY, ""), index=persons.index, dtype="object"), ()
    step = 6 if pooling.into == "term" else 12
    ordinal = pd.Series(0, index=persons.index, dtype="int64")
    ordinal[dated] = ordinals(persons.loc[dated, "start"].to_numpy().astype("datetime64[D]"), step)
    counted = dated & persons["treated"] & persons["outside"].isna()
    sizes = ordinal[counted].value_counts().sort_index()
    cohorts = join_periods(list(zip(sizes.index.tolist(), sizes.tolist(), strict=True)), pooling.least_cohort)
    if not cohorts:
        return pd.Series(np.where(dated, EVERYBODY, ""), index=persons.index, dtype="object"), ()
    ends = np.array([last for _, last in cohorts])
    place = np.minimum(np.searchsorted(ends, ordinal.to_numpy()), len(ends) - 1)
    names = np.array([_name(first, last, step) for first, last in cohorts], dtype=object)
    pooled = len(sizes) - len(cohorts)
    words = f"startperioder slogs ihop, eftersom en startgrupp ska ha minst {pooling.least_cohort} deltagare"
    notes = (f"{pooled} {words}",) if pooled else ()
    return pd.Series(np.where(dated, names[place], ""), index=persons.index, dtype="object"), notes


def join_periods(sizes: list[tuple[int, int]], least: int) -> list[tuple[int, int]]:
    """Return (first, last) period of each cohort, in time order, from (period, size) in time order: small ones join the next."""
    cohorts: list[tuple[int, int]] = []
    first, count = None, 0
    for period, size in sizes:
        first = period if first is None else first
        count += size
        if count >= least:
            cohorts.append((first, period))
            first, count = None, 0
    if first is not None:
        first = cohorts.pop()[0] if cohorts else first
        cohorts.append((first, sizes[-1][0]))
    return cohorts


def _name(first: int, last: int, step: int) -> str:
    ends = [label(pd.Timestamp(first_day(np.array([ordinal]), step)[0]), step) for ordinal in (first, last)]
    return ends[0] if first == last else "–".join(ends)
