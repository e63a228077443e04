"""``evalkit lock``: the plan's version in force is frozen, before anybody has seen a result."""

from __future__ import annotations

import argparse
from datetime import date


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("plan", metavar="ID", help="intervention")
    parser.add_argument("--show", action="store_true", help="tell how the plan stands to its locks; locks nothing")


def execute(arguments: argparse.Namespace) -> int:
    """Lock, or show."""
    from evalkit.plan.loader import load_plan
    from evalkit.plan.project import find_project
    from evalkit.workflow.locking import lock_file, lock_plan, lock_state

    project = find_project()
    plan = load_plan(project.plan_file(arguments.plan))
    if arguments.show:
        state = lock_state(project, plan)
        print(f"{plan.id}: planen är låst" if state.locked else f"{plan.id}: planen är inte låst")
        print("\n".join(f"avviker från den låsta: {key}" for key in state.deviations), end="\n" if state.deviations else "")
        return 0
    today = date.today()  # noqa: DTZ011, RUF100 - the day on which somebody types the command, in his own time zone
    entry = lock_plan(project, plan, today)
    print(f"{plan.id}: versionen {entry['version']} är låst, beslutad av {entry['decided_by']}")
    print(f"{project.relative(lock_file(project, plan.id))}: {entry['content_sha256']}")
    if entry["runs_before"]:
        print(f"{entry['runs_before']} körningar fanns redan: rapporten kan inte säga att planen låstes innan resultaten sågs")
    elif entry["deliveries_before"]:
        print(f"{len(entry['deliveries_before'])} leveranser fanns redan i huset; det står i låset")
    return 0
