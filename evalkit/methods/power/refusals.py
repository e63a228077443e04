"""What cannot be planned is refused with the next step. One sentence each, one code each (docs/CODES.md)."""

from __future__ import annotations

import math

from evalkit.errors import PlanError


def refuse(code: str, text: str) -> PlanError:
    """Return the error to raise: what is wrong and what to do."""
    return PlanError(text, code=f"DSN-{code}")


def check_share(name: str, value: float, *, open_ends: bool = False) -> float:
    """Return `value` if it lies in 0–1 (strictly inside where `open_ends`); PlanError DSN-SHARE if not."""
    inside = 0 < value < 1 if open_ends else 0 <= value <= 1
    if not inside:
        border = "större än 0 och mindre än 1" if open_ends else "mellan 0 och 1"
        raise refuse("SHARE", f"{name} är en andel {border}; skriv 0.8 för 80 procent")
    return value


def check_icc(icc: float) -> float:
    """Return the intraclass correlation if it lies in 0–1; PlanError DSN-ICC if not."""
    if not 0 <= icc <= 1:
        raise refuse(
            "ICC", "intraklasskorrelationen (ICC) ligger mellan 0 och 1; skolor har ofta 0.05–0.20, skatta den ur egna data"
        )
    return icc


def check_levels(alpha: float, power: float | None = None) -> None:
    """Refuse a level outside 0–0.5 and a power that chance alone would give (DSN-ALPHA, DSN-POWER)."""
    if not 0 < alpha < 0.5:
        raise refuse("ALPHA", "signifikansnivån ska vara större än 0 och mindre än 0.5; vanligen 0.05")
    if power is not None and not alpha < power < 1:
        raise refuse("POWER", "styrkan ska vara större än signifikansnivån och mindre än 1; vanligen 0.8")


def check_df(df: float, units: str) -> float:
    """Return `df` if a test exists; PlanError DSN-SMALL if no degree of freedom is left."""
    # A share of those left, divided and multiplied again, may miss a whole number by its last digit.
    if not df >= 1 - 1e-9:
        raise refuse("SMALL", f"för få {units}: inga frihetsgrader återstår; fler {units} eller färre kovariater och block")
    return df


def check_count(name: str, value: float, least: float) -> float:
    """Return `value` if it is at least `least`; PlanError DSN-SMALL if not."""
    if not (value >= least and math.isfinite(value)):
        raise refuse("SMALL", f"{name}: minst {least:g} behövs")
    return value
