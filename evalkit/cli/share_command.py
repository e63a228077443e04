"""``evalkit share``: one receiver's bundle, made anew from the cleared result, waiting for approval."""

from __future__ import annotations

import argparse
from pathlib import Path


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("plan", metavar="ID", help="intervention")
    parser.add_argument("--to", metavar="RECEIVER", required=True, help="id in params/receivers.yaml")
    parser.add_argument("--by", metavar="ROLE", help="the maker's role; the first declared where left out")
    parser.add_argument("--release", metavar="N", type=int, help="send release N once more instead of the newest run")
    parser.add_argument(
        "--edited", metavar="FILE.docx", help="an edited Word report instead of the built one; its numbers are checked"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Make the bundle; what may not leave is exit 4."""
    from evalkit.plan.project import find_project
    from evalkit.workflow.sharing import BUNDLE, REVIEW, receivers_of, share

    project = find_project()
    made_by = arguments.by or receivers_of(project).makers[0]
    edited = Path(arguments.edited) if arguments.edited else None
    waiting = share(project, arguments.plan, arguments.to, made_by, arguments.release, edited=edited)
    place = project.relative(waiting.folder)
    print(f"paketet väntar på godkännande: {place}/{BUNDLE}")
    print(f"det som ska läsas först:       {place}/{REVIEW}")
    print(f"kontrollsumma:                 {waiting.sha256}")
    print(f"en andra person kör: evalkit approve {waiting.sha256[:12]} --by ROLL")
    return 0
