"""Assumptions for the planning out of what is already there: a run's own measurements, public series, or norms of the register."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from evalkit.errors import PlanError
from evalkit.release.design_learned import learned_text
from evalkit.workflow.views import number

if TYPE_CHECKING:
    from evalkit.methods.panel import Panel
    from evalkit.methods.power.assumptions import Estimated
    from evalkit.methods.power.pace import Forecast, Pace
    from evalkit.plan.project import Project
    from evalkit.workflow.session import OpenRun

Row = tuple[str, float, float, float]
"""Quantity, value and interval."""


def learned_lines(project: Project, plan_id: str) -> list[str]:
    """Return assumptions estimated from the newest run as rows for the plan, and what can be found at the pace so far.

    Raises
    ------
    NotReproduced
        If there is no run.
    PlanError
        DSN-DATA if too few persons or periods are measured.
    """
    from evalkit.methods.panel import make_panel
    from evalkit.methods.power.refusals import refuse
    from evalkit.workflow.session import open_run
    from evalkit.workflow.store import LATEST

    folder = project.reports(plan_id).relative_to(project.root).as_posix()
    opened = open_run(f"params/interventions/{plan_id}.yaml", f"{folder}/{LATEST}", project)
    if opened.plan.data_kind.value == "public" and opened.plan.design.comparison.value == "none":
        told = f"planen har ingen enhet utan insats att lära av; 'evalkit placebo {plan_id}' visar seriens egna svängningar"
        raise refuse("DATA", told)
    panel = make_panel(opened.frame, opened.plan, opened.plan.primary_outcome)
    return _of_series(opened, panel) if opened.plan.data_kind.value == "public" else _of_persons(opened, panel)


def norm_lines(project: Project, plan_id: str) -> list[str]:
    """Return the spread of the primary outcome in every norm of its instruments and country, as rows for the plan.

    Raises
    ------
    PlanError
        DSN-DATA if the register has no such norm.
    """
    from evalkit.methods.power.refusals import refuse
    from evalkit.plan.loader import load_plan
    from evalkit.plan.register import load_register

    plan, register = load_plan(project.plan_file(plan_id)), load_register(project.instruments)
    outcome = plan.outcome(plan.primary_outcome)
    wanted = {(use.instrument, use.scale, use.norm_country) for use in outcome.instruments}
    rows = [row for row in register.norms if (row.instrument, row.scale, row.country) in wanted]
    if not rows:
        raise refuse("DATA", "registret har ingen norm med spridning för måttets instrument; skatta ur egna data")
    lines = ["Spridning i registrets normer. Välj den rad som liknar målgruppen:", "planning:"]
    for row in sorted(rows, key=lambda one: one.norm_id):
        told = f"{row.instrument}/{row.scale}, norm {row.norm_id} ({row.status})"
        value = f"outcome: {outcome.id}, value: {row.sd:.2f}, source: literature"
        lines.append(f"  - {{quantity: standard_deviation, {value}, reference: '{told}'}}")
    return lines


def _of_persons(opened: OpenRun, panel: Panel) -> list[str]:
    from evalkit.methods.power.assumptions import estimate_icc
    from evalkit.methods.power.learned import learn

    plan = opened.plan
    clustered = plan.design.assigned_at == "cluster"
    found = learn(panel, clustered=clustered, alpha=1 - plan.design.confidence_level)
    rows = [_row(quantity, one) for quantity, one in found.rows]
    cluster = _clusters(opened, panel)
    if not clustered and cluster is not None:
        rows.append(_row("icc", estimate_icc(_inside(panel.y[:, 0], panel.treated), cluster)))
    rows += _explained(opened, panel)
    lines = learned_text(
        plan.outcome(plan.primary_outcome),
        opened.result.provenance.evaluated_on.isoformat(),
        found.treated,
        found.comparison,
        rows=rows,
        reach=found.mde_so_far,
    )
    values = dict(found.rows)
    return lines if clustered else [*lines, *_pace(opened, values["correlation"], values["standard_deviation"])]


def _of_series(opened: OpenRun, panel: Panel) -> list[str]:
    """Estimate from those never treated: spread within units, and how much of it stays from year to year."""
    from evalkit.methods.power.assumptions import estimate_autocorrelation

    plan, kept = opened.plan, panel.y[~panel.treated]
    own = kept - kept.mean(axis=1, keepdims=True)
    centred = own - own.mean(axis=0, keepdims=True)
    spread = float(np.sqrt(np.sum(centred**2) / max((kept.shape[0] - 1) * (kept.shape[1] - 1), 1)))
    lag = estimate_autocorrelation(kept)
    told = f"Skattat ur {kept.shape[0]} enheter utan insats, {kept.shape[1]} perioder"
    value = f"outcome: {plan.primary_outcome}, value: {spread:.2f}"
    interval = f"95 % intervall {number(lag.low)} till {number(lag.high)}"
    return [
        f"{told}. Rader att klistra in i planen:",
        "planning:",
        f"  - {{quantity: standard_deviation, {value}, source: register, reference: '{told}'}}",
        f"  - {{quantity: autocorrelation, value: {lag.value:.2f}, source: register, reference: '{told}, {interval}'}}",
    ]


def _row(quantity: str, one: Estimated) -> Row:
    return quantity, one.value, one.low, one.high


def _inside(values: np.ndarray, treated: np.ndarray) -> np.ndarray:
    centred = values.copy()
    for group in (treated, ~treated):
        if group.any():
            centred[group] -= values[group].mean()
    return centred


def _names(opened: OpenRun) -> list[str]:
    table = opened.frame.table
    return sorted(str(unit) for unit in table.loc[table["outcome"] == opened.plan.primary_outcome, "unit"].unique())


def _clusters(opened: OpenRun, panel: Panel) -> np.ndarray | None:
    """Return the delivered cluster of each analysed person; None where none is delivered, or there are fewer than two."""
    persons = opened.frame.persons
    if "cluster" not in persons or len(_names(opened)) != panel.n_units:
        return None
    labels = persons.set_index("unit").loc[_names(opened), "cluster"].astype(str).to_numpy()
    distinct = len(set(labels))
    return labels if 2 <= distinct < len(labels) // 2 else None


def _explained(opened: OpenRun, panel: Panel) -> list[Row]:
    """Return what the first measurement, sex and age explain of the decisive one, inside the groups."""
    from evalkit.methods.power.assumptions import estimate_r2

    columns = [_inside(panel.y[:, 0], panel.treated)]
    persons = opened.frame.persons.set_index("unit")
    names = _names(opened)
    if len(names) == panel.n_units and "sex" in persons:
        women = (persons.loc[names, "sex"] == "woman").to_numpy(dtype=np.float64)
        columns += [women] if 0 < women.mean() < 1 else []
    try:
        return [_row("r2", estimate_r2(_inside(panel.y[:, -1], panel.treated), np.column_stack(columns)))]
    except PlanError:
        return []


def _pace(opened: OpenRun, correlation: Estimated, spread: Estimated) -> list[str]:
    """Return the detectable effect in some months if people go on starting as so far."""
    from evalkit.methods.power.pace import forecast

    plan, frame = opened.plan, opened.frame
    if plan.decisive_occasion is None:
        return []
    starts = [day.date() for day in frame.persons["start"].dropna()]
    flow = next(flow for flow in opened.result.flows if flow.outcome == plan.primary_outcome)
    arms = {arm.group: arm.n_analysed for arm in flow.arms}
    analysed = sum(arms.values())
    days = plan.occasion(plan.decisive_occasion).target_day
    today: date = opened.result.provenance.evaluated_on
    due = sum((today - day).days >= days for day in starts)
    if not due or not analysed:
        return []
    try:
        found = forecast(
            starts,
            today,
            follow_up_days=days,
            kept=min(1.0, analysed / due),
            share=min(max(arms.get("treated", 0) / analysed, 0.05), 0.95),
            r2=correlation.value**2,
            most=plan.target_group.expected_number,
            alpha=1 - plan.design.confidence_level,
        )
    except PlanError:
        return []
    unit = plan.outcome(plan.primary_outcome).unit
    return ["", *_pace_lines(found, unit, spread.value)]


def _pace_lines(found: Pace, unit: str, spread: float) -> list[str]:
    """Return the pace, its range and what it promises, month by month until nothing more is expected."""
    lost = number(100 * (1 - found.kept), 0)
    recent = "" if found.recent is None else f"; de senaste sex månaderna {number(found.recent, 1)}"
    lines = [
        f"Takt hittills: {number(found.a_month, 1)} nya i månaden (mellan {number(found.low, 1)} och {number(found.high, 1)}"
        f"{recent}). Bortfall hittills: {lost} %. Fortsätter det så kan ni upptäcka:"
    ]
    if found.recent is not None and not found.low <= found.recent <= found.high:
        lines.append("  OBS: takten har ändrats på sistone; räkna inte med att den blir som i genomsnitt hittills.")
    rows = _until_nothing_more(found.rows)
    for row in rows:
        persons = number(row.persons, 0)
        if round(row.fewest) < round(row.most):
            persons += f", mellan {number(row.fewest, 0)} och {number(row.most, 0)}"
        lines.append(f"  {row.day.isoformat()}: {_reach(row, unit, spread)} ({persons} uppföljda)")
    if len(rows) < len(found.rows):
        lines.append("  Därefter blir det inga fler: alla som planen räknar med är uppföljda eller bortfallna.")
    return lines


def _until_nothing_more(rows: tuple[Forecast, ...]) -> tuple[Forecast, ...]:
    """Return the rows as long as somebody may still come."""
    last = max((i for i, row in enumerate(rows) if i == 0 or row.most != rows[i - 1].most or row.fewest != rows[i - 1].fewest))
    return rows[: last + 1]


def _reach(row: Forecast, unit: str, spread: float) -> str:
    if row.mde_sd is None:
        return "för få för ett test"
    told = f"{number(row.mde_sd * spread, 1)} {unit}"
    if row.best is None or round(row.fewest) == round(row.most):
        return told
    worst = "för få för ett test" if row.worst is None else number(row.worst * spread, 1)
    return f"{told} (mellan {number(row.best * spread, 1)} och {worst})"
