"""A new evaluation: a commented plan that loads as it stands, the same plan as an Excel form, and its data templates."""

from __future__ import annotations

import hashlib
from pathlib import Path

from evalkit.errors import PlanError
from evalkit.files import write_bytes, write_text
from evalkit.plan.data_template import data_template, template_name
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.form import form_bytes
from evalkit.plan.loader import parse_plan
from evalkit.plan.project import Project
from evalkit.plan.writing import to_yaml

FORM_NAME = "formular.xlsx"


def scaffold(project: Project, plan_id: str, title: str) -> tuple[Path, ...]:
    """Write the files of a new evaluation and return them: plan, form, one data template a source.

    Parameters
    ----------
    project : Project
        Where to write.
    plan_id : str
        Name of the evaluation's files: lower-case letters, digits and hyphens.
    title : str
        As it will stand on the report.

    Raises
    ------
    PlanError
        If the name or title cannot be used (PAR-VALUE, PAR-PATH, PAR-TEMPLATE …), or a file is already there (PAR-EXISTS):
        nothing is then written.
    StorageError
        If a file cannot be written.
    """
    text = plan_template(plan_id, title)
    plan = parse_plan(f"{plan_id}.yaml", text.encode("utf-8"))
    path = project.plan_file(plan.id)
    extras = template_files(plan, project.plans / plan.id)
    _refuse_existing(project, [path, *extras])
    write_text(path, text)
    for extra, content in extras.items():
        write_bytes(extra, content)
    return (path, *extras)


def plan_template(plan_id: str, title: str) -> str:
    """Return the commented plan of a new evaluation; its seed follows from its name."""
    text = (Path(__file__).with_name("template.yaml")).read_text(encoding="utf-8")
    seed = int(hashlib.sha256(plan_id.encode("utf-8")).hexdigest()[:7], 16) + 1
    head = to_yaml({"id": plan_id, "title": title.strip()})
    return text.replace("id: ID_HÄR\ntitle: TITEL_HÄR\n", head).replace("FRÖ_HÄR", str(seed))


def template_files(plan: EvaluationPlan, folder: Path) -> dict[Path, bytes]:
    """Return the Excel form of `plan` and one data template a source, as files of `folder`."""
    files = {folder / FORM_NAME: form_bytes(plan)}
    return files | {folder / template_name(source): data_template(plan, source) for source in plan.sources}


def _refuse_existing(project: Project, paths: list[Path]) -> None:
    there = [project.relative(path) for path in paths if path.exists()]
    if there:
        raise PlanError(
            f"finns redan, inget skrevs: {', '.join(there)}; välj ett annat namn eller flytta filerna", code="PAR-EXISTS"
        )
