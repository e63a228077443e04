"""What the quality gate found: rules, counts and places, never values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What a failed check does to the run."""

    STOP = "stop"
    WARN = "warn"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """One rule and how it went.

    Attributes
    ----------
    rule : str
        Name of the rule, unique within a gate.
    code : str
        Class of the fault (docs/CODES.md), such as ``IN-RANGE``.
    severity : Severity
        What a failure does.
    passed : bool
    source, column : str
        Where; empty where the rule spans several.
    n_checked, n_failed : int
        Rows (or persons, where the rule is about persons) looked at, and those that failed.
    places : tuple[str, ...]
        At most ten places, each ``"fil rad N"`` or a pseudonym; inside the house only.
    message : str
        What is wrong, in the plan's language.
    remedy : str
        What to do about it, in the plan's language.
    """

    rule: str
    code: str
    severity: Severity
    passed: bool
    source: str
    column: str
    n_checked: int
    n_failed: int
    places: tuple[str, ...]
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class GateReport:
    """Every check of one gate, in the order of the rules."""

    gate: str
    outcomes: tuple[CheckOutcome, ...]

    @property
    def stops(self) -> tuple[CheckOutcome, ...]:
        """Return the failed checks that stop the run."""
        return tuple(o for o in self.outcomes if not o.passed and o.severity is Severity.STOP)

    @property
    def warnings(self) -> tuple[CheckOutcome, ...]:
        """Return the failed checks that warn."""
        return tuple(o for o in self.outcomes if not o.passed and o.severity is Severity.WARN)

    @property
    def notes(self) -> tuple[CheckOutcome, ...]:
        """Return what was noticed on the way."""
        return tuple(o for o in self.outcomes if not o.passed and o.severity is Severity.NOTE)

    @property
    def is_open(self) -> bool:
        """Whether the data may pass."""
        return not self.stops
