"""Column widths that never break a number or a word, for forms that lay out their tables themselves."""

from __future__ import annotations

import re

from evalkit.release.forms.document import Grid

TEXT_WIDTH = 482.0
"""Points between the margins of an A4 page (170 mm)."""
LARGEST, SMALLEST = 9.0, 6.5
"""Sizes of a table's text, in points: smaller before a word is cut."""
_PADDING, _STEP = 9.0, 0.25
_MOST_READ = 60
_LETTERS = {
    **dict.fromkeys("iljI.,:;|!()[]'", 0.36),
    **dict.fromkeys("tfr", 0.42),
    **dict.fromkeys("mwMW%", 0.95),
    **dict.fromkeys("\u00a0 ", 0.33),
}
_CAPITAL, _OTHER = 0.72, 0.63
_BOLD = 1.08


def column_widths(grid: Grid, total: float = TEXT_WIDTH) -> tuple[float, list[float]]:
    """Return the size of a table's text and the width of each column, in points, which together are `total`.

    Notes
    -----
    Each column gets room for its longest word (a number with its unit is one), the rest by how much there is to read. Where the
    words need more than there is, the text gets smaller, by half points.
    """
    columns = [[row[i] for row in (grid.head, *grid.rows)] for i in range(len(grid.head))]
    size = LARGEST
    least = _least(columns, size)
    while sum(least) > total and size > SMALLEST:
        size -= _STEP
        least = _least(columns, size)
    spare = total - sum(least)
    if spare < 0:
        return size, [width * total / sum(least) for width in least]
    wish = [1 + min(max(len(text) for text in column), _MOST_READ) for column in columns]
    return size, [width + spare * share / sum(wish) for width, share in zip(least, wish, strict=True)]


def _least(columns: list[list[str]], size: float) -> list[float]:
    return [_PADDING + max(_widest(column[0], size) * _BOLD, *(_widest(text, size) for text in column)) for column in columns]


def _widest(text: str, size: float) -> float:
    return max((measure(word, size) for word in _words(text)), default=size)


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"(?<=[-–/])|[ \n]", text) if word and len(word) < _MOST_READ]


def measure(word: str, size: float) -> float:
    """Return about how wide a word is in a common sans serif, rather too wide than too narrow."""
    return size * sum(_LETTERS.get(letter, _CAPITAL if letter.isupper() else _OTHER) for letter in word)
