"""Matched comparisons as designs that are measured: the sets are given, what varies is the persons' changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from evalkit.methods.fits import Ints
from evalkit.methods.inference.unit_tests import UnitTest
from evalkit.methods.matching.uncertainty import LEAST_SETS, Grouped, Reused, Sums, group_tests, grouped, reuse_tests, sums_of
from evalkit.methods.validity.designs import EFFECT
from evalkit.methods.validity.measure import ALPHA, Bools, Candidate, Design, Rejects, register_route
from evalkit.methods.validity.nuisances import Array, Nuisance, noise, of_two_groups

KIND = "matched"
BACKGROUND = 0.25
"""Share of the changes' variance that the background which tells the groups apart may explain, in one declared case."""


@dataclass(frozen=True)
class MatchedDesign:
    """Links between persons; arrays as bytes, so that the facts are the key of the cache.

    Attributes
    ----------
    n : int
        Persons: the matched and, with re-use, those who say how much comparison persons vary.
    treated : bytes
        Shape (n,), bool.
    links : tuple[bytes, bytes, bytes]
        Places of the two and share, of `evalkit.methods.matching.links.Links`.
    codes : bytes
        Shape (n,), int64: set of each person; −1 for those who are only there for their spread.
    background : bytes
        Shape (n, k): taken out by regression; empty: nothing is.
    index : bytes
        Shape (n,), variance 1 among all: the direction in which the groups differed before matching; empty: none is known.
    near : bytes
        Shape (n_used, n): as in `Reused`; empty where nobody is used twice, or regression follows.
    """

    n: int
    treated: bytes
    links: tuple[bytes, bytes, bytes]
    codes: bytes
    background: bytes = b""
    index: bytes = b""
    near: bytes = b""
    kind: str = KIND
    ordinary_call: str = "ols"

    @property
    def n_values(self) -> int:
        """Persons."""
        return self.n

    @property
    def nuisances(self) -> tuple[Nuisance, ...]:
        """The declared cases: those of two groups of persons, and background that explains a part of the change."""
        extra = (Nuisance(background=BACKGROUND),) if self.index else ()
        return (*of_two_groups(clustered=False, persons=True), *extra)

    @cached_property
    def is_treated(self) -> Bools:
        """Who is treated."""
        return np.frombuffer(self.treated, dtype=np.bool_)

    @cached_property
    def in_sets(self) -> Ints:
        """Places of the matched."""
        return np.flatnonzero(np.frombuffer(self.codes, dtype=np.int64) >= 0)

    @cached_property
    def set_codes(self) -> Ints:
        """Set of each matched person."""
        return np.frombuffer(self.codes, dtype=np.int64)[self.in_sets]

    @cached_property
    def weights(self) -> Array:
        """Weight of each person."""
        first, second, share = self._links
        weights = np.zeros(self.n)
        weights[first] = 1.0
        np.add.at(weights, second, share)
        return weights

    @cached_property
    def sums(self) -> Sums:
        """The estimate as weights on the changes of the matched."""
        mine = self.in_sets
        x = np.frombuffer(self.background).reshape(self.n, -1)[mine] if self.background else None
        return sums_of(self.is_treated[mine].astype(np.float64), self.weights[mine], x, "")

    @cached_property
    def by_set(self) -> Grouped:
        """What the standard error by set needs."""
        return grouped(self.sums, self.set_codes)

    @cached_property
    def by_person(self) -> Grouped:
        """What the standard error by person needs."""
        return grouped(self.sums, np.arange(len(self.in_sets)))

    @cached_property
    def reused(self) -> Reused:
        """What Abadie and Imbens' variance needs."""
        first, second, share = self._links
        used = np.unique(second)
        square = np.zeros(self.n)
        np.add.at(square, second, share**2)
        near = np.frombuffer(self.near).reshape(len(used), self.n)
        count = (near > 0).sum(axis=1)
        worth = self.weights[used]
        effective = float(worth.sum() ** 2 / (worth**2).sum())
        return Reused(first, second, share, worth**2 - square[used], used, near, count / (count - 1.0), effective)

    @property
    def _links(self) -> tuple[Ints, Ints, Array]:
        first, second, share = self.links
        return np.frombuffer(first, dtype=np.int64), np.frombuffer(second, dtype=np.int64), np.frombuffer(share)

    def draw(self, nuisance: Nuisance, samples: int, rng: np.random.Generator) -> Array:
        """Return changes of shape (samples, n)."""
        values = noise(nuisance.shape, (samples, self.n), rng)
        values[:, self.is_treated] *= np.sqrt(nuisance.variance_ratio)
        if nuisance.background:
            values = np.sqrt(1 - nuisance.background) * values + np.sqrt(nuisance.background) * np.frombuffer(self.index)
        return np.asarray(values)

    def with_effect(self, values: Array) -> Array:
        """Add the effect to the treated, in standard errors of the first case."""
        return np.asarray(values + EFFECT * np.sqrt((self.sums.own**2).sum()) * self.is_treated)

    def estimates(self, values: Array) -> Array:
        """Return the estimate of each sample."""
        return self.sums.scores(values[:, self.in_sets])[0]

    def ordinary(self, values: Array) -> Bools:
        """Return weighted least squares of changes on treatment with one variance, as if nobody had been matched."""
        from scipy.special import stdtrit

        mine = self.in_sets
        w, d, y = self.weights[mine], self.is_treated[mine], values[:, mine]
        means = [np.einsum("sn,n->s", y, w * part) / (w * part).sum() for part in (d, ~d)]
        rest = y - np.where(d, means[0][:, None], means[1][:, None])
        n = len(mine)
        variance = np.einsum("sn,sn,n->s", rest, rest, w) / (n - 2) * (1 / (w * d).sum() + 1 / (w * ~d).sum())
        return np.asarray(np.abs(means[0] - means[1]) >= stdtrit(n - 2, 1 - ALPHA / 2) * np.sqrt(variance))


def matched_tests(route: str, design: MatchedDesign, values: Array) -> tuple[UnitTest, ...]:
    """Return the tests of a route that must all reject, for changes (samples, n): the plain one first."""
    bent = route.endswith("-and-hall")
    found = _KINDS[route.removesuffix("-and-hall").removesuffix("-t")](design, values)
    return found if bent else found[:1]


def _by_set(design: MatchedDesign, values: Array) -> tuple[UnitTest, UnitTest]:
    return group_tests(design.sums, design.by_set, values[:, design.in_sets])


def _by_person(design: MatchedDesign, values: Array) -> tuple[UnitTest, UnitTest]:
    return group_tests(design.sums, design.by_person, values[:, design.in_sets])


def _by_reuse(design: MatchedDesign, values: Array) -> tuple[UnitTest, UnitTest]:
    return reuse_tests(design.reused, _whole(design), values)


@lru_cache(maxsize=4)
def _whole(design: MatchedDesign) -> Sums:
    """Return the sums with a place, and no weight, for those who are only there for their spread."""
    mine, sums = design.in_sets, design.sums
    x, pushed = np.zeros((design.n, sums.x.shape[1])), np.zeros((sums.x.shape[1], design.n))
    x[mine], pushed[:, mine] = sums.x, sums.pushed
    return Sums(x, pushed)


_KINDS: dict[str, Callable[[MatchedDesign, Array], tuple[UnitTest, UnitTest]]] = {
    "abadie-imbens": _by_reuse,
    "sets": _by_set,
    "matched": _by_person,
}


class _Last:
    """The samples judged last: a plain test and its bent twin come from the same numbers."""

    values: Array | None = None
    design: MatchedDesign | None = None
    found: dict[str, tuple[UnitTest, UnitTest]]


def _judged(kind: str, values: Array, design: MatchedDesign) -> tuple[UnitTest, UnitTest]:
    if _Last.values is not values or _Last.design is not design:
        _Last.values, _Last.design, _Last.found = values, design, {}
    if kind not in _Last.found:
        _Last.found[kind] = _KINDS[kind](design, values)
    return _Last.found[kind]


def _part(kind: str, which: int) -> Rejects:
    def rejects(values: Array, design: Design) -> Bools:
        assert isinstance(design, MatchedDesign)
        return _judged(kind, values, design)[which].rejects(ALPHA)

    return rejects


def _reuse_applies(design: Design) -> bool:
    return (
        isinstance(design, MatchedDesign) and bool(design.near) and min(int(design.is_treated.sum()), design.reused.effective) > 2
    )


def _sets_apply(design: Design) -> bool:
    return isinstance(design, MatchedDesign) and len(design.by_set.starts) >= LEAST_SETS and design.by_set.df > 0


def _persons_apply(design: Design) -> bool:
    # Without regression a person's residual holds what background predicts: too wide, beside the two that do not.
    if not isinstance(design, MatchedDesign) or not design.background:
        return False
    each = design.is_treated[design.in_sets]
    return min(int(each.sum()), int((~each).sum())) >= LEAST_SETS and design.by_person.df > 0


for _kind, _apply in (("abadie-imbens", _reuse_applies), ("sets", _sets_apply), ("matched", _persons_apply)):
    _plain, _bent = _part(_kind, 0), _part(_kind, 1)
    register_route(KIND, Candidate(f"{_kind}-t", (_plain,), _apply))
    register_route(KIND, Candidate(f"{_kind}-and-hall", (_plain, _bent), _apply))
