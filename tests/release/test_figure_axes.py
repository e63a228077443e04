"""Axes of figures: names that do not run into each other, numbers with one number of decimals."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from evalkit.release.figure_axes import finish_axes, name_places
from evalkit.release.language import Language
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure


def drawn() -> tuple[Any, Any]:
    canvas = Figure(figsize=(7.2, 3.5), dpi=100, layout="constrained")
    return FigureCanvasAgg(canvas), canvas.subplots()


@pytest.mark.parametrize(
    "names",
    [
        [str(1871 + i) for i in range(100)],
        [f"{2010 + i // 4}K{i % 4 + 1}" for i in range(16)],
        [f"kvartal {i}" for i in range(-4, 4)],
        ["Vid start", "Efter 6 månader", "Efter 12 månader"],
    ],
)
def test_names_along_an_axis_never_overlap(names: list[str]) -> None:
    surface, axes = drawn()
    axes.plot(range(len(names)), range(len(names)))
    name_places(axes, list(enumerate(names)))
    finish_axes(axes, Language("sv"), y_label="poäng")
    surface.draw()
    boxes = [label.get_window_extent() for label in axes.get_xticklabels() if label.get_text()]
    assert len(boxes) >= 3
    assert all(left.x1 < right.x0 for left, right in itertools.pairwise(boxes))


def test_an_axis_has_decimal_commas_and_one_number_of_decimals() -> None:
    surface, axes = drawn()
    axes.plot([-9.5, 0.25], [0.26, 0.47])
    finish_axes(axes, Language("sv"), x_label="avvikelse", y_label="andel", periods=False)
    surface.draw()
    for labels in (axes.get_xticklabels(), axes.get_yticklabels()):
        told = [label.get_text() for label in labels]
        assert not any("." in text for text in told)
        assert len({len(text.partition(",")[2]) for text in told}) == 1
