"""Axes of the report's figures: numbers as the language writes them, periods that do not run into each other."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import Any

from evalkit.release.language import Language

_ROOM = 84
"""Letters that fit side by side under a figure of full width."""
_MOST_DECIMALS = 6
_WORDS = 8
"""So many names or fewer are all written, on several lines; of more, evenly spaced ones."""


def finish_axes(axes: Any, language: Language, *, x_label: str = "", y_label: str = "", periods: bool = True) -> None:
    """Label the axes and write their numbers as the language does; `periods`: a figure with two labels has names along x."""
    from seaborn import despine

    if x_label and not (y_label and periods):
        write_numbers(axes.xaxis, language)
    if y_label:
        write_numbers(axes.yaxis, language)
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    despine(ax=axes, left=True)


def write_numbers(axis: Any, language: Language) -> None:
    """Write an axis' numbers with the decimal sign of the language, all with the decimals that the finest needs."""
    from matplotlib.ticker import FuncFormatter

    axis.set_major_formatter(FuncFormatter(lambda value, _: language.number(round(value, 9) + 0.0, _decimals(axis))))


def name_places(axes: Any, places: Sequence[tuple[float, str]], *, room: int = _ROOM) -> None:
    """Name the places along x: every one where there is room, few long ones on several lines, else evenly spaced ones."""
    widest = max(len(name) for _, name in places)
    step = 1
    shown = [name for _, name in places]
    if len(places) * (widest + 2) > room:
        if len(places) <= _WORDS and any(" " in name for name in shown):
            shown = [fill(name, room // len(places) - 2, break_long_words=False) for name in shown]
        else:
            step = -(-len(places) * (widest + 2) // room)
    axes.set_xticks([place for place, _ in places][::step], shown[::step])


def _decimals(axis: Any) -> int:
    low, high = sorted(axis.get_view_interval())
    reach = 1e-9 * max(abs(low), abs(high), 1e-3)
    seen = [tick for tick in axis.get_majorticklocs() if low - reach <= tick <= high + reach]
    return next((d for d in range(_MOST_DECIMALS) if all(abs(t - round(t, d)) <= reach for t in seen)), _MOST_DECIMALS)
