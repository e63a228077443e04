"""A lottery replayed bit by bit: list, rules, chain of receipts, seed, allocation and protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evalkit.errors import EvalkitError, LotteryDiffers, PlanError
from evalkit.workflow.lottery import bound_frame, drawn_receipt, lottery_of
from evalkit.workflow.lottery_draw import allocation_text, draw_frame, facts_of
from evalkit.workflow.lottery_receipts import LotteryStore

if TYPE_CHECKING:
    from pathlib import Path

    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.plan.project import Project


_OTHER = "är inte vad listan och dragningen ger"


def verify_lottery(project: Project, plan: EvaluationPlan) -> tuple[str, ...]:
    """Replay every batch and return one sentence each.

    Raises
    ------
    PlanError
        LOT-NONE or LOT-CLOSED: there is nothing to replay.
    LotteryDiffers
        Whatever is not what was bound or drawn, all of it; files are named, never a unit.
    """
    lottery_of(plan)
    store = LotteryStore(project, plan.id)
    if store.batches() == 0:
        raise PlanError(f"{plan.id}: ingen lottning att återskapa ännu", code="LOT-CLOSED")
    faults: list[str] = []
    told: list[str] = []
    for batch in range(1, store.batches() + 1):
        try:
            different = _differences(project, plan, store, batch)
        except EvalkitError as exc:
            faults.append(str(exc))
            continue
        faults += [f"omgång {batch}: {fault}" for fault in different]
        state = "återskapad bit för bit" if store.drawn_file(batch).is_file() else "stängd, ännu inte dragen; listan är orörd"
        told.append(f"omgång {batch}: {state}")
    if faults:
        raise LotteryDiffers("\n".join(faults), code="LOT-DIFFERS")
    return tuple(told)


def _differences(project: Project, plan: EvaluationPlan, store: LotteryStore, batch: int) -> list[str]:
    closed, receipt = store.closed(batch), store.drawn(batch)
    frame = bound_frame(project, plan, closed)
    different = _fault(store.inside(batch) / "lista.csv", frame.canonical)
    if receipt is None:
        return different
    drawn = draw_frame(frame, plan, closed, str(receipt.get("draw_text", "")))
    expected = drawn_receipt(closed, store, batch, drawn)
    keys = sorted(expected.keys() | receipt.keys())
    different += [f"kvittots {key} {_OTHER}" for key in keys if expected.get(key) != receipt.get(key)]
    allocation = allocation_text(frame, drawn.allocation)
    different += _fault(store.inside(batch) / "fordelning.csv", allocation)
    return different + _protocols(plan, store, batch, facts_of(plan, closed, expected, drawn))


def _protocols(plan: EvaluationPlan, store: LotteryStore, batch: int, facts: Any) -> list[str]:
    from evalkit.release.lottery_protocol import protocol_text

    # The page follows the style sheet of the version that wrote it; the text is the protocol.
    path = store.protocol(batch, "txt")
    return _fault(path, protocol_text(facts))


def _fault(path: Path, text: str) -> list[str]:
    try:
        return [] if path.read_bytes() == text.encode("utf-8") else [f"{path.name} {_OTHER}"]
    except FileNotFoundError:
        return [f"{path.name} saknas: hämta den ur säkerhetskopian"]
    except OSError:
        return [f"{path.name} går inte att läsa"]
