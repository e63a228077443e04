"""The words of a verdict that depend on other outcomes and other reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalkit.findings.decisions import SafeDecision, only_describes
from evalkit.findings.estimate import Interval
from evalkit.findings.safe import SafeEstimate, SafeResult

if TYPE_CHECKING:
    from evalkit.release.language import Language


def primary_decision(safe: SafeResult) -> SafeDecision | None:
    """Return the decision on the estimate that answers the main question."""
    return next((d for d in safe.decisions if d.estimate_id == safe.primary_estimate), None)


def stated_interval(safe: SafeResult, estimate: SafeEstimate) -> Interval | None:
    """Return the interval that is told with an estimate: at the level of its own test, where a rule for reports sets one."""
    decision = next((d for d in safe.decisions if d.estimate_id == estimate.id), None)
    return decision.interval if decision is not None and decision.interval is not None else estimate.interval


def tests_nothing(safe: SafeResult) -> bool:
    """Whether this report of a declared series only describes."""
    return only_describes(safe.look)


def describing_sentence(safe: SafeResult, estimate: SafeEstimate, words: dict[str, str], language: Language) -> str:
    """Return the verdict's place in a report that tests nothing: the number so far, and when the answer comes or came."""
    look = safe.look
    assert look is not None
    ci = "" if estimate.interval is None else f" ({language.confidence(estimate.interval, estimate.decimals)})"
    said = language.text("v_look_all" if estimate.group == "all" else "v_look_change", **(words | {"ci": ci}))
    key = "v_look_past" if look.decided else "v_look_waits"
    return said + language.text(key, deciding=look.deciding_label, day=look.deciding_day.isoformat())


def after_words(safe: SafeResult, language: Language) -> str:
    """Return what is added to the verdict: an adjustment for several outcomes, a limit that the series sets."""
    decision, look = primary_decision(safe), safe.look
    if decision is None or decision.rejected is None:
        return ""
    key = "v_adjusted" if decision.family else "v_adjusted_arms"
    said = language.text(key, n=decision.tests_together) if decision.tests_together > 1 else ""
    if look is not None and look.spending != "none" and look.level is not None:
        said += language.text("v_interim" if look.role == "interim" else "v_series", level=level_text(look.level, language))
    return said


def level_text(level: float, language: Language) -> str:
    """Return a limit for p-values with the digits it needs."""
    return language.number(level, 4 if level < 0.01 else 3)
