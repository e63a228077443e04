"""Gather what one run is made of: plan and parameters checked, deliveries found and hashed, nothing read yet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evalkit.errors import DeliveryError, PlanError
from evalkit.files import sha256_file
from evalkit.findings.safe import FINAL_REPORT, WORKING_REPORT
from evalkit.workflow.locking import lock_state
from evalkit.workflow.provenance import RunInputs, make_provenance, package_versions, plan_identity, unit_cost_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from evalkit.findings.provenance import FileStamp
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.plan.project import Project
    from evalkit.plan.unit_costs import UnitCostTable


_NO_LOCK = (
    "{id}: en slutrapport kräver en plan som låstes innan något resultat var räknat. Lås med 'evalkit lock {id}' före första "
    "körningen; utan ett sådant lås är rapporten en arbetsrapport ('evalkit run {id}')"
)


def gather_inputs(project: Project, plan_id: str, until: date | None = None, kind: str = WORKING_REPORT) -> RunInputs:
    """Return the inputs of the run that `plan_id` and its deliveries make, today or as the deliveries stood on the day `until`.

    Raises
    ------
    PlanError
        If the plan, a parameter file or the key is wrong, or a final report is asked for and nothing was locked before results.
    DeliveryError
        If nothing is delivered, or something that no source declares.
    """
    from evalkit.plan.disclosure import effective_policy, load_policy
    from evalkit.plan.loader import load_plan
    from evalkit.plan.references import check_references
    from evalkit.plan.register import load_register
    from evalkit.records.deliveries import find_deliveries
    from evalkit.records.forgotten import stamp_of
    from evalkit.records.pseudonym import load_key

    path = project.plan_file(plan_id)
    plan = load_plan(path)
    register, policy = load_register(project.instruments), load_policy(project.disclosure)
    unit_costs = _unit_costs(project, plan)
    check_references(plan, register, unit_costs, policy, path=path)
    lock = lock_state(project, plan)
    if kind == FINAL_REPORT and not lock.early:
        raise PlanError(_NO_LOCK.format(id=plan_id), code="LOCK-MISSING")
    deliveries = find_deliveries(project, plan, until)
    key = load_key(project, plan)
    provenance = make_provenance(project, plan, deliveries, key.key_id if key is not None else "")
    if key is not None and key.stamps:
        data = sorted((*provenance.data, *key.stamps), key=lambda stamp: stamp.path)
        provenance = replace(provenance, data=tuple(data))
    forgotten = stamp_of(project, plan_id)
    if forgotten:
        provenance = replace(provenance, data=tuple(sorted((*provenance.data, *forgotten), key=lambda stamp: stamp.path)))
    if key is not None:
        provenance = replace(provenance, seals=tuple(key.seal(stamp.sha256) for stamp in provenance.data))
    return RunInputs(
        plan=plan,
        identity=plan_identity(plan, sha256_file(path), lock),
        register=register,
        unit_costs=unit_costs,
        policy=effective_policy(policy, plan.disclosure),
        deliveries=deliveries,
        key=key,
        provenance=provenance,
        packages=package_versions(),
        kind=kind,
    )


def refuse_changed(project: Project, stamps: Iterable[FileStamp]) -> None:
    """Refuse to seal a run whose deliveries are no longer the bytes that were read.

    Raises
    ------
    DeliveryError
        RAW-CHANGED, with the files' names.
    """
    changed = [stamp.path for stamp in stamps if not _is_unchanged(project, stamp)]
    if changed:
        message = f"{', '.join(changed)}: ändrades medan utvärderingen beräknades; ingen rapport skrevs, kör igen"
        raise DeliveryError(message, code="RAW-CHANGED")


def _is_unchanged(project: Project, stamp: FileStamp) -> bool:
    try:
        return sha256_file(project.root / stamp.path) == stamp.sha256
    except OSError:
        return False


def _unit_costs(project: Project, plan: EvaluationPlan) -> UnitCostTable | None:
    from evalkit.plan.unit_costs import load_unit_costs

    if plan.economics is None or plan.economics.unit_costs is None:
        return None
    path = unit_cost_file(project, plan.economics.unit_costs)
    return load_unit_costs(path) if path.is_file() else None
