"""A pre-analysis plan as questions and answers: what registries ask, and what the evaluation plan says. None is what is missing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from evalkit.findings.reasons import Words

DECIMAL, PERCENT = "\u2396", "\ue003"
"""Stand for the decimal sign and the sign of percent in an answer's own numbers, until a language is chosen."""


_SV, _EN, _END = "\ue000", "\ue001", "\ue002"


def both(sv: str, en: str) -> str:
    """Return words of an answer that are not the plan's own, in both languages, until one is chosen (`said`)."""
    return f"{_SV}{sv}{_EN}{en}{_END}"


def said(line: str, language: str) -> str:
    """Return a line of an answer in `language`; what the plan says stands as it stands."""
    chosen = r"\1" if language == "sv" else r"\2"
    text = re.sub(f"{_SV}([^{_END}]*){_EN}([^{_END}]*){_END}", chosen, line)
    return text.replace(DECIMAL, "," if language == "sv" else ".").replace(PERCENT, "\u00a0%" if language == "sv" else "%")


def share(value: float) -> str:
    """Return a share as whole percent for an answer, its sign open."""
    return f"{100 * value:.0f}{PERCENT}"


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
