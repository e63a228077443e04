"""``evalkit form``: the plan as an Excel form, out and back."""

from __future__ import annotations

import argparse
from pathlib import Path

from evalkit.errors import PlanError


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("action", choices=("export", "import"), help="export ID FILE.xlsx, or import ID FILE.xlsx")
    parser.add_argument("plan", metavar="ID", help="intervention")
    parser.add_argument("file", metavar="FILE", type=Path, help="the Excel form")
    parser.add_argument("--replace", action="store_true", help="import over a plan that exists already (git keeps the old one)")


def execute(arguments: argparse.Namespace) -> int:
    """Write the form, or read it back into params/interventions/ID.yaml."""
    from evalkit.files import write_text
    from evalkit.plan.form import write_form
    from evalkit.plan.form_reading import load_form
    from evalkit.plan.loader import load_plan
    from evalkit.plan.project import find_project
    from evalkit.plan.writing import plan_to_yaml

    project = find_project()
    target = project.plan_file(arguments.plan)
    if arguments.action == "export":
        write_form(load_plan(target), arguments.file)
        print(f"formuläret ligger i {arguments.file}; fyll i det och kör 'evalkit form import {arguments.plan} {arguments.file}'")
        return 0
    plan = load_form(arguments.file)
    if plan.id != arguments.plan:
        raise PlanError(f"{arguments.file.name}: formuläret hör till {plan.id}, inte {arguments.plan}", code="PAR-FORM")
    if target.exists() and not arguments.replace:
        raise PlanError(f"{target.name} finns redan; lägg till --replace för att skriva över den", code="PAR-FORM")
    write_text(target, plan_to_yaml(plan))
    print(f"planen ligger i {project.relative(target)}; granska den med 'evalkit check {plan.id}'")
    return 0
