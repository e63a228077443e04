"""``evalkit scan``: any file, looked through for what must not leave the house."""

from __future__ import annotations

import argparse
from pathlib import Path

from evalkit.errors import DisclosureRefused


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="files, or folders with files in them")
    parser.add_argument(
        "--names", metavar="FILE", type=Path, help="names of persons, one a line, that must not occur; stays in the house"
    )
    parser.add_argument(
        "--public", action="store_true", help="public aggregates: what only says that few persons stand behind a number is let pass"
    )
    parser.add_argument("--previous", metavar="PAGE", type=Path, action="append", default=[], help="an HTML page released earlier")


def execute(arguments: argparse.Namespace) -> int:
    """Scan every file; anything found is exit 4."""
    from evalkit.release.scan import ABOUT_FEW, Scan, scan_file

    names = arguments.names.read_text(encoding="utf-8").lower().splitlines() if arguments.names else []
    previous = tuple(page.read_text(encoding="utf-8") for page in arguments.previous)
    scan = Scan(names=frozenset(" ".join(n.split()) for n in names if len(n.split()) >= 2), previous=previous)
    paths = [path for given in arguments.files for path in _files(given)]
    stopped, few = 0, False
    for path in paths:
        found = tuple(f for f in scan_file(path, scan) if not (arguments.public and f.code in ABOUT_FEW))
        few |= any(f.code in ABOUT_FEW for f in found)
        stopped += bool(found)
        print(f"{path}: {', '.join(sorted({f.code for f in found})) or 'inget funnet'}")
        for finding in found:
            print(f"  {finding.code}: {finding.where}")
    if stopped:
        hint = ". Är det offentliga uppgifter om enheter, utan personer bakom: lägg till --public" if few else ""
        raise DisclosureRefused(
            f"{stopped} av {len(paths)} filer får inte lämna huset; koderna förklaras i docs/CODES.md{hint}", code="SCAN"
        )
    print(f"{len(paths)} filer, inget funnet. Skannern är ett andra skydd: det första är att innehållet är frisläppt.")
    return 0


def _files(given: Path) -> list[Path]:
    return sorted(path for path in given.rglob("*") if path.is_file() or path.is_symlink()) if given.is_dir() else [given]
