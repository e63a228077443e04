"""Register outcomes by calendar term for everybody, whatever their own start: what start groups are compared in.

Terms are half years from January. A term counts if every period of it is covered by a register and settled; a person counts
if every such term has a value: a mean needs at least half of its periods, a sum all of them. A person starts in the term that
holds the first day with the intervention, also one who waited.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from evalkit.plan.evaluation import EvaluationPlan
from evalkit.records.calendar import first_day, label, ordinals
from evalkit.records.registers import Register, open_register, register_outcomes, values_in
from evalkit.records.stations import ScoredRecords

TERM = 6
COLUMNS = ("unit", "outcome", "order", "period", "is_after", "treated", "treated_order", "cluster", "cohort", "sex", "value")


def calendar_terms(scored: ScoredRecords, plan: EvaluationPlan, persons: pd.DataFrame) -> pd.DataFrame | None:
    """Return one row per person, register outcome and term; None where the plan asks for no start groups of persons.

    Parameters
    ----------
    persons : pandas.DataFrame
        Of the frame, with ``own_start``: the first day with the intervention, NaT for who has not had it.

    Returns
    -------
    pandas.DataFrame | None
        Columns of `AnalysisFrame.table`; ``is_after`` says whether the person had started in that term, ``treated`` whether
        that was before the last term ended. Values may be missing.
    """
    if plan.design.staggered is None or "own_start" not in persons.columns:
        return None
    inside = persons[persons["outside"].isna() & (persons["own_start"].notna() | ~persons["treated"])]
    wanted = [outcome for outcome in plan.outcomes if outcome.id in register_outcomes(plan)]
    parts = [_terms(open_register(scored.periods, plan, outcome), scored, inside) for outcome in wanted]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(COLUMNS))
    return table.reindex(columns=list(COLUMNS))


def _terms(register: Register, scored: ScoredRecords, persons: pd.DataFrame) -> pd.DataFrame:
    if not register.coverage or register.step > TERM or persons.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    days = np.array([day for c in register.coverage for day in (c.first, c.last)], dtype="datetime64[D]")
    wanted = ordinals(days, TERM)
    each = TERM // register.step
    parts = []
    began = persons["own_start"].to_numpy().astype("datetime64[D]")
    known = ~np.isnat(began)
    first = np.full(len(persons), np.inf)
    first[known] = ordinals(began[known], TERM)
    for term in range(int(wanted.min()), int(wanted.max()) + 1):
        chosen = np.broadcast_to(term * each + np.arange(each), (len(persons), each))
        values, reached = values_in(register, persons, chosen, scored.evaluated_on)
        if not reached:
            continue
        answered = np.isfinite(values).sum(axis=1)
        mean = register.outcome.aggregate == "mean"
        enough = answered * 2 >= each if mean else answered == each
        total = np.where(np.isfinite(values), values, 0.0).sum(axis=1)
        value = np.where(enough, total / np.maximum(answered, 1) if mean else total, np.nan)
        parts.append(
            persons[["unit", "cluster", "cohort", "sex"]].assign(term=term, value=value, is_after=first <= term, own_first=first)
        )
    if not parts:
        return pd.DataFrame(columns=list(COLUMNS))
    table = pd.concat(parts, ignore_index=True)
    orders = {term: order for order, term in enumerate(sorted(table["term"].unique()))}
    table["treated"] = table.groupby("unit")["is_after"].transform("any")
    table["order"] = table["term"].map(orders)
    names = {term: label(pd.Timestamp(first_day(np.array([term]), TERM)[0]), TERM) for term in orders}
    return table.assign(outcome=register.outcome.id, period=table["term"].map(names), treated_order=np.nan)
