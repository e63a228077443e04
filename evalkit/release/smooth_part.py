"""What the difference is where the groups would have gone on drifting apart at much the same pace as before the start."""

from __future__ import annotations

from evalkit.findings.safe import SafeResult
from evalkit.findings.smooth import SafeSmooth, SmoothRow
from evalkit.release.language import Language
from evalkit.release.markup import Table, para
from evalkit.release.tables import render


def smooth_parts(safe: SafeResult, outcome: str, step: str, language: Language) -> list[str]:
    """Return the sentences of one outcome, and for the main one its table; nothing where there are no such bounds.

    Parameters
    ----------
    step : str
        ``year``, ``quarter`` or ``period``: what the steps are counted in.
    """
    one = next((found for found in safe.smooth if found.outcome == outcome), None)
    if one is None:
        return []
    parts = [para(smooth_sentence(safe, one, step, language))]
    if outcome == safe.plan.primary_outcome:
        parts.append(render(_table(safe, one, language), language))
    return parts


def smooth_sentence(safe: SafeResult, one: SafeSmooth, step: str, language: Language) -> str:
    """Return what is left of the difference beside a trend that goes on, and how much that trend may bend."""
    straight = one.rows[0]
    said = [
        language.text(
            "smooth_line",
            label=safe.outcome_label(one.outcome),
            value=language.quantity(straight.value, one.decimals, _unit(safe, one)),
            level=language.percent(one.level),
            low=language.number(straight.low, one.decimals),
            high=language.number(straight.high, one.decimals),
        )
    ]
    if one.breakdown is None:
        return " ".join([*said, language.text("smooth_none")])
    most = _change(safe, one, one.breakdown, language)
    words = {
        "most": language.text("smooth_beyond", most=most) if one.beyond else most,
        "largest": _change(safe, one, one.largest_change, language),
        "step": language.text(f"smooth_next_{step}"),
    }
    verdict = "smooth_stands" if one.breakdown >= one.largest_change else "smooth_falls"
    return " ".join([*said, language.text("smooth_holds", **words), language.text(verdict)])


def _table(safe: SafeResult, one: SafeSmooth, language: Language) -> Table:
    t = language.text
    rows = [
        [_bend(safe, one, row, language), language.number(row.value, one.decimals), _ends(one, row, language)] for row in one.rows
    ]
    head = [t("c_bend"), t("c_beside"), t("c_ci", level=language.percent(one.level))]
    title = t("t_smooth", label=safe.outcome_label(one.outcome), unit=_unit(safe, one))
    return Table(title, head, rows, frozenset({1, 2}), t("note_smooth"))


def _bend(safe: SafeResult, one: SafeSmooth, row: SmoothRow, language: Language) -> str:
    if row.factor == 0:
        return language.text("smooth_straight")
    factor = language.number(row.factor, 1)
    return language.text("smooth_times", factor=factor, change=_change(safe, one, row.pace_change, language))


def _ends(one: SafeSmooth, row: SmoothRow, language: Language) -> str:
    low, high = (language.number(end, one.decimals) for end in (row.low, row.high))
    return f"{low} {language.text('to')} {high}"


def _change(safe: SafeResult, one: SafeSmooth, change: float, language: Language) -> str:
    return language.quantity(change, one.change_decimals, _unit(safe, one))


def _unit(safe: SafeResult, one: SafeSmooth) -> str:
    return next((e.unit for e in safe.estimates if e.outcome == one.outcome), "")
