"""Several outcomes, one claim: Holm's adjustment for families that confirm, sharpened q-values for those that explore."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evalkit.methods.fits import Floats

STEP = 1e-4
"""Sharpened q-values are found on a grid of this step, from below."""


def holm(p_values: Sequence[float | None]) -> tuple[float | None, ...]:
    """Return Holm's adjusted p-values; None stays None but counts as a test with p = 1.

    Notes
    -----
    p̃₍ᵢ₎ = max over j ≤ i of min(1, (m − j + 1)·p₍ⱼ₎). The familywise error rate holds under any dependence. Source: Holm 1979.

    Examples
    --------
    >>> holm([0.01, 0.04, None])
    (0.03, 0.08, None)
    """
    known = np.array([1.0 if p is None else p for p in p_values], dtype=np.float64)
    order = np.argsort(known, kind="stable")
    factors = np.arange(len(known), 0, -1)
    steps = np.minimum(np.maximum.accumulate(factors * known[order]), 1.0)
    adjusted = np.empty_like(known)
    adjusted[order] = steps
    return tuple(None if p is None else float(a) for p, a in zip(p_values, adjusted, strict=True))


def sharpened_q(p_values: Sequence[float | None]) -> tuple[float | None, ...]:
    """Return sharpened two-stage q-values; None stays None but counts as a test with p = 1.

    Notes
    -----
    The smallest q at which the two-stage step-up procedure of Benjamini, Krieger and Yekutieli (2006) rejects, on a grid: first
    Benjamini–Hochberg at q/(1 + q), which leaves m₀ = m − r₁ hypotheses, then Benjamini–Hochberg at q/(1 + q)·m/m₀. Source:
    Anderson 2008. A q-value may be smaller than its p-value.
    They estimate the share of false findings among several and prove none of them.
    """
    known = np.array([1.0 if p is None else p for p in p_values], dtype=np.float64)
    ordered = np.sort(known)
    levels = np.arange(1, round(1 / STEP) + 1) * STEP
    first = rejected_at(ordered, levels / (1 + levels))
    left = len(known) - first
    second = rejected_at(ordered, levels / (1 + levels) * len(known) / np.maximum(left, 1))
    count = np.where(first == 0, 0, np.where(left == 0, len(known), second))
    # From the top down, as published: the smallest level such that it and no level above fails to reject.
    reached = np.minimum.accumulate(count[::-1])[::-1]
    ranks = np.searchsorted(ordered, known, side="right")
    found = [levels[np.argmax(reached >= rank)] if (reached >= rank).any() else 1.0 for rank in ranks]
    return tuple(None if p is None else round(float(q), 4) for p, q in zip(p_values, found, strict=True))


def rejected_at(ordered: Floats, levels: Floats) -> Floats:
    """Return how many of the ordered p-values Benjamini–Hochberg rejects at each level."""
    m = len(ordered)
    passes = ordered[None, :] <= levels[:, None] * np.arange(1, m + 1) / m + 1e-15
    return np.asarray(np.where(passes.any(axis=1), m - np.argmax(passes[:, ::-1], axis=1), 0), dtype=np.float64)
