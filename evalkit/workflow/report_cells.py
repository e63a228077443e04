"""What the code of the report notebook may say: it shows chapters of the cleared result, and nothing else.

The report is what leaves the house, and it is made of whatever its notebook displays. So its code is read before it runs: two
texts, one import, the cleared result, and calls that show a chapter of it. Whatever else somebody wants to compute belongs in a
notebook of the analysis, which stays inside.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from evalkit.errors import DisclosureRefused
from evalkit.workflow.normalise import INJECTED

_MODULE, _NAME, _OPEN, _RESULT = "evalkit.release", "report", "open_safe_result", "safe"
_PATHS = ("plan_file", "run_dir")


def refuse_foreign_code(name: str, notebook: Any) -> None:
    """Refuse a report notebook whose code does anything but show the cleared result.

    Parameters
    ----------
    name : str
        File name, for the message.
    notebook : nbformat.NotebookNode
        Unexecuted.

    Raises
    ------
    DisclosureRefused
        REPORT-CODE, that names cell and line, never what stands there.
    """
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "code" or INJECTED in cell.metadata.get("tags", []):
            continue
        for line in _foreign_lines(cell.source, parameters="parameters" in cell.metadata.get("tags", [])):
            raise DisclosureRefused(
                f"{name}, cell {number}, rad {line}: rapportens anteckningsbok får bara visa kapitel ur det frisläppta "
                "resultatet, som report.results(safe). Gör egna tabeller i en kopia av 20_fore_efter eller 30_did: de stannar "
                "i huset",
                code="REPORT-CODE",
            )


def _foreign_lines(source: str, *, parameters: bool) -> Iterator[int]:
    try:
        statements = ast.parse(source).body
    except SyntaxError as exc:
        yield exc.lineno or 1
        return
    for statement in statements:
        if not (_names_the_run(statement) if parameters else _allowed(statement)):
            yield statement.lineno


def _names_the_run(statement: ast.stmt) -> bool:
    match statement:
        case ast.Assign(targets=[ast.Name(id=target)], value=ast.Constant(value=str())):
            return target in _PATHS
    return False


def _allowed(statement: ast.stmt) -> bool:
    match statement:
        case ast.ImportFrom(module=module, names=[ast.alias(name=name, asname=None)], level=0):
            return (module, name) == (_MODULE, _NAME)
        case ast.Assign(targets=[ast.Name(id=target)], value=call):
            return target == _RESULT and _called(call) == _OPEN and _opens_the_run(call)
        case ast.Expr(value=call):
            return _called(call) not in {"", _OPEN} and _shows_the_result(call)
    return False


def _called(call: ast.expr) -> str:
    """Return the function of the report module that `call` calls, or nothing."""
    match call:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=module), attr=attribute)) if module == _NAME:
            from evalkit.release import report

            return attribute if attribute in report.__all__ else ""
    return ""


def _opens_the_run(call: ast.expr) -> bool:
    return isinstance(call, ast.Call) and not call.keywords and tuple(map(_name, call.args)) == _PATHS


def _shows_the_result(call: ast.expr) -> bool:
    return isinstance(call, ast.Call) and not call.keywords and [_name(argument) for argument in call.args] == [_RESULT]


def _name(argument: ast.expr) -> str:
    return argument.id if isinstance(argument, ast.Name) else ""
