"""From answers to sums: reversal, prorating, half-up rounding, skip rules and merit value. Arrays in, arrays out.

A sum that an instrument does not allow from so few answers is missing, never smaller. docs/METHODS.md#item-scoring has the rules
and where each was read.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

AUDIT_SKIPPED = (1, 2, 3, 4, 5, 6, 7)
"""Columns (from 0) of the AUDIT items 2-8 that somebody who never drinks leaves blank."""
AUDIT_SKIPPED_LITTLE = (3, 4, 5, 6, 7)
"""Columns of the items 4-8 that somebody who scores 0 on items 2 and 3 leaves blank."""
MERIT_POINTS = (0.0, 10.0, 12.5, 15.0, 17.5, 20.0)
"""Points of the grades F, E, D, C, B, A."""
GRADES = {"F": 0.0, "E": 10.0, "D": 12.5, "C": 15.0, "B": 17.5, "A": 20.0}
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


def audit_total(answers: Floats) -> Floats:
    """Return the AUDIT sum with its own skip rule.

    Parameters
    ----------
    answers : shape (n_rows, 10)
        Who never drinks (item 1 is 0) may leave items 2-8 blank, who scores 0 on items 2 and 3 items 4-8: blanks count as 0
        there. Every other blank makes the sum missing, items 9 and 10 always.
    """
    never = answers[:, 0] == 0
    little = answers[:, 1] + answers[:, 2] == 0
    filled = _blanks_as_zero(answers, AUDIT_SKIPPED, never)
    return np.asarray(_blanks_as_zero(filled, AUDIT_SKIPPED_LITTLE, little).sum(axis=1), dtype=np.float64)


def audit_c_total(answers: Floats) -> Floats:
    """Return the AUDIT-C sum of shape (n_rows,) from three items; 0 for who never drinks, else all three are required."""
    return np.asarray(_blanks_as_zero(answers, (1, 2), answers[:, 0] == 0).sum(axis=1), dtype=np.float64)


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


def _blanks_as_zero(answers: Floats, columns: Sequence[int], who: NDArray[np.bool_]) -> Floats:
    filled = np.array(answers, dtype=np.float64)
    block = filled[:, list(columns)]
    filled[:, list(columns)] = np.where(np.isnan(block) & who[:, None], 0.0, block)
    return filled
