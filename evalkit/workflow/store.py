"""Where runs lie, and how one comes to be: locked, staged, sealed by its manifest, renamed, pointed to.

::

    reports/<id>/
      .lock  .lock.json        who computes right now
      .staging-<run>/          a run that is being made; swept away by the next start
      <run>/                   a run: exists only when it holds manifest.json
      senaste.txt              name of the newest run
      senaste-kvalitet.txt     what the gate said when it last stopped a run
      senaste-fel/             the notebook that last failed
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evalkit.errors import NotReproduced, RunLocked, StorageError
from evalkit.files import replace, sha256_bytes, sha256_file, storage_error, write_bytes, write_text
from evalkit.plan.project import Project

MANIFEST = "manifest.json"
MANIFEST_FORMAT = 1
POINTER = "senaste.txt"
GATE_TEXT = "senaste-kvalitet.txt"
FAILED = "senaste-fel"
LATEST = "senaste"
_STAGING = ".staging-"


@dataclass(frozen=True, slots=True)
class RunStore:
    """The runs of one intervention.

    Attributes
    ----------
    reports : Path
        ``reports/<id>``.
    processed : Path
        ``data/processed/<id>``: one folder per run with the frame that was analysed.
    """

    reports: Path
    processed: Path

    def run(self, name: str) -> Path:
        """Return the folder of the run `name`, whether or not it exists."""
        return self.reports / name

    def staging(self, name: str) -> Path:
        """Return the folder in which the run `name` is made."""
        return self.reports / f"{_STAGING}{name}"

    def frames(self, name: str, *, staged: bool = False) -> Path:
        """Return the folder of the run's analysis frame in ``data/processed``."""
        return self.processed / (f"{_STAGING}{name}" if staged else name)

    def exists(self, name: str) -> bool:
        """Whether the run `name` is there: a folder without a manifest is no run."""
        return bool(name) and (self.run(name) / MANIFEST).is_file()

    def latest(self) -> str:
        """Return the name of the newest run that exists; empty where there is none."""
        try:
            name = (self.reports / POINTER).read_text(encoding="utf-8").strip()
        except OSError:
            return ""
        return name if "/" not in name and "\\" not in name and self.exists(name) else ""

    def point_to(self, name: str) -> None:
        """Make `name` the newest run."""
        if self.latest() != name:
            write_text(self.reports / POINTER, f"{name}\n")

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the intervention while a run is made, and sweep what a killed run left.

        Raises
        ------
        RunLocked
            If another process holds it; the message names process, computer and start.
        StorageError
            If the folders cannot be written in: said before anything is computed.
        """
        import filelock

        _probe(self.reports)
        _probe(self.processed)
        lock = filelock.FileLock(self.reports / ".lock")
        note = self.reports / ".lock.json"
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            raise _locked(note) from None
        except OSError as exc:
            raise storage_error(self.reports / ".lock", exc) from None
        try:
            self._sweep()
            holder = {"pid": os.getpid(), "host": socket.gethostname(), "start": time.strftime("%Y-%m-%d %H:%M:%S")}
            # Beside the lock and not in it: a locked file cannot be read on Windows. Not a result, so it need not be atomic.
            note.write_text(json.dumps(holder), encoding="utf-8")
            yield
        finally:
            with contextlib.suppress(OSError):
                note.unlink(missing_ok=True)
            lock.release()

    def commit(self, name: str, manifest: dict[str, Any]) -> Path:
        """Seal the staged run with its manifest, give it its name, point to it.

        Raises
        ------
        StorageError
            If the disk or a permission stands in the way; the earlier run is untouched.
        """
        write_text(self.staging(name) / MANIFEST, manifest_text(manifest))
        # The frame first: without its run it is swept away, while a run without its frame could not be looked into.
        _move(self.frames(name, staged=True), self.frames(name))
        _move(self.staging(name), self.run(name))
        self.point_to(name)
        return self.run(name)

    def discard(self, name: str) -> None:
        """Remove the run `name` while it is being made."""
        for folder in (self.staging(name), self.frames(name, staged=True)):
            shutil.rmtree(folder, ignore_errors=True)

    def _sweep(self) -> None:
        runs = {path.name for path in self.reports.iterdir() if self.exists(path.name)}
        halves = [path for path in self.reports.iterdir() if path.name.startswith(_STAGING)]
        # The ledger of releases is no run, and lives as long as what receivers hold.
        kept = {*runs, "ledger"}
        halves += [path for path in self.processed.iterdir() if path.is_dir() and path.name not in kept]
        for folder in halves:
            shutil.rmtree(folder, ignore_errors=True)
        for leftover in self.reports.glob(".*.tmp"):
            with contextlib.suppress(OSError):
                leftover.unlink()


def run_store(project: Project, intervention: str) -> RunStore:
    """Return the store of one intervention's runs."""
    return RunStore(reports=project.reports(intervention), processed=project.processed(intervention))


def manifest_text(manifest: dict[str, Any]) -> str:
    """Return a manifest as it is written."""
    return json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def file_list(folder: Path) -> list[dict[str, Any]]:
    """Return path, SHA-256 and size of every file under `folder` but its manifest, in path order."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / MANIFEST)
    entries = [
        {"path": path.relative_to(folder).as_posix(), "sha256": sha256_file(path), "size": path.stat().st_size} for path in paths
    ]
    return sorted(entries, key=lambda entry: str(entry["path"]))


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a run.

    Raises
    ------
    NotReproduced
        If there is none, or it cannot be read as one.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except OSError:
        raise NotReproduced(f"{folder.name}: ingen körning här, {MANIFEST} saknas", code="RUN-NONE") from None
    except ValueError:
        raise NotReproduced(f"{folder.name}/{MANIFEST}: går inte att läsa; filen är ändrad", code="RUN-ALTERED") from None
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), list):
        raise NotReproduced(f"{folder.name}/{MANIFEST}: har inte rätt form; filen är ändrad", code="RUN-ALTERED")
    return manifest


def altered_files(folder: Path, manifest: dict[str, Any]) -> list[str]:
    """Return the files that are not as the manifest says: changed, missing or added; sorted."""
    stated = {entry["path"]: entry["sha256"] for entry in manifest["files"]}
    found = {entry["path"]: entry["sha256"] for entry in file_list(folder)}
    return sorted(path for path in stated.keys() | found.keys() if stated.get(path) != found.get(path))


def save_inside(path: Path, text: str) -> None:
    """Keep `text` at `path` inside the house; a full disk must not hide the fault that is being told."""
    with contextlib.suppress(StorageError):
        write_bytes(path, text.encode("utf-8"))


def _move(source: Path, target: Path) -> None:
    try:
        if target.exists():
            shutil.rmtree(target)
        replace(source, target)
    except OSError as exc:
        raise storage_error(target, exc) from None


def _probe(folder: Path) -> None:
    probe = folder / f".{os.getpid()}.tmp"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as exc:
        raise storage_error(folder, exc) from None


def _locked(note: Path) -> RunLocked:
    try:
        holder = json.loads(note.read_text(encoding="utf-8"))
        who = f"process {holder['pid']} på {holder['host']} sedan {holder['start']}"
    except (OSError, ValueError, KeyError, TypeError):
        who = "en annan process"
    return RunLocked(f"{note.parent.name} beräknas redan av {who}; vänta tills den är klar och kör igen", code="RUN-LOCKED")


def fingerprint(parts: dict[str, Any]) -> str:
    """Return the SHA-256 of `parts` written as JSON with sorted keys."""
    return sha256_bytes(json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str).encode("utf-8"))
