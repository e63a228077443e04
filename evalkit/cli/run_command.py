"""``evalkit run``: from deliveries to reports."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from evalkit.errors import EvalkitError, PlanError

if TYPE_CHECKING:
    from datetime import date

    from evalkit.plan.project import Project
    from evalkit.workflow.run import RunOutcome


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("plans", metavar="ID", nargs="*", help="interventions to run")
    parser.add_argument(
        "--all", action="store_true", dest="every", help="run every plan in params/interventions that has deliveries"
    )
    parser.add_argument("--plain", action="store_true", help="notebooks in kernels of their own: slower, the same bytes")
    parser.add_argument("--until", metavar="YYYY-MM-DD", help="as the deliveries stood on that day: a frozen reporting cohort")
    parser.add_argument("--final", action="store_true", help="a final report: needs a locked plan, leaves out unsecured norms")
    parser.add_argument("--progress", action=argparse.BooleanOptionalAction, help="a progress bar even where stderr is no terminal")


def execute(arguments: argparse.Namespace) -> int:
    """Run every named plan; one that fails does not stop the next. Returns the first failure's exit code."""
    from evalkit.plan.project import find_project

    project = find_project()
    plans = _plans(project) if arguments.every else list(dict.fromkeys(arguments.plans))
    if not plans:
        raise PlanError("ange minst en insats, eller --all", code="PAR-CALL")
    if len(plans) == 1:
        until = day_of(arguments.until, "--until")
        tell(
            project, run_told(project, plans[0], plain=arguments.plain, bar=arguments.progress, until=until, final=arguments.final)
        )
        return 0
    if arguments.until:
        raise PlanError("--until gäller en insats i taget", code="PAR-CALL")
    codes = [_one_of_many(project, plan_id, arguments) for plan_id in plans]
    return next((code for code in codes if code), 0)


def run_told(
    project: Project, plan_id: str, *, plain: bool = False, bar: bool | None = None, until: date | None = None, final: bool = False
) -> RunOutcome:
    """Run one plan and tell how it goes on stderr."""
    from evalkit.cli.progress import told
    from evalkit.findings.safe import FINAL_REPORT, WORKING_REPORT
    from evalkit.workflow.run import STEPS, run

    kind = FINAL_REPORT if final else WORKING_REPORT
    with told(plan_id, len(STEPS), bar=bar) as progress:
        return run(project, plan_id, progress, plain=plain, until=until, kind=kind)


def day_of(text: str | None, option: str) -> date | None:
    """Return a day written as 2016-01-31, or None where none was given; PlanError for anything else."""
    from datetime import date

    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise PlanError(f"{option} ska vara ett datum som 2016-01-31", code="PAR-CALL") from None


def tell(project: Project, outcome: RunOutcome) -> None:
    """Print where the report is and its verdict in one sentence."""
    state = "klar" if outcome.computed else "oförändrad, inget räknades om"
    print(f"{outcome.plan_id}: {state}\n  rapport: {project.relative(outcome.report)}\n  slutsats: {outcome.verdict}")


def _one_of_many(project: Project, plan_id: str, arguments: argparse.Namespace) -> int:
    from evalkit.cli.faults import guarded

    def work() -> int:
        try:
            tell(project, run_told(project, plan_id, plain=arguments.plain, bar=arguments.progress, final=arguments.final))
        except EvalkitError:
            print(f"{plan_id}: ingen rapport", file=sys.stderr)
            raise
        return 0

    return guarded(work, "run", debug=arguments.debug)


def _plans(project: Project) -> list[str]:
    return sorted(path.stem for path in project.plans.glob("*.yaml") if project.raw(path.stem).is_dir())
