"""What a plan says about background: which covariates the comparison is adjusted for, and how."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from evalkit.plan.problems import quote, suggestion
from evalkit.plan.strict import ColumnName, Strict
from evalkit.plan.strict_yaml import Location
from evalkit.plan.tree import Tree

KNOWN = ("sex", "age")
"""Covariates of persons that need no column of their own: sex, and age in years at the start."""
NUMBERS = ("integer", "decimal")
"""Kinds of a column that has a mean over periods."""


class Adjustment(Strict):
    """The comparison with an eye to background, as it was before the start.

    Attributes
    ----------
    covariates : tuple[str, ...]
        Columns with the role attribute; of persons also ``sex`` and ``age``. Of public units numbers, each the mean over the
        periods before anybody started.
    method : str
        ``doubly_robust``: right if either the weighting or the regression is. ``regression``, ``weighting``: one of them alone.
    """

    covariates: tuple[ColumnName, ...] = Field(min_length=1)
    method: Literal["doubly_robust", "regression", "weighting"] = "doubly_robust"


PLAN = {
    "design.adjustment.covariates": (
        "Hänsyn till bakgrund: mått",
        "Kolumner med rollen attribute; för personer också sex eller age",
    ),
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
    named = tree.value((*place, "covariates"))
    places = [(*place, "covariates", position) for position in range(len(named) if isinstance(named, list) else 0)]
    if tree.text(("data_kind",)) == "public":
        _check_units(tree, place, places)
        return
    for one in places:
        tree.points_at(one, [*KNOWN, *attributes(tree)], "bakgrundsmåttet")


def _check_units(tree: Tree, place: Location, places: Sequence[Location]) -> None:
    """Note where the adjustment of public units does not fit: another design decides, or a covariate has no mean."""
    if tree.value(("design", "staggered")) is not None:
        text = (
            "gäller enheter som började i samma period; ta bort adjustment, eller avgränsa till en startgrupp och ta bort staggered"
        )
        tree.note("PAR-VALUE", place, text)
    if tree.value(("single_unit",)) is not None:
        tree.note("PAR-VALUE", place, "en enda enhet med insats kan inte göras lik andra i bakgrund; ta bort adjustment")
    if tree.text(("design", "comparison")) == "randomised":
        tree.note("PAR-VALUE", place, "lotten har redan gjort enheterna lika; ta bort adjustment")
    columns = {tree.text((*c, "name")): c for source in tree.items(("sources",)) for c in tree.items((*source, "columns"))}
    seen = set()
    for one in places:
        name = tree.text(one) or ""
        column = columns.get(name)
        if name in seen:
            tree.note("PAR-DUP", one, f"{quote(name)} står två gånger")
        seen.add(name)
        if column is not None and tree.text((*column, "role")) == "value":
            text = f"{quote(name)} är ett effektmått och kan inte vara bakgrund: det påverkas av insatsen; välj en annan kolumn"
            tree.note("PAR-VALUE", one, text)
        elif name not in attributes(tree):
            text = f"bakgrundsmåttet {quote(name)} är ingen kolumn med role: attribute; {suggestion(name, attributes(tree))}"
            tree.note("PAR-REF", one, text)
        elif column is not None and (tree.text((*column, "kind")) not in NUMBERS or tree.value((*column, "labels"))):
            text = f"{quote(name)} måste vara tal (kind: decimal eller integer, utan labels): medelvärdet före start används"
            tree.note("PAR-VALUE", one, text)


def attributes(tree: Tree) -> list[str]:
    """Return the names of the plan's columns with the role attribute."""
    columns = (column for source in tree.items(("sources",)) for column in tree.items((*source, "columns")))
    return [name for c in columns if tree.text((*c, "role")) == "attribute" and (name := tree.text((*c, "name")))]
