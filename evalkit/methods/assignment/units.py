"""What is drawn, between which arms, and what no lottery may be asked to do."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evalkit.errors import EstimationError

LEFT_OUT = ""
"""The arm of a unit that the misfit rule leaves without a draw."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of the frame.

    Attributes
    ----------
    name : str
        Pseudonym or serial number; what the ticket is made of where the unit is drawn alone.
    block : str
        Stratum or pair within which is drawn; empty where there are none.
    group : str
        Cluster or siblings that are drawn together; empty where the unit is drawn alone.
    """

    name: str
    block: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm: a share given by `weight`, or a number of `places` (None: the share, or whoever is left)."""

    id: str
    weight: int = 1
    places: int | None = None


@dataclass(frozen=True, slots=True)
class Ball:
    """What one ticket decides: a unit alone, or the units of one group."""

    name: str
    block: str
    members: tuple[str, ...]


Allocation = Mapping[str, str]
"""Unit's name -> arm's id; `LEFT_OUT` for misfits that the rule leaves outside."""


def balls(units: Sequence[Unit]) -> tuple[Ball, ...]:
    """Return what is drawn, in the order of their names.

    Raises
    ------
    EstimationError
        LOT-DUP: a unit twice. LOT-GROUP: a group over several blocks, or a group with the name of a unit drawn alone.
        LOT-EMPTY: nobody.
    """
    if not units:
        raise EstimationError("urvalslistan är tom: lägg in enheterna som ska lottas", code="LOT-EMPTY")
    doubled = sum(count > 1 for count in Counter(unit.name for unit in units).values())
    if doubled:
        raise EstimationError(f"{doubled} enheter står mer än en gång i listan: ta bort dubbletterna", code="LOT-DUP")
    members: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        members[f"={unit.group}" if unit.group else unit.name].append(unit)
    split = sum(len({unit.block for unit in group}) > 1 for group in members.values())
    if split:
        message = f"{split} grupper (kluster eller syskon) ligger i flera block: lägg varje grupp i ett block"
        raise EstimationError(message, code="LOT-GROUP")
    return tuple(Ball(name, group[0].block, tuple(sorted(unit.name for unit in group))) for name, group in sorted(members.items()))


def by_block(drawn: Sequence[Ball]) -> dict[str, tuple[Ball, ...]]:
    """Return the balls of each block, blocks in the order of their names.

    Raises
    ------
    EstimationError
        LOT-BLOCK: a block with a single ball, whose arm would tell nothing about the others.
    """
    blocks: dict[str, list[Ball]] = defaultdict(list)
    for ball in drawn:
        blocks[ball.block].append(ball)
    alone = sum(len(block) == 1 for block in blocks.values())
    if alone:
        message = f"{alone} block har bara en enhet att lotta: slå samman strata eller ta bort en stratifiering"
        raise EstimationError(message, code="LOT-BLOCK")
    return {name: tuple(blocks[name]) for name in sorted(blocks)}


def check_arms(arms: Sequence[Arm], n_balls: int) -> None:
    """Refuse arms between which nothing can be drawn.

    Raises
    ------
    EstimationError
        LOT-ARMS: fewer than two, the same name twice, weights below one, or places mixed with more than one open arm.
        LOT-PLACES: more places than there are to draw, or no place for somebody.
    """
    if len(arms) < 2 or len({arm.id for arm in arms}) < len(arms) or any(not arm.id or arm.weight < 1 for arm in arms):
        raise EstimationError("minst två grupper med olika namn och positiva vikter behövs", code="LOT-ARMS")
    placed = [arm.places for arm in arms if arm.places is not None]
    if not placed:
        return
    if len(placed) < len(arms) - 1 or min(placed) < 1:
        raise EstimationError("ange platser (minst 1) för alla grupper utom högst en, som får resten", code="LOT-ARMS")
    if sum(placed) > n_balls or (len(placed) < len(arms) and sum(placed) == n_balls):
        message = f"{sum(placed)} platser men {n_balls} att lotta: då finns ingen att jämföra med; minska platserna"
        raise EstimationError(message, code="LOT-PLACES")
    if len(placed) == len(arms) and sum(placed) < n_balls:
        message = f"{sum(placed)} platser men {n_balls} att lotta: låt en grupp stå utan platser, den får resten"
        raise EstimationError(message, code="LOT-PLACES")
