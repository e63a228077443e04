"""Where a result comes from: hashes of everything that went in. No path of a machine, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class FileStamp:
    """One file that went in: project-relative path with ``/``, SHA-256, size in bytes."""

    path: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Provenance:
    """Fingerprints of one run.

    Attributes
    ----------
    evaluated_on : date
        The evaluation date: that of the newest delivery, never the clock.
    key_id : str
        First eight hex digits of the pseudonym key's SHA-256; empty for public data.
    data, parameters : tuple[FileStamp, ...]
        Deliveries, and files of `params/`.
    code_sha256 : str
        Of all modules of the package and the notebooks, in path order.
    lock_sha256 : str
        Of requirements.lock; empty where the project has none.
    seals : tuple[str, ...]
        Keyed fingerprint of each of `data`, in order; empty for public data. The plain one of a delivery of a few rows could be
        found by guessing what stands in it, so only these leave the house.
    delivered : tuple[date, ...]
        Days of all deliveries up to the evaluation date, those that a later one replaced included.
    """

    evaluated_on: date
    evalkit_version: str
    python_version: str
    key_id: str
    data: tuple[FileStamp, ...]
    parameters: tuple[FileStamp, ...]
    code_sha256: str
    lock_sha256: str
    delivered: tuple[date, ...] = ()
    seals: tuple[str, ...] = ()
