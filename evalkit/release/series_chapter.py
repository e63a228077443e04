"""The part of the report on time series: figure, numbers, and what they do not say."""

from __future__ import annotations

from typing import Any

from evalkit.findings.safe import SafeResult
from evalkit.findings.time_series import SafeSeries
from evalkit.release.figure_axes import finish_axes, name_places
from evalkit.release.figures import BLUE, RED, Figure, draw
from evalkit.release.language import Language
from evalkit.release.markup import bullets, heading, para


def series_parts(safe: SafeResult, language: Language) -> list[str]:
    """Return heading, text and figure of each series; nothing where the plan declares none."""
    parts: list[str] = []
    for found in safe.time_series:
        parts += [heading(language.text("ts_heading", label=safe.outcome_label(found.outcome))), *_series(safe, found, language)]
    return parts


def series_figure(safe: SafeResult, found: SafeSeries, language: Language) -> Figure:
    """Return what was seen and the continued trend."""
    unit, label = _unit(safe, found), safe.outcome_label(found.outcome)

    def paint(canvas: Any) -> None:
        axes = canvas.subplots()
        orders = [p.order for p in found.points]
        seen, expected = [p.seen for p in found.points], [p.expected for p in found.points]
        axes.plot(orders, seen, color=BLUE, marker="o", markersize=3, linewidth=1.2, label=language.text("ts_seen"))
        axes.plot(orders, expected, color=RED, linestyle="--", linewidth=1.6, label=language.text("ts_expected"))
        axes.axvline(-0.5, color="#4a4a4a", linewidth=1.2, linestyle=":")
        name_places(axes, [(p.order, p.at) for p in found.points])
        finish_axes(axes, language, y_label=unit)
        axes.legend(frameon=False, loc="best")

    seen, expected = (
        ", ".join(f"{p.at} {language.number(getattr(p, side), found.decimals)}" for p in found.points)
        for side in ("seen", "expected")
    )
    alt = language.text("alt_series_seen", label=label, seen=seen, expected=expected)
    return Figure(draw(safe, language, (7.2, 3.4), paint), alt, language.text("f_series", label=label, unit=unit))


def _series(safe: SafeResult, found: SafeSeries, language: Language) -> list[str]:
    t, number = language.text, language.number
    if not found.points:
        return [para(t("ts_hidden"))]
    season = "" if found.season == "none" else t(f"ts_season_{found.season}")
    words = {
        "trend": number(found.trend, found.decimals + 1),
        "slope": number(found.slope, found.decimals + 1),
        "level": number(found.level, found.decimals),
        "mean": number(found.mean_after, found.decimals),
        "unit": next(o.gap for o in safe.plan_text.outcomes if o.id == found.outcome),
    }
    remembered = number(100 * (found.memory or 0.0))
    return [
        para(t("ts_intro", before=found.n_before, after=found.n_after, start=found.start, season=season)),
        series_figure(safe, found, language).html(),
        para(t("ts_numbers", **words)),
        bullets([t(f"ts_decides_{found.decides}"), t("ts_memory", memory=remembered), t("ts_alone")]),
    ]


def _unit(safe: SafeResult, found: SafeSeries) -> str:
    return next(o.unit for o in safe.plan_text.outcomes if o.id == found.outcome)
