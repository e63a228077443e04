"""``evalkit forget``: a withdrawn consent takes effect inside at once, and shows where the person already went."""

from __future__ import annotations

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("plan", metavar="ID", help="intervention")
    parser.add_argument("pseudonym", metavar="PSEUDONYM", help="the person's pseudonym, 26 characters")


def execute(arguments: argparse.Namespace) -> int:
    """Drop the person from everything that is made from now on, and list the releases that held them."""
    from evalkit.plan.project import find_project
    from evalkit.workflow.forgetting import forget_person

    print("\n".join(forget_person(find_project(), arguments.plan, arguments.pseudonym)))
    return 0
