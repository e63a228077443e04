"""What `notebooks/90_rapport.ipynb` calls, a chapter a cell. Opens the cleared result and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

from evalkit.errors import DisclosureRefused
from evalkit.findings.safe import SafeResult, safe_from_json
from evalkit.plan.project import Project, find_project
from evalkit.release.chapters_end import appendices, conclusion, foot, limits
from evalkit.release.chapters_results import economy, method, results, sensitivity
from evalkit.release.chapters_start import background, data_quality, front, questions, summary
from evalkit.release.language import Language, verdict_sentence
from evalkit.release.robustness_pages import naive

__all__ = [
    "CHAPTERS",
    "appendices",
    "background",
    "conclusion",
    "data_quality",
    "economy",
    "foot",
    "front",
    "headline",
    "limits",
    "method",
    "naive",
    "open_safe_result",
    "questions",
    "results",
    "sensitivity",
    "summary",
    "verdict_sentence",
]

CHAPTERS = (
    *(
        "front",
        "summary",
        "background",
        "questions",
        "data_quality",
        "method",
        "results",
        "sensitivity",
        "naive",
        "economy",
        "limits",
    ),
    *("conclusion", "appendices", "foot"),
)
"""The chapters in the order of ``90_rapport``: every form of the full report is made of them. A test holds the two together."""
SAFE_FILE = "share/safe_result.json"
LATEST = "senaste"
STAGED_VARIABLE = "EVALKIT_STAGED_RUN"
"""Names that `evalkit.workflow.store` and `notebooks` write; this room cannot import them, a test holds them together."""


def open_safe_result(plan_file: str, run_dir: str) -> SafeResult:
    """Read a run's cleared result.

    Parameters
    ----------
    plan_file : str
        ``params/interventions/<id>.yaml``.
    run_dir : str
        ``reports/<id>/<run>``, or ``reports/<id>/senaste`` for the newest run.

    Raises
    ------
    DisclosureRefused
        If there is no run, or its cleared result cannot be read.
    """
    intervention = Path(plan_file).stem
    folder = _run_folder(find_project(), intervention, run_dir)
    try:
        text = (folder / SAFE_FILE).read_text(encoding="utf-8")
    except OSError:
        raise DisclosureRefused(
            f"{run_dir}: inget frisläppt resultat här; kör 'evalkit run {intervention}' först", code="OUT-SAFE"
        ) from None
    return safe_from_json(text)


def headline(safe: SafeResult) -> None:
    """Print the primary estimate as text: the line that a test compares."""
    language = Language(safe.plan.language)
    primary = safe.primary
    if primary is None:
        print(language.text("v_none"))
        return
    value = language.quantity(primary.value, primary.decimals, primary.unit)
    p_value = language.p_value(primary.p_value, below=primary.p_below)
    print(f"{primary.label}: {value} [{language.interval(primary.interval, primary.decimals)}], p {p_value}")


def _run_folder(project: Project, intervention: str, run_dir: str) -> Path:
    """Return the run's folder: the newest where it is called so, its staging folder while the run is being made."""
    reports = project.reports(intervention)
    name = run_dir.rstrip("/").rsplit("/", 1)[-1]
    staged = os.environ.get(STAGED_VARIABLE)
    if staged and project.root / staged == reports / f".staging-{name}":
        return reports / f".staging-{name}"
    if name == LATEST:
        try:
            name = (reports / f"{LATEST}.txt").read_text(encoding="utf-8").strip()
        except OSError:
            name = "ingen-korning"
    return reports / name
