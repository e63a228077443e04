"""The report of a cleared result as a notebook would show it, without running one."""

from __future__ import annotations

from typing import Any

from evalkit.findings.safe import SafeResult
from evalkit.release import report
from evalkit.release.html import render_report

CHAPTERS = report.CHAPTERS


def executed(safe: SafeResult) -> Any:
    """Return a notebook whose cells have shown every chapter."""
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    notebook = new_notebook()
    for name in CHAPTERS:
        shown = getattr(report, name)(safe)
        output = new_output("execute_result", data={"text/html": shown._repr_html_(), "text/plain": repr(shown)})
        notebook.cells.append(new_code_cell(f"report.{name}(safe)", id=name.replace("_", "-"), outputs=[output]))
    return notebook


def page(safe: SafeResult) -> str:
    """Return the shared page of a cleared result."""
    return render_report(executed(safe), safe.plan.title, safe.plan.language)
