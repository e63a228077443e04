"""The designs that one plan could have, side by side: what each can find, what it costs and how long it takes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from evalkit.errors import PlanError
from evalkit.findings.design import Curve, CurvePoint, DesignOption, DesignReport
from evalkit.methods.power import costs, lotteries, solve
from evalkit.methods.power.behaviour import Expected, phase_in
from evalkit.methods.power.designs import Individual, Pairs, PlannedDesign
from evalkit.methods.power.diagnosis import DRAWS
from evalkit.methods.power.facts import Facts, plan_facts
from evalkit.methods.power.more_designs import Idea, best_sizes, binary_option, more_ideas, parallel_clusters
from evalkit.methods.power.refusals import check_levels
from evalkit.methods.power.repeated import RepeatedMeasures
from evalkit.methods.power.simulated import simulate_clusters, simulate_persons
from evalkit.plan.units import difference_unit

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan

TARGET = 0.8
CURVE = (12, 24, 40, 60, 80, 120, 160, 240, 320, 480)
"""Participants in the table of detectable effects; the plan's own number is added."""


def design_report(
    plan: EvaluationPlan, persons: int | None = None, *, draws: int = DRAWS, language: str = "sv", target: float = TARGET
) -> DesignReport:
    """Return the designs that the plan could have, with the one it should have simulated.

    Parameters
    ----------
    persons : int, optional
        Instead of the number that the plan expects.
    draws : int
        Simulated studies; 0 for none.
    language : str
        ``sv`` or ``en``: of the page that is made of the report.
    target : float
        Power asked for.

    Raises
    ------
    PlanError
        As `plan_facts`; DSN-POWER where `target` is no more than chance alone would give.
    """
    facts = plan_facts(plan, persons)
    check_levels(facts.alpha, target)
    ideas = tuple(_ideas(plan, facts))
    by_cluster = plan.design.assigned_at == "cluster"
    recommended = next(idea for idea in ideas if idea.id == ("within_clusters" if by_cluster else "waiting_list"))
    exact = binary_option(plan, facts, target)
    outcome = plan.outcome(plan.primary_outcome)
    return DesignReport(
        plan_id=plan.id,
        title=plan.title,
        version=plan.version.isoformat(),
        outcome=outcome.label,
        unit=difference_unit(outcome.unit),
        synthetic=plan.synthetic,
        persons=facts.n,
        places=facts.places,
        alpha=facts.alpha,
        target=target,
        effect=facts.effect,
        assumptions=facts.assumed,
        missing=facts.missing,
        recommended=recommended.id,
        options=(*(_option(idea, facts, target) for idea in ideas), *([exact] if exact else [])),
        curve=tuple(_curve(recommended, facts, target)),
        simulated=simulate_persons(facts, recommended.share, _blocks(facts, by_cluster=by_cluster), plan.seed, draws),
        curves=tuple(found for idea in ideas if (found := Curve(idea.id, tuple(_curve(idea, facts, target)))).points),
        best=best_sizes(facts),
        language=language,
        simulated_clusters=simulate_clusters(facts, plan.seed, draws),
    )


def _blocks(facts: Facts, *, by_cluster: bool) -> int:
    """Return the blocks of the recommended lottery: the plan's clusters where persons are drawn inside them."""
    return (facts.clusters or 1) if by_cluster else 1


def _ideas(plan: EvaluationPlan, facts: Facts) -> Iterator[Idea]:
    # Everybody gets it in the end, so many at a time as there are places.
    rounds = 1 if facts.places is None else math.ceil(facts.n / facts.places)
    yield Idea("before_after", _before_after, 1.0, lottery=False, rounds=rounds)
    if plan.design.assigned_at == "cluster":
        yield Idea("comparison", _clusters, 0.5, lottery=False)
        yield Idea("clusters", _drawn_clusters, 0.5, lottery=True)
        yield Idea("within_clusters", _within_clusters, 0.5, lottery=True)
        yield from more_ideas(plan, facts)
        return
    now = facts.share
    yield Idea("comparison", lambda f: f.expected(RepeatedMeasures(f.n, f.r, estimator="change", share=now)), now, lottery=False)
    yield Idea("waiting_list", lambda f: f.expected(RepeatedMeasures(f.n, f.r, share=now)), now, lottery=True)
    if facts.places is not None and 2 * facts.places < facts.n:
        # The round after which treated and waiting are most alike in number.
        best = min(phase_in(facts.n, facts.places), key=lambda one: (abs(one.treated / facts.n - 0.5), one.number))
        share = best.treated / facts.n
        yield Idea("phase_in", lambda f: f.expected(Individual(f.n, share, f.r**2, 1)), share, lottery=True, rounds=best.number)
    if facts.icc is not None and facts.clusters is not None:
        yield Idea("clusters", _drawn_clusters, 0.5, lottery=True)
    yield from more_ideas(plan, facts)


def _before_after(facts: Facts) -> Expected[PlannedDesign]:
    return Expected(Pairs(facts.n, facts.r, two_persons=False), facts.attrition)


def _clusters(facts: Facts) -> Expected[PlannedDesign]:
    return facts.expected(parallel_clusters(facts))


def _drawn_clusters(facts: Facts) -> Expected[PlannedDesign]:
    design = _clusters(facts)
    assert facts.clusters is not None
    lotteries.check_lottery(facts.clusters, facts.clusters // 2, facts.alpha)
    return design


def _within_clusters(facts: Facts) -> Expected[PlannedDesign]:
    return facts.expected(Individual(facts.n, 0.5, facts.r**2, 1, blocks=facts.clusters or 1))


def _option(idea: Idea, facts: Facts, target: float) -> DesignOption:
    treated = round(facts.n * idea.share)
    empty = DesignOption(idea.id, facts.n, treated, 0, lottery=idea.lottery)
    try:
        design = idea.make(facts)
        mde_sd = solve.mde(design, alpha=facts.alpha / idea.tests, target=target)
    except PlanError as exc:
        return replace(empty, refusal=str(exc), refusal_code=exc.code)
    mde = None if facts.sd is None else mde_sd * facts.sd
    price, needed = _price(design, idea, facts), _larger(design, idea.tests, facts, target, facts.effect_sd)
    finer = None if price is None or mde is None or facts.sd is None else (mde - 1) / facts.sd
    finer_price = _price(_larger(design, idea.tests, facts, target, finer), idea, facts)
    return replace(
        empty,
        clusters=round(design.clusters),
        mde_sd=mde_sd,
        mde=mde,
        power=None if facts.effect_sd is None else solve.power(design, facts.effect_sd, alpha=facts.alpha / idea.tests),
        needed=None if needed is None else round(needed.persons),
        needed_clusters=0 if needed is None else round(needed.clusters),
        needed_price=_price(needed, idea, facts),
        price=price,
        price_per_point=None if price is None or finer_price is None else finer_price - price,
        months=None if facts.months is None else facts.months * idea.rounds,
        warning=_warning(idea, facts),
    )


def _larger(
    design: Expected[PlannedDesign], tests: int, facts: Facts, target: float, effect_sd: float | None
) -> Expected[PlannedDesign] | None:
    """Return the design so large that it finds `effect_sd`, in clusters as large as they are; None where no size is enough."""
    if effect_sd is None or effect_sd <= 0:
        return None
    try:
        return solve.sample_size(design, effect_sd, alpha=facts.alpha / tests, target=target).design
    except PlanError:
        return None


def _price(design: Expected[PlannedDesign] | None, idea: Idea, facts: Facts) -> float | None:
    if facts.price is None or design is None:
        return None
    prices = costs.Prices(
        treatment=facts.price,
        comparison=facts.values.get("price_comparison", 0.0),
        measurement=facts.price_measurement or 0.0,
        cluster=facts.values.get("price_cluster", 0.0),
    )
    return costs.price(design, prices, facts.measurements, idea.share)


def _warning(idea: Idea, facts: Facts) -> str:
    few = idea.id == "comparison" and facts.clusters is not None and facts.clusters < 10
    return "few_groups" if few else "selected" if idea.id == "before_after" else ""


def _curve(idea: Idea, facts: Facts, target: float) -> Iterator[CurvePoint]:
    for n in sorted({*CURVE, facts.n}):
        try:
            design = idea.make(replace(facts, n=n))
            mde_sd = solve.mde(design, alpha=facts.alpha / idea.tests, target=target)
        except PlanError:
            continue
        yield CurvePoint(n, round(design.clusters), mde_sd, None if facts.sd is None else mde_sd * facts.sd)
