"""Could somebody with all releases in his hand single out a few persons? Decided on sets of keyed names, never on values.

A release prints sums over groups of persons. Whoever holds several can add and subtract them. If any combination concerns more
than nobody and fewer than the policy's number of persons, their sum can be computed exactly: one added person, one swapped, one
withdrawn, or the remainder of three reports. The guard looks for such a combination among all groups with the same name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

Groups = Mapping[str, frozenset[str]]
_MOST_TRIED = 4000


def unsafe_groups(earlier: Sequence[Groups], new: Groups, least: int) -> dict[str, str]:
    """Return the groups of `new` that must not be released after `earlier`, with the kind of reason.

    Parameters
    ----------
    earlier : Sequence[Groups]
        Name of a group -> keyed names of its persons, one mapping per release.
    least : int
        Groups differ by nobody or by at least this many distinct persons.

    Returns
    -------
    dict[str, str]
        Group -> ``differs`` (from one earlier release by too few), ``combines`` (several releases together concern too few) or
        ``unclear`` (too many different releases to be sure).
    """
    faults = {}
    for name in sorted(new):
        reason = _reason(_history(name, earlier, new), new[name], least)
        if reason:
            faults[name] = reason
    return faults


def _history(name: str, earlier: Sequence[Groups], new: Groups) -> list[frozenset[str]]:
    """Return what the group was before; one under a new name is held against every earlier group of its kind and arm."""
    known = [release[name] for release in earlier if name in release]
    if known or not earlier:
        return known
    kind, arm = name.split(":", maxsplit=1)[0], name.rsplit(":", 1)[-1]
    renamed = {
        old for release in earlier for old in release if old.split(":", maxsplit=1)[0] == kind and old.rsplit(":", 1)[-1] == arm
    }
    return [release[old] for release in earlier for old in sorted(renamed - set(new)) if old in release]


def _reason(before: list[frozenset[str]], now: frozenset[str], least: int) -> str:
    if any(0 < len(now ^ then) < least for then in before):
        return "differs"
    distinct = list(dict.fromkeys([*before, now]))
    if len(distinct) <= 2 or now in before:
        return ""
    return _combination(distinct, least)


def _combination(sets: list[frozenset[str]], least: int) -> str:
    """Return ``combines`` if some combination of the sets' sums lives on fewer than `least` persons."""
    patterns = Counter(tuple(person in group for group in sets) for person in sorted(frozenset().union(*sets)))
    atoms = sorted(patterns.items())
    matrix = np.array([pattern for pattern, _ in atoms], dtype=np.float64).T
    sizes = [size for _, size in atoms]
    full = np.linalg.matrix_rank(matrix)
    for tried, few in enumerate(_small_unions(sizes, least)):
        if tried >= _MOST_TRIED:
            return "unclear"
        rest = [i for i in range(len(sizes)) if i not in few]
        if (np.linalg.matrix_rank(matrix[:, rest]) if rest else 0) < full:
            return "combines"
    return ""


def _small_unions(sizes: Sequence[int], least: int) -> Iterator[frozenset[int]]:
    """Return the largest unions of atoms with fewer than `least` persons; what a smaller one gives away, a larger one does too."""
    small = [i for i, size in enumerate(sizes) if size < least]
    for count in range(len(small), 0, -1):
        for chosen in combinations(small, count):
            total = sum(sizes[i] for i in chosen)
            spare = min((sizes[i] for i in small if i not in chosen), default=least)
            if total < least <= total + spare:
                yield frozenset(chosen)
