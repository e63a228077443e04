"""What a plan says about background: which covariates the comparison is adjusted for, and how."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from evalkit.plan.strict import ColumnName, Strict
from evalkit.plan.tree import Tree

KNOWN = ("sex", "age")
"""Covariates that need no column of their own: sex, and age in years at the start."""


class Adjustment(Strict):
    """The comparison of persons with an eye to their background, as it was before the start.

    Attributes
    ----------
    covariates : tuple[str, ...]
        Columns with the role attribute, ``sex`` or ``age``.
    method : str
        ``doubly_robust``: right if either the weighting or the regression is. ``regression``, ``weighting``: one of them alone.
    """

    covariates: tuple[ColumnName, ...] = Field(min_length=1)
    method: Literal["doubly_robust", "regression", "weighting"] = "doubly_robust"


PLAN = {
    "design.adjustment.covariates": ("Hänsyn till bakgrund: mått", "Kolumner med rollen attribute, sex eller age"),
    "design.adjustment.method": ("Hänsyn till bakgrund: sätt", "doubly_robust om inget annat bestämts"),
}
"""Key -> heading and help of the Excel form."""

WORDS = {"doubly_robust": "dubbelt robust", "regression": "regression", "weighting": "viktning"}
"""Value of a key -> what the drop-down says beside it."""


def check_adjustment(tree: Tree) -> None:
    """Note where `design.adjustment` does not fit the rest of the plan."""
    place = ("design", "adjustment")
    if tree.value(place) is None:
        return
    analyses = tree.value(("design", "analyses"))
    if isinstance(analyses, list) and "did" not in analyses:
        tree.note("PAR-VALUE", place, "gäller analysen did; lägg till did i design.analyses eller ta bort adjustment")
    if tree.text(("data_kind",)) == "public":
        tree.note("PAR-VALUE", place, "gäller bara data_kind: persons")
    named = tree.value((*place, "covariates"))
    for position in range(len(named) if isinstance(named, list) else 0):
        tree.points_at((*place, "covariates", position), [*KNOWN, *attributes(tree)], "bakgrundsmåttet")


def attributes(tree: Tree) -> list[str]:
    """Return the names of the plan's columns with the role attribute."""
    columns = (column for source in tree.items(("sources",)) for column in tree.items((*source, "columns")))
    return [name for c in columns if tree.text((*c, "role")) == "attribute" and (name := tree.text((*c, "name")))]
