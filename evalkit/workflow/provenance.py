"""Everything that goes into a run, hashed before anything is computed: the run's name is made of it."""

from __future__ import annotations

import importlib.metadata
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import evalkit
from evalkit.files import sha256_bytes, sha256_file
from evalkit.findings.provenance import FileStamp, Provenance
from evalkit.findings.result import PlanIdentity
from evalkit.findings.safe import WORKING_REPORT
from evalkit.workflow.locking import NO_LOCK, LockState, lock_file
from evalkit.workflow.store import fingerprint

if TYPE_CHECKING:
    from evalkit.plan.disclosure import DisclosurePolicy
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.plan.instruments import InstrumentRegister
    from evalkit.plan.project import Project
    from evalkit.plan.unit_costs import UnitCostTable
    from evalkit.records.pseudonym import PseudonymKey
    from evalkit.records.stations import Deliveries

_PACKAGE = Path(evalkit.__file__).parent


@dataclass(frozen=True, slots=True)
class RunInputs:
    """What one run is made of. Gathered without pandas, so that unchanged inputs are known at once.

    Attributes
    ----------
    packages : tuple[str, ...]
        ``name==version`` of every package that evalkit depends on directly, sorted.
    kind : str
        ``arbetsrapport`` or ``slutrapport``.
    """

    plan: EvaluationPlan
    identity: PlanIdentity
    register: InstrumentRegister
    unit_costs: UnitCostTable | None
    policy: DisclosurePolicy
    deliveries: Deliveries
    key: PseudonymKey | None
    provenance: Provenance
    packages: tuple[str, ...]
    kind: str = WORKING_REPORT

    @property
    def unmatched(self) -> tuple[str, ...]:
        """Files in the deliveries' folders that no source asked for: not read, but named in the gate report."""
        return tuple(sorted(note.rule for note in self.deliveries.notes))

    @property
    def run(self) -> str:
        """Name of the run: evaluation date and eight hex digits of all inputs' hash; no clock."""
        provenance = self.provenance
        parts = {
            "data": [(stamp.path, stamp.sha256) for stamp in provenance.data],
            "parameters": [(stamp.path, stamp.sha256) for stamp in provenance.parameters],
            "unmatched": self.unmatched,
            "evaluated_on": provenance.evaluated_on.isoformat(),
            "code": provenance.code_sha256,
            "lock": provenance.lock_sha256,
            "key": provenance.key_id,
            "python": provenance.python_version,
            "packages": self.packages,
            **({} if self.kind == WORKING_REPORT else {"kind": self.kind}),
        }
        return f"{provenance.evaluated_on.isoformat()}-{fingerprint(parts)[:8]}"


def plan_identity(plan: EvaluationPlan, sha256: str, lock: LockState = NO_LOCK) -> PlanIdentity:
    """Return which plan this is, as results name it, and how it stands to what was locked."""
    return PlanIdentity(
        id=plan.id,
        title=plan.title,
        version=plan.version,
        sha256=sha256,
        language=plan.language,
        data_kind=plan.data_kind.value,
        synthetic=plan.synthetic,
        primary_outcome=plan.primary_outcome,
        decisive_occasion=plan.decisive_occasion or "",
        locked=lock.locked,
        deviations=lock.deviations,
    )


def make_provenance(project: Project, plan: EvaluationPlan, deliveries: Deliveries, key_id: str) -> Provenance:
    """Return the fingerprints of one run.

    Parameters
    ----------
    deliveries : Deliveries
        The files that go in, already hashed.
    key_id : str
        Of the pseudonym key; empty for public data.
    """
    lock = project.root / "requirements.lock"
    return Provenance(
        evaluated_on=deliveries.evaluated_on,
        evalkit_version=evalkit.__version__,
        python_version=f"{sys.version_info.major}.{sys.version_info.minor}",
        key_id=key_id,
        data=tuple(sorted((item.stamp for item in deliveries.items), key=lambda stamp: stamp.path)),
        parameters=parameter_stamps(project, plan),
        code_sha256=code_sha256(project),
        lock_sha256=_text_sha256(lock) if lock.is_file() else "",
        delivered=deliveries.days if plan.analysis.reports else (),
    )


def parameter_stamps(project: Project, plan: EvaluationPlan) -> tuple[FileStamp, ...]:
    """Return the stamps of the plan, the register, the plan's unit cost list and the policy, in path order."""
    from evalkit.plan.norm_files import licensed_folder

    files = [project.plan_file(plan.id), project.disclosure, lock_file(project, plan.id)]
    files += [path for path in project.instruments.rglob("*") if path.is_file()]
    files += (project.root / "params" / "lotteries" / plan.id).glob("*.json")
    files += licensed_folder(project.instruments).glob("*.csv")
    if plan.economics is not None and plan.economics.unit_costs is not None:
        files.append(unit_cost_file(project, plan.economics.unit_costs))
    stamps = (stamp(project, path) for path in files if path.is_file())
    return tuple(sorted(stamps, key=lambda one: one.path))


def unit_cost_file(project: Project, name: str) -> Path:
    """Return the file of the unit cost list `name`."""
    return project.unit_costs / f"{name}.csv"


def stamp(project: Project, path: Path) -> FileStamp:
    """Return path, SHA-256 and size of one file of the project."""
    return FileStamp(path=project.relative(path), sha256=sha256_file(path), size=path.stat().st_size)


def code_sha256(project: Project) -> str:
    """Return one hash of the package's files and the notebooks' cells, the same whatever the line ends on this machine."""
    parts: dict[str, str] = {}
    for path in _PACKAGE.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts and path.suffix not in {".pyc", ".tmp"}:
            parts[f"evalkit/{path.relative_to(_PACKAGE).as_posix()}"] = _text_sha256(path)
    for path in project.notebooks.glob("*.ipynb"):
        parts[f"notebooks/{path.name}"] = _cells_sha256(path)
    return fingerprint(parts)


def package_versions() -> tuple[str, ...]:
    """Return ``name==version`` of what evalkit requires directly, sorted; what is missing is said to be."""
    versions = set()
    for line in importlib.metadata.requires("evalkit") or ():
        if "extra ==" in line:
            continue
        name = line.split(";")[0].split("[")[0].split(">")[0].split("<")[0].split("=")[0].split("!")[0].strip()
        try:
            versions.add(f"{name}=={importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            versions.add(f"{name} saknas")
    return tuple(sorted(versions))


def _text_sha256(path: Path) -> str:
    return sha256_bytes(path.read_bytes().replace(b"\r\n", b"\n"))


def _cells_sha256(path: Path) -> str:
    # Sources and tags only: a notebook's stored outputs are results, not code.
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    kept = [[cell["cell_type"], "".join(cell["source"]), cell["metadata"].get("tags", [])] for cell in cells]
    return fingerprint({"cells": kept})
