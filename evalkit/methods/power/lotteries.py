"""Can the lottery itself reach significance? With few units it cannot, whatever happens: said before, not after.

docs/METHODS.md#power-permutation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, prod

from evalkit.methods.power.refusals import check_levels, refuse


@dataclass(frozen=True, slots=True)
class Lottery:
    """How many assignments a lottery has, and the smallest two-sided p-value of a permutation test."""

    assignments: int
    smallest_p: float


def lottery(units: int, treated: int) -> Lottery:
    """Return what a complete lottery of `treated` among `units` can show; DSN-ARMS unless 0 < treated < units."""
    if not 0 < treated < units:
        raise refuse("ARMS", "antalet med insats måste vara minst ett och färre än alla: någon ska vara att jämföra med")
    number = comb(units, treated)
    # With equal arms every assignment has a mirror image with the same absolute difference.
    return Lottery(number, (2 if 2 * treated == units else 1) / number)


def blocked_lottery(blocks: Sequence[tuple[int, int]]) -> Lottery:
    """Return the same for a lottery inside blocks of (units, treated); DSN-BLOCK for a block of one."""
    if not blocks:
        raise refuse("BLOCK", "inga block: lotta bland alla i stället")
    if any(units < 2 for units, _ in blocks):
        raise refuse("BLOCK", "ett block med en enda enhet kan inte lottas; slå samman det med ett annat")
    number = prod(lottery(units, treated).assignments for units, treated in blocks)
    mirrored = all(2 * treated == units for units, treated in blocks)
    return Lottery(number, (2 if mirrored else 1) / number)


def check_lottery(units: int, treated: int, alpha: float = 0.05) -> Lottery:
    """Return the lottery if a permutation test can reject at `alpha`; DSN-LOTTERY with the fewest units that can, if not."""
    check_levels(alpha)
    found = lottery(units, treated)
    if found.smallest_p > alpha:
        least = f"{found.smallest_p:.2g}".replace(".", ",")
        more = next(n for n in range(units + 1, 10_000) if lottery(n, max(1, round(n * treated / units))).smallest_p <= alpha)
        raise refuse(
            "LOTTERY",
            f"{treated} av {units} enheter kan lottas på {found.assignments} sätt: permutationstestets p-värde kan aldrig bli "
            f"mindre än {least}. Ta med minst {more} enheter, lotta personer i stället för grupper, "
            "eller kalla det en pilot",
        )
    return found
