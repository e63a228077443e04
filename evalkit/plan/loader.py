"""An evaluation plan from its file: all faults at once, or a plan that agrees with itself."""

from __future__ import annotations

from pathlib import Path

from evalkit.errors import PlanError
from evalkit.plan.advice import plan_warnings
from evalkit.plan.consistency import check_plan, newer_format
from evalkit.plan.evaluation import EvaluationPlan
from evalkit.plan.problems import nearest, plan_error
from evalkit.plan.reading import read_model
from evalkit.plan.strict_yaml import parse_document, read_file

__all__ = ["load_plan", "parse_plan", "plan_warnings"]


def load_plan(path: Path) -> EvaluationPlan:
    """Read the evaluation plan at `path` (``params/interventions/<id>.yaml``).

    Raises
    ------
    PlanError
        That lists every fault with line, key, what is allowed and the nearest right word.
    StorageError
        If the file exists but may not be read.
    """
    if not path.is_file():
        raise _no_such_plan(path)
    return parse_plan(path.name, read_file(path))


def parse_plan(name: str, content: bytes) -> EvaluationPlan:
    """Return the plan in `content`, the bytes of a file named `name`; raises as `load_plan`."""
    document = parse_document(name, content)
    newer = newer_format(document)
    if newer is not None:
        raise plan_error(name, [newer])
    return read_model(document, EvaluationPlan, noun="planen", more=lambda read: check_plan(read, Path(name).stem))


def _no_such_plan(path: Path) -> PlanError:
    plans = sorted(file.stem for file in path.parent.glob("*.yaml")) if path.parent.is_dir() else []
    meant = nearest(path.stem, plans)
    advice = f"menade du ”{meant}”?" if meant else f"planer som finns: {', '.join(plans) or 'inga ännu (evalkit new ID)'}"
    return PlanError(f"{path.name}: planen finns inte; {advice}", code="PAR-FILE")
