"""Further designs that a plan can ask for by assuming something about them, and what prices say of sizes and shares."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from evalkit.errors import PlanError
from evalkit.findings.design import BestSizes, DesignOption
from evalkit.methods.power import binary, costs
from evalkit.methods.power.behaviour import Expected
from evalkit.methods.power.clusters import Cluster, SteppedWedge
from evalkit.methods.power.designs import Arm, Individual, Pairs, PlannedDesign
from evalkit.methods.power.facts import Facts
from evalkit.methods.power.refusals import check_share, refuse
from evalkit.methods.power.repeated import RepeatedMeasures

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan


@dataclass(frozen=True, slots=True)
class Idea:
    """One design that a plan could have: how it is made of the plan's facts.

    Attributes
    ----------
    tests : int
        Hypotheses that share the level (Bonferroni): arms with an intervention.
    """

    id: str
    make: Callable[[Facts], Expected[PlannedDesign]]
    share: float
    lottery: bool
    rounds: int = 1
    tests: int = 1


def more_ideas(plan: EvaluationPlan, facts: Facts) -> Iterator[Idea]:
    """Yield a design for each assumption that only it needs."""
    value, now = facts.values, facts.share
    if "blocks" in value:
        yield Idea("blocked", lambda f: f.expected(_blocked(f, now)), now, lottery=True)
    if plan.lottery is not None and plan.lottery.pair is not None:
        yield Idea("pairs", lambda f: f.expected(Pairs(f.n // 2, f.r)), 0.5, lottery=True)
    if "arms" in value:
        arms = int(value["arms"])
        yield Idea(
            "arms", lambda f: f.expected(Arm(f.n / (arms + 1), arms, pool=True)), arms / (arms + 1), lottery=True, tests=arms
        )
    if "measurements_before" in value or "measurements_after" in value:
        yield Idea("repeated", lambda f: f.expected(_repeated(f, now)), now, lottery=True)
    if "steps" in value:
        yield Idea("stepped_wedge", lambda f: f.expected(_wedge(f)), 0.5, lottery=True, rounds=int(value["steps"]))
    # Where nobody gets in uninvited, an encouragement is the waiting list under another name.
    if value.get("take_up_comparison", 0.0) > 0:
        yield Idea("encouragement", lambda f: f.expected(RepeatedMeasures(f.n, f.r, share=0.5)), 0.5, lottery=True)


def _blocked(facts: Facts, share: float) -> Individual:
    explained = max(facts.values.get("r2", 0.0), facts.r**2)
    return Individual(facts.n, share, explained, 1, blocks=int(facts.values["blocks"]))


def _repeated(facts: Facts, share: float) -> RepeatedMeasures:
    before, after = (int(facts.values.get(key, 1)) for key in ("measurements_before", "measurements_after"))
    serial = facts.values.get("autocorrelation")
    correlation = facts.r if serial is None else serial
    return RepeatedMeasures(facts.n, correlation, before, after, share=share, serial=serial is not None)


def _wedge(facts: Facts) -> SteppedWedge:
    if facts.clusters is None or facts.icc is None:
        raise refuse("ASSUME", "stegvis införande kräver icc och clusters i planning; fyll i dem, eller skatta dem ur egna data")
    periods = int(facts.values["steps"]) + 1
    return SteppedWedge(facts.clusters, max(1.0, facts.n / facts.clusters / periods), periods, facts.icc)


def binary_option(plan: EvaluationPlan, facts: Facts, target: float) -> DesignOption | None:
    """Return persons drawn and Fisher's exact test where the outcome is yes or no; None where it is not."""
    outcome = plan.outcome(plan.primary_outcome)
    if outcome.kind.value != "binary" or "baseline_share" not in facts.values:
        return None
    each = max(1, round(facts.n * (1 - facts.attrition) / 2))
    empty = DesignOption("binary_exact", facts.n, round(facts.n / 2), 0, lottery=True)
    try:
        base = check_share("planning → baseline_share", facts.values["baseline_share"], open_ends=True)
        sign = 1.0 if facts.effect is None else math.copysign(1.0, facts.effect)
        reach = _binary_mde(each, base, sign, facts.alpha, target)
    except PlanError as exc:
        return replace(empty, refusal=str(exc), refusal_code=exc.code)
    found = replace(empty, mde=reach, mde_sd=reach / math.sqrt(base * (1 - base)), months=facts.months)
    if facts.effect is None or not 0 < base + facts.effect < 1:
        return found
    return replace(
        found,
        power=binary.fisher_power(each, each, base + facts.effect, base, facts.alpha),
        needed=_binary_needed(base + facts.effect, base, facts, target),
    )


def _binary_mde(each: int, base: float, sign: float, alpha: float, target: float) -> float:
    """Return the smallest difference in shares that Fisher's test finds with power `target`; DSN-LARGE where none is."""
    low, high = 0.0, (1 - base if sign > 0 else base) - 1e-6
    if binary.fisher_power(each, each, base + sign * high, base, alpha) < target:
        raise refuse("LARGE", "med så få kan inte ens den största möjliga skillnaden påvisas; dra fler")
    for _ in range(30):
        middle = (low + high) / 2
        enough = binary.fisher_power(each, each, base + sign * middle, base, alpha) >= target
        low, high = (low, middle) if enough else (middle, high)
    return high


def _binary_needed(p_treated: float, base: float, facts: Facts, target: float) -> int | None:
    try:
        return math.ceil(2 * binary.fisher_size(p_treated, base, facts.alpha, target) / (1 - facts.attrition))
    except PlanError:
        return None


def best_sizes(facts: Facts) -> BestSizes | None:
    """Return the cheapest cluster size and treated share under the plan's prices; None where it names none that decide them."""
    value = facts.values
    person = (facts.price_measurement or 0.0) * facts.measurements
    size = None
    if facts.icc and "price_cluster" in value and person > 0:
        size = costs.optimal_cluster_size(facts.icc, value["price_cluster"], person)
    share = None
    treated, other = (facts.price or 0.0) + person, value.get("price_comparison", 0.0) + person
    if treated > 0 and other > 0:
        share = costs.optimal_share(treated, other)
    return (
        None
        if size is None and share is None
        else BestSizes(size, share, None if facts.clusters is None else facts.n / facts.clusters)
    )


def parallel_clusters(facts: Facts) -> Cluster:
    """Return the plan's clusters in two arms, with unequal sizes and what covariates explain.

    Raises
    ------
    PlanError
        DSN-ASSUME if icc or clusters are not assumed.
    """
    if facts.clusters is None or facts.icc is None:
        raise refuse("ASSUME", "planen antar inget om icc och clusters; fyll i planning, eller skatta dem ur egna data")
    share, between = (facts.clusters // 2) / facts.clusters, facts.values.get("r2_between", 0.0)
    # Unless the plan says so, nothing is known of what the first measurement explains between clusters: nothing is promised.
    return Cluster(
        facts.clusters,
        facts.n / facts.clusters,
        facts.icc,
        share,
        cv=facts.values.get("size_spread", 0.0),
        r2_within=facts.r**2,
        r2_between=between,
        covariates=1 if between else 0,
    )
