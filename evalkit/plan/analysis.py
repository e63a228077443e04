"""How the plan's outcomes are judged together and over time: families of outcomes, reporting occasions, declared checks."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, StringConstraints

from evalkit.plan.many_arms import ArmAnalysis, check_arms_compared
from evalkit.plan.strict import ColumnName, Name, Strict, Text

if TYPE_CHECKING:
    from evalkit.plan.tree import Tree

Spending = Literal["none", "obrien_fleming", "pocock"]
Specification = Literal["baseline", "sex", "cohort", "winsorised", "persons", "two_way"]
Label = Annotated[str, StringConstraints(min_length=1, max_length=80)]


class Family(Strict):
    """Outcomes that are tested together; an outcome names its family in `family`.

    Attributes
    ----------
    kind : str
        ``confirmatory``: p-values are adjusted by Holm within the family. ``exploratory``: sharpened q-values, no verdict.
    """

    id: Name
    label: Text
    kind: Literal["confirmatory", "exploratory"]


class ReportingOccasion(Strict):
    """One report of the series, known before the first.

    Attributes
    ----------
    day : date
        The first delivery on this day or later is what the report is made of; a later one belongs to no test.
    role : str
        ``descriptive`` (tests nothing), ``interim`` (tests the primary outcome and spends some of the error rate) or
        ``confirmatory`` (decides; one of them).
    information : float | None
        For ``interim``: the share of the persons of the confirmatory report who are followed up by then.
    """

    label: Text
    day: date
    role: Literal["descriptive", "interim", "confirmatory"]
    information: float | None = Field(default=None, gt=0, lt=1)


class MissingModel(Strict):
    """How missing follow-ups are handled beside complete cases, decided before they are seen.

    Attributes
    ----------
    model : str
        ``complete_cases``, ``weights`` (inverse probability of being followed up) or ``bounds`` (worst and best case on the
        outcome's scale, and Lee's).
    covariates : tuple[str, ...]
        For ``weights``: ``sex`` and attribute columns that may explain who is followed up; the value at the start always may.
    """

    model: Literal["complete_cases", "weights", "bounds"]
    covariates: tuple[ColumnName, ...] = ()


class AnalysisRules(Strict):
    """What is decided about tests before any outcome is read.

    Attributes
    ----------
    spending : str
        How interim reports spend the error rate: O'Brien–Fleming or Pocock type (Lan and DeMets 1983).
    specifications : tuple[str, ...]
        Other ways to compute the primary estimate, shown in one table.
    placebo_periods : tuple[str, ...]
        Occasions (ids) or periods (labels) before the intervention at which a start that never was is placed.
    placebo_outcomes : tuple[str, ...]
        Outcomes of the plan that the intervention cannot touch.
    arms : ArmAnalysis | None
        How a lottery with more than two arms is compared.
    subgroup : str
        ``sex``: whether women and men differ is tested, as one test of the difference.
    """

    families: tuple[Family, ...] = ()
    spending: Spending = "none"
    reports: tuple[ReportingOccasion, ...] = Field(default=(), max_length=10)
    specifications: tuple[Specification, ...] = ()
    placebo_periods: tuple[Label, ...] = ()
    placebo_outcomes: tuple[Name, ...] = ()
    subgroup: Literal["none", "sex"] = "none"
    missing: MissingModel | None = None
    arms: ArmAnalysis | None = None


def check_analysis(tree: Tree) -> None:
    """Note what does not agree inside the plan's rules for tests."""
    _check_families(tree)
    _check_reports(tree)
    _check_placebos(tree)
    _check_missing(tree)
    check_arms_compared(tree)


def _check_families(tree: Tree) -> None:
    kinds = {tree.text((*place, "id")): tree.text((*place, "kind")) for place in tree.items(("analysis", "families"))}
    if len(kinds) < len(list(tree.items(("analysis", "families")))):
        tree.note("PAR-DUP", ("analysis", "families"), "två familjer har samma namn")
    if not kinds:
        return
    primary = tree.text(("primary_outcome",))
    for place in tree.items(("outcomes",)):
        own, family = tree.text((*place, "id")), tree.text((*place, "family")) or "sekundara"
        if own == primary and kinds.get(family) == "exploratory":
            tree.note("PAR-VALUE", (*place, "family"), "huvudmåttet kan inte höra till en utforskande familj")
        if own != primary and family not in kinds:
            text = f"familjen {family} finns inte i analysis.families; lägg till den eller rätta måttets family"
            tree.note("PAR-REF", (*place, "family") if tree.value((*place, "family")) else place, text)


def _check_placebos(tree: Tree) -> None:
    outcomes = tree.names(("outcomes",))
    written = tree.value(("analysis", "placebo_outcomes"))
    for position, outcome in enumerate(written if isinstance(written, list) else ()):
        tree.points_at(("analysis", "placebo_outcomes", position), outcomes, "effektmåttet")
        if outcome == tree.text(("primary_outcome",)):
            text = "huvudmåttet kan inte vara ett mått som insatsen inte påverkar"
            tree.note("PAR-VALUE", ("analysis", "placebo_outcomes", position), text)


def _check_missing(tree: Tree) -> None:
    place = ("analysis", "missing")
    model, covariates = tree.text((*place, "model")), tree.value((*place, "covariates"))
    if covariates and model != "weights":
        tree.note("PAR-VALUE", (*place, "covariates"), "gäller bara model: weights")
    columns = [column for source in tree.items(("sources",)) for column in tree.items((*source, "columns"))]
    known = ["sex", *(name for c in columns if tree.text((*c, "role")) == "attribute" and (name := tree.text((*c, "name"))))]
    for position in range(len(covariates) if isinstance(covariates, list) else 0):
        tree.points_at((*place, "covariates", position), known, "bakgrundsvariabeln")
    primary = next((p for p in tree.items(("outcomes",)) if tree.text((*p, "id")) == tree.text(("primary_outcome",))), None)
    if model != "bounds" or primary is None or tree.text((*primary, "kind")) == "binary":
        return
    if None in (tree.value((*primary, "minimum")), tree.value((*primary, "maximum"))):
        tree.note("PAR-MISSING", (*place, "model"), "sämsta och bästa fall kräver huvudmåttets minimum och maximum")


def _check_reports(tree: Tree) -> None:
    places = list(tree.items(("analysis", "reports")))
    roles = [tree.text((*place, "role")) for place in places]
    spends = tree.text(("analysis", "spending")) not in (None, "none")
    if not places:
        if spends:
            tree.note("PAR-MISSING", ("analysis", "spending"), "en regel för delrapporter kräver rapporter (analysis.reports)")
        return
    days = [day for place in places if (day := tree.day((*place, "day"))) is not None]
    if any(later <= earlier for earlier, later in pairwise(days)):
        tree.note("PAR-DATE", ("analysis", "reports"), "rapporterna ska stå i tidsordning, med olika dagar")
    if roles.count("confirmatory") != 1:
        tree.note("PAR-VALUE", ("analysis", "reports"), "en av rapporterna, och bara en, ska avgöra (role: confirmatory)")
    elif "interim" in roles[roles.index("confirmatory") :]:
        tree.note("PAR-VALUE", ("analysis", "reports"), "en rapport efter den som avgör prövar inget: skriv role: descriptive")
    if ("interim" in roles) != spends:
        text = "role: interim och spending hör ihop: ange en regel (obrien_fleming eller pocock), eller skriv role: descriptive"
        tree.note("PAR-VALUE", ("analysis", "spending") if spends else ("analysis", "reports"), text)
    _check_information(tree, places)
    _check_primary_alone(tree, roles)


def _check_information(tree: Tree, places: list[tuple[str | int, ...]]) -> None:
    last = 0.0
    for place in places:
        share, interim = tree.number((*place, "information")), tree.text((*place, "role")) == "interim"
        if interim and share is None:
            text = "nyckeln saknas; hur stor andel av slutrapportens personer är uppföljda då?"
            tree.note("PAR-MISSING", (*place, "information"), text)
        if not interim and tree.value((*place, "information")) is not None:
            tree.note("PAR-VALUE", (*place, "information"), "gäller bara role: interim")
        if interim and share is not None:
            if share <= last:
                tree.note("PAR-VALUE", (*place, "information"), "andelen ska växa från rapport till rapport")
            last = share


def _check_primary_alone(tree: Tree, roles: list[str | None]) -> None:
    if "interim" not in roles:
        return
    families = {tree.text((*place, "id")): tree.text((*place, "family")) or "sekundara" for place in tree.items(("outcomes",))}
    own = families.get(tree.text(("primary_outcome",)))
    declared = tree.names(("analysis", "families"))
    if own in declared and list(families.values()).count(own) > 1:
        text = "en delrapport prövar bara huvudmåttet: ge det en egen familj när spending används"
        tree.note("PAR-VALUE", ("analysis", "spending"), text)


SHEETS = {
    "Måttfamiljer": ("analysis.families", "Mått som prövas tillsammans: Holm för bekräftande, q-värden för utforskande"),
    "Rapporter": ("analysis.reports", "Seriens rapporter, bestämda i förväg; en av dem avgör"),
}
PLAN = {
    "analysis.spending": ("Delrapporter får pröva enligt", "none om ingen rapport före den avgörande prövar något"),
    "analysis.specifications": ("Andra sätt att räkna", "baseline, sex, cohort, winsorised, persons, two_way; kommatecken emellan"),
    "analysis.placebo_periods": ("Låtsasstarter", "Tillfällen eller perioder före insatsen"),
    "analysis.placebo_outcomes": ("Mått som inte ska påverkas", "Kortnamn från bladet Effektmått"),
    "analysis.missing.model": ("Bortfall hanteras med", "Fullständiga fall visas alltid bredvid"),
    "analysis.missing.covariates": ("Bortfall: bakgrundsvariabler", "sex och kolumner med role attribute; bara vid weights"),
    "analysis.subgroup": ("Skillnad mellan grupper", "sex prövar om kvinnor och män skiljer sig"),
}
COLUMNS = {
    "Måttfamiljer": {
        "id": ("Kortnamn", "Samma som i måttens Familj"),
        "label": ("Namn", "Som det står i rapporten"),
        "kind": ("Slag", "Bekräftande eller utforskande"),
    },
    "Rapporter": {
        "label": ("Namn", "Som det står i rapporten"),
        "day": ("Dag", "Första leveransen från och med denna dag"),
        "role": ("Vad den får säga", "En rapport avgör"),
        "information": ("Andel uppföljda", "Bara delrapporter som prövar: till exempel 0,5"),
    },
}
"""The form's sheets: key -> heading and help."""

WORDS = {
    "confirmatory": "bekräftande, avgör",
    "exploratory": "utforskande",
    "descriptive": "beskriver",
    "interim": "prövar i förtid",
    "obrien_fleming": "O'Brien–Fleming",
    "pocock": "Pocock",
    "complete_cases": "fullständiga fall",
    "weights": "vikter efter sannolikheten att följas upp",
    "bounds": "sämsta och bästa fall",
}
"""Value of a key -> the form's word beside it."""
