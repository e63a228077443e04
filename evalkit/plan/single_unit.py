"""One treated unit (a municipality, a region): with which others it may be compared, decided before any outcome is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from evalkit.plan.strict import Strict, Text

if TYPE_CHECKING:
    from evalkit.plan.tree import Tree


class DonorLeftOut(Strict):
    """A unit that may not be part of the comparison, and why: a reform of its own, a merger, a neighbour."""

    unit: Text
    reason: Text


class SingleUnit(Strict):
    """How one treated unit is compared with a weighted mean of others.

    Attributes
    ----------
    decides : str
        Which of the two estimates answers the main question; the other one is shown beside it.
    donors : tuple[str, ...]
        The only units that may be part of the comparison, named as in the data; every unit that was never treated where empty.
    left_out : tuple[DonorLeftOut, ...]
        Units that may not.
    """

    decides: Literal["synthetic_did", "synthetic_control"] = "synthetic_did"
    donors: tuple[Text, ...] = ()
    left_out: tuple[DonorLeftOut, ...] = ()


COLUMNS = {"unit": ("Enhet", "Namnet som i data"), "reason": ("Skäl", "Bestäms innan utfallet läses")}
"""The form's sheet Utelämnade enheter: key -> heading and help."""

PLAN = {
    "single_unit.decides": ("En enhet: skattning som avgör", "Bara offentliga uppgifter med en enda enhet som fått insatsen"),
    "single_unit.donors": ("En enhet: jämförs med", "Namn med kommatecken emellan; tomt: alla utan insatsen"),
}
"""Keys of the form's sheet Plan -> heading and help."""

WORDS = {"synthetic_did": "syntetisk skillnad i skillnader", "synthetic_control": "syntetisk kontroll"}
"""Value of a key -> the form's word beside it."""


def check_single_unit(tree: Tree) -> None:
    """Note what does not agree inside the plan's part on one treated unit."""
    place = ("single_unit",)
    if tree.value(place) is None:
        return
    if tree.text(("data_kind",)) != "public":
        tree.note("PAR-VALUE", place, "gäller bara data_kind: public: en enhet är en kommun eller region, inte en person")
    analyses = tree.value(("design", "analyses"))
    if isinstance(analyses, list) and "did" not in analyses:
        tree.note("PAR-VALUE", place, "kräver did i design.analyses: enheten jämförs med andra")
    if tree.text(("analysis", "spending")) not in (None, "none"):
        tree.note(
            "PAR-VALUE",
            place,
            "rangordningen har för få steg för flera prövningar: skriv spending: none och en enda rapport som avgör",
        )
    named = [tree.text((*item, "unit")) or "" for item in tree.items((*place, "left_out"))]
    if len(set(named)) < len(named):
        tree.note("PAR-DUP", (*place, "left_out"), "samma enhet står två gånger")
    donors = tree.value((*place, "donors"))
    both = sorted(set(named) & set(map(str, donors))) if isinstance(donors, list) else []
    if both:
        tree.note("PAR-VALUE", (*place, "left_out"), f"{len(both)} enheter står både i donors och i left_out; välj")
