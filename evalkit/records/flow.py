"""Who is analysed on an outcome, and the one reason for which everybody else left. The sample flow is counted here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from evalkit.findings.cell import PUBLIC, DisclosureEvidence
from evalkit.findings.sample import GROUPS, REASONS, Exclusion, FlowArm, OccasionCount, SampleFlow
from evalkit.plan.evaluation import Occasion
from evalkit.records.occasions import (
    MEASURED,
    MISSING,
    MOVED_OUT,
    NOT_DUE,
    OTHER_INSTRUMENT,
    OTHER_MODE,
    OTHER_RECALL,
    OUTSIDE_COVERAGE,
    PARTIAL,
)
from evalkit.records.stations import COMPARISON, TREATED

_REASON = {
    NOT_DUE: "not_due",
    OUTSIDE_COVERAGE: "outside_coverage",
    PARTIAL: "partial",
    MOVED_OUT: "moved_out",
    OTHER_INSTRUMENT: "other_instrument",
    OTHER_RECALL: "other_recall",
    OTHER_MODE: "other_mode",
}
_UNLIKE = (OTHER_INSTRUMENT, OTHER_RECALL, OTHER_MODE)
"""Measured, but not as the plan says."""
_SAME = {"instrument": OTHER_INSTRUMENT, "recall": OTHER_RECALL, "mode": OTHER_MODE}
"""What must be the same before and after, and the reason of those where it is not."""


def leaving(persons: pd.DataFrame, states: pd.DataFrame, needed: Sequence[Occasion]) -> pd.DataFrame:
    """Return the reason and occasion for which each person leaves one outcome; reason None for those who stay.

    Occasions are gone through in time order and the first obstacle counts, so each person leaves exactly once. A value measured
    with another instrument than at the occasion before, about another length of time or answered in another way, is an obstacle
    at the later one; the last two only where both are known.

    Returns
    -------
    pandas.DataFrame
        ``unit``, ``group``, ``reason``, ``occasion``; one row per person.
    """
    reason = persons["outside"].astype("object").where(persons["outside"].notna(), None)
    where = pd.Series("", index=persons.index, dtype="object")
    previous: dict[str, pd.Series] = {}
    for occasion in needed:
        at = states[states["occasion"] == occasion.id].set_index("unit")
        state = persons["unit"].map(at["state"])
        how = {name: persons["unit"].map(at[name]).astype("object").fillna("") for name in _SAME}
        obstacle = state.where(state != MEASURED).map(lambda s, role=occasion.role: _reason(s, role), na_action="ignore")
        for name, why in _SAME.items() if previous else ():
            differs = how[name] != previous[name]
            if name != "instrument":
                differs &= (how[name] != "") & (previous[name] != "")
            obstacle = obstacle.mask(obstacle.isna() & differs, why)
        leaves = reason.isna() & obstacle.notna()
        reason, where = reason.mask(leaves, obstacle), where.mask(leaves, occasion.id)
        previous = {name: how[name].where(how[name] != "", previous.get(name, "")) for name in _SAME}
    group = persons["treated"].map({True: TREATED, False: COMPARISON})
    return pd.DataFrame({"unit": persons["unit"], "group": group, "reason": reason.where(reason.notna(), None), "occasion": where})


def sample_flow(
    outcome: str, left: pd.DataFrame, groups: Sequence[str], occasions: Sequence[str] = (), *, public: bool = False
) -> SampleFlow:
    """Count `leaving` into a sample flow; building it fails if somebody left without a reason.

    Parameters
    ----------
    occasions : Sequence[str]
        Ids in time order: the order in which exclusions are listed within a group.
    """
    arms = []
    for group in groups:
        mine = left[left["group"] == group]
        stay = int(mine["reason"].isna().sum())
        arms.append(FlowArm(group, len(mine), stay, PUBLIC if public else DisclosureEvidence(n_persons=stay)))
    gone = left[left["reason"].notna()]
    reasons, places = {name: n for n, name in enumerate(REASONS)}, ["", *occasions]
    counts = Counter(zip(gone["reason"], gone["group"], gone["occasion"], strict=True))
    exclusions = [Exclusion(reason=r, group=g, occasion=o, n=n) for (r, g, o), n in counts.items()]
    exclusions.sort(key=lambda e: (GROUPS.index(e.group), places.index(e.occasion), reasons.get(e.reason, len(reasons))))
    return SampleFlow(outcome=outcome, arms=tuple(arms), exclusions=tuple(exclusions))


def occasion_counts(
    outcome: str, persons: pd.DataFrame, states: pd.DataFrame, occasions: Sequence[Occasion], groups: Sequence[str]
) -> list[OccasionCount]:
    """Count, of the persons who are not outside: due and measured at each occasion.

    Neither who is not yet due nor whom no register covers is expected; a value with another instrument than the plan's is
    not counted as measured.
    """
    inside = persons[persons["outside"].isna()]
    joined = states.merge(inside[["unit", "treated"]], on="unit", how="inner", validate="many_to_one")
    group = joined["treated"].map({True: TREATED, False: COMPARISON})
    counts = joined.assign(group=group).groupby(["occasion", "group", "state"]).size()
    result = []
    for occasion in occasions:
        for name in groups:
            n = {state: int(counts.get((occasion.id, name, state), 0)) for state in (*_REASON, MEASURED, MISSING)}
            expected = n[MEASURED] + n[MISSING] + n[PARTIAL] + sum(n[state] for state in _UNLIKE)
            result.append(OccasionCount(outcome, occasion.id, name, expected, n[MEASURED], n[NOT_DUE]))
    return result


def _reason(state: str, role: str) -> str:
    return _REASON.get(state, "no_baseline" if role == "before" else "no_follow_up")
