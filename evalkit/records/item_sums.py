"""From answers to sums: reversal, prorating, half-up rounding, skip rules and merit value. Arrays in, arrays out.

A sum that an instrument does not allow from so few answers is missing, never smaller. docs/METHODS.md#item-scoring has the rules
and where each was read.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MERIT_POINTS = (0.0, 10.0, 12.5, 15.0, 17.5, 20.0)
"""Points of the grades F, E, D, C, B, A."""
_MERIT_SUBJECTS = 16


def half_up(values: Floats) -> Floats:
    """Return `values` rounded to whole numbers, halves upwards (Python's own rounding takes 2.5 to 2).

    Examples
    --------
    >>> half_up(np.array([2.5, 6.4999, 6.6667])).tolist()
    [3.0, 6.0, 7.0]
    """
    return np.asarray(np.floor(values + 0.5), dtype=np.float64)


def reversed_answers(answers: Floats, columns: Sequence[int], *, minimum: float, maximum: float) -> Floats:
    """Return `answers` with the items in `columns` (from 0) turned around.

    Parameters
    ----------
    answers : shape (n_rows, n_items), NaN where not answered
    """
    turned = np.array(answers, dtype=np.float64)
    turned[:, list(columns)] = minimum + maximum - turned[:, list(columns)]
    return turned


def prorated_sum(answers: Floats, *, least_answered: int, rounded: bool) -> tuple[Floats, NDArray[np.int64]]:
    """Return each row's sum, made up for blanks by the row's own mean, and how many items were answered.

    Parameters
    ----------
    answers : shape (n_rows, n_items), already reversed, NaN where not answered
    least_answered : int
        With fewer answers the sum is missing.
    rounded : bool
        Round a made-up sum half up; a complete sum is never touched.

    Returns
    -------
    tuple
        Sums of shape (n_rows,), NaN where missing; numbers of answers of shape (n_rows,).
    """
    known = ~np.isnan(answers)
    answered, n_items = known.sum(axis=1), answers.shape[1]
    total = np.where(known, answers, 0.0).sum(axis=1)
    # Multiplied before divided: a half stays exactly a half.
    made_up = total * n_items / np.maximum(answered, 1)
    made_up = half_up(made_up) if rounded else made_up
    sums = np.where(answered == n_items, total, made_up)
    return np.where(answered >= max(least_answered, 1), sums, np.nan), answered.astype(np.int64)


def sum_of_scales(scales: Floats) -> Floats:
    """Return the sum of subscales, shape (n_rows, n_scales); missing where any of them is."""
    return np.asarray(scales.sum(axis=1), dtype=np.float64)


def with_skips(answers: Floats, skips: Sequence[tuple[Sequence[int], Sequence[int]]]) -> Floats:
    """Return `answers` with the blanks that a form allows filled with 0.

    Parameters
    ----------
    answers : shape (n_rows, n_items), NaN where not answered
    skips : Sequence[tuple[Sequence[int], Sequence[int]]]
        Pairs of columns (from 0): where all of the first are 0, blanks among the second count as 0. Applied in order: who never
        drinks skips AUDIT items 2-8, who scores 0 on items 2 and 3 skips items 4-8.
    """
    filled = np.array(answers, dtype=np.float64)
    for zero, blank in skips:
        who = (filled[:, list(zero)] == 0).all(axis=1)
        block = filled[:, list(blank)]
        filled[:, list(blank)] = np.where(np.isnan(block) & who[:, None], 0.0, block)
    return filled


def count_reaching(answers: Floats, thresholds: Sequence[tuple[Sequence[int], float]]) -> Floats:
    """Return how many answers reach their threshold (pairs of columns from 0 and least answer); missing where one is blank."""
    total = np.zeros(len(answers))
    for columns, least in thresholds:
        block = answers[:, list(columns)]
        total = total + np.where(np.isnan(block).any(axis=1), np.nan, (block >= least).sum(axis=1))
    return np.asarray(total, dtype=np.float64)


def merit_value(points: Floats, language: Floats, *, language_counts: bool) -> Floats:
    """Return the merit value: the 16 best grades and, as the seventeenth, modern languages.

    Parameters
    ----------
    points : shape (n_pupils, n_subjects)
        Points of each grade (`MERIT_POINTS`), NaN where the pupil has no grade in the subject.
    language : shape (n_pupils,)
        Points in modern languages as the pupil's choice; NaN where not studied.
    language_counts : bool
        From the admission of 2014; before that at most 16 grades and 320 points.

    Returns
    -------
    NDArray
        0-340; NaN where the pupil has no grade at all.
    """
    best = -np.sort(-np.where(np.isnan(points), 0.0, points), axis=1)[:, :_MERIT_SUBJECTS]
    extra = np.where(np.isnan(language), 0.0, language) if language_counts else 0.0
    graded = ~np.isnan(points).all(axis=1)
    return np.asarray(np.where(graded, best.sum(axis=1) + extra, np.nan), dtype=np.float64)
