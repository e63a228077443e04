"""Figures of one treated unit: its path beside the twin's, its place among placebos, the twin's weights."""

from __future__ import annotations

from typing import Any

from evalkit.findings.safe import SafeResult
from evalkit.findings.safe_single_unit import SafeSingleUnit, SafeTwin
from evalkit.release.figure_axes import finish_axes, name_places
from evalkit.release.figures import BLACK, BLUE, RED, Figure, draw
from evalkit.release.language import Language

MOST_BARS = 12
"""Donors drawn and listed by name; the rest are put together."""
_SPREADS = 2


def twin_figure(safe: SafeResult, found: SafeSingleUnit, twin: SafeTwin, language: Language) -> Figure:
    """Return the treated unit's path and its twin's."""
    unit = next(o.unit for o in safe.plan_text.outcomes if o.id == found.outcome)
    label = safe.outcome_label(found.outcome)
    decimals = max(twin.decimals, 0)

    def paint(canvas: Any) -> None:
        axes = canvas.subplots()
        orders = [p.order for p in twin.path]
        axes.plot(orders, [p.own for p in twin.path], color=BLUE, marker="o", markersize=4, label=found.unit)
        axes.plot(
            orders, [p.twin for p in twin.path], color=RED, marker="s", markersize=4, linestyle="--", label=language.text("twin")
        )
        axes.axvline(found.n_before - 0.5, color="#4a4a4a", linewidth=1.2, linestyle=":")
        name_places(axes, [(p.order, p.period) for p in twin.path])
        # The axis spans what donors deviate by chance: a cut one makes a small difference look large.
        low, high = axes.get_ylim()
        missing = max(0.0, _SPREADS * twin.spread - (high - low))
        axes.set_ylim(low - missing / 2, high + missing / 2)
        finish_axes(axes, language, y_label=unit)
        axes.legend(frameon=False, loc="best")

    own, other = (
        ", ".join(f"{p.period} {language.number(getattr(p, side), decimals)}" for p in twin.path) for side in ("own", "twin")
    )
    alt = language.text("alt_twin", label=label, unit=found.unit, own=own, twin=other)
    caption = language.text("f_twin", label=label, unit=found.unit, outcome_unit=unit)
    return Figure(draw(safe, language, (7.2, 3.5), paint), alt, caption)


def placebo_figure(safe: SafeResult, found: SafeSingleUnit, twin: SafeTwin, language: Language) -> Figure:
    """Return how many units lie how far out, the treated one marked; signed, so that both sides are seen."""
    signed = [p.signed for p in twin.placebos]
    own = twin.statistic if twin.value >= 0 else -twin.statistic

    def paint(canvas: Any) -> None:
        axes = canvas.subplots()
        axes.hist(signed, bins=min(20, max(6, len(signed) // 2)), color="#c3cdd6", edgecolor="white")
        axes.axvline(own, color=BLUE, linewidth=2.2)
        axes.annotate(found.unit, (own, axes.get_ylim()[1]), ha="center", va="bottom", color=BLUE, fontsize=9)
        axes.axvline(0, color=BLACK, linewidth=0.8)
        finish_axes(axes, language, x_label=language.text("su_axis"), y_label=language.text("su_axis_n"), periods=False)

    numbers = ", ".join(language.number(value, 2) for value in sorted(signed))
    words = {"unit": found.unit, "own": language.number(own, 2), "place": twin.place, "n": twin.n_ranked, "numbers": numbers}
    caption = language.text("f_placebos", unit=found.unit)
    return Figure(draw(safe, language, (7.2, 2.8), paint), language.text("alt_placebos", **words), caption)


def weight_figure(safe: SafeResult, twin: SafeTwin, language: Language) -> Figure:
    """Return the heaviest donors."""
    shown = twin.weights[:MOST_BARS]

    def paint(canvas: Any) -> None:
        axes = canvas.subplots()
        axes.barh(range(len(shown)), [100 * one.weight for one in shown], color=BLUE, height=0.7)
        axes.set_yticks(range(len(shown)), [one.unit for one in shown])
        axes.set_ylim(len(shown) - 0.4, -0.6)
        axes.grid(visible=False, axis="y")
        finish_axes(axes, language, x_label=language.text("su_axis_weight"))

    numbers = ", ".join(f"{one.unit} {language.number(100 * one.weight, 1)}" for one in shown)
    size = (7.2, 0.9 + 0.27 * len(shown))
    alt = language.text("alt_twin_weights", numbers=numbers)
    return Figure(draw(safe, language, size, paint), alt, language.text("f_twin_weights"))
