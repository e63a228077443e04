"""The donor pool of one outcome: who may be part of the comparison by the plan, and a log of who is not and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evalkit.findings.single_unit import LeftOut
from evalkit.methods.fits import Floats
from evalkit.methods.panel import Panel, refusal
from evalkit.methods.single_unit.synthetic import LEAST_BEFORE

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.records.stations import AnalysisFrame


@dataclass(frozen=True, slots=True, repr=False)
class Pool:
    """One treated unit and its donors.

    Attributes
    ----------
    own : shape (T,), donors : shape (J, T)
        In the outcome's unit, `level` taken away so that a large common level costs no digits.
    names : tuple[str, ...]
        Of the donors.
    before : int
        Periods before the start.
    """

    unit: str
    own: Floats
    donors: Floats
    names: tuple[str, ...]
    periods: tuple[str, ...]
    before: int
    level: float
    left_out: tuple[LeftOut, ...]


def donor_pool(frame: AnalysisFrame, plan: EvaluationPlan, panel: Panel) -> Pool:
    """Return the pool of an outcome.

    Raises
    ------
    EstimationError
        If not exactly one unit is treated, the plan names units that the data do not have, fewer than two donors or
        `LEAST_BEFORE` periods before the start remain, or no donor varies before it.
    """
    assert plan.single_unit is not None
    if int(panel.treated.sum()) != 1:
        raise refusal(
            panel.outcome,
            "EST-NOT-ONE-UNIT",
            f"{int(panel.treated.sum())} enheter fick insatsen; single_unit gäller en enda, ta bort den delen av planen",
        )
    units = sorted(frame.table.loc[frame.table["outcome"] == panel.outcome, "unit"].unique())
    delivered = {str(unit) for unit in frame.persons["unit"]}
    _refuse_strangers(plan, panel, delivered)
    treated = int(np.flatnonzero(panel.treated)[0])
    declared = {one.unit: one.reason for one in plan.single_unit.left_out}
    allowed = set(plan.single_unit.donors) or delivered
    stay = [i for i, unit in enumerate(units) if i != treated and unit not in declared and unit in allowed]
    before = int(panel.treated_order[treated])
    level = float(panel.y[treated, 0])
    _refuse_thin(panel, len(stay), before)
    values = panel.y - level
    if not np.diff(values[stay][:, :before], axis=1).any():
        raise refusal(panel.outcome, "EST-CONSTANT", "ingen av enheterna att jämföra med varierar före insatsen")
    return Pool(
        unit=str(units[treated]),
        own=values[treated],
        donors=values[stay],
        names=tuple(str(units[i]) for i in stay),
        periods=panel.periods,
        before=before,
        level=level,
        left_out=_log(frame, panel, declared, allowed, {str(u) for u in units}),
    )


def _refuse_strangers(plan: EvaluationPlan, panel: Panel, delivered: set[str]) -> None:
    assert plan.single_unit is not None
    named = {one.unit for one in plan.single_unit.left_out} | set(plan.single_unit.donors)
    strangers = sorted(named - delivered)
    if strangers:
        raise refusal(
            panel.outcome,
            "EST-DONOR-NAME",
            f"planens single_unit nämner {len(strangers)} enheter som inte finns i leveransen ({', '.join(strangers[:5])}); "
            "skriv namnen som de står i data",
        )


def _refuse_thin(panel: Panel, n_donors: int, before: int) -> None:
    if before < LEAST_BEFORE:
        raise refusal(
            panel.outcome,
            "EST-FEW-PERIODS",
            f"{before} perioder före insatsen; minst {LEAST_BEFORE} behövs för att väga ihop en jämförelse, "
            "leverera tidigare perioder",
        )
    if n_donors < 2:
        raise refusal(
            panel.outcome,
            "EST-ONE-UNIT",
            f"{n_donors} enheter att jämföra med efter planens urval; minst två behövs, se planens donors",
        )


def _log(frame: AnalysisFrame, panel: Panel, declared: dict[str, str], allowed: set[str], inside: set[str]) -> tuple[LeftOut, ...]:
    outside = dict(zip(frame.persons["unit"].astype(str), frame.persons["outside"], strict=True))
    treated = set(frame.persons.loc[frame.persons["treated"].astype(bool), "unit"].astype(str))
    found = []
    for unit in sorted(outside):
        if unit in declared:
            found.append(LeftOut(unit, "declared", declared[unit]))
        elif isinstance(outside[unit], str):
            found.append(LeftOut(unit, outside[unit], ""))
        elif unit in treated:
            continue
        elif unit not in inside:
            found.append(LeftOut(unit, "partial", ""))
        elif unit not in allowed:
            found.append(LeftOut(unit, "not_named", ""))
    return tuple(found)
