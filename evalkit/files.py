"""Writing and hashing files so that a reader sees the old bytes or the new ones, never half.

The lowest module beside `errors`: every room that writes goes through `write_bytes`, so crash tests have one place to cut.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import time
from pathlib import Path

from evalkit.errors import StorageError

CRASH_AT = "EVALKIT_TEST_CRASH_AT"
_REPLACE_TRIES = 20
_writes = itertools.count(1)


def sha256_bytes(content: bytes) -> str:
    """Return the hexadecimal SHA-256 of `content`."""
    return hashlib.sha256(content).hexdigest()


def sha256_file(path: Path) -> str:
    """Return the hexadecimal SHA-256 of the file at `path`, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content` to `path` atomically: temporary file beside it, flush to disk, replace.

    Parameters
    ----------
    path : Path
        Target; its folder is made where missing.
    content : bytes
        All bytes of the new file.

    Raises
    ------
    StorageError
        If the folder is read-only, the disk is full, or another program holds the target open (Excel on Windows).
        The old file is then unchanged and no temporary file is left.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        _crash_if_told()
        replace(temporary, path)
    except OSError as exc:
        # Where the folder itself is the fault, removing the temporary file fails too; the first fault is the one to show.
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise storage_error(path, exc) from None


def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8 with line feeds only, atomically (see `write_bytes`)."""
    write_bytes(path, text.encode("utf-8"))


def storage_error(path: Path, exc: OSError) -> StorageError:
    """Return the error to show for `exc` at `path`: what, where, what to do; no traceback."""
    if isinstance(exc, PermissionError):
        advice = "stäng filen om den är öppen i Excel, eller kontrollera att mappen går att skriva i"
        return StorageError(f"{path.name}: får inte skrivas eller läsas ({advice})", code="OUT-PERM")
    reason = exc.strerror or type(exc).__name__
    return StorageError(f"{path.name}: {reason}; den förra versionen är orörd", code="OUT-DISK")


def replace(source: Path, target: Path) -> None:
    """Rename `source` to `target` in one step, patient with what holds new files open for a moment on Windows."""
    for attempt in range(_REPLACE_TRIES):
        try:
            os.replace(source, target)
        except PermissionError:
            # A virus scanner or a synced folder on Windows holds a new file for a moment; Excel holds it for hours.
            if os.name != "nt" or attempt == _REPLACE_TRIES - 1:
                raise
            time.sleep(0.05)
        else:
            return


def _crash_if_told() -> None:
    # Read at every write and only by the crash tests: a run killed at write k must leave the old report whole.
    write = next(_writes)
    wanted = os.environ.get(CRASH_AT)
    if wanted is not None and int(wanted) == write:
        os._exit(137)
