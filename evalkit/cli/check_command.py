"""``evalkit check``: what the quality gate says, and nothing more."""

from __future__ import annotations

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("plan", metavar="ID", help="intervention")


def execute(arguments: argparse.Namespace) -> int:
    """Read and gate the data; print every finding. A closed gate is exit 3 (raised as GateClosed)."""
    from evalkit.plan.advice import plan_warnings
    from evalkit.plan.project import find_project
    from evalkit.workflow.check import check_only

    project = find_project()
    inputs, report_text = check_only(project, arguments.plan)
    for warning in plan_warnings(inputs.plan, inputs.register):
        print(f"plan: {warning}")
    print(report_text)
    print(f"{arguments.plan}: grinden är öppen")
    return 0
