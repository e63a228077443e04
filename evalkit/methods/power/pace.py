"""How many will be followed up, and what can be found then, if people go on starting and leaving as so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from evalkit.errors import PlanError
from evalkit.methods.power.designs import Individual
from evalkit.methods.power.refusals import check_share, refuse
from evalkit.methods.power.solve import mde

DAYS_IN_MONTH = 30.4375


RECENT = 6
"""Months whose own pace is told beside that of all."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """One day ahead: persons followed up by then in both groups, and the detectable effect in SD (None: too few for a test).

    `fewest` and `most` persons, with `worst` and `best` effects, are what the pace's own uncertainty leaves open.
    """

    day: date
    persons: float
    mde_sd: float | None
    fewest: float
    most: float
    worst: float | None
    best: float | None


@dataclass(frozen=True, slots=True)
class Pace:
    """Starts a month so far, its 95 % interval, that of the last six months (None where fewer are seen), and the forecasts."""

    a_month: float
    low: float
    high: float
    recent: float | None
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
    months: Sequence[int] = tuple(range(13)),
    most: int | None = None,
    alpha: float = 0.05,
    target: float = 0.8,
) -> Pace:
    """Return the detectable effect today and month by month at the pace so far.

    Parameters
    ----------
    starts : sequence of date
        First day of everybody in both groups.
    follow_up_days : int
        From start to follow-up.
    kept : float
        Share of those due who are measured: the attrition so far is expected to go on.
    share, r2 : float
        Treated share; what the first measurement explains.
    most : int | None
        The plan's number of persons: nobody starts beyond it.

    Raises
    ------
    PlanError
        DSN-DATA with fewer than two days of starts to take a pace from; DSN-SHARE.

    Notes
    -----
    Starts are counted as Poisson: the exact interval of a count n is χ²(2n)/2 to χ²(2n + 2)/2 (Garwood 1936), over the months seen.
    Fewest and most also have the Poisson spread of those to come. Those who start on the same day together make it too narrow.
    """
    check_share("andelen som följs upp", kept)
    begun = sorted(day for day in starts if day <= today)
    if len(begun) < 2 or begun[0] == today:
        raise refuse("DATA", "för få har börjat för att räkna fram en takt; vänta en månad")
    seen = max((today - begun[0]).days / DAYS_IN_MONTH, 1.0)
    low, high = (count / seen for count in _garwood(len(begun)))
    paces = (len(begun) / seen, low, high)
    rows = []
    for ahead in months:
        day = today + timedelta(days=round(ahead * DAYS_IN_MONTH))
        due = day - timedelta(days=follow_up_days)
        known = sum(start <= due for start in begun)
        # Who has started but is not due is known already: only those who have not started are forecast.
        wait = 0.0 if due <= today else (due - today).days / DAYS_IN_MONTH
        totals = [_capped(known, coming, most) * kept for coming in _coming(paces, wait)]
        rows.append(
            Forecast(
                day,
                totals[0],
                _reach(totals[0], share, r2, alpha, target),
                totals[1],
                totals[2],
                _reach(totals[1], share, r2, alpha, target),
                _reach(totals[2], share, r2, alpha, target),
            )
        )
    late = sum(start > today - timedelta(days=round(RECENT * DAYS_IN_MONTH)) for start in begun)
    return Pace(*paces, late / RECENT if seen > RECENT else None, kept, tuple(rows))


def _coming(paces: tuple[float, float, float], months: float) -> tuple[float, float, float]:
    """Return how many will start in `months`: expected, fewest and most."""
    if months == 0:
        return 0.0, 0.0, 0.0
    return paces[0] * months, _garwood(paces[1] * months)[0], _garwood(paces[2] * months)[1]


def _garwood(count: float) -> tuple[float, float]:
    """Return the exact 95 % interval of a Poisson mean of which `count` were seen."""
    from scipy.special import chdtri

    low = float(chdtri(2 * count, 0.975)) / 2 if count > 0 else 0.0
    return low, float(chdtri(2 * count + 2, 0.025)) / 2


def _capped(known: int, coming: float, most: int | None) -> float:
    return known + coming if most is None else min(known + coming, max(float(most), known))


def _reach(n: float, share: float, r2: float, alpha: float, target: float) -> float | None:
    try:
        return mde(Individual(n, share, r2, 1), alpha=alpha, target=target)
    except PlanError:
        return None
