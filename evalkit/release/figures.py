"""The report's figures, drawn from cleared numbers and nothing else. Each carries its numbers as text.

PNG bytes depend on the numbers and the versions of matplotlib and seaborn alone: fixed size, resolution and font, no metadata.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from evalkit.findings.safe import SafeEffectSize, SafeEstimate, SafeMean, SafeResult
from evalkit.release.as_drawn import by_what_they_got
from evalkit.release.figure_axes import finish_axes, name_places
from evalkit.release.language import MINUS, Language
from evalkit.release.markup import esc, tag
from evalkit.release.tables import estimate_name

BLUE, RED, GREEN, PINK, BLACK = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#1b1b1b"
STYLE = {"treated": (BLUE, "-", "o"), "comparison": (RED, "--", "s")}
"""Colour, line and marker of each group: the groups can be told apart without colour."""
_DPI = 160


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawn figure.

    Attributes
    ----------
    png : bytes
    alt : str
        What the figure shows, with every number in it.
    caption : str
    """

    png: bytes
    alt: str
    caption: str

    def html(self) -> str:
        """Return the figure with its picture inside."""
        data = base64.b64encode(self.png).decode("ascii")
        return tag(
            "figure", f'<img src="data:image/png;base64,{data}" alt="{esc(self.alt)}">' + tag("figcaption", esc(self.caption))
        )

    def _repr_html_(self) -> str:
        return self.html()

    def __repr__(self) -> str:
        return f"Figure({self.caption})"


def draw(safe: SafeResult, language: Language, size: tuple[float, float], paint: Callable[[Any], None]) -> bytes:
    """Return the PNG of what `paint` draws on a matplotlib figure, in the house style and marked with what it is."""
    import matplotlib as mpl
    import numpy as np
    import seaborn as sns
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Canvas
    from PIL import Image

    own = {
        "font.family": "DejaVu Sans",
        "font.size": 9,
        "axes.edgecolor": "#767676",
        "axes.labelcolor": BLACK,
        "grid.color": "#e4e4e4",
    }
    style: Any = {**mpl.rcParamsDefault, **sns.axes_style("whitegrid"), **own, "backend": "agg"}
    with mpl.rc_context(style):
        canvas = Canvas(figsize=size, dpi=_DPI, layout="constrained", facecolor="white")
        surface: Any = FigureCanvasAgg(canvas)
        paint(canvas)
        _mark(canvas, safe, language)
        # savefig would draw everything twice; the picture itself holds neither date nor program.
        surface.draw()
    stream = io.BytesIO()
    Image.fromarray(np.asarray(surface.buffer_rgba())).convert("RGB").save(stream, format="PNG")
    return stream.getvalue()


def trend_figure(safe: SafeResult, points: list[SafeMean], language: Language) -> Figure | None:
    """Return raw means of each group over occasions, quarters or periods; None where too few points may be seen."""
    shown = [p for p in points if p.mean is not None]
    if len(shown) < 2:
        return None
    outcome = next(o for o in safe.plan_text.outcomes if o.id == points[0].outcome)

    def paint(canvas: Any) -> None:
        import seaborn as sns

        axes = canvas.subplots()
        for group, (colour, line, marker) in STYLE.items():
            mine = [p for p in shown if p.group == group]
            x, y = [p.order for p in mine], [p.mean for p in mine]
            sns.lineplot(x=x, y=y, ax=axes, color=colour, linestyle=line, marker=marker, errorbar=None, label=language.text(group))
        name_places(axes, sorted({(p.order, period_name(p, language)) for p in points}))
        _widen(axes, shown)
        finish_axes(axes, language, y_label=outcome.unit)
        axes.legend(frameon=False, loc="best")

    parts = []
    for group in STYLE:
        numbers = [f"{period_name(p, language)} {language.number(p.mean, p.decimals)}" for p in shown if p.group == group]
        parts += [language.text("alt_series", group=language.text(group), numbers=", ".join(numbers))] if numbers else []
    alt = language.text("alt_trend", label=outcome.label, unit=outcome.unit, numbers="; ".join(parts))
    key = "f_trend_quarter" if points[0].axis == "quarter" else "f_trend"
    caption = language.text(key, label=outcome.label + by_what_they_got(safe, language), unit=outcome.unit)
    return Figure(draw(safe, language, (7.2, 3.5), paint), alt, caption)


def effect_figure(safe: SafeResult, language: Language) -> Figure | None:
    """Return every shown estimate with its interval, one panel per unit: different units never share an axis."""
    shown = [e for e in safe.estimates if e.value is not None]
    if not shown:
        return None
    units = list(dict.fromkeys(e.unit for e in shown))

    def paint(canvas: Any) -> None:
        panels = canvas.subplots(len(units), 1, squeeze=False, height_ratios=[1 + sum(e.unit == u for e in shown) for u in units])
        for axes, unit in zip(panels[:, 0], units, strict=True):
            rows = [e for e in shown if e.unit == unit]
            _points(axes, [(_wrapped(_name(e, safe, language)), e.value, e.interval, e.group) for e in rows])
            finish_axes(axes, language, x_label=unit)

    numbers = "; ".join(_alt_point(_name(e, safe, language), e, (e.decimals, e.unit), language) for e in shown)
    alt = language.text("alt_effects", numbers=numbers)
    size = (7.2, 0.8 * len(units) + 0.5 * len(shown) + 0.4)
    return Figure(draw(safe, language, size, paint), alt, language.text("f_effects"))


def size_figure(safe: SafeResult, language: Language) -> Figure | None:
    """Return standardised changes with intervals on one axis; one kind per estimate, the last named (the corrected one)."""
    named = {e.id: e for e in safe.estimates}
    chosen = list({s.estimate_id: s for s in safe.effect_sizes}.values())
    if not chosen:
        return None

    def paint(canvas: Any) -> None:
        axes = canvas.subplots()
        rows = [
            (_wrapped(_name(named[s.estimate_id], safe, language)), s.value, s.interval, named[s.estimate_id].group) for s in chosen
        ]
        _points(axes, rows)
        finish_axes(axes, language, x_label=language.text("unit_sd"))

    sd = language.text("unit_sd")
    numbers = "; ".join(_alt_point(_name(named[s.estimate_id], safe, language), s, (2, sd), language) for s in chosen)
    alt = language.text("alt_effects", numbers=numbers)
    return Figure(draw(safe, language, (7.2, 1.2 + 0.5 * len(chosen)), paint), alt, language.text("f_effects_sd"))


def path_figure(safe: SafeResult, outcome_id: str, language: Language) -> Figure | None:
    """Return the event study of one outcome; None where it has no path."""
    points = [p for p in safe.effect_path if p.outcome == outcome_id and p.value is not None]
    if len(points) < 2:
        return None
    outcome = next(o for o in safe.plan_text.outcomes if o.id == outcome_id)
    step = "_quarter" if any(t.by_quarter for t in safe.tests if t.outcome == outcome_id) else ""
    base = -1 - next((found.anticipation for found in safe.staggered if found.outcome == outcome_id), 0)

    def paint(canvas: Any) -> None:
        axes = canvas.subplots()
        for point in points:
            colour, marker = (RED, "s") if point.event_time < 0 else (BLUE, "o")
            if point.interval is not None:
                axes.plot([point.event_time] * 2, [point.interval.low, point.interval.high], color=colour, linewidth=1.4)
            axes.plot(point.event_time, point.value, marker=marker, color=colour, markersize=6)
        axes.plot(base, 0, marker="D", color=BLACK, markersize=5)
        axes.axhline(0, color=BLACK, linewidth=0.8)
        axes.axvline(-0.5, color="#767676", linewidth=0.8, linestyle=":")
        names = {base: str(base).replace("-", MINUS)} | {p.event_time: _bin_label(p.event_time, binned=p.binned) for p in points}
        name_places(axes, sorted(names.items()))
        finish_axes(axes, language, x_label=language.text(f"path_axis{step}"), y_label=language.text("path_y", unit=outcome.gap))

    numbers = []
    for p in points:
        values = {"time": language.number(p.event_time), "value": language.number(p.value, p.decimals)}
        if p.interval is not None:
            values |= {"low": language.number(p.interval.low, p.decimals), "high": language.number(p.interval.high, p.decimals)}
        numbers.append(language.text("alt_path_point_ci" if p.interval else "alt_path_point", **values))
    alt = language.text("alt_path", label=outcome.label, unit=outcome.gap, numbers="; ".join(numbers))
    return Figure(draw(safe, language, (7.2, 3.4), paint), alt, language.text(f"f_path{step}", label=outcome.label))


def month_figure(safe: SafeResult, activity_id: str, language: Language) -> Figure | None:
    """Return one activity by month as bars; merged months are as wide as they are long."""
    spans = [m for m in safe.activity_months if m.activity == activity_id and m.per_month is not None]
    if not spans:
        return None
    label, unit = next((a.label, a.unit) for a in safe.plan_text.activities if a.id == activity_id)
    start = _ordinal(spans[0].first)

    def paint(canvas: Any) -> None:
        axes = canvas.subplots()
        lefts = [_ordinal(m.first) - start for m in spans]
        widths = [_ordinal(m.last) - _ordinal(m.first) + 1 for m in spans]
        bars = axes.bar(lefts, [m.per_month for m in spans], width=[w - 0.15 for w in widths], align="edge", color=BLUE)
        for bar, width in zip(bars, widths, strict=True):
            bar.set(hatch="///" if width > 1 else "", edgecolor="white", linewidth=0)
        total = lefts[-1] + widths[-1]
        ticks = list(range(0, total, max(1, round(total / 8))))
        axes.set_xticks([tick + 0.5 for tick in ticks], [_month(start + tick) for tick in ticks])
        finish_axes(axes, language, y_label=language.text("f_months_axis", unit=unit))

    numbers = ", ".join(f"{m.first if m.first == m.last else m.first + '–' + m.last} {language.count(m.per_month)}" for m in spans)
    alt = language.text("alt_months", label=label, unit=unit, numbers=numbers)
    return Figure(draw(safe, language, (7.2, 2.8), paint), alt, language.text("f_months", label=label))


def _widen(axes: Any, shown: list[SafeMean]) -> None:
    """Let the axis span at least one standard deviation: a cut axis makes a small difference look large."""
    spread = max((p.sd for p in shown if p.sd is not None), default=0.0)
    low, high = axes.get_ylim()
    missing = spread - (high - low)
    if missing > 0:
        axes.set_ylim(low - missing / 2, high + missing / 2)


def period_name(point: SafeMean, language: Language) -> str:
    """Return a period as it is shown; quarters are counted, so they are said in the report's language."""
    number = point.period.rpartition(" ")[2]
    return language.text("quarter", n=number) if point.axis == "quarter" else point.period


def _points(axes: Any, rows: list[tuple[str, Any, Any, str]]) -> None:
    for place, (_, value, interval, group) in enumerate(rows):
        colour, _, marker = STYLE.get(group, (BLACK, "-", "D"))
        if interval is not None:
            axes.plot([interval.low, interval.high], [place, place], color=colour, linewidth=1.6, solid_capstyle="butt")
        axes.plot(value, place, marker=marker, color=colour, markersize=7)
    axes.axvline(0, color=BLACK, linewidth=0.8)
    axes.set_yticks(range(len(rows)), [row[0] for row in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.grid(visible=False, axis="y")
    axes.locator_params(axis="x", nbins=6)


def _mark(canvas: Any, safe: SafeResult, language: Language) -> None:
    words = [language.text("figure_working")] if safe.kind == "arbetsrapport" else []
    if safe.plan.synthetic:
        words.insert(0, language.text("figure_synthetic"))
    if words:
        canvas.text(
            0.5, 0.5, "\n".join(words), ha="center", va="center", rotation=18, fontsize=20, color="#000000", alpha=0.07, zorder=0
        )
        canvas.supxlabel(" · ".join(words), x=0.99, ha="right", fontsize=7, color="#595959")


def _name(estimate: SafeEstimate, safe: SafeResult, language: Language) -> str:
    return f"{safe.outcome_label(estimate.outcome)}: {estimate_name(estimate, language)}"


def _wrapped(text: str) -> str:
    return text.replace(": ", ":\n", 1)


def _alt_point(label: str, point: SafeEstimate | SafeEffectSize, shown: tuple[int, str], language: Language) -> str:
    decimals, unit = shown
    value = language.number(point.value, decimals)
    if point.interval is None:
        return language.text("alt_point", label=label, value=value, unit=unit)
    low, high = language.number(point.interval.low, decimals), language.number(point.interval.high, decimals)
    return language.text("alt_point_ci", label=label, value=value, unit=unit, low=low, high=high)


def _bin_label(time: int, *, binned: bool) -> str:
    said = f"≤ {time}" if time < 0 else f"≥ {time}"
    return (said if binned else str(time)).replace("-", MINUS)


def _ordinal(month: str) -> int:
    year, number = month.split("-")
    return 12 * int(year) + int(number) - 1


def _month(ordinal: int) -> str:
    return f"{ordinal // 12}-{ordinal % 12 + 1:02d}"
