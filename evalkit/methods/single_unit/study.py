"""From a plan with one treated unit to findings: both twins, their placebos, and the estimate that answers the main question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evalkit.errors import EstimationError
from evalkit.findings.cell import PUBLIC
from evalkit.findings.estimate import Estimate, SecondEngine
from evalkit.findings.single_unit import (
    DonorWeight,
    PlaceboUnit,
    ShiftedValue,
    SingleUnitFinding,
    TwinFinding,
    TwinPoint,
)
from evalkit.findings.validity import RouteValidity
from evalkit.methods.fits import Floats, is_negligible
from evalkit.methods.panel import Panel, refusal
from evalkit.methods.route_validity import finding_of
from evalkit.methods.single_unit.design import INFERENCE, measured
from evalkit.methods.single_unit.donors import Pool, donor_pool
from evalkit.methods.single_unit.ranking import LEAST_DONORS, Ranking, rank
from evalkit.methods.single_unit.synthetic import LEAST_BEFORE, METHODS, Synthetic, checked, donor_noise
from evalkit.methods.validity.measure import Measurement
from evalkit.plan.units import difference_unit

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan
    from evalkit.records.stations import AnalysisFrame

TOLERANCE = 1e-6
"""Relative, of the two computations: weights are found by an iterative active set under a pull of a thousandth of the noise."""
LEAST_WEIGHT, MOST_REMOVED = 0.005, 10
"""Donors with at least this weight are taken away one at a time, the heaviest first, at most so many."""
NAMES = {"synthetic_did": "sdid", "synthetic_control": "sc"}


@dataclass(frozen=True, slots=True)
class SingleUnitStudy:
    """The finding of one outcome, its deciding estimate and what the simulation of its ranking found."""

    finding: SingleUnitFinding
    estimate: Estimate
    validity: RouteValidity | None


def study_single_unit(frame: AnalysisFrame, plan: EvaluationPlan, panel: Panel) -> SingleUnitStudy:
    """Compare the one treated unit of an outcome with its synthetic twins.

    Raises
    ------
    EstimationError
        If the pool is too thin (see `donor_pool`), or the two computations of a difference disagree.
    """
    assert plan.single_unit is not None
    pool = donor_pool(frame, plan, panel)
    if is_negligible(donor_noise(pool.donors, pool.before) ** 2, pool.donors - pool.donors[0, 0]):
        raise refusal(
            panel.outcome,
            "EST-CONSTANT",
            "jämförelseenheterna förändras exakt lika mycket från period till period före start, så det finns ingen spridning att "
            "jämföra med; kontrollera kolumnen",
        )
    deciding = plan.single_unit.decides
    methods = tuple(_twin(panel, plan, pool, name) for name in sorted(METHODS, key=lambda name: name != deciding))
    finding = SingleUnitFinding(
        outcome=panel.outcome,
        unit=pool.unit,
        start=pool.periods[pool.before],
        n_before=pool.before,
        n_after=len(pool.periods) - pool.before,
        n_donors=len(pool.names),
        left_out=pool.left_out,
        methods=tuple(finding for finding, _ in methods),
    )
    simulated = methods[0][1]
    estimate = _estimate(plan, panel, pool, finding.methods[0], simulated)
    return SingleUnitStudy(finding, estimate, None if simulated is None else finding_of(estimate, simulated))


def _twin(panel: Panel, plan: EvaluationPlan, pool: Pool, name: str) -> tuple[TwinFinding, Measurement | None]:
    assert plan.single_unit is not None
    method, decides = METHODS[name], plan.single_unit.decides == name
    treated = checked(method, pool.own, pool.donors, pool.before)
    ranking = rank(method, pool.own, pool.donors, pool.before, treated)
    simulated = _measure(plan, pool, name) if decides else None
    reason = _reason(pool, simulated) if decides else ""
    printed = reason == "one-unit-placebo"
    finding = TwinFinding(
        method=name,
        decides=decides,
        value=treated.value,
        misfit=treated.misfit,
        statistic=treated.statistic,
        misfit_place=ranking.misfit_place,
        ratio_place=ranking.ratio_place,
        place=ranking.place,
        n_ranked=ranking.n,
        smallest_p=1 / ranking.n,
        p_value=ranking.p_value if printed else None,
        interval=ranking.interval(plan.design.confidence_level) if printed else None,
        reason=reason,
        spread=ranking.spread,
        weights=_named(pool.names, treated.weights),
        time_weights=() if treated.time_weights is None else _named(pool.periods, treated.time_weights),
        path=_path(pool, treated),
        placebos=_placebos(pool, ranking),
        without_donor=_without(pool, name, treated),
        placebo_starts=_starts(pool, name),
        second_engine=_second(panel, treated),
    )
    return finding, simulated


def _measure(plan: EvaluationPlan, pool: Pool, name: str) -> Measurement | None:
    if len(pool.names) < LEAST_DONORS:
        return None
    return measured(len(pool.names), pool.before, len(pool.periods) - pool.before, name, plan.seed)


def _reason(pool: Pool, simulated: Measurement | None) -> str:
    if len(pool.names) < LEAST_DONORS:
        return "one-unit-few-donors"
    return "one-unit-placebo" if simulated is not None and simulated.chosen is not None else "one-unit-no-route"


def _named(names: tuple[str, ...], weights: Floats) -> tuple[DonorWeight, ...]:
    """Return weights that matter, the largest first."""
    kept = [DonorWeight(name, float(w)) for name, w in zip(names, weights, strict=False) if w > LEAST_WEIGHT / 10]
    return tuple(sorted(kept, key=lambda one: (-one.weight, one.unit)))


def _path(pool: Pool, treated: Synthetic) -> tuple[TwinPoint, ...]:
    pairs = zip(pool.periods, pool.own, treated.twin, strict=True)
    return tuple(TwinPoint(p, i, float(own + pool.level), float(twin + pool.level)) for i, (p, own, twin) in enumerate(pairs))


def _placebos(pool: Pool, ranking: Ranking) -> tuple[PlaceboUnit, ...]:
    pairs = zip(pool.names, ranking.placebos, strict=True)
    return tuple(PlaceboUnit(name, p.value, p.misfit, p.statistic) for name, p in pairs)


def _without(pool: Pool, name: str, treated: Synthetic) -> tuple[ShiftedValue, ...]:
    """Take away the donors that carry the twin, one at a time."""
    heavy = [i for i in np.argsort(-treated.weights, kind="stable")[:MOST_REMOVED] if treated.weights[i] >= LEAST_WEIGHT]
    if len(pool.names) < 3:
        return ()
    fits = (METHODS[name](pool.own, np.delete(pool.donors, i, axis=0), pool.before) for i in heavy)
    return tuple(ShiftedValue(pool.names[i], fit.value) for i, fit in zip(heavy, fits, strict=True))


def _starts(pool: Pool, name: str) -> tuple[ShiftedValue, ...]:
    """Put the start where nothing happened yet, with the periods before the real one alone."""
    own, donors = pool.own[: pool.before], pool.donors[:, : pool.before]
    varying = [start for start in range(LEAST_BEFORE, pool.before) if np.diff(donors[:, :start], axis=1).any()]
    return tuple(ShiftedValue(pool.periods[start], METHODS[name](own, donors, start).value) for start in varying)


def _second(panel: Panel, treated: Synthetic) -> SecondEngine:
    size = max(abs(treated.value), treated.scale)
    if not (abs(treated.value - treated.again) <= TOLERANCE * size and treated.gap <= TOLERANCE):
        raise EstimationError(
            f"{panel.outcome}: två beräkningar av vikterna stämmer inte överens; rapporten stoppas, anmäl felet", code="EST-ENGINES"
        )
    return SecondEngine("numpy, KKT", float(f"{treated.again:.6g}"), None, TOLERANCE, agrees=True)


def _estimate(plan: EvaluationPlan, panel: Panel, pool: Pool, twin: TwinFinding, simulated: Measurement | None) -> Estimate:
    outcome = plan.outcome(panel.outcome)
    chosen = None if simulated is None else simulated.chosen
    return Estimate(
        id=f"{NAMES[twin.method]}.{outcome.id}",
        outcome=outcome.id,
        label=outcome.label,
        unit=difference_unit(outcome.unit),
        estimand=plan.design.estimand,
        estimator=twin.method.replace("_", "-"),
        group="all",
        occasions=(pool.periods[0], pool.periods[-1]),
        value=twin.value,
        better=None if twin.value == 0 else (twin.value > 0) == (outcome.direction.value == "higher_better"),
        std_error=None,
        interval=twin.interval,
        df=None,
        p_value=twin.p_value,
        inference=INFERENCE[twin.method] if twin.p_value is not None else "none",
        route_reason=twin.reason,
        false_positive_rate=None if chosen is None else chosen.worst,
        n_units=len(pool.names) + 1,
        n_treated_units=1,
        n_clusters=len(pool.names) + 1,
        n_treated_clusters=1,
        second_engine=twin.second_engine,
        seed=plan.seed if simulated is not None else None,
        evidence=PUBLIC,
    )
