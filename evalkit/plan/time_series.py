"""Interrupted time series: one series of many periods before and after the start, without anybody to compare with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from evalkit.plan.strict import Strict

if TYPE_CHECKING:
    from evalkit.plan.tree import Tree


class TimeSeries(Strict):
    """How the series before the start is continued after it.

    Attributes
    ----------
    decides : str
        The mean deviation from the continued trend over all periods after the start, or the jump at the start.
    season : str
        ``calendar``: months, quarters or terms have levels of their own; ``term``: spring and autumn terms have; ``none``.
    """

    decides: Literal["mean_after", "level"] = "mean_after"
    season: Literal["calendar", "term", "none"] = "calendar"


PLAN = {
    "time_series.decides": ("Tidsserie: vad som avgör", "Kräver minst åtta perioder före start och fyra efter"),
    "time_series.season": ("Tidsserie: säsong", "Egen nivå för månader eller kvartal, för terminer, eller ingen"),
}
"""Keys of the form's sheet Plan -> heading and help."""

WORDS = {
    "mean_after": "medelavvikelse från trenden efter start",
    "level": "hoppet vid start",
    "calendar": "månader eller kvartal",
    "none": "ingen",
}
"""Value of a key -> the form's word beside it."""


def check_time_series(tree: Tree) -> None:
    """Note what does not agree inside the plan's part on time series."""
    analyses = tree.value(("design", "analyses"))
    if tree.value(("time_series",)) is not None and isinstance(analyses, list) and "pre_post" not in analyses:
        tree.note("PAR-VALUE", ("time_series",), "kräver pre_post i design.analyses: serien jämförs med sig själv")
    if tree.value(("time_series",)) is not None and tree.text(("analysis", "spending")) not in (None, "none"):
        tree.note("PAR-VALUE", ("time_series",), "prövas en enda gång: skriv spending: none och en rapport som avgör")
