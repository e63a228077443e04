"""What a machine needs to have before it can evaluate anything, looked at without changing it."""

from __future__ import annotations

import importlib.metadata
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.errors import EvalkitError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evalkit.plan.project import Project

_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?:\s*;\s*([^\\]*))?", re.MULTILINE)
_SYNCED = ("onedrive", "dropbox", "google drive", "googledrive", "icloud", "nextcloud", "box sync")
_LONGEST_WINDOWS_PATH = 160


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    state : str
        ``ok``, ``varning`` or ``saknas``.
    """

    state: str
    text: str


def examine(project: Project) -> tuple[Finding, ...]:
    """Return what is in place, doubtful or missing on this machine, in a fixed order."""
    return (*_python(), *_packages(project), *_kernel(), *_key(project), *_folders(project), *_place(project.root))


def _python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    fits = (3, 11) <= sys.version_info[:2] <= (3, 13)
    yield Finding("ok" if fits else "saknas", f"Python {version}{'' if fits else ': evalkit behöver 3.11, 3.12 eller 3.13'}")
    if sys.dont_write_bytecode:
        yield Finding(
            "varning", "PYTHONDONTWRITEBYTECODE är satt: varje körning kompilerar om allt och blir flera gånger långsammare"
        )


def _packages(project: Project) -> Iterator[Finding]:
    lock = project.root / "requirements.lock"
    if not lock.is_file():
        yield Finding("varning", "requirements.lock saknas: paketens versioner går inte att jämföra")
        return
    missing, other = compare_packages(lock.read_text(encoding="utf-8"))
    if missing:
        yield Finding("saknas", f"paket saknas: {', '.join(missing)}; kör 'python start.py demo' så installeras de")
    if other:
        yield Finding("varning", f"andra versioner än requirements.lock: {', '.join(other)}; siffror kan skilja i sista decimalen")
    if not missing and not other:
        yield Finding("ok", "alla paket har de versioner som requirements.lock anger")


def compare_packages(lock: str) -> tuple[list[str], list[str]]:
    """Return which locked packages are missing here, and which have another version; lines for other systems are passed over."""
    from packaging.markers import InvalidMarker, Marker

    pins: dict[str, set[str]] = {}
    for name, version, marker in _PIN.findall(lock):
        try:
            here = not marker.strip() or Marker(marker.strip()).evaluate()
        except InvalidMarker:
            here = True
        if here:
            pins.setdefault(name, set()).add(version)
    missing, other = [], []
    for name, versions in sorted(pins.items()):
        try:
            installed = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
            continue
        if installed not in versions:
            other.append(f"{name} {installed}")
    return missing, other


def _kernel() -> Iterator[Finding]:
    from jupyter_core.paths import jupyter_path

    found = any((Path(folder) / "python3" / "kernel.json").is_file() for folder in jupyter_path("kernels"))
    yield (
        Finding("ok", "Jupyters Python-kärna finns")
        if found
        else Finding("varning", "Jupyters kärna python3 hittas inte: --plain går inte")
    )


def _key(project: Project) -> Iterator[Finding]:
    from evalkit.records.pseudonym import current_key_id

    try:
        key_id = current_key_id(project)
    except EvalkitError as exc:
        yield Finding("saknas", str(exc))
        return
    if key_id:
        yield Finding("ok", f"pseudonymnyckel {key_id} finns; se till att den har en säkerhetskopia")
    else:
        yield Finding("varning", "ingen pseudonymnyckel: behövs före de första verkliga personuppgifterna (evalkit key create)")


def _folders(project: Project) -> Iterator[Finding]:
    for name in ("data/raw", "data/processed", "reports"):
        folder = project.root / name
        nearest = next(path for path in (folder, *folder.parents) if path.exists())
        writable = os.access(nearest, os.W_OK)
        yield Finding("ok" if writable else "saknas", f"{name}: {'går att skriva i' if writable else 'får inte skrivas i'}")


def _place(root: Path) -> Iterator[Finding]:
    synced = [part for part in root.resolve().parts if any(word in part.lower() for word in _SYNCED)]
    if synced:
        yield Finding(
            "varning", f"projektet ligger i en synkad mapp ({synced[0]}): personuppgifter kopieras till molnet; flytta det"
        )
    if os.name == "nt" and len(str(root)) > _LONGEST_WINDOWS_PATH:
        yield Finding("varning", "mappens sökväg är så lång att Windows kan neka nya filer: flytta projektet närmare roten")
