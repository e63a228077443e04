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
        f"{found.label}: {made}; falskt larm i {_percent(found.false_alarms)} ({_uncertainty(found)}), väg {found.route}{extreme}"
    )


def _uncertainty(found: PlaceboPass) -> str:
    """Return the Monte Carlo error; where none or all gave an alarm, how far the rate could still lie from that."""
    if found.error or not found.n_distinct:
        return f"Monte Carlo-fel {_percent(found.error or 0.0)}"
    # Clopper and Pearson's bound at none of n: 0.05 = (1 - p)^n.
    bound = 1 - 0.05 ** (1 / found.n_distinct)
    return f"kan vara högst {_percent(bound)}" if not found.false_alarms else f"kan vara lägst {_percent(1 - bound)}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %".replace(".", ",")
