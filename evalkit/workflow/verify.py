"""Is a run what its inputs make? First its own hashes, then everything computed again and compared byte for byte."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalkit.errors import NotReproduced, PlanError
from evalkit.findings.safe import WORKING_REPORT
from evalkit.workflow.inputs import gather_inputs
from evalkit.workflow.run import Progress, make_run, silent
from evalkit.workflow.store import MANIFEST, RunStore, altered_files, manifest_text, read_manifest, run_store

if TYPE_CHECKING:
    from evalkit.plan.project import Project
    from evalkit.workflow.provenance import RunInputs

_MOST_NAMED = 20
"""More differences than this are counted, not listed."""


def find_run(project: Project, named: str) -> Path:
    """Return the folder of a run that is named by its path, or by its intervention (then the newest).

    Raises
    ------
    PlanError
        If there is no such run.
    """
    reports = project.root / "reports"
    for folder in (Path(named), project.root / named):
        if (folder / MANIFEST).is_file() and folder.resolve().is_relative_to(reports.resolve()):
            return folder.resolve()
    latest = run_store(project, named).latest() if (reports / named).is_dir() else ""
    if not latest:
        raise PlanError(f"{named}: ingen körning här; ange reports/ID/KÖRNING eller en insats som har körts", code="RUN-NONE")
    return run_store(project, named).run(latest)


def verify_run(project: Project, folder: Path, progress: Progress = silent, *, plain: bool = False) -> int:
    """Compute a run again from its inputs and return how many files are the same, byte for byte.

    Raises
    ------
    NotReproduced
        That names every file that differs, and the JSON path of every number in it; or the inputs that are no longer the same.
    """
    store = run_store(project, folder.parent.name)
    manifest = read_manifest(folder)
    altered = [f"{path}: stämmer inte med {MANIFEST}" for path in altered_files(folder, manifest)]
    with store.held():
        inputs = _inputs_of(project, folder.parent.name, manifest)
        try:
            remade = make_run(project, store, inputs, progress, plain=plain)
            differing = _differences(store, inputs.run, folder, manifest, remade)
        finally:
            store.discard(inputs.run)
    if altered or differing:
        raise NotReproduced(_listed(folder, [*altered, *differing]), code="RUN-DIFFERS")
    return len(remade["files"])


def _inputs_of(project: Project, plan_id: str, manifest: dict[str, Any]) -> RunInputs:
    """Return the run's inputs as they stood on its evaluation date, or say which of them are no longer the same."""
    try:
        day = date.fromisoformat(manifest["provenance"]["evaluated_on"])
    except (KeyError, TypeError, ValueError):
        raise NotReproduced(f"{MANIFEST}: utvärderingsdatumet går inte att läsa; filen är ändrad", code="RUN-ALTERED") from None
    inputs = gather_inputs(project, plan_id, day, str(manifest.get("kind", WORKING_REPORT)))
    if inputs.run != manifest.get("run"):
        raise NotReproduced(_changed_inputs(inputs, manifest), code="RUN-INPUTS")
    return inputs


def _changed_inputs(inputs: RunInputs, manifest: dict[str, Any]) -> str:
    now = json.loads(json.dumps(asdict(inputs.provenance), default=str))
    then = manifest.get("provenance", {})
    changed = []
    for kind in ("data", "parameters"):
        before = {entry["path"]: entry["sha256"] for entry in then.get(kind, ())}
        after = {entry["path"]: entry["sha256"] for entry in now[kind]}
        changed += [path for path in sorted(before.keys() | after.keys()) if before.get(path) != after.get(path)]
    words = {
        "code_sha256": "evalkits kod eller anteckningsböcker",
        "lock_sha256": "requirements.lock",
        "key_id": "pseudonymnyckeln",
    }
    words["python_version"] = "Python-versionen"
    changed += [text for key, text in words.items() if now[key] != then.get(key)]
    if list(inputs.unmatched) != manifest.get("unmatched"):
        changed.append("filer som ingen källa väntar")
    if list(inputs.packages) != manifest.get("packages"):
        changed.append("installerade paket")
    named = ", ".join(changed) or MANIFEST
    advice = "återställ det som gällde (git) och försök igen"
    return f"{manifest.get('run')}: kan inte räknas om, underlaget är inte detsamma: {named}; {advice}"


def _differences(store: RunStore, name: str, folder: Path, manifest: dict[str, Any], remade: dict[str, Any]) -> list[str]:
    staged = store.staging(name)
    paths = sorted({entry["path"] for entry in (*manifest["files"], *remade["files"])})
    found = [line for path in paths for line in _compared(folder / path, staged / path, path)]
    found += _compared(
        store.frames(name) / "frame.json", store.frames(name, staged=True) / "frame.json", "data/processed: frame.json"
    )
    if not found and manifest_text(remade) != (folder / MANIFEST).read_text(encoding="utf-8"):
        found += _json_paths(manifest, remade, MANIFEST)
    return found


def _compared(stored: Path, remade: Path, name: str) -> list[str]:
    if not stored.is_file() or not remade.is_file():
        return [f"{name}: {'saknas' if remade.is_file() else 'hör inte till körningen'}"]
    was, now = stored.read_bytes(), remade.read_bytes()
    if was == now:
        return []
    if stored.suffix not in {".json", ".ipynb"}:
        return [f"{name}: är inte den fil som underlaget ger"]
    try:
        return _json_paths(json.loads(was), json.loads(now), name) or [f"{name}: samma innehåll, andra bytes"]
    except ValueError:
        return [f"{name}: går inte att läsa som JSON"]


def _json_paths(was: Any, now: Any, path: str) -> list[str]:
    """Return where two JSON documents differ: places, never values."""
    if isinstance(was, dict) and isinstance(now, dict):
        return [
            line for key in sorted(was.keys() | now.keys()) for line in _json_paths(was.get(key), now.get(key), f"{path} → {key}")
        ]
    if isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        return [line for i, (a, b) in enumerate(zip(was, now, strict=True)) for line in _json_paths(a, b, f"{path} → {i}")]
    return [] if was == now and type(was) is type(now) else [path]


def _listed(folder: Path, lines: list[str]) -> str:
    shown = lines[:_MOST_NAMED]
    more = [f"… och {len(lines) - len(shown)} till"] if len(lines) > len(shown) else []
    return "\n  ".join([f"{folder.parent.name}/{folder.name}: är inte vad underlaget ger:", *shown, *more])
