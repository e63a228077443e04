"""How many will be followed up, and what can be found then, if people go on starting as fast as so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from evalkit.errors import PlanError
from evalkit.methods.power.designs import Individual
from evalkit.methods.power.refusals import check_share, refuse
from evalkit.methods.power.solve import mde

DAYS_IN_MONTH = 30.4375


@dataclass(frozen=True, slots=True)
class Forecast:
    """One day ahead: persons followed up by then in both groups, and the detectable effect in SD (None: too few for a test)."""

    day: date
    persons: float
    mde_sd: float | None


@dataclass(frozen=True, slots=True)
class Pace:
    """Starts a month so far, and the forecasts."""

    a_month: float
    kept: float
    rows: tuple[Forecast, ...]


def forecast(
    starts: Sequence[date],
    today: date,
    *,
    follow_up_days: int,
    kept: float,
    share: float,
    r2: float,
    months: Sequence[int] = (0, 6, 12, 24),
    most: int | None = None,
    alpha: float = 0.05,
    target: float = 0.8,
) -> Pace:
    """Return the detectable effect today and in some months at the pace so far.

    Parameters
    ----------
    starts : sequence of date
        First day of everybody in both groups.
    follow_up_days : int
        From start to follow-up.
    kept : float
        Share of those due who are measured.
    share, r2 : float
        Treated share; what the first measurement explains.
    most : int | None
        The plan's number of persons: nobody starts beyond it.

    Raises
    ------
    PlanError
        DSN-DATA with fewer than two days of starts to take a pace from; DSN-SHARE.
    """
    check_share("andelen som följs upp", kept)
    begun = sorted(day for day in starts if day <= today)
    if len(begun) < 2 or begun[0] == today:
        raise refuse("DATA", "för få har börjat för att räkna fram en takt; vänta en månad")
    pace = len(begun) / max((today - begun[0]).days / DAYS_IN_MONTH, 1.0)
    rows = []
    for ahead in months:
        day = today + timedelta(days=round(ahead * DAYS_IN_MONTH))
        due = day - timedelta(days=follow_up_days)
        known = sum(start <= due for start in begun)
        coming = 0.0 if due <= today else pace * (due - today).days / DAYS_IN_MONTH
        total = known + coming if most is None else min(known + coming, max(float(most), known))
        rows.append(Forecast(day, total * kept, _reach(total * kept, share, r2, alpha, target)))
    return Pace(pace, kept, tuple(rows))


def _reach(n: float, share: float, r2: float, alpha: float, target: float) -> float | None:
    try:
        return mde(Individual(n, share, r2, 1), alpha=alpha, target=target)
    except PlanError:
        return None
