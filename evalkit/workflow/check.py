"""Read and gate, nothing more: what staff do before they ask for a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalkit.findings.quality_text import gate_text
from evalkit.workflow.inputs import gather_inputs
from evalkit.workflow.speed import block_slow_imports

if TYPE_CHECKING:
    from evalkit.plan.project import Project
    from evalkit.workflow.provenance import RunInputs


def check_only(project: Project, plan_id: str) -> tuple[RunInputs, str]:
    """Return the inputs of a plan and what the gate says about them.

    Raises
    ------
    PlanError
        If the plan, a parameter file or the key is wrong.
    GateClosed
        If something stops the evaluation; the message lists everything.
    """
    from evalkit.records.gate import check
    from evalkit.records.reading import read_sources
    from evalkit.records.register_gate import refuse_unusable

    inputs = gather_inputs(project, plan_id)
    block_slow_imports()
    refuse_unusable(inputs.register, inputs.plan)
    extract = read_sources(inputs.deliveries, inputs.plan, inputs.key, inputs.register)
    gated = check(extract, inputs.plan, inputs.register)
    return inputs, gate_text(gated.report)
