"""``evalkit new``: the files of a new evaluation."""

from __future__ import annotations

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("plan", metavar="ID", help="name of the evaluation's files: lower-case letters, digits and hyphens")
    parser.add_argument("--title", help="as it will stand on the report; can be filled in later")


def execute(arguments: argparse.Namespace) -> int:
    """Write the plan, its Excel form and its data templates; nothing that exists is overwritten."""
    from evalkit.plan.advice import PLACEHOLDER, plan_warnings
    from evalkit.plan.loader import load_plan
    from evalkit.plan.project import find_project
    from evalkit.plan.scaffold import scaffold

    project = find_project()
    files = scaffold(project, arguments.plan, arguments.title or f"{PLACEHOLDER} titel")
    print("skrev:")
    print("\n".join(f"  {project.relative(file)}" for file in files))
    for warning in plan_warnings(load_plan(files[0])):
        print(f"plan: {warning}")
    print(f"nästa steg: fyll i planen, lämna mallarna till dem som levererar och kör 'evalkit import {arguments.plan} FIL …'")
    return 0
