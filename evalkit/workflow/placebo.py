"""From a plan's own deliveries to placebo evaluations: read and gated as in a run, nothing written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from evalkit.errors import EstimationError, PlanError

if TYPE_CHECKING:
    from evalkit.methods.placebo import PlaceboPass
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.plan.project import Project
    from evalkit.records.stations import AnalysisFrame

MANY = 10_000
"""More possible placebos than this are not counted out: of persons, the number would tell how many they are."""

Missing = tuple[str, str]
"""An outcome and why no placebo could be made of it."""


def placebo(project: Project, plan_id: str, n: int, progress: Callable[[str], None]) -> tuple[PlaceboPass | Missing, ...]:
    """Return the placebo passes of every outcome.

    Raises
    ------
    EvalkitError
        As `evalkit.workflow.run.run` up to the estimation; PlanError if the plan compares with nobody and follows no series.
    """
    from evalkit.records.frame import build_frame
    from evalkit.records.gate import check
    from evalkit.records.reading import read_sources
    from evalkit.records.scoring import score
    from evalkit.workflow.inputs import gather_inputs

    inputs = gather_inputs(project, plan_id)
    plan, register = inputs.plan, inputs.register
    if "did" not in plan.design.analyses and plan.time_series is None:
        raise PlanError(
            f"{plan_id}: planen jämför inte med någon grupp (design.analyses saknar did) och följer ingen serie (time_series "
            "saknas), så ingen påhittad insats går att göra; lägg till någotdera",
            code="PAR-CALL",
        )
    progress("läser och granskar")
    gated = check(read_sources(inputs.deliveries, plan, inputs.key, register), plan, register)
    frame = build_frame(score(gated, plan, register), plan)
    found: list[PlaceboPass | Missing] = []
    for outcome in plan.outcomes:
        progress(outcome.label)
        try:
            found.extend(_passes(frame, plan, outcome.id, n))
        except EstimationError as exc:
            found.append((outcome.label, str(exc)))
    return tuple(found)


def _passes(frame: AnalysisFrame, plan: EvaluationPlan, outcome: str, n: int) -> tuple[PlaceboPass, ...]:
    """Return the placebos of the method that answers the main question about an outcome."""
    from evalkit.methods.panel import make_panel
    from evalkit.methods.placebo import placebo_pass
    from evalkit.methods.placebo_starts import series_placebos, unit_placebos

    if "did" not in plan.design.analyses:
        return series_placebos(frame, plan, outcome, n, lambda: None)
    panel = make_panel(frame, plan, outcome)
    if plan.single_unit is not None:
        return unit_placebos(frame, plan, panel, n, lambda: None)
    return (placebo_pass(panel, plan, n, lambda: None),)


def placebo_text(found: Sequence[PlaceboPass | Missing]) -> str:
    """Return the result as Swedish text: shares and counts of placebos, never a count of persons."""
    return "\n".join(f"{one[0]}: {one[1]}" if isinstance(one, tuple) else _line(one) for one in found)


def _line(found: PlaceboPass) -> str:
    made, extreme = _made(found), ""
    if found.as_extreme is not None:
        extreme = (
            f"; {_percent(found.as_extreme)} minst lika långt från noll som den verkliga skillnaden{_UNITED.get(found.kind, '')}"
        )
    if found.false_alarms is None or found.error is None:
        return f"{found.label}: {made}{_WITHOUT_P[found.kind]}{extreme}"
    return (
        f"{found.label}: {made}; falskt larm i {_percent(found.false_alarms)} ({_uncertainty(found)}), väg {found.route}{extreme}"
    )


_UNITED = {"units": ", mätt i sin egen avvikelse före start"}
_WITHOUT_P = {
    "groups": "; inget p-värde i det upplägget",
    "starts": "; inget p-värde i det upplägget",
    "units": "; enhetens plats bland dem är rapportens rangordning",
}


def _made(found: PlaceboPass) -> str:
    n = found.n_distinct
    if found.kind == "units":
        return f"{n} andra enheter i den behandlades ställe"
    few = 0 < found.n_possible <= MANY
    what = "påhittad start" if n == 1 else "påhittade starter"
    name = f"{n} {what} före den verkliga" if found.kind == "starts" else f"{n} skilda placebon"
    return name + (f" av {found.n_possible} möjliga" if few else "")


def _uncertainty(found: PlaceboPass) -> str:
    """Return the Monte Carlo error; where none or all gave an alarm, how far the rate could still lie from that."""
    if found.error or not found.n_distinct:
        return f"Monte Carlo-fel {_percent(found.error or 0.0)}"
    # Clopper and Pearson's bound at none of n: 0.05 = (1 - p)^n.
    bound = 1 - 0.05 ** (1 / found.n_distinct)
    return f"kan vara högst {_percent(bound)}" if not found.false_alarms else f"kan vara lägst {_percent(1 - bound)}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %".replace(".", ",")
