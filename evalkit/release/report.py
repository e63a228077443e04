"""What `notebooks/90_rapport.ipynb` calls, a chapter a cell. Opens the cleared result and nothing else."""

from __future__ import annotations

from pathlib import Path

from evalkit.errors import DisclosureRefused
from evalkit.findings.safe import SafeResult, safe_from_json
from evalkit.plan.project import find_project
from evalkit.release.chapters_end import appendices, conclusion, foot, limits
from evalkit.release.chapters_results import economy, method, results, sensitivity
from evalkit.release.chapters_start import background, data_quality, front, questions, summary
from evalkit.release.language import Language, verdict_sentence

__all__ = [
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
    "open_safe_result",
    "questions",
    "results",
    "sensitivity",
    "summary",
    "verdict_sentence",
]

SAFE_FILE = "share/safe_result.json"
POINTER = "senaste.txt"


def open_safe_result(plan_file: str, run_dir: str = "") -> SafeResult:
    """Read a run's cleared result.

    Parameters
    ----------
    plan_file : str
        Project-relative path of the plan; its stem is the intervention.
    run_dir : str
        Project-relative folder of the run; empty for the latest.

    Raises
    ------
    DisclosureRefused
        If there is no run, or its cleared result cannot be read.
    """
    project = find_project()
    intervention = Path(plan_file).stem
    folder = project.root / run_dir if run_dir else project.reports(intervention) / _latest(project.reports(intervention))
    try:
        text = (folder / SAFE_FILE).read_text(encoding="utf-8")
    except OSError:
        raise DisclosureRefused(
            f"{intervention}: inget frisläppt resultat i {folder.name}; kör evalkit run {intervention} först", code="OUT-SAFE"
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


def _latest(reports: Path) -> str:
    try:
        return (reports / POINTER).read_text(encoding="utf-8").strip()
    except OSError:
        return "(ingen körning)"
