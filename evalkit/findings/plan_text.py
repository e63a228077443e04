"""What the report quotes from the plan: prose and labels that people wrote, no data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from evalkit.plan.units import difference_unit


@dataclass(frozen=True, slots=True)
class VersionText:
    """One version of the plan."""

    version: date
    decided_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class OutcomeText:
    """One outcome as the report names it; `instruments` are labels with their status."""

    id: str
    label: str
    unit: str
    kind: str
    direction: str
    primary: bool
    instruments: tuple[str, ...]
    minimum: float | None
    maximum: float | None
    expected_effect: float | None

    @property
    def gap(self) -> str:
        """The unit of a difference between two levels: percentage points where a level is in percent."""
        return difference_unit(self.unit)


@dataclass(frozen=True, slots=True)
class OccasionText:
    """One occasion: days from each person's own start."""

    id: str
    label: str
    role: str
    day_from: int
    target_day: int
    day_to: int
    decisive: bool


@dataclass(frozen=True, slots=True)
class ActivityText:
    """One activity as planned."""

    id: str
    label: str
    actor: str
    what: str
    when: str
    unit: str
    target_per_person: float


@dataclass(frozen=True, slots=True)
class SourceText:
    """One source: who delivers it, on what legal ground or under which licence."""

    id: str
    label: str
    owner: str
    legal_ground: str
    citation: str
    licence: str
    coverage: str


@dataclass(frozen=True, slots=True)
class PlanText:
    """The plan as the report quotes it. All texts are shown as text, never as HTML, formula or template."""

    municipality: str
    background: str
    target_group: str
    age_from: int | None
    age_to: int | None
    why: str
    who: str
    what: str
    how: str
    questions: tuple[str, ...]
    side_effects: tuple[str, ...]
    versions: tuple[VersionText, ...]
    outcomes: tuple[OutcomeText, ...]
    occasions: tuple[OccasionText, ...]
    activities: tuple[ActivityText, ...]
    sources: tuple[SourceText, ...]
    analyses: tuple[str, ...]
    comparison: str
    comparison_description: str
    assigned_at: str
    assigned_by: str
    cluster_label: str
    selected_on_outcome: str
    confidence_level: float
    responsible: tuple[tuple[str, str], ...]
