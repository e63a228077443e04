"""Count false alarms: every candidate on the same simulated samples, in every declared case, with a seed from the plan."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from evalkit.methods.validity.nuisances import Array, Nuisance

Bools = NDArray[np.bool_]

ALPHA = 0.05
TOLERATED = 0.055
"""A route may reject a true null in at most this share, and one Monte Carlo standard error, in the worst declared case."""
NEAR_BEST = 0.01
"""Among routes that hold, the first in the list whose power is within this of the best one's."""
CHUNK = 2_000_000
FEW_DRAWS, IF_NEAR = 2_000, 6_000
"""Samples in each case of a large design, and in those of its cases that so few leave undecided (`_undecided`)."""
DOUBT = 2.0
"""Monte Carlo standard errors over the limit within which a measured rate may still hold."""


class Design(Protocol):
    """Facts of a design that are known before any outcome is read. Frozen and hashable: it is the key of the cache."""

    def __hash__(self) -> int:
        """Return a hash of the facts."""
        ...

    @property
    def kind(self) -> str:
        """Key of the table of candidates."""
        ...

    @property
    def n_values(self) -> int:
        """Numbers in one simulated sample."""
        ...

    @property
    def nuisances(self) -> tuple[Nuisance, ...]:
        """The declared cases; the first is the one in which power is compared."""
        ...

    @property
    def ordinary_call(self) -> str:
        """Name of the ordinary call: ``ols``, ``paired-t``, `evalkit.findings.validity.ORDINARY_CLUSTER` …."""
        ...

    def draw(self, nuisance: Nuisance, samples: int, rng: np.random.Generator) -> Array:
        """Return simulated samples without effect, first axis `samples`."""
        ...

    def with_effect(self, values: Array) -> Array:
        """Return the samples with an effect of 2.8 standard errors for the treated."""
        ...

    def ordinary(self, values: Array) -> Bools:
        """Return whether the ordinary call of a statistics package rejects at 5 %."""
        ...


Rejects = Callable[[Array, Design], Bools]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A route that may be taken.

    Attributes
    ----------
    parts : tuple[Rejects, ...]
        Tests that must all reject: functions from samples and design to whether p ≤ `ALPHA`, shape (samples,). A part that several
        candidates share is computed once.
    applies : Callable[[Design], bool]
        Whether a design is large enough to compute it.
    """

    name: str
    parts: tuple[Rejects, ...]
    applies: Callable[[Design], bool]

    def rejects(self, values: Array, design: Design) -> Bools:
        """Return whether every part rejects, for each sample."""
        return np.asarray(np.all([part(values, design) for part in self.parts], axis=0))


@dataclass(frozen=True, slots=True)
class Measured:
    """What one candidate did: share of true nulls rejected in each declared case, and its power in the first one."""

    name: str
    rates: tuple[float, ...]
    power: float

    @property
    def worst(self) -> float:
        """The largest rate."""
        return max(self.rates)


@dataclass(frozen=True, slots=True)
class Measurement:
    """All candidates on one design; `chosen` is None where none holds.

    Attributes
    ----------
    ordinary : tuple[float, ...]
        Rates of the ordinary call, on the same samples.
    draws : int
        Samples in each case, at least.
    drawn : tuple[int, ...]
        Samples in each case where some got more; empty where all have `draws`.
    """

    nuisances: tuple[Nuisance, ...]
    measured: tuple[Measured, ...]
    ordinary: tuple[float, ...]
    ordinary_call: str
    chosen: Measured | None
    draws: int
    seed: int
    drawn: tuple[int, ...] = ()

    @property
    def limit(self) -> float:
        """The largest rate that is let through."""
        return limit(max((self.draws, *self.drawn)))

    def mcse(self, rate: float, case: int) -> float:
        """Return the Monte Carlo standard error of a rate in one of the cases."""
        return mcse(rate, self.drawn[case] if self.drawn else self.draws)


_DRAWS: ContextVar[int] = ContextVar("draws", default=0)
_CANDIDATES: dict[str, list[Candidate]] = {}


def register_route(kind: str, candidate: Candidate) -> None:
    """Add a candidate to the designs of a kind, last in its list; a second one of the same name replaces the first."""
    others = [c for c in _CANDIDATES.get(kind, []) if c.name != candidate.name]
    _CANDIDATES[kind] = [*others, candidate]
    forget()


def forget() -> None:
    """Forget all measurements."""
    _measured.cache_clear()


def candidates(kind: str) -> tuple[Candidate, ...]:
    """Return the candidates of a kind of design, in order of preference."""
    return tuple(_CANDIDATES.get(kind, ()))


@contextmanager
def measured_with(draws: int) -> Iterator[None]:
    """Choose routes with so many samples in each declared case inside the block: many twins need no sharper measurement."""
    token = _DRAWS.set(draws)
    try:
        yield
    finally:
        _DRAWS.reset(token)


def draws_asked() -> int:
    """Return the samples that `measured_with` asks for; 0 outside it."""
    return _DRAWS.get()


def measure(design: Design, seed: int, draws: int = 0) -> Measurement:
    """Return every candidate's rate of false alarms on a design, and which of them may be used.

    Parameters
    ----------
    seed : int
        The plan's seed: the same plan measures the same numbers.
    draws : int
        Samples in each declared case; 0 chooses by the size of the design (`draws_for`), or as `measured_with` says.
    """
    n = draws or _DRAWS.get() or draws_for(design)
    return _measured(design, seed, n, IF_NEAR if n == FEW_DRAWS and not (draws or _DRAWS.get()) else 0)


@lru_cache(maxsize=256)
def _measured(design: Design, seed: int, n: int, if_near: int) -> Measurement:
    tested = [c for c in candidates(design.kind) if c.applies(design)]
    cases = len(design.nuisances)
    generators = [np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, case]))) for case in range(cases)]
    counts, power = np.zeros((cases, len(tested) + 1)), np.zeros(len(tested))
    for case, rng in enumerate(generators):
        own, moved = _count(design, tested, case, n, rng)
        counts[case] += own
        power += moved
    drawn = np.full(cases, n)
    for case in _undecided(counts[:, :-1] / n, n) if if_near else ():
        # The same stream goes on: the first samples are part of the larger measurement.
        counts[case] += _count(design, tested, case, if_near - n, generators[case], power=False)[0]
        drawn[case] = if_near
    shares = counts / drawn[:, None]
    found = tuple(Measured(c.name, tuple(float(r) for r in shares[:, i]), float(power[i] / n)) for i, c in enumerate(tested))
    ordinary, most = tuple(float(r) for r in shares[:, -1]), int(drawn.max(initial=n))
    more = tuple(int(d) for d in drawn) if most > n else ()
    return Measurement(design.nuisances, found, ordinary, design.ordinary_call, best(found, most), n, seed, more)


def _count(
    design: Design, tested: list[Candidate], case: int, n: int, rng: np.random.Generator, *, power: bool = True
) -> tuple[Array, Array]:
    """Return how often each candidate, and last the ordinary call, rejects in a case; and with an effect, in the first one."""
    found, moved = np.zeros(len(tested) + 1), np.zeros(len(tested))
    for size in _chunks(n, design.n_values):
        values = design.draw(design.nuisances[case], size, rng)
        # Lumpy values may all be alike: no test then, and no rejection.
        with np.errstate(invalid="ignore", divide="ignore"):
            found += _rejections(design, tested, values, ordinary=True)
        if case == 0 and power:
            moved += _rejections(design, tested, design.with_effect(values), ordinary=False)
    return found, moved


def _undecided(rates: Array, draws: int) -> list[int]:
    """Return the cases in which chance decides whether a candidate holds: those over 5.5 %, by no more than chance allows.

    A candidate that is far over the limit in any case is out, whatever its other cases say.
    """
    most = limit(draws) + DOUBT * mcse(TOLERATED, draws)
    alive = rates[:, (rates <= most).all(axis=0)]
    return [int(case) for case in np.flatnonzero((alive > TOLERATED).any(axis=1))]


def best(found: Sequence[Measured], draws: int) -> Measured | None:
    """Return the first candidate that holds and whose power is near the best of those that hold."""
    holding = [m for m in found if m.worst <= limit(draws)]
    most = max((m.power for m in holding), default=0.0)
    return next((m for m in holding if m.power >= most - NEAR_BEST), None)


def limit(draws: int) -> float:
    """Return the largest measured rate that is let through: 5.5 % and one Monte Carlo standard error."""
    return TOLERATED + mcse(TOLERATED, draws)


def mcse(rate: float, draws: int) -> float:
    """Return the Monte Carlo standard error of a rate."""
    return math.sqrt(max(rate * (1 - rate), 0.0) / draws)


def draws_for(design: Design) -> int:
    """Return the number of samples: fewer for large designs, in three steps, so that a measurement stays within seconds."""
    steps = ((60, 20_000), (400, 8_000))
    return next((draws for size, draws in steps if design.n_values <= size), FEW_DRAWS)


def _rejections(design: Design, tested: Sequence[Candidate], values: Array, *, ordinary: bool) -> Array:
    parts = {part: part(values, design) for part in dict.fromkeys(p for c in tested for p in c.parts)}
    shares = [float(np.count_nonzero(np.all([parts[p] for p in c.parts], axis=0))) for c in tested]
    if ordinary:
        shares.append(float(np.count_nonzero(design.ordinary(values))))
    return np.array(shares)


def _chunks(total: int, n_values: int) -> Iterator[int]:
    size = max(1, CHUNK // max(n_values, 1))
    for start in range(0, total, size):
        yield min(size, total - start)
