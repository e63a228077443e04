"""Who may have what: `params/receivers.yaml`, decided by the municipality. Without the file nothing is shared."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from evalkit.errors import DisclosureRefused, PlanError
from evalkit.plan.form_names import SHAREABLE
from evalkit.plan.reading import read_model
from evalkit.plan.strict import Slug, Strict, Text
from evalkit.plan.strict_yaml import read_document

FileName = Annotated[str, StringConstraints(pattern=r"^[a-z_]+\.(?:html|json|ipynb|pdf|docx|xlsx|zip)$")]


class Receiver(Strict):
    """One receiver outside the house, and what it may have."""

    id: Slug
    name: Text
    interventions: tuple[Slug, ...] = Field(min_length=1)
    kinds: tuple[Literal["arbetsrapport", "slutrapport"], ...] = Field(min_length=1)
    files: tuple[FileName, ...] = Field(min_length=1)


class Calendar(Strict):
    """The days on which an intervention's reporting cohort is frozen: a release shows what was delivered by the last of them."""

    intervention: Slug
    days: tuple[date, ...] = Field(min_length=1)


class Receivers(Strict):
    """`params/receivers.yaml`.

    Attributes
    ----------
    makers, approvers : tuple[str, ...]
        Roles, never names: who may make a bundle, and who may approve one that another role made.
    least_difference : int
        Two releases' groups are the same persons, or differ by at least this many.
    """

    makers: tuple[Text, ...] = Field(min_length=1)
    approvers: tuple[Text, ...] = Field(min_length=1)
    least_difference: int = Field(default=10, ge=5, le=1000)
    calendars: tuple[Calendar, ...] = ()
    receivers: tuple[Receiver, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _known_files(self) -> Receivers:
        unknown = sorted({name for receiver in self.receivers for name in receiver.files} - set(SHAREABLE))
        if unknown:
            raise ValueError(f"filer som aldrig delas: {', '.join(unknown)}; tillåtna är {', '.join(SHAREABLE)}")
        return self

    def receiver(self, named: str, intervention: str, kind: str) -> Receiver:
        """Return the receiver `named`, if it may have this kind of report on this intervention.

        Raises
        ------
        PlanError
            If there is no such receiver.
        DisclosureRefused
            If it is not declared to have this.
        """
        found = next((r for r in self.receivers if r.id == named), None)
        if found is None:
            known = ", ".join(r.id for r in self.receivers)
            raise PlanError(f"ingen mottagare heter så i params/receivers.yaml; där finns {known}", code="PAR-RECEIVER")
        if intervention not in found.interventions or kind not in found.kinds:
            raise DisclosureRefused(
                f"{found.id} får enligt params/receivers.yaml inte {kind} om {intervention}; ändra beslutet där om det är fel",
                code="SHARE-RECEIVER",
            )
        return found

    def frozen_on(self, intervention: str, latest: date) -> date | None:
        """Return the day on which the cohort of a release was frozen: the last one not after `latest`; None without calendar.

        Raises
        ------
        DisclosureRefused
            If the calendar's first day has not come.
        """
        days = [day for calendar in self.calendars if calendar.intervention == intervention for day in calendar.days]
        if not days:
            return None
        past = [day for day in days if day <= latest]
        if not past:
            raise DisclosureRefused(
                f"{intervention}: första dagen i releasekalendern är {min(days)}; dessförinnan delas ingenting",
                code="SHARE-CALENDAR",
            )
        return max(past)


def load_receivers(path: Path) -> Receivers:
    """Read the receivers at `path`.

    Raises
    ------
    PlanError
        If the file is missing (nothing is shared without it) or faulty.
    """
    if not path.is_file():
        raise PlanError(f"{path.name} finns inte i params: utan beslutade mottagare delas ingenting", code="PAR-RECEIVER")
    return read_model(read_document(path), Receivers, noun="mottagarna")
