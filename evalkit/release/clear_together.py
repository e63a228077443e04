"""All count tables of a report audited together, after each was cleared by itself (see `evalkit.release.secondary`)."""

from __future__ import annotations

from dataclasses import replace

from evalkit.errors import DisclosureRefused
from evalkit.findings.safe import SafeActivity, SafeFlow, SafeOccasion
from evalkit.findings.safe_norms import SafeInstrument
from evalkit.release.clearance import Clearance
from evalkit.release.experiment_counts import KINDS, without
from evalkit.release.report_counts import (
    Tables,
    activity_cell,
    band_cell,
    class_cells,
    count_system,
    flow_cell,
    occasion_cells,
)
from evalkit.release.secondary import CONTRADICTION, protect

_ORDER = ("class", "band", "activity", *KINDS, "delivered", "expected", "not_due", "left", "measured")


def clear_together(tables: Tables, ruler: Clearance) -> Tables:
    """Hide what would let a hidden count be computed from the report's other tables.

    What says least goes first: classes and bands, activities, then wholes before parts: the number delivered, those due, then
    reasons; the number analysed stays.

    Raises
    ------
    DisclosureRefused
        SDC-SECONDARY, if a hidden count stays computable whatever is hidden.
    """
    if ruler.public or ruler.policy.round_counts_to < 1:
        return tables
    system = count_system(tables, ruler)
    if not system.few:
        return tables
    try:
        gone = set(protect(system, _order))
    except DisclosureRefused as exc:
        if exc.code != CONTRADICTION:
            raise
        # Tables that count other persons than each other tell nothing about one another.
        gone = set(protect(count_system(tables, ruler, apart=True), _order))
    for cell in sorted(gone):
        kind, outcome, *rest = cell.split("|")
        ruler.hide(f"experiment:{outcome}" if kind in KINDS else ":".join((kind, outcome, *rest[:1])), "policy")
    drawn = None if tables.drawn is None else replace(tables.drawn, study=without(tables.drawn.study, gone))
    return Tables(
        tuple(_flow(flow, gone) for flow in tables.flows),
        tuple(_occasion(occasion, gone) for occasion in tables.occasions),
        tuple(_activity(activity, gone) for activity in tables.activities),
        tuple(_instrument(instrument, gone) for instrument in tables.instruments),
        drawn,
    )


def _order(cell: str) -> int:
    return _ORDER.index(cell.split("|", maxsplit=1)[0])


def _flow(flow: SafeFlow, gone: set[str]) -> SafeFlow:
    arms = tuple(replace(arm, n_delivered=None if f"delivered||{arm.group}" in gone else arm.n_delivered) for arm in flow.arms)
    left = tuple(replace(e, n=None) if flow_cell(flow, e.group, e.reason, e.occasion) in gone else e for e in flow.exclusions)
    return replace(flow, arms=arms, exclusions=left)


def _occasion(o: SafeOccasion, gone: set[str]) -> SafeOccasion:
    shown = (o.n_expected, o.n_measured, o.n_not_due)
    expected, measured, not_due = (None if name in gone else n for name, n in zip(occasion_cells(o), shown, strict=True))
    share = o.share_measured if expected is not None and measured is not None else None
    return replace(o, n_expected=expected, n_measured=measured, n_not_due=not_due, share_measured=share)


def _activity(activity: SafeActivity, gone: set[str]) -> SafeActivity:
    if activity_cell(activity) not in gone:
        return activity
    return replace(activity, n_persons=None, share_reaching_target=None)


def _instrument(instrument: SafeInstrument, gone: set[str]) -> SafeInstrument:
    """Drop a whole table of classes or bands when one of its numbers must go: the rest would point at it."""
    classes = tuple(
        replace(one, n=None, counts=())
        if any(name in gone for name in (class_cells(instrument, one.group, c.classes) for c in one.counts))
        or class_cells(instrument, one.group, ()) in gone
        else one
        for one in instrument.classes
    )
    places = {(s.group, s.occasion) for s in instrument.shares if band_cell(instrument, s.group, s.occasion, s.bands) in gone}
    shares = tuple(s for s in instrument.shares if (s.group, s.occasion) not in places)
    excess = instrument.excess if classes == instrument.classes else None
    return replace(instrument, classes=classes, shares=shares, excess=excess)
