"""From the invented world to the rows of each source: what is delivered when, corrected later, written untidily."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from evalkit.plan.sources import Column, Role, RowMeaning, Source
from evalkit.records.synthetic.outcomes import TrueValue
from evalkit.records.synthetic.persons import SyntheticPerson, stream
from evalkit.records.synthetic.world import World

Cell = str | int | float | date | None
NOT_ANSWERED = "\x00not answered"
"""Stands for a missing code until the column says which one."""

_MOST_STRANGER_ROWS = 4


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a source: whose, on which day, in which delivery for the first time.

    Attributes
    ----------
    facts : dict[str, Cell]
        Canonical values by role, outcome id or attribute; a column picks its own.
    wrong_first : dict[str, Cell]
        What the first delivery said instead, where the next one corrects it.
    """

    number: str
    day: date
    first: int
    facts: dict[str, Cell]
    wrong_first: dict[str, Cell]


def person_rows(world: World, delivered: date) -> list[Row]:
    """Return the staff's list as it stood on the day of a delivery: one row a person who had started."""
    known = [person for person in world.persons if person.start <= delivered]
    return [Row(person.number, person.start, 0, _person_facts(person, delivered), {}) for person in known]


def source_rows(world: World, source: Source) -> list[Row]:
    """Return the rows of a source of measurements, periods or activities, each with its first delivery."""
    if source.row is RowMeaning.MEASUREMENT:
        found = _measurements(world, source)
    elif source.row is RowMeaning.PERIOD:
        found = _periods(world, source)
    else:
        found = _activities(world, source)
    rows = [*_within_time(world, found)]
    if source.row is not RowMeaning.ACTIVITY:
        rows += _stranger_rows(world, rows)
    return sorted(_spoilt(world, source, rows), key=lambda row: (row.day, row.number, sorted(map(str, row.facts.values()))))


def _person_facts(person: SyntheticPerson, delivered: date) -> dict[str, Cell]:
    consent = {"unknown": None, "late": None if delivered < person.start + timedelta(days=120) else "yes"}.get(
        person.consent, "yes"
    )
    withdrawn = person.withdrawn if person.withdrawn is not None and person.withdrawn <= delivered else None
    facts: dict[str, Cell] = {
        "group": "treated" if person.treated else "comparison",
        "start": person.start if person.treated else None,
        "index_date": None if person.treated else person.start,
        "end": person.end if person.end is not None and person.end <= delivered else None,
        "sex": person.sex,
        "birth_date": person.birth_date,
        "cluster": person.cluster,
        "consent": "withdrawn" if withdrawn else consent,
        "withdrawn": withdrawn,
    }
    return facts | dict(person.attributes)


def _measurements(world: World, source: Source) -> Iterator[tuple[TrueValue, date, dict[str, Cell]]]:
    """Yield a row for each value of a long table, or for each person and occasion of a wide one."""
    wide = [column.outcome for column in source.with_role(Role.VALUE) if column.outcome is not None]
    measured = [outcome.id for outcome in world.plan.outcomes if outcome.instruments]
    for outcome in wide[:1] or measured:
        for value in world.values[outcome]:
            if not _delivers(source, Role.INSTRUMENT, world.instrument(value)):
                continue
            facts: dict[str, Cell] = {"date": value.day, "occasion": value.occasion, "instrument": world.instrument(value)}
            facts["value"] = facts[outcome] = value.value
            for other in wide[1:]:
                same = (v.value for v in world.values[other] if (v.person, v.occasion) == (value.person, value.occasion))
                facts[other] = next(same, None)
            yield value, value.day, facts


def _periods(world: World, source: Source) -> Iterator[tuple[TrueValue, date, dict[str, Cell]]]:
    """Yield a row a month inside the register's coverage; months of zero leave no row where the plan says so."""
    coverage = source.coverage
    for column in source.with_role(Role.VALUE):
        truth = world.truth.outcome(str(column.outcome))
        for value in world.values[str(column.outcome)]:
            last = _month_end(value.day)
            if coverage and (value.day < coverage.first or last > coverage.last):
                continue
            if value.value == 0 and coverage and coverage.zero_inside:
                continue
            cell = NOT_ANSWERED if value.day.month in truth.silent_months else value.value
            lag = coverage.lag_days if coverage else 0
            yield value, last + timedelta(days=lag), {"period": f"{value.day:%Y-%m}", truth.id: cell, "value": cell}


def _activities(world: World, source: Source) -> Iterator[tuple[TrueValue, date, dict[str, Cell]]]:
    for contact in world.contacts:
        if not _delivers(source, Role.ACTIVITY, contact.activity):
            continue
        facts: dict[str, Cell] = {"date": contact.day, "activity": contact.activity, "quantity": contact.quantity}
        facts["fidelity"] = "1" if contact.by_manual else "0"
        yield TrueValue(contact.person, contact.activity, contact.day, "", 0.0), contact.day, facts


def _delivers(source: Source, role: Role, what: str | None) -> bool:
    """Whether a source has a label for this instrument or activity, or takes any."""
    return all(not column.labels or what in column.labels.values() for column in source.with_role(role))


def _within_time(world: World, found: Iterable[tuple[TrueValue, date, dict[str, Cell]]]) -> Iterator[Row]:
    """Give each row its first delivery; nothing is delivered before it is known, or after consent was withdrawn."""
    for value, available, facts in found:
        person = world.persons[value.person]
        if person.withdrawn is not None and available > person.withdrawn:
            continue
        known = max(available, person.start)
        first = next((n for n, day in enumerate(world.truth.deliveries) if day >= known), None)
        if first is not None:
            yield Row(person.number, value.day, first, facts, {})


def _stranger_rows(world: World, rows: list[Row]) -> list[Row]:
    """Return rows of persons whom the staff's list does not know, with other persons' values."""
    models = [person.number for person in world.persons]
    found = []
    for stranger, model in zip(world.strangers, models, strict=False):
        copies = [row for row in rows if row.number == model][:_MOST_STRANGER_ROWS]
        found += [replace(row, number=stranger) for row in copies]
    return found


def _spoilt(world: World, source: Source, rows: list[Row]) -> Iterator[Row]:
    """Yield the rows with missing codes, and some that are wrong at first and corrected by the next delivery."""
    dirt, rng = world.truth.dirt, stream(world.seed, "dirt", source.id)
    last = len(world.truth.deliveries) - 1
    for row in rows:
        missing, corrected, shift = rng.random(), rng.random(), int(rng.integers(1, 4))
        keys = [_value_key(column) for column in source.with_role(Role.VALUE)]
        facts = dict(row.facts)
        if missing < dirt.missing_codes:
            facts |= {key: NOT_ANSWERED for key in keys if _has_missing_code(source, key)}
        wrong: dict[str, Cell] = {}
        if corrected < dirt.corrected_rows and row.first < last:
            wrong = {key: _shifted(world, key, row, facts[key], shift) for key in keys if isinstance(facts[key], float)}
        yield replace(row, facts=facts, wrong_first=wrong)


def _shifted(world: World, key: str, row: Row, value: Cell, steps: int) -> float:
    """Return a wrong value: some steps away, inside the outcome's range."""
    outcome = key if key != "value" else str(_outcome_of(world, row))
    truth, plan = world.truth.outcome(outcome), world.plan.outcome(outcome)
    low, high = plan.minimum, plan.maximum
    wrong = float(str(value)) + truth.step * steps
    if high is not None and wrong > high:
        wrong = float(str(value)) - truth.step * steps
    return round(wrong if low is None else max(low, wrong), 4)


def _outcome_of(world: World, row: Row) -> str | None:
    """Return which outcome the row of a long table measures: the one among its facts."""
    return next((outcome.id for outcome in world.plan.outcomes if outcome.id in row.facts), None)


def _value_key(column: Column) -> str:
    return column.outcome or "value"


def _has_missing_code(source: Source, key: str) -> bool:
    return any(column.missing for column in source.with_role(Role.VALUE) if _value_key(column) == key)


def _month_end(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
