"""The participant flow figure: boxes from delivery to analysis, one column a group."""

from __future__ import annotations

import textwrap
from typing import Any

from evalkit.findings.safe import SafeArm, SafeFlow, SafeResult
from evalkit.release.as_drawn import by_what_they_got
from evalkit.release.figures import BLUE, RED, Figure, draw
from evalkit.release.language import Language
from evalkit.release.tables import persons, reason_text

_COLOUR = {"treated": BLUE, "comparison": RED}
_WIDTH = 44


def flow_figure(safe: SafeResult, flow: SafeFlow, language: Language) -> Figure:
    """Return one outcome's flow: delivered, who left and why, measured at each occasion, analysed."""
    columns = [_steps(safe, flow, arm, language) for arm in flow.arms]
    heights = [max((_lines(column[i]) for column in columns if i < len(column)), default=1) for i in range(max(map(len, columns)))]

    def paint(canvas: Any) -> None:
        axes = canvas.subplots()
        axes.set_axis_off()
        axes.set_xlim(0, len(columns))
        axes.set_ylim(-sum(h + 1.6 for h in heights) + 1.0, 0.6)
        for place, (arm, steps) in enumerate(zip(flow.arms, columns, strict=True)):
            _column(axes, place + 0.5, steps, heights, _COLOUR[arm.group])

    parts = [f"{steps[0]}: " + "; ".join(step.replace("\n", ", ") for step in steps[1:]) for steps in columns]
    caption = language.text("f_flow", label=safe.outcome_label(flow.outcome) + by_what_they_got(safe, language))
    if safe.policy.applied:
        caption += language.text("f_flow_rounded", base=safe.policy.round_counts_to)
    height = 0.19 * sum(h + 1.6 for h in heights) + 0.5
    return Figure(draw(safe, language, (3.7 * len(columns), height), paint), ". ".join(parts) + ".", caption)


def _steps(safe: SafeResult, flow: SafeFlow, arm: SafeArm, language: Language) -> list[str]:
    """Return the texts of a column's boxes; the first is its title."""
    t = language.text
    left = [e for e in flow.exclusions if e.group == arm.group]
    lines = [f"{reason_text(e, safe, language)}: {persons(e.n, safe, language)}" for e in left]
    gone = "\n".join([t("fl_left"), *lines]) if lines else t("fl_nobody")
    steps = [t(arm.group), f"{t('fl_delivered')}: {language.count(arm.n_delivered)}", gone]
    labels = {o.id: o.label for o in safe.plan_text.occasions}
    for occasion in safe.occasions:
        if (occasion.outcome, occasion.group) == (flow.outcome, arm.group) and occasion.n_expected != 0:
            count = f"{t('c_measured').lower()} {language.count(occasion.n_measured)} / {language.count(occasion.n_expected)}"
            steps.append(f"{labels.get(occasion.occasion, occasion.occasion)}: {count}")
    return [*steps, f"{t('fl_analysed')}: {language.count(arm.n_analysed)}"]


def _lines(text: str) -> int:
    return len(_wrap(text).split("\n"))


def _wrap(text: str) -> str:
    return "\n".join(textwrap.fill(line, _WIDTH) for line in text.split("\n"))


def _column(axes: Any, x: float, steps: list[str], heights: list[int], colour: str) -> None:
    y = 0.0
    for place, step in enumerate(steps):
        middle = y - heights[place] / 2
        box = {"boxstyle": "round,pad=0.45", "facecolor": "white", "edgecolor": colour, "linewidth": 1.1}
        first, left = place == 0, place == 2
        style = {"fontweight": "bold"} if first else {}
        if first:
            box |= {"facecolor": colour}
            style["color"] = "white"
        if left:
            box |= {"linestyle": "--"}
            style["multialignment"] = "left"
        axes.text(x, middle, _wrap(step), ha="center", va="center", fontsize=8, bbox=box, zorder=3, linespacing=1.35, **style)
        if place + 1 < len(steps):
            below = y - heights[place] - 1.6 - heights[place + 1] / 2
            axes.plot([x, x], [middle, below], color="#767676", linewidth=1.0, zorder=1)
        y -= heights[place] + 1.6
