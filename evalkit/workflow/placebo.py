"""From a plan's own deliveries to placebo evaluations: read and gated as in a run, nothing written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from evalkit.errors import EstimationError, PlanError

if TYPE_CHECKING:
    from evalkit.methods.placebo import PlaceboPass
    from evalkit.plan.project import Project

MANY = 10_000
"""More possible placebos than this are not counted out: of persons, the number would tell how many they are."""

Missing = tuple[str, str]
"""An outcome and why no placebo could be made of it."""


def placebo(project: Project, plan_id: str, n: int, progress: Callable[[str], None]) -> tuple[PlaceboPass | Missing, ...]:
    """Return the placebo pass of every outcome.

    Raises
    ------
    EvalkitError
        As `evalkit.workflow.run.run` up to the estimation; PlanError if the plan compares with nobody.
    """
    from evalkit.methods.panel import make_panel
    from evalkit.methods.placebo import placebo_pass
    from evalkit.records.frame import build_frame
    from evalkit.records.gate import check
    from evalkit.records.reading import read_sources
    from evalkit.records.scoring import score
    from evalkit.workflow.inputs import gather_inputs

    inputs = gather_inputs(project, plan_id)
    plan, register = inputs.plan, inputs.register
    if "did" not in plan.design.analyses:
        raise PlanError(f"{plan_id}: planen jämför inte med någon grupp (design.analyses saknar did)", code="PAR-CALL")
    progress("läser och granskar")
    gated = check(read_sources(inputs.deliveries, plan, inputs.key, register), plan, register)
    frame = build_frame(score(gated, plan, register), plan)
    found: list[PlaceboPass | Missing] = []
    for outcome in plan.outcomes:
        progress(outcome.label)
        try:
            found.append(placebo_pass(make_panel(frame, plan, outcome.id), plan, n, lambda: None))
        except EstimationError as exc:
            found.append((outcome.label, str(exc)))
    return tuple(found)


def placebo_text(found: Sequence[PlaceboPass | Missing]) -> str:
    """Return the result as Swedish text: shares and counts of placebos, never a count of persons."""
    return "\n".join(f"{one[0]}: {one[1]}" if isinstance(one, tuple) else _line(one) for one in found)


def _line(found: PlaceboPass) -> str:
    few = 0 < found.n_possible <= MANY
    made = f"{found.n_distinct} skilda placebon" + (f" av {found.n_possible} möjliga" if few else "")
    extreme = "" if found.as_extreme is None else f"; {_percent(found.as_extreme)} lika långt från noll som den verkliga skillnaden"
    if found.false_alarms is None or found.error is None:
        return f"{found.label}: {made}; inget p-värde i det upplägget{extreme}"
    return (
        f"{found.label}: {made}; falskt larm i {_percent(found.false_alarms)} (Monte Carlo-fel {_percent(found.error)}), "
        f"väg {found.route}{extreme}"
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %".replace(".", ",")
