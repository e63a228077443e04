"""One invented world: everything that is true in a demonstration, before anybody writes it down badly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.instrument_use import InstrumentUse
from evalkit.records.synthetic.outcomes import TrueValue, draw_outcomes
from evalkit.records.synthetic.persons import NEVER, SyntheticPerson, draw_persons, draw_strangers, stream
from evalkit.records.synthetic.truth import ActivityTruth, EditionChange, SyntheticTruth


@dataclass(frozen=True, slots=True)
class Contact:
    """One documented contact of one person."""

    person: int
    activity: str
    day: date
    quantity: int
    by_manual: bool


@dataclass(frozen=True, slots=True)
class World:
    """All that is true in one demonstration.

    Attributes
    ----------
    strangers : tuple[str, ...]
        Numbers that stand in other sources but not in the list of persons.
    values : dict[str, tuple[TrueValue, ...]]
        Outcome -> its values without dirt.
    other_editions : dict[tuple[str, int], str]
        Outcome and person -> the instrument that measured the last occasion instead of the usual one.
    """

    plan: EvaluationPlan
    truth: SyntheticTruth
    seed: int
    persons: tuple[SyntheticPerson, ...]
    strangers: tuple[str, ...]
    values: dict[str, tuple[TrueValue, ...]]
    contacts: tuple[Contact, ...]
    other_editions: dict[tuple[str, int], str]

    def instrument(self, value: TrueValue) -> str | None:
        """Return the instrument that measured a value; None for what a register counts."""
        other = self.other_editions.get((value.outcome, value.person))
        if other is not None and value.occasion == _last_occasion(self.plan):
            return other
        person = self.persons[value.person]
        age = (value.day - person.birth_date).days / 365.25
        return next((use.instrument for use in self.plan.outcome(value.outcome).instruments if _suits(use, age)), None)


def create_world(plan: EvaluationPlan, truth: SyntheticTruth, seed: int) -> World:
    """Return the world of one demonstration; the same for the same plan, truth and seed."""
    persons = draw_persons(plan, truth, seed)
    values = draw_outcomes(plan, truth, persons, seed)
    days = {activity.id: activity.within_days for activity in plan.activities}
    contacts = tuple(c for activity in truth.activities for c in _contacts(activity, days[activity.id], persons, seed))
    editions: dict[tuple[str, int], str] = {}
    for change in truth.dirt.edition_changes:
        editions |= _other_editions(change, plan, persons, values[change.outcome], seed)
    return World(
        plan=plan,
        truth=truth,
        seed=seed,
        persons=persons,
        strangers=draw_strangers(plan, truth, seed, persons),
        values=values,
        contacts=contacts,
        other_editions=editions,
    )


def _contacts(activity: ActivityTruth, within: int, persons: Sequence[SyntheticPerson], seed: int) -> list[Contact]:
    """Return the contacts of the treated within the plan's days; who leaves early gets correspondingly fewer."""
    rng = stream(seed, "activity", activity.id)
    contacts = []
    for number, person in enumerate(persons):
        if not person.treated:
            continue
        share = min(person.lost_after, within) / within
        wanted = round((activity.mean_per_person + activity.sd * float(rng.standard_normal())) * share)
        days = _working_days(person.start, int(within * share))
        chosen = rng.choice(len(days), size=min(max(wanted, 1), len(days)), replace=False)
        by_manual = rng.random(len(chosen)) < activity.share_by_manual
        contacts += [
            Contact(number, activity.id, days[int(place)], 1, bool(right))
            for place, right in zip(np.sort(chosen), by_manual, strict=True)
        ]
    return contacts


def _working_days(start: date, length: int) -> list[date]:
    days = (start + timedelta(days=since) for since in range(3, max(10, length)))
    return [day for day in days if day.weekday() < 5]


def _other_editions(
    change: EditionChange, plan: EvaluationPlan, persons: Sequence[SyntheticPerson], values: Sequence[TrueValue], seed: int
) -> dict[tuple[str, int], str]:
    """Choose pairs, measured at the first and the last occasion, whose last edition was another."""
    rng = stream(seed, "editions", change.outcome)
    first, last = plan.occasions[0].id, _last_occasion(plan)
    measured = {(value.person, value.occasion) for value in values}
    pairs = [n for n, person in enumerate(persons) if {(n, first), (n, last)} <= measured and person.consent == "yes"]
    chosen: dict[tuple[str, int], str] = {}
    for treated, wanted in ((True, change.treated), (False, change.comparison)):
        group = [n for n in pairs if persons[n].treated is treated and persons[n].lost_after == NEVER]
        for person in sorted(rng.choice(group, size=wanted, replace=False)):
            chosen[change.outcome, int(person)] = change.instrument
    return chosen


def _last_occasion(plan: EvaluationPlan) -> str:
    return max(plan.occasions, key=lambda occasion: occasion.target_day).id


def _suits(use: InstrumentUse, age: float) -> bool:
    return (use.age_from is None or age >= use.age_from) and (use.age_to is None or age < use.age_to + 1)
