"""Background as numbers: one column a number or a value, unknown ones with a column of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from evalkit.findings.adjustment import CovariateBalance
from evalkit.findings.cell import PUBLIC, DisclosureEvidence
from evalkit.methods.fits import Bools, Floats

DAYS = 365.25
UNKNOWN = "okänt"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Covariates:
    """Covariates of some units.

    Attributes
    ----------
    x : shape (n_units, k)
        Without a constant; the most common value of a category is left out, since the others say it.
    names : tuple[tuple[str, str], ...]
        Covariate and value of each column of `shown`.
    shown : shape (n_units, j)
        Every value, the most common one too: what balance is told about.
    n_without : int
        Units with some covariate unknown.
    """

    x: Floats
    names: tuple[tuple[str, str], ...]
    shown: Floats
    n_without: int

    def __repr__(self) -> str:
        return f"Covariates({self.x.shape[1]} kolumner)"


def covariates_of(persons: pd.DataFrame, units: Sequence[str], wanted: Sequence[str]) -> Covariates:
    """Return the wanted covariates of units, in their order.

    Parameters
    ----------
    persons : pandas.DataFrame
        As in `AnalysisFrame`: ``unit``, ``start``, ``birth_date``, ``sex`` and attributes.
    """
    rows = persons.set_index("unit").reindex(list(units))
    columns: list[Floats] = []
    shown: list[Floats] = []
    names: list[tuple[str, str]] = []
    without = np.zeros(len(rows), dtype=bool)
    for name in wanted:
        values = (rows["start"] - rows["birth_date"]).dt.days / DAYS if name == "age" else rows[name]
        without |= values.isna().to_numpy()
        parts = _number(values) if pd.api.types.is_numeric_dtype(values) else _category(values)
        for level, column, needed in parts:
            names.append((name, level))
            shown.append(column)
            columns += [column] if needed and column.std() > 0 else []
    empty = np.empty((len(rows), 0))
    x = np.column_stack(columns) if columns else empty
    return Covariates(x, tuple(names), np.column_stack(shown) if shown else empty, int(without.sum()))


def _number(values: pd.Series) -> list[tuple[str, Floats, bool]]:
    numbers = values.to_numpy(dtype=np.float64)
    unknown = ~np.isfinite(numbers)
    filled = np.where(unknown, numbers[~unknown].mean() if (~unknown).any() else 0.0, numbers)
    return [("", filled, True), *([(UNKNOWN, unknown.astype(np.float64), True)] if unknown.any() else [])]


def _category(values: pd.Series) -> list[tuple[str, Floats, bool]]:
    words = values.astype("object").where(values.notna(), UNKNOWN).astype(str)
    counts = words.value_counts()
    common = min(counts[counts == counts.max()].index) if len(counts) else ""
    return [(level, (words == level).to_numpy(dtype=np.float64), level != common) for level in sorted(counts.index)]


def balance_of(treated: Bools, weights: Floats, background: Covariates, *, public: bool = False) -> tuple[CovariateBalance, ...]:
    """Return how unlike the groups were in background, and how unlike with weights: standardised differences of means.

    Parameters
    ----------
    treated : shape (n,)
    weights : shape (n,)
        Of both groups; zero for who is no longer part of the comparison.

    Notes
    -----
    Both differences are over the root mean of the two groups' variances before. The evidence is the smallest number of persons,
    with a value or without it, before or after; of public units there is nobody to protect.
    """
    rows = []
    inside = weights != 0
    for (name, level), column in zip(background.names, background.shown.T, strict=True):
        mine, others = column[treated], column[~treated]
        spread = float(np.sqrt((mine.var(ddof=1) + others.var(ddof=1)) / 2))
        means = [float((weights * column)[part].sum() / weights[part].sum()) for part in (treated, ~treated)]
        gaps = mine.mean() - others.mean(), means[0] - means[1]
        before, after = (float(gap / spread) if spread > 0 else 0.0 for gap in gaps)
        groups = [column[part] for part in (treated, ~treated, treated & inside, ~treated & inside)]
        counts = [len(group) for group in groups]
        if level:
            counts = [int(n) for group in groups for n in (group.sum(), len(group) - group.sum()) if n] or counts
        rows.append(CovariateBalance(name, level, before, after, PUBLIC if public else DisclosureEvidence(min(counts))))
    return tuple(rows)
