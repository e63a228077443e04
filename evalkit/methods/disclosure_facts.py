"""Facts about the persons behind a number, gathered where the persons are."""

from __future__ import annotations

import numpy as np

from evalkit.findings.cell import PUBLIC, DisclosureEvidence
from evalkit.methods.fits import Bools, Floats

SUMS = ("money", "count")
"""Kinds of outcome whose mean times n is a sum of amounts, in which large persons can be seen."""


def evidence_of_mean(values: Floats, *, public: bool, is_sum: bool = False, is_share: bool = False) -> DisclosureEvidence:
    """Return the evidence for a mean with one value per person.

    Parameters
    ----------
    values : shape (n_persons,)
    is_sum : bool
        The mean times n is a sum of amounts (kronor, counts), so that large persons can be seen in it.
    is_share : bool
        Values are 0 or 1 and the mean is a proportion.
    """
    if public:
        return PUBLIC
    return DisclosureEvidence(
        n_persons=len(values),
        top_two_share=top_two_share(values) if is_sum else None,
        all_equal=bool((values == values[0]).all()) if len(values) else False,
        none_or_all=is_share and len(values) > 0 and float(values.mean()) in {0.0, 1.0},
    )


def evidence_of_groups(change: Floats, treated: Bools, *, public: bool, is_sum: bool = False) -> DisclosureEvidence:
    """Return the evidence for a difference between two groups: that of its weakest part.

    A reader who knows one group's mean change recovers the other's from the difference, so the smaller group counts.
    """
    if public:
        return PUBLIC
    parts = [evidence_of_mean(change[part], public=False, is_sum=is_sum) for part in (treated, ~treated)]
    return DisclosureEvidence(
        n_persons=min(p.n_persons for p in parts),
        top_two_share=max((p.top_two_share for p in parts if p.top_two_share is not None), default=None),
        all_equal=any(p.all_equal for p in parts),
    )


def top_two_share(values: Floats) -> float | None:
    """Return the share of a sum that its two largest persons have, in [0, 1]; None where the sum is no sum of amounts."""
    total = float(np.abs(values).sum())
    if total == 0:
        return None
    return float(np.sort(np.abs(values))[-2:].sum()) / total
