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
        ``reports/<id>/design-<hash>-<participants>-p90-en`` says the number of participants, the power asked for and the language;
        any other folder means the plan's own number and 0.8, in Swedish.
    """
    from evalkit.methods.power.portfolio import TARGET, design_report
    from evalkit.plan.loader import load_plan

    plan = load_plan(find_project().root / plan_file)
    name = run_dir.rstrip("/").rsplit("/", 1)[-1].split("-")
    asked = name[2:] if name[0] == "design" else []
    persons = next((int(part) for part in asked if part.isdigit()), None)
    power = next((float(f"0.{part[1:]}") for part in asked if part[0] == "p" and part[1:].isdigit()), TARGET)
    return design_report(plan, persons, language="en" if "en" in asked else "sv", target=power)


def write_design(
    project: Project, plan_id: str, persons: int | None = None, language: str = "sv", power: float | None = None
) -> tuple[DesignReport, Path]:
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
    parts = (f"-{persons}" if persons else "", _power_part(power), "-en" if language == "en" else "")
    run_dir = f"reports/{plan_id}/design-{own}{''.join(parts)}"
    report = open_design(plan_file, run_dir)
    notebook = execute(project, project.notebooks / NOTEBOOK, {"plan_file": plan_file, "run_dir": run_dir})
    folder = project.root / run_dir
    write_text(folder / "design.json", to_json(report))
    title = f"{report.title}: {'designs and power' if language == 'en' else 'upplägg och styrka'}"
    write_text(folder / "design.html", render_report(notebook, title, language))
    return report, folder


def _power_part(power: float | None) -> str:
    """Return the power as a part of the folder's name; PlanError DSN-POWER where it is no share with at most three decimals."""
    from evalkit.methods.power.refusals import refuse

    if power is None:
        return ""
    if not 0 < power < 1 or round(power, 3) != power:
        raise refuse("POWER", "--power är chansen att se effekten: en andel större än 0.05 och mindre än 1, som 0.8 eller 0.9")
    return f"-p{f'{power:.3f}'[2:].rstrip('0')}"
