"""``evalkit instruments``: the register of assessment instruments."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from typing import TYPE_CHECKING

from evalkit.errors import GateClosed, PlanError

if TYPE_CHECKING:
    from evalkit.plan.instruments import InstrumentRegister
    from evalkit.plan.project import Project

_EXAMPLE = 'evalkit instruments secure NORM_ID --checker "ekonom/Anna Berg" --page "sida och tabell"'


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "action", choices=("list", "check", "show", "secure", "mutate"), nargs="?", default="list", help="list is the default"
    )
    parser.add_argument(
        "target", metavar="ID", nargs="?", help="show: an instrument; secure: a norm row, or a cut-off as instrument/system/scale"
    )
    parser.add_argument("--checker", metavar="ROLE/NAME", help="secure: who held the numbers against the page")
    parser.add_argument("--page", help="secure: page and table of the source")
    parser.add_argument("--on", metavar="DATE", help="day of the check, or to which norms' ages are counted (default: today)")
    parser.add_argument("--write", action="store_true", help="mutate: keep the tables in docs/INSTRUMENTS.md")
    parser.add_argument("--clean", type=int, metavar="SETS", help="mutate: count stops on clean sets instead of planting faults")
    parser.add_argument("--n", default="30,150", metavar="PERSONS", help="mutate --clean: persons a set (30,150 is the default)")
    parser.add_argument("--progress", action=argparse.BooleanOptionalAction, help="a progress bar even where stderr is no terminal")


def execute(arguments: argparse.Namespace) -> int:
    """List, check, show, secure or mutate; a fault in a file is exit 2 (PlanError), a closed gate exit 3 (GateClosed)."""
    from evalkit.plan.project import find_project
    from evalkit.plan.register import load_register

    project = find_project()
    register = load_register(project.instruments)
    if arguments.action == "check":
        return _check(register, _day(arguments.on))
    if arguments.action == "show":
        return _show(register, arguments.target)
    if arguments.action == "secure":
        return _secure(project, register, arguments)
    if arguments.action == "mutate":
        return _mutate(project, register, arguments)
    from evalkit.plan.instrument_text import register_lines

    print("\n".join(register_lines(register)))
    return 0


def _day(written: str | None) -> date:
    if written is None:
        return date.today()
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise PlanError("ange dagen som 2026-11-22", code="PAR-DATE") from None


def _check(register: InstrumentRegister, on: date) -> int:
    from evalkit.findings.quality_text import finding_text
    from evalkit.records.register_gate import check_register

    report = check_register(register, on)
    found = [outcome for outcome in report.outcomes if not outcome.passed]
    for outcome in found:
        print(finding_text(outcome))
    print(
        f"{len(register.instruments)} instrument, {len(register.norms)} normrader, {len(register.sources)} källor: "
        f"{len(report.outcomes)} kontroller, {len(report.stops)} stopp, {len(found) - len(report.stops)} varningar"
    )
    if report.stops:
        codes = tuple(outcome.code for outcome in report.stops)
        raise GateClosed("registret kan inte användas förrän stoppen är åtgärdade", code=codes[0], findings=codes)
    return 0


def _show(register: InstrumentRegister, wanted: str | None) -> int:
    from evalkit.plan.instrument_text import instrument_text

    if wanted is None:
        raise PlanError("ange vilket instrument: evalkit instruments show ID", code="PAR-CALL")
    found = register.find(wanted)
    if found is None:
        from evalkit.plan.problems import suggestion

        known = [one.id for one in register.instruments]
        begun = [name for name in known if wanted and name.startswith(wanted.lower())]
        if begun:
            raise PlanError(f"flera instrument börjar så; menade du {' eller '.join(begun)}?", code="PAR-INSTR")
        raise PlanError(f"instrumentet finns inte i registret; {suggestion(wanted, known)}", code="PAR-INSTR")
    print(instrument_text(register, found))
    return 0


def _secure(project: Project, register: InstrumentRegister, arguments: argparse.Namespace) -> int:
    from pydantic import ValidationError

    from evalkit.plan.register import load_register
    from evalkit.plan.signed_checks import current_status, sign, write_checks

    if not (arguments.target and arguments.checker and arguments.page):
        raise PlanError(f"ange rad, kontrollant och sida: {_EXAMPLE}", code="PAR-CALL")
    try:
        checks = sign(register, arguments.target, arguments.checker, arguments.page, _day(arguments.on))
    except ValidationError:
        raise PlanError(f"kontrollanten skrivs som roll/namn: {_EXAMPLE}", code="PAR-CALL") from None
    path = write_checks(project.instruments, checks)
    status = current_status(load_register(project.instruments), arguments.target)
    left = "" if status == "secured" else "; en person till med ett annat namn behöver skriva under"
    print(f"{arguments.target}: {status}{left} ({project.relative(path)})")
    return 0


def _mutate(project: Project, register: InstrumentRegister, arguments: argparse.Namespace) -> int:
    from evalkit.cli.progress import told
    from evalkit.workflow.mutation_doc import clean_counts, mutation_tables, sizes_of, write_tables

    if arguments.clean is None:
        tables = mutation_tables(register, _day(arguments.on))
    else:
        sizes, sets = sizes_of(arguments.n), max(arguments.clean, 1)
        with told("rena uppsättningar", len(sizes) * sets, bar=arguments.progress) as progress:
            tables = clean_counts(sizes, sets, progress if sys.stderr.isatty() or arguments.progress else _silent)
    for title, table in tables.items():
        print(f"{title}\n\n{table}")
    if arguments.write:
        print(project.relative(write_tables(project, tables)))
    return 0


def _silent(step: str) -> None:
    """Tell nothing: two hundred lines would say nothing."""
