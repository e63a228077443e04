"""Every number of persons that a report shows, as one system: what adds up to what, and what is a part of what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evalkit.findings.safe import SafeActivity, SafeFlow, SafeOccasion
from evalkit.findings.safe_norms import SafeBandShare, SafeInstrument
from evalkit.release.clearance import Clearance
from evalkit.release.experiment_counts import DrawnCounts, add_drawn
from evalkit.release.secondary import CountSystem


@dataclass(frozen=True, slots=True)
class Tables:
    """The count tables of one report, each already cleared by itself."""

    flows: tuple[SafeFlow, ...]
    occasions: tuple[SafeOccasion, ...]
    activities: tuple[SafeActivity, ...] = ()
    instruments: tuple[SafeInstrument, ...] = ()
    drawn: DrawnCounts | None = None


def count_system(tables: Tables, ruler: Clearance, *, apart: bool = False) -> CountSystem:
    """Return the tables as one system.

    Parameters
    ----------
    apart : bool
        The tables count other persons than each other, so that one says nothing about another.
    """
    system = CountSystem(ruler.policy.round_counts_to, ruler.policy.min_cell)
    for flow in tables.flows:
        _add_flow(system, flow)
    for occasion in tables.occasions:
        _add_occasion(system, occasion)
    for activity in tables.activities:
        _part(system, system.add(activity_cell(activity), activity.n_persons, few=True), "delivered||treated")
    for instrument in tables.instruments:
        _add_instrument(system, instrument)
    if tables.drawn is not None:
        add_drawn(system, tables.drawn)
    if apart:
        system.below.clear()
    return system


def activity_cell(activity: SafeActivity) -> str:
    """Return the name of an activity's number of persons in the system."""
    return f"activity|{activity.activity}"


def flow_cell(flow: SafeFlow, group: str, reason: str, occasion: str) -> str:
    """Return the name of the number that left one group's sample for one reason."""
    return f"left|{flow.outcome}|{group}|{reason}|{occasion}"


def occasion_cells(occasion: SafeOccasion) -> tuple[str, str, str]:
    """Return the names of the numbers expected, measured and not due at one occasion."""
    key = f"{occasion.outcome}|{occasion.group}|{occasion.occasion}"
    return f"expected|{key}", f"measured|{key}", f"not_due|{key}"


def class_cells(instrument: SafeInstrument, group: str, kinds: Sequence[str]) -> str:
    """Return the name of the number in one or several classes of change."""
    return f"class|{instrument.outcome}|{group}|{'+'.join(kinds)}"


def band_cell(instrument: SafeInstrument, group: str, occasion: str, bands: Sequence[str]) -> str:
    """Return the name of the number in one or several neighbouring bands at one occasion."""
    return f"band|{instrument.outcome}|{group}|{occasion}|{'+'.join(bands)}"


def _add_flow(system: CountSystem, flow: SafeFlow) -> None:
    for arm in flow.arms:
        whole = system.add(f"delivered||{arm.group}", arm.n_delivered)
        analysed = system.add(f"analysed|{flow.outcome}|{arm.group}", arm.n_analysed)
        # Every estimate says how many it rests on.
        system.kept.add(analysed)
        terms = {whole: -1.0, analysed: 1.0}
        for exclusion in (e for e in flow.exclusions if e.group == arm.group):
            name = flow_cell(flow, arm.group, exclusion.reason, exclusion.occasion)
            terms[system.add(name, exclusion.n, few=True)] = 1.0
        system.whole.append(terms)


def _add_occasion(system: CountSystem, occasion: SafeOccasion) -> None:
    names = occasion_cells(occasion)
    expected, measured, not_due = names
    for name, shown in zip(names, (occasion.n_expected, occasion.n_measured, occasion.n_not_due), strict=True):
        system.add(name, shown, few=name != expected)
    system.below.append({measured: 1.0, expected: -1.0})
    whole = f"delivered||{occasion.group}"
    if whole in system.shown:
        system.below.append({expected: 1.0, not_due: 1.0, whole: -1.0})


def _add_instrument(system: CountSystem, instrument: SafeInstrument) -> None:
    for classes in instrument.classes:
        parts = [(class_cells(instrument, classes.group, c.classes), c.n) for c in classes.counts]
        _sum(system, f"class|{instrument.outcome}|{classes.group}|", classes.n, parts, classes.group)
    for place, shares in _by_place(instrument):
        cells = [(band_cell(instrument, *place, s.bands), s.n) for s in shares]
        _sum(system, f"band|{instrument.outcome}|{'|'.join(place)}|", None, cells, place[0])


def _by_place(instrument: SafeInstrument) -> Iterator[tuple[tuple[str, str], list[SafeBandShare]]]:
    for place in dict.fromkeys((s.group, s.occasion) for s in instrument.shares):
        yield place, [s for s in instrument.shares if (s.group, s.occasion) == place]


def _sum(system: CountSystem, whole: str, shown: int | None, parts: list[tuple[str, int | None]], group: str) -> None:
    """Enter parts that add up to a whole, which is itself a part of those delivered."""
    if not parts:
        return
    system.add(whole, shown)
    system.whole.append({whole: -1.0, **{system.add(name, n, few=True): 1.0 for name, n in parts}})
    _part(system, whole, f"delivered||{group}")


def _part(system: CountSystem, part: str, whole: str) -> None:
    if whole in system.shown:
        system.below.append({part: 1.0, whole: -1.0})
