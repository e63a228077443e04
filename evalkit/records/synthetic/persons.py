"""Invented persons: numbers reserved for testing, starts, groups, consent and who is lost on the way."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from evalkit.plan.evaluation import EvaluationPlan
from evalkit.records.synthetic.truth import Dirt, Intake, SyntheticTruth

TEST_SERIALS = range(980, 1000)
"""Last three digits before the check digit that belong to no living person: 20 a birth date, even for women."""

NEVER = 100_000
"""Days after the start: later than anything that is measured."""

Entry = tuple[date, bool, int]
"""Start, whether treated, and a tie-breaker."""


@dataclass(frozen=True, slots=True)
class SyntheticPerson:
    """One invented person. `number` has twelve digits; `lost_after` is days since start, `NEVER` for those who stay."""

    number: str
    treated: bool
    start: date
    end: date | None
    sex: str
    birth_date: date
    cluster: str
    attributes: tuple[tuple[str, str], ...]
    consent: str
    withdrawn: date | None
    lost_after: int
    has_baseline: bool

    def attribute(self, name: str) -> str:
        """Return the value of one background variable."""
        return dict(self.attributes)[name]


def stream(seed: int, *names: str) -> np.random.Generator:
    """Return the random stream of one part of one demonstration: parts do not disturb each other."""
    keys = [zlib.crc32(name.encode("utf-8")) for name in names]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *keys])))


def check_digit(nine: str) -> str:
    """Return the Luhn digit that completes nine digits (YYMMDD and serial).

    >>> check_digit("990101980")
    '7'
    """
    doubled = (int(digit) * (2 - position % 2) for position, digit in enumerate(nine))
    return str(-sum(sum(divmod(number, 10)) for number in doubled) % 10)


def reserved_number(birth_date: date, serial: int) -> str:
    """Return the twelve digits of a personal number in the test range.

    Raises
    ------
    ValueError
        If `serial` is outside the range reserved for testing.
    """
    if serial not in TEST_SERIALS:
        raise ValueError("only serials 980-999 may be used for invented persons")
    nine = f"{birth_date:%y%m%d}{serial}"
    return f"{birth_date:%Y}{nine[2:]}{check_digit(nine)}"


def draw_persons(plan: EvaluationPlan, truth: SyntheticTruth, seed: int) -> tuple[SyntheticPerson, ...]:
    """Return the invented persons in the order of their starts.

    Returns
    -------
    tuple[SyntheticPerson, ...]
        As many treated and comparison persons as `truth.intake` says, with distinct numbers.
    """
    rng = stream(seed, "persons")
    slots = sorted(slot for intake in truth.intake for slot in _slots(intake, rng))
    special = _special(slots, truth.dirt, rng)
    taken: set[str] = set()
    return tuple(_person(plan, truth, slot, special=special.get(n, ""), taken=taken, rng=rng) for n, slot in enumerate(slots))


def draw_strangers(plan: EvaluationPlan, truth: SyntheticTruth, seed: int, known: Sequence[SyntheticPerson]) -> tuple[str, ...]:
    """Return numbers of persons who stand in other sources but not in the list of persons."""
    rng = stream(seed, "strangers")
    taken = {person.number for person in known}
    return tuple(_number(plan, truth.intake[0].first, "woman", taken, rng)[0] for _ in range(truth.dirt.unmatched_persons))


def _slots(intake: Intake, rng: np.random.Generator) -> list[Entry]:
    """Return the persons of one intake; starts are working days."""
    groups = [True] * intake.treated + [False] * intake.comparison
    days = rng.integers(0, (intake.last - intake.first).days + 1, size=len(groups))
    starts = [_working_day(intake.first + timedelta(days=int(day)), intake.first) for day in days]
    return [(start, group, n) for n, (start, group) in enumerate(zip(starts, groups, strict=True))]


def _working_day(day: date, first: date) -> date:
    earlier = day - timedelta(days=max(0, day.weekday() - 4))
    return earlier if earlier >= first else day


def _special(slots: Sequence[Entry], dirt: Dirt, rng: np.random.Generator) -> dict[int, str]:
    """Return which persons carry which piece of dirt; nobody carries two."""
    kinds = ["unknown"] * dirt.consent_unknown + ["late"] * dirt.consent_late
    kinds += ["withdrawn"] * dirt.withdrawn + ["no_baseline"] * dirt.no_baseline
    chosen = rng.choice(len(slots), size=len(kinds), replace=False)
    return {int(person): kind for person, kind in zip(chosen, kinds, strict=True)}


def _person(
    plan: EvaluationPlan,
    truth: SyntheticTruth,
    slot: Entry,
    *,
    special: str,
    taken: set[str],
    rng: np.random.Generator,
) -> SyntheticPerson:
    start, treated, _ = slot
    sex = "woman" if rng.random() < truth.share_women else "man"
    number, birth_date = _number(plan, start, sex, taken, rng)
    attributes = tuple((name, str(_choice(list(shares), list(shares.values()), rng))) for name, shares in truth.attributes.items())
    lost = rng.random() < (truth.attrition.treated if treated else truth.attrition.comparison)
    last = max((occasion.day_from for occasion in plan.occasions), default=0)
    lost_after = int(rng.integers(30, max(last, 31))) if lost else NEVER
    withdrawn = start + timedelta(days=int(rng.integers(60, 150)))
    end = start + timedelta(days=min(lost_after, int(rng.integers(330, 420)))) if treated else None
    return SyntheticPerson(
        number=number,
        treated=treated,
        start=start,
        end=end,
        sex=sex,
        birth_date=birth_date,
        cluster=_cluster(truth, treated, rng),
        attributes=attributes,
        consent=special if special in {"unknown", "late", "withdrawn"} else "yes",
        withdrawn=withdrawn if special == "withdrawn" else None,
        lost_after=lost_after,
        has_baseline=special != "no_baseline",
    )


def _number(plan: EvaluationPlan, start: date, sex: str, taken: set[str], rng: np.random.Generator) -> tuple[str, date]:
    """Draw an unused number; the age lies inside the plan's target group from two months before `start`."""
    youngest, oldest = plan.target_group.age_from or 18, plan.target_group.age_to or 65
    while True:
        age_in_days = rng.integers(int(youngest * 365.25) + 62, int((oldest + 1) * 365.25) - 30)
        birth_date = start - timedelta(days=int(age_in_days))
        serial = int(rng.choice([s for s in TEST_SERIALS if (s % 2 == 0) == (sex == "woman")]))
        number = reserved_number(birth_date, serial)
        if number not in taken:
            taken.add(number)
            return number, birth_date


def _cluster(truth: SyntheticTruth, treated: bool, rng: np.random.Generator) -> str:
    if truth.clusters is None:
        return ""
    names = truth.clusters.treated if treated else truth.clusters.comparison
    return names[int(rng.integers(len(names)))]


def _choice(values: Sequence[str], shares: Sequence[float], rng: np.random.Generator) -> str:
    total = np.cumsum(np.asarray(shares) / sum(shares))
    return values[min(int(np.searchsorted(total, rng.random(), side="right")), len(values) - 1)]
