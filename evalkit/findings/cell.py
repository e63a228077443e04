"""A number and the evidence that decides whether it may be published."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DisclosureEvidence:
    """Facts about the persons behind one number, gathered where the persons are, so that `clear` never sees them.

    Attributes
    ----------
    n_persons : int
        Distinct persons (not rows) behind the number; 0 for public data, see `public`.
    top_two_share : float | None
        Share of a sum that its two largest persons have, in [0, 1]; None where the number is no sum.
    all_equal : bool
        Every person has the same value, so the number is each person's value.
    none_or_all : bool
        A proportion of 0 or 1, so the number tells something about each person.
    public : bool
        The number is made of public aggregates, not of persons.
    """

    n_persons: int
    top_two_share: float | None = None
    all_equal: bool = False
    none_or_all: bool = False
    public: bool = False


PUBLIC = DisclosureEvidence(n_persons=0, public=True)
"""Evidence for numbers that are made of public aggregates."""
