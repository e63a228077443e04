"""What a plan says when units (or groups of persons) start at different times."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from evalkit.plan.strict import Strict
from evalkit.plan.tree import Tree


class Staggered(Strict):
    """Each start group is compared on its own, and their effects are put together.

    Attributes
    ----------
    compare_with : str
        ``never_treated``: units that never start. ``not_yet_treated``: those and the ones that start later.
    anticipation : int
        Periods before the start in which the intervention may already be felt; they are not used as the level before.
    """

    compare_with: Literal["never_treated", "not_yet_treated"]
    anticipation: int = Field(default=0, ge=0, le=8)


PLAN = {
    "design.staggered.compare_with": (
        "Stegvis start: jämför med",
        "Enheter utan insats, eller även de som startar senare",
    ),
    "design.staggered.anticipation": ("Stegvis start: perioder i förväg", "Så långt före start kan insatsen märkas; oftast 0"),
}
"""Key -> heading and help of the Excel form."""


def check_staggered(tree: Tree) -> None:
    """Note where `design.staggered` does not fit the rest of the plan."""
    place = ("design", "staggered")
    if tree.value(place) is None:
        return
    analyses = tree.value(("design", "analyses"))
    if isinstance(analyses, list) and "did" not in analyses:
        tree.note("PAR-VALUE", place, "gäller analysen did; lägg till did i design.analyses eller ta bort staggered")
    rows = {tree.text((*source, "row")) for source in tree.items(("sources",))}
    if tree.text(("data_kind",)) == "persons" and "period" not in rows:
        tree.note("PAR-VALUE", place, "för personer behövs ett register med perioder (row: period); ta annars bort staggered")
