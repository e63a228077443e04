"""``evalkit design``: what the plan can find, before anybody is measured."""

from __future__ import annotations

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("plan", metavar="ID", help="intervention")
    parser.add_argument("--participants", type=int, metavar="N", help="instead of the number that the plan expects")
    parser.add_argument("--power", type=float, metavar="SHARE", help="chance asked for of seeing the effect (default 0.8)")
    parser.add_argument("--language", choices=("sv", "en"), default="sv", help="of the page and the screen (default sv)")
    parser.add_argument(
        "--from-norms", action="store_true", help="the outcome's spread in the register's norms, as rows for the plan"
    )
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
    if arguments.from_run or arguments.from_norms:
        from evalkit.workflow.design_learned import learned_lines, norm_lines

        print("\n".join((learned_lines if arguments.from_run else norm_lines)(project, arguments.plan)))
        return 0
    report, folder = write_design(project, arguments.plan, arguments.participants, arguments.language, arguments.power)
    print(screen(report))
    told = "page" if arguments.language == "en" else "sida att visa för dem som beslutar"
    print(f"\n{arguments.plan}: {told}: {project.relative(folder / 'design.html')}")
    return 0
