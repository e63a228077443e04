"""Which reliability may carry a judgement of single persons over the plan's interval, or why none does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalkit.methods.reliable_change import LEAST_RELIABILITY
from evalkit.plan.signed_checks import reliability_key

if TYPE_CHECKING:
    from evalkit.methods.asked import Asked
    from evalkit.plan.change import DeclaredReliability
    from evalkit.plan.instrument_parts import Reliability

SIMILAR = 4.0
"""A retest interval within this factor of the plan's counts as comparable."""
RETESTS = ("retest", "icc")
DECLARED = "plan"


@dataclass(frozen=True, slots=True)
class ChosenReliability:
    """The reliability that carries the classes, or the key of `NO_CLASSES`.

    Attributes
    ----------
    basis : str
        ``retest 1037`` (kind and days); empty where there is none.
    source : str
        Citation.
    status : str
        ``draft``, ``reviewed`` or ``secured``; ``plan`` where the plan declares it.
    key : str
        What `evalkit instruments secure` calls it.
    """

    value: float | None
    basis: str
    reason: str
    source: str = ""
    status: str = ""
    key: str = ""


def choose_reliability(asked: Asked, days: float, declared: DeclaredReliability | None = None) -> ChosenReliability:
    """Return the retest reliability for judging single persons over `days` days: the plan's own, else the register's.

    Only a retest over a comparable interval is used: alpha knows nothing about time, and a retest within days nothing about a
    year. Of several the lowest counts; of a published range the lower end.
    """
    if declared is not None:
        reason = "" if _comparable(declared.days, days) else "interval-other"
        reason = reason or ("reliability-low" if declared.value < LEAST_RELIABILITY else "")
        return ChosenReliability(declared.value, f"retest {declared.days}", reason, declared.source, DECLARED)
    mine = [r for r in asked.instrument.reliability if r.scale in {asked.scale.id, "all"} and _value(r) is not None]
    retests = [r for r in mine if r.kind in RETESTS]
    similar = [r for r in retests if _comparable(r.interval_days, days)]
    if not similar:
        return ChosenReliability(None, "", _lacking(mine, retests))
    lowest = min(similar, key=lambda r: (_value(r) or 0.0, r.kind))
    low = (_value(lowest) or 0.0) < LEAST_RELIABILITY
    source = "; ".join(s.citation for s in asked.register.sources if s.id in lowest.sources) or "; ".join(lowest.sources)
    key = reliability_key(asked.instrument, lowest)
    basis = f"{lowest.kind} {lowest.interval_days}"
    return ChosenReliability(_value(lowest), basis, "reliability-low" if low else "", source, lowest.status, key)


def _value(found: Reliability) -> float | None:
    return found.value if found.value is not None else found.low


def _comparable(interval: int | None, days: float) -> bool:
    return interval is not None and days / SIMILAR <= interval <= days * SIMILAR


def _lacking(mine: list[Reliability], retests: list[Reliability]) -> str:
    if not mine:
        return "no-reliability"
    if not retests:
        return "no-retest"
    return "interval-other" if any(r.interval_days is not None for r in retests) else "interval-unknown"
