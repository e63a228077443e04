"""Several deliveries of one source to one table: later rows replace earlier ones with the same key, and it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter

import pandas as pd

from evalkit.findings.quality import CheckOutcome, Severity
from evalkit.plan.sources import Kind, Role, RowMeaning, Source
from evalkit.records.reading.faults import MOST_PLACES
from evalkit.records.stations import FILE, LINE

_KEYS: Mapping[RowMeaning, tuple[str, ...]] = {
    RowMeaning.PERSON: ("person",),
    RowMeaning.MEASUREMENT: ("person", "occasion", "date", "instrument"),
    RowMeaning.PERIOD: ("person", "unit", "period"),
    RowMeaning.ACTIVITY: ("person", "activity", "date"),
    RowMeaning.PANEL: ("unit", "period"),
}


def row_key(table: pd.DataFrame, source: Source) -> list[str]:
    """Return the columns that say which row of a source is which; an occasion stands for the date.

    A register row of one person and period may be one of several kinds, which its category attributes tell apart.
    """
    key = [name for name in _KEYS[source.row] if name in table.columns]
    if source.row is RowMeaning.PERIOD:
        kinds = [c.name for c in source.with_role(Role.ATTRIBUTE) if c.kind is Kind.CATEGORY]
        key += [name for name in kinds if name in table.columns]
    return [name for name in key if name != "date"] if "occasion" in key else key


def combine(parts: Sequence[tuple[str, pd.DataFrame]], source: Source) -> tuple[pd.DataFrame, tuple[CheckOutcome, ...]]:
    """Join the tables of one source's deliveries.

    Parameters
    ----------
    parts : Sequence[tuple[str, pandas.DataFrame]]
        Delivery date and table, oldest first. Tables of one date belong together: between them nothing is replaced, so that
        the gate sees doubles.
    source : Source
        Says what a row is.

    Returns
    -------
    tuple[pandas.DataFrame, tuple[CheckOutcome, ...]]
        All rows that still hold, and how many were delivered again or corrected.
    """
    findings: list[CheckOutcome] = []
    whole: pd.DataFrame | None = None
    for delivered, files in groupby(parts, key=itemgetter(0)):
        later = pd.concat([table for _, table in files], ignore_index=True)
        if whole is None:
            whole = later
            continue
        kept, again, corrected = _replaced(whole, later, source)
        findings += _outcomes(source, delivered, again, corrected)
        whole = pd.concat([kept, later], ignore_index=True)
    return pd.DataFrame() if whole is None else whole, tuple(findings)


def changed_rows(earlier: pd.DataFrame, later: pd.DataFrame, source: Source) -> tuple[int, int]:
    """Return how many of the later rows have a key the earlier ones have, and how many of these differ."""
    _, again, corrected = _replaced(earlier, later, source)
    return again, len(corrected)


def _replaced(earlier: pd.DataFrame, later: pd.DataFrame, source: Source) -> tuple[pd.DataFrame, int, tuple[str, ...]]:
    """Return the earlier rows that still hold, how many later ones have a known key, and where those stand that differ."""
    key = row_key(later, source)
    if not key or any(name not in earlier.columns for name in key):
        return earlier, 0, ()
    old, new = _keys(earlier, key), _keys(later, key)
    returning = new.isin(set(old))
    same = set(_keys(earlier, _compared(earlier, later)))
    corrected = later[returning & ~_keys(later, _compared(earlier, later)).isin(same)]
    places = tuple(f"{file} rad {line}" for file, line in zip(corrected[FILE], corrected[LINE], strict=True))
    return earlier[~old.isin(set(new))], int(returning.sum()), places


def _compared(earlier: pd.DataFrame, later: pd.DataFrame) -> list[str]:
    return sorted((set(earlier.columns) & set(later.columns)) - {FILE, LINE})


def _keys(table: pd.DataFrame, columns: Sequence[str]) -> pd.Series:
    """Return one hashable key per row; missing values compare as equal."""
    parts = [table[name].astype(object).where(table[name].notna(), None) for name in columns]
    return pd.Series(list(zip(*parts, strict=True)), index=table.index, dtype=object)


def _outcomes(source: Source, delivered: str, again: int, corrected: tuple[str, ...]) -> list[CheckOutcome]:
    if not again:
        return []
    message = f"{source.label}: leveransen {delivered} ersatte {again} tidigare rader, varav {len(corrected)} med ändrade värden"
    rule = f"läsning:{source.id}:{delivered}:ersatta rader"
    remedy = "kontrollera med källan att ändringarna är rättelser" if corrected else ""
    severity = Severity.WARN if corrected else Severity.NOTE
    return [
        CheckOutcome(
            rule, "IN-CORRECTED", severity, False, source.id, "", again, len(corrected), corrected[:MOST_PLACES], message, remedy
        )
    ]


def changed_values(earlier: pd.DataFrame, later: pd.DataFrame, source: Source) -> dict[str, int]:
    """Return per column how many values changed in rows whose key stands once in both tables."""
    key = row_key(later, source)
    if not key or any(name not in earlier.columns for name in key):
        return {}
    old, new = earlier.assign(_key=_keys(earlier, key)), later.assign(_key=_keys(later, key))
    old, new = old.drop_duplicates("_key", keep=False), new.drop_duplicates("_key", keep=False)
    both = old.merge(new, on="_key", how="inner", validate="one_to_one", suffixes=("_old", "_new"))
    counts = {}
    for name in _compared(earlier, later):
        if name not in key:
            before, after = both[f"{name}_old"], both[f"{name}_new"]
            counts[name] = int(((before != after) & ~(before.isna() & after.isna())).sum())
    return counts
