"""Renew the outputs that git keeps in the notebooks: the tagged headline cells on the demonstration data.

::

    python -m evalkit.workflow.headlines

Everything else in the notebooks is stripped. `tests/notebooks` compares these outputs with a run (nbval): look at the difference
before committing it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from evalkit.files import write_text
from evalkit.plan.project import Project, find_project
from evalkit.workflow.normalise import notebook_text, stripped
from evalkit.workflow.notebooks import execute
from evalkit.workflow.run import run
from evalkit.workflow.store import LATEST

DEMO = "np-samverkan"


def refresh(project: Project) -> tuple[Path, ...]:
    """Run every notebook on the demonstration's newest run and store its headlines; return the files that changed."""
    from evalkit.records.synthetic import write_demo

    write_demo(project, DEMO)
    run(project, DEMO)
    values = {"plan_file": f"params/interventions/{DEMO}.yaml", "run_dir": f"reports/{DEMO}/{LATEST}"}
    changed = []
    for path in sorted(project.notebooks.glob("*.ipynb")):
        text = notebook_text(stripped(execute(project, path, values)))
        if text != path.read_text(encoding="utf-8"):
            write_text(path, text)
            changed.append(path)
    return tuple(changed)


if __name__ == "__main__":
    for changed_file in refresh(find_project()):
        print(changed_file.name, file=sys.stderr)
