"""A dated version of the plan, frozen: what was decided, when, by whom, and whether results were computed before.

``params/locks/<id>.json`` holds one entry a version; the plan as it was lies beside it. What counts is the plan's content in
its canonical form, so that a comment or another system's line ends change nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalkit.errors import NotReproduced, PlanError
from evalkit.files import sha256_bytes, storage_error, write_bytes

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.plan.project import Project

LOCK_FORMAT = 1


@dataclass(frozen=True, slots=True)
class LockState:
    """How a plan stands to its locks.

    Attributes
    ----------
    locked : bool
        The very plan was locked before any result of it was computed.
    deviations : tuple[str, ...]
        Keys that differ from the version that was locked first of all before results; empty where nothing is locked.
    early : bool
        Some version was locked before any result was computed.
    """

    locked: bool
    deviations: tuple[str, ...] = ()
    early: bool = False


NO_LOCK = LockState(locked=False)


def lock_plan(project: Project, plan: EvaluationPlan, today: date) -> dict[str, Any]:
    """Freeze the plan's version in force and return its entry.

    Raises
    ------
    PlanError
        LOCK-DONE: this version is locked already, as it stands or with other content.
    """
    path, entries = lock_file(project, plan.id), _entries(project, plan.id)
    known = next((entry for entry in entries if entry["version"] == plan.version.isoformat()), None)
    if known is not None:
        same = known["content_sha256"] == content_sha256(plan)
        why = "är redan låst" if same else "är låst med ett annat innehåll; skriv en ny version med datum och skäl i versions"
        raise PlanError(f"{plan.id}: versionen {plan.version} {why}", code="LOCK-DONE")
    copy = _copy(project, plan.id, plan.version)
    content = project.plan_file(plan.id).read_bytes()
    entry = {
        "version": plan.version.isoformat(),
        "decided_by": plan.versions[-1].decided_by,
        "reason": plan.versions[-1].reason,
        "locked_on": today.isoformat(),
        "file_sha256": sha256_bytes(content),
        "content_sha256": content_sha256(plan),
        "copy": copy.name,
        "runs_before": _runs(project, plan.id),
        "deliveries_before": _delivered(project, plan.id),
    }
    write_bytes(copy, content)
    document = {"lock_format": LOCK_FORMAT, "plan": plan.id, "locks": [*entries, entry]}
    write_bytes(path, (json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode("utf-8"))
    return entry


def lock_state(project: Project, plan: EvaluationPlan) -> LockState:
    """Return how the plan stands to what was locked.

    Raises
    ------
    NotReproduced
        If a lock or the copy of a locked plan is damaged or missing.
    """
    early = [entry for entry in _entries(project, plan.id) if entry["runs_before"] == 0]
    if not early:
        return LockState(locked=False)
    if any(entry["content_sha256"] == content_sha256(plan) for entry in early):
        return LockState(locked=True, early=True)
    return LockState(locked=False, deviations=changed_keys(_locked_plan(project, plan.id, early[-1]), plan), early=True)


def changed_keys(before: EvaluationPlan, after: EvaluationPlan) -> tuple[str, ...]:
    """Return the dotted keys that differ, in order; items of lists are named by their id."""
    one, other = (_flat(plan.model_dump(mode="json", exclude={"versions"}), "") for plan in (before, after))
    return tuple(sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key)))


def content_sha256(plan: EvaluationPlan) -> str:
    """Return the hash of what the plan says, whatever its comments, order of keys and line ends."""
    return sha256_bytes(json.dumps(plan.model_dump(mode="json"), ensure_ascii=False, sort_keys=True).encode("utf-8"))


def lock_file(project: Project, plan_id: str) -> Path:
    """Return where a plan's locks stand."""
    return project.root / "params" / "locks" / f"{plan_id}.json"


def _copy(project: Project, plan_id: str, version: date) -> Path:
    return lock_file(project, plan_id).with_name(f"{plan_id}-{version.isoformat()}.yaml")


def _entries(project: Project, plan_id: str) -> list[dict[str, Any]]:
    path = lock_file(project, plan_id)
    if not path.is_file():
        return []
    try:
        document = json.loads(path.read_bytes())
        entries = [dict(entry) for entry in document["locks"]]
        complete = all({"version", "content_sha256", "file_sha256", "copy", "runs_before"} <= entry.keys() for entry in entries)
    except OSError as exc:
        raise storage_error(path, exc) from None
    except (ValueError, KeyError, TypeError):
        complete = False
    if not complete:
        raise NotReproduced(f"{path.name}: låset är skadat; återställ det ur versionshanteringen", code="LOCK-MISSING")
    return entries


def _locked_plan(project: Project, plan_id: str, entry: dict[str, Any]) -> EvaluationPlan:
    from evalkit.plan.loader import parse_plan

    path = lock_file(project, plan_id).with_name(Path(entry["copy"]).name)
    if not path.is_file():
        message = f"{path.name}: den låsta planen saknas; återställ den ur versionshanteringen"
        raise NotReproduced(message, code="LOCK-MISSING")
    plan = parse_plan(f"{plan_id}.yaml", path.read_bytes())
    if content_sha256(plan) != entry["content_sha256"]:
        message = f"{path.name}: den låsta planen är ändrad; återställ den ur versionshanteringen"
        raise NotReproduced(message, code="LOCK-MISSING")
    return plan


def _runs(project: Project, plan_id: str) -> int:
    folder = project.reports(plan_id)
    return len(list(folder.glob("*/manifest.json"))) if folder.is_dir() else 0


def _delivered(project: Project, plan_id: str) -> list[str]:
    folder = project.raw(plan_id)
    names = (path.name for path in folder.iterdir() if path.is_dir() and path.name[:1].isdigit()) if folder.is_dir() else ()
    return sorted(names)


def _flat(value: Any, place: str) -> dict[str, Any]:
    if isinstance(value, dict):
        pairs = [(str(key), item) for key, item in value.items()]
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        pairs = [(str(item.get("id", item.get("name", number))), item) for number, item in enumerate(value)]
    else:
        return {place: value}
    found: dict[str, Any] = {}
    for key, item in pairs:
        found |= _flat(item, f"{place}.{key}" if place else key)
    return found
