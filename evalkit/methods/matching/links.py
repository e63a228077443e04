"""Who is matched with whom. No outcome is read here: only background, groups and sets that the municipality made.

Sources: Rubin 1973; Abadie & Imbens 2006 (with replacement, ties kept); Rosenbaum 1989 (optimal matching without replacement).
docs/METHODS.md#matching.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from evalkit.methods.fits import Bools, Floats, Ints

NO_SET, NOBODY_ALIKE, TOO_FAR, TAKEN = "no-set", "nobody-alike", "too-far", "taken"
REASONS = (NO_SET, NOBODY_ALIKE, TOO_FAR, TAKEN)
"""Why a treated person has nobody to be compared with, in the order in which the reasons are looked for."""
DIGITS = 10
"""Distances are compared with so many decimals (in standard deviations): the last digits depend on the machine."""


@dataclass(frozen=True, eq=False, repr=False)
class Links:
    """One link for each treated person and each comparison person who stands for that person untreated.

    Attributes
    ----------
    n_units : int
        Units that were given.
    treated, control : shape (n_links,)
        Places of the two among the units; sorted by treated, then by control.
    share : shape (n_links,)
        The comparison person's weight for that treated person; they sum to one for each treated person.
    reasons : tuple[str, ...]
        One a unit: empty for the matched and for comparison persons, else one of `REASONS`.
    reused : bool
        Some comparison person stands for treated persons of several sets.
    """

    n_units: int
    treated: Ints
    control: Ints
    share: Floats
    reasons: tuple[str, ...]
    reused: bool

    def __repr__(self) -> str:
        return f"Links({len(self.share)} länkar)"

    @cached_property
    def matched(self) -> Ints:
        """Places of the treated who are matched, sorted."""
        return np.unique(self.treated)

    @cached_property
    def used(self) -> Ints:
        """Places of the comparison persons who are used, sorted."""
        return np.unique(self.control)

    @cached_property
    def weights(self) -> Floats:
        """One weight a unit: 1 for a matched treated person, the sum of shares for a comparison person, 0 for the unmatched."""
        w = np.zeros(self.n_units)
        w[self.matched] = 1.0
        np.add.at(w, self.control, self.share)
        return w

    @cached_property
    def sets(self) -> Ints:
        """The set of each unit, 0, 1, … by its first unit: everybody linked, directly or through others; −1 unmatched."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        graph = coo_array((np.ones(len(self.treated)), (self.treated, self.control)), shape=(self.n_units, self.n_units))
        codes = connected_components(graph, directed=False)[1]
        linked = self.weights > 0
        found = np.full(self.n_units, -1, dtype=np.int64)
        first: dict[int, int] = {}
        found[linked] = [first.setdefault(int(code), len(first)) for code in codes[linked]]
        return found

    def placed(self, places: Ints) -> Links:
        """Return the links with every unit at another place, shape (n_units,): those of the algorithms in the caller's order."""
        first, second = places[self.treated], places[self.control]
        order = np.lexsort((second, first))
        why = [""] * self.n_units
        for place, reason in zip(places.tolist(), self.reasons, strict=True):
            why[place] = reason
        return Links(self.n_units, first[order], second[order], self.share[order], tuple(why), self.reused)


def match_nearest(distance: Floats, neighbours: int, caliper: float | None) -> Links:
    """Match each treated person with the nearest comparison persons, who may stand for several; equally near ones all count.

    Parameters
    ----------
    distance : shape (n_treated, n_comparison)
        Infinite where two may not be compared. Units are the treated first, then the comparison persons.
    caliper : float or None
        Largest distance.
    """
    near = _rounded(distance)
    allowed = np.isfinite(near) & (near <= (np.inf if caliper is None else round(caliper, DIGITS)))
    reach = np.sort(np.where(allowed, near, np.inf), axis=1)[:, :neighbours]
    last = np.max(np.where(np.isfinite(reach), reach, -np.inf), axis=1, initial=-np.inf, keepdims=True)
    chosen = allowed & (near <= last)
    return _links(chosen, _why(near, allowed, chosen))


def match_once(distance: Floats, neighbours: int, caliper: float | None) -> Links:
    """Match each treated person with comparison persons of their own: as many matched as can be, then the least total distance.

    Parameters as in `match_nearest`. Source: Rosenbaum 1989, by the assignment algorithm (Jonker & Volgenant, scipy).
    """
    from scipy.optimize import linear_sum_assignment

    near = _rounded(distance)
    allowed = np.isfinite(near) & (near <= (np.inf if caliper is None else round(caliper, DIGITS)))
    n_treated = len(near)
    chosen = np.zeros_like(allowed)
    farthest = float(near[allowed].max(initial=0.0))
    for _ in range(neighbours):
        # Everybody gets a first comparison person before anybody gets a second one.
        free = allowed & ~np.any(chosen, axis=0, keepdims=True)
        missing = (farthest + 1.0) * (n_treated + 1)
        cost = np.hstack([np.where(free, near, 2 * missing), np.full((n_treated, n_treated), missing)])
        rows, columns = linear_sum_assignment(cost)
        inside = columns < near.shape[1]
        chosen[rows[inside], columns[inside]] = free[rows[inside], columns[inside]]
    return _links(chosen, _why(near, allowed, chosen))


def keep_sets(treated: Bools, names: Sequence[str]) -> Links:
    """Return the sets that the municipality made: everybody with one name, treated and comparison persons.

    Parameters
    ----------
    treated : shape (n,)
    names : sequence of n
        Empty for a unit without set.
    """
    labels = np.array(list(names), dtype=str)
    has = labels != ""
    whole = set(labels[treated & has]) & set(labels[~treated & has])
    first, second, share = [], [], []
    for place in np.flatnonzero(treated):
        others = np.flatnonzero(~treated & (labels == labels[place])) if labels[place] in whole else np.empty(0, dtype=np.int64)
        first += [int(place)] * len(others)
        second += others.tolist()
        share += [1.0 / max(len(others), 1)] * len(others)
    why = tuple("" if not t or name in whole else NOBODY_ALIKE if name else NO_SET for t, name in zip(treated, labels, strict=True))
    return Links(len(treated), _ints(first), _ints(second), np.array(share, dtype=np.float64), why, False)


def _rounded(distance: Floats) -> Floats:
    return np.where(np.isfinite(distance), np.round(np.where(np.isfinite(distance), distance, 0.0), DIGITS), np.inf)


def _why(near: Floats, allowed: Bools, chosen: Bools) -> tuple[str, ...]:
    matched, possible, alike = (np.asarray(part.any(axis=1)) for part in (chosen, allowed, np.isfinite(near)))
    return tuple("" if matched[i] else TAKEN if possible[i] else TOO_FAR if alike[i] else NOBODY_ALIKE for i in range(len(chosen)))


def _links(chosen: Bools, why: tuple[str, ...]) -> Links:
    n_treated, n_comparison = chosen.shape
    first, second = np.nonzero(chosen)
    share = 1.0 / chosen.sum(axis=1)[first]
    reused = bool((chosen.sum(axis=0) > 1).any())
    return Links(n_treated + n_comparison, first, second + n_treated, share, (*why, *[""] * n_comparison), reused)


def _ints(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64)
