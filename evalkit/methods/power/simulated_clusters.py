"""A lottery of whole groups made many times, persons as rows with CR2 and Satterthwaite's degrees of freedom."""

from __future__ import annotations

from evalkit.errors import PlanError
from evalkit.findings.design import Simulated
from evalkit.methods.power.declare import CR2, Declared
from evalkit.methods.power.diagnosis import Diagnosand, diagnose
from evalkit.methods.power.facts import Facts


def simulate_clusters(facts: Facts, seed: int, draws: int) -> Simulated | None:
    """Return what a lottery of the plan's clusters would find, without covariates; None where too little is assumed.

    Notes
    -----
    Sizes are equal unless `size_spread` is assumed: then half of the clusters are smaller and half larger by that share, alike in
    both arms, which has the assumed coefficient of variation.
    """
    if facts.effect_sd is None or facts.icc is None or facts.clusters is None or not draws:
        return None
    treated = facts.clusters // 2
    mean, spread = facts.n / facts.clusters, facts.values.get("size_spread", 0.0)
    sizes = tuple(max(1, round(mean * (1 + spread * (1 if i % 2 else -1)))) for i in range(facts.clusters))
    try:
        study = Declared(
            treated,
            facts.clusters - treated,
            facts.effect_sd,
            sizes=sizes,
            icc=facts.icc,
            take_up=facts.take_up,
            take_up_comparison=facts.take_up_comparison,
            attrition=facts.attrition,
            attrition_comparison=facts.attrition,
            answer=CR2,
        )
        found = diagnose(study, draws=draws, seed=seed, alpha=facts.alpha)
    except PlanError:
        return None
    return Simulated(
        route=CR2,
        draws=draws,
        seed=seed,
        effect_sd=facts.effect_sd,
        power=pair(found.power),
        false_rejection=pair(found.false_rejection),
        coverage=pair(found.coverage),
        bias=pair(found.bias),
        rmse=pair(found.rmse),
        type_s=pair(found.type_s) if found.type_s.value == found.type_s.value else None,
        type_m=pair(found.type_m) if found.type_m.value == found.type_m.value else None,
    )


def pair(figure: Diagnosand, unit: float = 1.0) -> tuple[float, float]:
    """Return a figure and its Monte Carlo error in `unit`."""
    return figure.value * unit, figure.mcse * unit
