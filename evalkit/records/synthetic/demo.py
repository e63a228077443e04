"""The demonstration's deliveries on disk: made once, the same bytes everywhere, never over anything else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from evalkit.errors import PlanError, StorageError
from evalkit.files import sha256_bytes, write_bytes
from evalkit.plan.loader import load_plan
from evalkit.plan.project import Project
from evalkit.plan.sources import Source
from evalkit.records.raw_folder import RECEIPT, receipt_bytes
from evalkit.records.synthetic.files import csv_bytes, file_name, xlsx_bytes
from evalkit.records.synthetic.rows import Cell
from evalkit.records.synthetic.tables import delivered_tables
from evalkit.records.synthetic.truth import load_truth
from evalkit.records.synthetic.world import World, create_world


def truth_file(project: Project, plan_id: str) -> Path:
    """Return where a demonstration's truth lies.

    Raises
    ------
    PlanError
        PAR-FILE if nobody has written one: nothing can be invented for the plan then.
    """
    path = project.root / "params" / "synthetic" / f"{plan_id}.yaml"
    if not path.is_file():
        raise PlanError(
            f"{plan_id}: inga påhittade personer finns beskrivna för planen (params/synthetic/{path.name} saknas); skriv den "
            f"efter mönster av params/synthetic/np-samverkan.yaml, eller pröva metoden på egna data: 'evalkit placebo {plan_id}'",
            code="PAR-FILE",
        )
    return path


def write_demo(project: Project, plan_id: str) -> tuple[Path, ...]:
    """Write the synthetic deliveries of one plan to ``data/raw/<id>/<date>/``.

    Parameters
    ----------
    project : Project
        Holds the plan, marked ``synthetic: true``, and ``params/synthetic/<id>.yaml``.
    plan_id : str
        Of the demonstration.

    Returns
    -------
    tuple[Path, ...]
        Every file of the deliveries, whether written now or already there with the same bytes.

    Raises
    ------
    PlanError
        If the plan or the truth is missing or wrong, or the plan is not marked synthetic.
    StorageError
        If another file lies where a synthetic one belongs: nothing is then written.
    """
    plan = load_plan(project.plan_file(plan_id))
    truth = load_truth(truth_file(project, plan_id), plan)
    files = dict(demo_files(project, create_world(plan, truth, plan.seed)))
    new = [path for path, content in files.items() if not _is_there(project, path, content)]
    for path in new:
        write_bytes(path, files[path])
    return tuple(files)


def demo_files(project: Project, world: World) -> Iterator[tuple[Path, bytes]]:
    """Yield path and content of every file of every delivery, by date and source, and the receipt as after an import."""
    plan = world.plan
    tables = {source.id: delivered_tables(world, source) for source in plan.sources}
    for nth, delivered in enumerate(world.truth.deliveries):
        folder = project.raw(plan.id) / delivered.isoformat()
        files = {file_name(s, delivered): _content(world, s, tables[s.id][nth], nth, delivered) for s in plan.sources}
        files[RECEIPT] = receipt_bytes({name: sha256_bytes(content) for name, content in files.items()})
        for name, content in files.items():
            yield folder / name, content


def _content(world: World, source: Source, rows: list[list[Cell]], nth: int, delivered: date) -> bytes:
    if source.files.endswith(".xlsx"):
        return xlsx_bytes(source, rows, f"{source.label}, uttag {delivered.isoformat()}")
    return csv_bytes(source, rows, world.truth.file(source.id), nth)


def _is_there(project: Project, path: Path, content: bytes) -> bool:
    if not path.exists():
        return False
    if path.read_bytes() != content:
        message = f"{project.relative(path)}: där ligger redan en annan fil; flytta den innan demonstrationsdata skapas på nytt"
        raise StorageError(message, code="OUT-EXISTS")
    return True
