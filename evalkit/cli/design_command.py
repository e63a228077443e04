"""``evalkit design``: what the plan can find, before anybody is measured."""

from __future__ import annotations

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("plan", metavar="ID", help="intervention")
    parser.add_argument("--participants", type=int, metavar="N", help="instead of the number that the plan expects")
    parser.add_argument(
        "--from-run", action="store_true", help="estimate the assumptions from the newest run, as rows for the plan"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Print the designs side by side and write the page."""
    from evalkit.errors import PlanError
    from evalkit.plan.project import find_project
    from evalkit.release.design_page import screen
    from evalkit.workflow.design import write_design

    if arguments.participants is not None and arguments.participants < 2:
        raise PlanError("--participants: minst två deltagare behövs", code="PAR-CALL")
    project = find_project()
    if arguments.from_run:
        from evalkit.workflow.design import learned_lines

        print("\n".join(learned_lines(project, arguments.plan)))
        return 0
    report, folder = write_design(project, arguments.plan, arguments.participants)
    print(screen(report))
    print(f"\n{arguments.plan}: sida att visa för dem som beslutar: {project.relative(folder / 'design.html')}")
    return 0
