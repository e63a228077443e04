"""``evalkit lab``: JupyterLab on copies of the analysis notebooks, with the plan's parameters set."""

from __future__ import annotations

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("plan", metavar="ID", help="intervention")
    parser.add_argument("--no-browser", action="store_true", help="print the address only")


def execute(arguments: argparse.Namespace) -> int:
    """Copy the notebooks where they are not copied yet, and start JupyterLab on them."""
    from evalkit.plan.project import find_project
    from evalkit.workflow.lab import start_lab, working_copies

    project = find_project()
    folder = working_copies(project, arguments.plan)
    print(f"arbetskopior av anteckningsböckerna: {project.relative(folder)} (delas aldrig, kommer aldrig i git)")
    return start_lab(project, folder, browser=not arguments.no_browser)
