"""The part of a pre-analysis plan about numbers: how many, what they can find, and on which assumptions with which sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalkit.errors import PlanError
from evalkit.findings.design import shown_decimals
from evalkit.findings.pap import Item, both, figure, share
from evalkit.methods.pap_design import item
from evalkit.plan.planning import WORDS

if TYPE_CHECKING:
    from evalkit.findings.design import DesignOption, DesignReport
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.plan.lottery import Lottery

_ALL = ("AEA", "J-PAL", "EGAP")
_OPTION = {"none": "before_after", "waiting_list": "comparison", "other_persons": "comparison", "matched": "comparison"}
_SOURCES = {
    "pilot": both("egen pilot", "pilot"),
    "register": both("register", "register"),
    "literature": both("litteratur", "literature"),
    "guess": both("gissning", "guess"),
    "plan": both("planen", "the plan"),
}


def planned_option(plan: EvaluationPlan) -> tuple[DesignReport, DesignOption] | None:
    """Return what the plan's own design can find; None where the plan cannot be planned from."""
    from evalkit.methods.power.portfolio import design_report

    try:
        report = design_report(plan, draws=0)
    except PlanError:
        return None
    lottery = "clusters" if plan.design.assigned_at == "cluster" else "waiting_list"
    if plan.lottery is not None and len(plan.lottery.arms) > 2 and lottery == "waiting_list":
        lottery = "arms"
    wanted = _OPTION.get(plan.design.comparison.value, lottery)
    found = next((option for option in report.options if option.id == wanted), None)
    return None if found is None else (report, found)


def number_items(plan: EvaluationPlan) -> tuple[Item, ...]:
    """Return sample size, clusters, arms, detectable effect and the assumptions behind them."""
    found = planned_option(plan)
    clusters = [
        f"{figure(row.value)} ({_SOURCES[row.source]}: {row.reference})" for row in plan.planning if row.quantity == "clusters"
    ]
    return (
        item("Antal enheter", "Planned number of observations", _ALL, *_size(plan, found)),
        item("Antal kluster", "Planned number of clusters", ("AEA", "EGAP"), *(clusters or _no_clusters(plan))),
        item("Antal i varje grupp", "Sample size by arm", ("AEA", "EGAP"), *_arms(plan.lottery, found)),
        item("Minsta effekt som kan upptäckas", "Minimum detectable effect", _ALL, *_detectable(plan, found)),
        item("Antaganden bakom", "Assumptions behind it", ("J-PAL", "EGAP"), *_assumed(found)),
    )


def _size(plan: EvaluationPlan, found: tuple[DesignReport, DesignOption] | None) -> list[str]:
    expected = plan.target_group.expected_number
    lines = [] if expected is None else [str(expected)]
    if found is not None and found[1].needed is not None:
        lines.append(f"{share(found[0].target)} {both('styrka kräver', 'power needs')}: {found[1].needed}")
    return lines


def _no_clusters(plan: EvaluationPlan) -> list[str]:
    drawn = plan.lottery is not None and plan.lottery.cluster is not None
    return [] if drawn or plan.design.assigned_at == "cluster" else [both("inga kluster", "no clusters")]


def _arms(lottery: Lottery | None, found: tuple[DesignReport, DesignOption] | None) -> list[str]:
    placed = [] if lottery is None else [f"{arm.label}: {arm.places}" for arm in lottery.arms if arm.places is not None]
    if placed or found is None or lottery is None:
        return placed
    option, total = found[1], sum(arm.weight for arm in lottery.arms)
    return [f"{arm.label}: {round(option.persons * arm.weight / total)}" for arm in lottery.arms]


def _detectable(plan: EvaluationPlan, found: tuple[DesignReport, DesignOption] | None) -> list[str]:
    if found is None:
        return []
    report, option = found
    if option.mde_sd is None:
        return []
    level = f"{share(report.target)}, {figure(report.alpha)} {both('tvåsidigt', 'two-sided')}"
    lines = [f"{figure(option.mde_sd, '.2f')} SD ({level})"]
    if option.mde is not None:
        lines.insert(0, f"{figure(option.mde, f'.{shown_decimals(option.mde)}f')} {report.unit}")
    if option.power is not None and report.effect is not None:
        lines.append(f"{figure(report.effect)} {report.unit}: {share(option.power)} {both('styrka', 'power')}")
    return lines


def _quantity(name: str) -> str:
    return both(WORDS[name], name.replace("_", " ").replace("icc", "ICC"))


def _assumed(found: tuple[DesignReport, DesignOption] | None) -> list[str]:
    if found is None:
        return []
    return [
        f"{_quantity(one.quantity)}: {figure(one.value)} ({_SOURCES[one.source]}: {one.reference})" for one in found[0].assumptions
    ]
