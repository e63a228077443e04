"""The sets of persons behind a report's numbers, read from the frame that was analysed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from evalkit.records.release_ledger import keyed

if TYPE_CHECKING:
    import pandas as pd

    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.records.pseudonym import PseudonymKey
    from evalkit.records.stations import AnalysisFrame

_ARMS = {True: "treated", False: "comparison"}


def groups_of(frame: AnalysisFrame, key: PseudonymKey | None, split_by: Sequence[str] = ()) -> dict[str, tuple[str, ...]]:
    """Return each group that a number of the report is a sum over, as sorted keyed names; nothing for public data.

    Parameters
    ----------
    split_by : Sequence[str]
        Columns of persons that a declared subgroup is made of (see `split_columns`).

    Returns
    -------
    dict[str, tuple[str, ...]]
        ``delivered::arm``, ``sample:outcome:arm``, ``occasion:outcome/axis/order:arm``, ``activity:activity:treated``,
        ``subgroup:outcome/column/value:arm``.
    """
    if key is None:
        return {}
    sets: dict[str, set[str]] = {}
    _add(sets, frame.persons, "delivered", [])
    _add(sets, frame.table, "sample", ["outcome"])
    if frame.observed is not None:
        # Every quarter of a register is one: those who left it are in fewer, and their numbers differ by them.
        _add(sets, frame.observed[frame.observed["axis"] == "occasion"], "occasion", ["outcome", "axis", "order"])
    if len(frame.activities):
        _add(sets, frame.activities.assign(treated=True), "activity", ["activity"])
    for column in (name for name in split_by if name in frame.persons):
        of_person = frame.persons.drop_duplicates("unit").set_index("unit")[column].astype("object").fillna("")
        split = frame.table.assign(column=column, level=frame.table["unit"].map(of_person).astype(str))
        _add(sets, split, "subgroup", ["outcome", "column", "level"])
    return {name: tuple(sorted(keyed(key, unit) for unit in members)) for name, members in sorted(sets.items())}


def split_columns(plan: EvaluationPlan) -> tuple[str, ...]:
    """Return the columns by which the plan's report tells persons apart: a later one may differ by few in such a part alone."""
    names = {"sex"} if plan.analysis.subgroup == "sex" else set()
    for group in plan.preanalysis.subgroups if plan.preanalysis is not None else ():
        names.add("sex" if group.by == "sex" else str(group.column))
    return tuple(sorted(names))


def _add(sets: dict[str, set[str]], table: pd.DataFrame, kind: str, by: list[str]) -> None:
    for keys, rows in table.groupby([*by, "treated"], sort=True):
        *parts, treated = keys if isinstance(keys, tuple) else (keys,)
        name = f"{kind}:{'/'.join(str(part) for part in parts)}:{_ARMS[bool(treated)]}"
        sets[name] = set(rows["unit"])
