"""The lotteries that a plan could have, made many times and answered as the evaluation of a lottery will answer.

docs/METHODS.md#diagnosis.
"""

from __future__ import annotations

from dataclasses import replace

from evalkit.errors import EstimationError, PlanError
from evalkit.findings.design import Simulated
from evalkit.methods.power.declare import Declared
from evalkit.methods.power.diagnosis import Diagnosand, Diagnosis, Study, diagnose
from evalkit.methods.power.facts import Facts
from evalkit.methods.power.offers import MOST_PERSONS, OfferStudy, blocks_of, route_of


def simulate_persons(facts: Facts, share: float, blocks: int, seed: int, draws: int) -> Simulated | None:
    """Return what a lottery of persons inside blocks would find; None where too little is assumed or no method holds.

    Notes
    -----
    Above 1,500 persons the first measurement is taken out beforehand and two groups are compared by Welch's test, which is
    what the route of an offer then is too.
    """
    if facts.effect_sd is None or not draws:
        return None
    if facts.n > MOST_PERSONS:
        return _large(facts, share, seed, draws)
    try:
        study = _offer(facts, blocks_of(facts.n, blocks), share)
        return _answered(study, facts, seed, draws)
    except (PlanError, EstimationError):
        return None


def simulate_clusters(facts: Facts, seed: int, draws: int) -> Simulated | None:
    """Return what a lottery of the plan's clusters would find; None where too little is assumed or no method holds.

    Notes
    -----
    Sizes are equal unless `size_spread` is assumed: then half of the clusters are smaller and half larger by that share, which has
    the assumed coefficient of variation.
    """
    if facts.effect_sd is None or facts.icc is None or facts.clusters is None or facts.n > MOST_PERSONS or not draws:
        return None
    mean, spread = facts.n / facts.clusters, facts.values.get("size_spread", 0.0)
    sizes = tuple(max(1, round(mean * (1 + spread * (1 if i % 2 else -1)))) for i in range(facts.clusters))
    try:
        study = _offer(facts, sizes, (facts.clusters // 2) / facts.clusters)
        between = facts.values.get("r2_between", 0.0)
        study = replace(study, clustered=True, icc=facts.icc, r2_between=between)
        return _answered(study, facts, seed, draws)
    except (PlanError, EstimationError):
        return None


def _offer(facts: Facts, sizes: tuple[int, ...], share: float) -> OfferStudy:
    return OfferStudy(
        sizes,
        share,
        facts.effect_sd or 0.0,
        baseline=facts.r,
        take_up=facts.take_up,
        take_up_comparison=facts.take_up_comparison,
        attrition=facts.attrition,
    )


def _answered(study: OfferStudy, facts: Facts, seed: int, draws: int) -> Simulated | None:
    route = route_of(study, seed)
    return None if route is None else _found(replace(study, route=route), route, facts, seed, draws, 1.0)


def _large(facts: Facts, share: float, seed: int, draws: int) -> Simulated:
    unexplained = (1 - facts.r**2) ** 0.5
    treated = round(facts.n * share)
    study = Declared(
        treated,
        facts.n - treated,
        (facts.effect_sd or 0.0) / unexplained,
        take_up=facts.take_up,
        take_up_comparison=facts.take_up_comparison,
        attrition=facts.attrition,
        attrition_comparison=facts.attrition,
        answer="welch",
    )
    return _found(study, "welch", facts, seed, draws, unexplained)


def _found(study: Study, route: str, facts: Facts, seed: int, draws: int, unit: float) -> Simulated:  # noqa: PLR0917 - one study
    found: Diagnosis = diagnose(study, draws=draws, seed=seed, alpha=facts.alpha)
    return Simulated(
        route=route,
        draws=draws,
        seed=seed,
        effect_sd=facts.effect_sd or 0.0,
        power=_pair(found.power),
        false_rejection=_pair(found.false_rejection),
        coverage=_pair(found.coverage),
        bias=_pair(found.bias, unit),
        rmse=_pair(found.rmse, unit),
        type_s=_pair(found.type_s) if found.type_s.value == found.type_s.value else None,
        type_m=_pair(found.type_m) if found.type_m.value == found.type_m.value else None,
    )


def _pair(figure: Diagnosand, unit: float = 1.0) -> tuple[float, float]:
    # Twelve digits: the last ones of a matrix product depend on the number of threads.
    return float(f"{figure.value * unit:.12g}"), float(f"{figure.mcse * unit:.12g}")
