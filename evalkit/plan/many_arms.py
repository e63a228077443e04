"""A lottery with more than two arms: which arm is the comparison, what else is compared, and what answers the main question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import StringConstraints

from evalkit.plan.strict import Name, Strict

if TYPE_CHECKING:
    from evalkit.plan.tree import Tree

Pair = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*:[a-z][a-z0-9_]*$", max_length=120)]


class ArmAnalysis(Strict):
    """How several arms are compared; decided before any outcome is read.

    Attributes
    ----------
    control : str | None
        The arm that every other one is compared with; the last arm of the lottery where left out.
    decides : str | None
        The arm whose comparison with the control answers the main question; the first arm where left out.
    contrasts : tuple[str, ...]
        Comparisons beside those with the control, as ``one:other``.
    """

    control: Name | None = None
    decides: Name | None = None
    contrasts: tuple[Pair, ...] = ()


def check_arms_compared(tree: Tree) -> None:
    """Note what does not agree between the compared arms and the lottery's."""
    place = ("analysis", "arms")
    if not isinstance(tree.value(place), dict):
        return
    names = tree.names(("lottery", "arms"))
    if len(names) < 3:
        tree.note("PAR-VALUE", place, "gäller bara en lott med minst tre grupper (lottery.arms)")
        return
    control = tree.text((*place, "control")) or names[-1]
    decides = tree.text((*place, "decides")) or names[0]
    for key in ("control", "decides"):
        if tree.value((*place, key)) is not None:
            tree.points_at((*place, key), names, "lottens grupp")
    if decides == control:
        tree.note("PAR-VALUE", (*place, "decides"), "gruppen som avgör kan inte vara den som de andra jämförs med")
    written = tree.value((*place, "contrasts"))
    seen = {tuple(sorted((name, control))) for name in names}
    for position, pair in enumerate(written if isinstance(written, list) else ()):
        one, _, other = str(pair).partition(":")
        if one not in names or other not in names or one == other:
            tree.note("PAR-REF", (*place, "contrasts", position), "skriv två olika av lottens grupper, som en:annan")
        elif tuple(sorted((one, other))) in seen:
            tree.note("PAR-DUP", (*place, "contrasts", position), "jämförelsen finns redan; alla jämförs med control ändå")
        seen.add(tuple(sorted((one, other))))


PLAN = {
    "analysis.arms.control": ("Flera lottgrupper: jämförs med", "Tomt: lottens sista grupp"),
    "analysis.arms.decides": ("Flera lottgrupper: avgör", "Tomt: lottens första grupp mot jämförelsen"),
    "analysis.arms.contrasts": ("Flera lottgrupper: fler jämförelser", "en:annan, med kommatecken emellan"),
}
"""Keys of the form's sheet Plan -> heading and help."""
