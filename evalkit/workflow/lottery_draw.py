"""From a bound list to an allocation, and to the facts that the protocol tells."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from evalkit.files import sha256_bytes
from evalkit.findings.lottery import ArmCount, LotteryFacts
from evalkit.workflow.lottery_promise import told
from evalkit.workflow.lottery_receipts import receipt_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evalkit.methods.assignment.draws import Rules
    from evalkit.methods.assignment.units import Unit
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.plan.lottery import Lottery
    from evalkit.records.lottery_frame import LotteryFrame


@dataclass(frozen=True, slots=True, repr=False)
class Drawn:
    """What one draw gave."""

    draw_text: str
    seed: str
    attempt: int
    allocation: Mapping[str, str]
    allocation_sha256: str
    counts: tuple[ArmCount, ...]
    n_drawn: int
    n_assignments: int | None


def units_of(frame: LotteryFrame) -> tuple[Unit, ...]:
    """Return the list as the pure functions take it, in the order of names."""
    from evalkit.methods.assignment.units import Unit

    return tuple(Unit(row.name, row.block, row.group) for row in sorted(frame.rows, key=lambda row: row.name))


def rules_for(lottery: Lottery) -> Rules:
    """Return the plan's lottery as the pure functions take it."""
    from evalkit.methods.assignment.draws import Rules
    from evalkit.methods.assignment.units import Arm

    arms = tuple(Arm(arm.id, arm.weight, arm.places) for arm in lottery.arms)
    persons = lottery.siblings is not None and any(arm.places is not None for arm in arms)
    return Rules(arms, simple=lottery.method == "simple", misfits=lottery.misfits, persons=persons)


def check_drawable(frame: LotteryFrame, lottery: Lottery) -> tuple[int | None, float | None, int]:
    """Try a draw with a seed that decides nothing: what a lottery would refuse is refused before the list is closed.

    Returns
    -------
    tuple
        Number of possible allocations, smallest two-sided p-value they allow (None where not counted), and number of balls.
    """
    from evalkit.methods.assignment.redraws import count_assignments, smallest_p
    from evalkit.methods.assignment.units import balls

    units, rules = units_of(frame), rules_for(lottery)
    _allocate(frame, lottery, "provlottning")
    ways = count_assignments(units, rules)
    even = len(rules.arms) == 2 and not rules.simple and all(arm.places is None and arm.weight == 1 for arm in rules.arms)
    return ways, None if ways is None else smallest_p(ways, mirrored=even), len(balls(units))


def draw_frame(frame: LotteryFrame, plan: EvaluationPlan, closed: Mapping[str, Any], draw_text: str) -> Drawn:
    """Return the allocation that the closed list and the public draw give; nothing else goes in."""
    from evalkit.methods.assignment.redraws import count_assignments
    from evalkit.methods.assignment.tickets import drawn_text, master_seed
    from evalkit.methods.assignment.units import balls

    lottery = plan.lottery
    assert lottery is not None
    seed = master_seed(
        plan_id=plan.id,
        batch=closed["batch"],
        frame_sha256=frame.sha256,
        previous=closed["previous"],
        draw=draw_text,
    )
    allocation, attempt = _allocate(frame, lottery, seed)
    units = units_of(frame)
    blocks = {unit.name: unit.block for unit in units}
    found = Counter((blocks[name], arm) for name, arm in allocation.items())
    return Drawn(
        draw_text=drawn_text(draw_text),
        seed=seed,
        attempt=attempt,
        allocation=allocation,
        allocation_sha256=sha256_bytes(allocation_text(frame, allocation).encode("utf-8")),
        counts=tuple(ArmCount(block, arm, n) for (block, arm), n in sorted(found.items())),
        n_drawn=len(balls(units)),
        n_assignments=count_assignments(units, rules_for(lottery)),
    )


def _allocate(frame: LotteryFrame, lottery: Lottery, seed: str) -> tuple[Mapping[str, str], int]:
    import numpy as np

    from evalkit.methods.assignment.draws import draw
    from evalkit.methods.assignment.rerandomise import draw_within
    from evalkit.methods.assignment.tickets import tickets_of

    units, rules = units_of(frame), rules_for(lottery)
    if lottery.accept is None:
        return draw(units, rules, tickets_of(seed)), 1
    covariates = np.array([row.covariates for row in sorted(frame.rows, key=lambda row: row.name)], dtype=np.float64)
    accepted = draw_within(units, rules, covariates, lottery.accept, seed)
    return accepted.allocation, accepted.attempt


def allocation_text(frame: LotteryFrame, allocation: Mapping[str, str]) -> str:
    """Return who got what, sorted by unit, with the line of the list: what staff look up. Stays in the house."""
    rows = sorted(frame.rows, key=lambda row: row.name)
    lines = [f"{row.name};{row.place or row.line};{row.block};{row.group};{allocation[row.name]}" for row in rows]
    return "\n".join(["unit;line;block;group;arm", *lines]) + "\n"


def facts_of(plan: EvaluationPlan, closed: Mapping[str, Any], receipt: Mapping[str, Any], drawn: Drawn) -> LotteryFacts:
    """Return what the protocol tells."""
    lottery = plan.lottery
    assert lottery is not None
    labels = {arm.id: arm.label for arm in lottery.arms}
    return LotteryFacts(
        plan_id=plan.id,
        title=plan.title,
        batch=closed["batch"],
        closed_on=date.fromisoformat(closed["closed_on"]),
        held_on=date.fromisoformat(closed["draw"]["held_on"]),
        draw_name=closed["draw"]["name"],
        draw_rule=closed["draw"]["rule"],
        draw_text=drawn.draw_text,
        rules=tuple(sorted(closed["rules"].items())),
        arms=tuple(labels.items()),
        frame_sha256=closed["frame_sha256"],
        file_sha256=closed["file_sha256"],
        previous=closed["previous"],
        seed=drawn.seed,
        attempt=drawn.attempt,
        allocation_sha256=drawn.allocation_sha256,
        receipt_sha256=sha256_bytes(receipt_bytes(dict(receipt))),
        n_units=closed["n_units"],
        n_drawn=drawn.n_drawn,
        n_assignments=drawn.n_assignments,
        counts=drawn.counts,
        n_without_consent=int(closed.get("n_without_consent", 0)),
        draw_form=told(closed["draw"].get("form", {})),
    )
