"""A yes or no in percent also where a lottery, start groups, one unit or a series answered."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from evalkit.findings.estimate import Interval, SecondEngine
from evalkit.findings.experiment import BalanceFinding, ExperimentFinding, LateFinding, LeeFinding, OtherEstimate, SubgroupFinding
from evalkit.findings.single_unit import PlaceboUnit, ShiftedValue, TwinFinding, TwinPoint
from evalkit.findings.staggered import Balance, CohortEffect, CohortPoint, Diagnosis, TwoWays
from evalkit.findings.time_series import SeriesFinding, SeriesPoint
from evalkit.findings.trial import PlannedReach, PublishedTrial

PERCENT = 100.0
T = TypeVar("T")

_OWN_UNIT: dict[type, tuple[str, ...]] = {
    Interval: ("low", "high"),
    SecondEngine: ("estimate", "std_error"),
    LateFinding: ("value", "std_error", "low", "high"),
    LeeFinding: ("low", "high"),
    OtherEstimate: ("value", "std_error"),
    SubgroupFinding: ("value", "std_error", "half_width"),
    PublishedTrial: ("value", "std_error", "own_value", "own_std_error"),
    PlannedReach: ("promised", "reached", "spread_assumed", "spread_seen"),
    CohortEffect: ("value",),
    CohortPoint: ("mean",),
    Diagnosis: ("value",),
    Balance: ("complete", "with_any"),
    TwoWays: ("imputed", "difference"),
    TwinFinding: ("value", "misfit", "spread"),
    TwinPoint: ("own", "twin"),
    PlaceboUnit: ("value", "misfit"),
    ShiftedValue: ("value",),
    SeriesFinding: ("trend", "level", "slope", "mean_after", "newey_west"),
    SeriesPoint: ("seen", "expected"),
}
"""Finding -> its fields that are in the outcome's unit; what it holds is looked through as well."""


def in_percent(found: T) -> T:
    """Return a finding of a yes or no with every number of the outcome's unit times a hundred, however deep it lies."""
    if isinstance(found, tuple):
        return type(found)(in_percent(one) for one in found)
    if not is_dataclass(found) or isinstance(found, type):
        return found
    scaled = _OWN_UNIT.get(type(found), ())
    changed: dict[str, Any] = {}
    for field in fields(found):
        value = getattr(found, field.name)
        if field.name in scaled:
            changed[field.name] = None if value is None else value * PERCENT
        elif isinstance(value, tuple) or (is_dataclass(value) and not isinstance(value, type)):
            changed[field.name] = in_percent(value)
    return replace(found, **changed)


def study_in_percent(study: ExperimentFinding | None, yes_no: set[str], primary: str) -> ExperimentFinding | None:
    """Return a lottery's findings with those of yes-or-no outcomes in percent."""
    if study is None:
        return None
    outcomes = tuple(in_percent(one) if one.outcome in yes_no else one for one in study.outcomes)
    if primary not in yes_no:
        return replace(study, outcomes=outcomes)
    return replace(
        study,
        outcomes=outcomes,
        balance=tuple(_baseline(row) for row in study.balance),
        published=in_percent(study.published),
        planned=in_percent(study.planned),
    )


def _baseline(row: BalanceFinding) -> BalanceFinding:
    """Return the balance of the outcome itself before the draw in percent; other rows have units of their own."""
    if row.covariate != "baseline":
        return row
    return replace(row, mean_drawn=row.mean_drawn * PERCENT, mean_other=row.mean_other * PERCENT)
