"""The curves of the design report: detectable effect by number of participants, a line a design."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from evalkit.findings.design import Curve, DesignReport, shown_decimals
from evalkit.findings.safe import SafeResult
from evalkit.release.figure_axes import write_numbers
from evalkit.release.figures import BLACK, BLUE, GREEN, PINK, RED, Figure, draw
from evalkit.release.language import Language

_LOOKS = ((BLUE, "-", "o"), (RED, "--", "s"), (GREEN, "-.", "^"), (PINK, ":", "D"), (BLACK, "-", "v"), ("#E69F00", "--", "x"))
_MOST = len(_LOOKS)


@dataclass(frozen=True, slots=True)
class _Plan:
    synthetic: bool


@dataclass(frozen=True, slots=True)
class _Marked:
    """The two facts of a report that the house's drawing looks at: no working report, and whether the plan is invented."""

    kind: str
    plan: _Plan


def curve_figure(report: DesignReport, words: Any, language: Language) -> Figure | None:
    """Return the curves of the recommended design and those beside it; None where no design has two points.

    Parameters
    ----------
    words : module
        `design_words` or its English twin.
    """
    curves = [curve for curve in _ordered(report) if len(curve.points) > 1][:_MOST]
    if not curves:
        return None
    in_points = all(point.mde is not None for curve in curves for point in curve.points)
    unit = report.unit if in_points else "SD"

    def paint(canvas: Any) -> None:
        axes = canvas.subplots()
        for curve, (colour, line, marker) in zip(curves, _LOOKS, strict=False):
            x = [point.persons for point in curve.points]
            y = [point.mde if in_points else point.mde_sd for point in curve.points]
            axes.plot(x, y, color=colour, linestyle=line, marker=marker, markersize=4, label=words.NAME[curve.id])
        axes.axvline(report.persons, color=BLACK, linewidth=0.8, linestyle=":")
        axes.set_ylim(bottom=0)
        axes.set_xlabel(words.CURVE_AXIS)
        axes.set_ylabel(words.CURVE_Y.format(unit=unit))
        write_numbers(axes.xaxis, language)
        write_numbers(axes.yaxis, language)
        axes.legend(frameon=False, loc="best", fontsize=8)

    marked = cast("SafeResult", _Marked("design", _Plan(report.synthetic)))
    alt = "; ".join(_said(curve, words, language, unit, in_points=in_points) for curve in curves)
    caption = words.CURVE_HOW.format(power=language.percent(report.target), persons=language.number(report.persons))
    return Figure(draw(marked, language, (7.2, 3.8), paint), alt, caption)


def _ordered(report: DesignReport) -> list[Curve]:
    return sorted(report.curves, key=lambda curve: curve.id != report.recommended)


def _said(curve: Curve, words: Any, language: Language, unit: str, *, in_points: bool) -> str:
    sizes = [
        language.number(point.mde, shown_decimals(point.mde or 0.0)) if in_points else language.number(point.mde_sd, 2)
        for point in curve.points
    ]
    points = [
        words.CURVE_POINT.format(persons=language.number(point.persons), mde=f"{size} {unit}")
        for point, size in zip(curve.points, sizes, strict=True)
    ]
    return str(words.CURVE_ALT.format(name=words.NAME[curve.id], points=", ".join(points)))
