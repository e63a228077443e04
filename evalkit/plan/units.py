"""The words of a unit: a level in percent differs from another by percentage points."""

from __future__ import annotations

_POINTS = {
    "procent": "procentenheter",
    "%": "procentenheter",
    "percent": "percentage points",
    "per cent": "percentage points",
}
_PERCENT = {"procentenheter": "procent", "procentenhet": "procent", "percentage points": "percent"}


def level_unit(unit: str) -> str:
    """Return the unit of a level: what a plan calls percentage points is percent."""
    return _PERCENT.get(unit.strip().lower(), unit)


def difference_unit(unit: str) -> str:
    """Return the unit of a difference between two levels.

    Examples
    --------
    >>> difference_unit("procent"), difference_unit("poäng")
    ('procentenheter', 'poäng')
    """
    return _POINTS.get(unit.strip().lower(), unit)
