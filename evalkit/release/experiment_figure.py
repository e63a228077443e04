"""The effect of the offer by several computations on one axis."""

from __future__ import annotations

from typing import Any

from evalkit.findings.safe import SafeResult
from evalkit.findings.safe_experiment import SafeOutcomeExperiment
from evalkit.release.figure_axes import write_numbers
from evalkit.release.figures import BLACK, BLUE, RED, Figure, draw
from evalkit.release.language import Language

_Row = tuple[str, float | None, float | None, float | None, int]
"""Name, value, ends, decimals."""


def offer_figure(safe: SafeResult, found: SafeOutcomeExperiment, language: Language) -> Figure | None:
    """Return answer, other regressions, taking part and bounds; None where the answer itself is hidden."""
    estimate = next(e for e in safe.estimates if e.id == found.estimate_id)
    if estimate.value is None:
        return None
    rows = _rows(safe, found, language)

    def paint(canvas: Any) -> None:
        axes = canvas.subplots()
        for place, (name, value, low, high, _) in enumerate(rows):
            colour = BLUE if place == 0 else RED if name == language.text("f_lee") else BLACK
            if low is not None and high is not None:
                axes.plot([low, high], [place, place], color=colour, linewidth=1.6, solid_capstyle="butt")
            if value is not None:
                axes.plot(value, place, marker="o" if place == 0 else "D", color=colour, markersize=8 if place == 0 else 5)
        axes.axvline(0, color=BLACK, linewidth=0.8)
        axes.set_yticks(range(len(rows)), [row[0] for row in rows])
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.grid(visible=False, axis="y")
        axes.locator_params(axis="x", nbins=6)
        write_numbers(axes.xaxis, language)
        axes.set_xlabel(estimate.unit)

    numbers = "; ".join(_said(row, language) for row in rows)
    label = safe.outcome_label(found.outcome)
    alt = language.text("alt_offer", label=label, unit=estimate.unit, numbers=numbers)
    size = (7.2, 0.9 + 0.45 * len(rows))
    return Figure(draw(safe, language, size, paint), alt, language.text("f_offer", unit=estimate.unit))


def _rows(safe: SafeResult, found: SafeOutcomeExperiment, language: Language) -> list[_Row]:
    t = language.text
    estimate = next(e for e in safe.estimates if e.id == found.estimate_id)
    ends = (None, None) if estimate.interval is None else (estimate.interval.low, estimate.interval.high)
    rows: list[_Row] = [(t("f_answer"), estimate.value, *ends, estimate.decimals)]
    rows += [(t(f"f_{o.kind}"), o.value, None, None, o.decimals) for o in found.others if o.value is not None]
    late, lee = found.late, found.lee
    if late is not None and late.value is not None and not late.disjoint:
        rows.append((t("f_cace"), late.value, late.low, late.high, late.decimals))
    if lee is not None and lee.low is not None:
        rows.append((t("f_lee"), None, lee.low, lee.high, lee.decimals))
    return rows


def _said(row: _Row, language: Language) -> str:
    name, value, low, high, decimals = row
    words = {"name": name, "value": language.number(value, decimals), "low": language.number(low, decimals)}
    words["high"] = language.number(high, decimals)
    if low is None or high is None:
        return language.text("f_only_value", **words)
    return language.text("f_only_span" if value is None else "f_span", **words)
