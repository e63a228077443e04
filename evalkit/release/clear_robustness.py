"""Clearing of other roads to the same number: only where the main estimate is shown, and nothing about a small group or cluster."""

from __future__ import annotations

from evalkit.findings.decisions import only_describes
from evalkit.findings.estimate import Interval
from evalkit.findings.result import EvaluationResult
from evalkit.findings.robustness import (
    Alternative,
    LeaveOneOut,
    SafeAlternative,
    SafeLeaveOneOut,
    SafeRobustness,
    SafeSubgroup,
    SubgroupDifference,
)
from evalkit.findings.safe import SafeEstimate, SafeMean
from evalkit.release.clearance import Clearance
from evalkit.release.rounding import digits_of, round_p, round_to


def clear_robustness(
    result: EvaluationResult, ruler: Clearance, estimates: tuple[SafeEstimate, ...], means: tuple[SafeMean, ...]
) -> SafeRobustness | None:
    """Return what may be shown; None where the main estimate is hidden, since every road leads back to it."""
    found, primary = result.robustness, result.plan.primary_outcome
    drawn = None if result.experiment is None else next((o for o in result.experiment.outcomes if o.outcome == primary), None)
    wanted = f"did.{primary}" if drawn is None else drawn.estimate_id
    main = next((e for e in estimates if e.id == wanted), None)
    if found is None or main is None or main.value is None:
        return None
    mine = [e.value for e in estimates if e.outcome == primary] + [m.mean for m in means if m.outcome == primary]
    whole = all(value is not None for value in mine)
    shown = {f"{e.id.partition('.')[0]}.{e.outcome}" for e in estimates if e.value is not None}
    exact = next(e for e in result.estimates if e.id == main.id)
    sample = exact.n_treated_units, exact.n_units - exact.n_treated_units
    return SafeRobustness(
        alternatives=tuple(
            safe for a in found.alternatives if (safe := _alternative(a, ruler, main, sample, whole=whole, shown=shown)) is not None
        ),
        leave_one_out=_leave_one_out(found.leave_one_out, ruler, main),
        subgroup=_subgroup(found.subgroup, ruler, tests=not only_describes(result.look)),
        missing_model=found.missing_model,
    )


def _alternative(
    one: Alternative, ruler: Clearance, main: SafeEstimate, sample: tuple[int, int], *, whole: bool, shown: set[str]
) -> SafeAlternative | None:
    where = f"robust:{one.outcome}"
    if one.kind == "naive" and not whole:
        # A naive comparison is made of the groups' means: with one of them hidden it would give that one away.
        ruler.hide(where, "policy")
        return None
    if one.outcome == main.outcome and _few_apart(one, ruler, sample):
        # The same question of a few persons more or less would say what those few changed.
        ruler.hide(where, "few")
        return SafeAlternative(one.kind, one.key, one.outcome, one.unit, None, None, None, main.decimals, None)
    if one.kind == "placebo-outcome" and f"{main.id.partition('.')[0]}.{one.outcome}" not in shown:
        return None
    decimals = main.decimals if one.outcome == main.outcome else _decimals(one)
    n = ruler.count(one.n_units, where)
    if not ruler.permits(one.evidence, where):
        return SafeAlternative(one.kind, one.key, one.outcome, one.unit, None, None, None, decimals, n)
    explained = None if one.explained_by is None else round_to(one.explained_by, decimals)
    value, interval = round_to(one.value, decimals), _interval(one.interval, decimals)
    return SafeAlternative(one.kind, one.key, one.outcome, one.unit, value, interval, explained, decimals, n)


def _few_apart(one: Alternative, ruler: Clearance, sample: tuple[int, int]) -> bool:
    mine = one.n_treated_units, one.n_units - one.n_treated_units
    return any(ruler.is_small(abs(n - main)) for n, main in zip(mine, sample, strict=True))


def _leave_one_out(found: LeaveOneOut | None, ruler: Clearance, main: SafeEstimate) -> SafeLeaveOneOut | None:
    if found is None:
        return None
    shown = True
    if ruler.is_small(found.smallest):
        # The range against the estimate gives the mean change of the cluster that matters most.
        ruler.hide(f"robust:{found.outcome}", "few")
        shown = False
    low, high = (round_to(v, main.decimals) if shown else None for v in (found.low, found.high))
    return SafeLeaveOneOut(found.outcome, found.unit, found.n_clusters, low, high, found.same_sign, main.decimals)


def _subgroup(found: SubgroupDifference | None, ruler: Clearance, *, tests: bool) -> SafeSubgroup | None:
    if found is None:
        return None
    where = f"robust:{found.outcome}"
    decimals = digits_of(found.std_error if found.std_error else found.value, 2)
    permitted = ruler.permits(found.evidence, where)
    if ruler.is_small(found.smallest):
        ruler.hide(where, "few")
        permitted = False
    n_women, n_men = ruler.count(found.n_women, where), ruler.count(found.n_men, where)
    if not permitted:
        return SafeSubgroup(found.outcome, found.unit, None, None, None, False, "none", None, decimals, None, None)
    p_value, below = round_p(found.p_value) if found.p_value is not None and tests else (None, False)
    rate = None if found.false_positive_rate is None else round_to(found.false_positive_rate, 2)
    value, interval = round_to(found.value, decimals), _interval(found.interval, decimals)
    return SafeSubgroup(found.outcome, found.unit, value, interval, p_value, below, found.inference, rate, decimals, n_women, n_men)


def _decimals(one: Alternative) -> int:
    size = (one.interval.high - one.interval.low) / 4 if one.interval is not None else abs(one.value)
    return digits_of(size, 2)


def _interval(interval: Interval | None, decimals: int) -> Interval | None:
    if interval is None:
        return None
    return Interval(round_to(interval.low, decimals), round_to(interval.high, decimals), interval.level)
