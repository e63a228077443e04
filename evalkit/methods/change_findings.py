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
from evalkit.methods.change_border import Border, border
from evalkit.methods.disclosure_facts import evidence_of_mean
from evalkit.methods.norm_comparison import Norm, expected_regression_to_mean
from evalkit.methods.norm_lookup import FoundNorm, weighted
from evalkit.methods.reliability_choice import ChosenReliability, choose_reliability
from evalkit.methods.reliable_change import (
    CRITICAL,
    ChangeClass,
    classify,
    measurement_error,
    reliable_change_index,
    reliable_change_index_regressed,
)
from evalkit.plan.change import ChangeRule

if TYPE_CHECKING:
    from evalkit.methods.asked import Asked
    from evalkit.methods.fits import Floats
    from evalkit.methods.norm_findings import Measured
    from evalkit.plan.evaluation import EvaluationPlan

_LEAST_PAIRS = 20
_IMPROVED = {ChangeClass.RECOVERED, ChangeClass.IMPROVED}
_GROUPS = ("treated", "comparison")


@dataclass(frozen=True, slots=True)
class Judgement:
    """How each analysed person's change is judged; inside the house only.

    Attributes
    ----------
    reason : str
        Key of `NO_CLASSES` where nobody is judged; `index` and `classes` are empty then.
    index : shape (n_persons,)
        Reliable change index.
    """

    reason: str
    chosen: ChosenReliability
    sd_basis: str
    smallest_detectable: float | None
    border: Border
    kind: str
    index: Floats
    classes: tuple[ChangeClass, ...]


def judge(asked: Asked, people: Measured, norm: FoundNorm) -> Judgement:
    """Return each person's reliable change and class by the rule of the plan, or why nobody is judged."""
    rule = asked.use.change or ChangeRule()
    chosen = choose_reliability(asked, days_between(asked.plan, people), rule.reliability)
    rows = [row for row in norm.rows if row is not None]
    normal = weighted(rows) if rows else None
    where = border(asked, people.who, people.before, normal)
    basis = rule.spread or ("norm" if normal is not None else "baseline")
    own = float(people.before.std(ddof=1)) if len(people.before) > 1 else 0.0
    sd = own if basis == "baseline" else 0.0 if normal is None else normal.sd
    population = asked.use.referred.mean if asked.use.referred is not None else None if normal is None else normal.mean
    reason = chosen.reason or _lacks(basis, normal, sd, rule, population)
    if reason or chosen.value is None:
        return Judgement(reason, chosen, basis, None, where, rule.index, np.array([]), ())
    better = asked.scale.direction == "higher_better"
    if rule.index == "regressed" and population is not None:
        index = reliable_change_index_regressed(people.before, people.after, mean=population, sd=sd, reliability=chosen.value)
        least = CRITICAL * sd * math.sqrt(1 - chosen.value**2)
    else:
        error = measurement_error(sd, chosen.value)
        index, least = reliable_change_index(people.before, people.after, error), error.smallest_detectable
    classes = classify(people.before, people.after, index=index, cut=where.cut, higher_is_better=better)
    return Judgement("", chosen, basis, least, where, rule.index, index, classes)


def _lacks(basis: str, normal: Norm | None, sd: float, rule: ChangeRule, population: float | None) -> str:
    if basis == "norm" and normal is None:
        return "no-norm-spread"
    if not sd > 0:
        return "no-spread"
    return "no-population" if rule.index == "regressed" and population is None else ""


def change_classes(people: Measured, judged: Judgement) -> tuple[ChangeClasses, ...]:
    """Return counts by group."""
    made = []
    for group in _GROUPS:
        part = people.treated == (group == "treated")
        if not part.any():
            continue
        mine = [c for c, inside in zip(judged.classes, part, strict=True) if inside] if judged.classes else []
        counts = [mine.count(kind) for kind in ChangeClass]
        made.append(
            ChangeClasses(
                group=group,
                reason=judged.reason,
                n=int(part.sum()),
                reliability=judged.chosen.value,
                reliability_basis=judged.chosen.basis,
                comparable=not judged.reason,
                sd_basis=judged.sd_basis,
                smallest_detectable=judged.smallest_detectable,
                criterion=judged.border.criterion,
                cut=judged.border.cut,
                n_recovered=counts[0],
                n_improved=counts[1],
                n_unchanged=counts[2],
                n_deteriorated=counts[3],
                evidence=DisclosureEvidence(n_persons=int(part.sum()), none_or_all=bool(mine) and len(set(mine)) == 1),
                index=judged.kind,
                why_not_c=judged.border.why_not_c,
                reliability_source=judged.chosen.source,
                reliability_status=judged.chosen.status,
                reliability_key=judged.chosen.key,
                clinical_secured=judged.border.secured,
            )
        )
    return tuple(made)


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


def expected_regression(asked: Asked, people: Measured, norm: FoundNorm) -> tuple[tuple[ExpectedRegression, ...], str]:
    """Return the range of change expected without effect, by group, or the key of `NO_REGRESSION`.

    Persons are taken to be selected on the score unless the plan says they were not. Without the plan's own mean of the
    population that they were chosen from, the range goes from none (that mean is the group's) to full regression to the norm.
    """
    if asked.plan.design.selected_on_outcome == "no":
        return (), "not-selected"
    rows = [row for row in norm.rows if row is not None]
    referred = asked.use.referred
    if not rows and referred is None:
        return (), "no-norm"
    found = _correlation(asked, people, days_between(asked.plan, people))
    if found is None:
        return (), "no-correlation"
    target, made = referred.mean if referred is not None else weighted(rows).mean, []
    for group in _GROUPS:
        part = people.treated == (group == "treated")
        if not part.any():
            continue
        full = expected_regression_to_mean(float(people.before[part].mean()), target, found.value)
        low, high = sorted((0.0, full))
        change = people.after[part] - people.before[part]
        evidence = evidence_of_mean(change, public=False)
        pairs = int((~people.treated).sum()) if found.basis == "comparison" else len(change)
        small = DisclosureEvidence(min(evidence.n_persons, pairs), all_equal=evidence.all_equal)
        to = "norm" if referred is None else "plan"
        made.append(
            ExpectedRegression(
                group, float(change.mean()), low, high, found.value, found.basis, small, to, found.source, found.status
            )
        )
    return tuple(made), ""


@dataclass(frozen=True, slots=True)
class _Correlation:
    value: float
    basis: str
    source: str = ""
    status: str = ""


def _correlation(asked: Asked, people: Measured, days: float) -> _Correlation | None:
    """Return the correlation of two measurements without intervention: the plan's, the comparison group's, else a retest."""
    referred = asked.use.referred
    if referred is not None:
        return _Correlation(referred.retest, "plan", referred.source, "plan")
    before, after = people.before[~people.treated], people.after[~people.treated]
    if len(before) >= _LEAST_PAIRS and before.std() > 0 and after.std() > 0:
        return _Correlation(min(max(float(np.corrcoef(before, after)[0, 1]), 0.0), 1.0), "comparison")
    chosen = choose_reliability(asked, days)
    # Also a low one: it says how much moves back, not who has changed.
    if chosen.value is None or chosen.reason not in {"", "reliability-low"}:
        return None
    return _Correlation(chosen.value, "published", chosen.source, chosen.status)


def _wilson(hits: int, n: int, level: float) -> tuple[float, float, float]:
    z, p = NormalDist().inv_cdf(0.5 + level / 2), hits / n
    middle, spread = (p + z * z / (2 * n)), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return p, (middle - spread) / (1 + z * z / n), (middle + spread) / (1 + z * z / n)


def days_between(plan: EvaluationPlan, people: Measured) -> float:
    """Return the planned days between the two occasions."""
    target = {occasion.label: occasion.target_day for occasion in plan.occasions}
    before, after = (target.get(label, 0) for label in people.occasions)
    return float(max(after - before, 1))
