"""Change of single persons beyond measurement error, counted; and what selection on the score would move without any effect."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from evalkit.findings.cell import DisclosureEvidence
from evalkit.findings.estimate import Interval
from evalkit.findings.norms import ChangeClasses, ExcessImproved, ExpectedRegression
from evalkit.methods.disclosure_facts import evidence_of_mean
from evalkit.methods.norm_comparison import expected_regression_to_mean
from evalkit.methods.norm_lookup import FoundNorm, weighted
from evalkit.methods.reliable_change import (
    LEAST_RELIABILITY,
    ChangeClass,
    NormalRange,
    chosen_criterion,
    classify,
    measurement_error,
    reliable_change_index,
)

if TYPE_CHECKING:
    from evalkit.methods.norm_findings import Measured
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.plan.instrument_parts import Reliability
    from evalkit.plan.instruments import Instrument, Scale

_SIMILAR = 4.0
"""A retest interval within this factor of the plan's counts as comparable."""
_LEAST_PAIRS = 20
_IMPROVED = {ChangeClass.RECOVERED, ChangeClass.IMPROVED}
_RETEST = ("retest", "icc")


@dataclass(frozen=True, slots=True)
class ChosenReliability:
    """The reliability that carries the classes, or the key of `NO_CLASSES`."""

    value: float | None
    basis: str
    comparable: bool
    reason: str


def choose_reliability(instrument: Instrument, scale: Scale, days: float) -> ChosenReliability:
    """Return the reliability for judging single persons over `days` days.

    A retest over a comparable interval goes before one over another known interval, that before alpha; a retest without a told
    interval is not used. Of several the lowest counts.
    """
    mine = [r for r in instrument.reliability if r.scale == scale.id and r.value is not None]
    retests = [r for r in mine if r.kind in _RETEST and r.interval_days is not None]
    similar = [r for r in retests if r.interval_days and days / _SIMILAR <= r.interval_days <= days * _SIMILAR]
    inner = [r for r in mine if r.kind not in _RETEST]
    for found, comparable in ((similar, True), (retests, False), (inner, False)):
        if found:
            lowest = min(found, key=lambda r: (r.value or 0.0, r.kind))
            low = (lowest.value or 0.0) < LEAST_RELIABILITY
            return ChosenReliability(lowest.value, _basis(lowest), comparable, "reliability-low" if low else "")
    return ChosenReliability(None, "", comparable=False, reason="interval-unknown" if mine else "no-reliability")


def change_classes(
    plan: EvaluationPlan, instrument: Instrument, scale: Scale, people: Measured, norm: FoundNorm
) -> tuple[tuple[ChangeClasses, ...], tuple[ChangeClass, ...]]:
    """Return counts by group, and each person's class (empty where nobody is classified)."""
    chosen = choose_reliability(instrument, scale, _days(plan, people))
    rows = [row for row in norm.rows if row is not None]
    normal = weighted(rows) if rows else None
    sd = normal.sd if normal is not None else float(people.before.std(ddof=1)) if len(people.before) > 1 else 0.0
    reason = chosen.reason or ("" if sd > 0 else "no-spread")
    error = measurement_error(sd, chosen.value) if sd > 0 and chosen.value is not None else None
    better = scale.direction == "higher_better"
    criterion, cut = "", None
    if normal is not None:
        criterion, cut = chosen_criterion(NormalRange(None, None, normal.mean, normal.sd), higher_is_better=better)
    classes: tuple[ChangeClass, ...] = ()
    if not reason and error is not None:
        index = reliable_change_index(people.before, people.after, error)
        classes = classify(people.before, people.after, index=index, cut=cut, higher_is_better=better)
    made = []
    for group in ("treated", "comparison"):
        part = people.treated == (group == "treated")
        if part.any():
            mine = [c for c, inside in zip(classes, part, strict=True) if inside] if classes else []
            counts = [mine.count(kind) for kind in ChangeClass]
            made.append(
                ChangeClasses(
                    group=group,
                    reason=reason,
                    n=int(part.sum()),
                    reliability=chosen.value,
                    reliability_basis=chosen.basis,
                    comparable=chosen.comparable,
                    sd_basis="norm" if normal is not None else "baseline",
                    smallest_detectable=None if error is None else error.smallest_detectable,
                    criterion=criterion,
                    cut=cut,
                    n_recovered=counts[0],
                    n_improved=counts[1],
                    n_unchanged=counts[2],
                    n_deteriorated=counts[3],
                    evidence=DisclosureEvidence(n_persons=int(part.sum()), none_or_all=bool(mine) and len(set(mine)) == 1),
                )
            )
    return tuple(made), classes


def excess_improved(plan: EvaluationPlan, people: Measured, classes: tuple[ChangeClass, ...]) -> ExcessImproved | None:
    """Return the share reliably improved among the treated minus the comparison group's; None without classes or a group.

    The interval is Newcombe's (1998, method 10: Wilson scores of both shares); None where treatment was assigned to clusters.
    """
    improved = np.array([c in _IMPROVED for c in classes], dtype=bool)
    if not classes or people.treated.all() or not people.treated.any():
        return None
    hits, sizes = zip(*((int(improved[part].sum()), int(part.sum())) for part in (people.treated, ~people.treated)), strict=True)
    value = hits[0] / sizes[0] - hits[1] / sizes[1]
    interval = newcombe(hits, sizes, plan.design.confidence_level) if plan.design.assigned_at == "person" else None
    extreme = any(h in {0, n} for h, n in zip(hits, sizes, strict=True))
    return ExcessImproved(value, interval, DisclosureEvidence(n_persons=min(sizes), none_or_all=extreme))


def newcombe(hits: tuple[int, ...], sizes: tuple[int, ...], level: float) -> Interval:
    """Return Newcombe's hybrid score interval of a difference of two shares."""
    (p1, low1, high1), (p2, low2, high2) = (_wilson(h, n, level) for h, n in zip(hits, sizes, strict=True))
    d = p1 - p2
    return Interval(d - math.sqrt((p1 - low1) ** 2 + (high2 - p2) ** 2), d + math.sqrt((high1 - p1) ** 2 + (p2 - low2) ** 2), level)


def expected_regression(
    plan: EvaluationPlan, instrument: Instrument, scale: Scale, people: Measured, norm: FoundNorm
) -> tuple[tuple[ExpectedRegression, ...], str]:
    """Return the range of change expected without effect, by group, or the key of `NO_REGRESSION`.

    Persons are taken to be selected on the score unless the plan says they were not. The referred population's own mean is not
    known: the range goes from none (its mean is the group's) to full regression towards the norm.
    """
    if plan.design.selected_on_outcome == "no":
        return (), "not-selected"
    rows = [row for row in norm.rows if row is not None]
    if not rows:
        return (), "no-norm"
    correlation, basis = _correlation(instrument, scale, people, _days(plan, people))
    if correlation is None:
        return (), "no-correlation"
    target, made = weighted(rows).mean, []
    for group in ("treated", "comparison"):
        part = people.treated == (group == "treated")
        if not part.any():
            continue
        full = expected_regression_to_mean(float(people.before[part].mean()), target, correlation)
        low, high = sorted((0.0, full))
        change = people.after[part] - people.before[part]
        evidence = evidence_of_mean(change, public=False)
        pairs = int((~people.treated).sum()) if basis == "comparison" else len(change)
        small = DisclosureEvidence(min(evidence.n_persons, pairs), all_equal=evidence.all_equal)
        made.append(ExpectedRegression(group, float(change.mean()), low, high, correlation, basis, small))
    return tuple(made), ""


def _correlation(instrument: Instrument, scale: Scale, people: Measured, days: float) -> tuple[float | None, str]:
    """Return the correlation of two measurements without intervention: the comparison group's own, else a published retest."""
    before, after = people.before[~people.treated], people.after[~people.treated]
    if len(before) >= _LEAST_PAIRS and before.std() > 0 and after.std() > 0:
        return min(max(float(np.corrcoef(before, after)[0, 1]), 0.0), 1.0), "comparison"
    chosen = choose_reliability(instrument, scale, days)
    published = chosen.value if chosen.basis.startswith(_RETEST) and chosen.comparable else None
    return published, "published" if published is not None else ""


def _wilson(hits: int, n: int, level: float) -> tuple[float, float, float]:
    z, p = NormalDist().inv_cdf(0.5 + level / 2), hits / n
    middle, spread = (p + z * z / (2 * n)), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return p, (middle - spread) / (1 + z * z / n), (middle + spread) / (1 + z * z / n)


def _basis(found: Reliability) -> str:
    return f"{found.kind} {found.interval_days}" if found.kind in _RETEST else found.kind


def _days(plan: EvaluationPlan, people: Measured) -> float:
    """Return the planned days between the two occasions."""
    target = {occasion.label: occasion.target_day for occasion in plan.occasions}
    before, after = (target.get(label, 0) for label in people.occasions)
    return float(max(after - before, 1))
