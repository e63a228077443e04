"""Clearing of counts: sample flow, occasions, activities and months. Merging comes before hiding."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from evalkit.findings.result import EvaluationResult
from evalkit.findings.safe import (
    OTHER_REASONS,
    SafeActivity,
    SafeArm,
    SafeExclusion,
    SafeFlow,
    SafeMonth,
    SafeOccasion,
)
from evalkit.findings.sample import ActivityFollowUp, ActivityMonth, Exclusion, FlowArm, OccasionCount, SampleFlow
from evalkit.release.clearance import Clearance
from evalkit.release.rounding import digits_of, round_count, round_to


def clear_flows(result: EvaluationResult, ruler: Clearance) -> tuple[SafeFlow, ...]:
    """Return the sample flows with small reasons merged and counts rounded."""
    return tuple(_clear_flow(flow, ruler) for flow in result.flows)


def clear_occasions(result: EvaluationResult, ruler: Clearance) -> tuple[SafeOccasion, ...]:
    """Return who was measured when, rounded; shares are made of the rounded counts."""
    return tuple(_clear_occasion(occasion, ruler) for occasion in result.occasions)


def clear_activities(result: EvaluationResult, ruler: Clearance) -> tuple[SafeActivity, ...]:
    """Return target against actual, hidden where too few persons or too few on one side of the target stand behind it."""
    return tuple(_clear_activity(activity, ruler) for activity in result.activities)


def clear_months(result: EvaluationResult, ruler: Clearance) -> tuple[SafeMonth, ...]:
    """Return activities by month; months with few persons are put together with the next until there are enough."""
    ordered = sorted(result.activity_months, key=lambda m: (m.activity, m.month))
    spans: list[SafeMonth] = []
    for _, months in groupby(ordered, key=lambda m: m.activity):
        spans += _merge_months(list(months), ruler)
    return tuple(spans)


def _clear_flow(flow: SampleFlow, ruler: Clearance) -> SafeFlow:
    arms, exclusions = [], []
    for arm in flow.arms:
        mine = [e for e in flow.exclusions if e.group == arm.group and e.n > 0]
        kept = _merge_reasons(mine, ruler, f"flow:{flow.outcome}:{arm.group}")
        exclusions += kept
        arms.append(_clear_arm(arm, ruler, f"flow:{flow.outcome}:{arm.group}", hidden=any(e.n is None for e in kept)))
    return SafeFlow(flow.outcome, tuple(arms), tuple(exclusions))


def _clear_arm(arm: FlowArm, ruler: Clearance, where: str, *, hidden: bool) -> SafeArm:
    ruler.permits(arm.evidence, where) if arm.n_analysed else None
    if not ruler.permits(arm.evidence, where):
        return SafeArm(arm.group, None, None)
    delivered, analysed = ruler.count(arm.n_delivered, where), ruler.count(arm.n_analysed, where)
    if delivered is not None and hidden and not ruler.margins_protect:
        # Delivered minus analysed would give the hidden reasons back.
        ruler.hide(where, "policy")
        delivered = None
    return SafeArm(arm.group, delivered, analysed)


def _merge_reasons(exclusions: list[Exclusion], ruler: Clearance, where: str) -> list[SafeExclusion]:
    group = exclusions[0].group if exclusions else ""
    cells = _join_occasions(exclusions, ruler)
    small = {cell: n for cell, n in cells.items() if ruler.is_small(n)}
    shown = {cell: n for cell, n in cells.items() if cell not in small}
    other = sum(small.values())
    while shown and ruler.is_small(other):
        # One hidden cell beside its margins is no secret: the next smallest goes with it.
        smallest = min(shown, key=lambda cell: (shown[cell], cell))
        other += shown.pop(smallest)
    kept = [SafeExclusion(reason, group, occasion, ruler.count(n, where)) for (reason, occasion), n in shown.items()]
    if other:
        ruler.hide(where, "merged")
        kept.append(SafeExclusion(OTHER_REASONS, group, "", ruler.count(other, where)))
    return kept


def _join_occasions(exclusions: list[Exclusion], ruler: Clearance) -> dict[tuple[str, str], int]:
    """Add up per reason and occasion; a reason with a small occasion loses its occasions."""
    cells: dict[tuple[str, str], int] = {}
    for exclusion in exclusions:
        key = (exclusion.reason, exclusion.occasion)
        cells[key] = cells.get(key, 0) + exclusion.n
    coarse = {reason for (reason, _), n in cells.items() if ruler.is_small(n)}
    joined: dict[tuple[str, str], int] = {}
    for (reason, occasion), n in cells.items():
        key = (reason, "" if reason in coarse else occasion)
        joined[key] = joined.get(key, 0) + n
    return joined


def _clear_occasion(occasion: OccasionCount, ruler: Clearance) -> SafeOccasion:
    where = f"occasion:{occasion.outcome}:{occasion.occasion}:{occasion.group}"
    expected = ruler.count(occasion.n_expected, where)
    measured = ruler.count(occasion.n_measured, where)
    if ruler.is_small(occasion.n_expected - occasion.n_measured) and not ruler.margins_protect:
        ruler.hide(where, "policy")
        expected = None
    share = round_to(min(measured / expected, 1.0), 2) if expected and measured is not None else None
    not_due = ruler.count(occasion.n_not_due, where)
    return SafeOccasion(occasion.outcome, occasion.occasion, occasion.group, expected, measured, not_due, share)


def _clear_activity(activity: ActivityFollowUp, ruler: Clearance) -> SafeActivity:
    where = f"activity:{activity.activity}"
    # None or all reaching the target concerns the share alone, which has a rule of its own.
    shown = ruler.permits(replace(activity.evidence, none_or_all=False), where)
    decimals = max(digits_of(activity.mean_quantity, 3 if ruler.public else 2), 0)
    return SafeActivity(
        activity=activity.activity,
        label=activity.label,
        unit=activity.unit,
        target_per_person=activity.target_per_person,
        n_persons=ruler.count(activity.n_persons, where),
        mean_quantity=round_to(activity.mean_quantity, decimals) if shown else None,
        decimals=decimals,
        share_reaching_target=_clear_share(activity.share_reaching_target, activity.n_persons, ruler, where) if shown else None,
        fidelity=round_to(activity.fidelity, 2) if shown and activity.fidelity is not None else None,
        fidelity_target=activity.fidelity_target,
    )


def _clear_share(share: float, n: int, ruler: Clearance, where: str) -> float | None:
    """Return a share of persons made of rounded counts; hidden where few, none or all lie on one side."""
    if ruler.public:
        return round_to(share, 2)
    inside = round(share * n)
    if min(inside, n - inside) < ruler.policy.min_cell:
        ruler.hide(f"{where}:share", "policy")
        return None
    base = ruler.policy.round_counts_to
    return round_to(min(round_count(inside, base) / round_count(n, base), 1.0), 2)


def _merge_months(months: list[ActivityMonth], ruler: Clearance) -> list[SafeMonth]:
    where = f"month:{months[0].activity}"
    spans: list[list[ActivityMonth]] = []
    waiting: list[ActivityMonth] = []
    for month in months:
        waiting.append(month)
        if _enough(waiting, ruler):
            spans.append(waiting)
            waiting = []
    if waiting and spans:
        spans[-1] += waiting
        waiting = []
    if waiting or any(len(span) > 1 for span in spans):
        ruler.hide(where, "merged" if spans else "few")
    return [_span(span, ruler) for span in spans if _enough(span, ruler)]


def _enough(months: list[ActivityMonth], ruler: Clearance) -> bool:
    """Whether enough persons stand behind the sum, and two of them cannot own it.

    At least as many distinct persons as in the largest month, and at most the months' two largest shares added up.
    """
    if ruler.public:
        return True
    total = sum(m.quantity for m in months)
    owned = sum(m.quantity * _top_two(m) for m in months)
    persons = max(m.evidence.n_persons for m in months)
    return persons >= ruler.policy.min_cell and owned <= ruler.policy.max_top_two_share * total


def _top_two(month: ActivityMonth) -> float:
    share = month.evidence.top_two_share
    return share if share is not None else min(1.0, 2 / max(month.evidence.n_persons, 1))


def _span(months: list[ActivityMonth], ruler: Clearance) -> SafeMonth:
    base = 1 if ruler.public else ruler.policy.round_counts_to
    total = round_count(sum(m.quantity for m in months), base)
    first, last = months[0].month, months[-1].month
    return SafeMonth(months[0].activity, first, last, total, round_count(total / (_ordinal(last) - _ordinal(first) + 1), 1))


def _ordinal(month: str) -> int:
    year, number = month.split("-")
    return 12 * int(year) + int(number)
