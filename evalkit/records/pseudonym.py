"""Keyed pseudonyms: the same person, however written, gets the same name within a project and another in every other.

A pseudonym is base32 of HMAC-SHA256 under a key derived from a master key that lies outside the project folder. Without the
key nobody can try out personal numbers; with it the data are still personal data.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from evalkit.errors import PlanError
from evalkit.files import storage_error, write_bytes, write_text
from evalkit.findings.provenance import FileStamp
from evalkit.plan.evaluation import DataKind, EvaluationPlan
from evalkit.plan.project import Project
from evalkit.records.alias import identity_aliases

KEY_VARIABLE = "EVALKIT_KEY_FILE"
"""Environment variable that names another key file than the user's own."""

_KEY_BYTES = 32
_PSEUDONYM_LENGTH = 26


@dataclass(frozen=True, slots=True, repr=False)
class PseudonymKey:
    """The key of one project. ``repr`` shows the key's id, never the key.

    Attributes
    ----------
    secret : bytes
        32 bytes derived for this project.
    key_id : str
        First eight hex digits of the SHA-256 of the key that the project is bound to.
    aliases : Mapping[str, str]
        Coordination number -> the personal number that the person got later, twelve digits each.
    stamps : tuple[FileStamp, ...]
        The alias table, where there is one: it decides who is the same person and belongs to the provenance.
    """

    secret: bytes
    key_id: str
    aliases: Mapping[str, str] = field(default_factory=dict)
    stamps: tuple[FileStamp, ...] = ()

    def pseudonym(self, digits: str) -> str:
        """Return the pseudonym of twelve canonical digits, its alias first where one is declared."""
        return self._name("pnr:" + self.aliases.get(digits, digits))

    def pseudonym_of_code(self, code: str) -> str:
        """Return the pseudonym of another identity than a personal number, such as a study number."""
        return self._name("id:" + code)

    def seal(self, sha256: str) -> str:
        """Return the keyed fingerprint of a file: the same for the same bytes, and nothing to guess from without the key."""
        return hmac.digest(self.secret, f"delivery:{sha256}".encode(), "sha256").hex()

    def _name(self, message: str) -> str:
        digest = hmac.digest(self.secret, message.encode("utf-8"), "sha256")
        return base64.b32encode(digest).decode("ascii").lower()[:_PSEUDONYM_LENGTH]

    def __repr__(self) -> str:
        return f"PseudonymKey({self.key_id})"


def load_key(project: Project, plan: EvaluationPlan) -> PseudonymKey | None:
    """Return the key with which `plan`'s persons become pseudonyms; None for public data, which have no persons.

    Raises
    ------
    PlanError
        If there is no key on this machine, it lies inside the project, it is damaged, or the project was begun with another.
    """
    if plan.data_kind is DataKind.PUBLIC:
        return None
    aliases, stamps = identity_aliases(project, plan)
    if plan.synthetic:
        # Invented persons need no secret, and every clone must make the same bytes.
        master = hashlib.sha256(b"evalkit synthetic plan " + plan.id.encode("ascii")).digest()
        return PseudonymKey(derive_key(master, plan.id), _id_of(master), aliases, stamps)
    master = _read_master(project)
    key_id = _id_of(master)
    _bind(project, plan.id, key_id)
    return PseudonymKey(derive_key(master, plan.id), key_id, aliases, stamps)


def create_key(project: Project) -> Path:
    """Make a master key for this user and return where it lies.

    Raises
    ------
    PlanError
        If there is a key already (it is never overwritten), or the place lies inside the project.
    """
    path = key_file(project)
    if path.exists():
        raise PlanError(f"det finns redan en nyckel ({_id_of(_read_master(project))}); den skrivs aldrig över", code="KEY-EXISTS")
    _write_key(path, secrets.token_bytes(_KEY_BYTES))
    return path


def backup_key(project: Project, target: Path) -> str:
    """Copy the master key to `target`, outside the project, and return its id.

    Raises
    ------
    PlanError
        If `target` lies inside the project or exists with other content, or there is no key.
    """
    master = _read_master(project)
    _refuse_inside(project, target)
    if target.exists() and _parse(target) != master:
        raise PlanError(f"{target.name} finns redan och är en annan nyckel: välj ett annat namn", code="KEY-EXISTS")
    _write_key(target, master)
    return _id_of(master)


def restore_key(project: Project, backup: Path) -> str:
    """Make a backed-up key this user's key and return its id.

    Raises
    ------
    PlanError
        If the backup is no key, or another key is in place.
    """
    master = _parse(backup)
    path = key_file(project)
    if path.exists() and _parse(path) != master:
        message = f"en annan nyckel finns redan ({_id_of(_parse(path))}): flytta undan den först"
        raise PlanError(message, code="KEY-EXISTS")
    _write_key(path, master)
    return _id_of(master)


def key_file(project: Project) -> Path:
    """Return where this user's master key lies: outside the project, or PlanError."""
    named = os.environ.get(KEY_VARIABLE)
    if named:
        path = Path(named)
    elif os.name == "nt" and os.environ.get("APPDATA"):
        path = Path(os.environ["APPDATA"]) / "evalkit" / "key.txt"
    else:
        path = Path.home() / ".config" / "evalkit" / "key.txt"
    _refuse_inside(project, path)
    return path


def current_key_id(project: Project) -> str:
    """Return the id of this user's master key; empty where there is none yet."""
    return _id_of(_read_master(project)) if key_file(project).exists() else ""


def derive_key(master: bytes, project_id: str) -> bytes:
    """Return the project's own key: HKDF-SHA256 of the master key, so that two projects never share a pseudonym."""
    return hkdf_sha256(master, salt=b"evalkit pseudonym", info=project_id.encode("utf-8"), length=_KEY_BYTES)


def hkdf_sha256(secret: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    """Derive `length` bytes from `secret` as RFC 5869 says (extract, then expand)."""
    pseudorandom = hmac.digest(salt or bytes(32), secret, "sha256")
    block, output = b"", b""
    for counter in range(1, -(-length // 32) + 1):
        block = hmac.digest(pseudorandom, block + info + bytes([counter]), "sha256")
        output += block
    return output[:length]


def _id_of(master: bytes) -> str:
    return hashlib.sha256(master).hexdigest()[:8]


def _refuse_inside(project: Project, path: Path) -> None:
    if path.resolve().is_relative_to(project.root.resolve()):
        message = "nyckeln får inte ligga i projektmappen, där den följer med i kopior och versionshantering: välj en plats utanför"
        raise PlanError(message, code="KEY-PLACE")


def _read_master(project: Project) -> bytes:
    path = key_file(project)
    if not path.exists():
        raise PlanError(
            "det finns ingen pseudonymnyckel på den här datorn: kör 'evalkit key create', eller 'evalkit key restore FIL' om "
            "projektet redan har en",
            code="KEY-MISSING",
        )
    return _parse(path)


def _parse(path: Path) -> bytes:
    try:
        text = path.read_text(encoding="ascii").strip()
        master = bytes.fromhex(text)
    except OSError as exc:
        raise storage_error(path, exc) from None
    except ValueError:
        raise PlanError(f"{path.name} är ingen nyckelfil: återställ den från säkerhetskopian", code="KEY-DAMAGED") from None
    if len(master) != _KEY_BYTES:
        raise PlanError(f"{path.name} är ingen nyckelfil: återställ den från säkerhetskopian", code="KEY-DAMAGED")
    return master


def _write_key(path: Path, master: bytes) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_bytes(path, master.hex().encode("ascii") + b"\n")
        path.chmod(0o600)
    except OSError as exc:
        raise storage_error(path, exc) from None


def _bind(project: Project, plan_id: str, key_id: str) -> None:
    """Remember which key the project was begun with; another would silently make every person a new one."""
    path = project.processed(plan_id) / "key_id.txt"
    if not path.exists():
        write_text(path, key_id + "\n")
        return
    known = path.read_text(encoding="utf-8").strip()
    if known != key_id:
        raise PlanError(
            f"{plan_id} påbörjades med nyckeln {known} men datorns nyckel är {key_id}: återställ rätt nyckel från säkerhetskopian "
            "('evalkit key restore FIL')",
            code="KEY-OTHER",
        )
