"""The ledger of releases: which persons stood behind what was said, as keyed hashes, inside the house.

One line per release in ``data/processed/<id>/ledger/releases.jsonl``, numbered and chained: each line holds the hash of the one
before. The last hash is printed in the next bundle, so a ledger whose tail was cut off no longer fits what receivers hold.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalkit.errors import DisclosureRefused
from evalkit.files import sha256_bytes, write_bytes, write_text
from evalkit.records.release_guard import Groups, unsafe_groups

if TYPE_CHECKING:
    from evalkit.plan.project import Project
    from evalkit.records.pseudonym import PseudonymKey

LEDGER = "ledger"
RELEASES = "releases.jsonl"
WITHDRAWN = "withdrawn.txt"
FORGOTTEN = "forgotten-ledger.txt"
FIRST = "0" * 64
"""What stands before the first release."""

_WORDS = {
    "differs": "skiljer sig från en tidigare release med för få personer",
    "combines": "kan tillsammans med flera tidigare releaser räknas ned till för få personer",
    "unclear": "har för många olika releaser bakom sig för att kunna bedömas",
}


@dataclass(frozen=True, slots=True)
class Release:
    """One line of the ledger.

    Attributes
    ----------
    groups : Mapping[str, tuple[str, ...]]
        Group and outcome sample -> keyed names of its distinct persons, sorted. Empty for public data.
    previous, entry_hash : str
        The chain: hash of the line before, and of this one.
    """

    sequence: int
    previous: str
    intervention: str
    run: str
    receiver: str
    made_by: str
    approved_by: str
    decided: str
    bundle_sha256: str
    key_id: str
    groups: Mapping[str, tuple[str, ...]]
    entry_hash: str = ""

    def sealed(self) -> dict[str, Any]:
        """Return the line with its own hash."""
        body = {name: getattr(self, name) for name in self.__slots__ if name != "entry_hash"}
        body["groups"] = {name: list(members) for name, members in sorted(self.groups.items())}
        return {**body, "entry_hash": sha256_bytes(_plain(body))}


def ledger_file(project: Project, intervention: str) -> Path:
    """Return where the ledger of one intervention lies."""
    return project.processed(intervention) / LEDGER / RELEASES


def read_ledger(project: Project, intervention: str) -> tuple[Release, ...]:
    """Return every release so far, oldest first.

    Raises
    ------
    DisclosureRefused
        LEDGER-ALTERED, if a line is changed, missing, moved or cannot be read: then nothing more is released.
    """
    path = ledger_file(project, intervention)
    if not path.exists():
        return ()
    releases: list[Release] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        before = releases[-1].entry_hash if releases else FIRST
        releases.append(_checked(line, number, before))
    return tuple(releases)


def append_release(project: Project, release: Release) -> Release:
    """Write one release at the end of the ledger and return it with its hash.

    Raises
    ------
    DisclosureRefused
        If it does not follow the last line.
    """
    so_far = read_ledger(project, release.intervention)
    if release.sequence != len(so_far) + 1 or release.previous != last_hash(so_far):
        raise DisclosureRefused("ledgern har ändrats sedan paketet gjordes: gör om 'evalkit share'", code="LEDGER-MOVED")
    path = ledger_file(project, release.intervention)
    sealed = release.sealed()
    write_bytes(path, (path.read_bytes() if path.exists() else b"") + _plain(sealed) + b"\n")
    return _release(sealed)


def last_hash(releases: tuple[Release, ...]) -> str:
    """Return the hash that the next release is chained to."""
    return releases[-1].entry_hash if releases else FIRST


def refuse_forgotten(gone: frozenset[str], groups: Mapping[str, tuple[str, ...]]) -> None:
    """Refuse to release what was made of somebody who has been forgotten since.

    Raises
    ------
    DisclosureRefused
        SHARE-FORGOTTEN.
    """
    if any(member in gone for members in groups.values() for member in members):
        raise DisclosureRefused(
            "någon som paketet bygger på har återkallat sitt samtycke sedan det gjordes: kör om och gör ett nytt paket",
            code="SHARE-FORGOTTEN",
        )


def remember_forgotten(project: Project, intervention: str, name: str) -> None:
    """Enter a forgotten person's name in the ledger's own keyed form, so that what waits can be held against it."""
    path = ledger_file(project, intervention).with_name(FORGOTTEN)
    write_text(path, "".join(f"{line}\n" for line in sorted(forgotten_names(project, intervention) | {name})))


def forgotten_names(project: Project, intervention: str) -> frozenset[str]:
    """Return the ledger names of everybody forgotten."""
    path = ledger_file(project, intervention).with_name(FORGOTTEN)
    return frozenset(path.read_text(encoding="utf-8").split()) if path.is_file() else frozenset()


def mark_withdrawn(project: Project, intervention: str, sequences: set[int]) -> None:
    """Remember that somebody behind these releases has withdrawn since; not who, and not how many."""
    known = withdrawn_from(project, intervention) | sequences
    write_text(_withdrawn_file(project, intervention), "".join(f"{number}\n" for number in sorted(known)))


def withdrawn_from(project: Project, intervention: str) -> frozenset[int]:
    """Return the releases that somebody has withdrawn from since they were made."""
    path = _withdrawn_file(project, intervention)
    return frozenset(int(line) for line in path.read_text(encoding="utf-8").split()) if path.is_file() else frozenset()


def _withdrawn_file(project: Project, intervention: str) -> Path:
    return ledger_file(project, intervention).with_name(WITHDRAWN)


def refuse_cut_tail(releases: tuple[Release, ...], released: Mapping[int, str]) -> None:
    """Refuse to go on where a bundle that left the house is no longer in the ledger.

    Parameters
    ----------
    released : Mapping[int, str]
        Number of a release -> SHA-256 of its bundle, from the copies that are kept.

    Raises
    ------
    DisclosureRefused
        LEDGER-ALTERED: the ledger ends before a release that was made, or another bundle stands in its place.
    """
    known = {release.sequence: release.bundle_sha256 for release in releases}
    missing = sorted(number for number, sha256 in released.items() if known.get(number) != sha256)
    if missing:
        raise DisclosureRefused(
            f"release {missing[0]} har lämnats ut men står inte i ledgern: återställ {LEDGER}/{RELEASES} från säkerhetskopian; "
            "dessförinnan delas ingenting",
            code="LEDGER-ALTERED",
        )


def refuse_differences(releases: tuple[Release, ...], groups: Mapping[str, tuple[str, ...]], least: int) -> None:
    """Refuse a release from which, with the earlier ones, fewer than `least` persons could be computed.

    Raises
    ------
    DisclosureRefused
        SDC-DIFF; the message names the groups and what would make it possible, never a number of persons.
    """
    earlier: list[Groups] = [{name: frozenset(members) for name, members in r.groups.items()} for r in releases]
    faults = unsafe_groups(earlier, {name: frozenset(members) for name, members in groups.items()}, least)
    if faults:
        listed = "\n".join(f"  {name}: {_WORDS[reason]}" for name, reason in sorted(faults.items()))
        last = releases[-1].sequence
        raise DisclosureRefused(
            "den nya rapporten får inte lämnas ut: tillsammans med tidigare releaser skulle enskilda personer kunna räknas fram.\n"
            f"{listed}\nMöjligt blir det när varje grupp är densamma som tidigare eller skiljer sig med minst {least} personer: "
            "vänta till nästa dag i releasekalendern (params/receivers.yaml), eller lämna ut den senaste releasen igen "
            f"(--release {last}).",
            code="SDC-DIFF",
        )


def keyed(key: PseudonymKey, unit: str) -> str:
    """Return a person's name in the ledger: under the same key, but another than anywhere else."""
    return hmac.digest(key.secret, b"ledger:" + unit.encode("utf-8"), "sha256").hex()[:32]


def _checked(line: str, number: int, before: str) -> Release:
    try:
        stored = json.loads(line)
        claimed = stored.pop("entry_hash")
        intact = sha256_bytes(_plain(stored)) == claimed and stored["sequence"] == number and stored["previous"] == before
        release = _release({**stored, "entry_hash": claimed})
    except (ValueError, KeyError, TypeError, AttributeError):
        intact = False
    if not intact:
        raise DisclosureRefused(
            f"releaseledgern är ändrad vid post {number}: återställ {LEDGER}/{RELEASES} från säkerhetskopian; dessförinnan delas "
            "ingenting",
            code="LEDGER-ALTERED",
        )
    return release


def _release(stored: dict[str, Any]) -> Release:
    return Release(**{**stored, "groups": {name: tuple(members) for name, members in stored["groups"].items()}})


def _plain(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")
