"""Deliveries: which files each source was given, when, and that nobody changed them since.

``data/raw/<intervention>/<YYYY-MM-DD>/`` holds one delivery. Files are copied in by `import_files`, which writes their hashes
beside them; from then on they are immutable.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.errors import DeliveryError
from evalkit.files import sha256_file, storage_error
from evalkit.findings.provenance import FileStamp
from evalkit.findings.quality import CheckOutcome, Severity
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.project import Project
from evalkit.plan.sources import Mode, Source
from evalkit.records.raw_folder import check_receipt, dated_folders, refuse_outside, shown, source_of
from evalkit.records.stations import Deliveries, Delivery

if TYPE_CHECKING:
    from evalkit.records.importing import ImportReport


def find_deliveries(project: Project, plan: EvaluationPlan, until: date | None = None) -> Deliveries:
    """Find the files that the plan's sources match.

    Parameters
    ----------
    project : Project
        Where ``data/raw`` lies.
    plan : EvaluationPlan
        Its sources say which file names, and whether a new delivery replaces the earlier ones.
    until : date | None
        Leave out what was delivered later: as the deliveries stood on that day.

    Returns
    -------
    Deliveries
        Oldest first. `evaluated_on` is the date of the newest folder with a file of any source.

    Raises
    ------
    DeliveryError
        If a source has no file (IN-EMPTY), a path leads out of the project (PAR-PATH), a folder or file has an impossible name
        (PAR-NAME), or a file is not what was imported (RAW-CHANGED).
    PlanError
        If one file matches two sources.
    """
    folder = project.raw(plan.id)
    refuse_outside(project, folder)
    found, unmatched = [], []
    for delivered, files in dated_folders(project, folder):
        if until is not None and delivered > until:
            continue
        check_receipt(folder / delivered.isoformat(), files)
        for path in files:
            source = source_of(path.name, plan.sources)
            if source is None:
                unmatched.append(path)
            else:
                found.append(_delivery(project, path, source, delivered))
    _check_complete(found, plan)
    newest = max(item.delivered for item in found)
    items = tuple(item for source in plan.sources for item in _in_force(found, source))
    return Deliveries(
        tuple(sorted(items, key=_order)), newest, _notes(unmatched, project), tuple(sorted({item.delivered for item in found}))
    )


def _delivery(project: Project, path: Path, source: Source, delivered: date) -> Delivery:
    try:
        stamp = FileStamp(project.relative(path), sha256_file(path), path.stat().st_size)
    except OSError as exc:
        raise storage_error(path, exc) from None
    return Delivery(source.id, delivered, path, stamp)


def _check_complete(found: Sequence[Delivery], plan: EvaluationPlan) -> None:
    delivered = {item.source for item in found}
    missing = [s for s in plan.sources if s.id not in delivered]
    if missing:
        lines = [f"{s.label}: ingen fil som heter {s.files}; lägg in den med 'evalkit import {plan.id} FIL'" for s in missing]
        raise DeliveryError("\n".join(lines), code="IN-EMPTY")


def _in_force(found: Sequence[Delivery], source: Source) -> Iterable[Delivery]:
    mine = [item for item in found if item.source == source.id]
    if source.mode is Mode.APPEND:
        return mine
    newest = max(item.delivered for item in mine)
    return [item for item in mine if item.delivered == newest]


def _order(item: Delivery) -> tuple[date, str, str]:
    return item.delivered, item.source, unicodedata.normalize("NFC", item.path.name)


def _notes(unmatched: Sequence[Path], project: Project) -> tuple[CheckOutcome, ...]:
    return tuple(
        CheckOutcome(
            f"leverans:{project.relative(path)}",
            "IN-UNMATCHED",
            Severity.NOTE,
            False,
            "",
            "",
            1,
            1,
            (),
            f"{path.parent.name}/{shown(path.name)}: ingen källa i planen väntar filen; den lästes inte",
            "ta bort den, eller rätta files i planen",
        )
        for path in unmatched
    )


def import_files(project: Project, plan: EvaluationPlan, files: Sequence[Path], delivered: date) -> ImportReport:
    """Take a delivery in; see `evalkit.records.importing.import_files`."""
    # Imported when called: finding deliveries must not load pandas, or unchanged inputs would take seconds to recognise.
    from evalkit.records import importing

    return importing.import_files(project, plan, files, delivered)
