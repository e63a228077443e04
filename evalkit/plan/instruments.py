"""The register of assessment instruments, as far as a plan and a gate need it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from evalkit.plan.strict import Name, Strict, Text


class Scale(Strict):
    """One scale of an instrument: its range, step and direction."""

    id: Name
    label: Text
    minimum: float
    maximum: float
    step: float = Field(default=1.0, gt=0)
    direction: Literal["higher_better", "lower_better", "neutral"]


class Instrument(Strict):
    """One instrument version for one respondent. No item texts.

    Attributes
    ----------
    family : Name
        What links the editions and respondents of one instrument: results are never mixed within a before and after.
    edition : str
        Which edition the scores come from, where there are several.
    recall : str
        The time that the answers are about.
    note : str
        What its users must know before they compare two measurements.
    """

    id: Name
    label: Text
    respondent: Literal["self", "parent", "teacher", "clinician", "staff", "register", "test"]
    age_from: int | None = Field(default=None, ge=0, le=120)
    age_to: int | None = Field(default=None, ge=0, le=120)
    aliases: tuple[Text, ...] = ()
    family: Name | None = None
    edition: Text | None = None
    recall: Text | None = None
    licence: Literal["free", "free_unmodified", "permission", "commercial"] | None = None
    note: Text | None = None
    source: Text
    status: Literal["draft", "reviewed", "secured"]
    scales: tuple[Scale, ...] = Field(min_length=1)


class InstrumentRegister(Strict):
    """All instruments of `params/instruments/`, by id."""

    instruments: tuple[Instrument, ...]

    def find(self, label: str) -> Instrument | None:
        """Return the instrument with this id, label or alias, ignoring case; None if there is none."""
        wanted = label.strip().casefold()
        for instrument in self.instruments:
            if wanted in {name.casefold() for name in (instrument.id, instrument.label, *instrument.aliases)}:
                return instrument
        return None
