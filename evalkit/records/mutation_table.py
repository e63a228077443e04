"""Planted faults and what caught them: one format for the faults of the register and those of scored data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LEAST_SHARE = 0.95
"""Share of planted faults that the gates must catch."""


@dataclass(frozen=True, slots=True)
class MutationOutcome:
    """One planted fault and the rules that failed because of it.

    Attributes
    ----------
    part : str
        ``register`` or ``data``: what it was planted in.
    name : str
        The fault, in Swedish, as it stands in the table.
    expected : str
        The rule that should catch it (a name, or the first words of one).
    caught_by : tuple[str, ...]
        Rules that fail with the fault and not without it; empty where nothing caught it.
    """

    part: str
    name: str
    expected: str
    caught_by: tuple[str, ...]

    @property
    def caught(self) -> bool:
        """Return whether any rule failed."""
        return bool(self.caught_by)

    @property
    def as_expected(self) -> bool:
        """Return whether the rule meant for it was among them."""
        return any(rule.startswith(self.expected) for rule in self.caught_by)


def share_caught(outcomes: Sequence[MutationOutcome]) -> float:
    """Return the share of the planted faults that were caught, 0 where nothing was planted."""
    return sum(outcome.caught for outcome in outcomes) / len(outcomes) if outcomes else 0.0


def mutation_table(outcomes: Sequence[MutationOutcome]) -> str:
    """Return the outcomes as a table in Markdown, in the order they were planted, with a sentence that counts them."""
    lines = [
        f"{sum(outcome.caught for outcome in outcomes)} av {len(outcomes)} planterade fel fångades "
        f"({share_caught(outcomes):.0%}), {sum(outcome.as_expected for outcome in outcomes)} av den regel de är till för.",
        "",
        "| planterat fel | fångades av |",
        "|---|---|",
    ]
    lines += [f"| {outcome.name} | {', '.join(outcome.caught_by) or '**inte fångat**'} |" for outcome in outcomes]
    return "\n".join(lines) + "\n"
