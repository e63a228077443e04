"""A pre-analysis plan as questions and answers: what registries ask, and what the evaluation plan says. None is what is missing."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.findings.reasons import Words

DECIMAL = "\u2396"
"""Stands for the decimal sign in an answer's own numbers, until a language is chosen."""


def figure(value: float, form: str = "g") -> str:
    """Return a number for an answer, its decimal sign open."""
    return f"{value:{form}}".replace(".", DECIMAL)


@dataclass(frozen=True, slots=True)
class Item:
    """One question.

    Attributes
    ----------
    asked_by : tuple[str, ...]
        Which forms ask it: ``AEA`` (registry), ``J-PAL``, ``EGAP``.
    answer : tuple[str, ...] | None
        Lines out of the plan, in the plan's own language; None where the plan does not say.
    """

    question: Words
    asked_by: tuple[str, ...]
    answer: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Section:
    """Questions under one heading."""

    id: str
    heading: Words
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class PreAnalysisPlan:
    """The whole document, and which plan it was made from."""

    plan_id: str
    title: str
    version: str
    content_sha256: str
    locked: bool
    sections: tuple[Section, ...]

    @property
    def missing(self) -> tuple[Words, ...]:
        """The questions that the plan leaves open."""
        return tuple(item.question for section in self.sections for item in section.items if item.answer is None)
