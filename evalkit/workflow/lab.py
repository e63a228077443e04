"""JupyterLab for the economist: working copies of the notebooks, parameters set, nothing fetched from the network.

She works in copies under ``reports/<id>/arbete``: what she writes and sees there, outputs with persons in them included, can never
reach git through the project's own notebooks.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalkit.errors import PlanError
from evalkit.files import write_text
from evalkit.plan.project import ROOT_VARIABLE, Project
from evalkit.workflow.notebooks import read_notebook
from evalkit.workflow.store import LATEST, run_store

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan

WORK = "arbete"

QUIET = (
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
)
"""No news, no look for updates, no installing of extensions: an evaluation computer sends nothing."""

SETTINGS = "data/processed/.jupyterlab"
"""Her settings of JupyterLab and its open tabs: inside the project, never in git, not in the user's home."""

NO_NEWS = '{"fetchNews": "false", "checkForUpdates": false}\n'
"""The answer to the question that JupyterLab's browser half asks by itself, whatever the server was told."""


def working_copies(project: Project, plan_id: str) -> Path:
    """Copy the plan's analysis notebooks to ``reports/<id>/arbete`` with their parameters set; a copy that is there is kept.

    Raises
    ------
    PlanError
        If the plan has no run to look into yet.
    """
    from evalkit.plan.loader import load_plan
    from evalkit.workflow.normalise import notebook_text
    from evalkit.workflow.run import analysis_notebooks

    plan: EvaluationPlan = load_plan(project.plan_file(plan_id))
    if not run_store(project, plan_id).latest():
        raise PlanError(f"{plan_id} har ingen körning att öppna: kör 'evalkit run {plan_id}' först", code="RUN-NONE")
    folder = project.reports(plan_id) / WORK
    values = {"plan_file": f"params/interventions/{plan_id}.yaml", "run_dir": f"reports/{plan_id}/{LATEST}"}
    for name in analysis_notebooks(plan):
        if not (folder / name).exists():
            write_text(folder / name, notebook_text(_with_parameters(project.notebooks / name, values)))
    return folder


def lab_command(project: Project, folder: Path, *, browser: bool = True) -> list[str]:
    """Return the command that starts JupyterLab in the project with `folder`'s first notebook open."""
    first = sorted(folder.glob("*.ipynb"))[0]
    opened = f"--LabApp.default_url=/lab/tree/{project.relative(first)}"
    kept = (f"--LabApp.user_settings_dir={project.root / SETTINGS}", f"--LabApp.workspaces_dir={project.root / SETTINGS / 'tabs'}")
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={project.root}", opened, *kept, *QUIET]
    return command if browser else [*command, "--no-browser"]


def start_lab(project: Project, folder: Path, *, browser: bool = True) -> int:
    """Start JupyterLab and wait until it is closed; return its exit code."""
    asked = project.root / SETTINGS / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    if not asked.exists():
        write_text(asked, NO_NEWS)
    # What is typed in a notebook is kept as history by IPython: inside the project, not in the user's home.
    history = project.root / "data" / "processed" / ".ipython"
    environment = {**os.environ, ROOT_VARIABLE: str(project.root), "IPYTHONDIR": str(history)}
    return subprocess.call(lab_command(project, folder, browser=browser), cwd=project.root, env=environment)


def _with_parameters(path: Path, values: dict[str, str]) -> Any:
    notebook = read_notebook(path)
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            cell.source = "\n".join(f'{name} = "{value}"' for name, value in values.items())
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook
