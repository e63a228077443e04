"""The draws: simple, complete, blocked, clustered, pairs, phase-in. Each unit's chance is exactly its arm's share.

A clustered draw is a draw of groups; matched pairs are blocks of two; a waiting list is two arms of which one starts later; a
phase-in is as many arms as there are starts. What differs is the frame, so one function serves them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from evalkit.errors import EstimationError
from evalkit.methods.assignment.tickets import DIGITS, Tickets, ranked, whole_number
from evalkit.methods.assignment.units import LEFT_OUT, Allocation, Arm, Ball, Unit, balls, by_block, check_arms

Misfits = Literal["block", "global", "outside"]
"""What happens to those left when a block does not divide evenly: drawn in the block, drawn together, or left outside."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How a lottery is drawn.

    Attributes
    ----------
    arms : tuple[Arm, ...]
    simple : bool
        Each ball for itself (numbers left to chance) instead of fixed numbers.
    misfits : Misfits
    persons : bool
        Places count persons; groups that no longer fit are passed by (siblings).
    """

    arms: tuple[Arm, ...]
    simple: bool = False
    misfits: Misfits = "block"
    persons: bool = False


def draw(units: Sequence[Unit], rules: Rules, tickets: Tickets) -> Allocation:
    """Return the arm of every unit.

    Parameters
    ----------
    tickets : Tickets
        Name -> ticket. Names that begin with ``*`` are the lottery's own (which arm the last in a block gets).

    Raises
    ------
    EstimationError
        What `balls`, `by_block` and `check_arms` refuse.

    Notes
    -----
    Chance of arm j: w_j / Σw, or places_j / n, for every ball, whatever its block; except where places count persons, when a large
    group may be passed by. Source: randomizr; randtreat (misfits weighted); systematic sampling (places over blocks).
    """
    drawn = balls(units)
    n_to_place = len(units) if rules.persons else len(drawn)
    check_arms(rules.arms, n_to_place)
    if rules.simple:
        arm_of = _simple(drawn, rules, tickets)
    elif rules.persons:
        arm_of = _fill(drawn, rules.arms, tickets)
    elif any(arm.places is not None for arm in rules.arms):
        arm_of = _places(drawn, rules.arms, tickets)
    else:
        arm_of = _shares(drawn, rules, tickets)
    return {name: arm_of[ball.name] for ball in drawn for name in ball.members}


def _simple(drawn: Sequence[Ball], rules: Rules, tickets: Tickets) -> dict[str, str]:
    if any(arm.places is not None for arm in rules.arms):
        raise EstimationError("enkel lottning har inga platser: ta bort places eller lotta fullständigt", code="LOT-ARMS")
    total, scale = sum(arm.weight for arm in rules.arms), 16**DIGITS
    arm_of: dict[str, str] = {}
    for ball in drawn:
        number, reached = int(tickets(ball.name)[:DIGITS], 16), 0
        for arm in rules.arms:
            reached += arm.weight
            if number * total < reached * scale:
                arm_of[ball.name] = arm.id
                break
    return arm_of


def _shares(drawn: Sequence[Ball], rules: Rules, tickets: Tickets) -> dict[str, str]:
    """Whole rounds of Σw balls first; then the misfits of each block, or of all blocks together."""
    one_round = [arm.id for arm in rules.arms for _ in range(arm.weight)]
    arm_of: dict[str, str] = {}
    left: list[str] = []
    for block, inside in by_block(drawn).items():
        order = ranked((ball.name for ball in inside), tickets)
        whole = len(order) // len(one_round) * len(one_round)
        per_round = whole // len(one_round)
        arms = [arm for arm in one_round for _ in range(per_round)]
        arm_of |= dict(zip(order, arms, strict=False))
        if rules.misfits == "block":
            arm_of |= _deal(order[whole:], one_round, block, tickets)
        left += order[whole:]
    if rules.misfits == "global":
        arm_of |= _deal(ranked(left, lambda name: tickets(f"*rest|{name}")), one_round, "*", tickets)
    elif rules.misfits == "outside":
        arm_of |= dict.fromkeys(left, LEFT_OUT)
    return arm_of


def _deal(names: Sequence[str], one_round: Sequence[str], block: str, tickets: Tickets) -> dict[str, str]:
    """Give `names` the arms of as many rounds as needed, the last round in an order of its own."""
    whole = len(names) // len(one_round) * len(one_round)
    arms = list(one_round) * (len(names) // len(one_round))
    slots = {f"*{block}|{position}": arm for position, arm in enumerate(one_round)}
    arms += [slots[slot] for slot in ranked(slots, tickets)][: len(names) - whole]
    return dict(zip(names, arms, strict=True))


def _places(drawn: Sequence[Ball], arms: Sequence[Arm], tickets: Tickets) -> dict[str, str]:
    """Exact numbers over all blocks, each block within one of its share: systematic sampling along the ranked list."""
    blocks = by_block(drawn)
    order = [
        name
        for block in ranked(blocks, lambda name: tickets(f"*block|{name}"))
        for name in ranked((ball.name for ball in blocks[block]), tickets)
    ]
    placed = [(arm.id, arm.places) for arm in arms if arm.places is not None]
    rest = next((arm.id for arm in arms if arm.places is None), placed[-1][0])
    arm_of = dict.fromkeys(order, rest)
    for arm, places in placed:
        if len(order) == places:
            taken = list(order)
        else:
            start = whole_number(tickets(f"*start|{arm}"), len(order))
            taken = [name for position, name in enumerate(order) if _is_hit(position, places, len(order), start)]
        arm_of |= dict.fromkeys(taken, arm)
        gone = set(taken)
        order = [name for name in order if name not in gone]
    return arm_of


def _is_hit(position: int, places: int, n: int, start: int) -> bool:
    return ((position + 1) * places + start) // n > (position * places + start) // n


def _fill(drawn: Sequence[Ball], arms: Sequence[Arm], tickets: Tickets) -> dict[str, str]:
    """Places count persons: down the ranked list, a group that no longer fits is passed by."""
    if len({ball.block for ball in drawn}) > 1 or sum(arm.places is None for arm in arms) != 1:
        message = "platser för personer i grupper lottas utan strata och med en grupp som får resten"
        raise EstimationError(message, code="LOT-ARMS")
    sizes = {ball.name: len(ball.members) for ball in drawn}
    order = ranked(sizes, tickets)
    arm_of = dict.fromkeys(order, next(arm.id for arm in arms if arm.places is None))
    waiting = list(order)
    for arm in arms:
        room = arm.places or 0
        for name in list(waiting) if arm.places is not None else ():
            if sizes[name] <= room:
                arm_of[name] = arm.id
                room -= sizes[name]
                waiting.remove(name)
    return arm_of
