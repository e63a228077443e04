"""How coarse a number is before it leaves: counts to a base, statistics to digits that their own error carries."""

from __future__ import annotations

import math

SMALLEST_P = 0.001
_MOST_DECIMALS = 6


def round_count(n: float, base: int) -> int:
    """Return `n` rounded to a multiple of `base`, halves upwards.

    Examples
    --------
    >>> [round_count(n, 5) for n in (0, 12, 13, 54)]
    [0, 10, 15, 55]
    """
    return base * math.floor(n / base + 0.5)


def digits_of(size: float, significant: int) -> int:
    """Return how many decimals show `significant` digits of `size`; negative for tens, hundreds and so on.

    Examples
    --------
    >>> digits_of(3.24, 2), digits_of(0.41, 2), digits_of(9015.0, 2), digits_of(0.0, 2)
    (1, 2, -2, 0)
    """
    if size == 0 or not math.isfinite(size):
        return 0
    exponent = math.floor(math.log10(abs(size)))
    # 9.96 has two digits as "10", not as "10.0".
    if round(abs(size), significant - 1 - exponent) >= 10 ** (exponent + 1):
        exponent += 1
    return min(significant - 1 - exponent, _MOST_DECIMALS)


def round_to(value: float, decimals: int) -> float:
    """Return `value` with `decimals` decimals and never a negative zero."""
    return round(float(value), decimals) + 0.0


def significant(value: float, digits: int) -> float:
    """Return `value` with `digits` significant digits.

    Examples
    --------
    >>> significant(57831.3, 2)
    58000.0
    """
    return round_to(value, digits_of(value, digits))


def round_p(p: float) -> tuple[float, bool]:
    """Return a p-value as it is printed, and whether the true one lies below it.

    Two decimals from 0.1 upwards, two significant digits below that (0.046 and 0.054 must not both become 0.05), and
    nothing smaller than 0.001.

    Examples
    --------
    >>> round_p(0.2034), round_p(0.0464), round_p(0.00981), round_p(0.00004)
    ((0.2, False), (0.046, False), (0.0098, False), (0.001, True))
    """
    if p < SMALLEST_P:
        return SMALLEST_P, True
    return (round_to(p, 2) if p >= 0.1 else significant(p, 2)), False
