"""Clearing of expected regression to the mean: the group's mean before follows from it, so it is seen only where that mean is."""

from __future__ import annotations

from evalkit.findings.chosen import ExpectedReturn, SafeReturn
from evalkit.findings.result import EvaluationResult
from evalkit.findings.safe_parts import SafeEstimate, SafeMean
from evalkit.release.clearance import Clearance
from evalkit.release.rounding import round_to


def clear_returns(
    result: EvaluationResult, ruler: Clearance, means: tuple[SafeMean, ...], estimates: tuple[SafeEstimate, ...]
) -> tuple[SafeReturn, ...]:
    """Return each range with the decimals of the outcome's means, hidden where a mean or the change of the group is hidden."""
    lost = {(e.outcome, e.group) for e in estimates if e.value is None}
    return tuple(_return(one, ruler, means, lost) for one in result.chosen)


def _return(one: ExpectedReturn, ruler: Clearance, means: tuple[SafeMean, ...], lost: set[tuple[str, str]]) -> SafeReturn:
    where = f"mean:{one.outcome}:{one.group}"
    mine = [m for m in means if (m.outcome, m.group, m.axis) == (one.outcome, one.group, "occasion")]
    shown = bool(mine) and all(m.mean is not None for m in mine) and (one.outcome, one.group) not in lost
    shown = ruler.permits(one.evidence, where) and shown
    decimals = mine[0].decimals if mine else 0
    observed, low, high = (round_to(v, decimals) if shown else None for v in (one.observed, one.low, one.high))
    return SafeReturn(
        one.outcome, one.group, observed, low, high, decimals, one.population_mean, one.retest, one.retest_high, one.source
    )
