"""The lottery of a plan: who is drawn, between what, by which public draw. Decided and written down before anybody is drawn."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from evalkit.plan.sources import FilePattern
from evalkit.plan.strict import ColumnName, Name, Strict, Text

if TYPE_CHECKING:
    from evalkit.plan.strict_yaml import Location
    from evalkit.plan.tree import Tree

OF_NUMBER = ("kön", "födelseår")
"""What a personal number says beside the columns of a source, where no column says it."""


class LotteryArm(Strict):
    """One arm. `weight` is its share; `places` a number instead (one arm may go without: it gets the rest)."""

    id: Name
    label: Text
    weight: int = Field(default=1, ge=1, le=1000)
    places: int | None = Field(default=None, ge=1)


class PublicDraw(Strict):
    """A draw that nobody here can sway and everybody can look up, named before it is held; one a batch, in order.

    Attributes
    ----------
    rule : str
        How the result is written, for those who read the protocol.
    numbers, lowest, highest, order
        The promised form where the result is a number of different whole numbers: then there is one way to write it.
    pattern : str | None
        The promised form of any other result: 9 stands for a digit, every other sign for itself (``9999,99``).
    """

    name: Text
    held_on: date
    rule: Text
    numbers: int | None = Field(default=None, ge=1, le=100)
    lowest: int = Field(default=1, ge=0)
    highest: int | None = Field(default=None, ge=1)
    order: Literal["ascending", "as_drawn"] = "ascending"
    pattern: Text | None = None


class Lottery(Strict):
    """How units are drawn.

    Attributes
    ----------
    files : str | None
        The list of units in ``data/raw/<id>/lottning/``, CSV or XLSX with headings in the first row.
    source : str | None
        Instead of a list: one of the plan's own sources with a row for each person. Columns are then that source's.
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

    files: FilePattern | None = None
    source: Name | None = None
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
    _check_origin(tree)
    for item in tree.items((*place, "draws")):
        _check_form(tree, item)
    days = [tree.day((*item, "held_on")) for item in tree.items((*place, "draws"))]
    known = [day for day in days if day is not None]
    if known != sorted(known):
        tree.note("PAR-DATE", (*place, "draws"), "dragningarna ska stå i tidsordning, en för varje omgång")


def _check_origin(tree: Tree) -> None:
    """Note a lottery with no list or with two, columns that its source does not declare, and names that deliveries cannot have."""
    place = ("lottery",)
    chosen = tree.text((*place, "source"))
    if (chosen is None) == (tree.text((*place, "files")) is None):
        tree.note("PAR-VALUE", place, "ange var de som ska lottas står: files (en egen lista) eller source (en av planens källor)")
    persons = {tree.text((*source, "id")): source for source in tree.items(("sources",)) if tree.text((*source, "row")) == "person"}
    if chosen is None:
        return
    tree.points_at((*place, "source"), sorted(name for name in persons if name), "källan")
    if chosen not in persons:
        return
    source = persons[chosen]
    own = [name for column in tree.items((*source, "columns")) if (name := tree.text((*column, "name")))]
    people = [tree.text((*column, "name")) for column in _people(tree, source)]
    if tree.text((*place, "unit")) not in people:
        tree.note(
            "PAR-VALUE", (*place, "unit"), f"ska vara källans kolumn med personer: {', '.join(filter(None, people)) or 'ingen'}"
        )
    used = [*_listed(tree, "strata"), *_listed(tree, "covariates")]
    used += [name for key in ("pair", "cluster", "siblings") if (name := tree.text((*place, key)))]
    unknown = sorted({name for name in used if name not in {*own, *OF_NUMBER}})
    if unknown:
        told = f"kolumn {', '.join(unknown)} finns inte i källan {chosen}; där finns {', '.join(own)}"
        tree.note("PAR-REF", (*place, "source"), told)


def _people(tree: Tree, source: Location) -> list[Location]:
    return [column for column in tree.items((*source, "columns")) if tree.text((*column, "role")) == "person"]


def _listed(tree: Tree, key: str) -> list[str]:
    value = tree.value(("lottery", key))
    return [item.strip() for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _check_form(tree: Tree, item: Location) -> None:
    numbers, low, high = (tree.number((*item, key)) for key in ("numbers", "lowest", "highest"))
    if numbers is not None and tree.value((*item, "pattern")) is not None:
        tree.note("PAR-VALUE", (*item, "pattern"), "ange antalet tal (numbers) eller en mall (pattern), inte båda")
    if (numbers is None) != (high is None):
        tree.note("PAR-VALUE", item, "numbers och highest hör ihop: hur många tal som dras, och det högsta som kan dras")
    elif numbers is not None and high is not None and high - (1 if low is None else low) + 1 < numbers:
        tree.note("PAR-VALUE", (*item, "highest"), "så många olika tal finns inte mellan lowest och highest")
    pattern = tree.text((*item, "pattern"))
    if pattern is not None and "9" not in pattern:
        tree.note("PAR-VALUE", (*item, "pattern"), "mallen har ingen siffra: skriv 9 där en siffra ska stå, till exempel 9999,99")


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
        "numbers": ("Antal tal", "Så många olika tal dras; resultatet måste då skrivas just så"),
        "lowest": ("Lägsta tal", "1 om inget står"),
        "highest": ("Högsta tal", "Till exempel 35"),
        "order": ("Ordning", "I vilken ordning talen skrivs"),
        "pattern": ("Mall", "I stället för tal: 9 är en siffra, andra tecken sig själva, som 9999,99"),
    },
}
"""The form's sheets: key -> heading and help."""

PLAN = {
    "lottery.files": ("Lotten: fil", "En egen lista i data/raw/<kortnamn>/lottning/"),
    "lottery.source": ("Lotten: källa", "I stället för en fil: en av planens källor med en rad per person"),
    "lottery.unit": ("Lotten: kolumn med enhet", "Löpnummer eller personnummer"),
    "lottery.unit_kind": ("Lotten: enhetens slag", "Personnummer blir pseudonymer"),
    "lottery.method": ("Lotten: sätt", "Fasta antal, eller var och en för sig"),
    "lottery.strata": ("Lotten: strata", "Kolumner; lottas inom varje kombination"),
    "lottery.pair": ("Lotten: par", "Kolumn; en i varje par får insatsen"),
    "lottery.cluster": ("Lotten: kluster", "Kolumn; lottas tillsammans"),
    "lottery.siblings": ("Lotten: syskon", "Kolumn; lottas tillsammans, platser räknas i personer"),
    "lottery.misfits": ("Lotten: de som blir över", "När ett block inte går jämnt upp"),
    "lottery.covariates": ("Lotten: bakgrundsvariabler", "Bara vid omlottning"),
    "lottery.accept": ("Lotten: andel som godtas", "Bara vid omlottning, till exempel 0,1"),
}
"""The form's rows: key -> heading and help."""

WORDS = {
    "code": "löpnummer",
    "complete": "fasta antal",
    "simple": "var och en för sig",
    "block": "lottas inom blocket",
    "global": "lottas tillsammans",
    "outside": "lämnas utanför",
    "ascending": "stigande",
    "as_drawn": "som de drogs",
}
"""Value of a key -> what the drop-down says beside it."""
