"""The notarised lottery: the list is closed and hashed, then a public draw gives the seed, then anybody can replay it.

Two steps that cannot change places: `close_list` binds the list, the rules and the draw to come; `draw_batch` refuses whatever is
no longer what was bound, and draws once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalkit.errors import EvalkitError, LotteryDiffers, PlanError
from evalkit.files import sha256_bytes, write_bytes, write_text
from evalkit.findings.lottery import LotteryFacts
from evalkit.workflow.lottery_draw import Drawn, allocation_text, check_drawable, draw_frame, facts_of
from evalkit.workflow.lottery_lists import closed_list, list_to_close
from evalkit.workflow.lottery_promise import check_promise, promise_of
from evalkit.workflow.lottery_receipts import RECEIPT_FORMAT, LotteryStore, receipt_bytes, rules_of

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.plan.lottery import Lottery, PublicDraw
    from evalkit.plan.project import Project
    from evalkit.records.lottery_frame import LotteryFrame


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed list: which batch, its receipt's file and hash, and what may be said of it."""

    batch: int
    receipt: Path
    receipt_sha256: str
    frame_sha256: str
    n_units: int
    n_drawn: int
    n_assignments: int | None
    smallest_p: float | None
    notes: tuple[str, ...] = ()
    """Who is not in the list, and whether its names can be followed up, in Swedish."""


def lottery_of(plan: EvaluationPlan) -> Lottery:
    """Return the plan's lottery; PlanError where it has none."""
    if plan.lottery is None:
        raise PlanError(f"{plan.id}: planen har ingen lott; skriv avsnittet lottery först", code="LOT-NONE")
    return plan.lottery


def close_list(project: Project, plan: EvaluationPlan, file: str | None, today: date) -> Closed:
    """Close the list of the next batch: read, check that it can be drawn, hash and write the receipt.

    Raises
    ------
    PlanError
        LOT-NONE, LOT-OPEN (the batch before is not drawn), LOT-LATE (the public draw is not in the future), LOT-DRAWS (no draw
        named for this batch), LOT-FRAME (no list, or several).
    DeliveryError, EstimationError
        What is wrong with the list.
    """
    lottery, store = lottery_of(plan), LotteryStore(project, plan.id)
    batch = store.batches() + 1
    if batch > 1 and store.drawn(batch - 1) is None:
        message = f'omgång {batch - 1} är stängd men inte dragen; dra den först: evalkit randomise {plan.id} --seed "RESULTAT"'
        raise PlanError(message, code="LOT-OPEN")
    if batch > len(lottery.draws):
        message = f"planen namnger {len(lottery.draws)} dragningar; lägg till en i lottery.draws för omgång {batch} först"
        raise PlanError(message, code="LOT-DRAWS")
    public = lottery.draws[batch - 1]
    if today >= public.held_on:
        message = f"dragningen hålls {public.held_on} och listan ska stängas före den dagen: namnge en dragning som inte hållits"
        raise PlanError(message, code="LOT-LATE")
    found = list_to_close(project, plan, store, file, batch, today)
    frame = found.frame
    ways, smallest, n_drawn = check_drawable(frame, lottery)
    receipt = {
        "receipt_format": RECEIPT_FORMAT,
        "plan": plan.id,
        "batch": batch,
        "closed_on": today.isoformat(),
        "rules": rules_of(lottery),
        "draw": {"name": public.name, "held_on": public.held_on.isoformat(), "rule": public.rule, **promised_form(public)},
        **found.origin,
        "file": frame.file,
        "file_sha256": frame.file_sha256,
        "frame_sha256": frame.sha256,
        "n_units": len(frame.rows),
        "previous": store.previous(batch),
    }
    write_text(store.inside(batch) / "lista.csv", frame.canonical)
    content = receipt_bytes(receipt)
    write_bytes(store.closed_file(batch), content)
    path, digest = store.closed_file(batch), sha256_bytes(content)
    return Closed(batch, path, digest, frame.sha256, len(frame.rows), n_drawn, ways, smallest, found.notes)


def promised_form(public: PublicDraw) -> dict[str, Any]:
    """Return the promised form of a draw as a part of its receipt; nothing where none is promised."""
    form = promise_of(public)
    return {"form": form} if form else {}


def draw_batch(project: Project, plan: EvaluationPlan, draw_text: str, today: date) -> LotteryFacts:
    """Draw the closed batch with the public draw's result, once.

    Raises
    ------
    PlanError
        LOT-NONE, LOT-CLOSED (nothing is closed), LOT-AGAIN (it is drawn already), LOT-EARLY (the draw has not been held), LOT-SEED,
        LOT-FORM (the result is not written as was promised).
    LotteryDiffers
        LOT-CHANGED: list or rules are no longer what was closed.
    """
    lottery_of(plan)
    store = LotteryStore(project, plan.id)
    batch = store.batches()
    if batch == 0:
        raise PlanError(f"ingen lista är stängd; kör evalkit randomise {plan.id} --freeze först", code="LOT-CLOSED")
    if store.drawn(batch) is not None:
        message = f"omgång {batch} är redan dragen och dras aldrig om; protokollet ligger i reports/{plan.id}/lottning/"
        raise PlanError(message, code="LOT-AGAIN")
    closed = store.closed(batch)
    if today < date.fromisoformat(closed["draw"]["held_on"]):
        raise PlanError(
            f"{closed['draw']['name']} hålls {closed['draw']['held_on']}; vänta tills resultatet finns", code="LOT-EARLY"
        )
    if not draw_text.strip():
        raise PlanError(f"ange dragningens resultat: {closed['draw']['rule']}", code="LOT-SEED")
    from evalkit.methods.assignment.tickets import drawn_text

    check_promise(closed["draw"].get("form", {}), drawn_text(draw_text))
    frame = bound_frame(project, plan, closed)
    drawn = draw_frame(frame, plan, closed, draw_text)
    receipt = drawn_receipt(closed, store, batch, drawn)
    facts = facts_of(plan, closed, receipt, drawn)
    _write(store, batch, frame, drawn, facts)
    # Last: only what is complete counts as drawn.
    write_bytes(store.drawn_file(batch), receipt_bytes(receipt))
    return facts


def write_drawn(project: Project, plan: EvaluationPlan, batch: int) -> None:
    """Write list, allocation and protocol of a drawn batch once more, as its receipt replays them.

    Raises
    ------
    LotteryDiffers
        If list or rules are not what was closed.
    """
    store = LotteryStore(project, plan.id)
    closed, receipt = store.closed(batch), store.drawn(batch)
    frame = bound_frame(project, plan, closed)
    drawn = draw_frame(frame, plan, closed, str((receipt or {}).get("draw_text", "")))
    write_text(store.inside(batch) / "lista.csv", frame.canonical)
    _write(store, batch, frame, drawn, facts_of(plan, closed, drawn_receipt(closed, store, batch, drawn), drawn))


def drawn_receipt(closed: dict[str, Any], store: LotteryStore, batch: int, drawn: Drawn) -> dict[str, Any]:
    """Return the receipt of a draw: bound to the closed one by its hash."""
    return {
        "receipt_format": RECEIPT_FORMAT,
        "plan": closed["plan"],
        "batch": batch,
        "closed_sha256": sha256_bytes(store.closed_file(batch).read_bytes()),
        "draw_text": drawn.draw_text,
        "seed": drawn.seed,
        "attempt": drawn.attempt,
        "allocation_sha256": drawn.allocation_sha256,
    }


def bound_frame(project: Project, plan: EvaluationPlan, closed: dict[str, Any]) -> LotteryFrame:
    """Return the list of a closed batch, or LotteryDiffers where it, the rules or the receipt before are not what was bound."""
    store = LotteryStore(project, plan.id)
    name = f"omgång {closed['batch']}"
    if closed["rules"] != rules_of(lottery_of(plan)):
        changed = sorted(key for key, value in rules_of(lottery_of(plan)).items() if closed["rules"].get(key) != value)
        message = f"{name}: planens lott ({', '.join(changed) or 'nycklar'}) ändrades efter att listan stängdes; återställ planen"
        raise LotteryDiffers(message, code="LOT-CHANGED")
    if closed["previous"] != store.previous(closed["batch"]):
        message = f"{name}: den förra omgångens kvitto är ändrat; återställ det ur versionshanteringen eller diariet"
        raise LotteryDiffers(message, code="LOT-CHANGED")
    try:
        frame = closed_list(project, plan, store, closed)
    except LotteryDiffers:
        raise
    except EvalkitError as exc:
        raise LotteryDiffers(f"{name}: listan är inte den som stängdes: {exc}", code="LOT-CHANGED") from None
    if frame.sha256 != closed["frame_sha256"]:
        message = f"{name}: listan ({closed['file']}) är inte den som stängdes; återställ filen (den lottas inte om)"
        raise LotteryDiffers(message, code="LOT-CHANGED")
    return frame


def _write(store: LotteryStore, batch: int, frame: LotteryFrame, drawn: Drawn, facts: LotteryFacts) -> None:
    from evalkit.release.lottery_protocol import protocol_html, protocol_text

    write_text(store.inside(batch) / "fordelning.csv", allocation_text(frame, drawn.allocation))
    write_text(store.protocol(batch, "txt"), protocol_text(facts))
    write_text(store.protocol(batch, "html"), protocol_html(facts))
