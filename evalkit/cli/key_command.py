"""``evalkit key``: the pseudonym key, which lies outside the project."""

from __future__ import annotations

import argparse
from pathlib import Path

from evalkit.errors import PlanError


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "action", choices=("create", "backup", "restore", "show"), help="what to do; show tells place and id, never the key"
    )
    parser.add_argument("file", metavar="FILE", nargs="?", type=Path, help="the backup's file (backup, restore)")


def execute(arguments: argparse.Namespace) -> int:
    """Do what `action` says."""
    from evalkit.plan.project import find_project
    from evalkit.records import pseudonym

    project = find_project()
    if arguments.action in {"backup", "restore"} and arguments.file is None:
        raise PlanError(f"evalkit key {arguments.action} behöver en fil", code="PAR-CALL")
    if arguments.action == "create":
        path = pseudonym.create_key(project)
        print(f"nyckeln ligger i {path}")
        print("Gör en säkerhetskopia nu: evalkit key backup FIL. Utan nyckeln går personer inte att följa vidare.")
    elif arguments.action == "backup":
        print(f"säkerhetskopia av nyckeln {pseudonym.backup_key(project, arguments.file)}: {arguments.file}")
    elif arguments.action == "restore":
        print(f"nyckeln {pseudonym.restore_key(project, arguments.file)} är återställd")
    else:
        key_id, place = pseudonym.current_key_id(project), pseudonym.key_file(project)
        print(f"nyckel {key_id} i {place}" if key_id else f"ingen nyckel i {place}: kör 'evalkit key create'")
    return 0
