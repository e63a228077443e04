"""Who each treated person is compared with: matching on background that was known before the start."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from evalkit.plan.adjustment import KNOWN, attributes
from evalkit.plan.strict import ColumnName, Strict
from evalkit.plan.tree import Tree

COHORT = "cohort"
"""The start group of `design.starts`: for `exact`, so that people are compared within the same term."""


class Matching(Strict):
    """How persons are matched. Nothing measured after the start has a part in it.

    Attributes
    ----------
    method : str
        ``mahalanobis`` or ``propensity``: the nearest in `columns`. ``exact``: everybody alike in `exact`. ``sets``: the
        municipality has matched, and `set_column` says who belongs together.
    columns : tuple[str, ...]
        Background in which the nearest are sought (``sets`` and ``exact``: whose balance is told, and which regression takes out).
    exact : tuple[str, ...]
        Background in which two must be the same.
    neighbours : int
        Comparison persons a treated person.
    reuse : bool
        Whether a comparison person may stand for several.
    caliper : float | None
        Largest distance: of propensity scores in standard deviations of the log odds; of Mahalanobis' as it is.
    on_start_value : bool
        Whether the outcome's own value before the start is one of the columns.
    remaining : str
        What is done with background that differs after matching: taken out by ``regression``, or ``none``.
    """

    method: Literal["mahalanobis", "propensity", "exact", "sets"]
    columns: tuple[ColumnName, ...] = ()
    exact: tuple[ColumnName, ...] = ()
    set_column: ColumnName | None = None
    neighbours: Annotated[int, Field(ge=1, le=5)] = 1
    reuse: bool = False
    caliper: float | None = Field(default=None, gt=0, le=10)
    on_start_value: bool = False
    remaining: Literal["regression", "none"] = "regression"


PLAN = {
    "design.matching.method": ("Matchning: sätt", "sets om kommunen redan har matchat"),
    "design.matching.columns": ("Matchning: bakgrund", "Kolumner med rollen attribute, sex eller age; de närmaste söks i dem"),
    "design.matching.exact": ("Matchning: måste vara lika", "Kolumner där två ska ha samma värde, till exempel sex eller cohort"),
    "design.matching.set_column": ("Matchning: kolumn med par", "Bara sets: kolumnen som säger vilka som hör ihop"),
    "design.matching.neighbours": (
        "Matchning: antal att jämföra med",
        "För var och en med insats; 1 om inget annat bestämts",
    ),
    "design.matching.reuse": ("Matchning: flera gånger", "Får samma person i jämförelsegruppen användas flera gånger?"),
    "design.matching.caliper": ("Matchning: längsta avstånd", "Vid propensity ofta 0,2; tomt betyder ingen gräns"),
    "design.matching.on_start_value": ("Matchning: även startvärdet", "Matcha också på måttets eget värde före start?"),
    "design.matching.remaining": ("Matchning: det som ändå skiljer", "regression om inget annat bestämts"),
}
"""Key -> heading and help of the Excel form."""

WORDS = {
    "mahalanobis": "närmast i bakgrund",
    "propensity": "närmast i sannolikhet att få insatsen",
    "exact": "alla som är lika",
    "sets": "redan matchade av kommunen",
}
"""Value of a key -> what the drop-down says beside it."""


def check_matching(tree: Tree) -> None:
    """Note where `design.matching` does not fit the rest of the plan."""
    place = ("design", "matching")
    if tree.value(place) is None:
        return
    analyses = tree.value(("design", "analyses"))
    if isinstance(analyses, list) and "did" not in analyses:
        tree.note("PAR-VALUE", place, "gäller analysen did; lägg till did i design.analyses eller ta bort matching")
    if tree.text(("data_kind",)) == "public":
        tree.note("PAR-VALUE", place, "gäller bara data_kind: persons")
    if tree.text(("design", "comparison")) == "randomised":
        tree.note("PAR-VALUE", place, "lottade grupper matchas inte: lotten har redan gjort dem lika; ta bort matching")
    for key, more in (("columns", ()), ("exact", (COHORT,))):
        named = tree.value((*place, key))
        for position in range(len(named) if isinstance(named, list) else 0):
            tree.points_at((*place, key, position), [*KNOWN, *more, *attributes(tree)], "bakgrundsmåttet")
    _check_method(tree)


def _check_method(tree: Tree) -> None:
    place = ("design", "matching")
    method = tree.text((*place, "method"))
    if method == "sets":
        if tree.value((*place, "set_column")) is None:
            tree.note("PAR-MISSING", (*place, "set_column"), "säg vilken kolumn som visar vilka som hör ihop")
        else:
            tree.points_at((*place, "set_column"), attributes(tree), "kolumnen")
    elif tree.value((*place, "set_column")) is not None:
        tree.note("PAR-VALUE", (*place, "set_column"), "gäller bara method: sets")
    if method in {"sets", "exact"}:
        for key in ("caliper", "neighbours"):
            if tree.value((*place, key)) is not None:
                tree.note("PAR-VALUE", (*place, key), f"gäller inte method: {method}; ta bort nyckeln")
    if method == "sets" and tree.value((*place, "exact")):
        tree.note("PAR-VALUE", (*place, "exact"), "paren är redan bestämda (method: sets); ta bort nyckeln")
    if method == "exact" and not tree.value((*place, "exact")):
        tree.note("PAR-MISSING", (*place, "exact"), "säg vilken bakgrund som ska vara lika")
    near = tree.value((*place, "columns")) or tree.text((*place, "on_start_value")) == "true"
    if method in {"mahalanobis", "propensity"} and not near:
        tree.note("PAR-MISSING", (*place, "columns"), "säg i vilken bakgrund de närmaste söks")
