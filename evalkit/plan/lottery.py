"""The lottery of a plan: who is drawn, between what, by which public draw. Decided and written down before anybody is drawn."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from evalkit.plan.sources import FilePattern
from evalkit.plan.strict import ColumnName, Name, Strict, Text

if TYPE_CHECKING:
    from evalkit.plan.tree import Tree


class LotteryArm(Strict):
    """One arm. `weight` is its share; `places` a number instead (one arm may go without: it gets the rest)."""

    id: Name
    label: Text
    weight: int = Field(default=1, ge=1, le=1000)
    places: int | None = Field(default=None, ge=1)


class PublicDraw(Strict):
    """A draw that nobody here can sway and everybody can look up, named before it is held; one a batch, in order."""

    name: Text
    held_on: date
    rule: Text


class Lottery(Strict):
    """How units are drawn.

    Attributes
    ----------
    files : str
        The list of units in ``data/raw/<id>/lottning/``, CSV or XLSX with headings in the first row.
    unit, unit_kind
        Column of the unit, and whether it holds a code or a personal number (which becomes a pseudonym at the door).
    strata, pair, cluster, siblings, covariates
        Columns. Strata and pairs are blocks; clusters and siblings are drawn together; covariates only bound re-randomisation.
    misfits : str
        Where a block does not divide evenly: drawn in the block, drawn over all blocks together, or left outside.
    accept : float
        Share of draws that re-randomisation keeps; with covariates.
    arms : tuple[LotteryArm, ...]
        The first is the intervention.
    draws : tuple[PublicDraw, ...]
        One for each batch of a rolling intake, in order.
    """

    files: FilePattern
    unit: ColumnName
    unit_kind: Literal["code", "identity"] = "code"
    method: Literal["complete", "simple"] = "complete"
    strata: tuple[ColumnName, ...] = ()
    pair: ColumnName | None = None
    cluster: ColumnName | None = None
    siblings: ColumnName | None = None
    misfits: Literal["block", "global", "outside"] = "block"
    covariates: tuple[ColumnName, ...] = ()
    accept: float | None = Field(default=None, ge=0.001, le=1)
    arms: tuple[LotteryArm, ...] = Field(min_length=2)
    draws: tuple[PublicDraw, ...] = Field(min_length=1)


def check_lottery(tree: Tree) -> None:
    """Note what does not agree inside the plan's lottery."""
    place = ("lottery",)
    if not isinstance(tree.value(place), dict):
        return
    if tree.text(("design", "comparison")) not in ("randomised", None):
        text = "en plan som lottar jämför med de lottade: skriv comparison: randomised"
        tree.note("PAR-VALUE", ("design", "comparison"), text)
    names = tree.names((*place, "arms"))
    if len(set(names)) < len(names):
        tree.note("PAR-DUP", (*place, "arms"), "två grupper har samma namn")
    written = [key for key in ("cluster", "siblings") if tree.value((*place, key)) is not None]
    if len(written) == 2:
        tree.note("PAR-VALUE", (*place, "siblings"), "lotta kluster eller syskon, inte båda: lägg syskonen i samma kluster")
    if tree.value((*place, "pair")) is not None and tree.value((*place, "strata")):
        tree.note("PAR-VALUE", (*place, "strata"), "ett par är redan ett block; ta bort strata eller pair")
    if (tree.value((*place, "accept")) is None) == bool(tree.value((*place, "covariates"))):
        tree.note("PAR-VALUE", (*place, "accept"), "accept och covariates hör ihop: ange båda eller ingen")
    _check_places(tree)
    days = [tree.day((*item, "held_on")) for item in tree.items((*place, "draws"))]
    known = [day for day in days if day is not None]
    if known != sorted(known):
        tree.note("PAR-DATE", (*place, "draws"), "dragningarna ska stå i tidsordning, en för varje omgång")


def _check_places(tree: Tree) -> None:
    arms = list(tree.items(("lottery", "arms")))
    placed = [arm for arm in arms if tree.value((*arm, "places")) is not None]
    if placed and len(placed) < len(arms) - 1:
        tree.note("PAR-VALUE", ("lottery", "arms"), "ange platser för alla grupper utom högst en, som får resten")
    if placed and tree.text(("lottery", "method")) == "simple":
        tree.note("PAR-VALUE", ("lottery", "method"), "enkel lottning har inga platser; skriv method: complete")


COLUMNS = {
    "Lottens grupper": {
        "id": ("Kortnamn", "Gemener a–z, siffror och _"),
        "label": ("Namn", "Som det står i rapporten"),
        "weight": ("Vikt", "Gruppens andel i förhållande till de andra"),
        "places": ("Platser", "I stället för vikt; en grupp får stå utan och får resten"),
    },
    "Lottens dragningar": {
        "name": ("Dragning", "Till exempel Lotto 1, namngiven innan den hålls"),
        "held_on": ("Hålls den", "Efter att listan stängts"),
        "rule": ("Regel", "Hur resultatet skrivs som frö"),
    },
}
"""The form's sheets: key -> heading and help."""
