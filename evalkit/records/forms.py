"""In which form a score was given: the time that the answers are about, and how they were given.

A row's own word goes first, then the plan's, then the register's where the instrument has one form only. What nobody says stays
unknown: an unknown form never throws a pair out, a known difference does.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.instrument_parts import RECALL_DAYS
from evalkit.plan.instruments import Instrument, InstrumentRegister

FORMS = ("recall", "mode")


def with_forms(rows: pd.DataFrame, plan: EvaluationPlan, register: InstrumentRegister) -> pd.DataFrame:
    """Return the measurements with the time that their answers are about and how they were given.

    Parameters
    ----------
    rows : pandas.DataFrame
        ``outcome``, ``instrument``, ``recall`` and ``mode`` as delivered: a form of the register, or a length of time.

    Returns
    -------
    pandas.DataFrame
        ``recall`` (a key of `RECALL_DAYS`, None unknown), ``mode`` (None unknown), and ``deviates``: ``recall`` or ``mode`` where a
        row is another than its plan says or its instrument has, None elsewhere.
    """
    keys = list(zip(*(words_of(rows[name]) for name in ("outcome", "instrument", *FORMS)), strict=True))
    judged = {key: _form(key, plan, register) for key in dict.fromkeys(keys)}
    found = {name: pd.Series([judged[key][n] for key in keys], index=rows.index, dtype="object") for n, name in enumerate(_MADE)}
    return rows.assign(**found)


_MADE = (*FORMS, "deviates")
_Key = tuple[str | None, str | None, str | None, str | None]


def words_of(cells: pd.Series) -> list[str | None]:
    """Return the cells as text, None where there is nothing."""
    known = {cell: str(cell) for cell in cells.dropna().unique()}
    return none_where_missing(cells.map(known) if known else pd.Series(None, index=cells.index, dtype="object"))


def none_where_missing(cells: pd.Series) -> list[Any]:
    """Return the cells as a list, None where there is nothing."""
    plain = cells.astype("object")
    found: list[Any] = plain.where(plain.notna(), None).tolist()
    return found


def _form(key: _Key, plan: EvaluationPlan, register: InstrumentRegister) -> tuple[str | None, str | None, str | None]:
    outcome, name, said_recall, said_mode = key
    instrument = register.find(name) if name else None
    uses = [use for use in plan.outcome(str(outcome)).instruments if use.instrument == name]
    planned_recalls = {period_of(use.recall, instrument) for use in uses}
    planned_modes = {use.mode for use in uses}
    planned_recall = planned_recalls.pop() if len(planned_recalls) == 1 else None
    planned_mode = planned_modes.pop() if len(planned_modes) == 1 else None
    own = {recall.period for recall in instrument.recalls} if instrument else set()
    delivered = period_of(said_recall, instrument)
    recall = delivered or planned_recall or (next(iter(own)) if len(own) == 1 else None)
    mode = said_mode or planned_mode
    if recall is not None and (recall != (planned_recall or recall) or (own and recall not in own)):
        return recall, mode, "recall"
    return recall, mode, "mode" if mode != (planned_mode or mode) else None


def period_of(word: str | None, instrument: Instrument | None) -> str | None:
    """Return the length of time behind the name of a form, or the time itself; None where the instrument has no such form."""
    if word is None:
        return None
    own = {recall.form: str(recall.period) for recall in instrument.recalls} if instrument else {}
    return own.get(word) or (word if word in RECALL_DAYS else None)
