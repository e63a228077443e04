"""``evalkit verify``: a run is recomputed from its inputs."""

from __future__ import annotations

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("run", metavar="RUN", help="a run's folder (reports/ID/RUN), or ID for the newest run of an intervention")
    parser.add_argument("--plain", action="store_true", help="notebooks in kernels of their own")


def execute(arguments: argparse.Namespace) -> int:
    """Recompute the run; what differs is exit 5 (raised as NotReproduced)."""
    from evalkit.cli.progress import told
    from evalkit.plan.project import find_project
    from evalkit.workflow.run import STEPS
    from evalkit.workflow.verify import find_run, verify_run

    project = find_project()
    folder = find_run(project, arguments.run)
    with told(f"{folder.parent.name}/{folder.name}", len(STEPS)) as progress:
        n_files = verify_run(project, folder, progress, plain=arguments.plain)
    print(f"{project.relative(folder)}: återskapad, {n_files} filer är lika byte för byte")
    return 0
