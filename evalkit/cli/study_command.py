"""``evalkit study``: a real, published study through the same flow."""

from __future__ import annotations

import argparse

STUDY = "exempel-organdonation"
TRIAL = "exempel-nsw"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "plan", metavar="ID", nargs="?", default=STUDY, help=f"plan of the study; {STUDY} where left out; {TRIAL}: a trial"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Copy the study's data out of its package into data/raw, then run its plan."""
    from evalkit.cli.run_command import run_told, tell
    from evalkit.plan.project import find_project
    from evalkit.records.study import write_study

    project = find_project()
    write_study(project, arguments.plan)
    tell(project, run_told(project, arguments.plan))
    if arguments.plan == TRIAL:
        from evalkit.workflow.experiment_text import run_lines
        from evalkit.workflow.session import open_run

        run = open_run(f"params/interventions/{TRIAL}.yaml", f"reports/{TRIAL}/senaste", project)
        print(*run_lines(run), sep="\n")
    return 0
