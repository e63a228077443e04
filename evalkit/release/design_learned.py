"""What a run so far teaches the planning, as rows to paste into a plan."""

from __future__ import annotations

from evalkit.findings.design import shown_decimals
from evalkit.plan.evaluation import Outcome
from evalkit.release import design_words
from evalkit.release.language import Language

_SV = Language("sv")


def learned_text(
    outcome: Outcome, day: str, treated: int, comparison: int, *, rows: list[tuple[str, float, float, float]], reach: float | None
) -> list[str]:
    """Return estimated assumptions as rows to paste into the plan; each of `rows` is quantity, value and interval."""
    lines = [design_words.LEARNED.format(day=day, treated=treated, comparison=comparison), "planning:"]
    for quantity, value, low, high in rows:
        interval = f"95 % intervall {_SV.number(low, 2)} till {_SV.number(high, 2)}"
        own = f", outcome: {outcome.id}" if quantity == "standard_deviation" else ""
        row = f"quantity: {quantity}{own}, value: {value:.2f}, source: pilot"
        lines.append(f"  - {{{row}, reference: '{design_words.LEARNED_FROM.format(day=day, n=treated + comparison)}, {interval}'}}")
    if reach is not None:
        lines.append(
            design_words.REACH.format(n=treated + comparison, mde=_SV.number(reach, shown_decimals(reach)), unit=outcome.unit)
        )
    return lines
