"""A finished run in other forms: built from its cleared result alone, and written beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.errors import DisclosureRefused, PlanError
from evalkit.files import write_bytes
from evalkit.workflow.store import altered_files, read_manifest, run_store

if TYPE_CHECKING:
    from evalkit.plan.project import Project

WRITTEN = "former"
"""``reports/<id>/former/<run>/``: a run holds what its manifest names and nothing else."""


def write_forms(project: Project, plan_id: str, forms: Sequence[str], depth: str, language: str) -> list[Path]:
    """Write the newest run's report in each of `forms` and return the files.

    Parameters
    ----------
    forms : Sequence[str]
        Of `evalkit.plan.form_names.FORMS`.
    depth : str
        Of `evalkit.plan.form_names.DEPTHS`; tables have one depth, the full report's.
    language : str
        ``sv`` or ``en``; the plan's own where empty.

    Raises
    ------
    PlanError
        If there is no run, or tables are asked for in a depth of their own.
    DisclosureRefused
        If the run was altered.
    StorageError
        If a file cannot be written, or PDF cannot be made here.
    """
    from evalkit.findings.safe import safe_from_json
    from evalkit.plan.form_names import FULL, FormName
    from evalkit.release.forms.build import build_all

    tables = [form for form in forms if form in {"xlsx", "csv", "json"}]
    if depth != FULL and tables:
        raise PlanError(f"{', '.join(tables)} innehåller alltid rapportens alla tabeller: utelämna --depth", code="PAR-CALL")
    store = run_store(project, plan_id)
    run = store.latest()
    if not run:
        raise PlanError(f"{plan_id}: ingen körning här; kör 'evalkit run {plan_id}' först", code="RUN-NONE")
    folder = store.run(run)
    altered = altered_files(folder, read_manifest(folder))
    if altered:
        raise DisclosureRefused(f"{run}: ändrad sedan den gjordes ({', '.join(altered)}); kör om", code="SHARE-ALTERED")
    safe = safe_from_json((folder / "share" / "safe_result.json").read_text(encoding="utf-8"))
    code = "" if language == safe.plan.language else language
    made = build_all(safe, [FormName(form, depth, code) for form in dict.fromkeys(forms)])
    target = store.reports / WRITTEN / run
    for name, content in made.items():
        write_bytes(target / name, content)
    return [target / name for name in made]
