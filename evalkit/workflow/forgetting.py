"""What happens when somebody withdraws: out of the processed data at once, and a list of what was said before."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from evalkit.errors import PlanError
from evalkit.workflow.store import run_store

if TYPE_CHECKING:
    from evalkit.plan.project import Project


def forget_person(project: Project, plan_id: str, pseudonym: str) -> list[str]:
    """Forget one person and return what is to be told: what was removed, which releases held them and who has those.

    Raises
    ------
    PlanError
        If the plan is about public data, or the pseudonym is none.
    """
    from evalkit.plan.loader import load_plan
    from evalkit.records.forgotten import forget, frames_with
    from evalkit.records.pseudonym import load_key
    from evalkit.records.release_ledger import keyed, mark_withdrawn, read_ledger, remember_forgotten
    from evalkit.workflow.sharing import drop_waiting

    key = load_key(project, load_plan(project.plan_file(plan_id)))
    if key is None:
        raise PlanError(f"{plan_id} bygger på offentliga uppgifter och har inga personer att glömma", code="PAR-CALL")
    with run_store(project, plan_id).held():
        new = forget(project, plan_id, key, pseudonym)
        frames = frames_with(project, plan_id, pseudonym)
        for path in frames:
            shutil.rmtree(path.parent)
        remember_forgotten(project, plan_id, keyed(key, pseudonym))
        waiting = drop_waiting(project, plan_id, keyed(key, pseudonym))
    lines = [
        f"{plan_id}: personen {'är glömd' if new else 'var redan glömd'}; {len(frames)} analysfiler i data/processed togs bort."
    ]
    if waiting:
        lines.append(f"{waiting} paket som väntade på godkännande byggde på personen och togs bort; gör om 'evalkit share'.")
    lines.append(
        f"Kör 'evalkit run {plan_id}': nästa körning räknas utan personen. Leveranserna i data/raw är orörda; be källan om"
    )
    lines.append("ett nytt uttag och låt dataskyddsombudet avgöra om de gamla ska gallras.")
    lines += _elsewhere(project, plan_id)
    held = [r for r in read_ledger(project, plan_id) if any(keyed(key, pseudonym) in members for members in r.groups.values())]
    if not held:
        return [*lines, "Ingen tidigare release byggde på personen."]
    mark_withdrawn(project, plan_id, {r.sequence for r in held})
    lines.append("Tidigare releaser som byggde på personen; avgör om de ska återkallas:")
    lines += [
        f"  release {r.sequence}, {r.decided}, till {r.receiver} (godkänd av {r.approved_by}), {r.bundle_sha256[:12]}" for r in held
    ]
    lines.append("En ny release släpps först när varje grupp skiljer sig med tillräckligt många personer från dessa.")
    return lines


def _elsewhere(project: Project, plan_id: str) -> list[str]:
    """Say what else is kept inside the house, so that nobody believes it gone."""
    from evalkit.records.raw_folder import LOTTERY

    if not (project.raw(plan_id) / LOTTERY).is_dir():
        return []
    return [
        f"Lottningens listor i data/raw/{plan_id}/{LOTTERY} är också orörda: utan dem kan dragningen inte spelas upp.",
        "De innehåller pseudonymer och stannar i huset; dataskyddsombudet avgör när de ska gallras.",
    ]
