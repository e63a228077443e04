"""``evalkit report``: the newest run's report as page, PDF, Word, Excel or tables, in three depths and two languages."""

from __future__ import annotations

import argparse

from evalkit.plan.form_names import DEPTHS, FORMS, FULL, LANGUAGES


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("plan", metavar="ID", help="intervention")
    parser.add_argument("--form", nargs="+", choices=FORMS, default=["html"], help="one or several; tables: xlsx, csv, json")
    parser.add_argument("--depth", choices=DEPTHS, default=FULL, help="one page for politicians, summary, or the full report")
    parser.add_argument("--language", choices=LANGUAGES, default="", help="the plan's own where left out")


def execute(arguments: argparse.Namespace) -> int:
    """Write the files beside the run and name them."""
    from evalkit.plan.project import find_project
    from evalkit.workflow.forms import write_forms

    project = find_project()
    for path in write_forms(project, arguments.plan, arguments.form, arguments.depth, arguments.language):
        print(f"{project.relative(path)} ({path.stat().st_size // 1000} kB)")
    print("Filerna är för läsning i huset. Till andra går de med 'evalkit share'.")
    return 0
