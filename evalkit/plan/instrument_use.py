"""Which instrument and scale a plan measures an outcome with, in which form, and what the scores are held against."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from evalkit.plan import change
from evalkit.plan.change import ChangeRule, ReferredPopulation
from evalkit.plan.instrument_parts import SystemId
from evalkit.plan.strict import Name, Strict

SurveyMode = Literal["paper", "interview", "telephone", "web"]
"""How the answers were given."""

MODES: tuple[str, ...] = ("paper", "interview", "telephone", "web")


class InstrumentUse(Strict):
    """Which instrument and scale measure an outcome at which age, and which norm and bands of the register they are held against.

    Attributes
    ----------
    recall : str | None
        The form (``standard``, ``follow_up``) or the time that its answers are about (``month``), for every measurement; what a
        delivered row says of itself goes before, and a row that says something else is not as planned.
    mode : str | None
        How it is answered, in the same way.
    norm_country : str
        Two letters; a norm of another country is never taken instead.
    norm_set, cutoff_system : str | None
        Named where the register has several.
    equivalence_margin : float | None
        How many SDs of the norm the group may differ and still count as equivalent; no equivalence test where None.
    """

    instrument: Name
    scale: Name = "total"
    age_from: int | None = Field(default=None, ge=0, le=120)
    age_to: int | None = Field(default=None, ge=0, le=120)
    recall: Name | None = None
    mode: SurveyMode | None = None
    norm_country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] = "SE"
    norm_set: SystemId | None = None
    cutoff_system: SystemId | None = None
    equivalence_margin: float | None = Field(default=None, gt=0, le=3)
    change: ChangeRule | None = None
    referred: ReferredPopulation | None = None


COLUMNS = {
    "outcome": ("Effektmått", "Kortnamn från bladet Effektmått"),
    "instrument": ("Instrument", "Kortnamn ur registret"),
    "scale": ("Skala", ""),
    "age_from": ("Från ålder", ""),
    "age_to": ("Till ålder", ""),
    "recall": ("Formulär eller tid", "Ur registret, till exempel follow_up eller month"),
    "mode": ("Svarssätt", "Papper, intervju, telefon eller webb"),
    "norm_country": ("Normens land", "Två bokstäver, SE om inget står"),
    "norm_set": ("Normuppsättning", "Om registret har flera"),
    "cutoff_system": ("Gränssystem", "Om registret har flera"),
    "equivalence_margin": ("Likvärdighetsmarginal", "I normens standardavvikelser"),
    **change.COLUMNS,
}
"""The form's sheet Instrument: key -> heading and help."""

METRIC = ("Metrik", "Om poängen står i en annan metrik än instrumentets skala")
"""Heading and help of a column's `metric` on the form's sheet Kodbok."""

WORDS = {
    "recall": "frågornas tid",
    "mode": "svarssätt",
    "paper": "papper",
    "interview": "intervju",
    "telephone": "telefon",
    "web": "webb",
    "z": "z-värde (0/1)",
    "T": "T-poäng (50/10)",
    "standard_100_15": "standardpoäng (100/15)",
    "scaled_10_3": "skalpoäng (10/3)",
    "stanine": "stanine (5/2)",
    "percentile": "percentil",
    **change.WORDS,
}
"""Value of a key -> the form's word beside it."""
