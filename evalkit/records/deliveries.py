"""Deliveries: which files each source was given, when, and that nobody changed them since.

``data/raw/<intervention>/<YYYY-MM-DD>/`` holds one delivery. Files are copied in by `import_files`, which writes their hashes
beside them; from then on they are immutable.
"""

from __future__ import annotations

import fnmatch
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from evalkit.errors import DeliveryError, PlanError
from evalkit.files import sha256_file, storage_error
from evalkit.findings.provenance import FileStamp
from evalkit.findings.quality import CheckOutcome, Severity
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.project import Project
from evalkit.plan.sources import Mode, Source
from evalkit.records.stations import Deliveries, Delivery

RECEIPT = "leverans.json"
"""Lies beside the files of one delivery: the hash of each as it was imported."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NOISE = re.compile(r"\..*|~\$.*|.*\.tmp|.*\.bak|thumbs\.db|desktop\.ini|readme(\..*)?|läsmig(\..*)?|alias\.csv", re.IGNORECASE)
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufffd]")


def find_deliveries(project: Project, plan: EvaluationPlan) -> Deliveries:
    """Find the files that the plan's sources match.

    Parameters
    ----------
    project : Project
        Where ``data/raw`` lies.
    plan : EvaluationPlan
        Its sources say which file names, and whether a new delivery replaces the earlier ones.

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
    _refuse_outside(project, folder)
    found, unmatched = [], []
    for delivered, files in _dated_folders(project, folder):
        _check_receipt(folder / delivered.isoformat(), files)
        for path in files:
            source = _source_of(path.name, plan.sources)
            if source is None:
                unmatched.append(path)
            else:
                found.append(_delivery(project, path, source, delivered))
    _check_complete(found, plan)
    newest = max(item.delivered for item in found)
    items = tuple(item for source in plan.sources for item in _in_force(found, source))
    return Deliveries(tuple(sorted(items, key=_order)), newest, _notes(unmatched, project))


def matching_source(name: str, plan: EvaluationPlan) -> Source:
    """Return the source that a file name belongs to.

    Raises
    ------
    DeliveryError
        If no source asks for it (IN-UNMATCHED); the message lists the patterns.
    PlanError
        If two sources ask for it.
    """
    source = _source_of(name, plan.sources)
    if source is None:
        patterns = "; ".join(f"{s.label}: {s.files}" for s in plan.sources)
        raise DeliveryError(f"{shown(name)}: ingen källa i planen väntar en fil med det namnet ({patterns})", code="IN-UNMATCHED")
    return source


def shown(name: str) -> str:
    """Return a file name that can be printed on one line."""
    return _UNSAFE.sub("?", unicodedata.normalize("NFC", name))


def check_name(name: str) -> None:
    """Refuse a file name that cannot be shown or kept on every system.

    Raises
    ------
    DeliveryError
        PAR-NAME.
    """
    if _UNSAFE.search(name) or name != name.strip() or len(name.encode("utf-8", errors="surrogatepass")) > 255:
        raise DeliveryError(
            f"{shown(name)[:80]}: filnamnet har radbrytning eller andra otillåtna tecken: byt namn", code="PAR-NAME"
        )
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        raise DeliveryError("ett filnamn har tecken som inte är text: byt namn på filen", code="PAR-NAME") from None


def _dated_folders(project: Project, folder: Path) -> list[tuple[date, list[Path]]]:
    dated: list[tuple[date, list[Path]]] = []
    for entry in _entries(folder):
        if _NOISE.fullmatch(entry.name):
            continue
        _refuse_outside(project, entry)
        if not entry.is_dir():
            raise DeliveryError(
                f"{shown(entry.name)}: filen ligger direkt i {folder.name}/; leveranser ligger i mappar som heter ÅÅÅÅ-MM-DD "
                "(använd 'evalkit import')",
                code="PAR-NAME",
            )
        files = [path for path in _entries(entry) if path.name != RECEIPT and not _NOISE.fullmatch(path.name)]
        for path in files:
            check_name(path.name)
            _refuse_outside(project, path)
        dated.append((_folder_date(entry), [path for path in files if path.is_file()]))
    return dated


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir(), key=lambda path: (unicodedata.normalize("NFC", path.name), path.name))
    except FileNotFoundError:
        return []
    except OSError as exc:
        raise storage_error(folder, exc) from None


def _folder_date(entry: Path) -> date:
    try:
        delivered = date.fromisoformat(entry.name) if _DATE.fullmatch(entry.name) else None
    except ValueError:
        delivered = None
    if delivered is None:
        message = f"mappen {shown(entry.name)}: en leverans ligger i en mapp som heter som leveransens datum, ÅÅÅÅ-MM-DD"
        raise DeliveryError(message, code="PAR-NAME")
    return delivered


def _refuse_outside(project: Project, path: Path) -> None:
    if path.is_symlink() or path.exists():
        try:
            inside = path.resolve().is_relative_to(project.root.resolve())
        except (OSError, RuntimeError):
            inside = False
        if not inside:
            message = f"{shown(path.name)}: länken leder ut ur projektet: kopiera in filen med 'evalkit import'"
            raise DeliveryError(message, code="PAR-PATH")


def _source_of(name: str, sources: Sequence[Source]) -> Source | None:
    folded = unicodedata.normalize("NFC", name).casefold()
    hits = [s for s in sources if fnmatch.fnmatchcase(folded, _pattern(s.files))]
    if len(hits) > 1:
        both = ", ".join(f"'{s.id}' ({s.files})" for s in hits)
        raise PlanError(f"filen {shown(name)} passar flera källor i planen: {both}; gör mönstren skilda", code="PAR-FILES")
    return hits[0] if hits else None


def _pattern(files: str) -> str:
    """Return the plan's pattern for fnmatch: only ``*`` means anything."""
    folded = unicodedata.normalize("NFC", files).casefold()
    return re.sub(r"([\[?])", r"[\1]", folded)


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


def read_receipt(folder: Path) -> dict[str, str]:
    """Return file name (NFC) -> SHA-256 as imported; empty where nothing was imported.

    Raises
    ------
    DeliveryError
        If the receipt is damaged.
    """
    path = folder / RECEIPT
    if not path.exists():
        return {}
    try:
        files = json.loads(path.read_text(encoding="utf-8"))["files"]
        return {unicodedata.normalize("NFC", str(name)): str(stamp["sha256"]) for name, stamp in files.items()}
    except OSError as exc:
        raise storage_error(path, exc) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise DeliveryError(f"{folder.name}/{RECEIPT} är skadad: importera leveransen på nytt", code="RAW-CHANGED") from None


def _check_receipt(folder: Path, files: Sequence[Path]) -> None:
    here = {unicodedata.normalize("NFC", path.name): path for path in files}
    for name, imported in sorted(read_receipt(folder).items()):
        if name not in here:
            fault = "har försvunnit sedan importen"
        elif sha256_file(here[name]) != imported:
            fault = "har ändrats sedan importen; råfiler ändras aldrig"
        else:
            continue
        advice = "återställ filen, eller importera rättelsen som en ny leverans"
        raise DeliveryError(f"{folder.name}/{shown(name)}: {fault}: {advice}", code="RAW-CHANGED")
