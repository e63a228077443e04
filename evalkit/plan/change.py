"""How a plan wants single persons' change judged, and what it knows about the population that they were referred from."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from evalkit.plan.instrument_parts import SystemId
from evalkit.plan.strict import Strict, Text

BASELINE = "baseline"
"""Instead of a clinical norm set: the participants' own first measurement stands for the clinical group."""


class DeclaredReliability(Strict):
    """A retest reliability that the register cannot hold, for example out of a manual under licence.

    Attributes
    ----------
    value : float
        Correlation of two measurements of unchanged persons.
    days : int
        Between the two measurements.
    source : str
        Work and page.
    """

    value: float = Field(gt=0, lt=1)
    days: int = Field(ge=1, le=36_500)
    source: Text


class ChangeRule(Strict):
    """Which index, spread and border decide who changed beyond measurement error.

    Attributes
    ----------
    index : str
        ``plain`` (Jacobson and Truax) or ``regressed`` (expects a person far from the mean to move towards it).
    spread : str | None
        Whose SD the error is made of: the ``norm``'s or the group's at ``baseline``; the norm's where there is one if None.
    criterion : str
        ``best``: c where both groups are known and overlap, b where they do not, else b or a.
    clinical_set : str | None
        Norm set of a clinical group in the register, or ``baseline``. A clinical group is never taken unasked.
    reliability : DeclaredReliability | None
        Goes before the register's own.
    """

    index: Literal["plain", "regressed"] = "plain"
    spread: Literal["norm", "baseline"] | None = None
    criterion: Literal["best", "a", "b", "c"] = "best"
    clinical_set: SystemId | None = None
    reliability: DeclaredReliability | None = None


class ReferredPopulation(Strict):
    """The population that the participants were chosen from: what its mean is, and how two measurements of it go together.

    Attributes
    ----------
    mean : float
        In scale units.
    retest : float
        Correlation of two measurements without intervention, over about the plan's interval.
    source : str
        Work and page, or the municipality's own register.
    """

    mean: float
    retest: float = Field(ge=0, lt=1)
    source: Text


COLUMNS = {
    "change.index": ("Förändringsindex", "plain, eller regressed som räknar med återgång mot medelvärdet"),
    "change.spread": ("Spridning ur", "norm eller baseline (gruppens första mätning)"),
    "change.criterion": ("Gräns till normalområdet", "best väljer c, b eller a efter vad som finns"),
    "change.clinical_set": ("Klinisk grupp", "Normuppsättning av kliniskt slag, eller baseline"),
    "change.reliability.value": ("Omtestreliabilitet", "Går före registrets, till exempel ur en manual"),
    "change.reliability.days": ("Dagar mellan test och omtest", ""),
    "change.reliability.source": ("Omtestets källa", "Verk och sida"),
    "referred.mean": ("Medelvärde där de valdes", "Hos dem som deltagarna valdes ur"),
    "referred.retest": ("Samband mellan två mätningar", "Utan insats, 0 till 1"),
    "referred.source": ("Källa för båda", ""),
}
"""Key -> heading and help in the Excel form."""
WORDS = {
    "plain": "Jacobson och Truax",
    "regressed": "med återgång mot medelvärdet",
    "norm": "normens",
    "baseline": "gruppens första mätning",
    "best": "det bästa som finns",
}
"""Value of a key -> what the drop-down says beside it."""
