"""``evalkit demo``: the whole job on invented persons, for whoever wants to see it before trusting it."""

from __future__ import annotations

import argparse

PLANS = ("np-samverkan", "skolfam")
LOTTERY = "exempel-vantelista"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    text = f"which demonstration; {' and '.join(PLANS)} where left out; {LOTTERY}: a waiting list drawn by lot"
    parser.add_argument("plans", metavar="ID", nargs="*", help=text)


def execute(arguments: argparse.Namespace) -> int:
    """Write the demonstration deliveries, run them, tell where each report is and what it says."""
    from evalkit.cli.run_command import run_told, tell
    from evalkit.plan.project import find_project
    from evalkit.records.synthetic import write_demo

    project = find_project()
    for plan_id in arguments.plans or PLANS:
        if plan_id == LOTTERY:
            from evalkit.workflow.lottery_demo import write_lottery_demo

            write_lottery_demo(project)
        else:
            write_demo(project, plan_id)
        tell(project, run_told(project, plan_id))
    print("Allt i demonstrationen är påhittat: den säger ingenting om de verkliga satsningarna.")
    return 0
