"""``evalkit placebo``: the plan's evaluation on fake groups and starts among those who never got the intervention."""

from __future__ import annotations

import argparse

REMINDER = (
    "Ingen av enheterna fick insatsen, och vid en påhittad start hände inget känt, så varje larm är falskt: talen visar hur "
    "metoden beter sig på era egna data. De är inget belägg mot förväxling, alltså att något annat än insatsen ligger bakom "
    "skillnaden. Placebona delar enheter och perioder med varandra; det verkliga Monte Carlo-felet är större än det som anges."
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("plan", metavar="ID", help="intervention with a comparison group or a time series")
    parser.add_argument("-n", type=int, default=200, dest="placebos", help="distinct placebos of each outcome (default 200)")
    parser.add_argument("--progress", action=argparse.BooleanOptionalAction, help="a progress bar even where stderr is no terminal")


def execute(arguments: argparse.Namespace) -> int:
    """Gate the data, make placebos of every outcome, print the share of false alarms."""
    from evalkit.cli.progress import told
    from evalkit.errors import PlanError
    from evalkit.plan.project import find_project
    from evalkit.workflow.placebo import placebo, placebo_text

    if arguments.placebos < 2:
        raise PlanError("-n: minst två placebon behövs", code="PAR-CALL")
    with told(arguments.plan, 100, bar=arguments.progress) as progress:
        found = placebo(find_project(), arguments.plan, arguments.placebos, progress)
    print(placebo_text(found))
    print(REMINDER)
    return 0
