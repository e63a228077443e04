"""``evalkit approve``: a second person's yes to exactly one bundle."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("hash", metavar="HASH", help="the waiting bundle's SHA-256, at least twelve digits")
    parser.add_argument("--by", metavar="ROLE", help="the approver's role; without it the texts to read are only shown")


def execute(arguments: argparse.Namespace) -> int:
    """Show what is to be read; with a role, release the bundle."""
    from evalkit.plan.project import find_project
    from evalkit.workflow.sharing import approve, find_waiting

    project = find_project()
    print(find_waiting(project, arguments.hash).review)
    if arguments.by is None:
        print(f"Ingenting är lämnat ut. Godkänn med: evalkit approve {arguments.hash} --by ROLL")
        return 0
    decided = datetime.now(tz=UTC).date().isoformat()
    target, release = approve(project, arguments.hash, arguments.by, decided)
    print(f"godkänt av {release.approved_by}; release {release.sequence} ligger i {project.relative(target)}")
    print(f"kontrollsumma: {release.bundle_sha256}")
    return 0
