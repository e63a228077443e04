"""Flows and occasions of a report audited together, after each was cleared by itself (see `evalkit.release.secondary`)."""

from __future__ import annotations

from dataclasses import replace

from evalkit.errors import DisclosureRefused
from evalkit.findings.safe import SafeFlow, SafeOccasion
from evalkit.release.clearance import Clearance
from evalkit.release.secondary import CONTRADICTION, CountSystem, protect


def clear_together(
    flows: tuple[SafeFlow, ...], occasions: tuple[SafeOccasion, ...], ruler: Clearance
) -> tuple[tuple[SafeFlow, ...], tuple[SafeOccasion, ...]]:
    """Hide what would let a hidden count be computed from the report's other tables.

    Wholes go before parts: the number delivered, then those due, then reasons; the number analysed stays.

    Raises
    ------
    DisclosureRefused
        SDC-SECONDARY, if a hidden count stays computable whatever is hidden.
    """
    if ruler.public or ruler.policy.round_counts_to < 1:
        return flows, occasions
    system = _system(flows, occasions, ruler)
    if not system.few:
        return flows, occasions
    try:
        gone = set(protect(system, _order))
    except DisclosureRefused as exc:
        if exc.code != CONTRADICTION:
            raise
        # Tables that count other persons than each other tell nothing about one another.
        system = _system(flows, occasions, ruler)
        system.below.clear()
        gone = set(protect(system, _order))
    for cell in sorted(gone):
        ruler.hide(":".join(cell.split("|")[:3]), "policy")
    return tuple(_flow(flow, gone) for flow in flows), tuple(_occasion(occasion, gone) for occasion in occasions)


def _system(flows: tuple[SafeFlow, ...], occasions: tuple[SafeOccasion, ...], ruler: Clearance) -> CountSystem:
    system = CountSystem(ruler.policy.round_counts_to, ruler.policy.min_cell)
    for flow in flows:
        for arm in flow.arms:
            whole = system.add(f"delivered||{arm.group}", arm.n_delivered)
            analysed = system.add(f"analysed|{flow.outcome}|{arm.group}", arm.n_analysed)
            # Every estimate says how many it rests on.
            system.kept.add(analysed)
            terms = {whole: -1.0, analysed: 1.0}
            for exclusion in (e for e in flow.exclusions if e.group == arm.group):
                name = f"left|{flow.outcome}|{arm.group}|{exclusion.reason}|{exclusion.occasion}"
                terms[system.add(name, exclusion.n, few=True)] = 1.0
            system.whole.append(terms)
    for o in occasions:
        key = f"{o.outcome}|{o.group}|{o.occasion}"
        expected, measured = system.add(f"expected|{key}", o.n_expected), system.add(f"measured|{key}", o.n_measured, few=True)
        not_due = system.add(f"not_due|{key}", o.n_not_due, few=True)
        system.below.append({measured: 1.0, expected: -1.0})
        whole = f"delivered||{o.group}"
        if whole in system.shown:
            system.below.append({expected: 1.0, not_due: 1.0, whole: -1.0})
    return system


def _order(cell: str) -> int:
    kinds = ("delivered", "expected", "not_due", "left", "measured")
    return kinds.index(cell.split("|", maxsplit=1)[0])


def _flow(flow: SafeFlow, gone: set[str]) -> SafeFlow:
    arms = tuple(
        replace(
            arm,
            n_delivered=None if f"delivered||{arm.group}" in gone else arm.n_delivered,
        )
        for arm in flow.arms
    )
    left = tuple(
        replace(e, n=None) if f"left|{flow.outcome}|{e.group}|{e.reason}|{e.occasion}" in gone else e for e in flow.exclusions
    )
    return replace(flow, arms=arms, exclusions=left)


def _occasion(o: SafeOccasion, gone: set[str]) -> SafeOccasion:
    key = f"{o.outcome}|{o.group}|{o.occasion}"
    expected = None if f"expected|{key}" in gone else o.n_expected
    measured = None if f"measured|{key}" in gone else o.n_measured
    not_due = None if f"not_due|{key}" in gone else o.n_not_due
    share = o.share_measured if expected is not None and measured is not None else None
    return replace(o, n_expected=expected, n_measured=measured, n_not_due=not_due, share_measured=share)
