"""From a run to a bundle for one receiver: made anew, scanned, approved by a second person, entered in the ledger, released.

::

    reports/<id>/delning/<hash>/      a bundle that waits: paket.zip, GRANSKA.txt, underlag.json
    reports/<id>/utlämnat/            what was released: <number>-<receiver>.zip
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalkit.errors import DisclosureRefused, PlanError
from evalkit.files import sha256_bytes, sha256_file, write_bytes, write_text
from evalkit.workflow.store import run_store

if TYPE_CHECKING:
    from evalkit.findings.safe import SafeResult
    from evalkit.plan.project import Project
    from evalkit.plan.receivers import Receiver, Receivers
    from evalkit.records.release_ledger import Release
    from evalkit.release.bundle import Label

WAITING, RELEASED = "delning", "utlämnat"
BUNDLE, REVIEW, BASIS = "paket.zip", "GRANSKA.txt", "underlag.json"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A bundle that waits for approval."""

    folder: Path
    sha256: str
    basis: dict[str, Any]

    @property
    def review(self) -> str:
        """What the approver reads before saying yes."""
        return (self.folder / REVIEW).read_text(encoding="utf-8")


def receivers_of(project: Project) -> Receivers:
    """Return the declared receivers; PlanError where there are none."""
    from evalkit.plan.receivers import load_receivers

    return load_receivers(project.root / "params" / "receivers.yaml")


def share(
    project: Project, plan_id: str, receiver: str, made_by: str, release: int | None = None, *, edited: Path | None = None
) -> Waiting:
    """Make the bundle of one receiver and leave it waiting for a second person.

    Parameters
    ----------
    receiver : str
        Id in ``params/receivers.yaml``.
    made_by : str
        The maker's role.
    release : int | None
        Send what was released under this number once more, instead of the newest run.
    edited : Path | None
        A Word report that somebody has edited, to go instead of the one that is built: held against it, number by number.

    Raises
    ------
    DisclosureRefused
        If the receiver may not have it, an edited file says another number, the run is not what clearing its result gives,
        the scanner finds anything, or the ledger says that earlier releases and this one together single out too few persons.
    PlanError
        If the receiver or the role is unknown, or there is no run.
    """
    from evalkit.records.release_ledger import refuse_differences, withdrawn_from
    from evalkit.release.bundle import make_bundle, scan_bundle
    from evalkit.release.scan import ABOUT_FEW, Scan
    from evalkit.workflow.share_content import content_of, files_for, review_text, with_edited

    declared = receivers_of(project)
    _known_role(made_by, declared.makers, "makers")
    ledger = whole_ledger(project, plan_id)
    run = _run_of(project, plan_id, declared, ledger, release)
    content = content_of(project, plan_id, run, known=next((r for r in ledger if r.sequence == release), None))
    allowed = declared.receiver(receiver, plan_id, content.safe.kind)
    refuse_differences(ledger, content.groups, declared.least_difference)
    files, changed = with_edited(files_for(content, allowed.files), edited)
    found = scan_bundle(files, Scan(min_cell=content.safe.policy.min_cell))
    if not content.safe.policy.applied:
        # Public aggregates have no persons behind their counts: seven municipalities are no small group, a year is no row of one.
        found = tuple(finding for finding in found if finding.code not in ABOUT_FEW)
    if found:
        listed = "\n".join(f"  {finding.code}: {finding.where}" for finding in found)
        raise DisclosureRefused(f"skannern stoppade paketet; ingenting är lämnat ut:\n{listed}", code=found[0].code)
    label = _label(plan_id, run, content.safe, allowed, ledger)
    bundle = make_bundle(files, label)
    basis = {
        "intervention": plan_id,
        "run": run,
        "receiver": allowed.id,
        "made_by": made_by,
        "key_id": content.key_id,
        "again": release,
        "sequence": label.sequence,
        "previous": label.ledger_hash,
        "groups": {k: list(v) for k, v in content.groups.items()},
    }
    withdrawn = release in withdrawn_from(project, plan_id)
    review = review_text(content.safe, label, sha256_bytes(bundle), files, withdrawn=withdrawn, changed=changed)
    return _wait(project, plan_id, bundle, basis, review)


def _label(plan_id: str, run: str, safe: SafeResult, receiver: Receiver, ledger: tuple[Release, ...]) -> Label:
    from evalkit.records.release_ledger import last_hash
    from evalkit.release.bundle import Label

    return Label(
        intervention=plan_id,
        title=safe.plan.title,
        kind=safe.kind,
        run=run,
        receiver=receiver.id,
        receiver_name=receiver.name,
        sequence=len(ledger) + 1,
        ledger_hash=last_hash(ledger),
    )


def approve(project: Project, named: str, approved_by: str, decided: str) -> tuple[Path, Release]:
    """Release exactly the waiting bundle whose SHA-256 is `named`: the ledger first, then the file.

    Raises
    ------
    DisclosureRefused
        If the role may not approve or made the bundle itself, the waiting files were changed, or another release came between.
    PlanError
        If no bundle with this hash waits.
    """
    from evalkit.records.release_ledger import (
        Release,
        append_release,
        forgotten_names,
        refuse_differences,
        refuse_forgotten,
    )

    waiting = find_waiting(project, named)
    declared, basis = receivers_of(project), waiting.basis
    _known_role(approved_by, declared.approvers, "approvers")
    if approved_by == basis["made_by"]:
        raise DisclosureRefused("den som gjort paketet kan inte godkänna det: en andra person ska göra det", code="SHARE-SELF")
    groups = {name: tuple(members) for name, members in basis["groups"].items()}
    if not basis.get("again"):
        refuse_forgotten(forgotten_names(project, basis["intervention"]), groups)
    refuse_differences(whole_ledger(project, basis["intervention"]), groups, declared.least_difference)
    release = append_release(
        project,
        Release(
            **{k: basis[k] for k in ("sequence", "previous", "intervention", "run", "receiver", "made_by", "key_id")},
            approved_by=approved_by,
            decided=decided,
            bundle_sha256=waiting.sha256,
            groups=groups,
        ),
    )
    target = project.reports(release.intervention) / RELEASED / f"{release.sequence:03}-{release.receiver}.zip"
    write_bytes(target, (waiting.folder / BUNDLE).read_bytes())
    shutil.rmtree(waiting.folder, ignore_errors=True)
    return target, release


def whole_ledger(project: Project, plan_id: str) -> tuple[Release, ...]:
    """Return the ledger, if every bundle that is kept as released stands in it.

    Raises
    ------
    DisclosureRefused
        LEDGER-ALTERED, if a line was changed or the last ones were cut off.
    """
    from evalkit.records.release_ledger import read_ledger, refuse_cut_tail

    releases = read_ledger(project, plan_id)
    kept = sorted((project.reports(plan_id) / RELEASED).glob("[0-9]*-*.zip"))
    refuse_cut_tail(releases, {int(path.name.split("-", 1)[0]): sha256_file(path) for path in kept})
    return releases


def drop_waiting(project: Project, plan_id: str, name: str) -> int:
    """Remove every bundle that waits and rests on the person with this ledger name; return how many."""
    dropped = 0
    for folder in sorted((project.reports(plan_id) / WAITING).glob("*")):
        basis = json.loads((folder / BASIS).read_text(encoding="utf-8"))
        if not basis.get("again") and any(name in members for members in basis["groups"].values()):
            shutil.rmtree(folder)
            dropped += 1
    return dropped


def find_waiting(project: Project, named: str) -> Waiting:
    """Return the waiting bundle whose SHA-256 begins with `named` (at least 12 digits).

    Raises
    ------
    PlanError
        If there is none.
    DisclosureRefused
        If its bytes, or the basis that the ledger will be written from, are not what was made.
    """
    if len(named) < 12 or set(named) - set("0123456789abcdef"):
        raise PlanError("ange minst tolv tecken av paketets kontrollsumma, som 'evalkit share' skrev ut", code="PAR-CALL")
    for folder in sorted((project.root / "reports").glob(f"*/{WAITING}/*")):
        if not folder.name.startswith(named[:12]) or folder.is_symlink():
            continue
        sha256 = sha256_file(folder / BUNDLE)
        text = (folder / BASIS).read_text(encoding="utf-8")
        basis = json.loads(text)
        claimed = basis.pop("seal", "")
        if not sha256.startswith(named) or claimed != _seal(basis, sha256):
            raise DisclosureRefused(
                "det väntande paketet har ändrats sedan det gjordes: gör om 'evalkit share'", code="SHARE-ALTERED"
            )
        return Waiting(folder, sha256, basis)
    raise PlanError("inget väntande paket har den kontrollsumman; gör om 'evalkit share'", code="PAR-CALL")


def _run_of(project: Project, plan_id: str, declared: Receivers, ledger: tuple[Release, ...], release: int | None) -> str:
    store = run_store(project, plan_id)
    if release is not None:
        found = next((r.run for r in ledger if r.sequence == release), "")
        if not found or not store.exists(found):
            raise PlanError(f"release {release} av {plan_id} finns inte, eller dess körning är borttagen", code="RUN-NONE")
        return found
    run = store.latest()
    if not run:
        raise PlanError(f"{plan_id}: ingen körning att dela; kör 'evalkit run {plan_id}' först", code="RUN-NONE")
    from datetime import date

    evaluated = date.fromisoformat(run[:10])
    frozen = declared.frozen_on(plan_id, evaluated)
    if frozen is None or evaluated <= frozen:
        return run
    names = sorted(p.name for p in store.reports.iterdir() if store.exists(p.name) and p.name[:10] <= frozen.isoformat())
    if not names:
        raise DisclosureRefused(
            f"rapportkohorten är fryst till {frozen} och den senaste körningen ({evaluated}) är nyare: kör "
            f"'evalkit run {plan_id} --until {frozen}' och dela sedan",
            code="SHARE-CALENDAR",
        )
    return names[-1]


def _wait(project: Project, plan_id: str, bundle: bytes, basis: dict[str, Any], review: str) -> Waiting:
    sha256 = sha256_bytes(bundle)
    folder = project.reports(plan_id) / WAITING / sha256[:12]
    write_bytes(folder / BUNDLE, bundle)
    write_text(folder / REVIEW, review)
    write_text(folder / BASIS, json.dumps({**basis, "seal": _seal(basis, sha256)}, ensure_ascii=False, sort_keys=True) + "\n")
    return Waiting(folder, sha256, basis)


def _seal(basis: dict[str, Any], sha256: str) -> str:
    return sha256_bytes((sha256 + json.dumps(basis, ensure_ascii=False, sort_keys=True)).encode("utf-8"))


def _known_role(role: str, known: tuple[str, ...], key: str) -> None:
    if role not in known:
        raise DisclosureRefused(
            f"rollen finns inte under {key} i params/receivers.yaml; där står {', '.join(known)}", code="SHARE-ROLE"
        )
