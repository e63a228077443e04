"""Faults in what people write: collected, placed on a line, shown all at once with the nearest right word."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from evalkit.errors import PlanError

QUOTED = 40
"""Longest piece of a plan that a message repeats."""

_IDENTITY = re.compile(r"\d{6}(?:\d{2})?[-+ ]?\d{4}")


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: its class, its line (None for the whole file), its key and what to do, in Swedish."""

    code: str
    line: int | None
    key: str
    text: str

    def __str__(self) -> str:
        """Return the fault as one line of a message."""
        place = ", ".join(part for part in (f"rad {self.line}" if self.line else "", self.key) if part)
        return f"[{self.code}] {place}: {self.text}" if place else f"[{self.code}] {self.text}"


def quote(value: object) -> str:
    """Return a piece of a plan for a message: one line, at most 40 characters, anything like a personal number masked."""
    text = _IDENTITY.sub("(nummer)", " ".join(str(value).split()))
    text = "".join(letter if letter.isprintable() else "?" for letter in text)
    return f"”{text if len(text) <= QUOTED else text[: QUOTED - 1] + '…'}”"


def nearest(word: str, allowed: Iterable[str]) -> str | None:
    """Return the allowed word most like `word`, or None if none is near; ties fall to the first in alphabetical order."""
    folded = {name.casefold(): name for name in sorted(allowed, reverse=True)}
    found = difflib.get_close_matches(word.strip().casefold(), sorted(folded), n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def suggestion(word: str, allowed: Iterable[str], *, listed: int = 12) -> str:
    """Return ``menade du ”x”?`` for the nearest allowed word, or else the words that are allowed."""
    names = sorted(set(allowed))
    best = nearest(word, names)
    if best is not None:
        return f"menade du ”{best}”?"
    if not names:
        return "det finns inget att välja på ännu"
    shown = ", ".join(names[:listed])
    return f"tillåtet: {shown}" + (f" (och {len(names) - listed} till)" if len(names) > listed else "")


def plan_error(file: str, problems: Iterable[Problem], *, noun: str = "planen") -> PlanError:
    """Return one error that lists all `problems` of a file, in the order of its lines, each once."""
    found: dict[tuple[object, ...], Problem] = {}
    for problem in sorted(problems, key=lambda problem: (problem.line or 0, problem.key, problem.code, problem.text)):
        # An anchor that several aliases repeat stands on one line: its fault is told once.
        found.setdefault((problem.line, problem.code, problem.text, problem.line or problem.key), problem)
    unique = list(found.values())
    head = f"{' '.join(file.split())}: {len(unique)} fel i {noun}"
    lines = [head, *(f"  {problem}" for problem in unique)]
    return PlanError("\n".join(lines), code=unique[0].code, codes=tuple(problem.code for problem in unique))


def one_fault(file: str, text: str, *, line: int | None = None, code: str = "PAR-YAML") -> PlanError:
    """Return the error for a file that cannot be read further."""
    return plan_error(file, [Problem(code, line, "", text)], noun="filen")
