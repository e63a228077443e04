"""What a plan says that its design can be computed from, each number with where it was taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evalkit.findings.design import Assumed
from evalkit.methods.power.behaviour import Expected
from evalkit.methods.power.designs import PlannedDesign
from evalkit.methods.power.refusals import check_icc, check_share, refuse

if TYPE_CHECKING:
    from evalkit.plan.evaluation import EvaluationPlan, Outcome

DAYS_IN_MONTH = 30.4375


@dataclass(frozen=True, slots=True)
class Facts:
    """Numbers of a plan. None means that nobody has said; shares then count as 0 and take-up as 1.

    Attributes
    ----------
    n : int
        Persons who will be asked for, with and without the intervention together.
    sd, effect : float | None
        In the outcome's unit.
    """

    n: int
    alpha: float
    months: int | None
    measurements: int
    sd: float | None
    effect: float | None
    correlation: float | None
    icc: float | None
    clusters: int | None
    attrition: float
    take_up: float
    take_up_comparison: float
    places: int | None
    price: float | None
    price_measurement: float | None
    assumed: tuple[Assumed, ...]
    missing: tuple[str, ...]
    values: Mapping[str, float] = field(default_factory=dict)

    @property
    def effect_sd(self) -> float | None:
        """The expected effect in SD, without sign."""
        return None if self.effect is None or self.sd is None else abs(self.effect) / self.sd

    @property
    def share(self) -> float:
        """Share of the persons who can have the intervention at a time: half, or fewer where places are."""
        return 0.5 if self.places is None else min(0.5, self.places / self.n)

    @property
    def r(self) -> float:
        """Correlation between the measurements before and after; 0 where nobody has said: the careful side."""
        return self.correlation or 0.0

    def expected(self, design: PlannedDesign) -> Expected[PlannedDesign]:
        """Return a design with this plan's loss and take-up."""
        return Expected(design, self.attrition, self.take_up, self.take_up_comparison)


def plan_facts(plan: EvaluationPlan, persons: int | None = None) -> Facts:
    """Gather the facts of a plan about its primary outcome.

    Parameters
    ----------
    persons : int, optional
        Instead of the number that the plan expects.

    Raises
    ------
    PlanError
        DSN-N if nobody has said how many persons, DSN-UNITS for one unit or one series; DSN-ICC, DSN-SHARE and DSN-SMALL for
        impossible assumptions.
    """
    if plan.single_unit is not None or (plan.time_series is not None and plan.data_kind.value == "public"):
        raise refuse(
            "UNITS",
            f"{plan.id}: styrka räknas för personer och grupper, inte för en enda enhet eller serie; 'evalkit placebo {plan.id}' "
            "visar hur stora skillnader som uppstår utan insats",
        )
    n = persons or plan.target_group.expected_number
    if n is None and plan.data_kind.value == "public":
        raise refuse(
            "N",
            f"{plan.id}: planen säger inte hur många enheter som berörs; ange --participants eller target_group → expected_number. "
            f"'evalkit placebo {plan.id}' visar hur stora skillnader som uppstår utan insats i data som redan finns",
        )
    if n is None:
        raise refuse("N", "planen säger inte hur många som berörs; fyll i target_group → expected_number eller ange --participants")
    own = [row for row in plan.planning if row.outcome in (None, plan.primary_outcome)]
    # A row about the outcome goes before one about all.
    rows = {row.quantity: row for row in sorted(own, key=lambda row: row.outcome is not None)}
    value: dict[str, float] = {quantity: row.value for quantity, row in rows.items()}
    assumed = [Assumed(row.quantity, row.value, row.source, row.reference) for row in rows.values()]
    price = value.get("price_participant")
    if price is None and plan.economics is not None and plan.target_group.expected_number:
        price = plan.economics.budget_kronor / plan.target_group.expected_number
        assumed.append(Assumed("price_participant", price, "plan", "budgeten delad med det antal som berörs"))
    drawn = 0 if plan.lottery is None else len(plan.lottery.arms)
    if drawn > 2 and "arms" not in value:
        value["arms"] = drawn - 1.0
        assumed.append(Assumed("arms", value["arms"], "plan", "lottery → arms"))
    wanted = [
        "standard_deviation",
        "correlation",
        "attrition",
        *(["icc", "clusters"] if plan.design.assigned_at == "cluster" else []),
        *(["take_up"] if plan.design.comparison.value == "randomised" else []),
    ]
    outcome = plan.outcome(plan.primary_outcome)
    missing: list[str] = [quantity for quantity in wanted if quantity not in value]
    _check(value)
    _check_left(n, value)
    _check_effect(outcome)
    return Facts(
        n=n,
        alpha=1 - plan.design.confidence_level,
        months=_months(plan),
        measurements=max(1, len(plan.occasions)),
        sd=value.get("standard_deviation"),
        effect=outcome.expected_effect or None,
        correlation=value.get("correlation"),
        icc=value.get("icc"),
        clusters=int(value["clusters"]) if "clusters" in value else None,
        attrition=value.get("attrition", 0.0),
        take_up=value.get("take_up", 1.0),
        take_up_comparison=value.get("take_up_comparison", 0.0),
        places=int(value["places"]) if "places" in value else None,
        price=price,
        price_measurement=value.get("price_measurement"),
        assumed=tuple(sorted(assumed, key=lambda row: row.quantity)),
        missing=tuple(missing) if outcome.expected_effect else (*missing, "expected_effect"),
        values=value,
    )


def _check(value: dict[str, float]) -> None:
    check_icc(value.get("icc", 0.0))
    for quantity in ("attrition", "take_up", "take_up_comparison", "r2", "r2_between"):
        check_share(f"planning → {quantity}", value.get(quantity, 0.0))
    for quantity in ("attrition", "r2", "r2_between"):
        if value.get(quantity, 0.0) >= 1:
            raise refuse("SHARE", f"planning → {quantity} är 1: då finns inget kvar att pröva; ange en andel under 1")
    if value.get("take_up", 1.0) <= value.get("take_up_comparison", 0.0):
        raise refuse(
            "TAKEUP",
            "planning → take_up är inte större än take_up_comparison: insatsgruppen måste få insatsen oftare än jämförelsegruppen, "
            "annars finns ingen skillnad att mäta",
        )
    if not -1 < value.get("correlation", 0.0) < 1:
        raise refuse("CORR", "planning → correlation ska ligga mellan −1 och 1, utan ändarna")
    for quantity in ("standard_deviation", "clusters", "places"):
        if not value.get(quantity, 1.0) > 0:
            raise refuse("SMALL", f"planning → {quantity} ska vara större än 0")
    for quantity in ("arms", "blocks", "steps"):
        if quantity in value and (value[quantity] < 1 or value[quantity] % 1):
            raise refuse("SMALL", f"planning → {quantity} ska vara ett heltal, minst 1")
    for quantity in ("price_participant", "price_measurement", "price_cluster", "price_comparison"):
        if value.get(quantity, 0.0) < 0:
            raise refuse("PRICE", f"planning → {quantity} kan inte vara mindre än 0 kronor; skriv vad det kostar")


def _check_left(n: int, value: dict[str, float]) -> None:
    """Refuse a study of which nobody is left, blocks of one and empty clusters."""
    left = n * (1 - value.get("attrition", 0.0))
    if n >= 4 > left:
        told = f"planning → attrition: av {n} deltagare är {left:.0f} kvar vid uppföljningen, och minst 4 behövs"
        raise refuse("SMALL", f"{told}; räkna med mindre bortfall eller ta med fler")
    if value.get("clusters", 0) > n:
        raise refuse(
            "SMALL", f"planning → clusters: {value['clusters']:g} kluster men {n} deltagare ger tomma kluster; minska clusters"
        )
    if value.get("blocks", 1) > n / 2:
        raise refuse(
            "BLOCK", f"planning → blocks: {value['blocks']:g} block men {n} deltagare ger block med en enda; slå samman block"
        )


def _check_effect(outcome: Outcome) -> None:
    effect, higher = outcome.expected_effect, outcome.direction.value == "higher_better"
    if effect and (effect > 0) != higher:
        better = "högre" if higher else "lägre"
        raise refuse(
            "EFFECT",
            f"outcomes → {outcome.id} → expected_effect går åt fel håll: {better} är bättre enligt direction; byt tecken på "
            "effekten, eller rätta direction",
        )


def _months(plan: EvaluationPlan) -> int | None:
    if plan.decisive_occasion is None:
        return None
    return round(plan.occasion(plan.decisive_occasion).target_day / DAYS_IN_MONTH)
