"""``evalkit design``: from a plan alone to what it could find; no delivery is opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.files import sha256_bytes, sha256_file, write_text
from evalkit.plan.project import Project, find_project

if TYPE_CHECKING:
    from evalkit.findings.design import DesignReport

NOTEBOOK = "50_design.ipynb"


def open_design(plan_file: str, run_dir: str) -> DesignReport:
    """Return the design report of a plan; what the notebook opens.

    Parameters
    ----------
    plan_file : str
        ``params/interventions/<id>.yaml``.
    run_dir : str
        ``reports/<id>/design-<hash>-<participants>`` says the number of participants; any other folder means the plan's own.
    """
    from evalkit.methods.power.portfolio import design_report
    from evalkit.plan.loader import load_plan

    plan = load_plan(find_project().root / plan_file)
    name = run_dir.rstrip("/").rsplit("/", 1)[-1].split("-")
    persons = int(name[2]) if name[0] == "design" and len(name) == 3 and name[2].isdigit() else None
    return design_report(plan, persons)


def learned_lines(project: Project, plan_id: str) -> list[str]:
    """Return assumptions estimated from the newest run as rows for the plan, and what can be found with those measured so far.

    Raises
    ------
    NotReproduced
        If there is no run.
    PlanError
        For public data, or if too few persons are measured.
    """
    from evalkit.methods.panel import make_panel
    from evalkit.methods.power.learned import learn
    from evalkit.methods.power.refusals import refuse
    from evalkit.release.design_page import learned_text
    from evalkit.workflow.session import open_run
    from evalkit.workflow.store import LATEST

    opened = open_run(
        f"params/interventions/{plan_id}.yaml", f"{project.reports(plan_id).relative_to(project.root).as_posix()}/{LATEST}"
    )
    plan = opened.plan
    if plan.data_kind.value == "public":
        raise refuse("DATA", "antaganden skattas ur personers mätningar; planen gäller offentliga uppgifter")
    panel = make_panel(opened.frame, plan, plan.primary_outcome)
    found = learn(panel, clustered=plan.design.assigned_at == "cluster", alpha=1 - plan.design.confidence_level)
    rows = [(quantity, one.value, one.low, one.high) for quantity, one in found.rows]
    return learned_text(
        plan.outcome(plan.primary_outcome),
        opened.result.provenance.evaluated_on.isoformat(),
        found.treated,
        found.comparison,
        rows=rows,
        reach=found.mde_so_far,
    )


def write_design(project: Project, plan_id: str, persons: int | None = None) -> tuple[DesignReport, Path]:
    """Compute the design report of a plan, run the notebook, and write ``design.json`` and ``design.html``.

    The folder is named by the plan's hash: the same plan gives the same folder and the same bytes.

    Raises
    ------
    PlanError
        If the plan is wrong, or cannot be planned from.
    NotebookFailed
        If a cell of the notebook failed.
    """
    from evalkit.findings.result import to_json
    from evalkit.release.html import render_report
    from evalkit.workflow.notebooks import execute

    path = project.plan_file(plan_id)
    plan_file = project.relative(path) if path.is_file() else f"params/interventions/{plan_id}.yaml"
    own = sha256_file(path)[:8] if path.is_file() else sha256_bytes(b"")[:8]
    run_dir = f"reports/{plan_id}/design-{own}" + (f"-{persons}" if persons else "")
    report = open_design(plan_file, run_dir)
    notebook = execute(project, project.notebooks / NOTEBOOK, {"plan_file": plan_file, "run_dir": run_dir})
    folder = project.root / run_dir
    write_text(folder / "design.json", to_json(report))
    write_text(folder / "design.html", render_report(notebook, f"{report.title}: upplägg och styrka", "sv"))
    return report, folder
