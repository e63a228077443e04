"""Figures for those inside the house: every person is a dot or a line. Never shared: the report draws its own."""

from __future__ import annotations

import base64
import html
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evalkit.plan.units import level_unit

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from evalkit.workflow.session import OpenRun

_COLOURS = {True: "#0072B2", False: "#D55E00"}
_NAMES = {True: "insatsgrupp", False: "jämförelsegrupp"}


@dataclass(frozen=True, slots=True, repr=False)
class Picture:
    """A drawn figure with a text for those who cannot see it."""

    png: bytes
    alt: str

    def _repr_html_(self) -> str:
        data = base64.b64encode(self.png).decode("ascii")
        return f'<img src="data:image/png;base64,{data}" alt="{html.escape(self.alt)}">'

    def __repr__(self) -> str:
        return f"Picture({self.alt})"


def value_figure(run: OpenRun, outcome: str) -> Picture:
    """Return every analysed value of one outcome as a dot, by period and group."""
    rows = _rows(run, outcome)
    label, unit = run.plan.outcome(outcome).label, level_unit(run.plan.outcome(outcome).unit)

    def paint(axes: Any) -> None:
        for treated, group in rows.groupby("treated"):
            # Side by side and spread by rank, never by chance: the same rows give the same picture.
            rank = group.groupby("order")["value"].rank(method="first", pct=True)
            place = group["order"] + (0.05 if treated else -0.25) + 0.2 * rank
            axes.scatter(place, group["value"], s=12, alpha=0.7, color=_COLOURS[bool(treated)], label=_NAMES[bool(treated)])
        _axes(axes, rows, f"{label} ({unit})")

    alt = f"{label}: {rows['unit'].nunique()} enheter, varje värde en punkt, per tillfälle och grupp; talen står i tabellen ovan"
    return Picture(_drawn(paint), alt)


def change_figure(run: OpenRun, outcome: str) -> Picture:
    """Return every unit's way from period to period as a line, by group."""
    rows = _rows(run, outcome)
    label, unit = run.plan.outcome(outcome).label, level_unit(run.plan.outcome(outcome).unit)

    def paint(axes: Any) -> None:
        for treated, group in rows.groupby("treated"):
            wide = group.pivot_table(index="order", columns="unit", values="value")
            lines = axes.plot(wide.index, wide.to_numpy(), lw=0.8, alpha=0.5, color=_COLOURS[bool(treated)])
            lines[0].set_label(_NAMES[bool(treated)])
        _axes(axes, rows, f"{label} ({unit})")

    alt = f"{label}: {rows['unit'].nunique()} enheter, varje linje en enhets väg mellan tillfällena, per grupp"
    return Picture(_drawn(paint), alt)


def _rows(run: OpenRun, outcome: str) -> pd.DataFrame:
    table = run.frame.table
    return table[table["outcome"] == outcome].sort_values(["treated", "unit", "order"], kind="stable")


def _axes(axes: Any, rows: pd.DataFrame, label: str) -> None:
    periods = rows[["order", "period"]].drop_duplicates().sort_values("order")
    axes.set_xticks(periods["order"].tolist(), periods["period"].tolist())
    axes.set_ylabel(label)
    axes.legend(frameon=False)


def _drawn(paint: Callable[[Any], None]) -> bytes:
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with mpl.rc_context({**mpl.rcParamsDefault, "font.family": "DejaVu Sans", "backend": "agg"}):
        figure = Figure(figsize=(7, 4), dpi=100, layout="constrained", facecolor="white")
        FigureCanvasAgg(figure)
        paint(figure.subplots())
        stream = io.BytesIO()
        figure.savefig(stream, format="png", metadata={"Software": None})
    return stream.getvalue()
