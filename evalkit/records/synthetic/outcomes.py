"""Invented values: a known mean path and a known effect, persons who stay themselves, clusters that share their luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from evalkit.plan.evaluation import EvaluationPlan, Occasion
from evalkit.records.synthetic.persons import SyntheticPerson, stream
from evalkit.records.synthetic.truth import OutcomeTruth, SyntheticTruth

_WIDEST_JITTER = 20


@dataclass(frozen=True, slots=True)
class Slot:
    """One value to be drawn: whose, when, how many days after the start, at which occasion (empty between them)."""

    person: int
    day: date
    since: int
    occasion: str


@dataclass(frozen=True, slots=True)
class TrueValue:
    """One value without dirt, in outcome units; `person` counts in the order of `draw_persons`."""

    person: int
    outcome: str
    day: date
    occasion: str
    value: float


def draw_measurements(
    plan: EvaluationPlan, truth: OutcomeTruth, persons: Sequence[SyntheticPerson], seed: int
) -> tuple[TrueValue, ...]:
    """Return one outcome's values at the plan's occasions, for all who are still there."""
    rng = stream(seed, "measurements", truth.id)
    slots = [
        _at_occasion(number, person.start, occasion, rng)
        for number, person in enumerate(persons)
        for occasion in plan.occasions
        if _is_there(person, occasion) and _concerns(truth, person)
    ]
    return _true_values(plan, truth, persons, slots, rng)


def draw_months(plan: EvaluationPlan, truth: OutcomeTruth, persons: Sequence[SyntheticPerson], seed: int) -> tuple[TrueValue, ...]:
    """Return one outcome's values by month (its first day); registers see also those who were lost to the staff.

    Months that fall to `truth.share_zero` get the value 0.0.
    """
    rng = stream(seed, "months", truth.id)
    slots = [
        _in_month(number, person.start, month, plan.occasions)
        for number, person in enumerate(persons)
        if _concerns(truth, person)
        for month in _months(person.start, truth.months_before, truth.months_after)
    ]
    values = _true_values(plan, truth, persons, slots, rng)
    zero = rng.random(len(values)) < truth.share_zero
    return tuple(
        TrueValue(v.person, v.outcome, v.day, v.occasion, 0.0 if none else v.value) for v, none in zip(values, zero, strict=True)
    )


def path(occasions: Sequence[Occasion], changes: Mapping[str, float], day: int) -> float:
    """Return a change since baseline at `day` days after start: flat inside each window, straight lines between them."""
    before = [occasion.day_to for occasion in occasions if occasion.role == "before"]
    after = sorted((o for o in occasions if o.role == "after"), key=lambda occasion: occasion.day_from)
    points = [(float(max(before, default=0)), 0.0)]
    for occasion in after:
        points += [
            (float(occasion.day_from), changes.get(occasion.id, 0.0)),
            (float(occasion.day_to), changes.get(occasion.id, 0.0)),
        ]
    return float(np.interp(day, [at for at, _ in points], [change for _, change in points]))


def _true_values(
    plan: EvaluationPlan, truth: OutcomeTruth, persons: Sequence[SyntheticPerson], slots: Sequence[Slot], rng: np.random.Generator
) -> tuple[TrueValue, ...]:
    expected = np.array([_expected(plan, truth, persons[slot.person], slot.since) for slot in slots])
    draw = _normal if truth.shape == "normal" else _positive
    raw = draw(truth, expected, persons, slots, rng)
    low, high = _bounds(plan, truth)
    values = np.clip(np.round(raw / truth.step) * truth.step, low, high)
    return tuple(TrueValue(s.person, truth.id, s.day, s.occasion, round(float(v), 4)) for s, v in zip(slots, values, strict=True))


def _expected(plan: EvaluationPlan, truth: OutcomeTruth, person: SyntheticPerson, since: int) -> float:
    mean = truth.mean + path(plan.occasions, truth.trend, since)
    if person.treated:
        mean += truth.group_difference + path(plan.occasions, truth.effect, since)
    return mean


def _normal(
    truth: OutcomeTruth,
    expected: NDArray[np.float64],
    persons: Sequence[SyntheticPerson],
    slots: Sequence[Slot],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Add what lasts in a person and a cluster, and what passes in them, so that the shares of variance are the declared."""
    clusters = sorted({person.cluster for person in persons})
    moments = sorted({slot.occasion for slot in slots})
    lasting = rng.standard_normal(len(persons))
    cluster_lasting = rng.standard_normal(len(clusters))
    cluster_passing = rng.standard_normal((len(clusters), len(moments)))
    passing = rng.standard_normal(len(slots))
    who = np.array([slot.person for slot in slots])
    where = np.array([clusters.index(persons[slot.person].cluster) for slot in slots])
    when = np.array([moments.index(slot.occasion) for slot in slots])
    deviation = (
        np.sqrt(truth.retest - truth.icc) * lasting[who]
        + np.sqrt(truth.icc) * cluster_lasting[where]
        + np.sqrt(truth.icc_change) * cluster_passing[where, when]
        + np.sqrt(1 - truth.retest - truth.icc_change) * passing
    )
    return np.asarray(expected + truth.sd * deviation, dtype=np.float64)


def _positive(
    truth: OutcomeTruth,
    expected: NDArray[np.float64],
    persons: Sequence[SyntheticPerson],
    slots: Sequence[Slot],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Multiply the mean by a person's and a moment's factor, each gamma with mean one; zeros are made up for by the rest."""
    spread = (truth.sd / truth.mean) ** 2
    lasting = truth.retest * spread
    passing = (1 + spread) / (1 + lasting) - 1
    who = np.array([slot.person for slot in slots])
    person_factor = rng.gamma(1 / lasting, lasting, size=len(persons))[who]
    moment_factor = rng.gamma(1 / passing, passing, size=len(slots))
    return np.asarray(expected / (1 - truth.share_zero) * person_factor * moment_factor, dtype=np.float64)


def _bounds(plan: EvaluationPlan, truth: OutcomeTruth) -> tuple[float, float]:
    outcome = plan.outcome(truth.id)
    low = -np.inf if outcome.minimum is None else outcome.minimum
    high = np.inf if outcome.maximum is None else outcome.maximum
    return float(low), float(high)


def _concerns(truth: OutcomeTruth, person: SyntheticPerson) -> bool:
    return all(person.attribute(name) in values for name, values in truth.only_where.items())


def _is_there(person: SyntheticPerson, occasion: Occasion) -> bool:
    if occasion.role == "before":
        return person.has_baseline
    return occasion.target_day < person.lost_after


def _at_occasion(person: int, start: date, occasion: Occasion, rng: np.random.Generator) -> Slot:
    """Return a working day near the occasion's target, inside its window."""
    room = min(occasion.target_day - occasion.day_from, occasion.day_to - occasion.target_day) - 2
    width = max(0, min(_WIDEST_JITTER, room))
    day = start + timedelta(days=occasion.target_day + int(rng.integers(-width, width + 1)))
    day -= timedelta(days=max(0, day.weekday() - 4))
    return Slot(person, day, (day - start).days, occasion.id)


def _in_month(person: int, start: date, month: date, occasions: Sequence[Occasion]) -> Slot:
    """Return a month, counted from its middle."""
    since = (month - start).days + 15
    occasion = next((o.id for o in occasions if o.day_from <= since <= o.day_to), "")
    return Slot(person, month, since, occasion)


def _months(start: date, before: int, after: int) -> list[date]:
    first = start.year * 12 + start.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(first - before, first + after + 1)]


def draw_outcomes(
    plan: EvaluationPlan, truth: SyntheticTruth, persons: Sequence[SyntheticPerson], seed: int
) -> dict[str, tuple[TrueValue, ...]]:
    """Return every outcome's values without dirt: by occasion where an instrument measures it, else by month."""
    return {
        outcome.id: (draw_measurements if outcome.instruments else draw_months)(plan, truth.outcome(outcome.id), persons, seed)
        for outcome in plan.outcomes
    }
