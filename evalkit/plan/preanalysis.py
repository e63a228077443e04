"""What a pre-analysis plan asks beyond the evaluation plan: written down before anybody is drawn, or printed as missing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from evalkit.plan.strict import ColumnName, Name, Strict, Text

if TYPE_CHECKING:
    from evalkit.plan.tree import Tree


class Subgroup(Strict):
    """A group in which the effect may be another. Everybody else is what it is compared with.

    Attributes
    ----------
    by : str
        ``sex``, or ``attribute``: a column that a source gives the role attribute, named in `column`.
    values : tuple[str, ...]
        Who belongs to the group (``woman``, or values of the column).
    """

    id: Name
    label: Text
    by: Literal["sex", "attribute"] = "attribute"
    column: ColumnName | None = None
    values: tuple[Text, ...]


class PreAnalysis(Strict):
    """Answers to the registries' questions; every one may be left out and is then printed as missing.

    Attributes
    ----------
    covariates : str
        ``baseline``: the outcome before the draw, and nothing else. What `evalkit run` does.
    multiplicity : str
        ``holm`` within each family of outcomes; the primary outcome stands alone. What `evalkit run` does.
    """

    country: Text | None = None
    status: Literal["planned", "ongoing", "completed"] | None = None
    keywords: tuple[Text, ...] = ()
    intervention_from: date | None = None
    intervention_to: date | None = None
    subgroups: tuple[Subgroup, ...] = ()
    no_subgroups: bool = False
    multiplicity: Literal["holm"] | None = None
    covariates: Literal["baseline"] | None = None
    stopping_rule: Text | None = None
    missing_data: Text | None = None
    non_compliance: Text | None = None
    spillovers: Text | None = None
    ethics_review: Text | None = None
    data_access: Text | None = None


def check_preanalysis(tree: Tree) -> None:
    """Note what does not agree inside the plan's pre-analysis section."""
    place = ("preanalysis",)
    if not isinstance(tree.value(place), dict):
        return
    groups = (*place, "subgroups")
    names = tree.names(groups)
    if len(set(names)) < len(names):
        tree.note("PAR-DUP", groups, "två undergrupper har samma namn")
    for item in tree.items(groups):
        by = tree.text((*item, "by")) or "attribute"
        if (by == "attribute") != (tree.value((*item, "column")) is not None):
            tree.note("PAR-VALUE", (*item, "column"), "ange kolumnen för by: attribute, och ingen kolumn för by: sex")
    if tree.value(groups) and tree.text((*place, "no_subgroups")) == "true":
        tree.note("PAR-VALUE", (*place, "no_subgroups"), "planen både anger undergrupper och säger att inga finns")
    first, last = (tree.day((*place, key)) for key in ("intervention_from", "intervention_to"))
    if first is not None and last is not None and last < first:
        tree.note("PAR-DATE", (*place, "intervention_to"), "insatsens sista dag ligger före den första")


SHEET = ("preanalysis.subgroups", "Undergrupper där effekten kan vara en annan, bestämda innan någon lottas")
COLUMNS = {
    "id": ("Kortnamn", "Gemener, siffror och understreck"),
    "label": ("Namn", "Som det står i rapporten"),
    "by": ("Delas efter", "Kön, eller en bakgrundskolumn"),
    "column": ("Kolumn", "Namnet på bakgrundskolumnen; tomt för kön"),
    "values": ("Hör till gruppen", "Värden, med komma emellan; för kön woman eller man"),
}
"""The form's sheet Undergrupper: key -> heading and help."""

PLAN = {
    "preanalysis.country": ("Analysplan: land", "Registren frågar"),
    "preanalysis.status": ("Analysplan: läge", ""),
    "preanalysis.keywords": ("Analysplan: nyckelord", "Med komma emellan"),
    "preanalysis.intervention_from": ("Analysplan: insatsens första dag", ""),
    "preanalysis.intervention_to": ("Analysplan: insatsens sista dag", ""),
    "preanalysis.no_subgroups": ("Analysplan: inga undergrupper", "ja om det är bestämt att ingen undergrupp skattas"),
    "preanalysis.multiplicity": ("Analysplan: flera test", "Holm inom varje familj; det är vad utvärderingen gör"),
    "preanalysis.covariates": ("Analysplan: kovariater", "Utgångsvärdet och inget annat; det är vad utvärderingen gör"),
    "preanalysis.stopping_rule": ("Analysplan: när studien avbryts", "Regel bestämd i förväg, eller att ingen finns"),
    "preanalysis.missing_data": ("Analysplan: saknade värden", "Hur bortfall behandlas"),
    "preanalysis.non_compliance": ("Analysplan: de som inte följer lotten", ""),
    "preanalysis.spillovers": ("Analysplan: påverkan mellan grupperna", ""),
    "preanalysis.ethics_review": ("Analysplan: etikprövning", "Beslut och diarienummer, eller varför ingen behövs"),
    "preanalysis.data_access": ("Analysplan: data och kod efteråt", "Vem kan få se vad"),
}
"""The form's rows of the sheet Plan."""

WORDS = {
    "planned": "planerad",
    "ongoing": "pågår",
    "completed": "avslutad",
    "holm": "Holm",
    "baseline": "utgångsvärdet",
}
"""Value of a key -> the form's word beside it."""
