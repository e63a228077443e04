"""``evalkit selftest``: twins of a plan with planted truth, taken through the whole house."""

from __future__ import annotations

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("plan", metavar="ID", help="a plan with params/synthetic/ID.yaml, such as np-samverkan or skolfam")
    parser.add_argument("-n", type=int, default=20, dest="twins", help="twins in each arm (default 20; a few seconds each)")
    parser.add_argument("--null", action="store_true", help="only twins without effect: how often a report claims one")
    parser.add_argument("--write", action="store_true", help="put the result into docs/VALIDITY.md, between the plan's marks")
    parser.add_argument("--processes", type=int, default=1, help="twins made at the same time (default 1); changes no result")
    parser.add_argument("--progress", action=argparse.BooleanOptionalAction, help="a progress bar even where stderr is no terminal")


def execute(arguments: argparse.Namespace) -> int:
    """Print bias, coverage, power and the share of reports that claim an effect where there is none."""
    from evalkit.cli.progress import told
    from evalkit.errors import PlanError
    from evalkit.plan.project import find_project
    from evalkit.workflow.selftest import ARMS, selftest, selftest_text

    if arguments.twins < 2:
        raise PlanError("-n: minst två tvillingar behövs för ett Monte Carlo-fel", code="PAR-CALL")
    with told(arguments.plan, (1 if arguments.null else len(ARMS)) * arguments.twins, bar=arguments.progress) as progress:
        found = selftest(
            find_project(), arguments.plan, arguments.twins, progress, null_only=arguments.null, processes=arguments.processes
        )
    text = selftest_text(found)
    print(text)
    if arguments.write:
        from evalkit.workflow.validity_doc import put_twins

        print(f"{put_twins(find_project(), arguments.plan, text)}: resultatet är skrivet")
    return 0
