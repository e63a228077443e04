"""How many periods before a start are looked at together as "just before"."""

from __future__ import annotations

LEAST_PERIODS = 3
"""Periods before the start that are needed: one to stand apart, two to stand apart from."""
TWO_FROM = 6
"""With so many periods before the start the last two are looked at together."""


def last_periods(before: int) -> int:
    """Return how many of the periods before the start are the last ones: a rule of their number alone."""
    return 2 if before >= TWO_FROM else 1
