"""What may leave the house: set by the data protection officer, tightened (never loosened) by a plan."""

from __future__ import annotations

from pydantic import Field

from evalkit.plan.strict import Share, Strict, Text


class DisclosurePolicy(Strict):
    """`params/disclosure.yaml`. There is no default policy: without the file nothing leaves.

    Attributes
    ----------
    min_cell : int
        Fewest distinct persons behind any published figure.
    round_counts_to : int
        Counts are rounded to a multiple of this.
    max_top_two_share : float
        Largest share that the two largest persons may have of a sum.
    min_degrees_of_freedom : int
        Fewest residual degrees of freedom behind a published model.
    """

    set_by: Text
    decided: Text
    min_cell: int = Field(ge=3, le=1000)
    round_counts_to: int = Field(ge=1, le=100)
    max_top_two_share: Share = 0.85
    min_degrees_of_freedom: int = Field(default=10, ge=1)
    max_breakdown_variables: int = Field(default=2, ge=0, le=3)


class DisclosureLimits(Strict):
    """A plan's own limits; each may only be stricter than the policy's."""

    min_cell: int | None = Field(default=None, ge=3, le=1000)
    round_counts_to: int | None = Field(default=None, ge=1, le=100)
