"""A study declared before it is made: model, inquiry, data strategy, answer strategy.

The vocabulary is DeclareDesign's (Blair, Coppock and Humphreys 2023). The answer strategy is a route of the evaluation itself: the
same functions, with the same arguments, that will give the p-value that is printed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from evalkit.methods.inference.unit_tests import UnitTest, hall, student
from evalkit.methods.power.cluster_tests import cr2_persons
from evalkit.methods.power.refusals import check_count, check_icc, check_share, refuse
from evalkit.methods.power.sufficient import SUMMARISED, draw_arm, route_tests
from evalkit.methods.validity.designs import COMPONENTS

Array = NDArray[np.float64]
Tests = tuple[Callable[[Array, int], UnitTest], ...]

ANSWERS: dict[str, Tests] = {name: tests for name, tests in COMPONENTS.items() if not {student, hall} & set(tests)}
"""The router's routes for two groups."""
CHUNK = 1 << 17
"""Numbers drawn at a time: they stay in the processor's cache."""
CR2 = "cr2"
"""Persons as rows, standard errors clustered: CR2 with Satterthwaite's degrees of freedom."""


@dataclass(frozen=True, slots=True)
class Declared:
    """Two groups followed up once. Outcomes (changes, residuals) are normal with SD 1 before the intervention.

    Attributes
    ----------
    treated, comparison : int
        Persons drawn into each arm; clusters where `sizes` are given.
    effect : float
        Effect on those who get the intervention, in SD.
    sizes : tuple[int, ...]
        Persons in each cluster as drawn, treated clusters first; empty where persons are drawn.
    icc : float
        Intraclass correlation; 0 where persons are drawn.
    take_up, take_up_comparison : float
        Share of each arm that gets the intervention, decided by chance.
    attrition, attrition_comparison : float
        Share of each arm that is not measured at the end; of clusters, of their persons.
    selective : float
        Correlation, 0–1, between the outcome and being lost: at 1 those with the lowest outcome are lost. Persons only.
    spread : float
        SD of the treated over that of the comparison.
    answer : str
        A key of `ANSWERS`, or ``cr2`` for clusters.
    """

    treated: int
    comparison: int
    effect: float
    sizes: tuple[int, ...] = ()
    icc: float = 0.0
    take_up: float = 1.0
    take_up_comparison: float = 0.0
    attrition: float = 0.0
    attrition_comparison: float = 0.0
    selective: float = 0.0
    spread: float = 1.0
    answer: str = "welch"

    def __post_init__(self) -> None:
        for name, value in (
            ("andelen som tar del", self.take_up),
            ("andelen i jämförelsegruppen som får insatsen", self.take_up_comparison),
            ("bortfallet", self.attrition),
            ("bortfallet i jämförelsegruppen", self.attrition_comparison),
            ("bortfallets samband med utfallet", self.selective),
        ):
            check_share(name, value)
        check_icc(self.icc)
        check_count("spridning", self.spread, 1e-9)
        self._check_answer()
        if min(self.left) < 2:
            raise refuse("SMALL", "minst två enheter måste vara kvar i varje grupp; dra fler eller räkna med mindre bortfall")

    def _check_answer(self) -> None:
        if self.sizes and len(self.sizes) != self.treated + self.comparison:
            raise refuse("ARMS", "lika många klusterstorlekar som kluster behövs, de med insats först")
        if self.sizes and self.selective:
            raise refuse("ANSWER", "bortfall som hänger ihop med utfallet simuleras bara där personer lottas")
        known = ", ".join([*ANSWERS, CR2])
        if self.answer not in ANSWERS and not (self.answer == CR2 and self.sizes):
            raise refuse("ANSWER", f"okänt eller omöjligt sätt att räkna; välj {known} (cr2 bara för kluster)")
        if self.icc and not self.sizes:
            raise refuse("ICC", "ICC gäller kluster: ange hur många personer varje kluster har")

    @property
    def estimand(self) -> float:
        """The inquiry: the mean effect of being offered the intervention."""
        return self.effect * (self.take_up - self.take_up_comparison)

    @property
    def left(self) -> tuple[int, int]:
        """Units measured at the end in each arm: persons, or clusters (of which none is lost)."""
        if self.sizes:
            return self.treated, self.comparison
        kept = (self.treated * (1 - self.attrition), self.comparison * (1 - self.attrition_comparison))
        return round(kept[0]), round(kept[1])

    @property
    def sizes_left(self) -> Array:
        """Persons measured in each cluster, at least one."""
        kept = np.repeat([1 - self.attrition, 1 - self.attrition_comparison], [self.treated, self.comparison])
        return np.asarray(np.maximum(1.0, np.round(np.array(self.sizes) * kept)))

    def with_effect(self, effect: float) -> Declared:
        """Return the same study with another true effect."""
        return replace(self, effect=effect)

    @property
    def summarised(self) -> bool:
        """Whether means and variances are all that the tests use: persons, normal outcomes, everybody in an arm treated alike."""
        alike = {self.take_up, self.take_up_comparison} <= {0.0, 1.0}
        return alike and not self.sizes and not self.selective and self.answer in SUMMARISED

    def rows_at_once(self, draws: int) -> int:
        """Return how many samples are made at a time."""
        del draws
        return max(1, CHUNK // (4 if self.summarised else self.treated + self.comparison))

    def answered(self, samples: int, seeds: np.random.SeedSequence) -> tuple[tuple[UnitTest, ...], tuple[UnitTest, ...]]:
        """Make the study `samples` times with the effect and without, on the same random numbers; return the tests of both."""
        found = self.answer_draws(samples, np.random.Generator(np.random.SFC64(seeds)))
        if self.effect == 0:
            return found, found
        return found, self.with_effect(0.0).answer_draws(samples, np.random.Generator(np.random.SFC64(seeds)))

    def answer_draws(self, samples: int, rng: np.random.Generator) -> tuple[UnitTest, ...]:
        """Make the study `samples` times and return its tests; all must reject."""
        if not self.summarised:
            return self.tests(self.draw(samples, rng))
        treated = draw_arm(self.left[0], self.effect * self.take_up, self.spread, samples, rng)
        comparison = draw_arm(self.left[1], self.effect * self.take_up_comparison, 1.0, samples, rng)
        return route_tests(self.answer, treated, comparison)

    def draw(self, samples: int, rng: np.random.Generator) -> Array:
        """Return outcomes of those measured at the end, shape (samples, units), treated first; clusters as their means."""
        return self._clusters(samples, rng) if self.sizes else self._persons(samples, rng)

    def tests(self, values: Array) -> tuple[UnitTest, ...]:
        """Return the answer strategy's tests of drawn outcomes; all must reject."""
        if self.answer == CR2:
            return (cr2_persons(values, self.treated, self.sizes_left),)
        return tuple(test(values, self.left[0]) for test in ANSWERS[self.answer])

    def _persons(self, samples: int, rng: np.random.Generator) -> Array:
        # Loss by chance leaves exchangeable persons: those who are lost need not be drawn.
        drawn = (self.treated, self.comparison) if self.selective else self.left
        values = rng.standard_normal((samples, sum(drawn)))
        if self.spread != 1:
            values[:, : drawn[0]] *= self.spread
        self._give(values, drawn[0], rng)
        if not self.selective:
            return values
        arms = zip(np.split(values, [drawn[0]], axis=1), self.left, strict=True)
        return np.concatenate([_keep_high(arm, kept, self.selective, rng) for arm, kept in arms], axis=1)

    def _give(self, values: Array, treated: int, rng: np.random.Generator) -> None:
        if self.take_up == 1:
            values[:, :treated] += self.effect
        elif self.take_up:
            values[:, :treated] += self.effect * (rng.random((len(values), treated)) < self.take_up)
        if self.take_up_comparison:
            others = values.shape[1] - treated
            values[:, treated:] += self.effect * (rng.random((len(values), others)) < self.take_up_comparison)

    def _clusters(self, samples: int, rng: np.random.Generator) -> Array:
        # Means are all that the tests use, so one normal a cluster is exact.
        sizes = self.sizes_left
        values = rng.standard_normal((samples, len(sizes))) * np.sqrt(self.icc + (1 - self.icc) / sizes)
        values[:, : self.treated] *= self.spread
        shares = np.repeat([self.take_up, self.take_up_comparison], [self.treated, self.comparison])
        if np.all((shares == 0) | (shares == 1)):
            return np.asarray(values + self.effect * shares)
        return np.asarray(values + self.effect * rng.binomial(sizes.astype(int), shares, values.shape) / sizes)


def _keep_high(values: Array, kept: int, selective: float, rng: np.random.Generator) -> Array:
    """Return the `kept` of each row whose outcome, mixed with chance, is highest."""
    staying = selective * values + np.sqrt(1 - selective**2) * rng.standard_normal(values.shape)
    order = np.argsort(-staying, axis=1)[:, :kept]
    return np.take_along_axis(values, order, axis=1)
