"""The flow in order: from a plan and its deliveries to a run that holds a report."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalkit.errors import GateClosed, NotReproduced
from evalkit.files import sha256_bytes, write_bytes, write_text
from evalkit.findings.quality_text import gate_text
from evalkit.findings.result import to_json
from evalkit.findings.safe import WORKING_REPORT
from evalkit.workflow.inputs import gather_inputs, refuse_changed
from evalkit.workflow.notebooks import REPORT_NOTEBOOK
from evalkit.workflow.speed import hurried
from evalkit.workflow.store import (
    FAILED,
    GATE_TEXT,
    MANIFEST_FORMAT,
    RunStore,
    altered_files,
    file_list,
    read_manifest,
    run_store,
    save_inside,
)

if TYPE_CHECKING:
    from datetime import date

    from evalkit.findings.result import EvaluationResult
    from evalkit.findings.safe import SafeResult
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.plan.project import Project
    from evalkit.records.stations import AnalysisFrame
    from evalkit.workflow.provenance import RunInputs

RESULT = "internal/result.json"
SAFE_RESULT = "share/safe_result.json"
REPORT = "share/report.html"
FRAME_HASH = "internal/frame.sha256"
GATE = "internal/gate.txt"
LOG = "internal/log.txt"
NOTEBOOKS = "internal/notebooks"

STEPS = ("läser leveranserna", "granskar kvaliteten", "poängsätter", "skattar", "röjandekontroll", "anteckningsböcker", "rapport")
"""What a run tells while it works, in order."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """What one call of `run` led to.

    Attributes
    ----------
    computed : bool
        False where the inputs were unchanged and the earlier run stands.
    verdict : str
        The report's main conclusion in one sentence.
    """

    plan_id: str
    run: str
    folder: Path
    computed: bool
    verdict: str

    @property
    def report(self) -> Path:
        """The report that may be shared."""
        return self.folder / REPORT


def silent(step: str) -> None:
    """Tell nothing."""


def run(
    project: Project,
    plan_id: str,
    progress: Progress = silent,
    *,
    plain: bool = False,
    until: date | None = None,
    kind: str = WORKING_REPORT,
) -> RunOutcome:
    """Take one intervention from its deliveries to its report, or leave everything as it was.

    Parameters
    ----------
    progress : Callable[[str], None]
        Called with each of `STEPS` as it begins.
    plain : bool
        Run the notebooks with papermill's own kernel engine.
    until : date | None
        As the deliveries stood on that day: a frozen reporting cohort.
    kind : str
        ``slutrapport`` leaves out, and names, what rests on norms that nobody has secured; it needs a locked plan.

    Raises
    ------
    EvalkitError
        Of the kinds in `evalkit.errors`. No half report: a run exists whole or not at all, and the earlier one stands.
    """
    inputs = gather_inputs(project, plan_id, until, kind)
    store = run_store(project, plan_id)
    with store.held():
        if store.exists(inputs.run):
            return _standing(store, plan_id, inputs.run)
        try:
            manifest = make_run(project, store, inputs, progress, plain=plain)
            refuse_changed(project, inputs.provenance.data)
            folder = store.commit(inputs.run, manifest)
        except GateClosed as exc:
            save_inside(store.reports / GATE_TEXT, f"{exc}\n")
            raise
        finally:
            store.discard(inputs.run)
        (store.reports / GATE_TEXT).unlink(missing_ok=True)
    return RunOutcome(plan_id, inputs.run, folder, computed=True, verdict=manifest["verdict"])


def make_run(project: Project, store: RunStore, inputs: RunInputs, progress: Progress, *, plain: bool) -> dict[str, Any]:
    """Make the run in its staging folder, all but the manifest, which is returned."""
    with hurried():
        return _make(project, store, inputs, progress, plain=plain)


def _make(project: Project, store: RunStore, inputs: RunInputs, progress: Progress, *, plain: bool) -> dict[str, Any]:
    from evalkit.release.disclosure import clear
    from evalkit.release.language import verdict_sentence
    from evalkit.workflow.experiment import units_as_drawn
    from evalkit.workflow.rosetta_files import write_rosetta

    folder = store.staging(inputs.run)
    frame, result = _analyse(project, inputs, progress)
    write_text(folder / RESULT, to_json(result))
    _write_frame(store, inputs.run, frame)
    drawn = units_as_drawn(project, inputs.plan, frame)
    write_rosetta(store.frames(inputs.run, staged=True), frame, inputs.plan, result, drawn)
    progress(STEPS[4])
    safe = clear(result, inputs.policy, inputs.kind)
    _write_safe(folder, safe)
    progress(STEPS[5])
    for name in analysis_notebooks(inputs.plan):
        run_notebook(project, store, inputs, name, plain=plain)
    progress(STEPS[6])
    _write_report(folder, inputs, run_notebook(project, store, inputs, REPORT_NOTEBOOK, plain=plain))
    write_text(folder / GATE, f"{gate_text(result.gate)}\n")
    write_text(folder / LOG, _log(inputs, frame, result))
    return _manifest(inputs, folder, verdict_sentence(safe))


def analysis_notebooks(plan: EvaluationPlan) -> tuple[str, ...]:
    """Return the analysis notebooks that the plan's design asks for, in order."""
    of_analysis = {"pre_post": "20_fore_efter.ipynb", "did": "30_did.ipynb"}
    by_lot = plan.design.comparison.value == "randomised"
    drawn = ("32_lottad.ipynb",) if by_lot else ()
    wanted = set(plan.design.analyses)
    if by_lot and (plan.lottery is None or len(plan.lottery.arms) > 2):
        # The arms are compared in the notebook of the lottery; who got something or nothing is no question of the plan.
        wanted.discard("did")
    if plan.time_series is not None and plan.data_kind.value == "public":
        # The notebook compares two means; a series has its own chapter in the report.
        wanted.discard("pre_post")
    return ("10_kvalitet.ipynb", *(of_analysis[name] for name in sorted(wanted, reverse=True)), *drawn)


def parameters(project: Project, store: RunStore, plan_id: str, run_name: str) -> dict[str, str]:
    """Return the two parameters of every notebook: paths inside the project, the run under its final name."""
    return {
        "plan_file": f"params/interventions/{plan_id}.yaml",
        "run_dir": store.run(run_name).relative_to(project.root).as_posix(),
    }


def _analyse(project: Project, inputs: RunInputs, progress: Progress) -> tuple[AnalysisFrame, Any]:
    from evalkit.methods.evaluate import evaluate
    from evalkit.records.forgotten import without_forgotten
    from evalkit.records.frame import build_frame
    from evalkit.records.gate import check
    from evalkit.records.reading import read_sources
    from evalkit.records.register_gate import refuse_unusable
    from evalkit.records.scoring import score
    from evalkit.workflow.experiment import with_experiment

    plan, register = inputs.plan, inputs.register
    refuse_unusable(register, plan)
    progress(STEPS[0])
    extract = read_sources(inputs.deliveries, plan, inputs.key, register)
    extract = without_forgotten(extract, project, plan.id, inputs.key)
    progress(STEPS[1])
    gated = check(extract, plan, register)
    progress(STEPS[2])
    frame = build_frame(score(gated, plan, register), plan)
    progress(STEPS[3])
    result = evaluate(frame, plan, register, inputs.unit_costs, inputs.identity, inputs.provenance)
    return frame, with_experiment(project, plan, frame, result)


def _write_frame(store: RunStore, name: str, frame: AnalysisFrame) -> None:
    from evalkit.workflow.frame_store import FRAME, frame_to_json

    content = frame_to_json(frame).encode("utf-8")
    write_bytes(store.frames(name, staged=True) / FRAME, content)
    write_text(store.staging(name) / FRAME_HASH, f"{sha256_bytes(content)}\n")


def _write_safe(folder: Path, safe: SafeResult) -> None:
    from evalkit.findings.safe import safe_to_json

    write_text(folder / SAFE_RESULT, safe_to_json(safe))


def run_notebook(project: Project, store: RunStore, inputs: RunInputs, name: str, *, plain: bool) -> Any:
    """Run one notebook on the staged run and keep it inside; where a cell fails, keep what there is, then raise."""
    from evalkit.workflow.normalise import notebook_text
    from evalkit.workflow.notebooks import CellFailed, execute

    staged, values = store.staging(inputs.run), parameters(project, store, inputs.plan.id, inputs.run)
    try:
        notebook = execute(project, project.notebooks / name, values, staged=staged, plain=plain)
    except CellFailed as exc:
        kept = store.reports / FAILED / name
        save_inside(kept, notebook_text(exc.notebook))
        raise type(exc)(f"{exc}; den ligger i {project.relative(kept)}", exc.notebook) from None
    write_text(staged / NOTEBOOKS / name, notebook_text(notebook))
    return notebook


def _write_report(folder: Path, inputs: RunInputs, notebook: Any) -> None:
    from evalkit.release.html import render_report

    write_text(folder / REPORT, render_report(notebook, inputs.plan.title, inputs.plan.language))


def _log(inputs: RunInputs, frame: AnalysisFrame, result: EvaluationResult) -> str:
    """Return what went through the run, counted: no clock, so that the same inputs give the same log."""
    provenance, gate = inputs.provenance, result.gate
    lines = [
        f"evalkit {provenance.evalkit_version}, Python {provenance.python_version}, nyckel {provenance.key_id or 'behövs inte'}",
        f"plan {inputs.plan.id}, version {inputs.plan.version}, utvärderad per {provenance.evaluated_on}",
        *(f"levererad: {stamp.path}, {stamp.size} byte, sha256 {stamp.sha256[:12]}" for stamp in provenance.data),
        f"granskning: {len(gate.outcomes)} kontroller, {len(gate.warnings)} varningar, {len(gate.notes)} noteringar",
        *(
            f"urval, {flow.outcome}, {arm.group}: {arm.n_delivered} levererade, {arm.n_analysed} analyserade"
            for flow in result.flows
            for arm in flow.arms
        ),
        *(f"anmärkning: {note}" for note in frame.notes),
        f"skattningar: {len(result.estimates)}; kunde inte göras: {len(result.refusals)}",
        f"anteckningsböcker: {', '.join((*analysis_notebooks(inputs.plan), REPORT_NOTEBOOK))}",
    ]
    return "\n".join(lines) + "\n"


def _manifest(inputs: RunInputs, folder: Path, verdict: str) -> dict[str, Any]:
    document = {
        "manifest_format": MANIFEST_FORMAT,
        "kind": inputs.kind,
        "plan": asdict(inputs.identity),
        "run": inputs.run,
        "provenance": asdict(inputs.provenance),
        "packages": inputs.packages,
        "unmatched": inputs.unmatched,
        "verdict": verdict,
        "files": file_list(folder),
    }
    plain: dict[str, Any] = json.loads(json.dumps(document, default=str))
    return plain


def _standing(store: RunStore, plan_id: str, name: str) -> RunOutcome:
    folder = store.run(name)
    manifest = read_manifest(folder)
    altered = altered_files(folder, manifest)
    if altered:
        message = f"{folder.name}: ändrad sedan den skrevs ({', '.join(altered)}); flytta undan mappen och kör igen"
        raise NotReproduced(message, code="RUN-ALTERED")
    store.point_to(name)
    return RunOutcome(plan_id, name, folder, computed=False, verdict=str(manifest.get("verdict", "")))
