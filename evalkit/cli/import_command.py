"""``evalkit import``: a delivery comes into the house."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from evalkit.errors import PlanError


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("plan", metavar="ID", help="intervention")
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="delivered files, wherever they lie")
    parser.add_argument("--delivered", metavar="YYYY-MM-DD", help="date of the delivery; today where it is left out")


def execute(arguments: argparse.Namespace) -> int:
    """Copy the files into data/raw/ID/<date>/ and tell how they compare with the last delivery."""
    from evalkit.plan.loader import load_plan
    from evalkit.plan.project import find_project
    from evalkit.records.deliveries import import_files

    project = find_project()
    plan = load_plan(project.plan_file(arguments.plan))
    report = import_files(project, plan, tuple(arguments.files), _delivered(arguments.delivered))
    print("\n".join(report.lines))
    return 0


def _delivered(text: str | None) -> date:
    if text is None:
        return date.today()  # noqa: DTZ011, RUF100 - the day on which somebody types the command, in his own time zone
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise PlanError("--delivered ska vara ett datum som 2016-01-31", code="PAR-CALL") from None
