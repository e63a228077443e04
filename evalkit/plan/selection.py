"""From whom the participants were chosen on an outcome without an instrument: what they would move without any intervention."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from evalkit.plan.strict import Strict, Text

if TYPE_CHECKING:
    from evalkit.plan.tree import Tree


class ChosenFrom(Strict):
    """The population that the participants were chosen from, as the outcome is measured there.

    Attributes
    ----------
    mean : float
        In the outcome's unit.
    retest, retest_high : float
        Smallest and largest correlation of two measurements without intervention, over about the plan's interval; one number where
        the second is not given.
    source : str
        Where both are from.
    """

    mean: float
    retest: float = Field(ge=0, lt=1)
    retest_high: float | None = Field(default=None, ge=0, lt=1)
    source: Text


COLUMNS = {
    "referred.mean": ("Medelvärde där de valdes", "Hos dem som deltagarna valdes ur"),
    "referred.retest": ("Samband mellan två mätningar, minst", "Utan insats, 0 till 1"),
    "referred.retest_high": ("Samband mellan två mätningar, mest", "Tomt om det är ett enda tal"),
    "referred.source": ("Källa för dem", ""),
}
"""Keys of the form's sheet Effektmått -> heading and help."""


def check_chosen_from(tree: Tree) -> None:
    """Note what does not agree about the populations that participants were chosen from."""
    for place in tree.items(("outcomes",)):
        if tree.value((*place, "referred")) is None:
            continue
        tree.in_order((*place, "referred"), "retest", "retest_high")
        if tree.value((*place, "instruments")):
            tree.note("PAR-VALUE", (*place, "referred"), "måttet har instrument: skriv referred under instrumentet")
        if tree.text(("data_kind",)) != "persons":
            tree.note("PAR-VALUE", (*place, "referred"), "gäller bara personer (data_kind: persons)")
