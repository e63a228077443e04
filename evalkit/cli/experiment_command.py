"""``evalkit experiment``: the newest run of a randomised plan, evaluated as it was drawn. Stays inside."""

from __future__ import annotations

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("plan", metavar="ID", help="intervention whose lottery is drawn and whose newest run exists")


def execute(arguments: argparse.Namespace) -> int:
    """Print flow, balance, intention to treat, effect on compliers, randomisation inference and bounds."""
    from evalkit.plan.loader import load_plan
    from evalkit.plan.project import find_project
    from evalkit.workflow.experiment import evaluate_lottery

    project = find_project()
    text, path = evaluate_lottery(project, load_plan(project.plan_file(arguments.plan)))
    print(text, end="")
    print(f"{project.relative(path)} (stannar i huset)")
    return 0
