"""``evalkit verify``: a run is recomputed from its inputs."""

from __future__ import annotations

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "run", metavar="RUN", help="a run's folder (reports/ID/RUN), ID for its newest run, or a received bundle (zip)"
    )
    parser.add_argument("--plain", action="store_true", help="notebooks in kernels of their own")


def execute(arguments: argparse.Namespace) -> int:
    """Recompute the run, or check the bundle; what differs is exit 5 (raised as NotReproduced)."""
    if arguments.run.lower().endswith(".zip"):
        return _verify_bundle(arguments.run)
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


def _verify_bundle(named: str) -> int:
    """Check a bundle as its receiver would: no project, no data."""
    from pathlib import Path

    from evalkit.errors import PlanError
    from evalkit.files import sha256_file
    from evalkit.plan.form_names import FORM_FILES
    from evalkit.release.bundle import verify_bundle

    path = Path(named)
    if not path.is_file():
        raise PlanError(f"{path.name}: filen finns inte här", code="PAR-CALL")
    manifest, safe = verify_bundle(path)
    n_files = len(manifest["files"])
    print(f"{path.name}: oförändrad, {n_files} filer; {manifest['kind']} om {manifest['title']} till {manifest['receiver_name']}")
    forms = [entry["path"] for entry in manifest["files"] if entry["path"] in FORM_FILES]
    if safe is not None and forms:
        print(f"varje tal i {', '.join(forms)} finns i det frisläppta resultatet")
    print(f"hela paketets kontrollsumma, att jämföra med avsändarens: {sha256_file(path)}")
    return 0
