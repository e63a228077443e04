"""Secondary disclosure, solved: what an attacker who knows every shown number can say about each hidden one.

All count tables of a report are one system: shown counts are known to within their rounding, hidden ones to lie between 1 and the
limit, and parts add up to wholes. Two linear programmes per hidden cell give the narrowest interval that follows. No hidden number
may be known much more closely than a shown one: where its interval holds too few values a neighbour is hidden too, until none does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from evalkit.errors import DisclosureRefused

CONTRADICTION = "SDC-CONTRADICTION"
_SLACK = 1e-6
_NO_BOUND = 100_000.0

Terms = Mapping[str, float]


@dataclass(slots=True)
class CountSystem:
    """Counts as they are shown, and how they hang together.

    Attributes
    ----------
    base, limit : int
        Counts are rounded to multiples of `base`; between 1 and `limit` − 1 persons are hidden.
    shown : dict[str, int | None]
        Cell -> what the report shows; None where it is hidden.
    few : set[str]
        Hidden cells that everybody knows to be hidden because they are small.
    kept : set[str]
        Cells that another part of the report shows anyway, so that hiding them here would help nobody.
    whole : list[Terms]
        Cell -> factor; each sum is zero.
    below : list[Terms]
        The same; each sum is zero or less.
    """

    base: int
    limit: int
    shown: dict[str, int | None] = field(default_factory=dict)
    few: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    whole: list[Terms] = field(default_factory=list)
    below: list[Terms] = field(default_factory=list)

    def add(self, cell: str, shown: int | None, *, few: bool = False) -> str:
        """Enter one cell and return its name."""
        self.shown[cell] = shown
        if few and shown is None:
            self.few.add(cell)
        return cell

    def bounds(self, cell: str) -> tuple[float, float]:
        """Return what the report itself says about one cell; a zero is a zero, since few are hidden and not rounded."""
        value = self.shown[cell]
        if value is None:
            return (1.0, float(self.limit - 1)) if cell in self.few else (0.0, _NO_BOUND)
        low, high = value - self.base // 2, value + (self.base - 1) // 2
        if value == 0:
            return 0.0, 0.0
        return float(max(low, self.limit)), float(max(high, self.limit))

    def interval(self, cell: str) -> tuple[float, float]:
        """Return the narrowest interval that follows for one cell from everything shown (two linear programmes, HiGHS).

        Raises
        ------
        DisclosureRefused
            If the shown numbers contradict each other: then the report itself is wrong.
        """
        import numpy as np
        from scipy.optimize import linprog

        names = sorted(self.shown)
        place = {name: i for i, name in enumerate(names)}
        equal, under = (_matrix(rows, place) for rows in (self.whole, self.below))
        ends = []
        for sign in (1.0, -1.0):
            aim = np.zeros(len(names))
            aim[place[cell]] = sign
            found = linprog(
                aim,
                A_eq=equal,
                b_eq=None if equal is None else np.zeros(len(self.whole)),
                A_ub=under,
                b_ub=None if under is None else np.zeros(len(self.below)),
                bounds=[self.bounds(name) for name in names],
                method="highs",
            )
            if found.status != 0:
                raise DisclosureRefused(f"{cell}: rapportens antal motsäger varandra; ingenting lämnas ut", code=CONTRADICTION)
            ends.append(sign * float(found.fun))
        return ends[0], ends[1]

    def exposed(self) -> list[str]:
        """Return the hidden cells that are known more closely than a shown one."""
        return [cell for cell in sorted(self.few) if _values(self.interval(cell)) < self.least_values]

    @property
    def least_values(self) -> int:
        """Fewest values that a hidden count may have left: one less than rounding leaves a shown one, and never only one."""
        return min(max(self.base - 1, 2), self.limit - 1)


def protect(system: CountSystem, order: Callable[[str], int]) -> tuple[str, ...]:
    """Hide more cells until no hidden one is exposed, and return those.

    Parameters
    ----------
    system : CountSystem
        Changed in place.
    order : Callable[[str], int]
        What goes first: the smallest number among the shown cells that hang together with an exposed one, near ones first.

    Raises
    ------
    DisclosureRefused
        SDC-SECONDARY, if nothing is left to hide.
    """
    gone: dict[str, int | None] = {}
    while True:
        exposed = system.exposed()
        if not exposed:
            return _needed(system, gone)
        candidates = [cell for cell in _connected(system, exposed[0]) if system.shown[cell] is not None and cell not in system.kept]
        if not candidates:
            raise DisclosureRefused(f"{exposed[0]}: går att räkna fram ur det som visas; ingenting lämnas ut", code="SDC-SECONDARY")
        worst = min(candidates, key=order)
        gone[worst] = system.shown[worst]
        system.shown[worst] = None


def _needed(system: CountSystem, gone: dict[str, int | None]) -> tuple[str, ...]:
    """Show again, the last hidden first, whatever turned out not to be needed."""
    needed = []
    for cell in reversed(gone):
        system.shown[cell] = gone[cell]
        if system.exposed():
            system.shown[cell] = None
            needed.append(cell)
    return tuple(sorted(needed))


def _connected(system: CountSystem, cell: str) -> list[str]:
    """Return every cell that hangs together with `cell`, near ones first."""
    reached, ordered = {cell}, [cell]
    for name in ordered:
        for terms in (*system.whole, *system.below):
            if name in terms:
                ordered += sorted(set(terms) - reached)
                reached |= set(terms)
    return ordered


def _matrix(rows: Sequence[Terms], place: Mapping[str, int]) -> list[list[float]] | None:
    if not rows:
        return None
    matrix = [[0.0] * len(place) for _ in rows]
    for line, terms in zip(matrix, rows, strict=True):
        for name, factor in terms.items():
            line[place[name]] += factor
    return matrix


def _values(interval: tuple[float, float]) -> int:
    low, high = interval
    return math.floor(high + _SLACK) - math.ceil(low - _SLACK) + 1
