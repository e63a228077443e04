"""``evalkit demo``: the whole job on invented persons, for whoever wants to see it before trusting it."""

from __future__ import annotations

import argparse

PLANS = ("np-samverkan", "skolfam")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("plans", metavar="ID", nargs="*", help=f"which demonstration; both where left out ({', '.join(PLANS)})")


def execute(arguments: argparse.Namespace) -> int:
    """Write the demonstration deliveries, run them, tell where each report is and what it says."""
    from evalkit.cli.run_command import run_told, tell
    from evalkit.plan.project import find_project
    from evalkit.records.synthetic import write_demo

    project = find_project()
    for plan_id in arguments.plans or PLANS:
        write_demo(project, plan_id)
        tell(project, run_told(project, plan_id))
    print("Allt i demonstrationen är påhittat: den säger ingenting om de verkliga satsningarna.")
    return 0
