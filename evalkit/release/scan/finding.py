"""What the scanner says: a code and a place, never a value."""

from __future__ import annotations

from dataclasses import dataclass, field

MIN_CELL = 10
"""Counts of persons below this are small when no policy is given: the proposal of `params/disclosure.yaml`."""
MOST_DEPTH = 5
"""Containers within containers deeper than this are refused instead of opened."""


ABOUT_FEW = frozenset({"MICRO-ROWS", "SDC-SMALL", "SDC-PCT-N", "SDC-CLASS", "SDC-EXTREME", "SDC-QUANTILE", "SDC-FE"})
"""Codes that say something only where persons stand behind the numbers; public aggregates have none."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One reason to stop a file.

    Attributes
    ----------
    code : str
        See docs/CODES.md: ``PII-PNR``, ``MICRO-ROWS`` …
    where : str
        File, and the part within it. Never what stood there.
    """

    code: str
    where: str


@dataclass(slots=True)
class Scan:
    """One scan: its limits, and what it has found so far.

    Attributes
    ----------
    min_cell : int
        Fewest persons behind a count.
    names : frozenset[str]
        Names of persons, in lower case, that the house itself knows; empty where it knows none.
    previous : tuple[str, ...]
        Text of pages that were released earlier, to difference against.
    """

    min_cell: int = MIN_CELL
    names: frozenset[str] = frozenset()
    previous: tuple[str, ...] = ()
    simulated: bool = False
    found: set[Finding] = field(default_factory=set)

    def add(self, code: str, where: str) -> None:
        """Note one reason."""
        self.found.add(Finding(code, where))
