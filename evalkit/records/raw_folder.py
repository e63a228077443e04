"""The folder of raw deliveries: which names and links are allowed, which source a file belongs to, what was imported."""

from __future__ import annotations

import fnmatch
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from evalkit.errors import DeliveryError, PlanError
from evalkit.files import sha256_file, storage_error
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.project import Project
from evalkit.plan.sources import Source

RECEIPT = "leverans.json"
"""Lies beside the files of one delivery: the hash of each as it was imported."""

LOTTERY = "lottning"
"""Folder of the lists that are drawn from: no delivery."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NOISE = re.compile(r"\..*|~\$.*|.*\.tmp|.*\.bak|thumbs\.db|desktop\.ini|readme(\..*)?|läsmig(\..*)?|alias\.csv", re.IGNORECASE)
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufffd]")


def dated_folders(project: Project, folder: Path) -> list[tuple[date, list[Path]]]:
    """Return each delivery's date and files, oldest first; refuses links that lead out and impossible names."""
    dated: list[tuple[date, list[Path]]] = []
    for entry in _entries(folder):
        if _NOISE.fullmatch(entry.name) or entry.name == LOTTERY:
            continue
        refuse_outside(project, entry)
        if not entry.is_dir():
            raise DeliveryError(
                f"{shown(entry.name)}: filen ligger direkt i {folder.name}/; leveranser ligger i mappar som heter ÅÅÅÅ-MM-DD "
                "(använd 'evalkit import')",
                code="PAR-NAME",
            )
        files = [path for path in _entries(entry) if path.name != RECEIPT and not _NOISE.fullmatch(path.name)]
        for path in files:
            check_name(path.name)
            refuse_outside(project, path)
            if not path.is_file():
                message = f"{entry.name}/{shown(path.name)}: är ingen fil: lägg filerna direkt i leveransens mapp"
                raise DeliveryError(message, code="PAR-NAME")
        dated.append((_folder_date(entry), files))
    return dated


def matching_source(name: str, plan: EvaluationPlan) -> Source:
    """Return the source that a file name belongs to.

    Raises
    ------
    DeliveryError
        If no source asks for it (IN-UNMATCHED); the message lists the patterns.
    PlanError
        If two sources ask for it.
    """
    source = source_of(name, plan.sources)
    if source is None:
        patterns = "; ".join(f"{s.label}: {s.files}" for s in plan.sources)
        raise DeliveryError(f"{shown(name)}: ingen källa i planen väntar en fil med det namnet ({patterns})", code="IN-UNMATCHED")
    return source


def source_of(name: str, sources: Sequence[Source]) -> Source | None:
    """Return the one source whose pattern matches a file name, None if there is none; PlanError if there are two."""
    folded = unicodedata.normalize("NFC", name).casefold()
    hits = [s for s in sources if fnmatch.fnmatchcase(folded, _pattern(s.files))]
    if len(hits) > 1:
        both = ", ".join(f"'{s.id}' ({s.files})" for s in hits)
        raise PlanError(
            f"filen {shown(name)} passar flera källor i planen: {both}; gör mönstren skilda "
            "(två blad i samma arbetsbok: dela den i två filer)",
            code="PAR-FILES",
        )
    return hits[0] if hits else None


def matches(name: str, files: str) -> bool:
    """Whether a file name fits the plan's pattern."""
    return fnmatch.fnmatchcase(unicodedata.normalize("NFC", name).casefold(), _pattern(files))


def _pattern(files: str) -> str:
    """Return the plan's pattern for fnmatch: only ``*`` means anything."""
    folded = unicodedata.normalize("NFC", files).casefold()
    return re.sub(r"([\[?])", r"[\1]", folded)


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


def receipt_bytes(hashes: Mapping[str, str]) -> bytes:
    """Return the receipt of a delivery: file name (NFC) -> SHA-256, in the order of the names."""
    receipt = {"files": {name: {"sha256": digest} for name, digest in sorted(hashes.items())}}
    return (json.dumps(receipt, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


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


def check_receipt(folder: Path, files: Sequence[Path]) -> None:
    """Refuse a delivery whose files are not what was imported (RAW-CHANGED)."""
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


def refuse_outside(project: Project, path: Path) -> None:
    """Refuse a link that leads out of the project (PAR-PATH)."""
    if path.is_symlink() or path.exists():
        try:
            inside = path.resolve().is_relative_to(project.root.resolve())
        except (OSError, RuntimeError):
            inside = False
        if not inside:
            message = f"{shown(path.name)}: länken leder ut ur projektet: kopiera in filen med 'evalkit import'"
            raise DeliveryError(message, code="PAR-PATH")
