"""``evalkit instruments``: the register of assessment instruments."""

from __future__ import annotations

import argparse

from evalkit.errors import PlanError


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("action", choices=("list", "check", "show"), nargs="?", default="list", help="list is the default")
    parser.add_argument("instrument", metavar="ID", nargs="?", help="which instrument to show")


def execute(arguments: argparse.Namespace) -> int:
    """List, check or show; a fault in the register is exit 2 (raised as PlanError)."""
    from evalkit.plan.project import find_project
    from evalkit.plan.register import load_register

    project = find_project()
    register = load_register(project.instruments)
    if arguments.action == "check":
        print(f"{len(register.instruments)} instrument lästa utan fel")
    elif arguments.action == "list":
        for instrument in sorted(register.instruments, key=lambda one: one.id):
            print(f"{instrument.id:<20} {instrument.label} ({instrument.status})")
    else:
        if arguments.instrument is None:
            raise PlanError("ange vilket instrument: evalkit instruments show ID", code="PAR-CALL")
        if register.find(arguments.instrument) is None:
            known = ", ".join(sorted(one.id for one in register.instruments))
            raise PlanError(f"instrumentet {arguments.instrument} finns inte i registret; där finns {known}", code="PAR-INSTR")
        print((project.instruments / f"{arguments.instrument}.yaml").read_text(encoding="utf-8"), end="")
    return 0
