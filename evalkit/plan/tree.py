"""A tolerant view of a read plan: what checks over several keys look at, also when some key is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from evalkit.plan.problems import Problem, quote, suggestion
from evalkit.plan.reading import problem_at
from evalkit.plan.strict_yaml import Document, Location


class Tree:
    """The document and the problems found in it so far."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Problem] = []

    def value(self, place: Location) -> Any:
        """Return what stands at `place`, None if nothing does."""
        value: Any = self.document.data
        for step in place:
            if isinstance(value, dict):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value

    def text(self, place: Location) -> str | None:
        """Return the trimmed text at `place`; None if nothing or no text stands there."""
        value = self.value(place)
        return value.strip() if isinstance(value, str) else None

    def items(self, place: Location) -> Iterator[Location]:
        """Yield the place of each mapping in the list at `place`."""
        value = self.value(place)
        if isinstance(value, list):
            yield from ((*place, position) for position, item in enumerate(value) if isinstance(item, dict))

    def pairs(self, place: Location) -> list[tuple[str, str]]:
        """Return keys and texts of the mapping at `place`."""
        value = self.value(place)
        return [(key, text.strip()) for key, text in value.items() if isinstance(text, str)] if isinstance(value, dict) else []

    def names(self, place: Location, key: str = "id") -> list[str]:
        """Return the ids in the list at `place`."""
        return [name for item in self.items(place) if (name := self.text((*item, key)))]

    def number(self, place: Location) -> float | None:
        """Return the number at `place`, None where it is no plain number."""
        text = self.text(place) or ""
        return float(text) if re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]+)?", text) else None

    def day(self, place: Location) -> date | None:
        """Return the date at `place`, None where it is none."""
        try:
            return date.fromisoformat(self.text(place) or "")
        except ValueError:
            return None

    def note(self, code: str, place: Location, text: str) -> None:
        """Remember a problem at `place`."""
        self.problems.append(problem_at(self.document, code, place, text))

    def points_at(self, place: Location, allowed: list[str], what: str) -> None:
        """Note a problem if the text at `place` is none of `allowed`; nothing written is no problem here."""
        word = self.text(place)
        if word and word not in allowed:
            self.note("PAR-REF", place, f"{what} {quote(word)} finns inte i planen; {suggestion(word, allowed)}")

    def in_order(self, place: Location, low: str, high: str, code: str = "PAR-VALUE") -> None:
        """Note a problem if the value under `high` is below the one under `low`."""
        read = self.day if code == "PAR-DATE" and self.day((*place, low)) else self.number
        first, last = read((*place, low)), read((*place, high))
        if first is not None and last is not None and last < first:  # type: ignore[operator]
            told = f"{high} ({self.text((*place, high))}) kommer före {low} ({self.text((*place, low))})"
            self.note(code, (*place, high), told)
