"""What an analysis notebook opens: one run, its plan, its findings and the very rows that were analysed. Inside the house only."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.errors import NotReproduced, PlanError
from evalkit.findings.result import EvaluationResult, from_json
from evalkit.plan.project import Project, find_project
from evalkit.workflow.frame_store import FRAME, read_frame
from evalkit.workflow.notebooks import STAGED_VARIABLE
from evalkit.workflow.run import FRAME_HASH, RESULT
from evalkit.workflow.store import LATEST, run_store
from evalkit.workflow.told import told

if TYPE_CHECKING:
    from evalkit.findings.estimate import Estimate
    from evalkit.findings.quality import GateReport
    from evalkit.plan.evaluation import EvaluationPlan, Outcome
    from evalkit.records.stations import AnalysisFrame


@dataclass(frozen=True, slots=True, repr=False)
class OpenRun:
    """One run, opened for analysis.

    Attributes
    ----------
    frame : AnalysisFrame
        The gated rows that the run analysed, checked against their hash.
    """

    plan: EvaluationPlan
    result: EvaluationResult
    frame: AnalysisFrame

    @property
    def gate(self) -> GateReport:
        """What the quality gate found."""
        return self.result.gate

    @property
    def primary(self) -> Outcome:
        """The primary outcome."""
        return self.plan.outcome(self.plan.primary_outcome)

    @property
    def told(self) -> EvaluationResult:
        """The result as the notebooks show it: p-values that wait for a later report are left out, as in the report."""
        return told(self.result)

    def stored(self, estimates: tuple[Estimate, ...]) -> bool:
        """Whether `estimates`, computed now, are number by number those that the run stored."""
        return all(estimate == self.result.estimate(estimate.id) for estimate in estimates)

    def __repr__(self) -> str:
        return f"OpenRun({self.plan.id}, {self.result.provenance.evaluated_on}, {self.frame!r})"


def open_run(plan_file: str, run_dir: str, project: Project | None = None) -> OpenRun:
    """Open one run of one plan.

    Parameters
    ----------
    plan_file : str
        ``params/interventions/<id>.yaml``.
    run_dir : str
        ``reports/<id>/<run>``, or ``reports/<id>/senaste`` for the newest run.
    project : Project | None
        The project around the working directory where None.

    Raises
    ------
    PlanError
        If the run belongs to another version of the plan than the file holds.
    NotReproduced
        If there is no such run, or its rows are not those that were analysed.
    """
    from evalkit.plan.loader import load_plan

    project = project or find_project()
    plan = load_plan(project.root / plan_file)
    folder, frames = locate_run(project, plan.id, run_dir)
    result = from_json((folder / RESULT).read_text(encoding="utf-8"))
    if (result.plan.id, result.plan.version) != (plan.id, plan.version):
        message = f"{run_dir} gjordes med en annan plan eller version än {plan_file}: kör utvärderingen igen"
        raise PlanError(message, code="PAR-VERSION")
    sha256 = (folder / FRAME_HASH).read_text(encoding="utf-8").strip()
    return OpenRun(plan, result, read_frame(frames / FRAME, sha256, result))


def locate_run(project: Project, plan_id: str, run_dir: str) -> tuple[Path, Path]:
    """Return the folders of a run's files and of its frame; a run in the making is found in its staging folder.

    Raises
    ------
    NotReproduced
        If there is no such run.
    """
    store = run_store(project, plan_id)
    name = run_dir.rstrip("/").rsplit("/", 1)[-1]
    if os.environ.get(STAGED_VARIABLE) and project.root / os.environ[STAGED_VARIABLE] == store.staging(name):
        return store.staging(name), store.frames(name, staged=True)
    name = store.latest() if name == LATEST else name
    if not store.exists(name):
        raise NotReproduced(f"{run_dir}: ingen körning här; kör 'evalkit run {plan_id}' först", code="RUN-NONE")
    return store.run(name), store.frames(name)
