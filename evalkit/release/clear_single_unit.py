"""Clearing of one treated unit's chapter: public aggregates only, rounded; a persons' plan that holds one is refused."""

from __future__ import annotations

import math
from dataclasses import fields, replace

from evalkit.errors import DisclosureRefused
from evalkit.findings.estimate import Interval
from evalkit.findings.result import EvaluationResult
from evalkit.findings.safe_single_unit import PlaceboPlace, SafeSingleUnit, SafeTwin
from evalkit.findings.single_unit import DonorWeight, ShiftedValue, SingleUnitFinding, TwinFinding
from evalkit.release.clearance import Clearance
from evalkit.release.rounding import digits_of, round_p, round_to

_SAME = frozenset(f.name for f in fields(SafeTwin)) & frozenset(f.name for f in fields(TwinFinding))


def clear_single_unit(result: EvaluationResult, ruler: Clearance) -> tuple[SafeSingleUnit, ...]:
    """Return the chapter's numbers as they may be seen.

    Raises
    ------
    DisclosureRefused
        If the plan's data are persons: units are named here.
    """
    if result.single_unit and not ruler.public:
        raise DisclosureRefused("single_unit: enheter nämns vid namn i en plan om personer; inget lämnas ut", code="SDC-PUBLIC")
    return tuple(_unit(found) for found in result.single_unit)


def _unit(found: SingleUnitFinding) -> SafeSingleUnit:
    same = {f.name: getattr(found, f.name) for f in fields(SafeSingleUnit) if f.name != "methods"}
    return SafeSingleUnit(**same, methods=tuple(_twin(twin) for twin in found.methods))


def _twin(twin: TwinFinding) -> SafeTwin:
    decimals = digits_of(twin.spread or twin.value, 2)
    own = {name: getattr(twin, name) for name in _SAME}
    own |= {
        "value": round_to(twin.value, decimals),
        "misfit": round_to(twin.misfit, decimals),
        "spread": round_to(twin.spread, decimals),
        "statistic": round_to(twin.statistic, 2),
        "smallest_p": round_p(twin.smallest_p)[0],
        "p_value": None if twin.p_value is None else round_p(twin.p_value)[0],
        "interval": _interval(twin.interval, decimals),
        "weights": _weights(twin.weights),
        "time_weights": _weights(twin.time_weights),
        "path": tuple(replace(p, own=round_to(p.own, decimals + 1), twin=round_to(p.twin, decimals + 1)) for p in twin.path),
        "placebos": tuple(PlaceboPlace(p.unit, round_to(math.copysign(p.statistic, p.value), 2)) for p in twin.placebos),
        "without_donor": _shifted(twin.without_donor, decimals),
        "placebo_starts": _shifted(twin.placebo_starts, decimals),
    }
    return SafeTwin(**own, decimals=decimals, engine=twin.second_engine.name)


def _weights(weights: tuple[DonorWeight, ...]) -> tuple[DonorWeight, ...]:
    return tuple(replace(one, weight=round_to(one.weight, 3)) for one in weights if round_to(one.weight, 3) > 0)


def _shifted(values: tuple[ShiftedValue, ...], decimals: int) -> tuple[ShiftedValue, ...]:
    return tuple(replace(one, value=round_to(one.value, decimals)) for one in values)


def _interval(interval: Interval | None, decimals: int) -> Interval | None:
    if interval is None:
        return None
    return Interval(round_to(interval.low, decimals), round_to(interval.high, decimals), interval.level)
