"""Takes a delivery in: read once before anything is kept, copied unchanged with its hash, compared with the one before."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from evalkit.errors import DeliveryError
from evalkit.files import sha256_bytes, sha256_file, storage_error, write_bytes
from evalkit.findings.provenance import FileStamp
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.project import Project
from evalkit.plan.sources import Source
from evalkit.records.pseudonym import PseudonymKey, load_key
from evalkit.records.raw_folder import (
    RECEIPT,
    check_name,
    dated_folders,
    matching_source,
    read_receipt,
    receipt_bytes,
    refuse_outside,
    shown,
    source_of,
)
from evalkit.records.reading import ReadFile, read_source_file
from evalkit.records.reading.combine import changed_rows, changed_values
from evalkit.records.reading.faults import merge

_LONGEST_NAME = 200
"""Bytes of a file name that leave room for the temporary name beside it."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, for the one who ran it.

    Attributes
    ----------
    delivered : date
        The delivery's date, and its folder's name.
    stamps : tuple[FileStamp, ...]
        The files as they now lie in the project.
    lines : tuple[str, ...]
        Swedish sentences: per source what came, and how it differs from the delivery before. Counts only.
    """

    delivered: date
    stamps: tuple[FileStamp, ...]
    lines: tuple[str, ...]


def import_files(project: Project, plan: EvaluationPlan, files: Sequence[Path], delivered: date) -> ImportReport:
    """Copy delivered files into ``data/raw/<plan>/<delivered>/`` and compare them with the previous delivery.

    Parameters
    ----------
    project : Project
        Where to.
    plan : EvaluationPlan
        Its sources decide which file is what; a file that cannot be read as declared is not taken in.
    files : Sequence[Path]
        From anywhere.
    delivered : date
        The delivery's date.

    Returns
    -------
    ImportReport
        What came and what changed.

    Raises
    ------
    DeliveryError
        If a file matches no source, cannot be read as declared, or another file of that name is there (RAW-EXISTS).
        Nothing is copied then.
    StorageError
        If a file cannot be read or written.
    """
    key = load_key(project, plan)
    folder = project.raw(plan.id) / delivered.isoformat()
    refuse_outside(project, folder)
    contents = _contents(files)
    present = _present(folder, contents)
    read = _read_all(files, contents, plan, key, delivered)
    stamps = _keep(project, folder, contents, present)
    lines: list[str] = []
    for source in plan.sources:
        mine = [file for name, file in read if name == source.id]
        if mine:
            lines += _describe(project, plan, source, mine, delivered, key=key)
    return ImportReport(delivered, stamps, tuple(lines))


def _contents(files: Sequence[Path]) -> dict[str, bytes]:
    """Return NFC name -> bytes of the files to import."""
    contents: dict[str, bytes] = {}
    for path in files:
        name = unicodedata.normalize("NFC", path.name)
        check_name(name)
        if len(name.encode("utf-8")) > _LONGEST_NAME:
            raise DeliveryError(f"{name[:40]}…: filnamnet är för långt: byt till ett kortare", code="PAR-NAME")
        if name in contents:
            raise DeliveryError(f"{shown(name)}: två filer med samma namn: byt namn på den ena", code="RAW-EXISTS")
        if not path.is_file():
            raise DeliveryError(f"{shown(name)}: filen finns inte eller är en mapp", code="PAR-PATH")
        try:
            contents[name] = path.read_bytes()
        except OSError as exc:
            raise storage_error(path, exc) from None
    return contents


def _present(folder: Path, contents: dict[str, bytes]) -> set[str]:
    """Return which files are there already with the same bytes; refuse other bytes under the same name."""
    there = {unicodedata.normalize("NFC", path.name): path for path in folder.iterdir()} if folder.is_dir() else {}
    receipt = read_receipt(folder)
    present = set()
    for name, content in contents.items():
        known = receipt.get(name) or (_hash(there[name]) if name in there else None)
        if known is None:
            continue
        if known != sha256_bytes(content):
            advice = "importera rättelsen med ett nytt leveransdatum (--delivered)"
            message = f"{folder.name}/{shown(name)}: finns redan med annat innehåll, och råfiler skrivs aldrig över: {advice}"
            raise DeliveryError(message, code="RAW-EXISTS")
        if name in there:
            present.add(name)
    return present


def _hash(path: Path) -> str:
    try:
        return sha256_file(path)
    except OSError as exc:
        raise storage_error(path, exc) from None


def _read_all(
    files: Sequence[Path], contents: dict[str, bytes], plan: EvaluationPlan, key: PseudonymKey | None, delivered: date
) -> list[tuple[str, ReadFile]]:
    read, errors = [], []
    for path, content in zip(files, contents.values(), strict=True):
        try:
            source = matching_source(path.name, plan)
            read.append(
                (source.id, read_source_file(path, source, plan, key, evaluated_on=delivered, sha256=sha256_bytes(content)))
            )
        except DeliveryError as error:
            errors.append(error)
    if errors:
        raise merge(errors)
    return read


def _keep(project: Project, folder: Path, contents: dict[str, bytes], present: set[str]) -> tuple[FileStamp, ...]:
    stamps = []
    for name, content in sorted(contents.items()):
        target = folder / name
        if name not in present:
            write_bytes(target, content)
        stamps.append(FileStamp(f"{project.relative(folder)}/{name}", sha256_bytes(content), len(content)))
    hashes = read_receipt(folder) | {name: sha256_bytes(content) for name, content in contents.items()}
    write_bytes(folder / RECEIPT, receipt_bytes(hashes))
    return tuple(stamps)


def _describe(
    project: Project, plan: EvaluationPlan, source: Source, mine: Sequence[ReadFile], delivered: date, *, key: PseudonymKey | None
) -> list[str]:
    table = pd.concat([file.table for file in mine], ignore_index=True)
    lines = [f"{source.label}: {_amount(len(mine), 'fil', 'filer')}, {_amount(len(table), 'rad', 'rader')}{_persons(table)}"]
    lines += [f"  {finding.message}" for file in mine for finding in file.findings if not finding.passed]
    before = _previous(project, plan, source, delivered)
    if before is None:
        return [*lines, "  Första leveransen från källan; inget att jämföra med"]
    when, paths = before
    try:
        earlier = [read_source_file(path, source, plan, key, evaluated_on=when) for path in paths]
    except DeliveryError:
        return [*lines, f"  Leveransen {when.isoformat()} går inte att läsa med dagens plan; ingen jämförelse"]
    return lines + _differences(earlier, mine, table, source, when)


def _previous(project: Project, plan: EvaluationPlan, source: Source, delivered: date) -> tuple[date, list[Path]] | None:
    folders = dated_folders(project, project.raw(plan.id))
    for when, paths in reversed(folders):
        mine = [path for path in paths if source_of(path.name, plan.sources) is source]
        if when < delivered and mine:
            return when, mine
    return None


def _differences(
    earlier: Sequence[ReadFile], mine: Sequence[ReadFile], table: pd.DataFrame, source: Source, when: date
) -> list[str]:
    old = pd.concat([file.table for file in earlier], ignore_index=True)
    lines = [f"  Jämfört med {when.isoformat()}: {len(old)} rader då, {len(table)} nu"]
    unit = next((name for name in ("person", "unit") if name in table.columns and name in old.columns), None)
    if unit:
        then, now = set(old[unit].dropna()), set(table[unit].dropna())
        what = "Personer" if unit == "person" else "Enheter"
        lines.append(f"  {what}: {len(now - then)} nya, {len(then - now)} borta, {len(now & then)} kvar")
    before = {name for file in earlier for name in file.headings if name}
    after = {name for file in mine for name in file.headings if name}
    if before != after:
        gone, new = ", ".join(sorted(before - after)) or "inga", ", ".join(sorted(after - before)) or "inga"
        lines.append(f"  Kolumner: nya {new}; borta {gone}")
    again, corrected = changed_rows(old, table, source)
    if again:
        values = changed_values(old, table, source)
        each = "; ".join(f"{name} {count}" for name, count in values.items() if count)
        lines.append(f"  Rader som fanns förut: {again}, varav ändrade: {corrected}{f' ({each})' if each else ''}")
    return lines


def _persons(table: pd.DataFrame) -> str:
    return f", {table['person'].nunique()} personer" if "person" in table.columns else ""


def _amount(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
