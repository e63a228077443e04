"""A published estimate that a study on public data repeats: held against the same computation in the report, never used by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from evalkit.plan.strict import Strict, Text

if TYPE_CHECKING:
    from evalkit.plan.tree import Tree


class Published(Strict):
    """What others have printed of the primary outcome.

    Attributes
    ----------
    method : str
        ``difference_in_means``: difference of means after the draw, one spread for both groups behind its standard error.
    value, std_error : float
        As printed, in the outcome's unit.
    checked : str
        How it was checked that this is what the source says.
    """

    method: Literal["difference_in_means"] = "difference_in_means"
    value: float
    std_error: float
    reference: Text
    checked: Text


def check_published(tree: Tree) -> None:
    """Note what does not agree inside the plan's published estimate."""
    place = ("published",)
    if tree.value(place) is None:
        return
    if tree.text(("data_kind",)) != "public" or tree.text(("design", "comparison")) != "randomised":
        tree.note(
            "PAR-VALUE", place, "gäller bara en lottad studie på offentliga uppgifter (data_kind: public, comparison: randomised)"
        )


PLAN = {
    "published.method": ("Publicerat: metod", "Skillnad i medelvärde efter lotten"),
    "published.value": ("Publicerat: skattning", "Som den är tryckt, i huvudmåttets enhet"),
    "published.std_error": ("Publicerat: medelfel", "Som det är tryckt"),
    "published.reference": ("Publicerat: källa", "Författare, år och tabell"),
    "published.checked": ("Publicerat: hur siffran kontrollerats", "Vem eller vad som bekräftar att källan säger så"),
}
"""Keys of the form's sheet Plan -> heading and help."""

WORDS = {"difference_in_means": "skillnad i medelvärde"}
"""Value of a key -> the form's word beside it."""
