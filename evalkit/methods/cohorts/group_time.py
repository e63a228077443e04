"""Group-time effects of Callaway and Sant'Anna, and their sums, as weights on the outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from evalkit.errors import EstimationError
from evalkit.methods.cohorts.doubly_robust import unit_weights
from evalkit.methods.fits import Bools, Floats
from evalkit.methods.panel import refusal

NEVER, NOT_YET = "never_treated", "not_yet_treated"
VARYING, UNIVERSAL = "varying", "universal"
"""What a period before the start is compared with: the period before it, or always the last one before the start."""


@dataclass(frozen=True, slots=True)
class Starts:
    """When each unit is first treated: a column of the panel, infinite for those who never are. Shape (n_units,)."""

    first: Floats
    n_periods: int

    @property
    def cohorts(self) -> tuple[int, ...]:
        """The columns in which somebody starts, in time order."""
        return tuple(sorted(int(g) for g in np.unique(self.first[np.isfinite(self.first)])))

    def size(self, cohort: int) -> int:
        """Return how many units start in a column."""
        return int((self.first == cohort).sum())

    def cells(self) -> Bools:
        """Return whether each unit is treated in each period, shape (n_units, n_periods)."""
        return np.asarray(np.arange(self.n_periods)[None, :] >= self.first[:, None])


@dataclass(frozen=True, slots=True)
class Rules:
    """How a group-time effect is made; see the plan's section `staggered`."""

    comparison: str = NEVER
    method: str = "dr"
    base: str = UNIVERSAL
    anticipation: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class GroupTime:
    """One effect: a cohort in a period, and its weights, shape (n_units, n_periods).

    Attributes
    ----------
    n_comparison : int
        Units compared with.
    """

    cohort: int
    period: int
    weights: Floats
    n_comparison: int

    @property
    def event_time(self) -> int:
        """Periods since the start."""
        return self.period - self.cohort


def group_times(starts: Starts, rules: Rules, covariates: Floats | None = None, outcome: str = "") -> tuple[GroupTime, ...]:
    """Return every group-time effect that has somebody to compare with.

    ATT(g, t) = E[Y_t − Y_b | start g] − E[Y_t − Y_b | comparison], b the last period before the start; with covariates the
    comparison
    is adjusted as `unit_weights` says. Source: Callaway & Sant'Anna 2021, eq. 2.4–2.6; periods before the start by `rules.base`.

    Raises
    ------
    EstimationError
        If no effect can be compared, or covariates tell the groups apart without overlap.
    """
    found = [
        made
        for cohort in starts.cohorts
        for period in range(starts.n_periods)
        if (made := _group_time(starts, rules, covariates, cohort, period, outcome)) is not None
    ]
    if not any(made.event_time >= 0 for made in found):
        raise refusal(
            outcome,
            "EST-ALL-TREATED",
            "ingen startgrupp har både en period före sin start och enheter att jämföra med; använd compare_with: not_yet_treated "
            "eller lägg till enheter som aldrig fått insatsen",
        )
    return tuple(found)


def _group_time(  # noqa: PLR0917 - the facts of one cell
    starts: Starts, rules: Rules, covariates: Floats | None, cohort: int, period: int, outcome: str
) -> GroupTime | None:
    last_before = cohort - 1 - rules.anticipation
    before = period <= last_before
    base = period - 1 if before and rules.base == VARYING else last_before
    if base < 0 or period == base:
        return None
    others = _comparison(starts, rules, cohort, max(period, base))
    if not others.any():
        return None
    mine = starts.first == cohort
    inside = mine | others
    own = np.zeros(len(mine))
    x = None if covariates is None else covariates[inside]
    try:
        own[inside] = unit_weights(mine[inside], x, rules.method, outcome)
    except EstimationError:
        if before:
            return None
        raise
    weights = np.zeros((len(mine), starts.n_periods))
    weights[:, period], weights[:, base] = own, -own
    return GroupTime(cohort, period, weights, int(others.sum()))


def _comparison(starts: Starts, rules: Rules, cohort: int, latest: int) -> Bools:
    never = ~np.isfinite(starts.first)
    if rules.comparison == NEVER:
        return np.asarray(never)
    later = (starts.first > latest + rules.anticipation) & (starts.first != cohort)
    return np.asarray(never | later)


def overall(cells: Iterable[GroupTime], starts: Starts) -> Floats:
    """Return the weights of the mean effect in which every unit that started counts alike: its mean over its own periods after.

    Callaway and Sant'Anna's θ_sel^O. Cohorts without a comparable period after their start are not in it.
    """
    by_cohort = {g: cohort_effect(cells, g) for g in starts.cohorts}
    return _mean([(w, starts.size(g)) for g, w in by_cohort.items() if w is not None])


def simple(cells: Iterable[GroupTime], starts: Starts) -> Floats:
    """Return the weights of the mean in which every treated unit and period counts alike."""
    return _mean([(c.weights, starts.size(c.cohort)) for c in cells if c.event_time >= 0])


def calendar(cells: Iterable[GroupTime], starts: Starts) -> Floats:
    """Return the weights of the mean over periods of the mean effect in each."""
    after = [c for c in cells if c.event_time >= 0]
    return _over(after, starts, lambda c: c.period)


def dynamic(cells: Iterable[GroupTime], starts: Starts) -> Floats:
    """Return the weights of the mean over event times from the start on."""
    after = [c for c in cells if c.event_time >= 0]
    return _over(after, starts, lambda c: c.event_time)


def cohort_effect(cells: Iterable[GroupTime], cohort: int) -> Floats | None:
    """Return the weights of one cohort's mean effect over its periods after; None where it has none."""
    mine = [(c.weights, 1) for c in cells if c.cohort == cohort and c.event_time >= 0]
    return _mean(mine) if mine else None


def event_time_effect(cells: Iterable[GroupTime], starts: Starts, event_time: int) -> tuple[Floats, int]:
    """Return the weights of the mean effect so many periods after the start, and the number of units behind it."""
    mine = [(c.weights, starts.size(c.cohort)) for c in cells if c.event_time == event_time]
    return _mean(mine), sum(n for _, n in mine)


def _over(cells: list[GroupTime], starts: Starts, key: Callable[[GroupTime], int]) -> Floats:
    groups = sorted({key(c) for c in cells})
    return _mean([(_mean([(c.weights, starts.size(c.cohort)) for c in cells if key(c) == k]), 1) for k in groups])


def _mean(parts: list[tuple[Floats, int]]) -> Floats:
    total = sum(n for _, n in parts)
    return np.asarray(sum(w * (n / total) for w, n in parts))
