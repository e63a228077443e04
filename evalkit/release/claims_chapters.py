"""Every positive statement outside the table of estimates: start groups, times since the start, taking part, and what comes after.

A chapter is looked through field by field, so that a new one is counted without being named here. Left out: what stands before the
start, how the groups differ in effect, and other ways to count the same number, which say nothing of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from evalkit.findings.estimate import Interval
from evalkit.findings.safe import SafeResult

CHAPTERS = ("staggered", "single_unit", "time_series", "experiment", "matchings", "effect_path")
"""Fields of a cleared result with numbers of their own beside the estimates."""
_NO_EFFECT = frozenset({"subgroups", "before", "balance", "two_ways"})
"""Fields whose numbers are no effect: differences between effects, what was alike before, and one method against another."""


def chapter_claims(safe: SafeResult) -> tuple[str, ...]:
    """Return the outcomes of which some chapter shows a number that differs from zero in the wanted direction, each once."""
    wanted = {o.id: o.direction == "higher_better" for o in safe.plan_text.outcomes}
    found = (
        outcome
        for chapter in CHAPTERS
        for outcome, low, high in _spans(getattr(safe, chapter), "")
        if outcome in wanted and (low > 0 if wanted[outcome] else high < 0)
    )
    return tuple(dict.fromkeys(found))


def _spans(node: Any, outcome: str) -> Iterator[tuple[str, float, float]]:
    """Yield outcome and ends of every interval of an effect below a node."""
    if isinstance(node, tuple):
        for one in node:
            yield from _spans(one, outcome)
        return
    if not is_dataclass(node) or isinstance(node, type | Interval):
        return
    own = str(getattr(node, "outcome", outcome))
    if getattr(node, "event_time", 0) < 0:
        return
    yield from ((own, low, high) for low, high in _ends(node))
    for field in fields(node):
        if field.name not in _NO_EFFECT:
            yield from _spans(getattr(node, field.name), own)


def _ends(node: Any) -> Iterator[tuple[float, float]]:
    for name in ("interval", "band"):
        interval = getattr(node, name, None)
        if isinstance(interval, Interval):
            yield interval.low, interval.high
    low, high = getattr(node, "low", None), getattr(node, "high", None)
    # The set of a weak instrument may be everything outside its ends: it excludes no sign.
    if hasattr(node, "disjoint") and low is not None and high is not None and not node.disjoint:
        yield low, high
