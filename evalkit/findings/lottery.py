"""What may be told of one drawn lottery: hashes, rules and counts, never who."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ArmCount:
    """How many units of one block got one arm; ``arm`` is empty for misfits left outside."""

    block: str
    arm: str
    n: int


@dataclass(frozen=True, slots=True)
class LotteryFacts:
    """One batch, from closed list to allocation.

    Attributes
    ----------
    rules : tuple[tuple[str, str], ...]
        The plan's lottery, key by key, as it was when the list was closed.
    frame_sha256, file_sha256, allocation_sha256, receipt_sha256, previous : str
        Of the list in its canonical form, of the delivered file, of who got what, of the receipt, and of the receipt before.
    n_units, n_drawn : int
        Units in the list, and what was drawn (groups count once).
    n_assignments : int | None
        How many allocations the lottery could have given; None where that is not counted.
    attempt : int
        Which try was kept; 1 without re-randomisation.
    n_without_consent : int
        Delivered persons who were left out of the list; 0 where units come from a list of their own.
    draw_form : str
        How the result had to be written, in Swedish; empty where nothing was promised.
    """

    plan_id: str
    title: str
    batch: int
    closed_on: date
    held_on: date
    draw_name: str
    draw_rule: str
    draw_text: str
    rules: tuple[tuple[str, str], ...]
    arms: tuple[tuple[str, str], ...]
    frame_sha256: str
    file_sha256: str
    previous: str
    seed: str
    attempt: int
    allocation_sha256: str
    receipt_sha256: str
    n_units: int
    n_drawn: int
    n_assignments: int | None
    counts: tuple[ArmCount, ...]
    n_without_consent: int = 0
    draw_form: str = ""

    @property
    def from_source(self) -> bool:
        """Whether the list is a source's delivered persons: its file then has a keyed fingerprint, no plain hash."""
        return any(key == "source" for key, _ in self.rules)
