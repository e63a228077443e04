"""Figure of start groups, from cleared numbers: how each group developed."""

from __future__ import annotations

from typing import Any

from evalkit.findings.safe import SafeResult
from evalkit.findings.safe_staggered import SafeCohortPoint, SafeStaggered
from evalkit.release.figure_axes import finish_axes, name_places
from evalkit.release.figures import RED, Figure, draw
from evalkit.release.language import Language

_COLOURS = ("#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#882255", "#44AA99", "#999933", "#117733", "#332288")
_MARKERS = "osD^vP<>Xp"


def cohort_figure(safe: SafeResult, found: SafeStaggered, language: Language) -> Figure:
    """Return the mean of each start group over the periods; those who never started dashed."""
    outcome = next(o for o in safe.plan_text.outcomes if o.id == found.outcome)
    groups = {name: [p for p in found.paths if p.cohort == name] for name in dict.fromkeys(p.cohort for p in found.paths)}

    def paint(canvas: Any) -> None:
        axes = canvas.subplots()
        for place, (name, points) in enumerate(groups.items()):
            colour, marker = (RED, "s") if not name else (_COLOURS[place % len(_COLOURS)], _MARKERS[place % len(_MARKERS)])
            x, y = [p.order for p in points], [p.mean for p in points]
            look: dict[str, Any] = {"color": colour, "marker": marker, "markersize": 5}
            line = {"linestyle": "-" if name else "--", "linewidth": 1.3, "markerfacecolor": "white"}
            axes.plot(x, y, **look, **line, label=_name(points[0], language))
            begun = [p for p in points if p.started]
            axes.plot([p.order for p in begun], [p.mean for p in begun], **look, linestyle="none")
        name_places(axes, sorted({(p.order, p.period) for p in found.paths}), room=60)
        finish_axes(axes, language, y_label=outcome.unit)
        axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=7.5)

    said = []
    for name, points in groups.items():
        numbers = ", ".join(f"{p.period} {language.number(p.mean, p.decimals)}" for p in points)
        key = "sg_alt_path" if name else "sg_alt_path_never"
        said.append(language.text(key, cohort=name, n=language.count(points[0].units), numbers=numbers))
    alt = language.text("sg_alt_paths", label=outcome.label, unit=outcome.unit, numbers="; ".join(said))
    return Figure(draw(safe, language, (7.2, 3.8), paint), alt, language.text("sg_paths", label=outcome.label))


def _name(point: SafeCohortPoint, language: Language) -> str:
    return language.text("sg_group" if point.cohort else "sg_never", cohort=point.cohort, n=language.count(point.units))
