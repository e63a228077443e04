"""A lottery declared before it is drawn, answered as its evaluation will be: ANCOVA with its blocks, CR2, and the route of offers.

Each batch of draws is a new lottery: new first measurements, new losses, new arms inside the blocks. What the blocks and the first
measurement say of the outcome is regressed out exactly, so only the rest is drawn (`evalkit.methods.power.offer_kernels`).
docs/METHODS.md#diagnosis.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from evalkit.errors import EstimationError
from evalkit.methods.experiment.itt import experiment_columns
from evalkit.methods.experiment.offer import ROUTES, OfferTests
from evalkit.methods.experiment.offer_route import LEAST, Offer, measure_offer
from evalkit.methods.inference.unit_tests import UnitTest
from evalkit.methods.power.offer_kernels import ClusterKernel, DrawnOffer, Kernel, PersonKernel
from evalkit.methods.power.refusals import check_icc, check_share, refuse

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
Codes = NDArray[np.intp]

MOST_PERSONS = 1_500
"""More persons than this are not simulated as rows: the forms of one lottery grow as the square of their number."""
MOST_LOTTERIES = 200
"""Lotteries among which the draws are divided: many of few units, whose lotteries differ more, and few of many."""
CHUNK = 1 << 21


@dataclass(frozen=True, slots=True)
class OfferStudy:
    """A lottery of persons, inside blocks or of whole clusters, followed up once; outcomes have SD 1.

    Attributes
    ----------
    sizes : tuple[int, ...]
        Persons in each block, or in each cluster.
    clustered : bool
        Whether `sizes` are clusters that are drawn whole, instead of blocks inside which persons are drawn.
    share : float
        Drawn to the intervention: of each block's persons, or of the clusters.
    effect : float
        Effect on those who get the intervention, in SD.
    baseline : float
        Correlation between the first measurement and the decisive one.
    icc, r2_between : float
        Likeness inside clusters, and what the first measurement explains between them; 0 for persons.
    take_up, take_up_comparison, attrition : float
        As in `evalkit.methods.power.declare.Declared`.
    route : str
        A key of `evalkit.methods.experiment.offer.ROUTES`.
    """

    sizes: tuple[int, ...]
    share: float
    effect: float
    clustered: bool = False
    baseline: float = 0.0
    icc: float = 0.0
    r2_between: float = 0.0
    take_up: float = 1.0
    take_up_comparison: float = 0.0
    attrition: float = 0.0
    route: str = "cr2"

    def __post_init__(self) -> None:
        check_icc(self.icc)
        for name, value in (("bortfallet", self.attrition), ("andelen som tar del", self.take_up)):
            check_share(name, value)
        if self.route not in ROUTES:
            raise refuse("ANSWER", f"okänt sätt att räkna; välj {', '.join(ROUTES)}")
        if sum(self.sizes) > MOST_PERSONS:
            raise refuse("LARGE", f"fler än {MOST_PERSONS} personer simuleras inte rad för rad; räkningen gäller")
        drawn = round(self.share * len(self.sizes)) if self.clustered else min(round(self.share * n) for n in self.sizes)
        units = len(self.sizes) if self.clustered else min(self.sizes)
        if not 0 < drawn < units:
            raise refuse("ARMS", "någon måste lottas till och någon från i varje block; slå samman block eller ändra andelen")

    @property
    def estimand(self) -> float:
        """The inquiry: the mean effect of being offered the intervention."""
        return self.effect * (self.take_up - self.take_up_comparison)

    def rows_at_once(self, draws: int) -> int:
        """Return how many outcomes share a lottery."""
        n = sum(self.sizes)
        # A lottery's chance imbalance moves its power by about 0.8/units: together less than half of the Monte Carlo error.
        wanted = 20_000 // len(self.sizes) ** 2 if self.clustered else 180_000 // n**2
        lotteries = min(MOST_LOTTERIES, max(25 if n <= 800 else 10, wanted))
        return max(1, min(CHUNK // n, -(-draws // lotteries)))

    def answered(self, samples: int, seeds: np.random.SeedSequence) -> tuple[tuple[UnitTest, ...], tuple[UnitTest, ...]]:
        """Draw one lottery and make the study `samples` times on it; return the route's tests, and those without any effect."""
        rng = np.random.Generator(np.random.SFC64(seeds))
        kernel: Kernel = (ClusterKernel if self.clustered else PersonKernel).of(self.lottery(rng), self.icc, self.r2_between)
        noise = kernel.noise(samples, rng, np.sqrt((1 - self.icc) * (1 - self.baseline**2)))
        silent = kernel.tests(noise)
        if self.whole:
            shift = self.effect * (self.take_up - self.take_up_comparison)
            # The arm is a regressor: an effect that is the same for all of it moves the estimate and no residual.
            found = replace(silent, estimate=silent.estimate + shift)
        else:
            found = kernel.tests(kernel.with_effect(noise, self.effect * self._took(kernel.arm, samples, rng)))
        return self._route(found, kernel.df), self._route(silent, kernel.df)

    @property
    def whole(self) -> bool:
        """Whether everybody in an arm gets the same."""
        return {self.take_up, self.take_up_comparison} <= {0.0, 1.0}

    def _took(self, arm: Bools, samples: int, rng: np.random.Generator) -> Array:
        return np.asarray(rng.random((samples, len(arm))) < np.where(arm, self.take_up, self.take_up_comparison), dtype=np.float64)

    def _route(self, tests: OfferTests, df: float) -> tuple[UnitTest, ...]:
        parts = tests.parts(df)
        return tuple(UnitTest(tests.estimate, np.sqrt(parts[name][0]), parts[name][1]) for name in ROUTES[self.route])

    def lottery(self, rng: np.random.Generator) -> DrawnOffer:
        """Return one lottery of those who are measured at the end; those lost by chance leave before."""
        place = np.repeat(np.arange(len(self.sizes)), self.sizes)
        arm = self._draw(place, rng)
        stays = _stays(place if self.clustered else arm.astype(np.intp), self.attrition, rng)
        place, arm = place[stays], arm[stays]
        first = self._first(place, rng)
        columns = experiment_columns(arm, baseline=first, block=None if self.clustered else place)
        group = place if self.clustered else np.arange(len(arm))
        return DrawnOffer(columns, arm, group)

    def _draw(self, place: Codes, rng: np.random.Generator) -> Bools:
        if self.clustered:
            chosen = rng.permutation(len(self.sizes))[: round(self.share * len(self.sizes))]
            return np.isin(place, chosen)
        arm = np.zeros(len(place), dtype=np.bool_)
        start, owed = 0, 0.0
        for size in self.sizes:
            owed += self.share * size
            # What does not divide evenly in one block is made up for in the next.
            n = min(max(round(owed), 1), size - 1)
            owed -= n
            arm[start + rng.permutation(size)[:n]] = True
            start += size
        return arm

    def _first(self, place: Codes, rng: np.random.Generator) -> Array:
        """Return first measurements: of clusters with as much between them as makes one slope right for both parts."""
        inside = np.sqrt(1 - self.icc) * rng.standard_normal(len(place))
        if not (self.icc and self.r2_between and self.baseline):
            return np.asarray(inside)
        between = np.sqrt(self.icc * self.r2_between) / self.baseline
        return np.asarray(inside + between * rng.standard_normal(len(self.sizes))[place])


def route_of(study: OfferStudy, seed: int) -> str | None:
    """Return the route that the evaluation would choose on one lottery of the study; None where none holds."""
    drawn = study.lottery(np.random.Generator(np.random.SFC64(np.random.SeedSequence([seed]))))
    try:
        offer = Offer.of(drawn.columns, drawn.arm, drawn.group)
        if offer.fewest < LEAST:
            return None
        measured = measure_offer(offer, seed)
    except EstimationError:
        return None
    return None if measured is None or measured.chosen is None else measured.chosen.name


def blocks_of(persons: int, blocks: int) -> tuple[int, ...]:
    """Return block sizes as alike as they can be."""
    return tuple(persons // blocks + (i < persons % blocks) for i in range(blocks))


def _stays(side: Codes, attrition: float, rng: np.random.Generator) -> Bools:
    """Return who is measured at the end: the same share of each arm, or of each cluster, by chance; at least one."""
    stays = np.zeros(len(side), dtype=np.bool_)
    for one in np.unique(side):
        rows = np.flatnonzero(side == one)
        stays[rng.permutation(rows)[: max(1, round(len(rows) * (1 - attrition)))]] = True
    return stays
