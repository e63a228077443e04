"""The counts of a randomised study inside the one system of all count tables, and what the audit takes away from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from evalkit.findings.result import EvaluationResult
from evalkit.findings.safe_experiment import SafeArmCounts, SafeExperiment, SafeOutcomeExperiment
from evalkit.release.clearance import Clearance
from evalkit.release.secondary import CountSystem

KINDS = ("crossed", "took", "listed", "unlotted", "randomised", "lost", "followed")
"""Kinds of cell, in the order in which they are hidden; those analysed stay, since every estimate says how many it rests on."""


@dataclass(frozen=True, slots=True)
class DrawnCounts:
    """A cleared study and what ties it to the other tables.

    Attributes
    ----------
    closed : bool
        Everybody delivered was drawn, so that the arms and the groups by what people got hold the same persons.
    few_crossed : tuple[str, ...]
        Arms of which some, but fewer than the limit, did not follow the draw.
    """

    study: SafeExperiment
    closed: bool
    few_crossed: tuple[str, ...]


def drawn_counts(result: EvaluationResult, study: SafeExperiment | None, ruler: Clearance) -> DrawnCounts | None:
    """Return the study as the system needs it; None where there is none."""
    found = result.experiment
    if found is None or study is None or not found.outcomes:
        return None
    few = []
    arms = found.outcomes[0].arms
    for arm in arms:
        stayed = arm is not arms[-1]
        if arm.n_took_part is not None and ruler.is_small(arm.n_randomised - arm.n_took_part if stayed else arm.n_took_part):
            few.append(arm.arm)
    return DrawnCounts(study, closed=found.n_outside == 0, few_crossed=tuple(few))


def add_drawn(system: CountSystem, counts: DrawnCounts) -> None:
    """Enter who was listed, drawn, took part, was lost and is analysed.

    Listed = without a draw + randomised; randomised = lost + analysed, by outcome; of the first arm, randomised = took part + did
    not. Where everybody delivered was drawn, those analysed are the same persons in both ways of grouping.
    """
    study = counts.study
    arms = study.outcomes[0].arms
    whole = {system.add("listed|", study.n_listed): -1.0, system.add("unlotted|", study.n_excluded, few=True): 1.0}
    for arm in arms:
        whole[system.add(_arm("randomised", arm), arm.n_randomised)] = 1.0
    system.whole.append(whole)
    if not study.stated:
        _add_part(system, counts, arms)
    for found in study.outcomes:
        for arm in found.arms:
            lost = system.add(_cell("lost", found, arm), arm.n_lost, few=True)
            followed = system.add(_cell("followed", found, arm), arm.n_analysed)
            system.kept.add(followed)
            system.whole.append({_arm("randomised", arm): -1.0, lost: 1.0, followed: 1.0})
        _tie_analysed(system, counts, found)


def without(study: SafeExperiment, gone: set[str]) -> SafeExperiment:
    """Return the study without the cells that the audit hid."""
    return replace(
        study,
        n_listed=None if "listed|" in gone else study.n_listed,
        n_excluded=None if "unlotted|" in gone else study.n_excluded,
        outcomes=tuple(replace(f, arms=tuple(_bare(f, arm, gone) for arm in f.arms)) for f in study.outcomes),
    )


def _bare(found: SafeOutcomeExperiment, arm: SafeArmCounts, gone: set[str]) -> SafeArmCounts:
    return replace(
        arm,
        n_randomised=None if _arm("randomised", arm) in gone else arm.n_randomised,
        n_took_part=None if _arm("took", arm) in gone else arm.n_took_part,
        n_lost=None if _cell("lost", found, arm) in gone else arm.n_lost,
    )


def _add_part(system: CountSystem, counts: DrawnCounts, arms: Sequence[SafeArmCounts]) -> None:
    taken = {}
    for arm in arms:
        few, control = arm.arm in counts.few_crossed, arm is arms[-1]
        took = system.add(_arm("took", arm), arm.n_took_part, few=few and control)
        taken[took] = 1.0
        # Of an arm with something to come to, the few are those who stayed away; of the last one those who came all the same.
        rest = system.add(_arm("crossed", arm), None, few=few and not control)
        system.whole.append({_arm("randomised", arm): -1.0, took: 1.0, rest: 1.0})
    if "delivered||treated" in system.shown:
        _tie(system, counts, {**taken, "delivered||treated": -1.0})


def _tie_analysed(system: CountSystem, counts: DrawnCounts, found: SafeOutcomeExperiment) -> None:
    groups = [f"analysed|{found.outcome}|{group}" for group in ("treated", "comparison")]
    if all(name in system.shown for name in groups):
        _tie(system, counts, {_cell("followed", found, arm): 1.0 for arm in found.arms} | dict.fromkeys(groups, -1.0))


def _tie(system: CountSystem, counts: DrawnCounts, terms: dict[str, float]) -> None:
    """Enter that the drawn are some of those delivered, or all of them: both ways round."""
    system.below.append(terms)
    if counts.closed:
        system.below.append({cell: -factor for cell, factor in terms.items()})


def _arm(kind: str, arm: SafeArmCounts) -> str:
    return f"{kind}||{arm.arm}"


def _cell(kind: str, found: SafeOutcomeExperiment, arm: SafeArmCounts) -> str:
    return f"{kind}|{found.outcome}|{arm.arm}"
